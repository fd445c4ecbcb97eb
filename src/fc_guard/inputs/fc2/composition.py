"""The schema of this layout's props, composed of one file a kind."""

from __future__ import annotations

from typing import Any, Final

from fc_guard.inputs.schema import schema_named
from fc_guard.language import t

DEFINITIONS: Final = ("service", "function", "trigger", "customDomain")

STATE: Final = r"^oss://[a-z0-9][a-z0-9-]{1,61}[a-z0-9](/[A-Za-z0-9_=.-]+)*/?$|\$\{"


def composed() -> dict[str, Any]:
    """Returns props.json: the kinds' schemas as definitions, in the draft-07 subset that the host's validator takes.

    It allows no $id and no unknown keyword, and it validates before references are resolved, which is why numbers may
    also be text with `${`.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["region", "service"],
        "properties": {
            "region": {"type": "string", "minLength": 1, "description": t("Region, for example cn-hangzhou")},
            "endpoint": {
                "type": "string",
                "minLength": 1,
                "description": t("local, or the URL of an FC-compatible service"),
            },
            "state": {
                "type": "string",
                "pattern": STATE,
                "description": t("oss://bucket/prefix: what was deployed is remembered there, for all checkouts"),
            },
            "service": {"$ref": "#/definitions/service"},
            "function": {"$ref": "#/definitions/function"},
            "triggers": {"type": "array", "items": {"$ref": "#/definitions/trigger"}, "description": "Triggers"},
            "customDomains": {
                "type": "array",
                "items": {"$ref": "#/definitions/customDomain"},
                "description": t("Custom domains"),
            },
        },
        "definitions": {name: _definition(name) for name in DEFINITIONS},
    }


def _definition(name: str) -> dict[str, Any]:
    return {keyword: said for keyword, said in schema_named(name).items() if keyword != "$schema"}
