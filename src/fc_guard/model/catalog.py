"""A catalog holds the kinds that a run knows and how they lie in one another; the session carries it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fc_guard.model.address import Address, Key
from fc_guard.model.completeness import flaws
from fc_guard.model.graph import Graph
from fc_guard.model.kinds import Kind, secret_names


@dataclass(frozen=True, slots=True)
class Catalog:
    """Kinds of one or several providers, in the order in which they are listed.

    Raises `ValueError` for a kind that is there twice, for one that refers to a missing kind, and for one that no stage
    could carry out.
    """

    kinds: tuple[Kind, ...]
    _by_name: Mapping[Key, Kind] = field(init=False, repr=False, compare=False)
    _chains: Mapping[Key, tuple[Kind, ...]] = field(init=False, repr=False, compare=False)
    _below: Mapping[Key, tuple[Kind, ...]] = field(init=False, repr=False, compare=False)
    _generations: Mapping[Key, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {(kind.provider, kind.name): kind for kind in self.kinds}
        if len(by_name) < len(self.kinds):
            raise ValueError("a catalog has a kind twice")
        refers = {key: _refers(kind) for key, kind in by_name.items()}
        for key, others in refers.items():
            if missing := sorted(others - by_name.keys()):
                raise ValueError(f"the kind {key} refers to {missing}, which the catalog does not have")
        chains: dict[Key, tuple[Kind, ...]] = {}
        generations: dict[Key, int] = {}
        for key in Graph(refers).order(lambda key: key):
            kind = by_name[key]
            around = chains[kind.provider, kind.parent] if kind.parent is not None else ()
            chains[key] = (*around, kind)
            generations[key] = max((generations[other] + 1 for other in refers[key]), default=0)
        below: dict[Key, list[Kind]] = {key: [] for key in by_name}
        for kind in self.kinds:
            if kind.parent is not None:
                below[kind.provider, kind.parent].append(kind)
        for kind in self.kinds:
            if wrong := tuple(flaws(kind, holds=bool(below[kind.provider, kind.name]))):
                raise ValueError(f"the kind {kind.provider}.{kind.name} {'; it '.join(wrong)}")
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "_below", {key: tuple(inner) for key, inner in below.items()})
        object.__setattr__(self, "_chains", chains)
        object.__setattr__(self, "_generations", generations)

    def kind(self, id: Address) -> Kind:
        return self._by_name[id.provider, id.kind]

    def named(self, provider: str, name: str) -> Kind | None:
        return self._by_name.get((provider, name))

    def chain(self, kind: Kind) -> tuple[Kind, ...]:
        """Returns the kind and those it lies in, outermost first."""
        return self._chains[kind.provider, kind.name]

    def below(self, kind: Kind) -> tuple[Kind, ...]:
        """Returns the kinds that lie directly in this one."""
        return self._below[kind.provider, kind.name]

    def generation(self, id: Address) -> int:
        """Returns the length of the longest chain of kinds that must exist before this one's."""
        return self._generations[id.provider, id.kind]

    def parent(self, id: Address) -> Address | None:
        kind = self.kind(id)
        return None if kind.parent is None else Address(id.provider, id.account, id.region, kind.parent, id.parts[:-1])

    def root(self, id: Address) -> Address:
        """Returns the outermost resource that this one lies in, or itself if it has no parent."""
        chain = self.chain(self.kind(id))
        return Address(id.provider, id.account, id.region, chain[0].name, id.parts[:1])

    def around(self, id: Address) -> Iterator[Address]:
        """Yields the resources that this one lies in, innermost first."""
        parent = self.parent(id)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def contains(self, outer: Address, inner: Address) -> bool:
        """Says whether `inner` lies in `outer`: a trigger in its function, a function in its service."""
        return len(outer.parts) < len(inner.parts) and outer in self.around(inner)

    def spelled(self, written: str) -> str:
        """Returns an address, as it is written for people, in the one spelling of it: in small letters where letter
        case means nothing. A text that is no address is returned as it is."""
        word, _, path = written.partition(" ")
        names, kind = path.split("/"), next((kind for kind in self.kinds if kind.name == word), None)
        chain = () if kind is None else self.chain(kind)
        if len(chain) != len(names):
            return written
        small = (name.lower() if of.blind_to_case else name for of, name in zip(chain, names, strict=True))
        return f"{word} {'/'.join(small)}"

    def is_of(self, id: Address) -> bool:
        """Says whether the address is of a kind in this catalog, with as many names as that kind has."""
        kind = self.named(id.provider, id.kind)
        return kind is not None and len(id.parts) == len(self.chain(kind))

    @property
    def fetched_names(self) -> frozenset[str]:
        """Returns the keys of s.yaml whose value may be a file or a URL from which the value is read."""
        return frozenset(name for kind in self.kinds for name in kind.fetched)

    @property
    def secret_names(self) -> frozenset[str]:
        """Returns the keys of s.yaml below which every value is secret."""
        return secret_names(self.kinds)


def _refers(kind: Kind) -> set[Key]:
    parent = () if kind.parent is None else (kind.parent,)
    return {(kind.provider, name) for name in (*parent, *kind.after)}
