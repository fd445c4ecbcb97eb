"""Describes the result of merging the code of a function."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fc_guard.model.fields import CodeVersion


class Source(Enum):
    """Says where a merged file's content comes from."""

    ONLINE = "online"
    HERE = "here"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class MergedFile:
    """A file as it is after the merge; `present` is False if it is gone.

    `text` is the content and `was` what the file says here, if that is text and known; it always is if the content
    comes from both sides. `moves_online` and `moves_here` say whether the file differs from what is online and from
    what is here.
    """

    name: str
    source: Source
    present: bool = True
    executable: bool = False
    link: bool = False
    text: str | None = None
    was: str | None = None
    moves_online: bool = False
    moves_here: bool = False


@dataclass(frozen=True, slots=True)
class FileConflict:
    """A file that a person has to settle. If it is text, `text` has both sides in it, with the usual markers."""

    name: str
    why: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class CodeMerge:
    """The files that are not the same on all sides, merged; the others are as they are on both. `version` is the
    package made of the result."""

    files: tuple[MergedFile, ...] = ()
    conflicts: tuple[FileConflict, ...] = ()
    version: CodeVersion | None = None

    @property
    def moves_online(self) -> bool:
        """Says whether there is anything to deploy."""
        return any(file.moves_online for file in self.files)

    @property
    def moves_here(self) -> tuple[MergedFile, ...]:
        """Returns the files that are not as they are here."""
        return tuple(file for file in self.files if file.moves_here)
