"""Turns differences into a pull: which changes go into s.yaml, and which are left to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fc_guard.artifacts.yaml_masks import Veil
from fc_guard.artifacts.yaml_nodes import CannotEdit
from fc_guard.core.compare import compare
from fc_guard.core.edits import applied, edits_between
from fc_guard.core.homes import entry, place_of, value_at
from fc_guard.core.normal import effective
from fc_guard.core.values import Comparer
from fc_guard.engine.look.survey import Survey
from fc_guard.engine.pull.draft import Draft, NotHere, NotSaid
from fc_guard.engine.pull.groups import IN_CLEAR, Group, groups_of, target_of, unwritable
from fc_guard.engine.pull.meaning import besides, without_lapsed
from fc_guard.engine.pull.places import edit_lines, in_words, moved_line
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BadInput
from fc_guard.inputs.unfinished import settling
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.edits import Edit, Place
from fc_guard.model.fields import MISSING, Json, Reveal, aspect_of, path_text
from fc_guard.model.kinds import Kind
from fc_guard.model.pulls import CodeTaken, Left, Pull, Taken
from fc_guard.model.resources import Presence, ResourceDiff

DELETED: Final = (Presence.DELETED_ONLINE, Presence.KEPT_ABSENT)
ORDER: Final = {Presence.DELETED_ONLINE: 0, Presence.KEPT_ABSENT: 0, Presence.ONLINE_ONLY: 2}
"""First what goes, then what is changed, then what comes: so comments do not get a new neighbour below them."""
MOST_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Pulled:
    """A pull, and the step's props as they are after it."""

    pull: Pull
    props: Mapping[str, Any]


def pull_of(
    session: ReadSession,
    found: Survey,
    text: str,
    codes: tuple[CodeTaken, ...],
    reveal: Reveal,
    *,
    shows_only: bool = False,
) -> Pulled:
    """Returns what a pull would write. `text` is that of s.yaml. Raises `BadInput` where it has no place for the step.
    `reveal` says which secret values may be read in what is shown of it.

    Line numbers are those after the pull or, if it `shows_only`, those of now.
    """
    file = session.step.yaml
    if file is None:
        raise BadInput(t("There is no s.yaml to pull into."), reference="no-s-yaml")
    veil = Veil(session.catalog.secret_names, reveal)
    settle = settling(session.plugin)
    draft = Draft(text, file, session.step.name, session.step.props, session.layout, veil, settle)
    try:
        draft.at(())
    except CannotEdit as error:
        raise BadInput(
            t("{file} cannot be edited: {error}.", file=file.name, error=error), reference="no-s-yaml"
        ) from error
    puller = _Puller(session, draft, veil, [diff.id for diff in found.diffs if diff.presence in DELETED])
    for diff in sorted(found.diffs, key=lambda diff: ORDER.get(diff.presence, 1)):
        puller.pull(diff)
    puller.retry()
    left = puller.left(draft.before if shows_only else draft.text)
    pull = Pull(file.name, draft.before, draft.text, draft.shown(), puller.taken, left, codes)
    return Pulled(pull, draft.props)


