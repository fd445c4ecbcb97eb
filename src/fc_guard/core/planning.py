"""Differences and decisions -> the plan. Whose change wins is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType

from fc_guard.core import calls
from fc_guard.core.merge import merged_code
from fc_guard.core.normal import effective
from fc_guard.core.values import same
from fc_guard.errors import BadInput
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import ASPECTS, CODE, CODE_ASPECT, CONFIG_ASPECT, MISSING, Cause, FieldChange, FieldPath
from fc_guard.model.graph import Graph
from fc_guard.model.kinds import Kind
from fc_guard.model.merges import CodeMerge
from fc_guard.model.plans import Action, Decisions, Plan, Policy, Unit, Verb
from fc_guard.model.resources import Desired, Live, Presence, ResourceDiff
from fc_guard.model.rules import FieldRules

MOST_NAMED = 5
STOPS = (Policy.ASK, Policy.FAIL)
EXISTENCE = "existence"
WAS_THERE = "already online when this project first deployed it"
Held = Mapping[Address, tuple[str, ...]]
"""What is inside a resource that this tool has no kind for, and for which the API refuses to delete it."""


class Merging(Enum):
    BY_FILE = "file by file, and within text files by lines"
    WHOLE = "one side's package, as it is"


@dataclass(frozen=True, slots=True)
class Choice:
    """The policy of a run, and what was decided about single units at the question.

    `merging` says how code is merged.
    """

    policy: Policy
    decisions: Decisions
    today: str
    prune: bool = False
    merging: Merging = Merging.BY_FILE

    def about(self, unit: Unit) -> Policy:
        return self.decisions.get(unit, self.policy)


def plan_deployment(
    diffs: Iterable[ResourceDiff], catalog: Catalog, choice: Choice, held: Held = MappingProxyType({})
) -> Plan:
    """What deploying would do, what is needed first. Raises `BadInput` for a change the API does not offer.

    `held` says by what the API would hold a resource in being that is to be deleted.
    """
    found = {diff.id: diff for diff in diffs}
    order = _graph(found, catalog).order(lambda id: (catalog.generation(id), id))
    ordered = [found[id] for id in order]
    planner = _Planner(catalog, choice, held=held)
    planner.wanted(diff.id for diff in ordered if diff.desired is not None)
    left = _left(ordered, catalog) if choice.prune else [diff for diff in ordered if diff.presence is Presence.ORPHAN]
    leaving = {diff.id for diff in left}
    actions = [planner.action(diff) for diff in ordered if diff.id not in leaving]
    actions += [planner.orphan(diff) for diff in reversed(left)]
    return Plan(_rescued_together(actions, catalog), tuple(planner.undecided), tuple(planner.conflicts), choice.policy)


def plan_removal(
    diffs: Iterable[ResourceDiff],
    catalog: Catalog,
    choice: Choice,
    staying: Iterable[Address] = (),
    held: Held = MappingProxyType({}),
) -> Plan:
    """What removing would do, what needs another first. A parent stays while anything inside it stays.

    `staying` are resources that this step does not own, such as other functions of a shared service. `held` says by
    what the API would hold a resource in being.
    """
    found = {diff.id: diff for diff in diffs}
    order = _graph(found, catalog).reversed().order(lambda id: (-catalog.generation(id), id))
    planner = _Planner(catalog, choice, staying, held)
    actions = [planner.removal(found[id]) for id in order]
    return Plan(_rescued_together(actions, catalog), tuple(planner.undecided), tuple(planner.conflicts), choice.policy)


def _graph(diffs: Mapping[Address, ResourceDiff], catalog: Catalog) -> Graph[Address]:
    """What of these resources has to be there before which."""
    return Graph({id: _needed(diff, catalog) for id, diff in diffs.items()})


def _needed(diff: ResourceDiff, catalog: Catalog) -> frozenset[Address]:
    parent, desired = catalog.parent(diff.id), diff.desired
    needs = desired.needs if desired is not None else frozenset()
    return needs if parent is None else needs | {parent}


def _left(diffs: Iterable[ResourceDiff], catalog: Catalog) -> list[ResourceDiff]:
    """What s.yaml names no longer, with what others made inside it."""
    known = tuple(diffs)
    orphans = [diff.id for diff in known if diff.presence is Presence.ORPHAN]
    return [
        diff
        for diff in known
        if diff.presence is Presence.ORPHAN
        or (diff.presence is Presence.ONLINE_ONLY and any(catalog.contains(orphan, diff.id) for orphan in orphans))
    ]


def _rescued_together(actions: Iterable[Action], catalog: Catalog) -> tuple[Action, ...]:
    """What is overwritten because of a baseline that somebody else may have written is saved; and what is deleted along
    with something of somebody else's, around it or inside that, with it: only together can they be made again."""
    planned = tuple(replace(action, rescues=True) if _is_unsure(action) else action for action in actions)
    deleted = [action for action in planned if action.verb is Verb.DELETE]
    foreign = {action.id for action in deleted if action.rescues}
    around = foreign | {action.id for action in deleted if any(catalog.contains(action.id, id) for id in foreign)}
    saved = around | {action.id for action in deleted if any(catalog.contains(id, action.id) for id in around)}
    return tuple(
        replace(action, rescues=True) if action.verb is Verb.DELETE and action.id in saved else action
        for action in planned
    )


