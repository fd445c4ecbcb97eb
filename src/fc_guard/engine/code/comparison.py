"""Compares a resource's code on all sides, and looks no closer than it takes to tell them apart.

First the package online is recognised by its checksum; then the code here is given its version; where these cannot be
told apart, the package online is opened; last, the files that differ are listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.zips import BadArchive
from fc_guard.core import file_changes
from fc_guard.core.choices import few
from fc_guard.core.values import same
from fc_guard.engine.code.source import Code, OssObject, left_out_of
from fc_guard.engine.code.texts import Texts
from fc_guard.engine.code.upload import packed
from fc_guard.engine.run.package_view import PackageView
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import LiveMoved
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CODE_ASPECT, MISSING, Cause, CodeVersion
from fc_guard.model.files import FileChange, FileSide, FileState, Manifest
from fc_guard.model.resources import Baseline, Live
from fc_guard.render.values import safe
from fc_guard.state.store import CodeReader, DeployedCode

MOST_TEXTS: Final = 32 * 1024 * 1024
"""Bytes of text that a plan carries, besides what a merge needs."""
TOLD: Final = (Cause.CHANGE, Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN)


@dataclass(frozen=True, slots=True)
class CodeComparison:
    """`live` has its code recognised; `version` is that of the code here, None where it does not count; `files` are
    those that differ, as far as they are known; `notes` have to be told. `holds_more` says that the package online has
    files that are left out of the compare."""

    live: Live | None
    version: CodeVersion | None
    files: tuple[FileChange, ...]
    notes: tuple[str, ...]
    holds_more: bool = False


def compare_code(
    session: ReadSession, id: Address, live: Live | None, baseline: Baseline | None, code: Code | None
) -> CodeComparison:
    """Compares code that may be deployed. `code` is None where what is here does not count, or there is none."""
    sides = _Sides(session, id, _of_code(baseline), code)
    online = sides.recognised(live)
    version = sides.version(online)
    if sides.only_contents_tell(version, online):
        online = sides.opened(online)
    if sides.replaces_unseen(version, online):
        online = sides.looked_into(online)
    return _compared(sides, online, version)


def compare_saved(
    session: ReadSession, id: Address, live: Live | None, baseline: Baseline | None, code: Package | None
) -> CodeComparison:
    """Compares code that is put back: `code` is a saved package, which is sent as it is."""
    sides = _Sides(session, id, _of_code(baseline), code)
    return _compared(sides, sides.recognised(live), None)


def completed(sent: CodeVersion, live: CodeVersion) -> CodeVersion:
    """Adds the checksum that the provider told to what was sent: an object in OSS may be sent unseen."""
    return sent if sent.checksum is not None else replace(sent, checksum=live.checksum, size=live.size)


def _of_code(baseline: Baseline | None) -> Baseline | None:
    return baseline if baseline is not None and CODE_ASPECT in baseline.covers else None


def _compared(sides: _Sides, online: _Online, version: CodeVersion | None) -> CodeComparison:
    notes = tuple(note for note in (online.note, sides.built_note(online)) if note)
    return CodeComparison(online.live, version, tuple(sides.files(online)), notes, online.holds_more)


@dataclass(frozen=True, slots=True)
class _Online:
    live: Live | None
    view: PackageView | None = None
    manifest: Manifest | None = None
    note: str = ""
    holds_more: bool = False

    @property
    def code(self) -> CodeVersion | None:
        return self.live.code if self.live is not None else None


@dataclass(frozen=True, slots=True)
class _Remembered:
    """The packages that baselines refer to, each read once."""

    reader: CodeReader
    _read: dict[str, DeployedCode | None] = field(default_factory=dict)

    def code(self, digest: str) -> DeployedCode | None:
        if digest and digest not in self._read:
            self._read[digest] = self.reader.read(digest)
        return self._read.get(digest)


class _Sides:
    """One resource's code as it was last deployed, and as it is here. The live side is passed to each method."""

    def __init__(self, session: ReadSession, id: Address, baseline: Baseline | None, code: Code | None) -> None:
        self._session = session
        self._id = id
        self._baseline = baseline
        self._code = code
        self._local = code.manifest if isinstance(code, Package) else None
        self._remembered = _Remembered(session.baselines.code)
        self._applied = _version(baseline.applied.get(CODE, MISSING)) if baseline is not None else None
        self._observed = _version((baseline.observed or {}).get(CODE)) if baseline is not None else None

    # the code online

    def recognised(self, live: Live | None) -> _Online:
        """Gives the live code its digest: the baseline's where nobody uploaded since, else the package's own."""
        online, observed = _Online(live), self._observed
        if live is None or online.code is None or observed is None or observed.digest is None:
            return online
        if observed.checksum == online.code.checksum:
            return _Online(_coded(live, replace(online.code, digest=observed.digest)))
        return self.opened(online)  # somebody uploaded; the same files zipped again are no change

    def opened(self, online: _Online) -> _Online:
        """Opens the package that is online, unless its digest is known; without success it stays unknown."""
        return self.looked_into(online) if online.code is not None and online.code.digest is None else online

    def replaces_unseen(self, version: CodeVersion | None, online: _Online) -> bool:
        """Says whether the code here goes over a package that was not opened and is not just what was sent from here:
        what is left out of the compare may be in it."""
        if version is None or online.code is None or online.view is not None or same(version, online.code):
            return False
        sent = self._applied.checksum if self._applied is not None else None
        return self._local is not None and (sent is None or sent != online.code.checksum)

    def looked_into(self, online: _Online) -> _Online:
        live, code = online.live, online.code
        if live is None or code is None:
            return online
        try:
            view = self._session.refresh.view(live.id, code.checksum)
            whole = view.manifest(self._known())
        except BadArchive as error:  # it counts as different, so the user is asked
            return replace(
                online,
                note=t("The package of {id} that is online was not looked into: {error}.", id=live.id, error=error),
            )
        except LiveMoved:
            return online  # it counts as different; If-Match ties the write to the version that was read
        manifest = whole.without(left_out_of(self._session, live.id))
        note = _left_out_note(live.id, whole, manifest)
        coded = _coded(live, replace(code, digest=manifest.digest))
        return _Online(coded, view, manifest, note, holds_more=whole != manifest)

    def _known(self) -> Iterator[FileState]:
        """Yields files whose contents need not be fetched to be known."""
        for code in (self._remembered.code(_digest(self._observed)), self._remembered.code(_digest(self._applied))):
            if code is not None:
                yield from code.manifest.files
        if self._local is not None:
            yield from self._local.files

    # the code here

    def version(self, online: _Online) -> CodeVersion | None:
        """Returns the code here as a field's value, or None where it does not count."""
        if self._code is None:
            return None
        if isinstance(self._code, OssObject):
            return self._of_object(self._code.version, online.code)
        return self._of_package(self._code, online.code)

    def only_contents_tell(self, version: CodeVersion | None, online: _Online) -> bool:
        """Says whether only the contents can tell: without a baseline, another tool may have zipped the same files."""
        first = self._baseline is None and self._local is not None and version is not None
        return first and online.code is not None and not same(version, online.code)

    def _of_package(self, package: Package, live: CodeVersion | None) -> CodeVersion:
        """Returns a package's version. Packs a folder only if nothing known has the same contents."""
        version = package.version(packed=False)
        if self._applied is not None and same(version, self._applied):
            version = replace(self._applied, digest=version.digest)
        if version.checksum is None and (live is None or not same(version, live)):
            packed(self._session.terminal.say, t("Packing the code of {id}", id=self._id), package)
            version = package.version(packed=True)
        return version

    def _of_object(self, version: CodeVersion, live: CodeVersion | None) -> CodeVersion:
        """Returns the version of an object in OSS. Without a checksum from OSS it counts as the one that was deployed
        from the same place or, at a first deployment, as what is online; a note says that it was not compared."""
        if version.checksum is not None:
            return version
        if self._applied is not None and same(version, self._applied):
            return self._applied
        return replace(live, source=version.source) if self._baseline is None and live is not None else version

    # files

    def built_note(self, online: _Online) -> str:
        """Tells that the packages differ in bytecode, which is not compared."""
        sides = (online.manifest, self._local)
        here, there = ({*side.files} - {*side.compared.files} if side is not None else set() for side in sides)
        if None in sides or here == there:
            return ""
        return t("{id}: the bytecode that Python makes of its sources is not compared.", id=self._id)

    def files(self, online: _Online) -> Iterator[FileChange]:
        """Yields the files in which the packages differ, as far as they are known."""
        digest, here = _digest(online.code), self._here()
        live, local = self._manifest(digest, online), self._manifest(here, online)
        if digest in ("", here) or live is None or local is None:
            return
        base = applied = observed = None
        if self._baseline is not None:
            base = self._manifest(self._baseline.ancestor, online)
            applied = self._manifest(_digest(self._applied), online)
            observed = self._manifest(_digest(self._observed), online)
        asks_again = self._session.step.options.ask_again
        changes = file_changes.changed_files(file_changes.FileSides(live, local, base, applied, observed, asks_again))
        yield from _with_texts(changes, self._texts(online))

    def _here(self) -> str:
        """Returns the digest of the code here or, where that does not count, of the last deployment."""
        if self._local is not None:
            return self._local.digest
        return "" if self._code is not None else _digest(self._applied) or _digest(self._observed)

    def _manifest(self, digest: str, online: _Online) -> Manifest | None:
        for known in (self._local, online.manifest):
            if known is not None and known.digest == digest:
                return known
        code = self._remembered.code(digest)
        return None if code is None else code.manifest

    def _texts(self, online: _Online) -> Texts:
        local = self._code if isinstance(self._code, Package) else None
        digests = {_digest(self._observed), _digest(self._applied)}
        digests |= {self._baseline.ancestor} if self._baseline is not None else set()
        found = (self._remembered.code(digest) for digest in sorted(digests))
        live = (online.view, online.manifest) if online.view is not None and online.manifest is not None else None
        return Texts(local, (code for code in found if code is not None), live)


