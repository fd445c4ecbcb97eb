"""Holds what is special about a kind's fields. Noise is declared here and removed once, in `core.normal`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fc_guard.model.fields import FieldPath, Fields, Json


def as_it_is(document: Mapping[str, Json]) -> Mapping[str, Json]:
    return document


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Rules for the fields of one kind, by path in the API's spelling. `core.rows` derives them from its rows.

    known     the fields there are; whatever else FC answers is newer than this tool and left out. Empty: any
    defaults  what FC fills in; the default of a field that is not named is empty
    cleared   what to send to empty a field; '' for a field that is not named
    filling   judges of whether FC may have put a value there by itself; one that says so is enough
    tidied    brings a whole document to its one spelling, if one member decides what another one means
    secret_props  the keys of s.yaml that say what is secret

    The other members have the paths of the rows that say so.
    """

    known: frozenset[FieldPath] = frozenset()
    server_owned: frozenset[FieldPath] = frozenset()
    structs: frozenset[FieldPath] = frozenset()
    maps: frozenset[FieldPath] = frozenset()
    sets: frozenset[FieldPath] = frozenset()
    case_blind: frozenset[FieldPath] = frozenset()
    secret: frozenset[FieldPath] = frozenset()
    secret_props: frozenset[str] = frozenset()
    fixed: frozenset[FieldPath] = frozenset()
    defaults: Mapping[FieldPath, Json] = field(default_factory=dict)
    filling: Mapping[FieldPath, tuple[Callable[[Fields, FieldPath], bool], ...]] = field(default_factory=dict)
    sticky: frozenset[FieldPath] = frozenset()
    follows: Mapping[FieldPath, FieldPath] = field(default_factory=dict)
    cleared: Mapping[FieldPath, Json] = field(default_factory=dict)
    json_text: frozenset[FieldPath] = frozenset()
    canonical: Mapping[FieldPath, Callable[[Json], Json]] = field(default_factory=dict)
    keyed: Mapping[FieldPath, str] = field(default_factory=dict)
    tidied: Callable[[Mapping[str, Json]], Mapping[str, Json]] = as_it_is
    alike: Mapping[FieldPath, Callable[[Json, Json], bool]] = field(default_factory=dict)
    together: Mapping[FieldPath, tuple[FieldPath, ...]] = field(default_factory=dict)
    write_only: frozenset[FieldPath] = frozenset()

    def knows(self, path: FieldPath) -> bool:
        """Says whether the path is one of the fields, or leads to some."""
        return not self.known or path in self.known

    def filled(self, fields: Fields, path: FieldPath) -> bool:
        """Says whether FC may have put the value there by itself, given these live fields."""
        return any(judge(fields, path) for judge in self.filling.get(path, ()))

    def is_secret(self, path: FieldPath) -> bool:
        return any(path[: len(prefix)] == prefix for prefix in self.secret)

    def map_of(self, path: FieldPath) -> FieldPath | None:
        """Returns the map, or the list of keyed entries, that this path is a key of, if any."""
        owners = (*self.maps, *self.keyed)
        return next((owner for owner in owners if len(path) > len(owner) and path[: len(owner)] == owner), None)

    def struct_of(self, path: FieldPath) -> FieldPath | None:
        """Returns the outermost object that must be sent as a whole when this path changes, if any."""
        wholes = {*self.structs, *self.maps, *self.keyed}
        return next((path[:size] for size in range(1, len(path)) if path[:size] in wholes), None)