def _is_unsure(action: Action) -> bool:
    """Whether what it overwrites or deletes is ours on the word alone of a baseline that another may have written."""
    return action.diff.unsealed and action.verb in (Verb.UPDATE, Verb.REPLACE, Verb.DELETE)


class _Planner:
    def __init__(
        self,
        catalog: Catalog,
        choice: Choice,
        staying: Iterable[Address] = (),
        held: Held = MappingProxyType({}),
    ) -> None:
        self._catalog = catalog
        self._choice = choice
        self.undecided: list[Unit] = []
        self.conflicts: list[Unit] = []
        self._absent: set[Address] = set()  # parents that will not exist after this plan
        self._staying = set(staying)  # what a removal leaves behind
        self._held = held
        self._going: set[Address] = set()  # what is deleted, should it be so decided
        self._deleted_online: dict[Address, Policy] = {}  # a child deleted with its parent shares its decision
        self._wanted: set[Address] = set()  # what s.yaml names

    # deployment

    def wanted(self, ids: Iterable[Address]) -> None:
        self._wanted.update(ids)

    def action(self, diff: ResourceDiff) -> Action:
        parent = self._catalog.parent(diff.id)
        if parent in self._absent:
            self._absent.add(diff.id)
            return Action(
                Verb.NOTHING,
                diff.id,
                diff,
                keeps_absent=self._absent_since(diff) if diff.presence is Presence.DELETED_ONLINE else "",
                reason=f"{parent} stays deleted",
            )
        match diff.presence:
            case Presence.NEW:
                return self._create(diff, "new")
            case Presence.DELETED_ONLINE:
                return self._deleted_online_action(diff, parent)
            case Presence.KEPT_ABSENT:
                if self._choice.policy is Policy.OVERWRITE:
                    return self._create(diff, "deleted online, which was accepted until now")
                self._absent.add(diff.id)
                return Action(Verb.NOTHING, diff.id, diff, reason="deleted online, kept so")
            case Presence.GONE:
                return Action(Verb.FORGET, diff.id, diff, reason="neither in s.yaml nor online")
            case Presence.ONLINE_ONLY:
                return Action(Verb.NOTHING, diff.id, diff, reason="online only, kept")
            case _:
                return self._present(diff)

    def _deleted_online_action(self, diff: ResourceDiff, parent: Address | None) -> Action:
        unit = Unit(diff.id, EXISTENCE)
        inherited = self._deleted_online.get(parent) if parent is not None else None
        policy = inherited or self._choice.about(unit)
        self._deleted_online[diff.id] = policy
        if policy in STOPS:
            if inherited is None:
                self.undecided.append(unit)
            return self._create(diff, "deleted online")
        if policy is Policy.MERGE and diff.moved_here:
            self.conflicts.append(unit)
            return self._create(diff, "deleted online, changed here")
        if policy is Policy.OVERWRITE:
            return self._create(diff, "deleted online")
        self._absent.add(diff.id)
        return Action(
            Verb.NOTHING, diff.id, diff, keeps_absent=self._absent_since(diff), reason="deleted online, kept so"
        )

    def _absent_since(self, diff: ResourceDiff) -> str:
        """Since when the deletion online is accepted."""
        return (diff.baseline.kept_absent if diff.baseline is not None else "") or self._choice.today

    def _create(self, diff: ResourceDiff, reason: str) -> Action:
        if diff.aspects != ASPECTS:
            _refuse_half(diff)
        desired = diff.desired if diff.desired is not None else Desired(diff.id, {})
        fields = {**desired.initial, **desired.derived, **desired.fields}
        call = calls.creation(self._catalog.kind(diff.id), desired, fields)
        return Action(Verb.CREATE, diff.id, diff, call=call, expected=fields, reason=reason)

    def _present(self, diff: ResourceDiff) -> Action:
        merge = self._merge(diff)
        decided = {aspect: self._decide(diff, aspect, merge) for aspect in (CONFIG_ASPECT, CODE_ASPECT)}
        kind = self._catalog.kind(diff.id)
        if decided[CONFIG_ASPECT] is Policy.OVERWRITE:
            diff = replace(diff, changes=(*diff.changes, *_surplus(diff, kind.rules)))
        sends: list[FieldChange] = []
        keeps: dict[FieldPath, str] = {}
        for change in diff.changes:
            if merge is not None and change.path == CODE:
                sent, kept = merge.moves_online, bool(merge.moves_here)
            else:
                sent = self._is_sent(change, decided[change.aspect], diff)
                kept = not sent and _is_kept(change, diff)
            sends += [change] if sent else []
            if kept:
                keeps[change.path] = change.since or self._choice.today
        _refuse_fixed(sends, kind)
        if sends and diff.live is not None:
            filled = tuple(_filled(diff, diff.live, kind.rules))
            diff = replace(diff, changes=(*diff.changes, *filled))
            sends += filled
        if not sends or diff.live is None:
            verb = Verb.NOTHING if diff.baseline is not None and not diff.changes else Verb.RECORD
            return Action(verb, diff.id, diff, keeps=keeps, reason="" if diff.baseline else "adopted", merge=merge)
        update = Action(
            Verb.UPDATE,
            diff.id,
            diff,
            sends=tuple(sends),
            keeps=keeps,
            call=calls.update(kind, diff.live, sends, diff.desired),
            expected=calls.after(diff.live.fields, sends),
            rescues=any(_loses(change, diff, kind.rules) for change in sends),
            merge=merge,
        )
        if any(kind.replaced(diff.live.fields, change.path) for change in sends):
            return calls.replacement(update, kind)
        return update

    def _merge(self, diff: ResourceDiff) -> CodeMerge | None:
        """What becomes of the code where it is to be merged and is known file by file."""
        at_risk = any(change.path == CODE and change.at_risk for change in diff.changes)
        if self._choice.merging is Merging.WHOLE or not at_risk or not diff.files:
            return None
        if self._choice.about(Unit(diff.id, CODE_ASPECT)) is not Policy.MERGE:
            return None
        return merged_code(diff.files)

    def _decide(self, diff: ResourceDiff, aspect: str, merge: CodeMerge | None) -> Policy:
        """The policy for one unit; notes it as undecided or as a conflict where that stops the run."""
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

    def orphan(self, diff: ResourceDiff) -> Action:
        parted = self._catalog.kind(diff.id).part and self._catalog.parent(diff.id) in self._wanted
        if not self._choice.prune and not parted:
            return Action(Verb.NOTHING, diff.id, diff, reason="no longer in s.yaml; stays online (--prune deletes it)")
        return self._held_open(diff) or self._delete_own(diff, "no longer in s.yaml")

    # removal

    def removal(self, diff: ResourceDiff) -> Action:
        if diff.presence in (Presence.GONE, Presence.DELETED_ONLINE, Presence.KEPT_ABSENT):
            return Action(Verb.FORGET, diff.id, diff, reason="already deleted online")
        if diff.presence is Presence.NEW:
            return Action(Verb.NOTHING, diff.id, diff, reason="not online")
        return self._held_open(diff) or self._delete_own(diff, "")

    def _held_open(self, diff: ResourceDiff) -> Action | None:
        """What still holds something that stays, stays as well. Where the API holds it in being, others are at work in
        it with what this project deployed: whether that goes is decided."""
        held = self._held.get(diff.id, ())
        inside = [*map(str, sorted(other for other in self._staying if self._catalog.contains(diff.id, other))), *held]
        if not inside:
            return None
        self._staying.add(diff.id)
        unit = Unit(diff.id, EXISTENCE)
        if (
            held
            and any(self._catalog.contains(diff.id, other) for other in self._going)
            and self._choice.about(unit) in STOPS
        ):
            self.undecided.append(unit)
        return Action(Verb.NOTHING, diff.id, diff, reason=f"stays: it still holds {few(inside)}", held=held)

    def _delete_own(self, diff: ResourceDiff, reason: str) -> Action:
        """Deletes the resource, or where others have entries in it, ours."""
        kind = self._catalog.kind(diff.id)
        if kind.part and diff.baseline is not None and diff.baseline.others:
            also = ", ".join(sorted(diff.baseline.others))
            return Action(Verb.NOTHING, diff.id, diff, leaves=True, reason=f"stays: named by {also} too")
        ours, theirs = _entries(diff, kind)
        if diff.live is None or not theirs:
            return self._delete(diff, reason)
        stays = f"stays: others have {', '.join(path[-1] for path in theirs)} there"
        if not ours:
            return Action(Verb.NOTHING, diff.id, diff, leaves=True, reason=stays)
        unit, rest = Unit(diff.id, EXISTENCE), replace(diff, changes=_without(diff.changes, theirs))
        made = diff.baseline is not None and diff.baseline.made_entries.issuperset(ours)
        foreign = _is_foreign(rest) or not made
        if foreign and self._choice.about(unit) in STOPS:
            self.undecided.append(unit)
        if foreign and self._choice.about(unit) in (Policy.KEEP, Policy.MERGE):
            return self._spared(rest)
        sends = [
            FieldChange(path, Cause.CHANGE, live, live, MISSING, MISSING)
            for path in ours
            if (live := diff.live.fields.get(path, MISSING)) is not MISSING
        ]
        return Action(
            Verb.UPDATE,
            diff.id,
            diff,
            sends=tuple(sends),
            call=calls.update(kind, diff.live, sends, None),
            expected=calls.after(diff.live.fields, sends),
            rescues=foreign,
            leaves=True,
            reason=stays,
        )

    def _delete(self, diff: ResourceDiff, reason: str) -> Action:
        unit = Unit(diff.id, EXISTENCE)
        policy = self._choice.about(unit)
        foreign = _is_foreign(diff) or diff.was_there
        if foreign and policy in STOPS:
            self.undecided.append(unit)
        if foreign and policy in (Policy.KEEP, Policy.MERGE):
            self._staying.add(diff.id)
            return self._spared(diff)
        self._going.add(diff.id)
        kind = self._catalog.kind(diff.id)
        call = calls.deletion(kind, diff.id)
        return Action(Verb.DELETE, diff.id, diff, call=call, rescues=foreign, reason=reason)

    def _spared(self, diff: ResourceDiff) -> Action:
        """What is left to whoever made or changed it. Somebody's change has to be found again; of what was only there
        before this project, nothing is claimed any more."""
        if _is_foreign(diff) or diff.baseline is None:
            return Action(Verb.NOTHING, diff.id, diff, reason="stays: changed or made online")
        others = bool(diff.baseline.others)
        verb = Verb.NOTHING if others else Verb.FORGET
        return Action(verb, diff.id, diff, leaves=others, reason=f"stays: {WAS_THERE}")


