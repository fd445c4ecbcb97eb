"""Names that a user gave on the command line, such as `--trigger-name`, have to name something in one of the steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fc_guard.errors import BadInput
from fc_guard.inputs.foreseen import steps_of
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.scope import Scope


@dataclass(slots=True)
class Naming:
    """Collects, for one command over one s.yaml, which of the names in its scope the steps have."""

    _there: dict[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def hear(self, scope: Scope, step: str, others: Collection[str] | None, ids: Iterable[Address]) -> str:
        """Notes the resources of a step. Returns a note where the step lacks a name and the file's other steps cannot
        be told (`others` is None). Raises `BadInput` at the last of the steps for a name that none of them has."""
        if not scope.names:
            return ""
        named = (id for id in ids if (id.provider, id.kind) in scope.names)
        self._there[step] = frozenset((id.kind, scope.as_said(id.name)) for id in named)
        there = frozenset().union(*self._there.values())
        wanted = {scope.as_said(name): kind for (_, kind), names in sorted(scope.names.items()) for name in names}
        missing = sorted(wanted.keys() - {name for _, name in there})
        if not missing or (others is not None and not self._there.keys() >= set(others)):
            return ""
        told = joined(_told(wanted[name], name, there) for name in missing)
        if others is None:
            return told
        raise BadInput(told, reference="no-such-name")


def _told(kind: str, name: str, there: Iterable[tuple[str, str]]) -> str:
    known = sorted(each for of, each in there if of == kind)
    listed = t("there are {known}", known=joined(known, ", ")) if known else t("there is no {kind} at all", kind=kind)
    return t("No {kind} is called {name!r}: {listed}.", kind=kind, name=name, listed=listed)


def other_steps(yaml: Path | None, command: str, step: str, *, alone: bool) -> frozenset[str] | None:
    """Returns the steps that the host runs besides this one; None where only the host can tell."""
    if alone:
        return frozenset()
    steps = steps_of(yaml, command, step)
    return None if steps is None else steps - {step}
