"""A scope says which part of a step a run is about: `s deploy function --type code`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from fc_guard.language import joined, t
from fc_guard.model.address import Address, Key
from fc_guard.model.fields import ASPECTS


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a step that a run is about. The rest is not shown, written or recorded: its baseline stays as it is.

    `word` is how the user named the part, '' for everything. `kinds` None means all kinds. `names` are the only ones of
    a kind that count, if some were named. `said` maps those to what the user said, where that is another word.
    """

    word: str = ""
    kinds: frozenset[Key] | None = None
    aspects: frozenset[str] = ASPECTS
    names: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)

    def holds(self, id: Address) -> bool:
        key = (id.provider, id.kind)
        if self.kinds is not None and key not in self.kinds:
            return False
        return key not in self.names or id.parts[-1] in self.names[key]

    def lists(self, parent: Address, kind: str) -> bool:
        """Says whether resources of the kind in this parent are in the scope at all."""
        return self.kinds is None or (parent.provider, kind) in self.kinds

    def called(self, name_of: Callable[[Key, str], str]) -> Scope:
        """Returns the scope with the names that a step has for what the user said."""
        if not self.names:
            return self
        found = {key: {name_of(key, said): said for said in names} for key, names in self.names.items()}
        said = {name: said for names in found.values() for name, said in names.items() if name != said}
        return replace(self, names={key: frozenset(names) for key, names in found.items()}, said=said)

    def as_said(self, name: str) -> str:
        """Returns a name as the user said it."""
        return self.said.get(name, name)

    def __str__(self) -> str:
        """Returns the part in words; '' for everything."""
        words = [self.word] if self.word else []
        named = {f"{kind} {', '.join(sorted(names))}": None for (_, kind), names in sorted(self.names.items())}
        words += sorted(named)
        if self.aspects != ASPECTS:
            words.append(t("{aspects} only", aspects=joined(sorted(self.aspects), ", ")))
        return joined(words, " · ")
