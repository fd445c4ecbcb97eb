"""Refuses templates for `s init` that were not rendered, with all that is still to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fc_guard.errors import BadInput
from fc_guard.inputs.discreet import discretion
from fc_guard.inputs.places import Places
from fc_guard.inputs.values import dotted, inner, texts
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Layout, Note

PLACEHOLDER: Final = re.compile(r"\{\{[^{}]+\}\}")
"""`s init` replaces these when it makes a project of a template."""
NAME: Final = re.compile(r"\{\{\s*[A-Za-z_.-]+\s*\}\}")
HIDDEN: Final = "{{ … }}"
"""Shown in place of a secret that is no mere name in braces."""


def refuse_template(props: Mapping[str, Any], layout: Layout, places: Places) -> tuple[Note, ...]:
    """Raises `BadInput` for a template that was not rendered. Returns placeholders that may be meant as they are."""
    discreet = discretion(layout)
    found = {
        place: match[0] if NAME.fullmatch(match[0]) or discreet.may_repeat(place, text) else HIDDEN
        for place, text in texts(props)
        if (match := PLACEHOLDER.search(text))
    }
    empties = _empties(props, (), layout.words.may_be_empty)
    found |= {place: text for place in empties if (text := places.placeholder(place))}
    placeholders = sorted(found.items(), key=lambda item: places.order(item[0]))
    if all(not layout.words.free_text.isdisjoint(place) for place, _ in placeholders):
        return tuple(
            (place, t("{dotted}: {text} is sent as it is", dotted=dotted(place), text=text))
            for place, text in placeholders
        )
    lines = (places.told(place, t("{dotted}: {text}", dotted=dotted(place), text=text)) for place, text in placeholders)
    raise BadInput(
        t("This s.yaml is a template that was not rendered. Still to be filled in:"),
        details=lines,
        hint=t("`s init` makes a project of a template, and asks for these values."),
        reference="template-not-rendered",
    )


def _empties(value: Any, place: Place, may_be_empty: frozenset[str]) -> Iterator[Place]:
    """Yields empty mappings: without quotes, `{{ name }}` is a mapping, whose key the host cannot hand over."""
    if isinstance(value, Mapping) and not value and place and place[-1] not in may_be_empty:
        yield place
    for key, item in inner(value):
        yield from _empties(item, (*place, key), may_be_empty)
