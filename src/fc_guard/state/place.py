"""The place of a file or folder of a state directory, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from fc_guard.language import t

WAYS_ELSEWHERE: Final = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder of a state directory.

    The user named `anchor`, so it is reached as it is. `root` are the folders from there to the state directory,
    `below` those inside it; `state.nofollow` follows no link among them.
    """

    anchor: Path
    root: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    def __truediv__(self, name: str | PurePosixPath) -> Place:
        """Raises `ValueError` for a name that does not lead down."""
        parts = str(name).split("/")
        if not WAYS_ELSEWHERE.isdisjoint(parts) or "\0" in str(name):
            raise ValueError(t("{name!r} leads out of the folder", name=str(name)))
        return Place(self.anchor, self.root, (*self.below, *parts))

    @property
    def names(self) -> tuple[str, ...]:
        """All names below the anchor."""
        return (*self.root, *self.below)

    @property
    def name(self) -> str:
        return self.names[-1] if self.names else self.anchor.name

    @property
    def parent(self) -> Place:
        return self.up_to(len(self.names) - 1)

    @property
    def top(self) -> Place:
        """The state directory that contains the place."""
        return Place(self.anchor, self.root)

    def up_to(self, count: int) -> Place:
        """Returns the place that is `count` names below the anchor, on the way here."""
        return Place(self.anchor, self.root[:count], self.below[: max(0, count - len(self.root))])

    @property
    def path(self) -> Path:
        """The path for messages. Opening it would follow links."""
        return self.anchor.joinpath(*self.names)

    def __str__(self) -> str:
        return str(self.path)


def beside(project: Path) -> Place:
    """Returns the state directory of a project's folder. A checkout may bring both names."""
    return Place(project, (".s", "fc-guard"))
