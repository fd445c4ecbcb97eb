"""From what differs to a pull: which changes go into s.yaml, and which have to be left to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fc_guard.artifacts.yaml_nodes import CannotEdit
from fc_guard.core.compare import compare
from fc_guard.core.edits import applied, edits_between
from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer
from fc_guard.engine.draft import Draft, NotHere, NotSaid
from fc_guard.engine.pull_meaning import besides, without_lapsed
from fc_guard.engine.pull_places import ITEMS, SINGLE, edit_lines, place_of, value_at
from fc_guard.engine.session import ReadSession, desired_from
from fc_guard.engine.survey import Survey
from fc_guard.errors import BadInput
from fc_guard.kinds import REGISTRY
from fc_guard.model.edits import Edit, Place
from fc_guard.model.fields import CODE, MISSING, Cause, FieldChange, FieldPath, Json, path_text
from fc_guard.model.ids import ResourceId
from fc_guard.model.pulls import CodeTaken, Left, Pull, Taken
from fc_guard.model.resources import Desired, Presence, ResourceDiff

THEIRS: Final = (Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN, Cause.ONLINE_ONLY, Cause.KEPT)
"""Causes that put something online which s.yaml does not say."""
DELETED: Final = (Presence.DELETED_ONLINE, Presence.KEPT_ABSENT)
ORDER: Final = {Presence.DELETED_ONLINE: 0, Presence.KEPT_ABSENT: 0, Presence.ONLINE_ONLY: 2}
"""What goes, before what is changed, before what comes: so that comments do not get a new neighbour below them."""
MOST_ROUNDS: Final = 3
IN_CLEAR: Final = "secret: written only with --include-secrets"


@dataclass(frozen=True, slots=True)
class _Group:
    """Changes that go into s.yaml together or not at all: half of them would mean something else."""

    diff: ResourceDiff
    changes: tuple[FieldChange, ...]

    @property
    def paths(self) -> frozenset[FieldPath]:
        return frozenset(change.path for change in self.changes)


@dataclass(frozen=True, slots=True)
class Pulled:
    """A pull, and the step's props as they are after it."""

    pull: Pull
    props: Mapping[str, Any]


def pull_of(session: ReadSession, found: Survey, text: str, code: CodeTaken | None) -> Pulled:
    """What a pull would write. `text` is that of s.yaml. Raises `BadInput` where it has no place for the step."""
    file = session.step.yaml
    if file is None:
        raise BadInput("There is no s.yaml to pull into.", reference="no-s-yaml")
    draft = Draft(text, file, session.step.name, session.step.props)
    try:
        draft.at(())
    except CannotEdit as error:
        raise BadInput(f"{file.name} cannot be edited: {error}.", reference="no-s-yaml") from error
    puller = _Puller(session, draft)
    for diff in sorted(found.diffs, key=lambda diff: ORDER.get(diff.presence, 1)):
        puller.pull(diff)
    puller.retry()
    pull = Pull(file.name, draft.before, draft.text, draft.shown(), puller.taken, tuple(puller.left), code)
    return Pulled(pull, draft.props)