def few(names: Sequence[str]) -> str:
    """The first names of many, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def _is_foreign(diff: ResourceDiff) -> bool:
    """Whether deleting it deletes something that another person made or changed since."""
    return diff.baseline is None or diff.drifted or any(change.cause is Cause.KEPT for change in diff.changes)


def _without(changes: Iterable[FieldChange], paths: Collection[FieldPath]) -> tuple[FieldChange, ...]:
    return tuple(change for change in changes if change.path not in paths)


def bound(action: Action, etag: str | None) -> Action:
    """The action with its call tied to the version that was shown."""
    if action.call is None or action.verb is Verb.CREATE:
        return action
    return replace(action, call=replace(action.call, if_match=etag))


def _is_kept(change: FieldChange, diff: ResourceDiff) -> bool:
    """Whether the baseline should remember that the online value was left alone here."""
    if change.cause is Cause.CONVERGED:
        return False
    return diff.baseline is not None or change.at_risk


def _loses(change: FieldChange, diff: ResourceDiff, rules: FieldRules) -> bool:
    """Whether sending this change replaces something another person put there. What was kept is theirs to the end, and
    so is what was there at the adoption and never said from here."""
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
    """Keys that only live has in a map that s.yaml spells out, known and accepted for long: overwriting ends that."""
    if diff.desired is None or diff.live is None:
        return
    listed = {change.path for change in diff.changes} | set(diff.desired.fields)
    for path, live in diff.live.fields.items():
        if path not in listed and rules.map_of(path) in diff.desired.declared:
            yield FieldChange(path, Cause.ONLINE_ONLY, live, live, MISSING, live, rules.is_secret(path))


def _refuse_fixed(sends: Iterable[FieldChange], kind: Kind) -> None:
    for change in sends:
        if change.path in kind.rules.fixed:
            raise BadInput(
                f"{change.name} of an existing {kind.name} cannot be changed "
                f"(online {change.live!r}, s.yaml {change.target!r}).",
                hint=f"Give the {kind.name} another name, or remove it first.",
                reference="fixed-field",
            )


def _filled(diff: ResourceDiff, live: Live, rules: FieldRules) -> Iterator[FieldChange]:
    """What the resource would have got at its creation and has not: it goes along with a change, as it may need it."""
    desired = diff.desired or Desired(diff.id, {})
    listed = {change.path for change in diff.changes} | set(desired.fields)
    for path, value in desired.initial.items():
        if path not in listed and rules.struct_of(path) is None and effective(live.fields, path, rules) is None:
            yield FieldChange(path, Cause.CHANGE, None, None, MISSING, value, rules.is_secret(path))


def _entries(diff: ResourceDiff, kind: Kind) -> tuple[list[FieldPath], list[FieldPath]]:
    """The entries of shared lists that this step deployed, and those that others have online."""
    live = diff.live.fields if diff.live is not None else {}
    entries = [path for path in live if kind.rules.map_of(path) in kind.strangers]
    applied = diff.baseline.applied if diff.baseline is not None else {}
    desired = diff.desired.fields if diff.desired is not None and diff.baseline is None else {}
    ours = [path for path in entries if path in applied or path in desired]
    return ours, [path for path in entries if path not in ours]


def _refuse_half(diff: ResourceDiff) -> None:
    there = "deleted online" if diff.presence is Presence.DELETED_ONLINE else "not online"
    raise BadInput(
        f"{diff.id} is {there}: it cannot be made of its {' and '.join(sorted(diff.aspects))} alone.",
        hint="Deploy it whole first, without --type.",
        reference="half-a-resource",
    )
