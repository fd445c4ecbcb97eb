"""Several steps of one s.yaml may name the same resource, and must not contradict each other. Of a service or domain
each step owns the fields it names itself; for anything else each step means the whole resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer
from fc_guard.errors import BadInput
from fc_guard.inputs.places import Places
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING, FieldPath, Json, Sealed, Value
from fc_guard.model.kinds import Kind
from fc_guard.model.layouts import Layout
from fc_guard.model.resources import Desired
from fc_guard.render.values import shown_sides

GOES_BY_IT: Final = ("deploy", "plan")
Where = tuple[Path | None, str]
"""An s.yaml, and the command that runs over its steps."""


@dataclass(frozen=True, slots=True)
class _Said:
    step: str
    desired: Desired
    places: Places
    kind: Kind
    agrees: bool = True  # with all that was said before it


@dataclass(slots=True)
class Agreement:
    """Collects what the steps of a run say about the resources that they share."""

    _said: dict[tuple[Where, Address], list[_Said]] = field(default_factory=dict)

    def hear(
        self, where: Where, step: str, desired: Iterable[Desired], places: Places, layout: Layout
    ) -> frozenset[Address]:
        """Notes what a step says. Returns the resources of which an earlier step has said all of it already.

        Raises `BadInput` that names both places of every contradiction, but only for the commands that follow s.yaml
        (`GOES_BY_IT`): a contradictory s.yaml can still be looked at, pulled into and removed.
        """
        problems = []
        said_before = set()
        for wanted in desired:
            known = self._said.setdefault((where, wanted.id), [])
            kind = layout.kind(wanted.id)
            others = [other for other in known if other.step != step]
            now = _Said(step, wanted, places, kind)
            found = _with_all(others, now)
            problems += found
            if kind.shared and any(_says_all(other.desired, wanted) for other in others):
                said_before.add(wanted.id)
            known[:] = [*others, replace(now, agrees=not found)]
        if problems and where[1] in GOES_BY_IT:
            raise BadInput(
                joined(problems),
                hint=t("Say it once, for example under vars, and refer to it in both."),
                reference="contradiction",
            )
        return frozenset(said_before)

    def said(self, where: Where, id: Address) -> Mapping[str, Desired]:
        """Returns what each step that was heard says of a resource, where the command follows s.yaml."""
        known = self._said.get((where, id), ()) if where[1] in GOES_BY_IT else ()
        return {each.step: each.desired for each in known}


def _with_all(others: Sequence[_Said], now: _Said) -> list[str]:
    """Returns the contradictions of one statement with all others. What repeats another has been compared with all that
    this agrees with: comparing all with all would grow with the square of the steps."""
    repeats = any(other.agrees and other.desired.fields == now.desired.fields for other in others)
    open_ones = (other for other in others if not (repeats and other.agrees))
    return [told for other in open_ones for told in _contradictions(other, now)]


def _says_all(one: Desired, other: Desired) -> bool:
    return other.fields.keys() <= one.fields.keys() and other.derived.keys() <= {*one.derived, *one.fields}


def _contradictions(one: _Said, other: _Said) -> list[str]:
    rules, shared = one.kind.rules, one.kind.shared
    comparer = Comparer(rules, _no_seal)
    left, right = one.desired.fields, other.desired.fields
    return [
        t(
            "{id} is said twice, and not the same: {path} is {here} at {where} and {there} at {elsewhere}",
            id=one.desired.id,
            path=".".join(path),
            here=here,
            where=_where(one),
            there=there,
            elsewhere=_where(other),
        )
        for path in sorted(left.keys() & right.keys() if shared else left.keys() | right.keys())
        if not comparer.same(path, effective(left, path, rules), effective(right, path, rules))
        for here, there in [_values(left.get(path, MISSING), right.get(path, MISSING), rules.is_secret(path))]
    ]


def _where(said: _Said) -> str:
    return f"{said.places.of(said.kind.home.place) or 's.yaml'} ({said.step})"


def _values(left: Value, right: Value, secret: bool) -> tuple[str, ...]:
    texts = shown_sides([left, right], secret=secret)
    return tuple(t("not said") if value is MISSING else text for value, text in zip((left, right), texts, strict=True))


def _no_seal(path: FieldPath, value: Json) -> Sealed:
    raise AssertionError(t("nothing is sealed on this side"))
