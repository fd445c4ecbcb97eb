"""Refresh, baselines and compare: how all that one step names differs from what is online."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from fc_guard.core import homes
from fc_guard.core.base import Base, Here, base_of
from fc_guard.core.choices import few
from fc_guard.core.compare import by_file, compare
from fc_guard.core.compare_fields import View
from fc_guard.core.provenance import traced, traced_files
from fc_guard.core.references import still_as_given
from fc_guard.core.scope import within
from fc_guard.core.unsaid import as_deployed, unsaid
from fc_guard.core.values import Comparer
from fc_guard.engine.code.comparison import compare_code
from fc_guard.engine.code.remarks import remarks_on
from fc_guard.engine.code.since import deployed_since
from fc_guard.engine.code.source import Code, code_of
from fc_guard.engine.look.lookups import completed_by_lookups
from fc_guard.engine.look.on_demand import for_other_parts, needing, with_values
from fc_guard.engine.look.shares import baseline_of, share_of, spoken_here
from fc_guard.engine.look.staying import supporting_what_stays
from fc_guard.engine.run.refresh import ListKey
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BadInput
from fc_guard.inputs.plugins import Plugin
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CODE_ASPECT, FieldPath, aspect_of, path_text
from fc_guard.model.files import FileChange
from fc_guard.model.kinds import Kind, Lifecycle
from fc_guard.model.plans import Plan
from fc_guard.model.resources import Baseline, Desired, Live, Presence, Record, ResourceDiff


class Aim(Enum):
    DEPLOYING = t("what s.yaml names, against what is online")
    WATCHING = t("only what moved online: s.yaml's values and the code folder are left out")
    PULLING = t("what s.yaml names, and all else that may lie inside it")

    @property
    def looks_inside(self) -> bool:
        """Says whether a survey also lists what may lie inside a resource where s.yaml says nothing about it."""
        return self is not Aim.DEPLOYING


@dataclass(frozen=True, slots=True)
class Survey:
    """`packages` are the code of desired functions, `notes` what the user has to be told."""

    aim: Aim
    diffs: tuple[ResourceDiff, ...]
    records: Mapping[Address, Record]
    packages: Mapping[Address, Code]
    exact: Mapping[Address, Live | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def desired_of(session: ReadSession) -> dict[Address, Desired]:
    """Returns what s.yaml asks for, parents first, without code."""
    return {desired.id: desired for desired in session.desired}


def survey(
    session: ReadSession,
    aim: Aim,
    exact: Mapping[Address, Live | None] = MappingProxyType({}),
) -> Survey:
    """Compares every resource of the step: what s.yaml names, what was deployed from it, what lives inside it.

    `exact` are answers that carry an ETag; they go before what was read ahead.
    """
    scope, view, watch = session.scope, _view(session, aim), aim is Aim.WATCHING
    desired, records, live, notes = _sides(session, aim, exact)
    session.believes()
    packages: dict[Address, Code] = {}
    left: dict[Address, frozenset[FieldPath]] = {}
    diffs = []
    for id in sorted({*desired, *records, *live}):
        kind, record = session.kind(id), records.get(id)
        wanted, found = desired.get(id), live.get(id)
        base = _base(session, aim, kind, record, wanted)
        baseline = baseline_of(session, kind, record, base, found)
        if wanted is not None and not watch:
            wanted = completed_by_lookups(session.refresh, kind, wanted, found)
        files: tuple[FileChange, ...] = ()
        holds_more = False
        if kind.code is not None and CODE_ASPECT in scope.aspects:
            source = code_of(session, id) if wanted is not None and not watch else None
            here = source.code if source is not None else None
            if source is not None and source.note:
                notes.append(source.note)
            if here is not None:
                packages[id] = here
                notes += remarks_on(session, here, baseline)
            code = compare_code(session, id, found, baseline, here)
            if wanted is not None and code.version is not None:
                wanted = replace(wanted, fields={**wanted.fields, CODE: code.version})
            found, files, holds_more = code.live, code.files, code.holds_more
            notes += code.notes
        if session.plugin is not None:
            left[id] = unsaid(kind, wanted, baseline)
            wanted = as_deployed(kind, wanted, baseline)
        if wanted is None and found is None and baseline is None:
            continue  # only an unfinished intent knows it; recovery has dealt with that
        said = None if baseline is None else spoken_here(baseline, session.step)
        compared = compare(id, wanted, found, said, kind.rules, session.baselines.seal, view)
        unsealed = baseline is not None and record is not None and not record.ours
        compared = by_file(replace(compared, baseline=baseline, files=files, unsealed=unsealed, holds_more=holds_more))
        compared = traced(compared, record, base.newer, kind.rules, session.baselines.seal)
        if wanted is not None and found is not None and said is not None and not watch:
            notes += _not_given_anew(session, kind, wanted, said, found)
        diff = within(traced_files(compared, deployed_since(session, compared, base)), scope)
        if diff is not None:
            diffs.append(diff)
    _require_parents(session, diffs)
    if session.plugin is not None and not watch:
        notes += _left_unsaid(session, session.plugin, {diff.id for diff in diffs}, left)
    strange = [diff.id for diff in diffs if diff.live is not None and diff.id not in records]
    if strange:
        known = session.baselines.ids(session.account, session.region)
        notes += session.earlier.told(session.step.name, strange, known)
    return Survey(aim, tuple(diffs), records, packages, exact, tuple(notes))


class _Sides(NamedTuple):
    """What a survey compares, as far as it is in scope, and what the user has to be told."""

    desired: dict[Address, Desired]
    records: dict[Address, Record]
    live: dict[Address, Live]
    notes: list[str]


def _sides(session: ReadSession, aim: Aim, exact: Mapping[Address, Live | None]) -> _Sides:
    scope, elsewhere = session.scope, for_other_parts(session)
    asked = {id: wanted for id, wanted in desired_of(session).items() if scope.holds(id) and id not in elsewhere}
    watch = aim is Aim.WATCHING
    always = {id for id, wanted in asked.items() if not wanted.on_demand}
    recorded = _records(session, asked if watch else always)
    records = {id: record for id, record in recorded.items() if scope.holds(id) and id not in elsewhere}
    live, left_out = _live(session, {*always, *records}, exact, aim)
    asked = asked if watch else supporting_what_stays(session, asked, recorded, live)
    desired = with_values(session, asked, live, records, watch=watch)
    for id in desired.keys() - always:
        if (record := session.baselines.read(id)) is not None:
            records[id] = recorded[id] = record
    named = session.naming.hear(scope, session.step.name, session.others, {*desired_of(session), *recorded, *live})
    return _Sides(desired, records, live, [*left_out, *([named] if named else [])])


def _not_given_anew(session: ReadSession, kind: Kind, wanted: Desired, said: Baseline, found: Live) -> Iterator[str]:
    """Yields the note on what another word of s.yaml would give the resource, if it had nothing there."""
    comparer = Comparer(kind.rules, session.baselines.seal)
    given = still_as_given(wanted, said.applied, found.fields, kind.rules, comparer.same)
    if left := [path for path, value in given.items() if not comparer.same(path, wanted.derived.get(path), value)]:
        yield t(
            "{id} keeps what it has online as {names}: what s.yaml leaves to be found or made "
            "is only used where nothing is there.\n"
            "To change it, take the line out of s.yaml, deploy, and write the new one.",
            id=wanted.id,
            names=few(sorted(path_text(path) for path in left)),
        )


def _left_unsaid(
    session: ReadSession, plugin: Plugin, told: Collection[Address], left: Mapping[Address, Collection[FieldPath]]
) -> Iterator[str]:
    """Yields the note on what was taken as deployed, since a plugin may say it."""
    said = desired_of(session)
    lines = []
    for id, paths in left.items():
        names = sorted({path_text(path) for path in paths if aspect_of(path) in session.scope.aspects})
        if id in told and (names or id not in said):
            lines.append(t("  {id}: {names}", id=id, names=few(names)) if id in said else f"  {id}")
    if lines:
        head = t("Not in s.yaml, and taken as it was last deployed, since the plugin of {at} may say it:", at=plugin.at)
        yield joined((head, *lines))


def exact_again(session: ReadSession, found: Survey, ids: Iterable[Address]) -> Survey:
    """Returns the survey on answers with an ETag for these resources."""
    missing = [id for id in ids if id not in found.exact]
    if not missing:
        return found
    fresh = session.refresh.exact(missing)
    return survey(session, found.aim, {**found.exact, **fresh})


def _view(session: ReadSession, aim: Aim) -> View:
    if aim is Aim.WATCHING:
        return View.WATCHING
    return View.ASKING_AGAIN if session.step.options.ask_again else View.DEPLOYING


def _base(session: ReadSession, aim: Aim, kind: Kind, record: Record | None, wanted: Desired | None) -> Base:
    if aim is Aim.WATCHING:
        return base_of(record, session.checkout).watched
    return base_of(record, session.checkout, None if wanted is None else _here(session, kind, wanted))


def _here(session: ReadSession, kind: Kind, wanted: Desired) -> Here:
    return Here(wanted.fields, Comparer(kind.rules, session.baselines.seal), share_of(session, kind))


def _records(session: ReadSession, ids: Collection[Address]) -> dict[Address, Record]:
    named = session.baselines.named_by(session.account, session.region, session.step.origin)
    left = {id for id in named if not _stays_with_others(session, id)}
    read = {id: session.baselines.read(id) for id in sorted({*ids, *left})}
    return {id: record for id, record in read.items() if record is not None}


def _stays_with_others(session: ReadSession, id: Address) -> bool:
    """A shared resource with others inside may be shared with projects that are not here: it is never missed. Of what
    goes only if nobody else uses it, nobody else is robbed."""
    kind = session.kind(id)
    return kind.shared and kind.lifecycle is not Lifecycle.MADE_ONLY and bool(session.catalog.below(kind))


def _live(
    session: ReadSession, ids: set[Address], exact: Mapping[Address, Live | None], aim: Aim
) -> tuple[dict[Address, Live], tuple[str, ...]]:
    refresh, lists = session.refresh, _lists(session, ids, aim)
    refresh.ahead(sorted(ids), lists)
    found = {id: exact[id] if id in exact else refresh.live(id) for id in sorted(ids)}
    inside = [id for parent, kind in lists for id in refresh.inside(parent, kind)]
    besides = [id for id in inside if id not in found and session.scope.holds(id)]
    going = _going(session, ids)
    along = {id: refresh.listed(id) for id in besides if session.catalog.parent(id) in going}
    others, notes = refresh.readable(id for id in besides if id not in along)
    return {id: live for id, live in {**found, **along, **others}.items() if live is not None}, notes


def _going(session: ReadSession, ids: set[Address]) -> set[Address]:
    """Returns the resources that would be deleted with all that is inside them, whoever made that."""
    if session.step.command == "remove":
        return ids
    return ids - {desired.id for desired in session.desired} if session.step.options.prune else set()


def _lists(session: ReadSession, ids: set[Address], aim: Aim) -> list[ListKey]:
    """Returns the lists to read: those that s.yaml or a baseline refers to and, where the aim looks inside, all others.
    Reading a list that nobody refers to would cost a request for each function, and nothing in it is touched."""
    catalog, props = session.catalog, session.step.props
    inside = [(id, kind) for id in ids for kind in session.below(id)]
    spoken = {(catalog.parent(id), id.kind) for id in ids if catalog.kind(id).listed}
    if aim.looks_inside:
        spoken |= {(id, kind.name) for id, kind in inside if kind.listed}
    else:
        spoken |= {(id, kind.name) for id, kind in inside if _is_spelled_out(kind, props)}
        if session.step.options.prune:  # pruning a resource deletes what others made in it, too
            gone = _going(session, ids)
            spoken |= {(id, kind.name) for id, kind in inside if id in gone}
    return sorted((parent, kind) for parent, kind in spoken if parent is not None and session.scope.lists(parent, kind))


def _is_spelled_out(kind: Kind, props: Mapping[str, Any]) -> bool:
    """Says whether props list all resources of a kind, if only as an empty list. A part is never listed whole."""
    return kind.listed and not kind.part and homes.says(props, kind)


def _require_parents(session: ReadSession, diffs: Iterable[ResourceDiff]) -> None:
    for diff in diffs:
        parent = session.catalog.parent(diff.id)
        if diff.presence is not Presence.NEW or parent is None or session.scope.holds(parent):
            continue
        if session.refresh.live(parent) is None:
            raise BadInput(
                t("{id} cannot be made: {parent} is not online.", id=diff.id, parent=parent),
                hint=t(
                    "Deploy the {kind} first: {deploys}, or everything: s deploy.",
                    kind=parent.kind,
                    deploys=session.deploys(parent),
                ),
                reference="no-parent",
            )


def holders_of(session: ReadSession, plan: Plan) -> dict[Address, tuple[str, ...]]:
    """Returns what a plan deletes and the API would refuse to delete, or others use, with what holds it."""
    going = [action.id for action in plan.actions if action.deletes]
    named = session.refresh.held_by(going)
    holders = {id: (*named.get(id, ()), *needing(session, id)) for id in going}
    return {id: names for id, names in holders.items() if names}


def others_inside(session: ReadSession, ids: Iterable[Address]) -> tuple[Address, ...]:
    """Returns what lies in the step's roots, is not the step's, and keeps them in being: other functions, say."""
    known = set(ids)
    roots = sorted(id for id in known if session.kind(id).parent is None)
    inside = ((root, kind) for root in roots for kind in session.below(root) if not kind.part)
    found = (live.id for root, kind in inside for live in session.refresh.children(root, kind.name))
    return tuple(id for id in found if id not in known)
