"""Edits of a document: what the value at a place becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fc_guard.model.fields import MISSING, Json, Missing

Place = tuple[str | int, ...]
"""Keys and indices on the way into a document."""


@dataclass(frozen=True, slots=True)
class Writing:
    """In how many ways s.yaml may write what a kind says.

    apart  the members that tell the items of lists apart, each with the one form of such a name
    keys   keys that have a second spelling, with that
    """

    apart: Mapping[str, Callable[[str], str]] = field(default_factory=lambda: {"name": str})
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. Of several, each is made in what those before it have left.

    MISSING takes the key, or the item of a list, away. `inserted` puts a new item before the one that is there now, or
    at the list's end.
    """

    place: Place
    value: Json | Missing
    inserted: bool = False

    @property
    def removes(self) -> bool:
        return self.value is MISSING

    def below(self, prefix: Place) -> Edit:
        """The same edit of a document in which this one stands at `prefix`."""
        return Edit((*prefix, *self.place), self.value, self.inserted)
