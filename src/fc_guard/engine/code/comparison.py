"""A function's code on all sides, looked at as closely as telling them apart takes, and no closer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.zips import BadArchive
from fc_guard.core import files
from fc_guard.core.values import same
from fc_guard.engine.code.source import Code, OssObject
from fc_guard.engine.code.texts import Texts
from fc_guard.engine.code.upload import packed
from fc_guard.engine.run.package_view import Look
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import LiveMoved
from fc_guard.model.fields import CODE, CODE_ASPECT, MISSING, Cause, CodeVersion
from fc_guard.model.files import FileChange, FileSide, FileState, Manifest
from fc_guard.model.resources import Baseline, Desired, Live
from fc_guard.state.store import DeployedCode

MOST_TEXTS: Final = 32 * 1024 * 1024
"""Bytes of text that a plan carries, besides what a merge needs."""
TOLD: Final = (Cause.CHANGE, Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN)


class CodeSides:
    """One function's code: online, last deployed, and here. `code` None: what is here does not count, or there is
    none."""

    def __init__(self, session: ReadSession, live: Live | None, baseline: Baseline | None, code: Code | None) -> None:
        self._session = session
        self._baseline = baseline if baseline is not None and CODE_ASPECT in baseline.covers else None
        self._code = code
        self._local = code.manifest if isinstance(code, Package) else None
        self._manifests = {} if self._local is None else {self._local.digest: self._local}
        self._remembered: dict[str, DeployedCode | None] = {}
        self._look: Look | None = None
        self._seen: Manifest | None = None
        self.notes: list[str] = []
        self.live = live if live is None else self._recognised(live)

    def with_code(self, desired: Desired) -> Desired:
        """The desired side with its code."""
        if self._code is None:
            return desired
        version = (
            self._of_object(self._code)
            if isinstance(self._code, OssObject)
            else self._of_package(self._code, f"Packing the code of {desired.id}")
        )
        return replace(desired, fields={**desired.fields, CODE: version})

    def files(self) -> tuple[FileChange, ...]:
        """How the packages differ, file by file, as far as they are known."""
        if self.live is None or self._digest(self.live.code) in ("", self._local_digest()):
            return ()
        live, local = self._manifest(self._digest(self.live.code)), self._manifest(self._local_digest())
        if live is None or local is None:
            return ()
        baseline = self._baseline
        base = applied = observed = None
        if baseline is not None:
            base = self._manifest(baseline.ancestor)
            applied, observed = self._manifest(self._digest(self._applied())), self._manifest(self._observed_digest())
        asks_again = self._session.step.options.ask_again
        changes = files.changed_files(files.CodeSides(live, local, base, applied, observed, asks_again))
        return tuple(self._with_texts(changes))

    # the sides as field values

    def _of_package(self, package: Package, what: str) -> CodeVersion:
        """Packs a folder only if its contents cannot be told from what is known."""
        version = package.version(packed=False)
        applied = self._applied()
        if applied is not None and same(version, applied):
            version = replace(applied, digest=version.digest)
        code = self.live.code if self.live is not None else None
        if version.checksum is None and (code is None or not same(version, code)):
            packed(self._session.terminal.say, what, package)
            version = package.version(packed=True)
        if self.live is not None and code is not None and self._baseline is None and not same(version, code):
            # Perhaps another tool zipped the same files; only the contents tell.
            self.live = self._opened(self.live)
        return version

    def _of_object(self, found: OssObject) -> CodeVersion:
        """Code that cannot be read is the one deployed before if it came from the same place. Where nothing was
        deployed before, what is online is taken for it; a note says that it was not compared."""
        version, applied = found.version, self._applied()
        if version.checksum is not None:
            return version
        if applied is not None and same(version, applied):
            return applied
        code = self.live.code if self.live is not None else None
        if self._baseline is None and code is not None:
            return replace(code, source=version.source)
        return version

    def _applied(self) -> CodeVersion | None:
        applied = self._baseline.applied.get(CODE, MISSING) if self._baseline is not None else MISSING
        return applied if isinstance(applied, CodeVersion) else None

    def _observed(self) -> CodeVersion | None:
        observed = (self._baseline.observed or {}).get(CODE) if self._baseline is not None else None
        return observed if isinstance(observed, CodeVersion) else None

    # what is online

    def _recognised(self, live: Live) -> Live:
        """Gives the live code its digest: the baseline's when nobody uploaded since, else the package's own."""
        code, observed = live.code, self._observed()
        if code is None or observed is None or observed.digest is None:
            return live
        if observed.checksum == code.checksum:
            return _coded(live, replace(code, digest=observed.digest))
        return self._opened(live)  # somebody uploaded; if it only was zipped again, nothing changed

    def _opened(self, live: Live) -> Live:
        code = live.code
        if code is None or code.digest is not None:
            return live
        try:
            self._look = self._session.refresh.look(live.id, code.checksum)
            self._seen = self._look.manifest(self._known())
        except BadArchive as error:  # it counts as different, which asks
            self.notes.append(f"The package of {live.id} that is online was not looked into: {error}.")
            return live
        except LiveMoved:
            return live  # likewise; what is written is tied to the version that was read
        digest = self._seen.digest
        self._manifests[digest] = self._seen
        return _coded(live, replace(code, digest=digest))

    def _known(self) -> Iterator[FileState]:
        """Files whose contents need not be fetched to be known."""
        for manifest in (self._manifest(self._observed_digest()), self._manifest(self._digest(self._applied()))):
            if manifest is not None:
                yield from manifest.files
        if self._local is not None:
            yield from self._local.files

    # manifests

    def _local_digest(self) -> str:
        """What is here. Where that does not count, it is what it was at the last deployment."""
        if self._local is not None:
            return self._local.digest
        return "" if self._code is not None else self._digest(self._applied()) or self._observed_digest()

    def _manifest(self, digest: str) -> Manifest | None:
        if digest not in self._manifests and (code := self._deployed(digest)) is not None:
            self._manifests[digest] = code.manifest
        return self._manifests.get(digest)

    def _deployed(self, digest: str) -> DeployedCode | None:
        if digest and digest not in self._remembered:
            self._remembered[digest] = self._session.baselines.code.read(digest)
        return self._remembered.get(digest)

    def _observed_digest(self) -> str:
        return self._digest(self._observed())

    @staticmethod
    def _digest(code: CodeVersion | None) -> str:
        return (code.digest or "") if code is not None else ""

    # texts

    def _with_texts(self, changes: tuple[FileChange, ...]) -> Iterator[FileChange]:
        texts, left = self._texts(), MOST_TEXTS
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

    def _texts(self) -> Texts:
        local = self._code if isinstance(self._code, Package) else None
        digests = {self._observed_digest(), self._digest(self._applied())}
        digests |= {self._baseline.ancestor} if self._baseline is not None else set()
        remembered = (self._deployed(digest) for digest in sorted(digests))
        live = (self._look, self._seen) if self._look is not None and self._seen is not None else None
        return Texts(local, (code for code in remembered if code is not None), live)


def completed(sent: CodeVersion, live: CodeVersion) -> CodeVersion:
    """What was sent, now that FC told its checksum: an object in OSS may be sent unseen."""
    return sent if sent.checksum is not None else replace(sent, checksum=live.checksum, size=live.size)


def _is_read(change: FileChange) -> bool:
    """Whether the texts are of interest: to be shown, or to be merged by a pull of what was kept."""
    if change.cause is not Cause.KEPT:
        return change.cause in TOLD
    base, live, local = (None if side is None else side.state for side in (change.base, change.live, change.local))
    return change.based and not files.alike(live, base) and not files.alike(local, base)


def _coded(live: Live, code: CodeVersion) -> Live:
    return replace(live, fields={**live.fields, CODE: code})
