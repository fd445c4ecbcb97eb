"""What is special about a kind's fields. Noise is declared here, removed once in `core.normal`, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from fc_guard.model.fields import FieldPath, Fields, Json


def as_it_is(document: Mapping[str, Json]) -> Mapping[str, Json]:
    return document


def never_filled(fields: Fields, path: FieldPath) -> bool:
    return False


def with_parents(paths: Iterable[FieldPath]) -> frozenset[FieldPath]:
    """Paths with everything on the way to them, as `known` has them."""
    return frozenset(path[:size] for path in paths for size in range(1, len(path) + 1))


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Rules for the fields of one kind, by path in the API's spelling.

    known           the fields there are; what else FC answers is newer than this tool and nobody's wish. Empty: any
    server_owned    FC sets them, nobody else: never compared
    structs         objects compared member by member, and sent whole (FC replaces them as a whole)
    maps            objects whose keys belong to the user: compared and merged key by key
    sets            lists without an order
    case_blind      text compared without regard to letter case
    secret          hidden in output, hashed in the baseline; covers everything below the path
    fixed           cannot be changed after creation
    defaults        what FC fills in; where nothing is named, the default is empty
    filled          (live fields, path): whether FC may have put the value there by itself. Where s.yaml is silent on
                    the field, there is nothing to tell about its being there
    sticky          FC has no way to unset these: what leaves s.yaml stays as it is online
    follows         nor these, but another field's value means the same here, and is sent for none
    cleared         what to send to empty a field; '' where nothing is named. For an object: what to send once nothing
                    but defaults is left of it
    json_text       FC carries the object as JSON text
    canonical       brings a value to its one spelling, on every side: what FC fills into the items of a list, another
                    way to write the same path. An empty result means that the field is empty
    keyed           lists of objects whose order means nothing, by the member that tells them apart: compared, merged
                    and owned entry by entry, as a map is
    tidied          the same for a whole document, where one member decides what another one means
    alike           (one value, another): whether FC means the same by two spellings, where neither can be had from the
                    other
    together        fields that FC wants said beside another one, once that is no longer its default
    write_only      sent but never read back, such as a private key: never compared, sent along with their struct
    """

    known: frozenset[FieldPath] = frozenset()
    server_owned: frozenset[FieldPath] = frozenset()
    structs: frozenset[FieldPath] = frozenset()
    maps: frozenset[FieldPath] = frozenset()
    sets: frozenset[FieldPath] = frozenset()
    case_blind: frozenset[FieldPath] = frozenset()
    secret: frozenset[FieldPath] = frozenset()
    fixed: frozenset[FieldPath] = frozenset()
    defaults: Mapping[FieldPath, Json] = field(default_factory=dict)
    filled: Callable[[Fields, FieldPath], bool] = never_filled
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
        """Whether the path is one of the fields, or leads to some."""
        return not self.known or path in self.known

    def is_secret(self, path: FieldPath) -> bool:
        return any(path[: len(prefix)] == prefix for prefix in self.secret)

    def map_of(self, path: FieldPath) -> FieldPath | None:
        """The map, or the list of keyed entries, that this path is a key of, if any."""
        owners = (*self.maps, *self.keyed)
        return next((owner for owner in owners if len(path) > len(owner) and path[: len(owner)] == owner), None)

    def struct_of(self, path: FieldPath) -> FieldPath | None:
        """The outermost object that must be sent as a whole when this path changes."""
        wholes = {*self.structs, *self.maps, *self.keyed}
        return next((path[:size] for size in range(1, len(path)) if path[:size] in wholes), None)
