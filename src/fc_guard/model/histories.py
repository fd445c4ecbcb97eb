"""What the records of a step remember: its deployments, and what each of them changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath, Value, path_text
from fc_guard.model.files import FileSide
from fc_guard.model.origins import Origin, Standing
from fc_guard.model.theirs import Theirs


class Fate(Enum):
    """Says what a deployment did to a resource. Reports print the value."""

    MADE = "made"
    ADOPTED = "adopted"
    CHANGED = "changed"
    REMOVED = "removed"
    LEFT_DELETED = "left-deleted"  # somebody had deleted it online, and that was kept
    FIRST_KEPT = "first-kept"  # what was before it is not remembered any more


@dataclass(frozen=True, slots=True)
class FieldMove:
    """A field before and after a deployment. `kept` says that the value after it is the one that was online, and was
    left there by decision."""

    path: FieldPath
    before: Value
    after: Value
    secret: bool = False
    kept: bool = False

    @property
    def name(self) -> str:
        return path_text(self.path)


@dataclass(frozen=True, slots=True)
class FileMove:
    """A file of a package before and after a deployment; a side is None if the file is not there."""

    name: str
    before: FileSide | None
    after: FileSide | None


@dataclass(frozen=True, slots=True)
class Deed:
    """What a deployment did to one resource. `serial` is that of the entry. `fields` are sorted; `files` is None where
    the code moved and one of the packages is not kept. `theirs` is what it did with what others had changed online."""

    id: Address
    serial: int
    fate: Fate
    fields: tuple[FieldMove, ...] = ()
    files: tuple[FileMove, ...] | None = ()
    theirs: tuple[Theirs, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one run wrote. `at` is when, for people; `deeds` are sorted, without what it left as it was."""

    origin: Origin | None
    at: str
    standing: Standing
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class OpenWrite:
    """A write whose end is not known. `writer` describes the run that is writing there now, '' if none is."""

    id: Address
    operation: str
    at: str
    by: Origin | None
    writer: str = ""


@dataclass(frozen=True, slots=True)
class PutBack:
    """What undo put back since the last deployment."""

    id: Address
    at: str
    fields: tuple[FieldPath, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The newest deployments, the newest first. `older` is the number of those that are left out."""

    deployments: tuple[Deployment, ...]
    older: int = 0
    open: tuple[OpenWrite, ...] = ()
    put_back: tuple[PutBack, ...] = ()
