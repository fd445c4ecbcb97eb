"""One resource of a kind as s.yaml and FC spell it, compared: what is quiet, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.compare import compare
from fc_guard.core.normal import observed
from fc_guard.core.values import Comparer
from fc_guard.model.resources import Baseline, Desired, Live, ResourceDiff
from tests.known import kind_named
from tests.unit.sides import seal

ACCOUNT = "1234567890123456"
REGION = "cn-hangzhou"
SERVICE: dict[str, Any] = {
    "serviceName": "s",
    "serviceId": "505d4b33-1057-42c6-b46c-da7b3b1937db",
    "description": "",
    "role": "",
    "internetAccess": True,
    "logConfig": {
        "project": "",
        "logstore": "",
        "enableRequestMetrics": False,
        "enableInstanceMetrics": False,
        "logBeginRule": "None",
    },
    "vpcConfig": {"vpcId": "", "vSwitchIds": [], "securityGroupId": "", "role": ""},
    "nasConfig": {"userId": -1, "groupId": -1, "mountPoints": []},
    "ossMountConfig": {"mountPoints": []},
    "tracingConfig": {"type": None, "params": None},
    "vendorConfig": None,
    "useSLRAuthentication": False,
    "createdTime": "2021-07-15T03:21:22Z",
    "lastModifiedTime": "2021-07-15T03:21:22Z",
}
"""FC's answer to a service that says nothing: facts 4.5, recorded."""
FUNCTION: dict[str, Any] = {
    "functionName": "f",
    "functionId": "06bbd91d-928a-48ec-b625-0cb935380a7b",
    "description": "",
    "runtime": "python3",
    "handler": "index.handler",
    "timeout": 3,
    "initializer": None,
    "initializationTimeout": 3,
    "codeSize": 3260,
    "codeChecksum": "825114224432605188",
    "memorySize": 128,
    "environmentVariables": {},
    "instanceConcurrency": 1,
    "customContainerConfig": None,
    "caPort": None,
    "instanceType": "e1",
    "layers": None,
    "instanceLifecycleConfig": None,
    "cpu": None,
    "diskSize": None,
    "gpuMemorySize": None,
    "customDNS": None,
    "customRuntimeConfig": None,
    "customHealthCheckConfig": None,
    "instanceSoftConcurrency": None,
    "layersArnV2": None,
    "createdTime": "2021-07-15T15:11:38Z",
    "lastModifiedTime": "2021-07-15T15:11:38Z",
}
ASYNC: dict[str, Any] = {
    "service": "s",
    "function": "f",
    "qualifier": "LATEST",
    "destinationConfig": {"onSuccess": None, "onFailure": None},
    "maxAsyncEventAgeInSeconds": None,
    "maxAsyncRetryAttempts": None,
    "statefulInvocation": None,
    "createdTime": "2021-07-15T15:11:38Z",
    "lastModifiedTime": "2021-07-15T15:11:38Z",
}
ANSWERS: Mapping[str, dict[str, Any]] = {"service": SERVICE, "function": FUNCTION, "asyncConfig": ASYNC}


def wanted(kind: str, props: Mapping[str, Any], *, beside: Mapping[str, Any] | None = None) -> Desired:
    """What s.yaml asks for; `props` are below the kind's own key, `beside` those of the function next to a service."""
    step: dict[str, Any] = {"service": {"name": "s"}, "function": {"name": "f", "runtime": "python3", **(beside or {})}}
    match kind:
        case "service":
            step["service"] |= props
        case "function":
            step["function"] |= props
        case _:
            step["function"]["asyncConfiguration"] = props
    (desired,) = kind_named(kind).desired(step, ACCOUNT, REGION)
    return desired


def shown(kind: str, desired: Desired, answer: Mapping[str, Any]) -> Live:
    """What FC says: its usual answer, with some members as given."""
    document = {**ANSWERS[kind], **answer}
    return Live(desired.id, observed(document, kind_named(kind).rules), document, etag="e1")


def differences(
    kind: str,
    props: Mapping[str, Any],
    answer: Mapping[str, Any],
    *,
    beside: Mapping[str, Any] | None = None,
    deployed: bool = False,
) -> list[str]:
    """The fields in which s.yaml and FC differ: on a fresh checkout, or right after a deployment from here."""
    desired = wanted(kind, props, beside=beside)
    live = shown(kind, desired, answer)
    return [change.name for change in compared(kind, desired, live, live if deployed else None).changes]


def compared(kind: str, desired: Desired, live: Live, observed_then: Live | None) -> ResourceDiff:
    rules = kind_named(kind).rules
    baseline = None
    if observed_then is not None:
        comparer = Comparer(rules, seal)
        baseline = Baseline(
            id=desired.id,
            applied={path: comparer.sealed(path, value) for path, value in desired.fields.items()},
            observed={path: comparer.sealed(path, value) for path, value in observed_then.fields.items()},
        )
    return compare(desired.id, desired, live, baseline, rules, seal)


def assert_quiet(kind: str, props: Mapping[str, Any], answer: Mapping[str, Any], **more: Any) -> None:
    """Nothing to say, with a baseline and without one."""
    assert differences(kind, props, answer, **more) == []
    assert differences(kind, props, answer, **more, deployed=True) == []


def drifted(kind: str, props: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What changes when somebody edits online: the fields, with the cause of each."""
    desired = wanted(kind, props)
    diff = compared(kind, desired, shown(kind, desired, after), shown(kind, desired, before))
    return {change.name: change.cause.value for change in diff.changes}
