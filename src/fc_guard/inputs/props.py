"""Checks the props that the host hands over. Every problem is reported at once, with its place in s.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from fc_guard.core.homes import value_at
from fc_guard.errors import BadInput, Effect
from fc_guard.inputs.claims import layout_of
from fc_guard.inputs.discreet import discretion
from fc_guard.inputs.nearest import meant
from fc_guard.inputs.places import Places
from fc_guard.inputs.schema import schema_named
from fc_guard.inputs.schema_errors import schema_errors, shown
from fc_guard.inputs.template import refuse_template
from fc_guard.inputs.unknown import unknown_keys
from fc_guard.inputs.values import dotted, empties, inner, texts, without_line_ends, without_nulls
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.fields import MISSING
from fc_guard.model.layouts import Layout, Note
from fc_guard.render.known import REFERENCE

DEEPEST: Final = 32
"""Levels of nesting. FC's own props have seven, and the values of a user's own a few more."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Props that are valid by the schema of their layout, with warnings about them.

    `slips` are those of the warnings that tell of a key that is absent and was probably meant, with its place.
    `open` is what is wrong and may still be mended by others; of that, nothing is left in the props.
    """

    layout: Layout
    props: Mapping[str, Any]
    warnings: tuple[str, ...]
    slips: tuple[Note, ...] = ()
    open: tuple[str, ...] = ()


class Settled(NamedTuple):
    """Props without their problems, and what is told of those."""

    props: Mapping[str, Any]
    told: tuple[str, ...]


class Settle(Protocol):
    """Says what becomes of the problems of props."""

    def __call__(
        self, props: Mapping[str, Any], layout: Layout, problems: Sequence[Note], places: Places, /
    ) -> Settled: ...


def refused(props: Mapping[str, Any], layout: Layout, problems: Sequence[Note], places: Places) -> Settled:
    """Raises `BadInput` with the problems, and with unknown keys: one may be the missing key, misspelled."""
    told = told_in_order([*problems, *(guess.told for guess in _unknown(props, layout))], places)
    raise BadInput(told[0], details=told[1:], reference="bad-props", effect=Effect.NOTHING)


def check(props: Any, places: Places, layouts: Sequence[Layout], settle: Settle = refused) -> Checked:
    """Raises `BadInput` with all problems: unknown shape, wrong values, unresolved references.
    `settle` decides about those that a single value has."""
    if not isinstance(props, Mapping):
        raise BadInput(t("The step has no props."), reference="bad-props")
    _refuse_depth(props, places)
    props = without_nulls(props)
    layout = layout_of(props, layouts, places)
    props = without_line_ends(props, layout.words.free_text)
    as_it_is = refuse_template(props, layout, places)
    dates = dict(_dates(props, layout, places))
    problems = [*dates.items(), *(note for note in problems_of(props, layout) if note[0] not in dates)]
    props, told = settle(props, layout, problems, places) if problems else (props, ())
    guesses = list(_unknown(props, layout))
    doubts = layout.checks.doubts(props)
    slips = (guess for guess in guesses if guess.place is not None and value_at(props, guess.place) is MISSING)
    return Checked(
        layout,
        props,
        warnings=told_in_order([*as_it_is, *doubts, *(guess.told for guess in guesses)], places),
        slips=tuple((guess.place, places.told(*guess.told)) for guess in slips if guess.place is not None),
        open=told,
    )


def told_of_account(checked: Checked, account: str, places: Places) -> tuple[str, ...]:
    """Returns what props mean in this account, and would not in their author's."""
    return told_in_order(checked.layout.checks.of_account(checked.props, account), places)


def _refuse_depth(props: Mapping[str, Any], places: Places) -> None:
    """Raises `BadInput` for props nested deeper than anybody writes: they would end the program further on."""
    waiting: list[tuple[Place, Any]] = [((), props)]
    while waiting:
        place, value = waiting.pop()
        if len(place) > DEEPEST:
            raise BadInput(
                places.told(
                    place[:1],
                    t("{dotted}…: nested deeper than {deepest} levels", dotted=dotted(place[:3]), deepest=DEEPEST),
                ),
                reference="bad-props",
                effect=Effect.NOTHING,
            )
        waiting += [((*place, key), item) for key, item in inner(value)]


def told_in_order(notes: Iterable[Note], places: Places) -> tuple[str, ...]:
    in_order = sorted(notes, key=lambda note: places.order(note[0]))
    return tuple(places.told(place, text) for place, text in in_order)


class _Guess(NamedTuple):
    """An unknown key: what is `told` of it, and the `place` of the key that was probably meant."""

    told: Note
    place: Place | None


def _unknown(props: Mapping[str, Any], layout: Layout) -> Iterator[_Guess]:
    for found in unknown_keys(props, schema_named(layout.schema)):
        if found.place not in layout.checks.understood:
            words, place = meant(found, layout)
            yield _Guess((found.place, t("unknown key {key!r}, ignored{words}", key=found.key, words=words)), place)


def problems_of(props: Mapping[str, Any], layout: Layout) -> Iterator[Note]:
    yield from schema_errors(props, layout)
    yield from _unresolved(props, layout)
    yield from layout.checks.problems(props)


def _dates(props: Mapping[str, Any], layout: Layout, places: Places) -> Iterator[Note]:
    """Yields the unquoted dates of the file, each of which the host hands over as an empty mapping."""
    discreet = discretion(layout)
    for place in empties(props):
        written = places.date(place)
        if written:
            told = written if discreet.may_repeat(place, written) else t("the value")
            yield place, t("{dotted}: {told} is a date; quote it to have it as text", dotted=dotted(place), told=told)


def _unresolved(props: Mapping[str, Any], layout: Layout) -> Iterator[Note]:
    discreet = discretion(layout)
    for place, value in texts(props):
        if "${" in value:
            quotable = discreet.may_repeat(place, value) or REFERENCE.fullmatch(value) is not None
            told = shown(value) if quotable else t("{dotted} (hidden)", dotted=dotted(place))
            yield place, t("{told} was not resolved: what it refers to is unknown", told=told)
