"""Describes a resource kind as data: everything the stages need to know about it, so that none of them names a kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.edits import Writing
from fc_guard.model.fields import CodeVersion, FieldPath, Fields, Json, Value
from fc_guard.model.kind_defaults import (
    all_at_once,
    as_it_is,
    at_once,
    every_entry,
    never,
    never_refused,
    no_caution,
    no_lookups,
    no_loss,
    nobody,
    not_blocked,
    nothing_more,
)
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules

Props = Mapping[str, Any]


class Operations(NamedTuple):
    """The API's operation names for one kind (2021-04-06); '' where the API has none.

    `in_path` is False if the name goes along with the request instead of its path (the qualifier of a configuration).
    """

    create: str
    read: str
    update: str
    delete: str
    list: str
    in_path: bool = True


def _whole_list(id: Address) -> dict[str, Any]:
    return {}


class Holder(NamedTuple):
    """Something that may live inside a resource and is no kind here: it is never deployed, deleted or saved. While it
    is there, the API refuses to delete the resource, or would delete it too.

    called(item, id)  its name for people; '' if the item of the list lives elsewhere
    in_path           whether the names of the resource stand in the path of the list's request; else `query` gives them
    """

    list: str
    list_field: str
    called: Callable[[Mapping[str, Any], Address], str]
    in_path: bool = True
    query: Callable[[Address], dict[str, Any]] = _whole_list


class Home(NamedTuple):
    """Says where props describe a resource.

    place   the keys that lead there
    name    the member that names it; '' if props give nothing but its name, as an item of a list of names
    many    whether a list of them stands there
    always  the name of the only one that props can describe, if they need not name it
    """

    place: tuple[str, ...]
    name: str = "name"
    many: bool = False
    always: str = ""


class Lifecycle(Enum):
    """Says what a removal of a step does to a resource that the step was deployed with."""

    DEPLOYED = "deployed"  # it is deleted; whether also what was only adopted has to be decided
    MADE_ONLY = "made-only"  # it is deleted if this project made it and nobody else uses it; else it stays
    FLEETING = "fleeting"  # nothing: it can neither be read nor deleted, and is made again with what needs it


class CodeSource(NamedTuple):
    """Says where props take code from: a folder or package here, or an object in OSS.

    uri            a folder or package, relative to s.yaml
    built          where a build leaves the code, below the folder of its artifacts
    keeps_jar      whether a jar goes into the package as a file; others are packages themselves
    bucket, key    the object
    said           how props name the two, in words
    upload_bucket  where a package goes that is too large for a request; '' for the provider's own place
    instance_type  the type of the instances that will run it
    """

    uri: str = ""
    built: tuple[str, ...] = ()
    keeps_jar: bool = False
    bucket: str = ""
    key: str = ""
    said: str = t("the bucket and the key")
    upload_bucket: str = ""
    instance_type: str = ""


class Code(NamedTuple):
    """Describes the code package of a kind.

    source         props -> where the code comes from; None if there is none, as with a container image
    folder         the member of props, at the kind's home, that names a folder or package
    version        the provider's document -> the package that runs; None if none does
    instance_type  the provider's document -> the type of its instances; '' if it names none
    packed         what props say at the kind's home, of any shape -> whether a package is sent, and not an image
    """

    source: Callable[[Props], CodeSource | None]
    folder: str
    version: Callable[[Mapping[str, Json]], CodeVersion | None]
    instance_type: Callable[[Mapping[str, Json]], str]
    packed: Callable[[Props], bool] = lambda said: True


class Excerpt(NamedTuple):
    """`props` is what one step says of a resource that it shares with others; `note` is a remark for people."""

    props: Props
    note: str = ""


class Events(NamedTuple):
    """The names that a kind's writes have in the audit trail, in every version of the API.

    written  what makes or changes a resource
    deleted  what deletes it
    code     the parameters that carry code
    besides  the parameters that say nothing of what is changed: names, and what goes along
    """

    written: frozenset[str] = frozenset()
    deleted: frozenset[str] = frozenset()
    code: frozenset[str] = frozenset()
    besides: frozenset[str] = frozenset()


def nothing_of_it(props: Props, owner: Address) -> Excerpt | None:
    return None


class Restorable(NamedTuple):
    """`fields` of a saved resource can be put back, `without` and all below it cannot; `note` is a remark for
    people."""

    fields: Fields
    without: frozenset[FieldPath] = frozenset()
    note: str = ""


def all_of_it(saved: Fields, live: Fields) -> Restorable:
    return Restorable(saved)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource. Making one raises `ValueError` if its members contradict each other.

    provider        the provider whose API it belongs to
    api             what people call that API
    home            where props describe its resources
    after           kinds that its resources refer to, and that are made before it; its parent need not be listed
    name_field      the name's key in a create body and in a list item
    list_field      the key of the list in a list answer; its items are objects, or bare names
    code            describes its code package; None for a kind without code
    desired         props of one s.yaml step -> the resources of this kind it asks for
    props           the way back: live fields -> what s.yaml says of them, below the kind's own key
    keyless         FC may leave out the key of an empty list, for all that is known
    listed          read from its parent's list, which has all there is to know, or all but what is `needed`
    part            a part of its parent, such as its asynchronous invocation: what leaves s.yaml is deleted, as a
                    field's value would be
    shared          several steps of one s.yaml may name it; each owns what it names itself, and removes no more
    whole           the API replaces the resource with what an update names, or may: so an update names everything
    replaced        (live fields, path) -> whether the API cannot update the field, so that the resource is made anew
    fitting         fields of a resource that is made anew -> those that belong together: another type of trigger has
                    another configuration
    writing         how s.yaml may spell what it says of one
    fetched         names of props whose value may be a file or a URL from which the value is read
    unit            (path) -> the path of its group: half of a group would mean something else
    strangers       keyed lists in which unknown others have entries: what is put back leaves those alone
    own             (an entry of such a list, what the step names) -> whether it is the step's
    excerpt         (props of all that is online, a resource with code) -> the part about that resource, if any
    lookups         (wanted fields, live fields) -> fields sent along with what is wanted, each with the word under
                    which the provider is asked for its value
    restorable      (saved fields, live fields) -> what of a rescue copy FC would take back
    holders         what else may keep a resource in being; read only before it is deleted
    tagged          FC answers with an ETag, and checks it at a write
    above           the members of FC's document that name its parents, outermost first, where FC answers them
    needed          (FC's document) -> the members besides its name without which it is incomplete
    absence         FC's error code for its absence; '' if none is known
    lifecycle       what a removal does to it
    ready           (the provider's document) -> whether it can be used by now, not only seen
    blocked         (the provider's document) -> why it will not be ready by waiting; '' if it may be
    late            a list may not yet have what was just made: absence right after a write says nothing
    caution         (address) -> what has to be known before one is made, such as what it costs; '' if that is nothing
    loss            (address) -> what goes with one that is deleted, and is nowhere else; '' if that is nothing
    serves          (address, a kind, fields) -> whether a resource of that kind uses it, as it is online
    unseen          (error code, message) -> whether the provider refused a write since it does not know yet what was
                    just made elsewhere
    events          what its writes are called in the audit trail; without names, nobody is named
    """

    name: str
    provider: str
    api: str
    parent: str | None
    home: Home
    name_field: str
    list_field: str
    operations: Operations
    rules: FieldRules
    desired: Callable[[Mapping[str, Any], str, str], tuple[Desired, ...]]
    props: Callable[[Fields], dict[str, Any]]
    after: tuple[str, ...] = ()
    code: Code | None = None
    keyless: bool = False
    listed: bool = False
    part: bool = False
    shared: bool = False
    whole: bool = False
    replaced: Callable[[Fields, FieldPath], bool] = never
    fitting: Callable[[Fields], Fields] = as_it_is
    writing: Writing = field(default_factory=Writing)
    fetched: frozenset[str] = frozenset()
    unit: Callable[[FieldPath], FieldPath] = all_at_once
    strangers: frozenset[FieldPath] = frozenset()
    own: Callable[[Value, Collection[Address]], bool] = every_entry
    excerpt: Callable[[Props, Address], Excerpt | None] = nothing_of_it
    lookups: Callable[[Fields, Fields], Mapping[FieldPath, str]] = no_lookups
    restorable: Callable[[Fields, Fields], Restorable] = all_of_it
    holders: tuple[Holder, ...] = ()
    tagged: bool = False
    above: tuple[str, ...] = ()
    needed: Callable[[Mapping[str, Any]], tuple[str, ...]] = nothing_more
    absence: str = ""
    lifecycle: Lifecycle = Lifecycle.DEPLOYED
    ready: Callable[[Mapping[str, Any]], bool] = at_once
    blocked: Callable[[Mapping[str, Any]], str] = not_blocked
    late: bool = False
    caution: Callable[[Address], str] = no_caution
    loss: Callable[[Address], str] = no_loss
    serves: Callable[[Address, str, Fields], bool] = nobody
    unseen: Callable[[str, str], bool] = never_refused
    events: Events = field(default_factory=Events)

    @property
    def blind_to_case(self) -> bool:
        """Says whether letter case means nothing in its names."""
        return (self.name_field,) in self.rules.case_blind


def secret_names(kinds: Iterable[Kind]) -> frozenset[str]:
    """Returns the keys below which every value is secret, in the spelling of s.yaml and in that of the API."""
    rules = [kind.rules for kind in kinds]
    in_api = {path[-1] for each in rules for path in each.secret}
    return frozenset(in_api.union(*(each.secret_props for each in rules)))


def call_path(kind: Kind, id: Address) -> tuple[str, ...]:
    """Returns the names in the path of a call about an existing resource."""
    return id.parts if kind.operations.in_path else id.parts[:-1]


def call_query(kind: Kind, id: Address) -> dict[str, str]:
    """Returns what a call about an existing resource names outside its path."""
    return {} if kind.operations.in_path else {kind.name_field: id.parts[-1]}
