"""Checks the types of values in a JSON document that anybody may have written. Each function raises if the type is
wrong."""

from __future__ import annotations

from typing import Any, Final

from fc_guard.language import t
from fc_guard.model.fields import Json

UNSOUND: Final = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""The errors that values of wrong types cause."""
MOST: Final = 2**63
DEEPEST: Final = 200
"""Levels of a value. Python ends a program that follows several hundred."""


def text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(t("{what} where text belongs", what=_what(value)))
    return value


def optional_text(value: Any) -> str | None:
    return None if value is None else text(value)


def flag(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError(t("{what} where true or false belongs", what=_what(value)))
    return value


def count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < MOST:
        raise TypeError(t("{what} where a count belongs", what=_what(value)))
    return value


def items(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError(t("{what} where a list belongs", what=_what(value)))
    return value


def members(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise TypeError(t("{what} where an object belongs", what=_what(value)))
    return value


def names(value: Any) -> tuple[str, ...]:
    """Returns a list of texts, which has at least one."""
    if type(value) is not list or not value:
        raise TypeError(t("{what} where names belong", what=_what(value)))
    "".join(value)  # raises TypeError if one is not text: the quickest check of all
    return tuple(value)


path: Final = names


def shallow(value: Json) -> Json:
    """Returns the value. Raises `ValueError` if it is nested too deeply."""
    waiting = [(value, 0)]
    while waiting:
        inner, level = waiting.pop()
        if level > DEEPEST:
            raise ValueError(t("it is nested deeper than {deepest} levels", deepest=DEEPEST))
        if type(inner) is dict:
            waiting += [(item, level + 1) for item in inner.values()]
        elif type(inner) is list:
            waiting += [(item, level + 1) for item in inner]
    return value


def _what(value: Any) -> str:
    """Describes a value by its type. The value itself may be a secret."""
    if value is None:
        return t("nothing")
    return {bool: t("true or false"), int: t("a number"), float: t("a number"), str: t("text"), list: t("a list")}.get(
        type(value), t("an object")
    )
