"""Defines a row: all that a kind says of a field. `core.rows` derives from the rows what the stages read (`FieldRules`)
and what a step asks for.

Rows are named tuples, since every start makes their classes anew, and a dataclass takes five times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, NamedTuple

from fc_guard.model.fields import FieldPath, Fields, Json

Spell = Callable[[Any], Json]
Filled = Callable[[Fields, FieldPath], bool]


class Shape(Enum):
    """Says what lies at a field's path."""

    VALUE = "compared and sent as one value"
    STRUCT = "an object of known members: compared member by member, sent whole, since FC replaces it as a whole"
    JSON_TEXT = "such an object, which FC carries as JSON text"
    MAP = "an object whose keys belong to the user: compared and merged key by key"
    KEYED = "a list without an order, of objects that one member tells apart: treated entry by entry, as a map is"


class Access(Enum):
    """Says who may change a field, and how."""

    FREE = "the user may set, change and unset it"
    STICKY = "FC has no way to unset it: what leaves s.yaml stays as it is online"
    FIXED = "it cannot be changed after creation"
    WRITE_ONLY = "it is sent but never read back, such as a private key: never compared, sent along with its struct"
    SERVER = "FC sets it, nobody else: never compared"


class Noise(NamedTuple):
    """Says in how many ways one value may be written.

    order      a list's order means nothing, nor does naming an item twice
    case       letter case means nothing
    canonical  brings a value to its one spelling, on every side: what FC fills into the items of a list, another way
               to write the same path. An empty result means that the field is empty
    alike      (one value, another) -> whether FC means the same by two spellings, if neither follows from the other
    """

    order: bool = False
    case: bool = False
    canonical: Callable[[Json], Json] | None = None
    alike: Callable[[Json, Json], bool] | None = None


EXACT: Final = Noise()
UNORDERED: Final = Noise(order=True)
CASE_BLIND: Final = Noise(case=True)


def canonical(spell: Callable[[Json], Json]) -> Noise:
    return Noise(canonical=spell)


def as_given(value: Any) -> Any:
    return value


class Field(NamedTuple):
    """One field.

    name      the member of FC's document
    spell     how the value of s.yaml becomes FC's; of a struct, how it becomes an object that holds its members
    default   what FC fills in; None: nothing
    props     its names in s.yaml, of which the first one found counts; None: the same as FC's. (): not made of one prop
    noise     in how many ways one value may be written
    access    who may change it
    secret    hidden in output, hashed in the baseline, with everything below
    cleared   what to send to empty it. For a struct: what to send once nothing but defaults is left of it
    follows   the field beside it whose value here means the same as none, and is sent for none; '': there is none
    filled    (live fields, path) -> whether FC may have put the value there by itself: then it is not listed if s.yaml
              is silent on the field. Of a struct: the same of each member
    together  fields beside it that FC wants to be sent along with it, once it is no longer its default
    shape     what lies there; `key` tells the entries of a keyed list apart, `rows` are the members of a struct
    """

    name: str
    spell: Spell = as_given
    default: Json = None
    props: tuple[str, ...] | None = None
    noise: Noise = EXACT
    access: Access = Access.FREE
    secret: bool = False
    cleared: Json = ""
    follows: str = ""
    filled: Filled | None = None
    together: tuple[str, ...] = ()
    shape: Shape = Shape.VALUE
    key: str = ""
    rows: tuple[Field, ...] = ()

    @property
    def said_as(self) -> tuple[str, ...]:
        return (self.name,) if self.props is None else self.props


def struct(name: str, *rows: Field, **more: Any) -> Field:
    return Field(name, shape=Shape.STRUCT, rows=rows, **more)


def keyed(name: str, key: str, **more: Any) -> Field:
    return Field(name, shape=Shape.KEYED, key=key, **more)


def plain(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


def servers(*names: str) -> tuple[Field, ...]:
    """Returns fields that FC alone sets."""
    return tuple(Field(name, props=(), access=Access.SERVER) for name in names)


def given(*names: str) -> tuple[Field, ...]:
    """Returns fields to which the provider gives a value once: recorded, since other resources name it."""
    return tuple(Field(name, props=(), access=Access.FIXED, filled=always) for name in names)


def always(fields: Fields, path: FieldPath) -> bool:
    return True


def without(*needed: str) -> Filled:
    """Says that the field means nothing if the field at the path `needed` is empty."""
    return lambda fields, path: not fields.get(needed)


def one_of(*usual: Json) -> Filled:
    """Says that any of these values may be FC's own."""
    return lambda fields, path: fields.get(path) in usual
