"""Files that are meant for something else: for Function Compute 3.0, or for `s init`. Each gets the one message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fc_guard.errors import BadInput
from fc_guard.inputs.discreet import may_repeat
from fc_guard.inputs.places import Places
from fc_guard.inputs.unbuilt import Place

FC3_MARKS = ("functionName", "handler", "runtime", "code")
FC3_FUNCTION_MARKS = ("functionName", "code")
PLACEHOLDER = re.compile(r"\{\{[^{}]+\}\}")
"""What `s init` fills in when it makes a project of a template."""
NAME = re.compile(r"\{\{\s*[A-Za-z_.-]+\s*\}\}")
PLACEHOLDER_HIDDEN = "{{ … }}"
"""Told in place of a secret that is no mere name in braces."""
FREE_TEXT = frozenset(
    {"description", "environmentVariables", "command", "args", "payload", "notes", "functionParameter"}
)
"""Here `{{ name }}` may be meant: the program may be the one that fills it in."""
MAY_BE_EMPTY = frozenset({"environmentVariables", "asyncConfiguration", "functionParameter"})


def refuse_fc3(props: Mapping[str, Any], places: Places) -> None:
    """Raises `BadInput` for props in the form of FC 3.0, which knows no service."""
    if isinstance(props.get("service"), Mapping):
        return
    function = props.get("function")
    marks: list[Place] = [(key,) for key in FC3_MARKS if key in props]
    if isinstance(function, Mapping):
        marks += [("function", key) for key in FC3_FUNCTION_MARKS if key in function]
    if not marks:
        return
    what = f"{marks[0][-1]} at the top of props" if len(marks[0]) == 1 else f"{_dotted(marks[0])} and no service"
    raise BadInput(
        _told(places, marks[0], f"{what}: this is a file for Function Compute 3.0"),
        hint="fc-guard deploys FC 2.0 (service, function, triggers). Use the component fc3 for this file.",
        reference="fc3-file",
    )


def refuse_template(props: Mapping[str, Any], places: Places) -> tuple[tuple[Place, str], ...]:
    """Raises `BadInput` for a template that was not rendered. What may be meant as it is comes back, with its place."""
    found = {
        place: match[0] if NAME.fullmatch(match[0]) or may_repeat(place, text) else PLACEHOLDER_HIDDEN
        for place, text in _texts(props, ())
        if (match := PLACEHOLDER.search(text))
    }
    found |= {place: text for place in _empties(props, ()) if (text := places.placeholder(place))}
    placeholders = sorted(found.items(), key=lambda item: places.line(item[0]))
    if all(not FREE_TEXT.isdisjoint(place) for place, _ in placeholders):
        return tuple((place, f"{_dotted(place)}: {text} is sent as it is") for place, text in placeholders)
    lines = (_told(places, place, f"{_dotted(place)}: {text}") for place, text in placeholders)
    raise BadInput(
        "This s.yaml is a template that was not rendered. Still to be filled in:",
        details=lines,
        hint="`s init` makes a project of a template, and asks for these values.",
        reference="template-not-rendered",
    )


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    for key, item in _inner(value):
        yield from _texts(item, (*place, key))


def _empties(value: Any, place: Place) -> Iterator[Place]:
    """Mappings with nothing in them: without quotes, `{{ name }}` is a mapping, whose key the host cannot hand over."""
    if isinstance(value, Mapping) and not value and place and place[-1] not in MAY_BE_EMPTY:
        yield place
    for key, item in _inner(value):
        yield from _empties(item, (*place, key))


def _inner(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        yield from ((str(key), item) for key, item in value.items())
    elif isinstance(value, list):
        yield from enumerate(value)


def _told(places: Places, place: Place, text: str) -> str:
    where = places.of(place)
    return f"{where}: {text}" if where else text


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)
