"""Host inputs -> checked props. Every problem is reported at once, with its place in s.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from fc_guard.errors import BadInput, Effect
from fc_guard.inputs import across
from fc_guard.inputs.discreet import WITHHELD, may_repeat
from fc_guard.inputs.domain_checks import domain_problems, domain_remarks
from fc_guard.inputs.foreign import refuse_fc3, refuse_template
from fc_guard.inputs.nearest import meant, nearest
from fc_guard.inputs.places import Places
from fc_guard.inputs.schema import props_schema
from fc_guard.inputs.trigger_checks import trigger_problems, trigger_remarks
from fc_guard.inputs.unbuilt import Place, unbuilt
from fc_guard.inputs.unknown import unknown_keys
from fc_guard.render.known import REFERENCE

LONGEST_VALUE = 60
DEEPEST = 32
"""Levels of nesting. What FC knows has seven, and the values of a user's own a few more."""
PATTERNS: dict[str | int, str] = {
    "role": "a role is an ARN, acs:ram::<account>:role/<name>",
    "domainName": "a host name such as www.example.com, or auto",
    "protocol": "HTTP, HTTPS or HTTP,HTTPS",
    "path": "a path starts with /",
}
"""What a value should have looked like, by its key."""

Problem = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """Props that hold what the schema says, and what deserves a warning."""

    props: Mapping[str, Any]
    warnings: tuple[str, ...]


def check(props: Any, places: Places) -> Checked:
    """Raises `BadInput` with all problems: unknown shape, wrong values, unresolved references, parts not built yet."""
    if not isinstance(props, Mapping):
        raise BadInput("The step has no props.", reference="bad-props")
    _refuse_depth(props, places)
    props = _without_nulls(props)
    refuse_fc3(props, places)
    as_it_is = refuse_template(props, places)
    later = tuple(unbuilt(props))
    if later:
        lines = [_line(places, place, f"not built yet: {what}") for place, what in later]
        raise BadInput(
            lines[0],
            details=lines[1:],
            hint="Remove these, or deploy this step with the component fc for now.",
            effect=Effect.NOTHING,
            reference="not-built-yet",
        )
    unknown = list(_unknown(props))
    problems = list(_problems(props))
    if problems:  # an unknown key may be the missing one, misspelled
        lines = [_line(places, place, text) for place, text in _in_order([*problems, *unknown], places)]
        raise BadInput(lines[0], details=lines[1:], reference="bad-props", effect=Effect.NOTHING)
    notes = [*as_it_is, *trigger_remarks(props), *domain_remarks(props), *across.doubts(props), *unknown]
    warnings = tuple(_line(places, place, text) for place, text in _in_order(notes, places))
    return Checked(props, warnings)


def _refuse_depth(props: Mapping[str, Any], places: Places) -> None:
    """Props that are nested deeper than anybody writes would end the program further on, and say nothing to FC."""
    waiting: list[tuple[Place, Any]] = [((), props)]
    while waiting:
        place, value = waiting.pop()
        if len(place) > DEEPEST:
            raise BadInput(
                _line(places, place[:1], f"{_dotted(place[:3])}…: nested deeper than {DEEPEST} levels"),
                reference="bad-props",
                effect=Effect.NOTHING,
            )
        if isinstance(value, Mapping):
            waiting += [((*place, str(key)), item) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*place, index), item) for index, item in enumerate(value)]


def _without_nulls(value: Any) -> Any:
    """Keys without a value are no keys: the host drops them from s.yaml, and `s cli -p` should mean the same."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _in_order(notes: Iterable[Problem], places: Places) -> list[Problem]:
    return sorted(notes, key=lambda note: places.line(note[0]))


def _unknown(props: Mapping[str, Any]) -> Iterator[Problem]:
    for found in unknown_keys(props, props_schema()):
        if found.place == across.VSWITCHES:
            continue
        yield found.place, f"unknown key {found.key!r}, ignored{meant(found)}"


def _problems(props: Mapping[str, Any]) -> Iterator[Problem]:
    errors = sorted(_validator().iter_errors(props), key=lambda error: [str(p) for p in error.path])
    for error in errors:
        yield from _explained(error)
    for place, value in _texts(props, ()):
        if "${" in value:
            quotable = may_repeat(place, value) or REFERENCE.fullmatch(value) is not None
            told = _shown(value) if quotable else f"{_dotted(place)} (hidden)"
            yield place, f"{told} was not resolved: what it refers to is unknown"
    yield from _semantic(props)


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(props_schema())


def _explained(error: ValidationError) -> Iterator[Problem]:
    """An error in the user's words: the value and what is allowed."""
    place: Place = tuple(error.absolute_path)
    branches: Any = error.validator_value
    if error.validator == "anyOf" and all(branch.keys() == {"type"} for branch in branches):
        yield place, f"{_dotted(place)}: {_value(error, place)} must be {_types([b['type'] for b in branches])}"
    elif error.validator == "anyOf" and error.context:
        # The other branches only admit references; the first one says what the value is meant to be.
        told: set[Place] = set()
        for nested in error.context:
            at = tuple(nested.absolute_path)
            if nested.schema_path and nested.schema_path[0] == 0 and (at not in told or nested.validator == "required"):
                told.add(at)
                yield from _explained(nested)
    else:
        text = _told(str(error.validator), _value(error, place), error, place)
        yield place, f"{_dotted(place)}: {text}" if place else text


def _value(error: ValidationError, place: Place) -> str:
    return _shown(error.instance) if may_repeat(place, error.instance) else WITHHELD


def _told(rule: str, value: str, error: ValidationError, place: Place) -> str:
    allowed: Any = error.validator_value
    match rule:
        case "required":
            return error.message.replace(" is a required property", " is missing")
        case "type":
            return f"{value} must be {_types(allowed)}"
        case "enum":
            return f"{value} must be one of {', '.join(map(str, allowed))}{nearest(error.instance, allowed)}"
        case "minimum" | "maximum":
            return f"{value} must be at {'least' if rule == 'minimum' else 'most'} {allowed}"
        case "multipleOf":
            return f"{value} must be a multiple of {allowed}"
        case "minLength" | "minItems":
            return f"{value} must not be empty"
        case "maxLength":
            return f"{value} is longer than {allowed} characters"
        case "pattern":
            return f"{value} is not allowed here{_pattern_hint(place)}"
        case _:
            return error.message if may_repeat(place, error.instance) else f"{value} is not allowed here"


def _pattern_hint(place: Place) -> str:
    if place and place[-1] == "name":
        return ": a name has letters, digits, _ and -, and starts with a letter or _"
    if place and place[-1] == "ossBucket":
        return ": a bucket's name has 3 to 63 lower-case letters, digits and -"
    if place and place[-1] in PATTERNS:
        return f": {PATTERNS[place[-1]]}"
    return ": a whole number is expected"


def _types(allowed: Any) -> str:
    names = {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number", "null": "nothing"}
    names |= {"number": "a number", "boolean": "true or false"}
    return " or ".join(names[name] for name in (allowed if isinstance(allowed, list) else [allowed]))


def _semantic(props: Mapping[str, Any]) -> Iterator[Problem]:
    """What a schema cannot say."""
    yield from across.problems(props)
    yield from trigger_problems(props)
    yield from domain_problems(props)


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*place, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*place, index))


def _line(places: Places, place: Place, text: str) -> str:
    where = places.of(place)
    return f"{where}: {text}" if where else text


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
