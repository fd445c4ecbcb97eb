"""The deployed code of a shared state: the packages of `state.code` as objects, read through this machine's folder."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection
from contextlib import suppress

from fc_guard.errors import BaselineUnusable
from fc_guard.model.files import FileState, Manifest
from fc_guard.state import code
from fc_guard.state.code import MOST_KEPT, MOST_MANIFEST, SETTLED_SECONDS, DeployedCode, packed
from fc_guard.state.heads import Heads
from fc_guard.state.keys import code_key
from fc_guard.state.place import Place


class SharedCodeReader:
    def __init__(self, heads: Heads, root: Place) -> None:
        """`root` is the project's state directory."""
        self._heads = heads
        self._local = code.CodeStore(root)

    def read(self, digest: str) -> DeployedCode | None:
        """Returns a package by its digest, None if it is not kept. What was fetched stays on this machine."""
        found = self._local.read(digest)
        if found is not None or digest not in self._heads.listing.code:
            return found
        data = self._heads.objects.read(code_key(digest), MOST_KEPT + MOST_MANIFEST)
        if data is None:
            return None
        with suppress(BaselineUnusable):  # a disk that takes nothing: then it is fetched again
            self._local.put(digest, data)
        return code.opened(io.BytesIO(data), digest)

    def has(self, digest: str) -> bool:
        return self._local.has(digest) or digest in self._heads.listing.code


class SharedCode(SharedCodeReader):
    def keep(self, manifest: Manifest, texts: Callable[[FileState], str | None]) -> bool:
        """Keeps a package for everybody, unless it is kept already. Returns whether it is new."""
        digest, kept = manifest.digest, self._heads.listing.code
        if digest in kept:
            return False
        room = MOST_KEPT - sum(size for size, _ in kept.values())
        with packed(manifest, texts, room) as file:
            if file is None:
                return False
            file.seek(0)
            data = file.read()
        self._heads.objects.create(code_key(digest), data)  # another run's package of the same digest is as good
        kept[digest] = (len(data), -self._heads.since)
        with suppress(BaselineUnusable):
            self._local.put(digest, data)
        return True

    def sweep(self, needed: Callable[[], Collection[str]]) -> None:
        """Removes packages that no record refers to, once they are old."""
        heads = self._heads
        old = [name for name, (_, age) in heads.listing.code.items() if age + heads.since > SETTLED_SECONDS]
        known = needed() if old else ()
        unused = [name for name in old if name not in known]
        if unused:
            heads.objects.remove(map(code_key, unused))
        for name in unused:
            heads.listing.code.pop(name, None)
        self._local.sweep(needed)
