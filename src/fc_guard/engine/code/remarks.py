"""Remarks on a code folder that is about to be sent: what its owner may believe of it, and is not so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fc_guard.artifacts import ignore
from fc_guard.artifacts.archive import Package
from fc_guard.core.choices import few
from fc_guard.engine.code.source import Code
from fc_guard.engine.run.session import ReadSession
from fc_guard.language import t
from fc_guard.model.fields import CODE, CodeVersion
from fc_guard.model.resources import Baseline
from fc_guard.render.values import safe


def remarks_on(session: ReadSession, code: Code, baseline: Baseline | None) -> Iterator[str]:
    """Yields what is to be told of a code folder; nothing once its files were deployed from here as they are."""
    if not isinstance(code, Package) or code.folder is None or _is_deployed(code, baseline):
        return
    folder, base = code.folder, session.step.base.absolute()
    beside = base / ignore.NAME
    if beside.is_file() and not (folder / ignore.NAME).exists() and not folder.samefile(base):
        yield t(
            "{beside} leaves nothing out of {folder}: the file has to lie in that folder.",
            beside=safe(str(beside)),
            folder=safe(str(folder)),
        )
    if idle := [t("{text} (line {line})", text=safe(rule.text), line=rule.line) for rule in ignore.idle_rules(folder)]:
        yield t("{folder} names what is not there: {idle}.", folder=safe(str(folder / ignore.NAME)), idle=few(idle))
    if empty := ignore.empty_folders(folder):
        names = [safe(_shown(folder, name)) for name in empty]
        yield t("Empty folders do not go into the package: {names}.", names=few(names))


def _is_deployed(code: Package, baseline: Baseline | None) -> bool:
    applied = baseline.applied.get(CODE) if baseline is not None else None
    return isinstance(applied, CodeVersion) and applied.digest == code.manifest.digest


def _shown(folder: Path, name: str) -> str:
    return f"{folder.name}/{name}/"
