"""Keys the schema does not know, found at any depth."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.inputs import unknown as module
from fc_guard.inputs.unknown import unknown_keys

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "probe": {"type": "object", "properties": {"url": {"type": "string"}}},
        "env": {"type": "object", "additionalProperties": {"type": "string"}},
        "points": {"type": "array", "items": {"$ref": "#/definitions/point"}},
        "either": {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {"left": {}}},
                {"type": "object", "properties": {"right": {"type": "object", "properties": {"deep": {}}}}},
            ]
        },
        "free": {"type": "object"},
        "any": {},
        "step": {
            "type": "object",
            "properties": {"type": {}, "config": {}},
            "allOf": [
                {
                    "if": {"properties": {"type": {"const": "a"}}},
                    "then": {"properties": {"config": {"properties": {"forA": {}}}}},
                },
                {
                    "if": {"properties": {"type": {"const": "b"}}},
                    "then": {"properties": {"config": {"properties": {"forB": {}}}}},
                },
            ],
        },
    },
    "definitions": {"point": {"type": "object", "properties": {"x": {}, "y": {}}}},
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "n", "colour": 1}, [("colour",)]),
        ({"probe": {"url": "/", "Url": "/"}}, [("probe", "Url")]),
        ({"env": {"ANY": "1"}}, []),
        ({"points": [{"x": 1}, {"z": 2}]}, [("points", 1, "z")]),
        ({"either": "text"}, []),
        ({"either": {"left": 1, "right": {"deep": 1}}}, []),
        ({"either": {"right": {"shallow": 1}}}, [("either", "right", "shallow")]),
        ({"free": {"a": {"b": 1}}, "any": {"c": 1}}, []),
        ({"step": {"type": "a", "config": {"forA": 1, "forB": 1}}}, [("step", "config", "forB")]),
        ({"step": {"type": "c", "config": {"forA": 1}}}, []),
        ({"one": 1, "step": {"two": 2}}, [("one",), ("step", "two")]),
    ],
)
def test_unknown_keys_are_found_at_any_depth(value: dict[str, Any], expected: list[tuple[str | int, ...]]) -> None:
    assert [found.place for found in unknown_keys(value, SCHEMA)] == expected


def test_the_names_known_at_that_place_go_with_it() -> None:
    (found,) = unknown_keys({"points": [{"X": 1}]}, SCHEMA)
    assert (found.key, found.known) == ("X", ("x", "y"))


def test_conditions_are_made_once_for_all_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"step": {"type": "timer", "config": {}}}
    before = list(unknown_keys(value, SCHEMA))

    def made_again(schema: object) -> None:
        raise AssertionError("a validator is made in each step")

    monkeypatch.setattr(module, "Draft7Validator", made_again)
    assert list(unknown_keys(value, SCHEMA)) == before
