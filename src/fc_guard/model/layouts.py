"""Describes a way of writing functions in s.yaml as data, so that no stage names a key of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from fc_guard.model.address import Address, Key
from fc_guard.model.edits import Place
from fc_guard.model.fields import Json
from fc_guard.model.kinds import Kind, Props, secret_names
from fc_guard.model.resources import Desired, Live

Note = tuple[Place, str]
"""(a place in props, a remark about it)"""
Notes = Callable[[Props], Iterable[Note]]


def as_said(said: str, props: Props, account: str, region: str) -> str:
    return said


class ByName(NamedTuple):
    """An option that names single resources of a part, such as `--trigger-name`; others of their kind are left
    alone. `name_of` takes what the user says, props, account and region, and returns the resource's name."""

    option: str
    kind: Kind
    help: str
    name_of: Callable[[str, Props, str, str], str] = as_said


class Part(NamedTuple):
    """The part of a step that `s deploy <word>` is about."""

    word: str
    kinds: tuple[Kind, ...]
    by_name: ByName | None = None


class Numbered(NamedTuple):
    """A certificate that props name by its number in the account's certificate service. `place` is that of the number,
    and `into` where the certificate belongs: a mapping of what is `known` of it, with members for its two texts."""

    place: Place
    into: Place
    known: Mapping[str, Json]
    certificate: str
    private_key: str


class Checks(NamedTuple):
    """Checks that no schema can make. All but `pem` are given props that may break the schema: values are of any type.

    problems     what would be refused, or cannot be meant
    doubts       what is allowed, and may not do what it seems to do
    understood   places of keys that the schema does not list and that are accepted all the same; `doubts` tells them
    of_account   (props, account) -> what is read in another way, since the account is another one than the author's
    pem          places of PEM text, which may stand there as the name of a file or of an object in OSS, or as a URL
    numbered     certificates that are named by a number instead
    """

    problems: Notes
    doubts: Notes
    understood: frozenset[Place]
    pem: Callable[[Props], Iterable[Place]]
    numbered: Callable[[Props], Iterable[Numbered]]
    of_account: Callable[[Props, str], Iterable[Note]]


class Words(NamedTuple):
    """Lists what people write by mistake, and what they are told.

    slips         (the key above, an unknown key) -> the key that is meant, if spelling alone does not say
    elsewhere     the same if the key that is meant stands elsewhere: in words
    patterns      key -> what its value should have looked like
    free_text     keys below which a placeholder of a template may be meant as it is
    may_be_empty  keys whose mapping means something when it is empty
    """

    slips: Mapping[tuple[str, str], str]
    elsewhere: Mapping[tuple[str, str], str]
    patterns: Mapping[str, str]
    free_text: frozenset[str]
    may_be_empty: frozenset[str]


class Facts(NamedTuple):
    """Holds what is known of a step when it has ended: what it asked for, parents first, and what is online. `absent`
    is what it asked for, or would have, and is known not to be online."""

    region: str
    endpoint: str
    desired: tuple[Desired, ...]
    live: Mapping[Address, Live]
    absent: frozenset[Address] = frozenset()


@dataclass(frozen=True, slots=True)
class Layout:
    """One way of writing functions in s.yaml. No member may be missing.

    Raises `ValueError` if its provider, parts and kinds do not fit together.

    provider  the provider whose endpoint a step names
    kinds     what a step of this layout may ask for, parents first
    claims    (props) -> whether they are written in this way; they may be wrong in everything else
    schema    the name of its schema's file
    region    the member of props that names the region
    endpoint  the member of props that names another endpoint than the provider's
    state     the member of props that names a state which several checkouts share
    regions   the regions that are known to have the provider's service; none where any may
    in_account  (props, account, region) -> props with the names that depend on both
    left_to_us  (a value) -> whether it leaves a resource to be found or made, under a name that it does not say
    outputs   what later steps of s.yaml may refer to; no nulls, since the host takes a null for "not found"
    """

    name: str
    provider: str
    kinds: tuple[Kind, ...]
    claims: Callable[[Props], bool]
    schema: str
    region: str
    endpoint: str
    state: str
    regions: frozenset[str]
    parts: tuple[Part, ...]
    checks: Checks
    words: Words
    outputs: Callable[[Facts], dict[str, Json]]
    in_account: Callable[[Props, str, str], Props]
    left_to_us: Callable[[Json], bool]
    _by_name: Mapping[tuple[str, str], Kind] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {(kind.provider, kind.name): kind for kind in self.kinds})
        kinds = {_key(kind) for kind in self.kinds}
        in_parts = {_key(kind) for part in self.parts for kind in part.kinds}
        if self.provider not in {kind.provider for kind in self.kinds}:
            raise ValueError(f"the layout {self.name} has no kind of its provider {self.provider}")
        if in_parts != kinds:
            raise ValueError(f"of the layout {self.name}, these are not both kinds and in a part: {in_parts ^ kinds}")
        for part in self.parts:
            if part.by_name is not None and part.by_name.kind not in part.kinds:
                raise ValueError(f"{part.by_name.option} names no kind of the part {part.word}")

    def kind(self, id: Address) -> Kind:
        """Returns the kind of what a step of this layout asks for, at home where this layout says it."""
        return self._by_name[id.provider, id.kind]

    def own(self, kind: Kind) -> Kind:
        """Returns the kind at home where this layout says it; the kind as it is if the layout does not say it."""
        return self._by_name.get((kind.provider, kind.name), kind)

    @property
    def secret_names(self) -> frozenset[str]:
        """Returns the keys of props below which every value is secret."""
        return secret_names(self.kinds)

    def name_of(self, key: Key, said: str, props: Props, account: str, region: str) -> str:
        """Returns the name of a resource of a kind which the command line calls so."""
        options = (part.by_name for part in self.parts if part.by_name is not None)
        by_name = next((option for option in options if _key(option.kind) == key), None)
        return said if by_name is None else by_name.name_of(said, props, account, region)

    def part_of(self, kind: Kind) -> str:
        """Returns the word of the part that the kind is in; '' for a kind of another layout."""
        return next((part.word for part in self.parts if _key(kind) in map(_key, part.kinds)), "")

    def goes_with(self, part: Part) -> tuple[Kind, ...]:
        """Returns the kinds that have to be removed with a part: they lie in one of its kinds and are not in it."""
        own = {_key(kind) for kind in part.kinds}
        removed = set(own)
        for kind in self.kinds:
            if (kind.provider, kind.parent) in removed:
                removed.add(_key(kind))
        return tuple(kind for kind in self.kinds if _key(kind) in removed - own)


def _key(kind: Kind) -> tuple[str, str | None]:
    return kind.provider, kind.name
