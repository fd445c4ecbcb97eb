"""What a write of ours did with what others had changed online. Records keep it, so it holds names and no value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Becomes(Enum):
    """Says what a plan does with what somebody else changed. Reports print the value."""

    KEPT = "kept"
    OVERWRITTEN = "overwritten"
    MERGED = "merged"
    DELETED = "deleted"  # with the resource
    UNDECIDED = "undecided"


class Means(Enum):
    """Says by what somebody put something online. Reports and records have the value."""

    ONLINE = "online"  # by no deployment of this project; more is not known
    CONSOLE = "console"
    API = "API"
    DEPLOYMENT = "deployment"  # of this project, which the checkout did not contain
    UNDO = "undo"
    BEFORE = "before"  # it was there before this project first deployed it


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose change it was. `by` is '' if that is not known."""

    means: Means
    by: str = ""


@dataclass(frozen=True, slots=True)
class Theirs:
    """Something that others had changed online, and what a write of ours did with it.

    `path` is a field; () is the resource itself, which somebody had deleted. `files` are the first of the files of the
    code that it is about, and `more` counts the others; both are empty where the files are not known.
    """

    becomes: Becomes
    path: tuple[str, ...]
    whose: Whose
    files: tuple[str, ...] = ()
    more: int = 0
