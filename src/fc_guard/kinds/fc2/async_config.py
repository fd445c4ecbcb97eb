"""Asynchronous invocation of a function, `function.asyncConfiguration`, is a resource of its own for FC.

If s.yaml is silent, what is online stays as it is; it is deleted only if it was deployed from here (`part`). FC
replaces the whole configuration with what a Put names, so an update names all there is (`whole`). Only the qualifier
LATEST belongs to s.yaml: those of other versions and aliases are somebody else's, and go with the function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.core.normal import nested, normalise
from fc_guard.core.rows import document_of, rules_of
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.kinds.spelling import flag, whole
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields
from fc_guard.model.kinds import Events, Home, Kind, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rows import Field, always, servers, struct

QUALIFIER: Final = "LATEST"
DESTINATION = "destinationConfig"
ENDS = ("onSuccess", "onFailure")

ROWS = (
    # The documents say 3 retries, other tools 2; what FC fills in has never been recorded.
    Field("maxAsyncEventAgeInSeconds", whole, default=86400, filled=always),
    Field("maxAsyncRetryAttempts", whole, default=3, filled=always),
    Field("statefulInvocation", flag, default=False),
    struct(DESTINATION, *(struct(end, Field("destination"), cleared={}) for end in ENDS), props=(), cleared={}),
    *servers("createdTime", "lastModifiedTime", "service", "function", "qualifier"),
)
RULES = rules_of(ROWS)


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    function = props.get("function") or {}
    config = function.get("asyncConfiguration") or {}
    ends = config.get("destination") or {}
    targets = {end: {"destination": _arn(ends[end], account, region)} for end in ENDS if ends.get(end)}
    fields = normalise({**document_of(ROWS, config), DESTINATION: targets}, RULES)
    if not fields:
        return ()
    id = Address(FC2, account, region, "asyncConfig", (props["service"]["name"], function["name"], QUALIFIER))
    return (Desired(id, fields),)


def _arn(text: str, account: str, region: str) -> str:
    """Fills in this region and account: `acs:mns:::/queues/q` leaves them out."""
    return text.replace(":::", f":{region}:{account}:", 1)


def props_of(fields: Fields) -> dict[str, Any]:
    """Returns live fields as s.yaml spells them below `function.asyncConfiguration`."""
    props = nested({path: value for path, value in fields.items() if value is not None}, RULES)
    ends = {end: target["destination"] for end, target in props.pop(DESTINATION, {}).items() if target}
    return {"destination": ends, **props} if ends else props


ASYNC_CONFIG = Kind(
    name="asyncConfig",
    provider=FC2,
    api="FC",
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
    events=Events(
        written=frozenset({"PutFunctionAsyncInvokeConfig", "PutAsyncInvokeConfig"}),
        deleted=frozenset({"DeleteFunctionAsyncInvokeConfig", "DeleteAsyncInvokeConfig"}),
    ),
)
