"""Values of a JSON document that anybody may have written, each of the type it has to be of."""

from __future__ import annotations

from typing import Any, Final

from fc_guard.model.fields import Json

UNSOUND: Final = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What comes of values of other types than ours."""
MOST: Final = 2**63
DEEPEST: Final = 200
"""Levels of a value. Python ends a program that follows more of them than some hundreds."""


def text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{_what(value)} where text belongs")
    return value


def optional_text(value: Any) -> str | None:
    return None if value is None else text(value)


def flag(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError(f"{_what(value)} where true or false belongs")
    return value


def count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < MOST:
        raise TypeError(f"{_what(value)} where a count belongs")
    return value


def items(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError(f"{_what(value)} where a list belongs")
    return value


def members(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise TypeError(f"{_what(value)} where an object belongs")
    return value


def names(value: Any) -> tuple[str, ...]:
    """A list of texts, one at least."""
    if type(value) is not list or not value:
        raise TypeError(f"{_what(value)} where names belong")
    "".join(value)  # raises TypeError where one is no text: the quickest way to look at all of them
    return tuple(value)


path: Final = names
"""A field's path."""


def shallow(value: Json) -> Json:
    """A value that is nested no deeper than can be followed."""
    waiting = [(value, 0)]
    while waiting:
        inner, level = waiting.pop()
        if level > DEEPEST:
            raise ValueError(f"it is nested deeper than {DEEPEST} levels")
        if type(inner) is dict:
            waiting += [(item, level + 1) for item in inner.values()]
        elif type(inner) is list:
            waiting += [(item, level + 1) for item in inner]
    return value


def _what(value: Any) -> str:
    """A value's type. The value itself may be anything, or a secret."""
    if value is None:
        return "nothing"
    return {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}.get(
        type(value), "an object"
    )