class _Puller:
    def __init__(self, session: ReadSession, draft: Draft, veil: Veil, gone: Sequence[Address]) -> None:
        """`gone` was deleted online. What lay inside it comes back with it, if it is deployed again."""
        self._gone = gone
        self._said = {wanted.id: wanted for wanted in session.desired}
        self._session = session
        self._draft = draft
        self._veil = veil
        self._taken: list[Taken] = []
        self._waiting: list[tuple[Group, str]] = []
        self._left: list[tuple[Left, str]] = []  # each with the text that its line number refers to

    @property
    def taken(self) -> tuple[Taken, ...]:
        """Returns what was taken, one item for each resource."""
        together: dict[Address, Taken] = {}
        for item in self._taken:
            known = together.get(item.diff.id)
            paths = item.paths | (known.paths if known is not None else frozenset())
            together[item.diff.id] = Taken(item.diff, paths, item.gone)
        return tuple(together.values())

    def pull(self, diff: ResourceDiff) -> None:
        if diff.presence is Presence.ONLINE_ONLY:
            self._added(diff)
        elif diff.presence in DELETED and not any(self._session.catalog.contains(gone, diff.id) for gone in self._gone):
            if diff.id in self._said:
                self._deleted(diff)
            else:
                self._leave_unsaid(diff, "", t("deleted"))
        elif diff.presence is Presence.PRESENT:
            for group in groups_of(self._session, diff):
                self._pull_group(group)

    def _pull_group(self, group: Group) -> None:
        """Takes over a group, unless a plugin may say another thing of it at the next deployment: it did so at the last
        one, or there was none from here."""
        plugin = self._session.plugin
        if plugin is None or self._is_deployed_as_said(group):
            self._changed(group)
        elif group.diff.id in self._said:
            self._tell(group, t("the plugin of {at} may set it", at=plugin.at))
        else:
            names = ", ".join(change.name for change in group.changes)
            self._leave_unsaid(group.diff, names, t("changed"))

    def _is_deployed_as_said(self, group: Group) -> bool:
        diff, said = group.diff, self._said.get(group.diff.id)
        if diff.baseline is None or diff.baseline.observed is None or said is None:
            return False
        if any(aspect_of(path) not in diff.baseline.covers for path in group.paths):
            return False
        if any(change.live is MISSING or change.live is None for change in group.changes):
            return False  # what leaves s.yaml would be taken as it was deployed
        rules, applied = self._session.kind(diff.id).rules, diff.baseline.applied
        comparer = Comparer(rules, self._session.baselines.seal)
        owners = {rules.struct_of(path) or path for path in group.paths}  # a plugin may set one as a whole
        paths = {path for path in (*said.fields, *applied) for owner in owners if path[: len(owner)] == owner}
        return all(
            comparer.same(path, said.fields.get(path, MISSING), applied.get(path, MISSING))
            for path in paths | group.paths
        )

    def _leave_unsaid(self, diff: ResourceDiff, what: str, how: str) -> None:
        """Leaves what was changed of a resource that s.yaml does not name, and that a plugin may."""
        at = self._draft.at(place_of(self._draft.props, self._session.kind(diff.id), diff.id))
        self._leave(diff, at, f"{diff.id} {what}".rstrip(), t("{how} online, and s.yaml does not name it", how=how))

    def retry(self) -> None:
        """Tries again what could not be said at first: each alone, now that the rest is in place, then all together."""
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
                for group, why in groups:
                    self._tell(group, why)

    def _together(self, groups: Sequence[Group]) -> bool:
        if len(groups) < 2:
            return False
        try:
            self._make(Group(groups[0].diff, tuple(change for group in groups for change in group.changes)))
        except (NotHere, NotSaid):
            return False
        return True

    # one change

    def _changed(self, group: Group) -> None:
        why = unwritable(self._session, group)
        if why:
            self._tell(group, why)
            return
        try:
            self._make(group)
        except NotHere as error:
            self._tell(group, error.elsewhere.why, error.elsewhere.at)
        except NotSaid as error:
            self._waiting.append((group, str(error)))

    def _make(self, group: Group) -> None:
        diff, kind = group.diff, self._session.kind(group.diff.id)
        edits = list(self._edits(group))
        if not edits:
            raise NotSaid(t("s.yaml has no words for it"))

        def means(props: Mapping[str, Any]) -> str:
            before, after = self._session.asked_by(self._draft.props), self._session.asked_by(props)
            comparer = Comparer(kind.rules, self._session.baselines.seal)
            now = after.get(diff.id)
            for path in group.paths:
                wanted = effective(diff.live.fields if diff.live is not None else {}, path, kind.rules)
                if now is None or not comparer.same(path, effective(now.fields, path, kind.rules), wanted):
                    return t("s.yaml cannot say {field} as it is online", field=path_text(path))
            return besides(before, without_lapsed(after, before, diff, kind), diff.id, group.paths)

        self._draft.make(edits, means)
        self._taken.append(Taken(diff, group.paths))

    def _edits(self, group: Group) -> Iterator[Edit]:
        """Yields the edits after which s.yaml asks for what is online. A value may bring another with it that it is
        computed from, such as the source of a trigger; then that one has to be spelled out."""
        id, kind, props = group.diff.id, self._session.kind(group.diff.id), self._draft.props
        place, target = (
            place_of(self._draft.props, kind, id),
            target_of(group, kind, self._session.asked_by(self._draft.props)[id]),
        )
        for _ in range(MOST_ROUNDS):
            now = self._session.asked_by(props).get(id)
            said = {} if now is None else kind.props(now.fields)
            edits = list(edits_between(said, kind.props(target), value_at(props, place), place, kind.writing))
            if not edits:
                return
            yield from edits
            props = applied(props, edits)

    def _added(self, diff: ResourceDiff) -> None:
        record = self._session.baselines.read(diff.id)
        if diff.live is None or (record is not None and record.baseline is not None):
            return  # deployed from another step
        kind = self._session.kind(diff.id)
        edit = self._naming(kind, diff.id, kind.props(diff.live.fields))
        if edit is None:
            return
        if self._session.decider is not None:
            self._leave_unsaid(diff, "", t("made"))
            return
        secret = [path for path in diff.live.fields if kind.rules.is_secret(path)]
        if secret and not self._session.step.options.include_secrets:
            self._tell_edits(diff, [edit], IN_CLEAR)
            return

        def means(now: Mapping[str, Any]) -> str:
            before, after = self._session.asked_by(self._draft.props), self._session.asked_by(now)
            seal = self._session.baselines.seal
            left = compare(diff.id, after.get(diff.id), diff.live, None, kind.rules, seal).changes
            if diff.id not in after or any(change.at_risk for change in left):
                return t("s.yaml cannot say it as it is online")
            return besides(before, after, diff.id, None)

        self._whole(diff, edit, means, Taken(diff, frozenset(diff.live.fields)))

    def _naming(self, kind: Kind, id: Address, props: Mapping[str, Any]) -> Edit | None:
        """Returns the edit that puts a resource into s.yaml; None where s.yaml cannot name it."""
        home = kind.home
        if home.many:
            return self._new_item(home.place, entry(kind, id.name, props))
        if home.always:
            return Edit(home.place, props) if home.always == id.name else None
        free = value_at(self._draft.props, home.place) is MISSING
        return Edit(home.place, entry(kind, id.name, props)) if free else None

    def _new_item(self, place: Place, item: Json) -> Edit:
        now = value_at(self._draft.props, place)
        return Edit((*place, len(now)), item, inserted=True) if isinstance(now, list) else Edit(place, [item])

    def _deleted(self, diff: ResourceDiff) -> None:
        kind = self._session.kind(diff.id)
        place = place_of(self._draft.props, kind, diff.id)
        if not kind.home.many and not kind.part:
            at = self._draft.at(place)
            self._leave(diff, at, kind.name, t("deleted online: take it out yourself, or deploy it again"))
            return
        siblings = value_at(self._draft.props, place[:-1])
        alone = kind.home.many and isinstance(siblings, list) and len(siblings) == 1
        edit = Edit(place[:-1], []) if alone else Edit(place, MISSING)

        decider = self._session.decider
        if decider is not None:
            self._tell_edits(diff, [edit], t("deleted online, and the plugin of {at} may name it", at=decider.at))
            return

        def means(now: Mapping[str, Any]) -> str:
            before, after = self._session.asked_by(self._draft.props), self._session.asked_by(now)
            if diff.id in after:
                return t("s.yaml would name it all the same")
            return besides(before, after, diff.id, None)

        self._whole(diff, edit, means, Taken(diff, frozenset(), gone=True))

    def _whole(self, diff: ResourceDiff, edit: Edit, means: Any, taken: Taken) -> None:
        try:
            self._draft.make([edit], means)
            self._taken.append(taken)
        except NotHere as error:
            self._tell_edits(diff, [edit], error.elsewhere.why, error.elsewhere.at)
        except NotSaid as error:
            self._tell_edits(diff, [edit], str(error))

    # what is left to a person

    def _tell(self, group: Group, why: str, at: str = "") -> None:
        edits = _once(self._edits(group))
        if edits:
            self._tell_edits(group.diff, edits, why, at)
            return
        names = ", ".join(change.name for change in group.changes)
        kind = self._session.kind(group.diff.id)
        self._leave(group.diff, at or self._draft.at(place_of(self._draft.props, kind, group.diff.id)), names, why)

    def _tell_edits(self, diff: ResourceDiff, edits: Sequence[Edit], why: str, at: str = "") -> None:
        props = self._draft.props
        what = joined(dict.fromkeys(in_words(props, edit.place, self._session.layout.kinds) for edit in edits), ", ")
        self._leave(
            diff,
            at or self._draft.at(edits[0].place),
            what,
            why,
            *edit_lines(props, edits, self._veil),
        )

    def _leave(
        self, diff: ResourceDiff, at: str, what: str, why: str, minus: Sequence[str] = (), plus: Sequence[str] = ()
    ) -> None:
        self._left.append((Left(diff.id, at, what, why, tuple(minus), tuple(plus)), self._draft.text))

    def left(self, now: str) -> tuple[Left, ...]:
        file = self._draft.file
        return tuple(replace(left, at=moved_line(left.at, file, seen, now)) for left, seen in self._left)


def _once(edits: Iterable[Edit]) -> list[Edit]:
    """Drops repeated edits: a round that did not help says the same again."""
    found: list[Edit] = []
    for edit in edits:
        if edit not in found:
            found.append(edit)
    return found
