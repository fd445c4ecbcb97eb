"""Function: its configuration, and its code as a field of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.normal import nested, normalise
from fc_guard.kinds.text import text_of
from fc_guard.model.fields import Fields
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import Kind, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules

ENVIRONMENT = ("environmentVariables",)

RULES = FieldRules(
    server_owned=frozenset(
        {
            ("functionName",),
            ("functionId",),
            ("createdTime",),
            ("lastModifiedTime",),
            ("codeSize",),
            ("codeChecksum",),  # compared as code, not as a field
            ("layersArnV2",),  # a second spelling of layers
            ("customContainerConfig", "accelerationInfo"),
        }
    ),
    structs=frozenset(
        {
            ("customRuntimeConfig",),
            ("customHealthCheckConfig",),
            ("customContainerConfig",),
            ("customDNS",),
            ("instanceLifecycleConfig",),
            ("instanceLifecycleConfig", "preFreeze"),
            ("instanceLifecycleConfig", "preStop"),
        }
    ),
    maps=frozenset({ENVIRONMENT}),
    secret=frozenset({ENVIRONMENT}),
    defaults={
        ("memorySize",): 128,
        ("timeout",): 3,
        ("instanceType",): "e1",
        ("instanceConcurrency",): 1,
        ("initializationTimeout",): 3,
        ("customHealthCheckConfig", "initialDelaySeconds"): 0,
        ("customHealthCheckConfig", "periodSeconds"): 3,
        ("customHealthCheckConfig", "timeoutSeconds"): 1,
        ("customHealthCheckConfig", "failureThreshold"): 3,
        ("customHealthCheckConfig", "successThreshold"): 1,
        # FC answers hooks without a handler with a timeout of their own: GetFunction, 2021-07.
        ("instanceLifecycleConfig", "preFreeze", "timeout"): 3,
        ("instanceLifecycleConfig", "preStop", "timeout"): 3,
    },
    cleared={("layers",): [], ("customRuntimeConfig", "command"): [], ("customRuntimeConfig", "args"): []},
)

PLAIN = (
    "description",
    "runtime",
    "handler",
    "initializer",
    "instanceType",
    "layers",
)
WHOLE_NUMBERS = (
    "memorySize",
    "timeout",
    "initializationTimeout",
    "instanceConcurrency",
    "diskSize",
    "caPort",
)
COMMAND = ("command", "args")
INITIAL: Fields = {("handler",): "index.handler"}
"""The predecessor's default."""


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    function = props.get("function")
    if function is None:
        return ()
    document = {name: function[name] for name in PLAIN if name in function}
    document |= {name: int(function[name]) for name in WHOLE_NUMBERS if name in function}
    if "cpu" in function:
        document["cpu"] = float(function["cpu"])
    if "environmentVariables" in function:
        # FC knows text only; the predecessor writes numbers and booleans as JavaScript does.
        document["environmentVariables"] = {
            key: text_of(value) for key, value in (function["environmentVariables"] or {}).items()
        }
    if "customRuntimeConfig" in function:
        config = function["customRuntimeConfig"] or {}
        document["customRuntimeConfig"] = {
            key: [text_of(item) for item in config[key]] for key in COMMAND if key in config
        }
    id = ResourceId(account, region, "function", (props["service"]["name"], function["name"]))
    declared = frozenset({ENVIRONMENT} if "environmentVariables" in function else set())
    return (Desired(id, normalise(document, RULES), declared, INITIAL),)


def props_of(fields: Fields) -> dict[str, Any]:
    """Live fields as s.yaml spells them below `function`."""
    return nested({path: value for path, value in fields.items() if value is not None}, RULES)


FUNCTION = Kind(
    name="function",
    rank=1,
    parent="service",
    name_field="functionName",
    list_field="functions",
    operations=Operations("CreateFunction", "GetFunction", "UpdateFunction", "DeleteFunction", "ListFunctions"),
    rules=RULES,
    desired=desired,
    props=props_of,
    has_code=True,
)
