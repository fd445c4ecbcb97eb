"""Plans one resource's part of a removal: what is deleted, what stays, and what is undecided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from fc_guard.core import calls
from fc_guard.core.choices import STOPS, WAS_THERE, Choice, Held, few
from fc_guard.core.references import given_texts, mentions
from fc_guard.language import joined, t, tn
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import MISSING, Cause, FieldChange, FieldPath, Fields
from fc_guard.model.kinds import Kind, Lifecycle
from fc_guard.model.plans import EXISTENCE, Action, Policy, Unit, Verb
from fc_guard.model.resources import Live, Presence, ResourceDiff


class Removal:
    """Plans what is deleted, and gathers what is undecided. Children have to be asked for before their parents: a
    parent stays while anything inside it stays."""

    def __init__(
        self,
        catalog: Catalog,
        choice: Choice,
        staying: Iterable[Address] = (),
        held: Held = MappingProxyType({}),
    ) -> None:
        self._catalog = catalog
        self._choice = choice
        self._held = held
        self.undecided: list[Unit] = []
        self._staying = set(staying)  # what it leaves behind
        self._going: set[Address] = set()  # what is deleted, if it is decided so
        self._used: set[Address] = set()  # of what s.yaml does not ask for, what the step has all the same

    def orphan(self, diff: ResourceDiff, wanted: Mapping[Address, Action]) -> Action:
        """Returns the action for a resource that s.yaml no longer names; `wanted` is what becomes of what it names."""
        kind = self._catalog.kind(diff.id)
        parted = kind.part and self._catalog.parent(diff.id) in wanted
        made = kind.lifecycle is Lifecycle.MADE_ONLY  # s.yaml may ask for it as before, and a service have another one
        if not self._choice.prune and not parted:
            if made and (users := self._users(diff, kind, wanted)):
                self._used.add(diff.id)
                return Action(Verb.NOTHING, diff.id, diff, reason=_uses_it(users))
            stays = t("s.yaml does not ask for it any more; stays online (--prune deletes it, unless it is used)")
            named = t("no longer in s.yaml; stays online (--prune deletes it)")
            return Action(Verb.NOTHING, diff.id, diff, reason=stays if made else named)
        if parted and (uses := [str(id) for id, action in wanted.items() if _still_uses(diff.id, kind, action)]):
            return Action(Verb.NOTHING, diff.id, diff, reason=_uses_it(uses))
        own = frozenset(map(str, wanted)) if parted else frozenset()  # what else it does not say, it does not use
        reason = t("not needed any more") if made else t("no longer in s.yaml")
        return self._held_open(diff, own) or self._delete_own(diff, reason)

    def _users(self, diff: ResourceDiff, kind: Kind, wanted: Mapping[Address, Action]) -> list[str]:
        """Returns what of the step has a value of this resource, or lies in it and is used."""
        given = given_texts({} if diff.live is None else diff.live.fields, kind.rules)
        inside = (other for other in sorted(self._used) if self._catalog.contains(diff.id, other))
        having = (id for id, action in wanted.items() if any(mentions(_after(action), text) for text in given))
        return [str(id) for id in (*inside, *having)]

    def action(self, diff: ResourceDiff) -> Action:
        if diff.presence in (Presence.GONE, Presence.DELETED_ONLINE, Presence.KEPT_ABSENT):
            return Action(Verb.FORGET, diff.id, diff, reason=t("already deleted online"))
        if diff.presence is Presence.NEW:
            return Action(Verb.NOTHING, diff.id, diff, reason=t("not online"))
        return self._held_open(diff) or self._delete_own(diff, "")

    def _held_open(self, diff: ResourceDiff, without: Collection[str] = ()) -> Action | None:
        """Returns the action for a resource that stays because something in it stays; None for others. If the API keeps
        it in being, others use in it what this project deployed: whether that goes has to be decided."""
        spelled = self._catalog.spelled
        own = {spelled(name) for name in without}
        held = tuple(name for name in self._held.get(diff.id, ()) if spelled(name) not in own)
        lies = map(str, sorted(other for other in self._staying if self._catalog.contains(diff.id, other)))
        inside = list({spelled(name): name for name in (*lies, *held)}.values())
        if not inside:
            return None
        self._staying.add(diff.id)
        unit = Unit(diff.id, EXISTENCE)
        if self._catalog.kind(diff.id).lifecycle is Lifecycle.MADE_ONLY:
            return self._left(diff) or Action(Verb.NOTHING, diff.id, diff, reason=_uses_it(inside), held=held)
        if (
            held
            and any(self._catalog.contains(diff.id, other) for other in self._going)
            and self._choice.about(unit) in STOPS
        ):
            self.undecided.append(unit)
        return Action(
            Verb.NOTHING, diff.id, diff, reason=t("stays: it still holds {inside}", inside=few(inside)), held=held
        )

    def _delete_own(self, diff: ResourceDiff, reason: str) -> Action:
        """Deletes the resource, or our entries if others have some in it."""
        kind = self._catalog.kind(diff.id)
        if kind.lifecycle is Lifecycle.MADE_ONLY and (left := self._left(diff)) is not None:
            return left
        if kind.part and diff.baseline is not None and diff.baseline.others:
            also = joined(sorted(diff.baseline.others), ", ")
            return Action(Verb.NOTHING, diff.id, diff, leaves=True, reason=t("stays: named by {also} too", also=also))
        ours, theirs = _entries(diff, kind)
        if diff.live is None or not theirs:
            return self._delete(diff, reason)
        stays = t("stays: others have {theirs} there", theirs=joined((path[-1] for path in theirs), ", "))
        if not ours:
            return Action(Verb.NOTHING, diff.id, diff, leaves=True, reason=stays)
        rest = replace(diff, changes=_without(diff.changes, theirs))
        made = diff.baseline is not None and diff.baseline.made_entries.issuperset(ours)
        foreign = _is_foreign(rest) or not made
        if foreign and self._spares(diff.id):
            return self._spared(rest)
        return _emptied(diff, diff.live, ours, kind, rescues=foreign, reason=stays)

    def _left(self, diff: ResourceDiff) -> Action | None:
        """Returns the action for a supporting resource that stays, since others want it or had it before; None if it
        goes."""
        baseline = diff.baseline
        if diff.live is None:
            return None
        if baseline is None:
            reason = t("stays: this project did not make it")
        elif baseline.others:
            reason = t("stays: named by {also} too", also=joined(sorted(baseline.others), ", "))
        elif not baseline.made:
            reason = t("stays: this project did not make it")
        else:
            return None
        self._staying.add(diff.id)
        others = baseline is not None and bool(baseline.others)
        verb = Verb.NOTHING if baseline is None or others else Verb.FORGET
        return Action(verb, diff.id, diff, leaves=others, reason=reason)

    def _spares(self, id: Address) -> bool:
        """Says whether what others made or changed is left to them; notes it as undecided where nobody has said."""
        unit = Unit(id, EXISTENCE)
        policy = self._choice.about(unit)
        if policy in STOPS:
            self.undecided.append(unit)
        return policy in (Policy.KEEP, Policy.MERGE)

    def _delete(self, diff: ResourceDiff, reason: str) -> Action:
        foreign = may_be_kept(diff)
        if foreign and self._spares(diff.id):
            self._staying.add(diff.id)
            return self._spared(diff)
        self._going.add(diff.id)
        kind = self._catalog.kind(diff.id)
        call = calls.deletion(kind, diff.id)
        return Action(Verb.DELETE, diff.id, diff, call=call, rescues=foreign, reason=reason)

    def _spared(self, diff: ResourceDiff) -> Action:
        """Leaves a resource to whoever made or changed it. The baseline goes if it was only there before this project;
        it stays if somebody changed it, so that the change is found again."""
        if _is_foreign(diff) or diff.baseline is None:
            return Action(Verb.NOTHING, diff.id, diff, reason=t("stays: changed or made online"))
        others = bool(diff.baseline.others)
        verb = Verb.NOTHING if others else Verb.FORGET
        return Action(verb, diff.id, diff, leaves=others, reason=t("stays: {was_there}", was_there=WAS_THERE))


def _uses_it(users: Sequence[str]) -> str:
    return tn("stays: {users} uses it", "stays: {users} use it", len(users), users=few(users))


def may_be_kept(diff: ResourceDiff) -> bool:
    """Says whether a deletion has to be decided: somebody else made, changed or had it."""
    return _is_foreign(diff) or diff.was_there


def _is_foreign(diff: ResourceDiff) -> bool:
    """Says whether deleting it deletes something that another person made or changed since."""
    return diff.baseline is None or diff.drifted or any(change.cause is Cause.KEPT for change in diff.changes)


def _still_uses(id: Address, kind: Kind, user: Action) -> bool:
    """Says whether a resource goes on to use another, though s.yaml does not say so any more: somebody changed it
    online, and that stays."""
    desired = user.diff.desired
    after = _after(user)
    said = {} if desired is None else {**desired.derived, **desired.fields}
    return kind.serves(id, user.id.kind, after) and not kind.serves(id, user.id.kind, said)


def _after(action: Action) -> Fields:
    live = action.diff.live
    return action.expected if action.writes or live is None else live.fields


def _without(changes: Iterable[FieldChange], paths: Collection[FieldPath]) -> tuple[FieldChange, ...]:
    return tuple(change for change in changes if change.path not in paths)


def _entries(diff: ResourceDiff, kind: Kind) -> tuple[list[FieldPath], list[FieldPath]]:
    """Returns the entries of shared lists that this step deployed, and those that others have online."""
    live = diff.live.fields if diff.live is not None else {}
    entries = [path for path in live if kind.rules.map_of(path) in kind.strangers]
    applied = diff.baseline.applied if diff.baseline is not None else {}
    desired = diff.desired.fields if diff.desired is not None and diff.baseline is None else {}
    ours = [path for path in entries if path in applied or path in desired]
    return ours, [path for path in entries if path not in ours]


def _emptied(
    diff: ResourceDiff, live: Live, ours: Iterable[FieldPath], kind: Kind, *, rescues: bool, reason: str
) -> Action:
    """Returns the update that takes our entries out of a resource that stays for others."""
    there = {path: value for path in ours if (value := live.fields.get(path, MISSING)) is not MISSING}
    sends = tuple(FieldChange(path, Cause.CHANGE, value, value, MISSING, MISSING) for path, value in there.items())
    return Action(
        Verb.UPDATE,
        diff.id,
        diff,
        sends=sends,
        call=calls.update(kind, live, sends, None),
        expected=calls.after(live.fields, sends),
        rescues=rescues,
        leaves=True,
        reason=reason,
    )
