"""Writes merged files back into the code folder, once they are online."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.code_folder import NotWritten, write_files
from fc_guard.artifacts.merged import taken_over
from fc_guard.core.choices import few
from fc_guard.engine.code.keeping import keep_local
from fc_guard.engine.run.session import WriteSession
from fc_guard.errors import BadInput
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CodeVersion
from fc_guard.model.merges import MergedFile
from fc_guard.render.values import safe
from fc_guard.state.nofollow import status_of
from fc_guard.state.pulled import keep, place_for, prune


@dataclass(frozen=True, slots=True)
class WriteBack:
    """Merged files that go into a code folder once they are online. `refused` are those that must not, with reasons."""

    id: Address
    folder: Path
    local: Package
    merged: Package
    files: tuple[MergedFile, ...]
    refused: Mapping[str, str]


def written_back(session: WriteSession, done: WriteBack) -> list[str]:
    """Writes merged files into the code folder, and records that they are there. Returns what to tell.

    What is replaced is kept, as by a pull. Raises `BadInput` when the folder is not as it was compared; the record then
    still says that they are online only.
    """
    read = session.read
    names = [file.name for file in done.files if file.name not in done.refused]
    lines = [
        t("  not written into {folder}: {name} ({why})", folder=done.folder, name=safe(name), why=safe(why))
        for name, why in done.refused.items()
    ]
    if not names:
        return lines
    place = place_for(session.state, read.step.name, read.now())
    keep(done.folder, names, place / "code")
    try:
        write_files(done.folder, done.local.manifest, done.merged.manifest, done.merged.contents, names)
    except NotWritten as error:
        raise BadInput(
            t("The merged files were not written into {folder}:\n{error}", folder=done.folder, error=error),
            hint=t("They are online all the same. Run `s plan` to see how the folder differs from it."),
            reference="not-written-back",
        ) from error
    prune(place)
    _record(session, done, names)
    lines.insert(0, t("  merged files written into {folder}: {names}", folder=done.folder, names=safe(few(names))))
    return [*lines, t("  what was replaced is in {place}", place=place)] if status_of(place) is not None else lines


def _record(session: WriteSession, done: WriteBack, names: list[str]) -> None:
    """Records as deployed what was compared, with the written files. What the user typed since is a new change."""
    record = session.store.read(done.id)
    if record is None or record.baseline is None:
        return
    baseline, here = record.baseline, taken_over(done.local, done.merged, names)
    observed = (baseline.observed or {}).get(CODE)
    met = isinstance(observed, CodeVersion) and observed.digest == here.manifest.digest
    version = observed if met and isinstance(observed, CodeVersion) else here.version(packed=False)
    keep_local(session, here)
    session.store.record(
        replace(
            baseline,
            applied={**baseline.applied, CODE: version},
            kept={path: since for path, since in baseline.kept.items() if path != CODE or not met},
            common="" if met else here.manifest.digest,
        )
    )
