"""Host inputs -> checked props. Every problem is reported at once, with its place in s.yaml."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from fc_guard.errors import BadInput
from fc_guard.inputs.domain_checks import domain_problems, domain_remarks
from fc_guard.inputs.foreign import refuse_fc3, refuse_template
from fc_guard.inputs.places import Places
from fc_guard.inputs.schema import props_schema
from fc_guard.inputs.trigger_checks import trigger_problems, trigger_remarks
from fc_guard.inputs.unbuilt import Place, unbuilt
from fc_guard.inputs.unknown import unknown_keys

LONGEST_VALUE = 60
PATTERNS: dict[str | int, str] = {
    "role": "a role is an ARN, acs:ram::<account>:role/<name>",
    "domainName": "a host name such as www.example.com, or auto",
    "protocol": "HTTP, HTTPS or HTTP,HTTPS",
    "path": "a path starts with /",
}
"""What a value should have looked like, by its key."""
HIDDEN = frozenset({"environmentVariables", "privateKey", "Password", "InstancePassword"})


@dataclass(frozen=True, slots=True)
class Checked:
    """Props that hold what the schema says, and what deserves a warning."""

    props: Mapping[str, Any]
    warnings: tuple[str, ...]


def check(props: Any, places: Places) -> Checked:
    """Raises `BadInput` with all problems: unknown shape, wrong values, unresolved references, parts not built yet."""
    if not isinstance(props, Mapping):
        raise BadInput("The step has no props.", reference="bad-props")
    refuse_fc3(props, places)
    as_it_is = refuse_template(props, places)
    later = tuple(unbuilt(props))
    if later:
        lines = [_line(places, place, f"not built yet: {what}") for place, what in later]
        raise BadInput(
            "\n".join(lines),
            hint="Nothing was written. Remove these, or deploy this step with the component fc for now.",
            reference="not-built-yet",
        )
    problems = sorted(_problems(props), key=lambda problem: places.line(problem[0]))
    if problems:
        lines = [_line(places, place, text) for place, text in problems]
        raise BadInput("\n".join(lines), hint="Nothing was written.", reference="bad-props")
    warnings = tuple(_line(places, place, text) for place, text in (*as_it_is, *trigger_remarks(props), *domain_remarks(props)))
    warnings += tuple(
        _line(places, found.place, f"unknown key {found.key!r}, ignored{_nearest(found.key, found.known)}")
        for found in unknown_keys(props, props_schema())
    )
    return Checked(props, warnings)


Problem = tuple[Place, str]


def _problems(props: Mapping[str, Any]) -> Iterator[Problem]:
    errors = sorted(_validator().iter_errors(props), key=lambda error: [str(p) for p in error.path])
    yield from map(_explained, errors)
    for place, value in _texts(props, ()):
        if "${" in value:
            yield place, f"{_shown(value)} was not resolved: what it refers to is unknown"
    yield from _semantic(props)


@cache
def _validator() -> Draft7Validator:
    return Draft7Validator(props_schema())


def _explained(error: ValidationError) -> tuple[Place, str]:
    """An error in the user's words: the value and what is allowed."""
    place: Place = tuple(error.absolute_path)
    branches: Any = error.validator_value
    if error.validator == "anyOf" and all(branch.keys() == {"type"} for branch in branches):
        return place, f"{_dotted(place)}: {_value(error, place)} must be {_types([b['type'] for b in branches])}"
    if error.validator == "anyOf" and error.context:
        # The other branches only admit references; the first one says what the value is meant to be.
        first = [nested for nested in error.context if nested.schema_path and nested.schema_path[0] == 0]
        return _explained(max(first, key=lambda nested: len(nested.absolute_path)))
    text = _told(str(error.validator), _value(error, place), error, place)
    return place, f"{_dotted(place)}: {text}" if place else text


def _value(error: ValidationError, place: Place) -> str:
    return "the value (hidden)" if HIDDEN & {str(part) for part in place} else _shown(error.instance)


def _told(rule: str, value: str, error: ValidationError, place: Place) -> str:
    allowed: Any = error.validator_value
    match rule:
        case "required":
            return error.message.replace(" is a required property", " is missing")
        case "type":
            return f"{value} must be {_types(allowed)}"
        case "enum":
            return f"{value} must be one of {', '.join(map(str, allowed))}{_nearest(error.instance, allowed)}"
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
            return error.message


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
    yield from trigger_problems(props)
    yield from domain_problems(props)
    yield from _code(props.get("function"))
    function = props.get("function")
    variables = function.get("environmentVariables") if isinstance(function, Mapping) else None
    for key, value in variables.items() if isinstance(variables, Mapping) else ():
        if value == "":
            place = ("function", "environmentVariables", key)
            yield place, f"{_dotted(place)}: FC refuses an empty value"


def _code(function: Any) -> Iterator[Problem]:
    """Code comes from a folder or a package here, or from an object in OSS; ossBucket beside codeUri is where a
    package goes that is too large for a request."""
    if not isinstance(function, Mapping):
        return
    if function.get("codeUri") and function.get("ossKey"):
        yield ("function", "ossKey"), "function.ossKey: codeUri says where the code is as well; keep one of the two"
    elif function.get("ossKey") and not function.get("ossBucket"):
        yield ("function", "ossKey"), "function.ossKey: ossBucket is missing"
    elif not function.get("codeUri") and not function.get("ossKey") and function.get("runtime") != "custom-container":
        yield ("function",), "function: the code is missing: give codeUri, or ossBucket and ossKey"


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*place, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*place, index))


def _nearest(value: Any, known: Iterable[Any]) -> str:
    close = difflib.get_close_matches(str(value), [str(item) for item in known], n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _line(places: Places, place: Place, text: str) -> str:
    where = places.of(place)
    return f"{where}: {text}" if where else text


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
