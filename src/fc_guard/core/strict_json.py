"""Reads JSON as its standard has it. Python's own reader takes NaN, infinite numbers and duplicate keys."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from fc_guard.language import t
from fc_guard.model.fields import Json


def read(text: str | bytes) -> Json:
    """Returns the value of a JSON text. Raises `ValueError` if it is not JSON."""
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError(t("it is nested too deep")) from error


def _constant(text: str) -> Any:
    raise ValueError(t("{text} is not JSON", text=text))


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(t("a number is beyond all bounds"))
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError(t("a key stands twice"))
    return result


_DECODER: Final = json.JSONDecoder(parse_constant=_constant, parse_float=_number, object_pairs_hook=_object)
