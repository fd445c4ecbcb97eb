"""Who is meant: account, region, kind and name parts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class ResourceId:
    """One resource of one account in one region.

    `parts` holds the names from the outermost parent inwards: ("svc",), ("svc", "fn"), ("svc", "fn", "trigger").
    """

    account: str
    region: str
    kind: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        """One line, whatever FC says that something is called: it stands in messages where a line is a unit."""
        text = f"{self.kind} {'/'.join(self.parts)}"
        return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")

    @property
    def full(self) -> str:
        return f"{self.account}/{self.region}/{self.kind}/{'/'.join(self.parts)}"

    def child(self, kind: str, name: str) -> ResourceId:
        return ResourceId(self.account, self.region, kind, (*self.parts, name))

    def contains(self, other: ResourceId) -> bool:
        """Whether `other` lives inside this resource (a trigger in its function, a function in its service)."""
        return (
            (self.account, self.region) == (other.account, other.region)
            and len(other.parts) > len(self.parts)
            and other.parts[: len(self.parts)] == self.parts
        )
