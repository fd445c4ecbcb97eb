"""Describes what a pull brings from online into the project, and what it leaves to a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath
from fc_guard.model.merges import CodeMerge, MergedFile, Source
from fc_guard.model.resources import ResourceDiff


@dataclass(frozen=True, slots=True)
class Left:
    """A change that is not written into s.yaml: what would have to be edited, where, and why it was not.

    `at` is file:line, `what` the prop. `minus` and `plus` are lines of YAML, secret values hidden unless
    they may be shown.
    """

    id: Address
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
    """Says what becomes of the code folder `root`.

    `merge` holds the files that follow what is online, merged with what was changed here, and the conflicts. The online
    file of each conflict, or both sides in one file between markers, goes into the folder `beside`. `refused` are names
    that are not written, each with the reason. `saved` is where the whole package goes instead, and `why` says why.
    `shared` are other steps that have the same folder. `apart` ends the names of this one's folders in the pull's own,
    '' for the first code of a pull.
    """

    id: Address
    root: str
    merge: CodeMerge = field(default_factory=CodeMerge)
    beside: str = ""
    refused: tuple[tuple[str, str], ...] = ()
    saved: str = ""
    why: str = ""
    shared: tuple[str, ...] = ()
    apart: str = ""

    @property
    def writes(self) -> tuple[MergedFile, ...]:
        """Returns the files that change in the folder."""
        return self.merge.moves_here

    @property
    def mine(self) -> tuple[str, ...]:
        """Returns the names of files that were changed here alone and stay as they are."""
        return tuple(file.name for file in self.merge.files if file.source is Source.HERE and not file.moves_here)

    @property
    def moves(self) -> bool:
        return bool(self.writes or self.merge.conflicts or self.saved)

    @property
    def complete(self) -> bool:
        """Says whether the pull brings everything that was changed online."""
        return not (self.merge.conflicts or self.refused or self.saved)


@dataclass(frozen=True, slots=True)
class Pull:
    """`before` and `after` are s.yaml's text, `shown` the same two without the secret values that may not be."""

    file: str
    before: str
    after: str
    shown: tuple[str, str]
    taken: tuple[Taken, ...] = ()
    left: tuple[Left, ...] = ()
    codes: tuple[CodeTaken, ...] = ()

    @property
    def writes(self) -> bool:
        """Says whether any file of the project changes."""
        return self.before != self.after or any(code.moves for code in self.codes)

    @property
    def moves(self) -> bool:
        """Says whether anything changes, if only what the baselines say."""
        return self.writes or bool(self.taken) or any(code.complete for code in self.codes)

    @property
    def open(self) -> bool:
        """Says whether something that was changed online is not in the project afterwards."""
        return bool(self.left) or any(not code.complete for code in self.codes)


def same_pull(one: Pull, other: Pull) -> bool:
    """Says whether two pulls write the same, as far as the packages that are online are the same."""
    return _decided(one) == _decided(other)


def _decided(pull: Pull) -> tuple[object, ...]:
    taken = tuple((item.diff.id, item.paths, item.gone) for item in pull.taken)
    return pull.before, pull.after, pull.left, pull.codes, taken
