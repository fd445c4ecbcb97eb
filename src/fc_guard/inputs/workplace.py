"""The working folder of a step: whose and from what a deployment from here is, and what it contains."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from fc_guard import __version__
from fc_guard.core.choices import few
from fc_guard.disk import read_bounded
from fc_guard.inputs.actor import Actor, actor
from fc_guard.inputs.checkout import Repository
from fc_guard.inputs.places import LARGEST
from fc_guard.language import tn
from fc_guard.model.origins import Head, Origin, Standing, Way

ENVIRONMENT: Final = re.compile(r"\.env($|\.)")
"""The names of files beside s.yaml that the host may read its environment from."""

MOST_NAMED: Final = 3
"""The files that are named of those that are not as the commit has them."""


@dataclass
class WorkingFolder:
    """A working folder, and the run in it.

    `file` is the name of s.yaml in `project`. `named` returns what identifies the folder, before what identified it
    earlier, and makes it if that is asked for; nothing if nothing was deployed from here yet. In CI "here" is this run
    alone: the next one may have another commit in the same folder. `shared` says that other folders have the same
    history.
    """

    project: Path
    file: str
    named: Callable[[bool], Sequence[str]]
    now: Callable[[], datetime]
    shared: bool = True
    repository: Repository = field(init=False)
    _run: str = field(default_factory=lambda: secrets.token_hex(16))
    _folders: dict[Path, frozenset[str] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.repository = Repository(self.project)
        self.uses(str(self.project), ())

    def uses(self, folder: str, files: Collection[str] | None = None) -> None:
        place, names = Path(folder).resolve(), None if files is None else frozenset(files)
        if place not in self._folders or self._folders[place] != names:
            self._folders[place] = names
            self.__dict__.pop("changed", None)

    @cached_property
    def _actor(self) -> Actor:
        return actor()

    @cached_property
    def changed(self) -> tuple[str, ...] | None:
        """What is not as HEAD has it; None if that cannot be told. What a CI job makes is made from the commit."""
        if self.repository.facts.doubt is not None:
            return None
        return self.repository.changed(list(self._folders), self.file, None if self._actor.ci else self._counts)

    def _counts(self, path: Path) -> bool:
        """Says whether a deployment may depend on a file or folder that git does not have."""
        return any(_holds(folder, files, path) for folder, files in self._folders.items()) or self._is_read(path)

    def _is_read(self, path: Path) -> bool:
        """Says whether s.yaml may be made of a file or folder: an .env file, or one that it names."""
        if ENVIRONMENT.match(path.name) and path.parent == self.project.resolve():
            return True
        try:
            text = read_bounded(self.project / self.file, LARGEST).decode("utf-8", "replace")
        except OSError:
            return True
        return re.search(rf"(?<![\w.-]){re.escape(path.name)}(?![\w-])", text) is not None

    @cached_property
    def _origin(self) -> Origin:
        facts, who = self.repository.facts, self._actor
        return Origin(
            id=self._run,
            by=who.by,
            at=self.now().isoformat(timespec="seconds"),
            ci=who.ci,
            run=who.run,
            commit=facts.commit,
            branch=facts.branch or who.branch,
            subject=facts.subject,
            tree=facts.tree,
            folder=self._folder(),
            tool=__version__,
        )

    def origin(self) -> Origin:
        """The tree does not say what was deployed where some of it lies outside of the project's folder."""
        whole = all(map(self.repository.holds, self._folders))
        return replace(self._origin, clean=self.changed == (), tree=self._origin.tree if whole else "")

    @property
    def head(self) -> Head:
        branch = self.repository.facts.branch
        return Head(branch, detached=not branch, ahead=self.repository.ahead, ci=self.in_ci)

    @property
    def in_ci(self) -> bool:
        return bool(self._actor.ci)

    @property
    def remark(self) -> str:
        """Tells what makes a deployment one of no commit, where others go by the history."""
        if not self.changed or not (self._actor.ci or self.shared):
            return ""
        names = few(self.changed, MOST_NAMED)
        if self._actor.ci:
            return tn(
                "No other checkout will contain this deployment, since this file is not as the commit has it: {names}.",
                "No other checkout will contain this deployment, since these files are not as the commit has them: "
                "{names}.",
                len(self.changed),
                names=names,
            )
        return tn(
            "No other checkout contains this deployment, since this file is not as the commit has it: {names}.\n"
            "Commit it and deploy again, and whoever pulls that has it.",
            "No other checkout contains this deployment, since these files are not as the commit has them: {names}.\n"
            "Commit them and deploy again, and whoever pulls that has it.",
            len(self.changed),
            names=names,
        )

    def standing(self, origin: Origin | None) -> Standing:
        if origin is None:
            return Standing(way=Way.BEFORE)
        if origin.folder and origin.folder in self._names():
            return Standing(way=Way.FOLDER, commit=origin.commit if self.repository.contains(origin.commit) else "")
        return self.repository.standing(origin)

    def renews(self, origin: Origin | None) -> bool:
        """A commit from before the one that was deployed takes its place nowhere: that would look like a rollback."""
        if origin is None or origin.folder not in self._names() or self.repository.standing(origin).contained:
            return False
        head = self.repository.facts.commit
        return self.changed == () and bool(head) and not self.repository.precedes(head, origin.commit)

    def precedes(self, one: str, other: str) -> bool:
        return self.repository.precedes(one, other)

    def same_settings(self, commit: str) -> bool:
        return self.repository.same_settings(commit)

    def _folder(self) -> str:
        return self._run if self._actor.ci else self.named(True)[0]

    def _names(self) -> Sequence[str]:
        return (self._run,) if self._actor.ci else self.named(False)


def _holds(folder: Path, files: frozenset[str] | None, path: Path) -> bool:
    """Says whether a path is, holds, or lies below one of a folder's files. None stands for all that is in it."""
    if folder.is_relative_to(path):
        return files is None or bool(files)
    if files is None or not path.is_relative_to(folder):
        return path.is_relative_to(folder)
    inside = path.relative_to(folder).as_posix()
    return any(name == inside or name.startswith(f"{inside}/") for name in files)
