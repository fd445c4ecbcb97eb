"""Compares three ways, file by file: whose change is whose inside a code package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fc_guard.model.fields import Cause
from fc_guard.model.files import FileChange, FileSide, FileState, Manifest


@dataclass(frozen=True, slots=True)
class FileSides:
    """A package on all sides. `base` is the one that both sides come from; `applied` and `observed` are what was here
    and online when it was last recorded, which differ from `base` if something was kept or merged. None: not known.
    `asks_again` says that what was kept is to be decided again."""

    live: Manifest
    local: Manifest
    base: Manifest | None = None
    applied: Manifest | None = None
    observed: Manifest | None = None
    asks_again: bool = False


def changed_files(sides: FileSides) -> tuple[FileChange, ...]:
    """Returns every file that is not the same on all sides, sorted by name."""
    return tuple(_Comparison(sides).changes())


def alike(left: FileState | None, right: FileState | None) -> bool:
    return left is right or (left is not None and right is not None and left.same_as(right))


class _Comparison:
    def __init__(self, sides: FileSides) -> None:
        self._live, self._local = _compared(sides.live), _compared(sides.local)
        self._recorded = sides.applied is not None and sides.observed is not None
        unmoved = _equal(sides.live, sides.observed) and _equal(sides.local, sides.applied)
        self._settled = unmoved and not sides.asks_again
        self._applied = {} if sides.applied is None else _compared(sides.applied)
        self._observed = {} if sides.observed is None else _compared(sides.observed)
        self._base = None if sides.base is None else _compared(sides.base)

    def changes(self) -> Iterator[FileChange]:
        for name in sorted({*self._live, *self._local, *(self._base or {})}):
            live, local = self._live.get(name), self._local.get(name)
            base, based = self._common(name)
            cause = self._cause(name, base, based)
            if cause is not None:
                yield FileChange(name, cause, _side(base), _side(live), _side(local), based)

    def _common(self, name: str) -> tuple[FileState | None, bool]:
        """Returns the file as both sides had it once, and whether that is known."""
        if self._base is not None:
            return self._base.get(name), True
        applied, observed = self._applied.get(name), self._observed.get(name)
        known = self._recorded and alike(applied, observed)
        return (applied if known else None), known

    def _cause(self, name: str, base: FileState | None, based: bool) -> Cause | None:
        live, local = self._live.get(name), self._local.get(name)
        met = alike(live, local)
        if not based:
            return None if met else Cause.KEPT if self._settled else Cause.UNKNOWN
        theirs, ours = not alike(live, base), not alike(local, base)
        if not theirs and not ours:
            return None
        if met:
            return None if self._settled else Cause.CONVERGED
        if self._settled:
            return Cause.KEPT
        if theirs and ours:
            return Cause.CONFLICT
        return Cause.DRIFT if theirs else Cause.CHANGE


def _compared(manifest: Manifest) -> dict[str, FileState]:
    return manifest.compared.by_name()


def _equal(now: Manifest, then: Manifest | None) -> bool:
    """Says whether a side is as it was recorded. It is settled only as a whole: a side that moved is looked at anew."""
    return then is not None and now.digest == then.digest


def _side(state: FileState | None) -> FileSide | None:
    return None if state is None else FileSide(state)
