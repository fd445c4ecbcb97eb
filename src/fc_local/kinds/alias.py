"""Aliases: names for a published version of a service (facts 4.4)."""

from __future__ import annotations

from fc_local.errors import FcError, invalid, not_found
from fc_local.kinds import checks
from fc_local.kinds.kind import V2021, Kind, Making, View
from fc_local.shape import Document, FreeMap, ListOf, Number, Struct, Text

_SHAPE = Struct(
    {
        "aliasName": Text(),
        "versionId": Text(),
        "description": Text(),
        "additionalVersionWeight": FreeMap(Number()),
        "resolvePolicy": Text(),
        "routePolicy": Struct(
            {
                "condition": Text(),
                "policyItems": ListOf(Struct({"key": Text(), "operator": Text(), "type": Text(), "value": Text()})),
            },
            zero={"condition": "", "policyItems": []},
        ),
    }
)
_DEFAULTS: Document = {"description": "", "additionalVersionWeight": None}
_POLICIES = ("", "Random", "Content")


def _create(body: Document, making: Making) -> Document:
    checks.name("AliasName", body.get("aliasName"))
    if body["aliasName"] == "LATEST":
        raise invalid("AliasName is set to an invalid value (actual: 'LATEST')")
    checks.given("VersionId", body.get("versionId"))
    return _checked({**_DEFAULTS, **_settings(body)}, making)


def _update(old: Document, body: Document, making: Making) -> Document:
    return _checked({**old, **_settings(body)}, making)


def _settings(body: Document) -> Document:
    given = {key: value for key, value in body.items() if key != "aliasName"}
    if given.get("additionalVersionWeight") == {}:
        given["additionalVersionWeight"] = None
    return given


def _checked(document: Document, making: Making) -> Document:
    weights = document["additionalVersionWeight"] or {}
    main = document["versionId"]
    for version in (main, *weights):
        if making.find("version", (making.path[0], version)) is None:
            raise not_found("version", (making.path[0], version))
    checks.one_of("ResolvePolicy", document.get("resolvePolicy", ""), _POLICIES)
    for weight in weights.values():
        checks.within("AdditionalVersionWeight", weight, 0, 1)
    if len(weights) > 1:
        raise invalid(f"AdditionalVersionWeight contains too many values (max: 1, actual: {len(weights)})")
    if main in weights and _refuses_main_version(making):
        raise FcError(400, "AdditionalVersionContainsMajorVersion", f"additional versions contain version '{main}'")
    return document


def _refuses_main_version(making: Making) -> bool:
    """The old API's live test gives the main version a weight; the new one's error list has a code for that."""
    setting = making.switches["alias_weight_on_main_version"]
    return bool(setting == "refuse" or (setting == "by api" and making.api == V2021))


def _show(document: Document, view: View) -> Document:
    return document


ALIAS = Kind(
    name="alias",
    label="Alias",
    collection="aliases",
    parent="service",
    child=None,
    shape=_SHAPE,
    name_field="aliasName",
    id_field=None,
    account_limit=50,
    create=_create,
    update=_update,
    show=_show,
)
