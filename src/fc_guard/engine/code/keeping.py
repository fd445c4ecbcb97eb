"""Saves the code that a baseline is about to refer to, so that later differences can be shown line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.zips import BadArchive
from fc_guard.engine.code.source import Code, left_out_of
from fc_guard.engine.code.texts import Texts
from fc_guard.engine.run.session import LocalSession
from fc_guard.errors import LiveMoved
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CodeVersion, Fields
from fc_guard.model.files import FileState, is_secret_file
from fc_guard.model.resources import Baseline, Live
from fc_guard.state.store import DeployedCode


def keep_local(session: LocalSession, code: Code | None) -> None:
    """Saves the code that is here. Raises `BaselineUnusable` when the disk does not take it."""
    if isinstance(code, Package):
        session.store.code.keep(code.manifest, _open(code.text))


def keep_recorded(
    session: LocalSession, before: Baseline | None, after: Baseline, live: Live, code: Code | None
) -> None:
    """Saves both sides of a baseline that is recorded without a write, as far as they are not saved yet."""
    store = session.store.code
    if isinstance(code, Package) and code.manifest.digest == _digest(after.applied):
        keep_local(session, code)
    digest = _digest(after.observed)
    if digest and live.code is not None and not store.has(digest):
        known = () if before is None else (_digest(before.applied), _digest(before.observed))
        remembered = [found for name in known if (found := store.read(name)) is not None]
        _keep_live(session, live.id, live.code, code if isinstance(code, Package) else None, remembered)


def _keep_live(
    session: LocalSession,
    id: Address,
    version: CodeVersion,
    local: Package | None,
    remembered: Iterable[DeployedCode],
) -> None:
    """Saves the package that is online, if it can be opened. Texts known already are not fetched for this."""
    try:
        view = session.read.refresh.view(id, version.checksum)
        whole = view.manifest(local.manifest.files if local is not None else ())
    except (BadArchive, LiveMoved):
        return
    manifest = whole.without(left_out_of(session.read, id))
    texts = Texts(local, remembered, (view, manifest))
    texts.ahead(state for state in manifest.files if not is_secret_file(state.name))
    session.store.code.keep(manifest, _open(texts.of))


def _open(texts: Callable[[FileState], str | None]) -> Callable[[FileState], str | None]:
    """Leaves out the texts of files that are secret by their name: a baseline has only their hash."""
    return lambda state: None if is_secret_file(state.name) else texts(state)


def _digest(fields: Fields | None) -> str:
    code = (fields or {}).get(CODE)
    return (code.digest or "") if isinstance(code, CodeVersion) else ""
