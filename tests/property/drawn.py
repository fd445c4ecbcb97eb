"""Values drawn from a schema: what a person may write there, spelled in all the ways it allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.known import props_schema

WORDS = st.sampled_from(["a", "b-2", "/x/y/", "/x", "1", "true", "acs:mns:::/queues/q/messages", "文", " a b"])
ROLES = st.sampled_from(["acs:ram::1:role/Admin", "acs:ram::1:role/aliyunfcdefaultrole"])
AUTO = "[Aa][Uu][Tt][Oo]"
"""In the pattern of what is left to the tool: resources are made then, which is a subject of its own."""
KEYS = st.sampled_from(["A", "B", "LEVEL"])
MORE_THAN_ANYBODY_WRITES = 100_000

Narrow = Mapping[str, st.SearchStrategy[Any]]
"""Place in the schema, such as service.nasConfig.mountPoints[].fcDir -> what to draw there instead."""
ANYTHING: Narrow = {}


def drawn(schema: Mapping[str, Any], narrow: Narrow = ANYTHING, place: str = "") -> st.SearchStrategy[Any]:
    """Any value that the schema allows, unresolved references left out."""
    if place in narrow:
        return narrow[place]
    if "$ref" in schema:
        return drawn(props_schema()["definitions"][schema["$ref"].rsplit("/", 1)[1]], narrow, place)
    if "anyOf" in schema:
        return _any_of(schema["anyOf"], narrow, place)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            return _object(schema, narrow, place)
        case "array":
            items = drawn(schema["items"], narrow, f"{place}[]")
            return st.lists(items, min_size=schema.get("minItems", 0), max_size=3, unique_by=repr)
        case "integer" | "number" as kind:
            return _number(schema, kind)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return ROLES if "role/" in schema.get("pattern", "") else WORDS


def also_as_text(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The values, and the same values written as text."""
    return st.tuples(values, st.booleans()).map(lambda pair: _text(pair[0]) if pair[1] else pair[0])


def _any_of(branches: Sequence[Mapping[str, Any]], narrow: Narrow, place: str) -> st.SearchStrategy[Any]:
    first, *others = [
        branch for branch in branches if branch.get("pattern") != "\\$\\{" and AUTO not in branch.get("pattern", "")
    ]
    # A number or a switch may be text: the same value as the first branch has, written so.
    if any("pattern" in branch for branch in others):
        return also_as_text(drawn(first, narrow, place))
    return st.one_of(*(drawn(branch, narrow, place) for branch in (first, *others)))


def _number(schema: Mapping[str, Any], kind: str) -> st.SearchStrategy[float]:
    low, high = schema.get("minimum", 0), schema.get("maximum", MORE_THAN_ANYBODY_WRITES)
    if kind == "number":
        return st.integers(int(low * 100), int(high * 100)).map(lambda number: number / 100)
    step = schema.get("multipleOf", 1)
    return st.integers(-(-low // step), high // step).map(lambda number: number * step)


def _object(schema: Mapping[str, Any], narrow: Narrow, place: str) -> st.SearchStrategy[dict[str, Any]]:
    if isinstance(schema.get("additionalProperties"), Mapping):
        return st.dictionaries(KEYS, drawn(schema["additionalProperties"], narrow, f"{place}.*"))
    if "properties" not in schema:
        return st.dictionaries(KEYS, WORDS)
    members = {
        name: drawn(below, narrow, f"{place}.{name}".lstrip(".")) for name, below in schema["properties"].items()
    }
    needed = {name: members.pop(name) for name in schema.get("required", ()) if name in members}
    return st.fixed_dictionaries(needed, optional=members)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
