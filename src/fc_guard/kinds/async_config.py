"""Asynchronous invocation of a function: `function.asyncConfiguration`, a resource of its own for FC.

Where s.yaml is silent, what is online stays as it is; it is deleted only if it was deployed from here (`part`). FC
replaces the whole configuration with what a Put names, so an update names all there is (`whole`). Only the qualifier
LATEST is s.yaml's: those of other versions and aliases are somebody else's, and go with the function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.core.normal import nested, normalise
from fc_guard.kinds.provider import FC2
from fc_guard.kinds.text import flag, whole
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields
from fc_guard.model.kinds import Home, Kind, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules, with_parents

QUALIFIER: Final = "LATEST"
DESTINATION = "destinationConfig"
ENDS = ("onSuccess", "onFailure")
NUMBERS = ("maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts")

RULES = FieldRules(
    known=with_parents(
        {("statefulInvocation",), *((name,) for name in NUMBERS), *((DESTINATION, end, "destination") for end in ENDS)}
    ),
    server_owned=frozenset({("createdTime",), ("lastModifiedTime",), ("service",), ("function",), ("qualifier",)}),
    structs=frozenset({(DESTINATION,), *((DESTINATION, end) for end in ENDS)}),
    defaults={
        ("maxAsyncEventAgeInSeconds",): 86400,
        ("maxAsyncRetryAttempts",): 3,
        ("statefulInvocation",): False,
    },
    # The documents say 3 retries, other tools 2; what FC fills in has never been recorded.
    filled=lambda fields, path: path[0] in NUMBERS,
    cleared={(DESTINATION,): {}, **{(DESTINATION, end): {} for end in ENDS}},
)


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    function = props.get("function") or {}
    config = function.get("asyncConfiguration") or {}
    document: dict[str, Any] = {name: whole(config[name]) for name in NUMBERS if name in config}
    if "statefulInvocation" in config:
        document["statefulInvocation"] = flag(config["statefulInvocation"])
    ends = config.get("destination") or {}
    document[DESTINATION] = {end: {"destination": _arn(ends[end], account, region)} for end in ENDS if ends.get(end)}
    fields = normalise(document, RULES)
    if not fields:
        return ()
    id = Address(FC2, account, region, "asyncConfig", (props["service"]["name"], function["name"], QUALIFIER))
    return (Desired(id, fields),)


def _arn(text: str, account: str, region: str) -> str:
    """`acs:mns:::/queues/q` means this region and account."""
    return text.replace(":::", f":{region}:{account}:", 1)


def props_of(fields: Fields) -> dict[str, Any]:
    """Live fields as s.yaml spells them below `function.asyncConfiguration`."""
    props = nested({path: value for path, value in fields.items() if value is not None}, RULES)
    ends = {end: target["destination"] for end, target in props.pop(DESTINATION, {}).items() if target}
    return {"destination": ends, **props} if ends else props


ASYNC_CONFIG = Kind(
    name="asyncConfig",
    provider=FC2,
    parent="function",
    home=Home(("function", "asyncConfiguration"), always=QUALIFIER),
    name_field="qualifier",
    list_field="configs",
    operations=Operations(
        create="PutFunctionAsyncInvokeConfig",
        read="GetFunctionAsyncInvokeConfig",
        update="PutFunctionAsyncInvokeConfig",
        delete="DeleteFunctionAsyncInvokeConfig",
        list="ListFunctionAsyncInvokeConfigs",
        in_path=False,
    ),
    rules=RULES,
    desired=desired,
    props=props_of,
    listed=True,
    part=True,
    whole=True,
    above=("service", "function"),
    absence="AsyncConfigNotExists",
)
