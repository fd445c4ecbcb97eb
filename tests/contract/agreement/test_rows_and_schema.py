"""What the rows of a kind say of a prop is what the schema, and so the documents, say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from tests.known import FC_KINDS, props_schema

from fc_guard.kinds.fc2 import async_config, custom_domain, function, service, trigger
from fc_guard.kinds.triggers import TYPES
from fc_guard.model.rows import Field

Schema = Mapping[str, Any]
DEFINITIONS: Schema = props_schema()["definitions"]
CONFIGS: Schema = {
    branch["if"]["properties"]["type"]["const"]: branch["then"]["properties"]["config"]
    for branch in DEFINITIONS["trigger"]["allOf"]
}


def members(schema: Schema) -> dict[str, Schema]:
    """The props that an object may have, whichever branch of the schema lists them."""
    found = dict(schema.get("properties", {}))
    for branch in schema.get("anyOf", ()):
        found |= members(branch)
    return found


def pairs(rows: Iterable[Field], schema: Schema, place: str) -> Iterator[tuple[str, Field, Schema | None]]:
    """Each row that is made of a prop, with that prop's schema, if there is one."""
    for row in rows:
        for prop in row.said_as[:1]:
            below = members(schema).get(prop)
            yield f"{place}.{prop}", row, below
            yield from pairs(row.rows, below or {}, f"{place}.{prop}")


def test_every_type_of_trigger_has_its_word_and_its_config_in_the_schema() -> None:
    assert set(members(DEFINITIONS["trigger"])["type"]["enum"]) == set(TYPES)
    assert set(CONFIGS) == set(TYPES)


def test_every_kind_whose_rows_are_compared_is_in_the_catalog_and_every_kind_is_compared() -> None:
    bare = {kind.name for kind in FC_KINDS if not kind.operations.read}  # nothing but names
    assert {kind.name for kind in COMPARED} | bare == {kind.name for kind in FC_KINDS}


COMPARED = (
    function.FUNCTION,
    service.SERVICE,
    async_config.ASYNC_CONFIG,
    custom_domain.CUSTOM_DOMAIN,
    trigger.TRIGGER,
)
SAID = [
    *pairs(function.ROWS, DEFINITIONS["function"], "function"),
    *pairs(service.ROWS, DEFINITIONS["service"], "service"),
    *pairs(async_config.ROWS, members(DEFINITIONS["function"])["asyncConfiguration"], "asyncConfiguration"),
    *pairs(custom_domain.ROWS, DEFINITIONS["customDomain"], "customDomains"),
    *pairs(trigger.COMMON, DEFINITIONS["trigger"], "triggers"),
    *(pair for name, of in TYPES.items() for pair in pairs(of.rows, CONFIGS.get(name, {}), name)),
]


def test_every_row_that_is_made_of_a_prop_has_its_prop_in_the_schema() -> None:
    missing = [place for place, _, schema in SAID if schema is None]
    assert missing == ["service.tracingConfig.type"]  # made of the switch `tracingConfig`


DEFAULTS = [
    (place, row, schema["default"])
    for place, row, schema in SAID
    if schema is not None and "default" in schema and not row.rows
]


@pytest.mark.parametrize(("place", "row", "default"), DEFAULTS, ids=[place for place, _, _ in DEFAULTS])
def test_a_default_of_the_schema_is_what_fc_fills_in(place: str, row: Field, default: Any) -> None:
    assert row.default == default and isinstance(row.default, type(default)), place


def test_the_schema_says_defaults_of_most_kinds() -> None:
    assert {place.split(".")[0] for place, _, _ in DEFAULTS} == {"function", "service", "asyncConfiguration"}
