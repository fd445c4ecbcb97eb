"""The operations of the API: name, verb, path. Both API versions share them; routing is by table."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from fc_local.kinds import ASYNC_CONFIG, KINDS, ON_DEMAND_CONFIG, PROVISION_CONFIG, Kind, Setting

Pattern = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """`action` names the code that carries it out: see fc_local.deeds."""

    name: str
    verb: str
    pattern: Pattern
    action: str
    kind: Kind | None = None
    setting: Setting | None = None

    @property
    def writes(self) -> bool:
        return self.verb != "GET" and self.action != "invoke"

    @property
    def has_body(self) -> bool:
        return self.writes and self.action not in ("delete", "drop", "version.delete", "layer.delete")


def _collection(kind: Kind) -> Pattern:
    above = (*_collection(KINDS[kind.parent]), "*") if kind.parent else ()
    return (*above, kind.segment or kind.collection)


def _of_kind(kind: Kind) -> tuple[Operation, ...]:
    many, one = _collection(kind), (*_collection(kind), "*")
    return (
        Operation(f"Create{kind.label}", "POST", many, "create", kind),
        Operation(f"List{kind.plural}", "GET", many, "list", kind),
        Operation(f"Get{kind.label}", "GET", one, "get", kind),
        Operation(f"Update{kind.label}", "PUT", one, "update", kind),
        Operation(f"Delete{kind.label}", "DELETE", one, "delete", kind),
    )


_SERVICE = ("services", "*")
_FUNCTION = (*_SERVICE, "functions", "*")
_ASYNC = (*_FUNCTION, "async-invoke-config")
_PROVISION = (*_FUNCTION, "provision-config")
_ON_DEMAND = (*_FUNCTION, "on-demand-config")
_LAYER = ("layers", "*", "versions")

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        *(operation for kind in KINDS.values() for operation in _of_kind(kind)),
        Operation("GetFunctionCode", "GET", (*_FUNCTION, "code"), "code", KINDS["function"]),
        Operation("InvokeFunction", "POST", (*_FUNCTION, "invocations"), "invoke", KINDS["function"]),
        Operation("PutFunctionAsyncInvokeConfig", "PUT", _ASYNC, "put", setting=ASYNC_CONFIG),
        Operation("GetFunctionAsyncInvokeConfig", "GET", _ASYNC, "read", setting=ASYNC_CONFIG),
        Operation("DeleteFunctionAsyncInvokeConfig", "DELETE", _ASYNC, "drop", setting=ASYNC_CONFIG),
        Operation(
            *("ListFunctionAsyncInvokeConfigs", "GET", (*_FUNCTION, "async-invoke-configs"), "function.settings"),
            setting=ASYNC_CONFIG,
        ),
        Operation("PutProvisionConfig", "PUT", _PROVISION, "put", setting=PROVISION_CONFIG),
        Operation("GetProvisionConfig", "GET", _PROVISION, "read", setting=PROVISION_CONFIG),
        Operation("ListProvisionConfigs", "GET", ("provision-configs",), "account.settings", setting=PROVISION_CONFIG),
        Operation("PutFunctionOnDemandConfig", "PUT", _ON_DEMAND, "put", setting=ON_DEMAND_CONFIG),
        Operation("GetFunctionOnDemandConfig", "GET", _ON_DEMAND, "read", setting=ON_DEMAND_CONFIG),
        Operation("DeleteFunctionOnDemandConfig", "DELETE", _ON_DEMAND, "drop", setting=ON_DEMAND_CONFIG),
        Operation("ListOnDemandConfigs", "GET", ("on-demand-configs",), "account.settings", setting=ON_DEMAND_CONFIG),
        Operation("PublishServiceVersion", "POST", (*_SERVICE, "versions"), "version.publish"),
        Operation("ListServiceVersions", "GET", (*_SERVICE, "versions"), "version.list"),
        Operation("DeleteServiceVersion", "DELETE", (*_SERVICE, "versions", "*"), "version.delete"),
        Operation("CreateVpcBinding", "POST", (*_SERVICE, "bindings"), "binding.create"),
        Operation("ListVpcBindings", "GET", (*_SERVICE, "bindings"), "binding.list"),
        Operation("DeleteVpcBinding", "DELETE", (*_SERVICE, "bindings", "*"), "binding.delete"),
        Operation("CreateLayerVersion", "POST", _LAYER, "layer.create"),
        Operation("GetLayerVersion", "GET", (*_LAYER, "*"), "layer.get"),
        Operation("ListLayerVersions", "GET", _LAYER, "layer.versions"),
        Operation("ListLayers", "GET", ("layers",), "layer.list"),
        Operation("DeleteLayerVersion", "DELETE", (*_LAYER, "*"), "layer.delete"),
        Operation("GetLayerVersionByArn", "GET", ("layerarn", "*"), "layer.by_arn"),
        Operation("PutLayerACL", "PUT", ("layers", "*", "acl"), "layer.acl"),
        Operation("TagResource", "POST", ("tag",), "tag.add"),
        Operation("UntagResource", "PUT", ("tag",), "tag.remove"),
        Operation("GetResourceTags", "GET", ("tag",), "tag.get"),
        Operation("ListTaggedResources", "GET", ("tags",), "tag.list"),
        Operation("GetAccountSettings", "GET", ("account-settings",), "settings"),
        Operation("GetAccountConfigs", "GET", ("accountConfigs",), "account.configs"),
        Operation("GetTempCodeBucketToken", "GET", ("tempCodeBucketToken",), "bucket.token"),
    )
}
# Other paths of the same operations: 2016-08-15's spellings, and FC's temporary bucket for one service.
_ALSO: tuple[tuple[str, Pattern, str], ...] = (
    ("DELETE", ("tag",), "UntagResource"),
    ("POST", (*_SERVICE, "binding"), "CreateVpcBinding"),
    ("DELETE", (*_SERVICE, "binding"), "DeleteVpcBinding"),
    ("DELETE", (*_SERVICE, "binding", "*"), "DeleteVpcBinding"),
    ("GET", (*_SERVICE, "tempCodeBucketToken"), "GetTempCodeBucketToken"),
    ("GET", ("tempBucketToken",), "GetTempCodeBucketToken"),
)
_BY_SHAPE: dict[tuple[str, Pattern], Operation] = {
    (operation.verb, operation.pattern): operation for operation in OPERATIONS.values()
}
_BY_SHAPE.update({(verb, pattern): OPERATIONS[name] for verb, pattern, name in _ALSO})


@dataclass(frozen=True, slots=True)
class Route:
    operation: Operation
    names: tuple[str, ...]


def route(verb: str, path: str) -> Route | None:
    """`path` is the part after the API version, still percent-encoded: /services/svc/functions/fn."""
    segments = path[1:].split("/")
    pattern = tuple(part if index % 2 == 0 else "*" for index, part in enumerate(segments))
    operation = _BY_SHAPE.get((verb, pattern))
    if operation is None:
        return None
    names = tuple(unquote(part) for part in segments[1::2])
    return Route(operation, names) if all(names) else None
