"""Orders things that need one another."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Graph(Generic[T]):
    """Nodes, each with what must come before it. Needs that are not nodes do not count."""

    needs: Mapping[T, Collection[T]]

    def order(self, key: Callable[[T], Any]) -> tuple[T, ...]:
        """Returns every node after all that it needs; of those that could come next, the smallest key goes first.

        Raises `graphlib.CycleError` if nodes need one another in a circle.
        """
        return tuple(self._ordered(key))

    def reversed(self) -> Graph[T]:
        """Returns a graph of the same nodes in which each comes after all that need it."""
        needs: dict[T, list[T]] = {node: [] for node in self.needs}
        for node, needed in self.needs.items():
            for need in needed:
                if need in needs:
                    needs[need].append(node)
        return Graph(needs)

    def _known(self, needs: Collection[T]) -> list[T]:
        return [need for need in needs if need in self.needs]

    def _ordered(self, key: Callable[[T], Any]) -> Iterator[T]:
        sorter = TopologicalSorter({node: self._known(needs) for node, needs in self.needs.items()})
        sorter.prepare()
        ready: list[tuple[Any, T]] = []
        while sorter.is_active():
            for node in sorter.get_ready():
                heapq.heappush(ready, (key(node), node))
            _, following = heapq.heappop(ready)
            yield following
            sorter.done(following)
