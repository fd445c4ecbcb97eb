"""Plans one resource's part of a deployment: what is made, sent and kept, and what is undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from fc_guard.core import calls
from fc_guard.core.choices import STOPS, Choice, Merging
from fc_guard.core.merge import merged_code
from fc_guard.core.normal import effective
from fc_guard.core.resolve import outputs_in
from fc_guard.core.values import same
from fc_guard.errors import BadInput
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import (
    ASPECTS,
    CODE,
    CODE_ASPECT,
    CONFIG_ASPECT,
    MISSING,
    Cause,
    FieldChange,
    FieldPath,
    Value,
)
from fc_guard.model.kinds import Kind
from fc_guard.model.merges import CodeMerge
from fc_guard.model.plans import EXISTENCE, Action, Policy, Unit, Verb
from fc_guard.model.resources import Desired, Live, Presence, ResourceDiff
from fc_guard.model.rules import FieldRules
from fc_guard.model.theirs import Becomes

ABSENT = (Presence.DELETED_ONLINE, Presence.KEPT_ABSENT)


class Deployment:
    """Plans what s.yaml names, and gathers what stops it."""

    def __init__(self, catalog: Catalog, choice: Choice) -> None:
        self._catalog = catalog
        self._choice = choice
        self.undecided: list[Unit] = []
        self.conflicts: list[Unit] = []
        self._absent: set[Address] = set()  # parents that will not exist after this plan
        self._deleted_online: dict[Address, Policy] = {}  # a child deleted with its parent shares its decision

    def action(self, diff: ResourceDiff) -> Action:
        """Returns the action for one resource. Parents have to be asked for first."""
        parent = self._catalog.parent(diff.id)
        missing = self._missing(diff, parent)
        if missing is not None:
            self._absent.add(diff.id)
            return Action(
                Verb.NOTHING,
                diff.id,
                diff,
                keeps_absent=self._absent_since(diff) if diff.presence is Presence.DELETED_ONLINE else "",
                absence=Becomes.KEPT if diff.presence in ABSENT else None,
                reason=t("{parent} stays deleted", parent=missing),
            )
        match diff.presence:
            case Presence.NEW:
                return self._create(diff, t("new"))
            case Presence.DELETED_ONLINE:
                return self._deleted_online_action(diff, parent)
            case Presence.KEPT_ABSENT:
                if self._choice.policy is Policy.OVERWRITE:
                    return self._create(diff, t("deleted online, which was accepted until now"), Becomes.OVERWRITTEN)
                self._absent.add(diff.id)
                return Action(Verb.NOTHING, diff.id, diff, reason=t("deleted online, kept so"), absence=Becomes.KEPT)
            case Presence.GONE:
                return Action(Verb.FORGET, diff.id, diff, reason=t("neither in s.yaml nor online"))
            case Presence.ONLINE_ONLY:
                return Action(Verb.NOTHING, diff.id, diff, reason=t("online only, kept"))
            case _:
                return self._present(diff)

    def _missing(self, diff: ResourceDiff, parent: Address | None) -> Address | None:
        """Returns what the resource cannot be made without, and will not be there."""
        needs = diff.desired.needs if diff.desired is not None and diff.live is None else frozenset()
        return next((id for id in (parent, *sorted(needs)) if id in self._absent), None)

    def _deleted_online_action(self, diff: ResourceDiff, parent: Address | None) -> Action:
        unit = Unit(diff.id, EXISTENCE)
        inherited = self._deleted_online.get(parent) if parent is not None else None
        policy = inherited or self._choice.about(unit)
        self._deleted_online[diff.id] = policy
        if policy in STOPS:
            if inherited is None:
                self.undecided.append(unit)
            return self._create(diff, t("deleted online"), Becomes.UNDECIDED)
        if policy is Policy.MERGE and diff.moved_here:
            self.conflicts.append(unit)
            return self._create(diff, t("deleted online, changed here"), Becomes.UNDECIDED)
        if policy is Policy.OVERWRITE:
            return self._create(diff, t("deleted online"), Becomes.OVERWRITTEN)
        self._absent.add(diff.id)
        return Action(
            Verb.NOTHING,
            diff.id,
            diff,
            keeps_absent=self._absent_since(diff),
            reason=t("deleted online, kept so"),
            absence=Becomes.KEPT,
        )

    def _absent_since(self, diff: ResourceDiff) -> str:
        return (diff.baseline.kept_absent if diff.baseline is not None else "") or self._choice.at

    def _create(self, diff: ResourceDiff, reason: str, absence: Becomes | None = None) -> Action:
        kind = self._catalog.kind(diff.id)
        whole = ASPECTS if kind.code is not None else {CONFIG_ASPECT}
        if not diff.aspects.issuperset(whole):
            _refuse_half(diff)
        desired = diff.desired if diff.desired is not None else Desired(diff.id, {})
        fields = {**desired.initial, **desired.derived, **desired.fields}
        call = calls.creation(kind, desired, fields)
        shown = {**desired.derived, **desired.fields}  # not what is initial: s.yaml asks for none of that
        sets = tuple(_new(path, value, kind.rules) for path, value in sorted(shown.items()))
        told = joined(filter(None, (reason, kind.caution(diff.id))), "; ")
        return Action(Verb.CREATE, diff.id, diff, sets=sets, call=call, expected=fields, reason=told, absence=absence)

    def _present(self, diff: ResourceDiff) -> Action:
        merge = self._merge(diff)
        decided = {aspect: self._decide(diff, aspect, merge) for aspect in (CONFIG_ASPECT, CODE_ASPECT)}
        kind = self._catalog.kind(diff.id)
        if decided[CONFIG_ASPECT] is Policy.OVERWRITE:
            diff = _with_more(diff, tuple(_surplus(diff, kind.rules)))
        goes = [(change, self._fate(change, decided[change.aspect], diff, merge)) for change in diff.changes]
        sends = tuple(change for change, fate in goes if fate.sent)
        keeps = {change.path: change.since or self._choice.at for change, fate in goes if fate.kept}
        _refuse_fixed(sends, kind)
        if not sends or diff.live is None:
            return _unsent(diff, keeps, merge)
        return _update(diff, diff.live, kind, Action(Verb.UPDATE, diff.id, diff, sends, keeps, merge=merge))

    def _fate(self, change: FieldChange, policy: Policy, diff: ResourceDiff, merge: CodeMerge | None) -> _Fate:
        if any(output.of in self._absent for output in outputs_in(change.target)):
            return _Fate(sent=False, kept=False)  # there is nothing to send in its place
        if merge is not None and change.path == CODE:
            return _Fate(sent=merge.moves_online, kept=bool(merge.moves_here))
        sent = self._is_sent(change, policy, diff)
        return _Fate(sent, kept=not sent and _is_kept(change, diff))

    def _merge(self, diff: ResourceDiff) -> CodeMerge | None:
        """Returns the merged code; None unless it is to be merged and is known file by file."""
        at_risk = any(change.path == CODE and change.at_risk for change in diff.changes)
        here = diff.desired is not None and CODE in diff.desired.fields
        if self._choice.merging is Merging.WHOLE or not at_risk or not here or not diff.files:
            return None
        if self._choice.about(Unit(diff.id, CODE_ASPECT)) is not Policy.MERGE:
            return None
        return merged_code(diff.files)

    def _decide(self, diff: ResourceDiff, aspect: str, merge: CodeMerge | None) -> Policy:
        """Returns the policy for one unit; notes it as undecided or as a conflict if that stops the run."""
        unit = Unit(diff.id, aspect)
        policy = self._choice.about(unit)
        at_risk = [change for change in diff.changes if change.aspect == aspect and change.at_risk]
        if at_risk and policy in STOPS:
            self.undecided.append(unit)
        unsettled = any(change.cause is not Cause.DRIFT for change in at_risk)
        if aspect == CODE_ASPECT and merge is not None:
            unsettled = bool(merge.conflicts)
        if policy is Policy.MERGE and unsettled:
            self.conflicts.append(unit)
        return policy

    def _is_sent(self, change: FieldChange, policy: Policy, diff: ResourceDiff) -> bool:
        if change.cause is Cause.CHANGE:
            return True
        if change.at_risk:
            return policy not in (Policy.KEEP, Policy.MERGE)  # undecided: shown as what s.yaml would do
        if policy is not Policy.OVERWRITE:
            return False
        if change.only_online:
            return _in_declared_map(change, diff, self._catalog.kind(diff.id).rules)
        return change.cause is Cause.KEPT and change.target != change.live


class _Fate(NamedTuple):
    """What becomes of one change: it is sent, or the baseline remembers that the online value was left alone."""

    sent: bool
    kept: bool


def _unsent(diff: ResourceDiff, keeps: Mapping[FieldPath, str], merge: CodeMerge | None) -> Action:
    verb = Verb.NOTHING if diff.baseline is not None and not diff.changes else Verb.RECORD
    return Action(verb, diff.id, diff, keeps=keeps, reason="" if diff.baseline else "adopted", merge=merge)


def _update(diff: ResourceDiff, live: Live, kind: Kind, action: Action) -> Action:
    """Returns the action with what it sends besides its own changes, and its call."""
    filled = tuple(_filled(diff, live, kind.rules))
    sends = (*action.sends, *filled)
    update = replace(
        action,
        diff=_with_more(diff, filled),
        sends=sends,
        call=calls.update(kind, live, sends, diff.desired),
        expected=calls.after(live.fields, sends),
        rescues=any(_loses(change, diff, kind.rules) for change in sends),
    )
    if any(kind.replaced(live.fields, change.path) for change in sends):
        return calls.replacement(update, kind)
    return update


def _is_kept(change: FieldChange, diff: ResourceDiff) -> bool:
    """Says whether the baseline should remember that the online value was left alone here."""
    if change.cause is Cause.CONVERGED:
        return False
    return diff.baseline is not None or change.at_risk


def _loses(change: FieldChange, diff: ResourceDiff, rules: FieldRules) -> bool:
    """Says whether sending this change replaces something another person put there. What was kept stays theirs, and so
    does what was there at the adoption and never named here."""
    if change.at_risk or change.cause in (Cause.KEPT, Cause.ONLINE_ONLY):
        return True
    if diff.baseline is None or diff.live is None:
        return False
    baseline, live = diff.baseline, diff.live.fields
    said = any(change.path in fields for fields in (baseline.applied, *baseline.others.values()))
    there = effective(live, change.path, rules)
    usual = change.path == CODE or there in (None, MISSING) or same(there, effective({}, change.path, rules))
    return change.path in baseline.kept or not (said or usual or rules.filled(live, change.path))


def _in_declared_map(change: FieldChange, diff: ResourceDiff, rules: FieldRules) -> bool:
    owner = rules.map_of(change.path)
    return owner is not None and diff.desired is not None and owner in diff.desired.declared


def _surplus(diff: ResourceDiff, rules: FieldRules) -> Iterator[FieldChange]:
    """Yields the keys that only live has in a map that s.yaml spells out: known and accepted, until overwriting removes
    them."""
    if diff.desired is None or diff.live is None:
        return
    listed = {change.path for change in diff.changes} | set(diff.desired.fields)
    for path, live in diff.live.fields.items():
        if path not in listed and rules.map_of(path) in diff.desired.declared:
            yield FieldChange(path, Cause.ONLINE_ONLY, live, live, MISSING, live, rules.is_secret(path))


def _with_more(diff: ResourceDiff, changes: tuple[FieldChange, ...]) -> ResourceDiff:
    """Returns the difference with changes that only planning finds; their fields are silent no longer."""
    listed = {change.path for change in changes}
    silences = tuple((path, rule) for path, rule in diff.silences if path not in listed)
    return replace(diff, changes=(*diff.changes, *changes), silences=silences)


def _new(path: FieldPath, value: Value, rules: FieldRules) -> FieldChange:
    return FieldChange(path, Cause.CHANGE, MISSING, MISSING, value, value, rules.is_secret(path))


def _refuse_fixed(sends: Iterable[FieldChange], kind: Kind) -> None:
    for change in sends:
        if change.path in kind.rules.fixed:
            raise BadInput(
                t(
                    "{change} of an existing {kind} cannot be changed (online {live!r}, s.yaml {target!r}).",
                    change=change.name,
                    kind=kind.name,
                    live=change.live,
                    target=change.target,
                ),
                hint=t("Give the {kind} another name, or remove it first.", kind=kind.name),
                reference="fixed-field",
            )


def _filled(diff: ResourceDiff, live: Live, rules: FieldRules) -> Iterator[FieldChange]:
    """Yields the initial fields that the resource lacks: they go along with a change, which may need them."""
    desired = diff.desired or Desired(diff.id, {})
    listed = {change.path for change in diff.changes} | set(desired.fields)
    for path, value in desired.initial.items():
        if path not in listed and rules.struct_of(path) is None and effective(live.fields, path, rules) is None:
            yield FieldChange(path, Cause.CHANGE, None, None, MISSING, value, rules.is_secret(path))


def _refuse_half(diff: ResourceDiff) -> None:
    there = t("deleted online") if diff.presence is Presence.DELETED_ONLINE else t("not online")
    raise BadInput(
        t(
            "{id} is {there}: it cannot be made of its {aspects} alone.",
            id=diff.id,
            there=there,
            aspects=joined(sorted(diff.aspects), t(" and ")),
        ),
        hint=t("Deploy it whole first, without --type."),
        reference="half-a-resource",
    )
