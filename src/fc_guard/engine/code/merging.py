"""Merging code: the package with both sides' changes, shown before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.merged import Side, merged_package
from fc_guard.artifacts.zips import BadArchive
from fc_guard.engine.ask.questions import decide_write_back, in_conflict
from fc_guard.engine.code.keeping import keep_local
from fc_guard.engine.code.refusals import refused
from fc_guard.engine.code.source import ARTIFACTS, Code, left_out_of
from fc_guard.engine.code.upload import packed
from fc_guard.engine.code.write_back import WriteBack
from fc_guard.engine.run.session import WriteSession
from fc_guard.errors import LiveMoved, NeedsDecision
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE
from fc_guard.model.merges import MergedFile
from fc_guard.model.plans import Action, Plan
from fc_guard.render.merge import merge_text
from fc_guard.render.paint import Paint
from fc_guard.state.conflicts import drop_conflicts, write_conflicts


@dataclass(frozen=True, slots=True)
class Merged:
    """A plan whose merges are packages, and the merged files to write back after it."""

    plan: Plan
    packages: Mapping[Address, Code]
    write_backs: tuple[WriteBack, ...] = ()


def with_merges(session: WriteSession, plan: Plan, packages: Mapping[Address, Code], paint: Paint) -> Merged:
    """Makes the packages of a plan's merges, after the user has seen them. Raises `NeedsDecision` for a stop."""
    merging = {action.id: action for action in plan.actions if action.merge is not None and action.merge.moves_here}
    actions, made, back = dict[Address, Action](), dict(packages), []
    for id, action in merging.items():
        local = packages[id]
        if not isinstance(local, Package) or action.merge is None:  # a merge is of packages
            raise TypeError(t("{id} has no package here", id=id))
        folder = _folder(session, local)
        moves = action.merge.moves_here
        why_not = _refused(session, local, folder, [file for file in moves if not file.link], local)
        wanted = _is_wanted(session, action, folder, paint)
        if not wanted and not _sends_code(action):
            continue
        merged = _made(session, action, local)
        version = merged.version(packed=True)
        actions[id] = replace(action, merge=replace(action.merge, version=version))
        made[id] = merged if _sends_code(action) else local
        keep_local(session, local)
        if wanted and folder is not None:
            why_not |= _refused(session, local, folder, [file for file in moves if file.link], merged)
            back.append(WriteBack(id, folder, local, merged, moves, why_not))
    done = replace(plan, actions=tuple(actions.get(action.id, action) for action in plan.actions))
    return Merged(done, made, tuple(back))


def unsettled(session: WriteSession, plan: Plan) -> NeedsDecision:
    """Returns the error for a merge that a person has to settle, after writing files with both sides in them."""
    merges = {action.id: action.merge for action in plan.actions if action.merge is not None}
    lines, folders = [], []
    for id, merge in merges.items():
        lines += [t("    {name}: {why}", name=conflict.name, why=conflict.why) for conflict in merge.conflicts]
        texts = {conflict.name: conflict.text for conflict in merge.conflicts if conflict.text is not None}
        if texts:
            folders.append(write_conflicts(session.state, id, texts).path)
    return in_conflict([plan], lines, folders)


def settled(session: WriteSession, plan: Plan) -> None:
    """Removes the files of earlier conflicts about code that is decided now."""
    for action in plan.actions:
        if any(change.path == CODE for change in action.diff.changes):
            drop_conflicts(session.state, action.id)


def _refused(
    session: WriteSession, local: Package, folder: Path | None, files: list[MergedFile], made: Package
) -> dict[str, str]:
    if folder is None:
        return {}
    return refused(session.read, local, files, lambda: Side(made.manifest, made.contents))


def _made(session: WriteSession, action: Action, local: Package) -> Package:
    live = action.diff.live.code if action.diff.live is not None else None
    if live is None or action.merge is None:
        raise TypeError(t("{id} has no code to merge", id=action.id))
    blob = session.read.refresh.package(action.id, live.checksum)
    try:
        merged = merged_package(blob, live.digest, local, action.merge, left_out_of(session.read, action.id))
    except BadArchive as error:
        raise LiveMoved(
            t("The package of {id} that is online cannot be merged: {error}.", id=action.id, error=error),
            hint=t("Run it again."),
        ) from error
    packed(session.read.terminal.say, t("Packing the merged code of {id}", id=action.id), merged)
    return merged


def _is_wanted(session: WriteSession, action: Action, folder: Path | None, paint: Paint) -> bool:
    terminal, options = session.read.terminal, session.read.step.options
    terminal.say(merge_text(action, paint, full=options.full_diff))
    if options.write_back or not terminal.can_ask or session.read.step.reviewed is not None:
        return options.write_back
    count = len(action.merge.moves_here) if action.merge is not None else 0
    return decide_write_back(terminal, action, folder, count, lambda: merge_text(action, paint, full=True))


def _folder(session: WriteSession, local: Package) -> Path | None:
    """Returns the folder for merged files; None where there is none, or a build will make it anew."""
    folder = local.folder
    built = session.read.step.base.absolute() / ARTIFACTS
    return None if folder is None or folder.is_relative_to(built) else folder


def _sends_code(action: Action) -> bool:
    return action.call is not None and action.call.with_code
