"""Reads a package that is online: in parts where the server has them, else whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fc_guard.artifacts.archive import Zipped
from fc_guard.artifacts.blob import Blob
from fc_guard.artifacts.manifest import manifest_of_zip
from fc_guard.artifacts.remote_zip import RemoteZip, TooMuch
from fc_guard.artifacts.zips import BadArchive
from fc_guard.cloud.gateway import Parts
from fc_guard.model.files import MOST_TEXT, FileState, Manifest, as_text


class PackageView:
    """One package. `whole` fetches all of it, when it is first needed."""

    def __init__(self, parts: Parts | None, whole: Callable[[], Blob]) -> None:
        self._parts = parts
        self._whole = whole
        self._remote: RemoteZip | None = None
        self._zipped: Zipped | None = None
        self._manifest: Manifest | None = None

    def manifest(self, known: Iterable[FileState]) -> Manifest:
        """Returns the package's files. What `known` has is not fetched. Raises `BadArchive`."""
        if self._manifest is None:
            self._manifest = self._in_parts(known) or self._opened()
        return self._manifest

    def ahead(self, states: Iterable[FileState]) -> None:
        """Fetches the contents of these files in few requests, or the whole package where they are most of it."""
        if self._remote is not None:
            try:
                self._remote.fetch(states)
            except TooMuch:
                self._remote = None

    def text(self, state: FileState) -> str | None:
        """Returns a file's text, or None for a file that is no text or cannot be read."""
        if state.link or state.size > MOST_TEXT:
            return None
        try:
            return as_text(b"".join(self.pieces(state)))
        except BadArchive:
            return None

    def pieces(self, state: FileState) -> Iterator[bytes]:
        """Returns a file's contents. Raises `BadArchive`."""
        if self._remote is not None:
            return iter(self._remote.pieces(state))
        self._zipped = self._zipped or Zipped(self._whole(), ours=False)
        return self._zipped.pieces(state)

    def _in_parts(self, known: Iterable[FileState]) -> Manifest | None:
        if self._parts is None:
            return None
        try:
            self._remote = RemoteZip(self._parts)
            return self._remote.manifest(known)
        except TooMuch:
            self._remote = None
            return None

    def _opened(self) -> Manifest:
        with self._whole().open() as file:
            return manifest_of_zip(file)
