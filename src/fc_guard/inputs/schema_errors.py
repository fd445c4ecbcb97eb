"""Tells errors of a schema in the user's words: the value, and what is allowed there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jsonschema import Draft7Validator, validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from fc_guard.inputs.discreet import WITHHELD, Discretion, discretion
from fc_guard.inputs.nearest import nearest
from fc_guard.inputs.schema import schema_named
from fc_guard.inputs.values import as_number, dotted
from fc_guard.language import joined, t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Layout, Note

LONGEST_VALUE: Final = 60


def schema_errors(props: Mapping[str, Any], layout: Layout) -> Iterator[Note]:
    words = _Words(discretion(layout), layout.words.patterns)
    errors = _validator(layout.schema).iter_errors(props)
    for error in sorted(errors, key=lambda error: [str(part) for part in error.path]):
        yield from words.explained(error)


def shown(value: Any) -> str:
    """Returns a value as a message repeats it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


@cache
def _validator(name: str) -> Validator:
    validator: Validator = _Bounded(schema_named(name))
    return validator


def _any_of(validator: Any, branches: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Holds a number that is written as text to the bounds of the branch for numbers, which text alone would pass."""
    errors = list(_ANY_OF(validator, branches, instance, schema))
    number = as_number(instance) if isinstance(instance, str) else None
    if not errors and number is not None and branches[0].get("type") in ("integer", "number"):
        value = int(number) if number.is_integer() else number
        errors = list(validator.descend(value, branches[0], schema_path=0))[:1]
    yield from errors


_ANY_OF: Final[Any] = Draft7Validator.VALIDATORS["anyOf"]
_Bounded: Final[Any] = validators.extend(Draft7Validator, {"anyOf": _any_of})  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class _Words:
    """`patterns` describe what a value should have looked like, by its key."""

    discreet: Discretion
    patterns: Mapping[str, str]

    def explained(self, error: ValidationError) -> Iterator[Note]:
        place: Place = tuple(error.absolute_path)
        branches: Any = error.validator_value
        if error.validator == "anyOf" and all(branch.keys() == {"type"} for branch in branches):
            allowed = _types([branch["type"] for branch in branches])
            yield (
                place,
                t(
                    "{dotted}: {value} must be {allowed}",
                    dotted=dotted(place),
                    value=self._value(error, place),
                    allowed=allowed,
                ),
            )
        elif error.validator == "anyOf" and error.context:
            yield from self._first_branch(error)
        else:
            text = self._told(str(error.validator), self._value(error, place), error, place)
            yield place, t("{dotted}: {text}", dotted=dotted(place), text=text) if place else text

    def _first_branch(self, error: ValidationError) -> Iterator[Note]:
        """Explains the first branch, which says what the value should be; for a mapping, the one of mappings, and for
        text the one of words that may stand there. The others only admit references."""
        branches: Any = error.validator_value
        words = isinstance(error.instance, str) and error.path and error.path[-1] in self.patterns
        sort = "object" if isinstance(error.instance, Mapping) else "string" if words else None
        meant = [number for number, branch in enumerate(branches) if sort and branch.get("type") == sort]
        told: set[Place] = set()
        for nested in error.context or ():
            at = tuple(nested.absolute_path)
            of_meant = bool(nested.schema_path) and nested.schema_path[0] == (meant or [0])[0]
            if of_meant and (at not in told or nested.validator == "required"):
                told.add(at)
                yield from self.explained(nested)

    def _value(self, error: ValidationError, place: Place) -> str:
        return shown(error.instance) if self.discreet.may_repeat(place, error.instance) else WITHHELD

    def _told(self, rule: str, value: str, error: ValidationError, place: Place) -> str:
        allowed: Any = error.validator_value
        match rule:
            case "required":
                return t("{key!r} is missing", key=_missing_key(error))
            case "type":
                return t("{value} must be {types}", value=value, types=_types(allowed))
            case "enum":
                return t(
                    "{value} must be one of {choices}{nearest}",
                    value=value,
                    choices=", ".join(map(str, allowed)),
                    nearest=nearest(error.instance, allowed),
                )
            case "minimum":
                return t("{value} must be at least {allowed}", value=value, allowed=allowed)
            case "maximum":
                return t("{value} must be at most {allowed}", value=value, allowed=allowed)
            case "multipleOf":
                return t("{value} must be a multiple of {allowed}", value=value, allowed=allowed)
            case "minLength" | "minItems":
                return t("{value} must not be empty", value=value)
            case "maxLength":
                return t("{value} is longer than {allowed} characters", value=value, allowed=allowed)
            case "pattern":
                return t("{value} is not allowed here: {pattern}", value=value, pattern=self._pattern(place))
            case _:
                repeats = self.discreet.may_repeat(place, error.instance)
                return error.message if repeats else t("{value} is not allowed here", value=value)

    def _pattern(self, place: Place) -> str:
        key = str(place[-1]) if place else ""
        return self.patterns.get(key, t("a whole number is expected"))


def _missing_key(error: ValidationError) -> str:
    """Returns the key that a required property lacks: jsonschema tells one error a key, and the key in its message."""
    required: Any = error.validator_value
    instance: Any = error.instance
    absent = (key for key in required if key not in instance)
    return next((key for key in absent if error.message.startswith(repr(key))), "")


def _types(allowed: Any) -> str:
    names = {
        "object": t("a mapping"),
        "array": t("a list"),
        "string": "text",
        "integer": t("a whole number"),
        "null": "nothing",
    }
    names |= {"number": t("a number"), "boolean": t("true or false")}
    return joined((names[name] for name in (allowed if isinstance(allowed, list) else [allowed])), t(" or "))
