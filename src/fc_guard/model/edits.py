"""An edit of a document says what the value at a place becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fc_guard.model.fields import MISSING, Json, Missing

Place = tuple[str | int, ...]
"""Keys and indices that lead into a document."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Says how s.yaml may spell what a kind says.

    apart  the members that tell the items of lists apart, each with what brings such a name to its one form
    keys   keys that have a second spelling, with that
    """

    apart: Mapping[str, Callable[[str], str]] = field(default_factory=lambda: {"name": str})
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a document. Each of several applies to the result of those before it.

    The value MISSING removes the key or the list item. `inserted` puts a new item before the one at that index, or at
    the list's end.
    """

    place: Place
    value: Json | Missing
    inserted: bool = False

    @property
    def removes(self) -> bool:
        return self.value is MISSING

    def below(self, prefix: Place) -> Edit:
        """Returns the same edit for a document that holds this one at `prefix`."""
        return Edit((*prefix, *self.place), self.value, self.inserted)
