"""A resource kind as data: everything the stages need to know about it, so that none of them names a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fc_guard.model.fields import FieldPath, Fields
from fc_guard.model.ids import ResourceId
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules


@dataclass(frozen=True, slots=True)
class Operations:
    """The API's operation names for one kind (2021-04-06); '' where the API has none.

    `in_path` False: the name stands in no path, it goes along with the request (the qualifier of a configuration).
    """

    create: str
    read: str
    update: str
    delete: str
    list: str
    in_path: bool = True


def _whole_list(id: ResourceId) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Holder:
    """What may live inside a resource without being a kind of its own: never deployed, never deleted, never saved. The
    API refuses to delete the resource, or would delete it along.

    called(item, id)  what it is, for people; '' where the item of the list lives elsewhere
    in_path           whether the names of the resource stand in the path of the list's request; else `query` says them
    """

    list: str
    list_field: str
    called: Callable[[Mapping[str, Any], ResourceId], str]
    in_path: bool = True
    query: Callable[[ResourceId], dict[str, Any]] = _whole_list


def never(fields: Fields, path: FieldPath) -> bool:
    return False


def as_it_is(fields: Fields) -> Fields:
    return fields


def nothing_more(document: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Restorable:
    """What of a saved resource can be put back: its fields, what cannot (with everything below), and a word on it."""

    fields: Fields
    without: frozenset[FieldPath] = frozenset()
    note: str = ""


def all_of_it(saved: Fields, live: Fields) -> Restorable:
    return Restorable(saved)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    rank            parents have smaller ranks; writes go up, deletions go down
    name_field      the name's key in a create body and in a list item
    list_field      the key of the list in a list answer; its items are objects, or bare names
    has_code        whether it carries a code package
    desired         props of one s.yaml step -> the resources of this kind it asks for
    props           the way back: live fields -> what s.yaml says of them, below the kind's own key
    keyless         of an empty list FC may leave out the very key, for all that is known
    listed          read from its parent's list, which has all there is to know, or all but what is `needed`
    part            a part of its parent, such as its asynchronous invocation: what leaves s.yaml is deleted, as a
                    field's value would be
    shared          several steps of one s.yaml may name it; each owns what it names itself, and removes no more
    whole           the API replaces the resource with what an update names, or may: so an update names all there is
    replaced        (live fields, path): whether the API cannot update the field, so that the resource is made anew
    fitting         of the fields of a resource that is made anew, those that belong together: another type of trigger
                    has another configuration
    strangers       keyed lists in which others, whom we do not know, have entries: what is put back leaves those alone
    restorable      (saved fields, live fields): what of a rescue copy FC would take back
    holders         what else may hold a resource in being; read before it is deleted, and at no other time
    tagged          FC answers with an ETag, of which it makes sure at a write
    above           the members of FC's document that name its parents, outermost first, where FC answers them
    needed          (FC's document): the members besides its name without which it does not tell what there is
    absence         FC's code for its absence; '' where none is known
    """

    name: str
    rank: int
    parent: str | None
    name_field: str
    list_field: str
    operations: Operations
    rules: FieldRules
    desired: Callable[[Mapping[str, Any], str, str], tuple[Desired, ...]]
    props: Callable[[Fields], dict[str, Any]]
    has_code: bool = False
    keyless: bool = False
    listed: bool = False
    part: bool = False
    shared: bool = False
    whole: bool = False
    replaced: Callable[[Fields, FieldPath], bool] = never
    fitting: Callable[[Fields], Fields] = as_it_is
    strangers: frozenset[FieldPath] = frozenset()
    restorable: Callable[[Fields, Fields], Restorable] = all_of_it
    holders: tuple[Holder, ...] = ()
    tagged: bool = False
    above: tuple[str, ...] = ()
    needed: Callable[[Mapping[str, Any]], tuple[str, ...]] = nothing_more
    absence: str = ""


def call_path(kind: Kind, id: ResourceId) -> tuple[str, ...]:
    """The names in the path of a call about an existing resource."""
    return id.parts if kind.operations.in_path else id.parts[:-1]


def call_query(kind: Kind, id: ResourceId) -> dict[str, str]:
    """What a call about an existing resource says of its name besides."""
    return {} if kind.operations.in_path else {kind.name_field: id.parts[-1]}


def lineage(kinds: Mapping[str, Kind], kind: Kind) -> tuple[Kind, ...]:
    """A kind and those it lives in, outermost first."""
    return (*lineage(kinds, kinds[kind.parent]), kind) if kind.parent is not None else (kind,)


def parent_of(kinds: Mapping[str, Kind], id: ResourceId) -> ResourceId | None:
    """The resource that must exist before this one."""
    parent = kinds[id.kind].parent
    return None if parent is None else ResourceId(id.account, id.region, parent, id.parts[:-1])


def root_of(kinds: Mapping[str, Kind], id: ResourceId) -> ResourceId:
    """The resource without a parent that this one is, or lies in."""
    parent = parent_of(kinds, id)
    return id if parent is None else root_of(kinds, parent)
