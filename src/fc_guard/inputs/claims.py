"""Finds the layout that props are written in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fc_guard.errors import BadInput
from fc_guard.inputs.forms import KNOWN, Form
from fc_guard.inputs.places import Places
from fc_guard.inputs.schema import has_schema
from fc_guard.inputs.values import dotted
from fc_guard.model.address import Key
from fc_guard.model.catalog import Catalog
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Layout


def layout_of(props: Mapping[str, Any], layouts: Sequence[Layout], places: Places) -> Layout:
    """Returns the first layout that claims the props. Raises `BadInput` in words for the form they have."""
    found = next((layout for layout in layouts if layout.claims(props)), None)
    if found is None:
        raise _unclaimed(props, layouts, places)
    return found


def require_layouts(layouts: Sequence[Layout], catalog: Catalog, providers: Collection[str]) -> None:
    """Raises `ValueError` for a layout with a kind that the catalog does not have or whose parent it lacks, with a
    provider that is not there, or without its schema's file."""
    for layout in layouts:
        known: set[Key] = set()
        for kind in layout.kinds:
            if catalog.named(kind.provider, kind.name) is None:
                raise ValueError(f"the layout {layout.name} has the kind {kind.name}, which the catalog does not have")
            if kind.parent is not None and (kind.provider, kind.parent) not in known:
                raise ValueError(f"the layout {layout.name} has {kind.name} before, or without, its {kind.parent}")
            known.add((kind.provider, kind.name))
        if layout.provider not in providers:
            raise ValueError(f"the layout {layout.name} is for {layout.provider}, which is no provider here")
        if not has_schema(layout.schema):
            raise ValueError(f"the layout {layout.name} has no schema {layout.schema}.json")


def _unclaimed(props: Mapping[str, Any], layouts: Sequence[Layout], places: Places) -> BadInput:
    for form in KNOWN:
        mark = form.mark(props)
        if mark is not None:
            told = places.told(mark, f"{_seen(form, mark)}: this is a file for {form.called}")
            return BadInput(told, hint=form.hint, reference=form.reference)
    names = ", ".join(layout.name for layout in layouts)
    return BadInput(f"The props are written in no way that is known here ({names}).", reference="bad-props")


def _seen(form: Form, mark: Place) -> str:
    if len(mark) == 1:
        return f"{mark[0]} at the top of props"
    return f"{dotted(mark)} and no {form.without}"
