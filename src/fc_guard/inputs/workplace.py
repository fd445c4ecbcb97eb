"""The working folder of a step: whose and from what a deployment from here is, and what it contains."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from fc_guard import __version__
from fc_guard.core.choices import few
from fc_guard.inputs.actor import Actor, actor
from fc_guard.inputs.checkout import Repository
from fc_guard.language import t
from fc_guard.model.origins import Origin, Standing, Way


@dataclass
class WorkingFolder:
    """A working folder, and the run in it.

    `file` is the name of s.yaml in `project`. `named` returns what identifies the folder, before what identified it
    earlier, and makes it if that is asked for; nothing if nothing was deployed from here yet. In CI "here" is this run
    alone: the next one may have another commit in the same folder.
    """

    project: Path
    file: str
    named: Callable[[bool], Sequence[str]]
    now: Callable[[], datetime]
    repository: Repository = field(init=False)
    _run: str = field(default_factory=lambda: secrets.token_hex(16))
    _folders: dict[Path, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.repository = Repository(self.project)
        self.uses(str(self.project))

    def uses(self, folder: str) -> None:
        place = Path(folder).resolve()
        if place not in self._folders:
            self._folders[place] = None
            self.__dict__.pop("changed", None)

    @cached_property
    def _actor(self) -> Actor:
        return actor()

    @cached_property
    def changed(self) -> tuple[str, ...] | None:
        """What is not as HEAD has it; None if that cannot be told. What a CI job makes is made from the commit."""
        if self.repository.facts.doubt is not None:
            return None
        return self.repository.changed(list(self._folders), self.file, untracked=not self._actor.ci)

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
    def in_ci(self) -> bool:
        return bool(self._actor.ci)

    @property
    def remark(self) -> str:
        """Tells of a CI job that changed what git tracks. On a person's machine that is everyday work."""
        if not self._actor.ci or not self.changed:
            return ""
        return t(
            "No other checkout will contain this deployment, since these files are not as the commit has them: "
            "{names}.",
            names=few(self.changed),
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
