"""The code folder's part of a pull: which files follow what is online, and which are left to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.blob import Blob
from fc_guard.artifacts.folder import left_out
from fc_guard.artifacts.manifest import FileState, Manifest, manifest_of_zip
from fc_guard.artifacts.overlay import obstacle
from fc_guard.engine.session import LocalSession, ReadSession
from fc_guard.engine.source import Code, OssObject
from fc_guard.engine.survey import Survey
from fc_guard.model.fields import CODE, Cause, CodeVersion, FieldChange
from fc_guard.model.pulls import CodeTaken
from fc_guard.model.resources import Presence, ResourceDiff

THEIRS: Final = (Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN, Cause.KEPT)
ONLINE: Final = ".online"
"""What the name of an online file ends with beside the one that was changed here too."""


def pulled_code(session: ReadSession, found: Survey, folder: Path) -> CodeTaken | None:
    """What becomes of the code; None where nobody changed it online. `folder` takes what no code folder can take."""
    for diff in found.functions:
        change = next((change for change in diff.changes if change.path == CODE), None)
        if change is not None and change.cause in THEIRS and diff.presence is Presence.PRESENT:
            return _taken(session, diff, change, found.packages.get(diff.id), folder)
    return None


def _taken(session: ReadSession, diff: ResourceDiff, change: FieldChange, code: Code | None, folder: Path) -> CodeTaken:
    name = "-".join(diff.id.parts)
    why = _not_a_folder(session, code)
    if why or not isinstance(code, Package):
        return CodeTaken(diff.id, "", saved=str(folder / f"{name}.zip"), why=why or "s.yaml names no code folder")
    try:
        with package(session, diff).open() as file:
            online = manifest_of_zip(file)
    except ValueError as error:
        saved = str(folder / f"{name}.zip")
        return CodeTaken(diff.id, str(code.root), saved=saved, why=f"the package online cannot be read: {error}")
    return _sorted(session, diff, change, code, online)


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


def _sorted(
    session: ReadSession, diff: ResourceDiff, change: FieldChange, code: Package, online: Manifest
) -> CodeTaken:
    theirs, ours = ({file.name: file for file in side.files} for side in (online, code.manifest))
    deployed = _deployed(diff, change, code)
    ignored = left_out(code.root, session.packages.without)
    writes, deletes, conflicts, mine = [], [], [], []
    refused: list[tuple[str, str]] = []
    for name in sorted({*theirs, *ours}):
        there, here = theirs.get(name), ours.get(name)
        if there == here:
            continue
        if deployed is not None and there == deployed.get(name):
            mine.append(name)  # only changed here
        elif deployed is None and there is None:
            mine.append(name)  # nobody knows whether it is new here or was deleted online
        elif deployed is not None and here != deployed.get(name) and there is None:
            refused.append((name, "deleted online, and changed here"))
        elif deployed is not None and here != deployed.get(name):
            conflicts.append(name)
        elif deployed is None and here is not None and diff.baseline is not None:
            conflicts.append(name)  # changed on both sides, or on either
        elif there is None:
            deletes.append(name)
        else:
            writes.append(name)
    for names in (writes, conflicts):
        for name in list(names):
            why = _refusal(session, code.root, name, ignored(name))
            if why:
                names.remove(name)
                refused.append((name, why))
    return CodeTaken(
        diff.id, str(code.root), tuple(writes), tuple(deletes), tuple(conflicts), tuple(mine), tuple(refused)
    )


def _deployed(diff: ResourceDiff, change: FieldChange, code: Package) -> dict[str, FileState] | None:
    """The files of the last deployment; None where they are not known."""
    applied = diff.baseline.applied.get(CODE) if diff.baseline is not None else None
    if isinstance(applied, CodeVersion) and applied.digest == code.manifest.digest:
        return {file.name: file for file in code.manifest.files}  # nothing was changed here
    return None


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
    if code is None:
        return None
    blob = package(session.read, diff)
    with blob.open() as file:
        return CodeVersion(blob.checksum, manifest_of_zip(file).digest, blob.size)
