"""Which roles the props of a step ask for, whom they trust, and what they allow. Names, principals and policies are the
predecessor's, so that what it made is found again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from fc_guard.kinds.support.auto import is_auto
from fc_guard.kinds.support.policies import Policy, allowing, ram_name, trusting
from fc_guard.kinds.support.provider import SUPPORT
from fc_guard.kinds.triggers import TYPES
from fc_guard.kinds.triggers.caller import Caller
from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath, Fields, Json
from fc_guard.model.outputs import Output

FUNCTION_COMPUTE: Final = "fc.aliyuncs.com"
OF_SERVICE: Final = "fcDeployDefaultRole-"
OF_TRIGGERS: Final = "FcDeployCreateRole-"
INVOKE: Final = "fc:InvokeFunction"
SEND: Final = ("mns:SendMessage", "mns:PublishMessage")
NETWORK: Final = "AliyunECSNetworkInterfaceManagementAccess"
REGISTRY: Final = "AliyunContainerRegistryReadOnlyAccess"
BUCKETS: Final = "AliyunOSSFullAccess"
ALL_LOGS: Final = "AliyunLogFullAccess"
ONE_LOG: Final = "fcDeployDefaultLogPolicy-"
BY_USE: Final[tuple[tuple[str, str, tuple[FieldPath, ...]], ...]] = (
    (NETWORK, "service", (("vpcConfig", "vpcId"), ("nasConfig", "mountPoints"))),
    (BUCKETS, "service", (("ossMountConfig", "mountPoints"),)),
    (ALL_LOGS, "service", (("logConfig", "project"),)),
    (ONE_LOG, "service", (("logConfig", "project"),)),
    (REGISTRY, "function", (("customContainerConfig",),)),
)
"""How a policy is called, and where online it is used. Asynchronous invocation goes with its line."""


class Grant(NamedTuple):
    """One role, whom it trusts, and the policies that it has."""

    role: Address
    trust: tuple[Mapping[str, Json], ...]
    policies: tuple[Policy, ...]
    on_demand: bool

    def attachment(self, policy: Policy) -> Address:
        return self.role.child("rolePolicy", policy.name)


def policy_of(grant: Grant, policy: Policy) -> Address:
    return Address(SUPPORT, grant.role.account, grant.role.region, "ramPolicy", (policy.name,))


def grants(props: Mapping[str, Any], account: str, region: str) -> tuple[Grant, ...]:
    """Returns the roles that are asked for. Where s.yaml gives the service's the name of the triggers', it is one."""
    service, triggers = of_service(props, account, region), of_triggers(props, account, region)
    if service is None or triggers is None or service.role != triggers.role:
        return tuple(grant for grant in (service, triggers) if grant is not None)
    policies = {policy.name: policy for policy in (*triggers.policies, *service.policies)}
    return (service._replace(trust=(*service.trust, *triggers.trust), policies=tuple(policies.values())),)


def arn(role: Address) -> str:
    """Returns a role's ARN. Its letter case means nothing; RAM's own documents, and the predecessor, write it small."""
    return f"acs:ram::{role.account}:role/{role.name.lower()}"


def role_of_service(props: Mapping[str, Any], account: str, region: str) -> tuple[Output, frozenset[Address]] | None:
    """Returns the ARN of the role that a service names by what it may do, and all that has to be attached to it before
    a service can use it; None if s.yaml says something else."""
    grant = of_service(props, account, region)
    if grant is None:
        return None
    return Output(grant.role, "arn", text=arn(grant.role)), frozenset(map(grant.attachment, grant.policies))


def role_of_trigger(props: Mapping[str, Any], trigger: Mapping[str, Any], account: str, region: str) -> Output | None:
    """Returns the ARN of the role that a trigger gets where online has none; None if it has one or needs none.

    It is an output of what is attached to the role for this type, so that this is there before the trigger."""
    grant, caller = of_triggers(props, account, region), _caller(trigger)
    if grant is None or caller is None:
        return None
    attached = grant.attachment(_policy_of_caller(props, caller, account))
    return Output(attached, "arn", text=arn(grant.role))


def of_service(props: Mapping[str, Any], account: str, region: str) -> Grant | None:
    said = props["service"].get("role")
    if not isinstance(said, Mapping):
        return None
    name = said.get("name") or ram_name(OF_SERVICE, str(props["service"]["name"]), account)
    listed = (_listed(item) for item in said.get("policies") or ())
    policies = {policy.name: policy for policy in (*_by_use(props, account, region), *listed) if policy.name}
    trust = (trusting({"Service": (FUNCTION_COMPUTE,)}),)
    return Grant(_role(str(name), account, region), trust, tuple(policies.values()), on_demand=False)


def of_triggers(props: Mapping[str, Any], account: str, region: str) -> Grant | None:
    """Returns the role that all triggers of a function share that need one and name none."""
    found = (_caller(trigger) for trigger in props.get("triggers") or ())
    callers = sorted({caller for caller in found if caller is not None})
    if not callers:
        return None
    sorts = sorted({caller.within for caller in callers})
    trust = tuple(trusting({sort: tuple(c.principal for c in callers if c.within == sort)}) for sort in sorts)
    policies = tuple(_policy_of_caller(props, caller, account) for caller in callers)
    role = _role(ram_name(OF_TRIGGERS, _function(props), account), account, region)
    service = of_service(props, account, region)
    if service is not None and service.role.name.lower() == role.name.lower():
        role = service.role  # for RAM, letter case tells no two roles apart
    return Grant(role, trust, policies, on_demand=True)


def _role(name: str, account: str, region: str) -> Address:
    return Address(SUPPORT, account, region, "role", (name,))


def _function(props: Mapping[str, Any]) -> str:
    return f"{props['service']['name']}-{(props.get('function') or {}).get('name', '')}"


def _caller(trigger: Mapping[str, Any]) -> Caller | None:
    of = TYPES.get(str(trigger.get("type")))
    return None if of is None or trigger.get("role") else of.caller


def _policy_of_caller(props: Mapping[str, Any], caller: Caller, account: str) -> Policy:
    service = props["service"]["name"]
    invoked = (f"acs:fc:*:*:services/{service}.*/functions/*", f"acs:fc:*:*:services/{service}/functions/*")
    reads = (allowing(caller.reads, "*"),) if caller.reads else ()
    name = ram_name(_of_caller(caller), _function(props), account)
    return Policy(name, (allowing((INVOKE,), *invoked), *reads))


def _of_caller(caller: Caller) -> str:
    return f"FcDeployDefault{caller.policy}Policy-"


def types_without(policy: str) -> frozenset[str]:
    """Returns the types of triggers that do not need a policy: it is the one by which triggers of another type are let
    in, and these have their own."""
    callers = {name: of.caller for name, of in TYPES.items() if of.caller is not None}
    with_it = {name for name, caller in callers.items() if _of_caller(caller) in policy}
    return frozenset(callers.keys() - with_it) if with_it else frozenset()


def serves(attachment: Address, kind: str, fields: Fields) -> bool:
    """Says whether a resource of a kind uses, as it is online, what an attached policy allows."""
    return any(
        _is_called(attachment.name, policy) and kind == of and any(_holds(fields, path) for path in paths)
        for policy, of, paths in BY_USE
    )


def _is_called(name: str, policy: str) -> bool:
    """Says whether it is the policy, or one of ours whose names have this in front; a long one has it at its end."""
    return name == policy or (policy.endswith("-") and (name.startswith(policy) or name.endswith(f"-{policy}")))


def _holds(fields: Fields, path: FieldPath) -> bool:
    return any(bool(value) for other, value in fields.items() if other[: len(path)] == path)


def _listed(item: Any) -> Policy:
    if isinstance(item, Mapping):
        return Policy(
            str(item.get("name") or ""), tuple(item.get("statement") or ()), str(item.get("description") or "")
        )
    return Policy(str(item))


def _by_use(props: Mapping[str, Any], account: str, region: str) -> Iterator[Policy]:
    """Yields the policies that follow from what a service and its function use."""
    service, function = props["service"], props.get("function") or {}
    place = f"{region}-{service['name']}"
    if function.get("asyncConfiguration"):
        yield Policy("AliyunFCInvocationAccess")
        yield Policy(ram_name("AliyunFcGeneratedMNSPolicy-", place, account), (allowing(SEND, "*"),))
    if service.get("vpcConfig") or service.get("nasConfig"):
        yield Policy(NETWORK)
    if function.get("customContainerConfig"):
        yield Policy(REGISTRY)
    if service.get("ossMountConfig"):
        yield Policy(BUCKETS)
    yield from _by_log(service.get("logConfig"), place, account)


def _by_log(config: Any, place: str, account: str) -> Iterator[Policy]:
    if is_auto(config):
        yield Policy(ALL_LOGS)
    elif isinstance(config, Mapping) and config.get("project") and config.get("logstore"):
        where = f"acs:log:*:*:project/{config['project']}/logstore/{config['logstore']}"
        name = ram_name(ONE_LOG, place, account)
        yield Policy(name, (allowing(("log:PostLogStoreLogs",), where),))
