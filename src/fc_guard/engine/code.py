"""A function's code on all sides, looked at as closely as telling them apart takes, and no closer."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.artifacts.archive import Manifest, Package, differing, manifest_of_zip
from fc_guard.core.values import same
from fc_guard.engine.refresh import Refresh
from fc_guard.model.fields import CODE, MISSING, CodeVersion
from fc_guard.model.resources import Baseline, Desired, FileChange, Live


class CodeSides:
    """One function's code: online, last deployed, and here."""

    def __init__(self, refresh: Refresh, live: Live | None, baseline: Baseline | None) -> None:
        self._refresh = refresh
        self._baseline = baseline
        self._manifest: Manifest | None = None
        self.live = live if live is None else self._recognised(live)

    def with_folder(self, desired: Desired, package: Package) -> Desired:
        """The desired side with its code. Packs the folder only if its contents cannot be told from what is known."""
        version = package.version(packed=False)
        applied = self._baseline.applied.get(CODE, MISSING) if self._baseline is not None else MISSING
        if isinstance(applied, CodeVersion) and same(version, applied):
            version = replace(applied, digest=version.digest)
        code = self.live.code if self.live is not None else None
        if code is None or not same(version, code):
            version = package.version(packed=True)
        if self.live is not None and code is not None and self._baseline is None and not same(version, code):
            # Perhaps another tool zipped the same files; only the contents tell.
            self.live = self._opened(self.live)
        return replace(desired, fields={**desired.fields, CODE: version})

    def differing(self, package: Package) -> tuple[FileChange, ...]:
        """How the online package differs from the folder, if it was opened."""
        return () if self._manifest is None else differing(self._manifest, package.manifest)

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
            self._manifest = manifest_of_zip(self._refresh.package(live.id, code.checksum))
        except ValueError:
            return live  # not a zip that can be read: it counts as different, which asks
        return _coded(live, replace(code, digest=self._manifest.digest))


def _coded(live: Live, code: CodeVersion) -> Live:
    return replace(live, fields={**live.fields, CODE: code})
