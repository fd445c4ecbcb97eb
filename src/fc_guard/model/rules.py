"""What is special about a kind's fields. Noise is declared here, removed once in `core.normal`, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fc_guard.model.fields import FieldPath, Json


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Rules for the fields of one kind, by path in the API's spelling.

    server_owned    FC sets them, nobody else: never compared
    structs         objects compared member by member, and sent whole (FC replaces them as a whole)
    maps            objects whose keys belong to the user: compared and merged key by key
    sets            lists without an order
    case_blind      text compared without regard to letter case
    secret          hidden in output, hashed in the baseline; covers everything below the path
    fixed           cannot be changed after creation
    defaults        what FC fills in; where nothing is named, the default is empty
    cleared         what to send to empty a field; '' where nothing is named
    json_text       FC carries the object as JSON text
    """

    server_owned: frozenset[FieldPath] = frozenset()
    structs: frozenset[FieldPath] = frozenset()
    maps: frozenset[FieldPath] = frozenset()
    sets: frozenset[FieldPath] = frozenset()
    case_blind: frozenset[FieldPath] = frozenset()
    secret: frozenset[FieldPath] = frozenset()
    fixed: frozenset[FieldPath] = frozenset()
    defaults: Mapping[FieldPath, Json] = field(default_factory=dict)
    cleared: Mapping[FieldPath, Json] = field(default_factory=dict)
    json_text: frozenset[FieldPath] = frozenset()

    def is_secret(self, path: FieldPath) -> bool:
        return any(path[: len(prefix)] == prefix for prefix in self.secret)

    def map_of(self, path: FieldPath) -> FieldPath | None:
        """The map this path is a key of, if any."""
        return next(
            (prefix for prefix in self.maps if len(path) > len(prefix) and path[: len(prefix)] == prefix),
            None,
        )

    def struct_of(self, path: FieldPath) -> FieldPath | None:
        """The outermost object that must be sent as a whole when this path changes."""
        return next((path[:size] for size in range(1, len(path)) if path[:size] in self.structs | self.maps), None)
