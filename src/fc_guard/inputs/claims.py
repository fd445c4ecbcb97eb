"""Finds the layout that props are written in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fc_guard.errors import BadInput
from fc_guard.inputs.forms import KNOWN, Form
from fc_guard.inputs.places import Places
from fc_guard.inputs.schema import has_schema
from fc_guard.inputs.values import dotted
from fc_guard.language import t
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
                raise ValueError(
                    t(
                        "the layout {layout} has the kind {kind}, which the catalog does not have",
                        layout=layout.name,
                        kind=kind.name,
                    )
                )
            if kind.parent is not None and (kind.provider, kind.parent) not in known:
                raise ValueError(
                    t(
                        "the layout {layout} has {kind} before, or without, its {parent}",
                        layout=layout.name,
                        kind=kind.name,
                        parent=kind.parent,
                    )
                )
            known.add((kind.provider, kind.name))
        if layout.provider not in providers:
            raise ValueError(
                t(
                    "the layout {layout} is for {provider}, which is no provider here",
                    layout=layout.name,
                    provider=layout.provider,
                )
            )
        if not has_schema(layout.schema):
            raise ValueError(
                t("the layout {layout} has no schema {schema}.json", layout=layout.name, schema=layout.schema)
            )


def _unclaimed(props: Mapping[str, Any], layouts: Sequence[Layout], places: Places) -> BadInput:
    for form in KNOWN:
        mark = form.mark(props)
        if mark is not None:
            told = places.told(
                mark, t("{seen}: this is a file for {called}", seen=_seen(form, mark), called=form.called)
            )
            return BadInput(told, hint=form.hint, reference=form.reference)
    names = ", ".join(layout.name for layout in layouts)
    return BadInput(
        t("The props are written in no way that is known here ({names}).", names=names), reference="bad-props"
    )


def _seen(form: Form, mark: Place) -> str:
    if len(mark) == 1:
        return t("{mark} at the top of props", mark=mark[0])
    return t("{prop} and no {without}", prop=dotted(mark), without=form.without)
