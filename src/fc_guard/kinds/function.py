"""Function: its configuration, and its code as a field of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fc_guard.core.normal import nested, normalise
from fc_guard.kinds import function_runtime
from fc_guard.kinds.function_code import CODE
from fc_guard.kinds.layers import same_layers
from fc_guard.kinds.provider import FC2
from fc_guard.kinds.text import command_text, decimal, described, text_of, whole
from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath, Fields, Json
from fc_guard.model.kinds import Holder, Home, Kind, Operations, Restorable
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules, with_parents

ENVIRONMENT: FieldPath = ("environmentVariables",)
CONTAINER = "custom-container"
PROBE = "customHealthCheckConfig"
HOOKS = "instanceLifecycleConfig"
STEP_ERROR: Final = 1e-6


def tidied(document: Mapping[str, Json]) -> Mapping[str, Json]:
    """One spelling where FC has two: of layers, and of a soft limit that is no lower than the hard one."""
    tidy = dict(document)
    if tidy.get("layersArnV2") and not tidy.get("layers"):
        tidy["layers"] = tidy["layersArnV2"]
    soft = tidy.get("instanceSoftConcurrency")
    if soft is not None and soft in (0, tidy.get("instanceConcurrency") or 1):
        tidy["instanceSoftConcurrency"] = None
    return tidy


def dns_option(option: Json) -> Json:
    return {name: option[name] for name in ("name", "value") if option.get(name) is not None}


def instance_type(name: Json) -> Json:
    """g1 is the first name of the only GPU type there was then."""
    return "fc.gpu.tesla.1" if name == "g1" else name


def registry_instance(id: Json) -> Json:
    """FC answers the registry's host name here for images of a registry that is no instance of its own."""
    return "" if str(id).startswith("registry.") else id


def filled(fields: Fields, path: FieldPath) -> bool:
    """What FC works out or fills in itself, and settings that mean nothing without another one."""

    def value(*of: str) -> Json:
        return fields.get(of)

    runtime = str(value("runtime") or "")
    match path:
        case ("cpu",) | ("diskSize",):
            return True  # from memorySize
        case ("gpuMemorySize",):
            return str(value("instanceType") or "").startswith("fc.gpu.")
        case ("initializationTimeout",):
            return not value("initializer")
        case ("caPort",):
            return not runtime.startswith("custom")
        case ("instanceLifecycleConfig", hook, "timeout"):
            return not value(HOOKS, hook, "handler")
        case ("customHealthCheckConfig", member):
            # Documents, the predecessor and the console each fill in other thresholds.
            usual = {"failureThreshold": (1, 3), "successThreshold": (1, 2, 3)}.get(member, ())
            return not value(PROBE, "httpGetUrl") or value(*path) in usual
        case ("customContainerConfig", member):
            return not value("customContainerConfig", "image") or member == "accelerationType"
        case _:
            return False


KNOWN = with_parents(
    {
        *((name,) for name in ("description", "runtime", "handler", "instanceType", "layers", "environmentVariables")),
        *((name,) for name in ("memorySize", "timeout", "instanceConcurrency", "instanceSoftConcurrency", "caPort")),
        *((name,) for name in ("cpu", "diskSize", "gpuMemorySize", "initializer", "initializationTimeout")),
        *(("customRuntimeConfig", name) for name in ("command", "args")),
        *(("customContainerConfig", name) for name in function_runtime.CONTAINER_MEMBERS),
        *((PROBE, name) for name in ("httpGetUrl", *function_runtime.PROBE_NUMBERS)),
        *(("customDNS", name) for name in ("nameServers", "searches", "dnsOptions")),
        *((HOOKS, hook, name) for hook in function_runtime.HOOKS for name in ("handler", "timeout")),
    }
)

RULES = FieldRules(
    known=KNOWN,
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
            (PROBE,),
            ("customContainerConfig",),
            ("customDNS",),
            (HOOKS,),
            (HOOKS, "preFreeze"),
            (HOOKS, "preStop"),
        }
    ),
    maps=frozenset({ENVIRONMENT}),
    secret=frozenset({ENVIRONMENT}),
    defaults={
        ("handler",): "index.handler",
        ("memorySize",): 128,
        ("timeout",): 3,
        ("instanceType",): "e1",
        ("instanceConcurrency",): 1,
        ("initializationTimeout",): 3,
        ("caPort",): 9000,  # of custom runtimes and containers; null elsewhere
        (PROBE, "initialDelaySeconds"): 0,
        (PROBE, "periodSeconds"): 3,
        (PROBE, "timeoutSeconds"): 1,
        (PROBE, "failureThreshold"): 3,
        (PROBE, "successThreshold"): 1,
        ("customContainerConfig", "accelerationType"): "Default",
        ("customContainerConfig", "webServerMode"): True,
        # FC answers hooks without a handler with a timeout of their own: GetFunction, 2021-07.
        (HOOKS, "preFreeze", "timeout"): 3,
        (HOOKS, "preStop", "timeout"): 3,
    },
    filled=filled,
    sticky=frozenset({("cpu",), ("diskSize",), ("gpuMemorySize",)}),
    together={("instanceType",): (("gpuMemorySize",), ("cpu",), ("diskSize",))},  # of a GPU; none elsewhere
    follows={("instanceSoftConcurrency",): ("instanceConcurrency",)},
    cleared={
        ("layers",): [],
        ("customRuntimeConfig", "command"): [],
        ("customRuntimeConfig", "args"): [],
        ("customDNS", "nameServers"): [],
        ("customDNS", "searches"): [],
        ("customDNS", "dnsOptions"): [],
        (PROBE,): {},
        ("customContainerConfig",): {},
    },
    canonical={
        ("description",): described,
        ("instanceType",): instance_type,
        **dict.fromkeys((("gpuMemorySize",), ("caPort",)), lambda number: number or None),  # FC answers 0 for none
        ("customDNS", "dnsOptions"): lambda options: [dns_option(option) for option in options],
        ("customContainerConfig", "command"): command_text,
        ("customContainerConfig", "args"): command_text,
        ("customContainerConfig", "instanceID"): registry_instance,
    },
    tidied=tidied,
    alike={("layers",): same_layers},
)

