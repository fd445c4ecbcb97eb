"""The code folder's part of a pull: which files follow what is online, and which are left to a person."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.blob import Blob
from fc_guard.artifacts.folder import left_out
from fc_guard.artifacts.manifest import manifest_of_zip
from fc_guard.artifacts.overlay import obstacle
from fc_guard.core.files import alike
from fc_guard.engine.session import LocalSession, ReadSession
from fc_guard.engine.source import Code, OssObject
from fc_guard.engine.survey import Survey
from fc_guard.model.fields import CODE, Cause, CodeVersion
from fc_guard.model.files import FileChange, FileSide
from fc_guard.model.pulls import CodeTaken
from fc_guard.model.resources import Presence, ResourceDiff

THEIRS: Final = (Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN, Cause.ONLINE_ONLY, Cause.KEPT)
ONLINE: Final = ".online"
"""What the name of an online file ends with beside the one that was changed here too."""


def pulled_code(session: ReadSession, found: Survey, folder: Path) -> CodeTaken | None:
    """What becomes of the code; None where nobody changed it online. `folder` takes what no code folder can take."""
    for diff in found.functions:
        change = next((change for change in diff.changes if change.path == CODE), None)
        if change is not None and change.cause in THEIRS and diff.presence is Presence.PRESENT:
            return _taken(session, diff, found.packages.get(diff.id), folder)
    return None


def _taken(session: ReadSession, diff: ResourceDiff, code: Code | None, folder: Path) -> CodeTaken:
    saved = str(folder / f"{'-'.join(diff.id.parts)}.zip")
    why = _not_a_folder(session, code)
    if why or not isinstance(code, Package):
        return CodeTaken(diff.id, "", saved=saved, why=why or "s.yaml names no code folder")
    if not diff.files:
        return CodeTaken(diff.id, str(code.root), saved=saved, why="it cannot be compared file by file")
    return _sorted(session, diff, code)


def package(session: ReadSession, diff: ResourceDiff) -> Blob:
    """The package that is online."""
    code = diff.live.code if diff.live is not None else None
    return session.refresh.package(diff.id, code.checksum if code is not None else None)


def _not_a_folder(session: ReadSession, code: Code | None) -> str:
    if isinstance(code, OssObject):
        return f"the code comes from {code.version.source}"
    if code is not None and not code.root.is_dir():
        return f"the code comes from the package {code.root.name}"
    uri = session.step.props["function"].get("codeUri")
    if code is not None and uri and code.root != session.step.base.absolute() / str(uri):
        return "the code comes from a build artifact"
    return ""


def _sorted(session: ReadSession, diff: ResourceDiff, code: Package) -> CodeTaken:
    names: dict[_Fate, list[str]] = {fate: [] for fate in _Fate}
    refused: list[tuple[str, str]] = []
    ignored = left_out(code.root, session.packages.without)
    for file in diff.files:
        fate = _fate(file, deployed=diff.baseline is not None)
        why = ""
        if fate is _Fate.CONFLICT and file.live is None:
            why = "deleted online, and changed here"
        elif fate in (_Fate.WRITE, _Fate.CONFLICT):
            why = _refusal(session, code.root, file.name, ignored(file.name))
        if why:
            refused.append((file.name, why))
        elif fate is not _Fate.NOTHING:
            names[fate].append(file.name)
    return CodeTaken(
        diff.id,
        str(code.root),
        writes=tuple(names[_Fate.WRITE]),
        deletes=tuple(names[_Fate.DELETE]),
        conflicts=tuple(names[_Fate.CONFLICT]),
        mine=tuple(names[_Fate.MINE]),
        refused=tuple(refused),
    )


class _Fate(Enum):
    """What a pull does with a file."""

    NOTHING = "nothing"
    WRITE = "write"
    DELETE = "delete"
    CONFLICT = "conflict"
    MINE = "mine"


def _fate(file: FileChange, *, deployed: bool) -> _Fate:
    theirs = _Fate.DELETE if file.live is None else _Fate.WRITE
    match file.cause:
        case Cause.CONVERGED:
            return _Fate.NOTHING
        case Cause.CHANGE:
            return _Fate.MINE
        case Cause.DRIFT:
            return theirs
        case Cause.KEPT if file.based and _same(file.local, file.base):
            return theirs
        case Cause.KEPT if file.based and _same(file.live, file.base):
            return _Fate.MINE
        case Cause.CONFLICT | Cause.KEPT:
            return _Fate.CONFLICT
    # Nobody knows what it was. Without a deployment from here, what is online counts; else neither side gives way.
    if file.live is None:
        return _Fate.MINE
    return _Fate.CONFLICT if deployed and file.local is not None else _Fate.WRITE


def _same(left: FileSide | None, right: FileSide | None) -> bool:
    return alike(left.state if left is not None else None, right.state if right is not None else None)


def _refusal(session: ReadSession, root: Path, name: str, ignored: bool) -> str:
    yaml = session.step.yaml
    if yaml is not None and (root / name).resolve() == yaml.resolve():
        return "it is the s.yaml of this project"
    if ignored:
        return "files of that name do not belong to the package here (.fcignore, or by their nature)"
    return obstacle(root, name)


def version_online(session: LocalSession, diff: ResourceDiff) -> CodeVersion | None:
    """The code that is online, as the baseline is to remember it."""
    code = diff.live.code if diff.live is not None else None
    if code is None or code.digest is not None:
        return code
    with package(session.read, diff).open() as file:
        return replace(code, digest=manifest_of_zip(file).digest)
