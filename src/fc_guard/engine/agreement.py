"""Several steps of one s.yaml may name the same service or domain. What two of them say must not contradict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fc_guard.core.values import Comparer
from fc_guard.errors import BadInput
from fc_guard.inputs.places import Places
from fc_guard.kinds import REGISTRY
from fc_guard.model.fields import FieldPath, Json, Sealed
from fc_guard.model.ids import ResourceId
from fc_guard.model.resources import Desired
from fc_guard.render.values import shown

Where = tuple[Path | None, str]
"""An s.yaml, and the command that runs over its steps."""


@dataclass(frozen=True, slots=True)
class _Said:
    step: str
    desired: Desired
    places: Places


@dataclass(slots=True)
class Agreement:
    """What the steps of a run have said so far of the resources that they share."""

    _said: dict[tuple[Where, ResourceId], list[_Said]] = field(default_factory=dict)

    def hear(self, where: Where, step: str, desired: Iterable[Desired], places: Places) -> frozenset[ResourceId]:
        """Notes what a step says. Returns the resources of which an earlier step has said all of it already.

        Raises `BadInput` that names both places of every contradiction.
        """
        problems = []
        said_before = set()
        for wanted in desired:
            if not REGISTRY[wanted.id.kind].shared:
                continue
            known = self._said.setdefault((where, wanted.id), [])
            now = _Said(step, wanted, places)
            for other in known:
                if other.step != step:
                    problems += _contradictions(other, now)
            if any(other.step != step and wanted.fields.keys() <= other.desired.fields.keys() for other in known):
                said_before.add(wanted.id)
            known[:] = [*(other for other in known if other.step != step), now]
        if problems:
            raise BadInput(
                "\n".join(problems),
                hint="Say it once, for example under vars, and refer to it in both.",
                reference="contradiction",
            )
        return frozenset(said_before)


def _contradictions(one: _Said, other: _Said) -> list[str]:
    rules = REGISTRY[one.desired.id.kind].rules
    comparer = Comparer(rules, _no_seal)
    left, right = one.desired.fields, other.desired.fields
    return [
        f"{one.desired.id} is said twice, and not the same: {'.'.join(path)} is "
        f"{_value(left, path, rules.is_secret(path))} at {_where(one)} and "
        f"{_value(right, path, rules.is_secret(path))} at {_where(other)}"
        for path in sorted(left.keys() & right.keys())
        if not comparer.same(path, left[path], right[path])
    ]


def _where(said: _Said) -> str:
    key = "service" if said.desired.id.kind == "service" else "customDomains"
    return f"{said.places.of((key,)) or 's.yaml'} ({said.step})"


def _value(fields: Mapping[FieldPath, Json], path: FieldPath, secret: bool) -> str:
    return shown(fields[path], secret=secret)


def _no_seal(path: FieldPath, value: Json) -> Sealed:
    raise AssertionError("nothing is sealed on this side")
