"""The schema of the props: one file a kind, composed into the one that the host serves and checks."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

REGIONS = (
    "cn-beijing",
    "cn-hangzhou",
    "cn-shanghai",
    "cn-qingdao",
    "cn-zhangjiakou",
    "cn-huhehaote",
    "cn-shenzhen",
    "cn-chengdu",
    "cn-hongkong",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-northeast-1",
    "eu-central-1",
    "eu-west-1",
    "us-west-1",
    "us-east-1",
    "ap-south-1",
)


def directory() -> Path:
    """Where the schema files are: beside the sources in the component, inside the package when installed."""
    installed = Path(__file__).resolve().parent.parent / "schema"
    return installed if installed.is_dir() else Path(__file__).resolve().parents[3] / "schema"


@cache
def props_schema() -> dict[str, Any]:
    return _load("props")


def composed() -> dict[str, Any]:
    """props.json: the kinds' schemas as definitions, in the draft-07 subset that the host's validator takes.

    It allows no $id and no unknown keyword, and it validates before references are resolved, which is why numbers
    may also be text with `${`.
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["region", "service"],
        "properties": {
            "region": {"type": "string", "minLength": 1, "description": "Region, for example cn-hangzhou"},
            "endpoint": {
                "type": "string",
                "minLength": 1,
                "description": "local, or the URL of an FC-compatible service",
            },
            "service": {"$ref": "#/definitions/service"},
            "function": {"$ref": "#/definitions/function"},
            "triggers": {"type": "array", "items": {"$ref": "#/definitions/trigger"}, "description": "Triggers"},
            "customDomains": {
                "type": "array",
                "items": {"$ref": "#/definitions/customDomain"},
                "description": "Custom domains",
            },
        },
        "definitions": {kind: _definition(kind) for kind in ("service", "function", "trigger", "customDomain")},
    }


def _definition(kind: str) -> dict[str, Any]:
    schema = _load(kind)
    del schema["$schema"]
    return schema


def _load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((directory() / f"{name}.json").read_text(encoding="utf-8"))
    return content
