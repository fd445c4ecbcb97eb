"""A function's code on all sides, looked at as closely as telling them apart takes, and no closer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.manifest import Manifest, differing, manifest_of_zip
from fc_guard.core.values import same
from fc_guard.engine.progress import Progress
from fc_guard.engine.refresh import Refresh
from fc_guard.engine.source import Code, OssObject
from fc_guard.engine.upload import MOST_INLINE
from fc_guard.model.fields import CODE, MISSING, CodeVersion
from fc_guard.model.resources import Baseline, Desired, FileChange, Live


class CodeSides:
    """One function's code: online, last deployed, and here."""

    def __init__(self, refresh: Refresh, live: Live | None, baseline: Baseline | None) -> None:
        self._refresh = refresh
        self._baseline = baseline
        self._manifest: Manifest | None = None
        self.live = live if live is None else self._recognised(live)

    def with_code(self, desired: Desired, code: Code, say: Callable[[str], None]) -> Desired:
        """The desired side with its code. `say` tells of packing that takes long."""
        version = (
            self._of_object(code)
            if isinstance(code, OssObject)
            else self._of_package(code, f"Packing the code of {desired.id}", say)
        )
        return replace(desired, fields={**desired.fields, CODE: version})

    def differing(self, code: Code) -> tuple[FileChange, ...]:
        """How the online package differs from the code here, if both were looked into."""
        return () if self._manifest is None or isinstance(code, OssObject) else differing(self._manifest, code.manifest)

    def _of_package(self, package: Package, what: str, say: Callable[[str], None]) -> CodeVersion:
        """Packs a folder only if its contents cannot be told from what is known."""
        version = package.version(packed=False)
        applied = self._applied()
        if applied is not None and same(version, applied):
            version = replace(applied, digest=version.digest)
        code = self.live.code if self.live is not None else None
        if code is None or not same(version, code):
            watch = Progress(say, what, package.bulk) if package.bulk > MOST_INLINE else _unwatched
            version = package.version(packed=True, watch=watch)
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

    def _recognised(self, live: Live) -> Live:
        """Gives the live code its digest: the baseline's when nobody uploaded since, else the package's own."""
        code = live.code
        observed = (self._baseline.observed or {}).get(CODE) if self._baseline is not None else None
        if code is None or not isinstance(observed, CodeVersion) or observed.digest is None:
            return live
        if observed.checksum == code.checksum:
            return _coded(live, replace(code, digest=observed.digest))
        return self._opened(live)  # somebody uploaded; if it only was zipped again, nothing changed

    def _opened(self, live: Live) -> Live:
        code = live.code
        if code is None or code.digest is not None:
            return live
        try:
            with self._refresh.package(live.id, code.checksum).open() as file:
                self._manifest = manifest_of_zip(file)
        except ValueError:
            return live  # not a zip that can be read: it counts as different, which asks
        return _coded(live, replace(code, digest=self._manifest.digest))


def completed(sent: CodeVersion, live: CodeVersion) -> CodeVersion:
    """What was sent, now that FC told its checksum: an object in OSS may be sent unseen."""
    return sent if sent.checksum is not None else replace(sent, checksum=live.checksum, size=live.size)


def _unwatched(done: int) -> None:
    """Packing that is over before anybody wonders."""


def _coded(live: Live, code: CodeVersion) -> Live:
    return replace(live, fields={**live.fields, CODE: code})
