"""Where a deployment came from, and what a checkout knows of it (DESIGN §9)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Origin:
    """Says who deployed something, when, and from what.

    `id` is a random name of the run: two runs never have the same. `by` is a person or a CI actor, `ci` the CI system's
    name or '' on a person's machine, `run` the CI run's address or number. `commit` and `tree` are hexadecimal names of
    git's objects: HEAD, and the tree of the project's folder in it; `branch` and `subject` belong to that commit. All
    four are '' where git has no answer. `clean` says that nothing that counts differed from that commit. `folder`
    identifies the working folder: no two have the same. `at` is for people: the order comes from serial numbers.
    """

    id: str = ""
    by: str = ""
    at: str = ""
    ci: str = ""
    run: str = ""
    commit: str = ""
    branch: str = ""
    subject: str = ""
    tree: str = ""
    clean: bool = False
    folder: str = ""
    tool: str = ""


class Way(Enum):
    """Says by what a checkout contains a deployment."""

    COMMIT = "commit"  # its commit is HEAD or an ancestor, and it was clean
    TREE = "tree"  # what it deployed is what HEAD or an ancestor holds, as after a squash or a rebase
    FOLDER = "folder"  # this working folder made it
    BEFORE = "before"  # an older release of fc-guard made it, which kept no origin


class Doubt(Enum):
    """Says why a checkout does not contain a deployment, or why that cannot be told."""

    NOT_HERE = "not-here"  # its commit is known, and HEAD does not descend from it
    BEHIND = "behind"  # its commit is known, and descends from HEAD: this checkout is older
    UNKNOWN_COMMIT = "unknown-commit"  # this repository does not have it
    SHALLOW = "shallow"  # the clone is cut off, so ancestors are missing
    DIRTY = "dirty"  # it came from a folder with changes that no commit has
    NO_COMMIT = "no-commit"  # it came from a folder without git
    NO_GIT = "no-git"  # this folder has no git, or no commit yet
    REFUSED = "refused"  # git does not answer here, such as for another owner's folder
    OTHER_VALUES = "other-values"  # the files are the same, and its values are not: they are from its environment
    ROLLED_BACK = "rolled-back"  # an older commit was deployed over a newer one that is contained


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a deployment stands, seen from a checkout. Exactly one of `way` and `doubt` is set. `commit` is the commit
    of this checkout's history that has what was deployed; where the way is the folder, the commit that was HEAD there
    then, if HEAD contains it; '' if there is none."""

    way: Way | None = None
    doubt: Doubt | None = None
    commit: str = ""

    @property
    def contained(self) -> bool:
        return self.way is not None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a checkout is: on a branch, '' where that is not known, or `detached` at a commit. `ahead` says that it has
    commits that its upstream has not, `ci` that a CI job works there."""

    branch: str = ""
    detached: bool = False
    ahead: bool = False
    ci: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """A deployment that a checkout does not contain, and why. `origin` is None where an older release made it. `head`
    is where the checkout is."""

    serial: int
    origin: Origin | None
    doubt: Doubt
    head: Head = Head()


class Checkout(Protocol):
    """What the working folder of a step contains."""

    def standing(self, origin: Origin | None) -> Standing:
        """Says whether this checkout contains a deployment. None is one by an older release."""

    def precedes(self, one: str, other: str) -> bool:
        """Says whether a commit is a strict ancestor of another one. Both are commits that a standing named."""

    def same_settings(self, commit: str) -> bool:
        """Says whether a commit that a standing named has the same files that s.yaml may be made of as this folder."""


class Workplace(Checkout, Protocol):
    """The working folder of a step: what it contains, and whose and from what a deployment from here would be."""

    def origin(self) -> Origin | None:
        """Returns the origin of what this run deploys; None if nobody is to be named."""

    def uses(self, folder: str, files: Collection[str] | None = None) -> None:
        """Notes the path of a folder or file that is deployed, too, wherever it lies, and the names of those files in
        it that are; None for all of them."""

    def renews(self, origin: Origin | None) -> bool:
        """Says whether a deployment is contained by this folder alone, and would be by others if it were made again: it
        came from changes that are committed now, or from a commit that was amended since."""

    @property
    def head(self) -> Head:
        """Where the checkout is."""

    @property
    def in_ci(self) -> bool:
        """Whether a CI job works here, so that "here" is this run alone."""

    @property
    def remark(self) -> str:
        """What has to be told about deployments from here; '' for nothing."""
