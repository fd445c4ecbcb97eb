"""What a pull brings from online into the project, and what it has to leave to a person. All data."""

from __future__ import annotations

from dataclasses import dataclass

from fc_guard.model.fields import FieldPath
from fc_guard.model.ids import ResourceId
from fc_guard.model.resources import ResourceDiff


@dataclass(frozen=True, slots=True)
class Left:
    """A change that is not written into s.yaml: what would have to be edited, where, and why it was not.

    `at` is file:line, `what` the prop. `minus` and `plus` are lines of YAML, secret values hidden.
    """

    id: ResourceId
    at: str
    what: str
    why: str
    minus: tuple[str, ...] = ()
    plus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A resource of which something goes into s.yaml: the fields, or its whole existence.

    `gone`: it was deleted online, and s.yaml names it no longer.
    """

    diff: ResourceDiff
    paths: frozenset[FieldPath]
    gone: bool = False


@dataclass(frozen=True, slots=True)
class CodeTaken:
    """What becomes of the code folder. Names are relative, with '/'.

    `writes` and `deletes` follow what is online; `conflicts` were changed on both sides, so that the online file goes
    beside the one that is there. `mine` are left as they are. `refused` are not written, each with the reason. `saved`
    is where the whole package goes instead, `why` says why.
    """

    id: ResourceId
    root: str
    writes: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    saved: str = ""
    why: str = ""

    @property
    def writes_anything(self) -> bool:
        return bool(self.writes or self.deletes or self.conflicts or self.saved)

    @property
    def complete(self) -> bool:
        """Whether everything that was changed online is here then."""
        return not (self.conflicts or self.refused or self.saved)


@dataclass(frozen=True, slots=True)
class Pull:
    """`before` and `after` are s.yaml's text, `shown` the same two with secret values hidden."""

    file: str
    before: str
    after: str
    shown: tuple[str, str]
    taken: tuple[Taken, ...] = ()
    left: tuple[Left, ...] = ()
    code: CodeTaken | None = None

    @property
    def writes(self) -> bool:
        """Whether any file of the project changes."""
        return self.before != self.after or (self.code is not None and self.code.writes_anything)

    @property
    def moves(self) -> bool:
        """Whether anything changes, if only what the baselines say."""
        return self.writes or bool(self.taken) or (self.code is not None and self.code.complete)

    @property
    def open(self) -> bool:
        """Whether something that was changed online is not in the project afterwards."""
        return bool(self.left) or (self.code is not None and not self.code.complete)
