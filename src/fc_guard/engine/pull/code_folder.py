"""The code folder's part of a pull: its files follow what is online, with what was changed here merged into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.blob import Blob
from fc_guard.artifacts.manifest import manifest_of_zip
from fc_guard.artifacts.merged import MergedCode, Side
from fc_guard.artifacts.zips import BadArchive
from fc_guard.core.merge import merged_for_pull
from fc_guard.engine.code.refusals import refused
from fc_guard.engine.code.source import Code, OssObject, left_out_of
from fc_guard.engine.look.survey import Survey
from fc_guard.engine.pull.groups import THEIRS
from fc_guard.engine.run.session import LocalSession, ReadSession
from fc_guard.inputs.outlook import same_code
from fc_guard.language import t
from fc_guard.model.fields import CODE, CODE_ASPECT, CodeVersion
from fc_guard.model.merges import CodeMerge, MergedFile, Source
from fc_guard.model.pulls import CodeTaken
from fc_guard.model.resources import Presence, ResourceDiff


def pulled_codes(session: ReadSession, found: Survey, beside: Path) -> tuple[CodeTaken, ...]:
    """Returns what becomes of each code that somebody changed online. Files to settle go into `beside`."""
    taken: list[CodeTaken] = []
    for diff in found.diffs:
        change = next((change for change in diff.changes if change.path == CODE), None)
        if change is not None and change.cause in THEIRS and diff.presence is Presence.PRESENT:
            taken.append(_taken(session, diff, found.packages.get(diff.id), beside, taken))
    return tuple(taken)


def package(session: ReadSession, diff: ResourceDiff) -> Blob:
    code = diff.live.code if diff.live is not None else None
    return session.refresh.package(diff.id, code.checksum if code is not None else None)


def side_online(session: ReadSession, diff: ResourceDiff, here: Package) -> Side:
    """Returns the files that are online, each fetched when it is read. Raises `BadArchive` and `LiveMoved`."""
    code = diff.live.code if diff.live is not None else None
    view = session.refresh.view(diff.id, code.checksum if code is not None else None)
    side = Side(view.manifest(here.manifest.files).without(left_out_of(session, diff.id)), view)
    if code is None or side.manifest.digest != code.digest:
        raise BadArchive(t("its files are not the ones that were compared"))
    return side


def version_online(session: LocalSession, diff: ResourceDiff) -> CodeVersion | None:
    """Returns the version of the live code with its digest, as a baseline needs it."""
    code = diff.live.code if diff.live is not None else None
    if code is None or code.digest is not None:
        return code
    with package(session.read, diff).open() as file:
        online = manifest_of_zip(file).without(left_out_of(session.read, diff.id))
    return replace(code, digest=online.digest)


def _taken(
    session: ReadSession, diff: ResourceDiff, code: Code | None, beside: Path, before: Sequence[CodeTaken]
) -> CodeTaken:
    apart = f"-{diff.id.kind}-{'-'.join(diff.id.parts)}" if before else ""
    saved = str(beside / f"{apart.removeprefix('-') or '-'.join(diff.id.parts)}.zip")
    why = _not_a_folder(session, diff, code) or _in_one_folder(code, before)
    if why or not isinstance(code, Package):
        return CodeTaken(diff.id, "", saved=saved, why=why or t("s.yaml names no code folder"))
    if not diff.files:
        return CodeTaken(diff.id, str(code.root), saved=saved, why=t("it cannot be compared file by file"))
    deployed = diff.baseline is not None and CODE_ASPECT in diff.baseline.covers
    merge = merged_for_pull(diff.files, deployed=deployed)
    touched = (*merge.moves_here, *(MergedFile(conflict.name, Source.ONLINE) for conflict in merge.conflicts))
    why_not = refused(session, code, touched, lambda: _side(session, diff, code, merge))
    allowed = replace(
        merge,
        files=tuple(file for file in merge.files if file.name not in why_not),
        conflicts=tuple(conflict for conflict in merge.conflicts if conflict.name not in why_not),
    )
    shared = same_code(session.step.yaml, session.step.name, session.kind(diff.id))
    settle = str(beside / f"beside{apart}")
    return CodeTaken(diff.id, str(code.root), allowed, settle, tuple(why_not.items()), shared=shared, apart=apart)


def _in_one_folder(code: Code | None, before: Sequence[CodeTaken]) -> str:
    """Returns why code goes elsewhere than into its folder, where other code goes into that; '' where none does."""
    if not isinstance(code, Package):
        return ""
    other = next((each for each in before if each.root == str(code.root)), None)
    return "" if other is None else t("the code of {id} goes into that folder", id=other.id)


def _side(session: ReadSession, diff: ResourceDiff, here: Package, merge: CodeMerge) -> Side:
    made = MergedCode(side_online(session, diff, here), Side(here.manifest, here.contents), merge)
    return Side(made.manifest, made)


def _not_a_folder(session: ReadSession, diff: ResourceDiff, code: Code | None) -> str:
    if session.decider is not None:
        return t("the plugin of {at} may set it", at=session.decider.at)
    if isinstance(code, OssObject):
        return t("the code comes from {source}", source=code.version.source)
    if code is not None and not code.root.is_dir():
        return t("the code comes from the package {root}", root=code.root.name)
    kind = session.kind(diff.id)
    source = kind.code.source(session.step.props) if kind.code is not None else None
    if code is not None and source is not None and code.root != session.step.base.absolute() / source.uri:
        return t("the code comes from a build artifact")
    return ""
