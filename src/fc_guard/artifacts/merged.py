"""Merged code: files from online, files from here, and files with the changes of both."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fc_guard.artifacts.archive import Contents, Package, Zipped
from fc_guard.artifacts.blob import Blob
from fc_guard.artifacts.manifest import in_order, manifest_of_zip
from fc_guard.artifacts.zips import BadArchive
from fc_guard.language import t
from fc_guard.model.files import FileState, Manifest
from fc_guard.model.merges import CodeMerge, MergedFile, Source


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a merge: its files and their contents."""

    manifest: Manifest
    contents: Contents


class MergedCode:
    """The files of a merge. A file that the merge does not name is as it is online."""

    def __init__(self, live: Side, local: Side, merge: CodeMerge) -> None:
        self._sources = {
            source: (side.contents, side.manifest.by_name())
            for source, side in ((Source.ONLINE, live), (Source.HERE, local))
        }
        self._from: dict[str, tuple[Contents, FileState]] = {}
        self._texts = {file.name: (file.text or "").encode() for file in merge.files if file.source is Source.BOTH}
        states = {state.name: self._as_it_is(state) for state in live.manifest.files}
        for file in merge.files:
            states.pop(file.name, None)
            if file.present:
                states[file.name] = self._merged(file)
        self.manifest = Manifest(in_order(states.values()))

    def pieces(self, state: FileState) -> Iterator[bytes]:
        if state.name in self._texts:
            yield self._texts[state.name]
            return
        contents, original = self._from[state.name]
        yield from contents.pieces(original)

    def _as_it_is(self, state: FileState) -> FileState:
        self._from[state.name] = (self._sources[Source.ONLINE][0], state)
        return state

    def _merged(self, file: MergedFile) -> FileState:
        if file.source is Source.BOTH:
            data = self._texts[file.name]
            return FileState(file.name, file.executable, hashlib.sha256(data).hexdigest(), len(data), zlib.crc32(data))
        contents, states = self._sources[file.source]
        state = states[file.name]
        self._from[file.name] = (contents, state)
        return replace(state, executable=file.executable)


def merged_package(
    live: Blob, digest: str | None, local: Package, merge: CodeMerge, left_out: Callable[[str], bool]
) -> Package:
    """Returns the package that a merge of the two makes. `digest` is that of the package that was compared, without the
    files that are `left_out`.

    Raises `BadArchive` if the package online cannot be read or is not the compared one.
    """
    with live.open() as file:
        online = manifest_of_zip(file).without(left_out)
    if digest is not None and online.digest != digest:
        raise BadArchive(t("its files are not the ones that were compared"))
    here = Side(local.manifest, local.contents)
    made = MergedCode(Side(online, Zipped(live, ours=False)), here, merge)
    bulk = sum(state.size for state in made.manifest.files)
    return Package(Path(f"{local.root} (merged)"), made.manifest, bulk, made)


def taken_over(local: Package, merged: Package, names: Collection[str]) -> Package:
    """Returns the local code with the named files as they are in the merge."""
    after = merged.manifest.by_name()
    states = [state for state in local.manifest.files if state.name not in names]
    states += [after[name] for name in names if name in after]
    return Package(local.root, Manifest(in_order(states)), local.bulk, _Either(local.contents, merged.contents, names))


class _Either:
    """Takes the files of `theirs` from there, all others from here."""

    def __init__(self, here: Contents, there: Contents, theirs: Collection[str]) -> None:
        self._here = here
        self._there = there
        self._theirs = frozenset(theirs)

    def pieces(self, state: FileState) -> Iterator[bytes]:
        return (self._there if state.name in self._theirs else self._here).pieces(state)
