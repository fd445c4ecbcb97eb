"""Finds misspelled keys that cost something: what is online, or was deployed, would be reset or deleted for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fc_guard.core.homes import place_of, value_at
from fc_guard.core.values import same
from fc_guard.model.address import Address
from fc_guard.model.edits import Place
from fc_guard.model.fields import CODE, MISSING, Fields, Sealed
from fc_guard.model.kinds import Kind
from fc_guard.model.layouts import Note
from fc_guard.model.plans import Action, Plan, Verb


def costly(
    slips: Iterable[Note], plan: Plan, props: Mapping[str, Any], kind: Callable[[Address], Kind]
) -> tuple[str, ...]:
    """Returns what is told of the slips for which the plan would take away what stands at the place that was meant.

    A slip is the place of a key that is absent and was probably meant, and what is told of the key that stands there.
    """
    writes = [(action, kind(action.id)) for action in plan.writes]
    return tuple(told for place, told in slips if any(_costs(place, action, of, props) for action, of in writes))


def _costs(meant: Place, action: Action, kind: Kind, props: Mapping[str, Any]) -> bool:
    if action.verb is Verb.DELETE:
        return meant == kind.home.place
    home = place_of(props, kind, action.id)
    if meant[: len(home)] != home or meant == home:
        return False
    before = value_at(kind.props(dict(_before(action))), meant[len(home) :])
    after = value_at(kind.props(action.expected), meant[len(home) :])
    return before is not MISSING and not same(before, after)


def _before(action: Action) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yields the fields that are online; where nothing is any more, those that were deployed. Secrets stay sealed."""
    diff = action.diff
    fields: Fields = {}
    if diff.live is not None:
        fields = diff.live.fields
    elif diff.baseline is not None:
        fields = diff.baseline.applied
    for path, value in fields.items():
        if path != CODE:
            yield path, value.tag if isinstance(value, Sealed) else value
