"""JSON documents with one thing wrong in them, whatever it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 5, 0.5, 10**30, "", "x", "no", "\ud800", "\x1b[31m", "2026-13-99"),
    *([], {}, [[]], [1], ["x"], [[1]], [[["x"], "y"]], {"x": 1}, {"code": []}, {"json": 1}, {"sealed": 5}, [None]),
)


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def spoiled(document: Any) -> Iterator[Any]:
    """Every copy of the document with one value replaced, dropped, doubled or renamed."""
    text, odds = json.dumps(document), (*ODD, nested(300), nested(700))
    for place in _places(document):
        for odd in odds:
            if not place:
                yield odd
                continue
            made, node = _copied(text, place)
            node[place[-1]] = odd
            yield made
        if not place:
            continue
        made, node = _copied(text, place)
        value = node.pop(place[-1])
        yield made
        made, node = _copied(text, place)
        if isinstance(node, list):
            node.append(value)
        else:
            node["another"] = node.pop(place[-1])
        yield made


def with_checksum(envelope: Any) -> bytes:
    """A baseline's file, with the checksum that anybody can work out."""
    if not isinstance(envelope, dict):
        return json.dumps(envelope).encode()
    inner = {key: value for key, value in envelope.items() if key not in ("checksum", "seal")}
    message = json.dumps(inner, sort_keys=True, ensure_ascii=True).encode()
    return json.dumps({**inner, "checksum": hashlib.sha256(message).hexdigest()}).encode()


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _places(item, (*place, key))


def _copied(text: str, place: tuple[Any, ...]) -> tuple[Any, Any]:
    """A copy of the document that the text is, and what in it holds the place."""
    made = json.loads(text)
    node = made
    for key in place[:-1]:
        node = node[key]
    return made, node
