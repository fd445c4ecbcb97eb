"""Values drawn from a schema: what a person may write there, spelled in all the ways it allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from fc_guard.inputs.schema import props_schema

WORDS = st.sampled_from(["a", "b-2", "/x/y/", "/x", "1", "acs:mns:::/queues/q/messages", "文"])
ROLES = st.sampled_from(["acs:ram::1:role/Admin", "acs:ram::1:role/aliyunfcdefaultrole"])
KEYS = st.sampled_from(["A", "B", "LEVEL"])
MORE_THAN_ANYBODY_WRITES = 100_000


def drawn(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Any value that the schema allows, unresolved references left out."""
    if "$ref" in schema:
        return drawn(props_schema()["definitions"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        branches = [branch for branch in schema["anyOf"] if branch.get("pattern") != "\\$\\{"]
        # A number or a switch may be text: the same value as the first branch has, written so.
        first, *others = branches
        if any("pattern" in branch for branch in others):
            return st.tuples(drawn(first), st.booleans()).map(lambda pair: _text(pair[0]) if pair[1] else pair[0])
        return st.one_of(*map(drawn, branches))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            return _object(schema)
        case "array":
            return st.lists(drawn(schema["items"]), max_size=3, unique_by=repr)
        case "integer" | "number" as kind:
            return _number(schema, kind)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return ROLES if "role/" in schema.get("pattern", "") else WORDS


def _number(schema: Mapping[str, Any], kind: str) -> st.SearchStrategy[float]:
    low, high = schema.get("minimum", 0), schema.get("maximum", MORE_THAN_ANYBODY_WRITES)
    if kind == "number":
        return st.integers(int(low * 100), int(high * 100)).map(lambda number: number / 100)
    step = schema.get("multipleOf", 1)
    return st.integers(-(-low // step), high // step).map(lambda number: number * step)


def _object(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    if isinstance(schema.get("additionalProperties"), Mapping):
        return st.dictionaries(KEYS, drawn(schema["additionalProperties"]))
    members = {name: drawn(below) for name, below in schema.get("properties", {}).items()}
    needed = {name: members.pop(name) for name in schema.get("required", ()) if name in members}
    return st.fixed_dictionaries(needed, optional=members)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