Spelling = Callable[[Any], Any]


def as_given(value: Any) -> Any:
    return value


SPELLINGS: Final[Mapping[str, Spelling]] = {
    **dict.fromkeys(("description", "runtime", "handler", "instanceType", "layers"), as_given),
    **dict.fromkeys(("memorySize", "timeout", "instanceConcurrency", "instanceSoftConcurrency", "caPort"), whole),
    **dict.fromkeys(("diskSize", "gpuMemorySize", "initializationTimeout"), whole),
    "cpu": decimal,
    "initializer": text_of,
    "customRuntimeConfig": function_runtime.runtime_document,
    "customContainerConfig": function_runtime.container_document,
    PROBE: function_runtime.probe_document,
    "customDNS": function_runtime.dns_document,
    HOOKS: function_runtime.hooks_document,
}
"""How each prop becomes FC's field of the same name."""


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    function = props.get("function")
    if function is None:
        return ()
    document = {name: spell(function[name]) for name, spell in SPELLINGS.items() if function.get(name) is not None}
    if not document.get("initializer"):
        document.pop("initializationTimeout", None)  # means nothing without one
    if "environmentVariables" in function:
        # FC knows text only; the predecessor writes numbers and booleans as JavaScript does.
        variables = function["environmentVariables"] or {}
        document["environmentVariables"] = {
            key: text_of(value) for key, value in variables.items() if value is not None
        }
    id = Address(FC2, account, region, "function", (props["service"]["name"], function["name"]))
    declared = frozenset({ENVIRONMENT} if "environmentVariables" in function else set())
    handler = "not-used" if function.get("runtime") == CONTAINER else "index.handler"  # the predecessor's defaults
    return (Desired(id, normalise(document, RULES), declared, {("handler",): handler}),)


def props_of(fields: Fields) -> dict[str, Any]:
    """Live fields as s.yaml spells them below `function`. Objects that are wholly as FC makes them are left out."""
    props = nested({path: value for path, value in fields.items() if value is not None}, RULES)
    if not props.get("initializer"):
        props.pop("initializationTimeout", None)
    if not str(props.get("runtime", "")).startswith("custom"):
        props.pop("caPort", None)
    for name, needed in (("customContainerConfig", "image"), (PROBE, "httpGetUrl")):
        if name in props and not props[name].get(needed):
            del props[name]
    if "customRuntimeConfig" in props:
        props["customRuntimeConfig"] = {"command": [], **props["customRuntimeConfig"]}
    hooks = {name: hook for name, hook in props.pop(HOOKS, {}).items() if hook.get("handler")}
    return {**props, HOOKS: hooks} if hooks else props


def restorable(saved: Fields, live: Fields) -> Restorable:
    """All but the CPU that FC worked out itself: it shows 0.33 where it takes nothing but steps of 0.05."""
    cpu = saved.get(("cpu",))
    if not isinstance(cpu, int | float) or abs(cpu * 20 - round(cpu * 20)) < STEP_ERROR:
        return Restorable(saved)
    worked_out = frozenset({("cpu",), ("diskSize",)})
    return Restorable({path: value for path, value in saved.items() if path not in worked_out}, worked_out)


def provisioned(config: Mapping[str, Any], id: Address) -> str:
    """FC deletes no function with provisioned instances, at whatever version or alias they are kept."""
    _, service, qualifier, function = str(config["resource"]).split("#")
    mine = (service, function) == id.parts and int(config["target"]) > 0
    return f"provisioned instances of {qualifier}" if mine else ""


def needed(document: Mapping[str, Any]) -> tuple[str, ...]:
    """A function has a runtime, and code whose checksum FC tells, unless its code is an image."""
    return ("runtime",) if document.get("runtime") == CONTAINER else ("runtime", "codeChecksum")


FUNCTION = Kind(
    name="function",
    provider=FC2,
    parent="service",
    home=Home(("function",)),
    name_field="functionName",
    list_field="functions",
    operations=Operations("CreateFunction", "GetFunction", "UpdateFunction", "DeleteFunction", "ListFunctions"),
    rules=RULES,
    desired=desired,
    props=props_of,
    code=CODE,
    unit=lambda path: path if path[: len(ENVIRONMENT)] == ENVIRONMENT and len(path) > len(ENVIRONMENT) else path[:1],
    restorable=restorable,
    holders=(
        Holder(
            "ListProvisionConfigs",
            "provisionConfigs",
            provisioned,
            in_path=False,
            query=lambda id: {"serviceName": id.parts[0]},
        ),
    ),
    tagged=True,
    above=("serviceName",),
    needed=needed,
    absence="FunctionNotFound",
)
