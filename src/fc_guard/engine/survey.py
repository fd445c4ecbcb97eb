"""Refresh + baselines + compare: how everything that one step names differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from fc_guard.core.compare import compare
from fc_guard.engine.code import CodeSides
from fc_guard.engine.session import ReadSession
from fc_guard.engine.source import Code, code_of
from fc_guard.kinds import REGISTRY
from fc_guard.model.ids import ResourceId
from fc_guard.model.resources import Desired, FileChange, Live, Record, ResourceDiff


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found. `packages` are the code behind the desired functions, `notes` what has to be told about it."""

    diffs: tuple[ResourceDiff, ...]
    records: Mapping[ResourceId, Record]
    packages: Mapping[ResourceId, Code]
    exact: Mapping[ResourceId, Live | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def functions(self) -> tuple[ResourceDiff, ...]:
        return tuple(diff for diff in self.diffs if diff.id.kind == "function")


def desired_of(session: ReadSession) -> dict[ResourceId, Desired]:
    """What s.yaml asks for, parents first; code comes with `with_code`."""
    kinds = sorted(REGISTRY.values(), key=lambda kind: kind.rank)
    found = (item for kind in kinds for item in kind.desired(session.step.props, session.account, session.region))
    return {desired.id: desired for desired in found}


def survey(
    session: ReadSession,
    *,
    watch: bool = False,
    exact: Mapping[ResourceId, Live | None] = MappingProxyType({}),
) -> Survey:
    """Every resource of the step: what s.yaml names, what was deployed from it, what lives inside it.

    `watch` leaves s.yaml's values and the code folder out: only what moved online counts. `exact` are answers that
    carry an ETag; they go before what was read ahead.
    """
    desired = desired_of(session)
    records = _records(session, desired)
    live = _live(session, {*desired, *records}, exact)
    packages: dict[ResourceId, Code] = {}
    notes: list[str] = []
    diffs = []
    for id in sorted({*desired, *records, *live}):
        kind, record = REGISTRY[id.kind], records.get(id)
        baseline = record.baseline if record is not None else None
        wanted, found = desired.get(id), live.get(id)
        files: tuple[FileChange, ...] = ()
        if kind.has_code:
            code = CodeSides(session.refresh, found, baseline)
            if wanted is not None and not watch and (source := code_of(session)) is not None:
                packages[id] = source.code
                notes += [source.note] if source.note else []
                wanted = code.with_code(wanted, source.code, session.terminal.say)
                files = code.differing(source.code)
            found = code.live
        if wanted is None and found is None and baseline is None:
            continue  # only an unfinished intent knows it; recovery has dealt with that
        diff = compare(id, wanted, found, baseline, kind.rules, session.baselines.seal, watch=watch)
        diffs.append(replace(diff, files=files))
    return Survey(tuple(diffs), records, packages, exact, tuple(notes))


def exact_again(session: ReadSession, found: Survey, ids: Iterable[ResourceId], *, watch: bool = False) -> Survey:
    """The survey once more, on answers with an ETag for these resources."""
    missing = [id for id in ids if id not in found.exact]
    if not missing:
        return found
    fresh = session.refresh.exact(missing)
    return survey(session, watch=watch, exact={**found.exact, **fresh})


def _records(session: ReadSession, desired: Mapping[ResourceId, Desired]) -> dict[ResourceId, Record]:
    """The baselines of what is desired, and of what this step deployed once and names no longer."""
    records = {}
    for id in session.baselines.ids(session.account, session.region):
        if id not in desired and REGISTRY[id.kind].parent is None:
            continue  # a service may be shared, also with projects that are not here
        record = session.baselines.read(id)
        if record is None:
            continue
        origin = record.baseline.origin if record.baseline is not None else ""
        if id in desired or origin == session.step.origin:
            records[id] = record
    return records


def _live(
    session: ReadSession, ids: set[ResourceId], exact: Mapping[ResourceId, Live | None]
) -> dict[ResourceId, Live]:
    refresh = session.refresh
    refresh.ahead(sorted(id for id in ids if id.kind == "function"))
    found = {id: exact[id] if id in exact else refresh.live(id) for id in sorted(ids)}
    for function in sorted(id for id in ids if id.kind == "function"):
        for trigger in refresh.children(function, "trigger"):
            found.setdefault(trigger.id, trigger)
    return {id: live for id, live in found.items() if live is not None}


def others_inside(session: ReadSession, ids: Iterable[ResourceId]) -> tuple[ResourceId, ...]:
    """Functions of this step's services that the step does not own: they keep their service in being."""
    known = set(ids)
    services = sorted(id for id in known if id.kind == "service")
    return tuple(
        live.id
        for service in services
        for live in session.refresh.children(service, "function")
        if live.id not in known
    )
