"""An address names a resource by provider, account, region, kind and name parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

Key = tuple[str, str]
"""Provider and name of a kind: kinds of two providers may have one name."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """One resource of one account in one region of one provider.

    `parts` holds the names from the outermost parent inwards: ("svc",), ("svc", "fn"), ("svc", "fn", "trigger"). Names
    alone do not say which resource lies in which; the kinds do: see `Catalog.contains`.
    """

    provider: str
    account: str
    region: str
    kind: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        """Returns one line, whatever the resource is called, since messages are made of lines."""
        text = f"{self.kind} {'/'.join(self.parts)}"
        return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")

    @property
    def full(self) -> str:
        return f"{self.account}/{self.region}/{self.kind}/{'/'.join(self.parts)}"

    @property
    def name(self) -> str:
        return self.parts[-1]

    def child(self, kind: str, name: str) -> Address:
        return replace(self, kind=kind, parts=(*self.parts, name))
