"""A function has a configuration, and its code as a field of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.core.normal import nested, normalise
from fc_guard.core.rows import document_of, rules_of
from fc_guard.kinds.fc2.function_code import CODE, CONTAINER
from fc_guard.kinds.fc2.function_runtime import HOOKS, PROBE, RUNTIME_ROWS
from fc_guard.kinds.fc2.layers import same_layers
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.kinds.spelling import decimal, described, text_map, text_of, whole
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath, Fields, Json
from fc_guard.model.kinds import Events, Holder, Home, Kind, Operations, Restorable
from fc_guard.model.resources import Desired
from fc_guard.model.rows import Access, Field, Noise, Shape, always, canonical, servers, without

ENVIRONMENT: FieldPath = ("environmentVariables",)
STEP_ERROR: Final = 1e-6


def tidied(document: Mapping[str, Json]) -> Mapping[str, Json]:
    """Picks one spelling if FC has two: of layers, and of a soft limit that is no lower than the hard one."""
    tidy = dict(document)
    if tidy.get("layersArnV2") and not tidy.get("layers"):
        tidy["layers"] = tidy["layersArnV2"]
    soft = tidy.get("instanceSoftConcurrency")
    if soft is not None and soft in (0, tidy.get("instanceConcurrency") or 1):
        tidy["instanceSoftConcurrency"] = None
    return tidy


def _instance_type(name: Json) -> Json:
    """Returns today's name of a type: g1 is the first name of the only GPU type there was then."""
    return "fc.gpu.tesla.1" if name == "g1" else name


def _zero_is_none(number: Json) -> Json:
    """Returns None for 0, which is FC's answer for none."""
    return number or None


def _on_a_gpu(fields: Fields, path: FieldPath) -> bool:
    return str(fields.get(("instanceType",)) or "").startswith("fc.gpu.")


def _not_custom(fields: Fields, path: FieldPath) -> bool:
    return not str(fields.get(("runtime",)) or "").startswith("custom")


ROWS = (
    Field("description", noise=canonical(described)),
    Field("runtime"),
    Field("handler", default="index.handler"),
    Field("memorySize", whole, default=128),
    Field("timeout", whole, default=3),
    # The fields sent along with the type describe a GPU; other types have none.
    Field(
        "instanceType",
        default="e1",
        noise=canonical(_instance_type),
        together=("gpuMemorySize", "cpu", "diskSize"),
    ),
    Field("cpu", decimal, filled=always, access=Access.STICKY),  # FC works it out from memorySize
    Field("diskSize", whole, filled=always, access=Access.STICKY),  # likewise
    Field("gpuMemorySize", whole, noise=canonical(_zero_is_none), filled=_on_a_gpu, access=Access.STICKY),
    Field("instanceConcurrency", whole, default=1),
    Field("instanceSoftConcurrency", whole, follows="instanceConcurrency"),
    Field("initializer", text_of),
    Field("initializationTimeout", whole, default=3, filled=without("initializer")),
    # Custom runtimes and containers have a port; null elsewhere.
    Field("caPort", whole, default=9000, noise=canonical(_zero_is_none), filled=_not_custom),
    Field("layers", noise=Noise(alike=same_layers), cleared=[]),
    # FC knows text only; the predecessor writes numbers and booleans as JavaScript does.
    Field("environmentVariables", text_map, secret=True, shape=Shape.MAP),
    *RUNTIME_ROWS,
    *servers("functionName", "functionId", "createdTime", "lastModifiedTime", "codeSize"),
    *servers("codeChecksum"),  # compared as code, not as a field
    *servers("layersArnV2"),  # a second spelling of layers
)
RULES = rules_of(ROWS, tidied)


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    function = props.get("function")
    if function is None:
        return ()
    document = document_of(ROWS, function)
    if not document.get("initializer"):
        document.pop("initializationTimeout", None)  # means nothing without one
    id = Address(FC2, account, region, "function", (props["service"]["name"], function["name"]))
    declared = frozenset({ENVIRONMENT} if "environmentVariables" in function else set())
    handler = "not-used" if function.get("runtime") == CONTAINER else "index.handler"  # the predecessor's defaults
    return (Desired(id, normalise(document, RULES), declared, {("handler",): handler}),)


def props_of(fields: Fields) -> dict[str, Any]:
    """Returns live fields as s.yaml spells them below `function`, without what is wholly as FC makes it."""
    props = nested({path: value for path, value in fields.items() if value is not None}, RULES)
    if _is_worked_out(props.get("cpu")):
        del props["cpu"]
        props.pop("diskSize", None)
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
    """Leaves out the CPU that FC worked out itself: it shows 0.33 but takes only steps of 0.05."""
    if not _is_worked_out(saved.get(("cpu",))):
        return Restorable(saved)
    worked_out = frozenset({("cpu",), ("diskSize",)})
    return Restorable({path: value for path, value in saved.items() if path not in worked_out}, worked_out)


def _is_worked_out(cpu: Any) -> bool:
    return isinstance(cpu, int | float) and abs(cpu * 20 - round(cpu * 20)) >= STEP_ERROR


def provisioned(config: Mapping[str, Any], id: Address) -> str:
    """Names the qualifier with provisioned instances, if any: FC deletes no function that has some anywhere."""
    _, service, qualifier, function = str(config["resource"]).split("#")
    mine = (service, function) == id.parts and int(config["target"]) > 0
    return t("provisioned instances of {qualifier}", qualifier=qualifier) if mine else ""


def needed(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns what a document must have: a runtime, and a checksum of the code unless it is an image."""
    return ("runtime",) if document.get("runtime") == CONTAINER else ("runtime", "codeChecksum")


BESIDES = frozenset({"serviceName", "functionName", "qualifier", "accountId", "regionId", "version"})
"""Parameters of a request in the audit trail that say nothing of what is changed."""

FUNCTION = Kind(
    name="function",
    provider=FC2,
    api="FC",
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
    events=Events(
        written=frozenset({"CreateFunction", "UpdateFunction"}),
        deleted=frozenset({"DeleteFunction"}),
        code=frozenset({"code"}),
        besides=BESIDES,
    ),
)
