"""The parts of a step that a command may be about, of all layouts together: options are read before anybody knows which
layout the props are written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fc_guard.model.address import Key
from fc_guard.model.kinds import Kind
from fc_guard.model.layouts import ByName, Layout, Part


@dataclass(frozen=True, slots=True)
class Parts:
    """A word names its kinds of every layout. A step has only those of its own layout."""

    layouts: Sequence[Layout]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.word for _, part in self._all()))

    @property
    def coded(self) -> tuple[str, ...]:
        """The words of parts that have code."""
        return tuple(dict.fromkeys(part.word for _, part in self._all() if _with_code(part.kinds)))

    def kinds(self, word: str) -> frozenset[Key]:
        return _keys(kind for _, part in self._called(word) for kind in part.kinds)

    def removed(self, word: str) -> frozenset[Key]:
        """Returns the kinds that are removed with a part, including those that lie in it."""
        return self.kinds(word) | _keys(kind for layout, part in self._called(word) for kind in layout.goes_with(part))

    @property
    def kinds_with_code(self) -> frozenset[Key]:
        return _keys(kind for layout in self.layouts for kind in _with_code(layout.kinds))

    def by_name(self) -> Iterator[tuple[str, ByName]]:
        """Yields words, each with the option that names single resources of that part."""
        for _, part in self._all():
            if part.by_name is not None:
                yield part.word, part.by_name

    def _all(self) -> Iterator[tuple[Layout, Part]]:
        for layout in self.layouts:
            for part in layout.parts:
                yield layout, part

    def _called(self, word: str) -> Iterator[tuple[Layout, Part]]:
        return ((layout, part) for layout, part in self._all() if part.word == word)


def _with_code(kinds: Iterable[Kind]) -> list[Kind]:
    return [kind for kind in kinds if kind.code is not None]


def _keys(kinds: Iterable[Kind]) -> frozenset[Key]:
    return frozenset((kind.provider, kind.name) for kind in kinds)
