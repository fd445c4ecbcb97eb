"""A scope says which part of a step a run is about: `s deploy function --type code`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fc_guard.language import joined, t
from fc_guard.model.address import Address, Key
from fc_guard.model.fields import ASPECTS


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a step that a run is about. The rest is not shown, written or recorded: its baseline stays as it is.

    `word` is how the user named the part, '' for everything. `kinds` None means all kinds. `names` are the only ones of
    a kind that count, if some were named.
    """

    word: str = ""
    kinds: frozenset[Key] | None = None
    aspects: frozenset[str] = ASPECTS
    names: Mapping[Key, frozenset[str]] = field(default_factory=dict)

    def holds(self, id: Address) -> bool:
        key = (id.provider, id.kind)
        if self.kinds is not None and key not in self.kinds:
            return False
        return key not in self.names or id.parts[-1] in self.names[key]

    def lists(self, parent: Address, kind: str) -> bool:
        """Says whether resources of the kind in this parent are in the scope at all."""
        return self.kinds is None or (parent.provider, kind) in self.kinds

    def __str__(self) -> str:
        """Returns the part in words; '' for everything."""
        words = [self.word] if self.word else []
        named = {f"{kind} {', '.join(sorted(names))}": None for (_, kind), names in sorted(self.names.items())}
        words += sorted(named)
        if self.aspects != ASPECTS:
            words.append(t("{aspects} only", aspects=joined(sorted(self.aspects), ", ")))
        return joined(words, " · ")