def _with_texts(changes: tuple[FileChange, ...], texts: Texts) -> Iterator[FileChange]:
    left = MOST_TEXTS
    for change in changes:
        sides = [side for side in (change.base, change.live, change.local) if side is not None]
        left -= sum(side.state.size for side in sides)
        if not _is_read(change) or (left < 0 and change.cause is not Cause.CONFLICT):
            yield change
            continue
        base, live, local = (
            None if side is None else FileSide(side.state, texts.of(side.state))
            for side in (change.base, change.live, change.local)
        )
        yield replace(change, base=base, live=live, local=local)


def _is_read(change: FileChange) -> bool:
    """Says whether a file's texts are needed: to be shown, or for a pull to merge what was kept."""
    if change.cause is not Cause.KEPT:
        return change.cause in TOLD
    base, live, local = (None if side is None else side.state for side in (change.base, change.live, change.local))
    return change.based and not file_changes.alike(live, base) and not file_changes.alike(local, base)


def _left_out_note(id: Address, whole: Manifest, compared: Manifest) -> str:
    names = sorted(whole.by_name().keys() - compared.by_name().keys())
    if not names:
        return ""
    return t(
        "The package of {id} that is online also holds what no package here does, which is not compared: ", id=id
    ) + (t("{names} (.fcignore, or by nature).", names=safe(few(names))))


def _coded(live: Live, code: CodeVersion) -> Live:
    return replace(live, fields={**live.fields, CODE: code})


def _version(value: object) -> CodeVersion | None:
    return value if isinstance(value, CodeVersion) else None


def _digest(code: CodeVersion | None) -> str:
    return (code.digest or "") if code is not None else ""
