"""Every prop there is: the leaves of the schema, by their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fc_guard.kinds.triggers import TYPES
from tests.known import props_schema

Schema = Mapping[str, Any]


def leaves() -> dict[str, Schema]:
    """Place -> schema. Items of a list of objects are below `[]`, the keys of a free map at `*`, and what a trigger's
    config may hold below `triggers[<type>]`: service.nasConfig.mountPoints[].fcDir, triggers[oss].config.events."""
    schema = props_schema()
    found = dict(_below("", {**schema, "properties": {**schema["properties"]}}))
    del found["triggers[].config"]
    for of in TYPES:
        found |= dict(_below(f"triggers[{of}].config", trigger_config(of)))
    return found


def trigger_config(of: str) -> Schema:
    """The schema of a trigger's `config`, by the trigger's type."""
    for branch in props_schema()["definitions"]["trigger"]["allOf"]:
        if branch["if"]["properties"]["type"]["const"] == of:
            config: Schema = branch["then"]["properties"]["config"]
            return config
    raise KeyError(of)


def plain(schema: Schema) -> Schema:
    """The schema without the branches that only admit another spelling of the same: a reference, text, nothing."""
    if "$ref" in schema:
        return plain(props_schema()["definitions"][schema["$ref"].rsplit("/", 1)[1]])
    return plain(schema["anyOf"][0]) if "anyOf" in schema else schema


def _below(place: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
    schema = plain(schema)
    if schema.get("properties"):
        for name, below in schema["properties"].items():
            yield from _below(f"{place}.{name}".lstrip("."), below)
    elif isinstance(schema.get("additionalProperties"), Mapping):
        yield f"{place}.*", plain(schema["additionalProperties"])
    elif schema.get("type") == "array" and plain(schema["items"]).get("properties"):
        yield from _below(f"{place}[]", schema["items"])
    else:
        yield place, schema
