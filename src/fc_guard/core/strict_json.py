"""Reads JSON as its standard has it. Python's own reader takes NaN, infinite numbers and duplicate keys."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from fc_guard.model.fields import Json


def read(text: str | bytes) -> Json:
    """Returns the value of a JSON text. Raises `ValueError` if it is not JSON."""
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is beyond all bounds")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice")
    return result


_DECODER: Final = json.JSONDecoder(parse_constant=_constant, parse_float=_number, object_pairs_hook=_object)
