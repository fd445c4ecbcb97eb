"""Compares rescue copies with what is online and what was written last: how would putting them back change it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

from fc_guard.artifacts.archive import read_blob
from fc_guard.artifacts.blob import spooled
from fc_guard.core.compare import compare
from fc_guard.core.compare_fields import View
from fc_guard.core.references import given_of, had_of_it, with_references
from fc_guard.core.resolve import has_outputs
from fc_guard.core.restoring import PutBack, put_back
from fc_guard.engine.code.comparison import compare_saved
from fc_guard.engine.code.source import Saved, left_out_of
from fc_guard.engine.look.lookups import completed_by_lookups
from fc_guard.engine.look.on_demand import with_supports
from fc_guard.engine.look.saved import document_saved
from fc_guard.engine.run.session import ReadSession, state_directory
from fc_guard.errors import BadInput
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE
from fc_guard.model.files import FileChange
from fc_guard.model.kinds import Code
from fc_guard.model.rescues import RescueCopy
from fc_guard.model.resources import Desired, Live, ResourceDiff
from fc_guard.state.copies import CODE as CODE_FILE
from fc_guard.state.shelf import code_of, damaged


def latest(copies: Iterable[RescueCopy]) -> dict[Address, RescueCopy]:
    """Returns the last copy of each resource: a run that had to look twice overwrote what it saved last."""
    return {copy.id: copy for copy in sorted(copies, key=lambda copy: copy.order)}


def packages_of(session: ReadSession, copies: Mapping[Address, RescueCopy]) -> dict[Address, Saved]:
    """Returns the saved code. Raises `BaselineUnusable` where it is not what was saved."""
    found = {}
    for id, copy in copies.items():
        kind = session.kind(id)
        file = code_of(state_directory(session.step), copy) if kind.code is not None else None
        if file is not None and kind.code is not None:
            with file:
                found[id] = _package(session, copy, kind.code, file)
    return found


def compared(
    session: ReadSession, copies: Mapping[Address, RescueCopy], packages: Mapping[Address, Saved]
) -> tuple[tuple[ResourceDiff, ...], tuple[str, ...]]:
    """Compares every copied resource, parents first, on live states with an ETag, after what has to be made for them.
    Returns also what has to be told.

    Raises `BadInput` when a parent is missing.
    """
    ids = sorted(copies, key=lambda id: (session.catalog.generation(id), id))
    live = session.refresh.exact(ids)
    session.believes()
    _require_parents(session, live)
    backs = {id: _put_back(session, copies[id], live[id], packages.get(id)) for id in ids}
    desired = with_supports(session, {id: back.desired for id, back in backs.items()}, live)
    found = [_compared(session, desired[id], live[id], backs[id], packages.get(id)) for id in ids]
    made = [_made_for_it(session, each) for id, each in desired.items() if id not in backs]
    notes = (t("{id}: {note}.", id=id, note=back.note) for id, back in backs.items() if back.note)
    return (*made, *found), tuple(notes)


def as_deployed(session: ReadSession, live: Live) -> bool:
    """Says whether it is as it was after the last deployment from here."""
    record, rules = session.baselines.read(live.id), session.kind(live.id).rules
    baseline = record.baseline if record is not None else None
    if baseline is None or baseline.observed is None:
        return False
    return not compare(live.id, None, live, baseline, rules, session.baselines.seal, View.WATCHING).drifted


def _put_back(session: ReadSession, copy: RescueCopy, live: Live | None, package: Saved | None) -> PutBack:
    """Returns what is put back of a copy. What it uses of what s.yaml leaves to be found or made may be another one by
    now."""
    id, kind = copy.id, session.kind(copy.id)
    fields = dict(session.refresh.heard(id, document_saved(session, copy)).fields)
    if package is not None:
        fields[CODE] = package.version
    said = next((each for each in session.desired if each.id == id), Desired(id, {}))
    given = given_of(said, copy.occasion.outputs)
    derived = had_of_it(said, fields, given, kind.rules)
    here = None if live is None else live.fields
    back = put_back(kind, id, fields, here, session.baselines.read(id), copy.occasion.changed, derived)
    desired = with_references(back.desired, said, given) if live is None else back.desired
    return replace(
        back, desired=replace(desired, first=said.needs) if derived or has_outputs(desired.fields) else desired
    )


def _compared(
    session: ReadSession, desired: Desired, live: Live | None, back: PutBack, package: Saved | None
) -> ResourceDiff:
    id, kind = desired.id, session.kind(desired.id)
    files: tuple[FileChange, ...] = ()
    if kind.code is not None:
        code = compare_saved(session, id, live, back.base, None if package is None else package.inside)
        live, files = code.live, code.files
    desired = completed_by_lookups(session.refresh, kind, desired, live)
    diff = compare(id, desired, live, back.base, kind.rules, session.baselines.seal)
    return replace(diff, files=files)


def _made_for_it(session: ReadSession, desired: Desired) -> ResourceDiff:
    return compare(desired.id, desired, None, None, session.kind(desired.id).rules, session.baselines.seal)


def _package(session: ReadSession, copy: RescueCopy, code: Code, file: IO[bytes]) -> Saved:
    document, path = document_saved(session, copy), Path(copy.directory) / CODE_FILE
    try:
        blob = spooled(file, str(path))
    except OSError as error:
        raise damaged(copy, t("{path} cannot be read: {strerror}", path=path.name, strerror=error.strerror)) from error
    version = code.version(document)
    if version is not None and blob.checksum != version.checksum:
        raise damaged(copy, t("{path} is not the package that was saved", path=path.name))
    try:
        whole = read_blob(path, blob, False, wrapped=False)
    except BadInput:
        return Saved(blob, code.instance_type(document), None)  # FC took it, so it may go back; its files are unknown
    compared = whole.manifest.without(left_out_of(session, copy.id))
    return Saved(blob, code.instance_type(document), replace(whole, manifest=compared))


def _require_parents(session: ReadSession, live: Mapping[Address, Live | None]) -> None:
    for id, there in live.items():
        parent = session.catalog.parent(id)
        if there is not None or parent is None or parent in live:
            continue
        if session.refresh.live(parent) is None:
            raise BadInput(
                t("{id} cannot be made again: {parent} is not online.", id=id, parent=parent),
                hint=t(
                    "Deploy the {kind} first: {deploys}. Then undo again.",
                    kind=parent.kind,
                    deploys=session.deploys(parent),
                ),
                reference="no-parent",
            )