class _Puller:
    def __init__(self, session: ReadSession, draft: Draft) -> None:
        self._session = session
        self._draft = draft
        self._taken: list[Taken] = []
        self._waiting: list[tuple[_Group, str]] = []
        self.left: list[Left] = []

    @property
    def taken(self) -> tuple[Taken, ...]:
        """One for each resource."""
        together: dict[ResourceId, Taken] = {}
        for item in self._taken:
            known = together.get(item.diff.id)
            paths = item.paths | (known.paths if known is not None else frozenset())
            together[item.diff.id] = Taken(item.diff, paths, item.gone)
        return tuple(together.values())

    def pull(self, diff: ResourceDiff) -> None:
        if diff.presence is Presence.ONLINE_ONLY:
            self._added(diff)
        elif diff.presence in DELETED:
            self._deleted(diff)
        elif diff.presence is Presence.PRESENT:
            for group in self._groups(diff):
                self._changed(group)

    def retry(self) -> None:
        """What could not be said at first may be sayable once the rest is in its place, or all of it together."""
        before = -1
        while self._waiting and len(self._waiting) != before:
            before = len(self._waiting)
            waiting, self._waiting = self._waiting, []
            for group, _ in waiting:
                self._changed(group)
        waiting, self._waiting = self._waiting, []
        for id in dict.fromkeys(group.diff.id for group, _ in waiting):
            groups = [(group, why) for group, why in waiting if group.diff.id == id]
            if not self._together([group for group, _ in groups]):
                self.left += [self._told(group, why) for group, why in groups]

    def _together(self, groups: Sequence[_Group]) -> bool:
        if len(groups) < 2:
            return False
        try:
            self._make(_Group(groups[0].diff, tuple(change for group in groups for change in group.changes)))
        except (NotHere, NotSaid):
            return False
        return True

    # which

    def _groups(self, diff: ResourceDiff) -> list[_Group]:
        groups: dict[FieldPath, list[FieldChange]] = {}
        for change in diff.changes:
            if change.path != CODE and change.cause in THEIRS and not self._of_others(diff, change):
                groups.setdefault(_unit(diff.id.kind, change.path), []).append(change)
        return [_Group(diff, tuple(changes)) for changes in groups.values()]

    def _of_others(self, diff: ResourceDiff, change: FieldChange) -> bool:
        """What other steps say of the resource, and routes that lead to other functions."""
        if change.cause is not Cause.ONLINE_ONLY:
            return False
        if diff.baseline is not None and any(change.path in fields for fields in diff.baseline.others.values()):
            return True
        rules = REGISTRY[diff.id.kind].rules
        if rules.map_of(change.path) in rules.keyed and isinstance(change.live, Mapping):
            names = (change.live.get("serviceName"), change.live.get("functionName"))
            own = next((wanted.id.parts for wanted in self._session.desired if wanted.id.kind == "function"), names)
            return diff.id.kind == "customDomain" and names != own
        return False

    # how

    def _changed(self, group: _Group) -> None:
        why = self._unwritable(group)
        if why:
            self.left.append(self._told(group, why))
            return
        try:
            self._make(group)
        except NotHere as error:
            self.left.append(self._told(group, error.elsewhere.why, error.elsewhere.at))
        except NotSaid as error:
            self._waiting.append((group, str(error)))

    def _unwritable(self, group: _Group) -> str:
        rules = REGISTRY[group.diff.id.kind].rules
        if not self._session.step.options.include_secrets and any(_reveals(change) for change in group.changes):
            return IN_CLEAR
        halves = {rules.struct_of(path) for path in rules.write_only} - {None}
        if any(rules.struct_of(change.path) in halves for change in group.changes):
            return "FC never shows the private key that belongs to it"
        return ""

    def _make(self, group: _Group) -> None:
        diff, kind = group.diff, REGISTRY[group.diff.id.kind]
        edits = list(self._edits(group))
        if not edits:
            raise NotSaid("s.yaml has no words for it")

        def means(props: Mapping[str, Any]) -> str:
            before, after = self._desired(self._draft.props), self._desired(props)
            comparer = Comparer(kind.rules, self._session.baselines.seal)
            now = after.get(diff.id)
            for path in group.paths:
                wanted = effective(diff.live.fields if diff.live is not None else {}, path, kind.rules)
                if now is None or not comparer.same(path, effective(now.fields, path, kind.rules), wanted):
                    return f"s.yaml cannot say {path_text(path)} as it is online"
            return besides(before, without_lapsed(after, before, diff), diff.id, group.paths)

        self._draft.make(edits, means)
        self._taken.append(Taken(diff, group.paths))

    def _edits(self, group: _Group) -> Iterator[Edit]:
        """The edits after which s.yaml asks for what is online. A value may bring another with it that it is computed
        from, such as the source of a trigger; then that one has to be spelled out."""
        id, kind, props = group.diff.id, REGISTRY[group.diff.id.kind], self._draft.props
        place, target = place_of(self._draft.props, id), self._target(group)
        for _ in range(MOST_ROUNDS):
            now = self._desired(props).get(id)
            said = {} if now is None else kind.props(now.fields)
            edits = list(edits_between(said, kind.props(target), value_at(props, place), place))
            if not edits:
                return
            yield from edits
            props = applied(props, edits)

    def _target(self, group: _Group) -> dict[FieldPath, Any]:
        """What s.yaml is to ask for."""
        diff, kind = group.diff, REGISTRY[group.diff.id.kind]
        live = diff.live.fields if diff.live is not None else {}
        target: dict[FieldPath, Any] = dict(self._desired(self._draft.props)[diff.id].fields)
        for change in group.changes:
            value = effective(live, change.path, kind.rules)
            if change.path in kind.rules.sets:
                value = _ordered(value, target.get(change.path))
            if value is MISSING or value is None:
                target.pop(change.path, None)
            else:
                target[change.path] = value
        return target

    def _added(self, diff: ResourceDiff) -> None:
        if diff.live is None or self._session.baselines.read(diff.id) is not None:
            return  # deployed from another step
        kind = REGISTRY[diff.id.kind]
        props = kind.props(diff.live.fields)
        if diff.id.kind == "asyncConfig":
            if diff.id.parts[-1] != "LATEST":
                return
            edit = Edit(SINGLE[diff.id.kind], props)
        else:
            name = diff.id.parts[-1]
            item: Json = name if diff.id.kind == "vpcBinding" else {"name": name, **props}
            edit = self._new_item(ITEMS[diff.id.kind], item)
        secret = [path for path in diff.live.fields if kind.rules.is_secret(path)]
        if secret and not self._session.step.options.include_secrets:
            self.left.append(self._told_edit(diff, edit, IN_CLEAR))
            return

        def means(now: Mapping[str, Any]) -> str:
            before, after = self._desired(self._draft.props), self._desired(now)
            seal = self._session.baselines.seal
            left = compare(diff.id, after.get(diff.id), diff.live, None, kind.rules, seal).changes
            if diff.id not in after or any(change.at_risk for change in left):
                return "s.yaml cannot say it as it is online"
            return besides(before, after, diff.id, None)

        self._whole(diff, edit, means, Taken(diff, frozenset(diff.live.fields)))

    def _new_item(self, place: Place, item: Json) -> Edit:
        now = value_at(self._draft.props, place)
        return Edit((*place, len(now)), item, inserted=True) if isinstance(now, list) else Edit(place, [item])

    def _deleted(self, diff: ResourceDiff) -> None:
        kind = diff.id.kind
        if kind in ("service", "function"):
            at = self._draft.at(place_of(self._draft.props, diff.id))
            self.left.append(Left(diff.id, at, kind, "deleted online: take it out yourself, or deploy it again"))
            return
        place = place_of(self._draft.props, diff.id)
        siblings = value_at(self._draft.props, place[:-1])
        alone = kind in ITEMS and isinstance(siblings, list) and len(siblings) == 1
        edit = Edit(place[:-1], []) if alone else Edit(place, MISSING)

        def means(now: Mapping[str, Any]) -> str:
            before, after = self._desired(self._draft.props), self._desired(now)
            if diff.id in after:
                return "s.yaml would name it all the same"
            return besides(before, after, diff.id, None)

        self._whole(diff, edit, means, Taken(diff, frozenset(), gone=True))

    def _whole(self, diff: ResourceDiff, edit: Edit, means: Any, taken: Taken) -> None:
        try:
            self._draft.make([edit], means)
            self._taken.append(taken)
        except NotHere as error:
            self.left.append(self._told_edit(diff, edit, error.elsewhere.why, error.elsewhere.at))
        except NotSaid as error:
            self.left.append(self._told_edit(diff, edit, str(error)))

    def _desired(self, props: Mapping[str, Any]) -> dict[ResourceId, Desired]:
        found = desired_from(props, self._session.account, self._session.region)
        return {desired.id: desired for desired in found}

    # what is told

    def _told(self, group: _Group, why: str, at: str = "") -> Left:
        edits = list(self._edits(group))
        if not edits:
            place = place_of(self._draft.props, group.diff.id)
            names = ", ".join(change.name for change in group.changes)
            return Left(group.diff.id, at or self._draft.at(place), names, why)
        what = ", ".join(dict.fromkeys(".".join(map(str, edit.place)) for edit in edits))
        return Left(
            group.diff.id, at or self._draft.at(edits[0].place), what, why, *edit_lines(self._draft.props, edits)
        )

    def _told_edit(self, diff: ResourceDiff, edit: Edit, why: str, at: str = "") -> Left:
        what = ".".join(map(str, edit.place))
        return Left(diff.id, at or self._draft.at(edit.place), what, why, *edit_lines(self._draft.props, [edit]))


def _unit(kind: str, path: FieldPath) -> FieldPath:
    """What of a resource is changed together."""
    rules = REGISTRY[kind].rules
    owner = rules.map_of(path)
    if kind == "function":
        return path if owner is not None and owner in rules.maps else path[:1]
    if kind == "customDomain":
        return path if owner is not None else ()
    return path[:1] if kind == "service" else ()


def _ordered(value: Json, like: Json) -> Json:
    """A set in the order that s.yaml has, as far as it goes."""
    if not isinstance(value, tuple) or not isinstance(like, tuple):
        return value
    known = [item for item in like if item in value]
    return (*known, *(item for item in value if item not in known))


def _reveals(change: FieldChange) -> bool:
    return change.secret and change.live is not MISSING and change.live is not None
