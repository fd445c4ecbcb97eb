"""Changes online that go into s.yaml together, and what s.yaml is to ask for afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from fc_guard.core.normal import effective
from fc_guard.core.values import same
from fc_guard.engine.run.session import ReadSession
from fc_guard.language import t
from fc_guard.model.fields import CODE, MISSING, Cause, FieldChange, FieldPath, Json
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Desired, ResourceDiff
from fc_guard.model.rules import FieldRules

THEIRS: Final = (Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN, Cause.ONLINE_ONLY, Cause.KEPT)
"""Causes for which something is online that s.yaml does not say."""
IN_CLEAR: Final = t("secret: written only with --include-secrets")


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that go into s.yaml together or not at all: half of them would mean something else."""

    diff: ResourceDiff
    changes: tuple[FieldChange, ...]

    @property
    def paths(self) -> frozenset[FieldPath]:
        return frozenset(change.path for change in self.changes)


def groups_of(session: ReadSession, diff: ResourceDiff) -> list[Group]:
    """Returns the changes to take over, of a resource that is there on both sides."""
    groups: dict[FieldPath, list[FieldChange]] = {}
    kind = session.kind(diff.id)
    for change in diff.changes:
        if change.path != CODE and change.cause in THEIRS and not _of_others(session, diff, change):
            groups.setdefault(kind.unit(change.path), []).append(change)
    return [Group(diff, (*changes, *_rest_of(diff, kind.rules, unit, changes))) for unit, changes in groups.items()]


def _of_others(session: ReadSession, diff: ResourceDiff, change: FieldChange) -> bool:
    """Says whether a change belongs to other steps, or is somebody else's entry in a shared list."""
    if change.cause is not Cause.ONLINE_ONLY:
        return False
    if diff.baseline is not None and any(change.path in fields for fields in diff.baseline.others.values()):
        return True
    kind = session.kind(diff.id)
    if kind.rules.map_of(change.path) not in kind.strangers:
        return False
    return not kind.own(change.live, [wanted.id for wanted in session.desired])


def unwritable(session: ReadSession, group: Group) -> str:
    """Returns why a group must not be written into s.yaml; '' where it may be."""
    kind = session.kind(group.diff.id)
    rules = kind.rules
    if not session.step.options.include_secrets and any(_reveals(change) for change in group.changes):
        return IN_CLEAR
    hidden = {rules.struct_of(path): path for path in rules.write_only if rules.struct_of(path) is not None}
    unseen = (hidden.get(rules.struct_of(change.path)) for change in group.changes)
    return next(
        (
            t(
                "{api} never shows the {spelled_out} that belongs to it",
                api=kind.api,
                spelled_out=_spelled_out(path[-1]),
            )
            for path in unseen
            if path
        ),
        "",
    )


def target_of(group: Group, kind: Kind, wanted: Desired) -> dict[FieldPath, Any]:
    """Returns what s.yaml is to ask for, where it asks for `wanted` now."""
    diff = group.diff
    live = diff.live.fields if diff.live is not None else {}
    target: dict[FieldPath, Any] = dict(wanted.fields)
    for change in group.changes:
        value = effective(live, change.path, kind.rules)
        if change.path in kind.rules.sets:
            value = _ordered(value, target.get(change.path))
        if value is MISSING or value is None:
            target.pop(change.path, None)
        else:
            target[change.path] = value
    return target


def _ordered(value: Json, like: Json) -> Json:
    """Returns a set in s.yaml's order, with new items last."""
    if not isinstance(value, tuple) or not isinstance(like, tuple):
        return value
    known = [item for item in like if item in value]
    return (*known, *(item for item in value if item not in known))


def _spelled_out(name: str) -> str:
    """Returns a member's name as words: privateKey becomes "private key"."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda capital: f" {capital[0].lower()}", name)


def _rest_of(
    diff: ResourceDiff, rules: FieldRules, unit: FieldPath, changes: Iterable[FieldChange]
) -> Iterator[FieldChange]:
    """Yields fields that have to be written along with a unit: all that is not FC's default in an object that s.yaml
    does not have yet, and what FC requires beside a field."""
    wanted = diff.desired.fields if diff.desired is not None else {}
    live = diff.live.fields if diff.live is not None else {}
    known = {change.path for change in changes}
    beside = rules.together.get(unit, ())
    paths = list(beside) if all(live.get(path) is not None for path in beside) else []
    if unit in rules.structs and not any(path[: len(unit)] == unit for path in wanted):
        paths += [path for path in live if path[: len(unit)] == unit]
    for path in paths:
        value = effective(live, path, rules)
        if path not in known and path not in wanted and not same(value, effective({}, path, rules)):
            yield FieldChange(path, Cause.ONLINE_ONLY, MISSING, value, MISSING, value, rules.is_secret(path))


def _reveals(change: FieldChange) -> bool:
    return change.secret and change.live is not MISSING and change.live is not None
