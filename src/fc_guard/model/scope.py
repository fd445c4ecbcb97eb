"""A scope says which part of a step a run is about: `s deploy function --type code`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fc_guard.model.address import Address
from fc_guard.model.fields import ASPECTS


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a step that a run is about. The rest is not shown, written or recorded: its baseline stays as it is.

    `word` is how the user named the part, '' for everything. `kinds` None means all kinds. `names` are the only ones of
    a kind that count, if some were named.
    """

    word: str = ""
    kinds: frozenset[str] | None = None
    aspects: frozenset[str] = ASPECTS
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def holds(self, id: Address) -> bool:
        if self.kinds is not None and id.kind not in self.kinds:
            return False
        return id.kind not in self.names or id.parts[-1] in self.names[id.kind]

    def lists(self, kind: str) -> bool:
        """Says whether resources of the kind are in the scope at all."""
        return self.kinds is None or kind in self.kinds

    def __str__(self) -> str:
        """Returns the part in words; '' for everything."""
        words = [self.word] if self.word else []
        words += [f"{kind} {', '.join(sorted(names))}" for kind, names in sorted(self.names.items())]
        if self.aspects != ASPECTS:
            words.append(f"{', '.join(sorted(self.aspects))} only")
        return " · ".join(words)
