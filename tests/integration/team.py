"""Several checkouts of one project with one shared history, and a reference that knows whose each online value is.

The checkouts take turns in one folder, so that they share a state directory. What tells them apart is what their
`Workplace` says: a small git, with commits that have parents and contents.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fc_guard.host.standard import standard_run
from fc_guard.model.origins import Doubt, Head, Origin, Standing, Way
from fc_guard.model.plans import Verb
from fc_guard.model.reports import Report
from fc_local.server import LocalServer
from tests.integration.project import PROPS, Person, Project

Content = Mapping[str, Any]
"""What a commit says: timeout, env.<KEY>, file.<name>."""
FIRST: Content = {"timeout": 10, "env.LEVEL": "info", "env.NAME": "demo", "file.index.py": "0", "file.util.py": "0"}


@dataclass(frozen=True)
class Commit:
    name: str
    parents: tuple[str, ...]
    content: Content

    @property
    def tree(self) -> str:
        return repr(sorted(self.content.items()))


@dataclass
class Git:
    """Commits by name. Every checkout knows all of them, as after a fetch."""

    commits: dict[str, Commit] = field(default_factory=dict)

    def add(self, parents: tuple[str, ...], content: Content) -> str:
        name = f"{len(self.commits):040x}"
        self.commits[name] = Commit(name, parents, dict(content))
        return name

    def ancestors(self, head: str) -> Iterator[str]:
        """Yields a commit and all before it, the newest first."""
        waiting, seen = [head], set()
        while waiting:
            name = max(waiting)
            waiting = [one for one in waiting if one != name]
            if name not in seen:
                seen.add(name)
                yield name
                waiting += self.commits[name].parents

    def precedes(self, one: str, other: str) -> bool:
        return one != other and one in self.ancestors(other)

    def place(self, head: str, commit: str) -> str | None:
        """Returns where a deployed commit stands in the history of HEAD: the commit itself, or one with its tree."""
        line = list(self.ancestors(head))
        if commit in line:
            return commit
        tree = self.commits[commit].tree
        return next((name for name in line if self.commits[name].tree == tree), None)


@dataclass
class Checkout:
    """One working folder. `ci` says that it is a new one for each run."""

    git: Git
    name: str
    tip: str
    ci: bool = False
    runs: int = 0

    @property
    def content(self) -> Content:
        return self.git.commits[self.tip].content

    @property
    def folder(self) -> str:
        return f"{self.name}#{self.runs}" if self.ci else self.name

    def origin(self) -> Origin:
        return Origin(
            id=f"{self.name}#{self.runs}",
            by=self.name,
            at=f"{self.name}#{self.runs}",
            ci="ci" if self.ci else "",
            commit=self.tip,
            tree=self.git.commits[self.tip].tree,
            clean=True,
            folder=self.folder,
        )

    def uses(self, folder: str, files: Collection[str] | None = None) -> None:
        """All that is deployed is in a commit."""

    @property
    def head(self) -> Head:
        return Head(ci=self.ci)

    @property
    def in_ci(self) -> bool:
        return self.ci

    @property
    def remark(self) -> str:
        return ""

    def standing(self, origin: Origin | None) -> Standing:
        assert origin is not None
        if origin.folder == self.folder:
            inside = origin.commit in self.git.ancestors(self.tip)
            return Standing(way=Way.FOLDER, commit=origin.commit if inside else "")
        place = self.git.place(self.tip, origin.commit)
        if place is not None:
            return Standing(way=Way.COMMIT if place == origin.commit else Way.TREE, commit=place)
        behind = self.git.precedes(self.tip, origin.commit)
        return Standing(doubt=Doubt.BEHIND if behind else Doubt.NOT_HERE)

    def precedes(self, one: str, other: str) -> bool:
        return self.git.precedes(one, other)

    def renews(self, origin: Origin | None) -> bool:
        """Nothing is deployed from a folder with changes."""
        return False

    def same_settings(self, commit: str) -> bool:
        """Nothing comes out of an environment."""
        return False


@dataclass(frozen=True)
class Confirmed:
    """A deployment after which online was what the deployed commit says."""

    folder: str
    commit: str
    over: tuple[tuple[str, str], ...]  # the folders and commits that had been deployed before


class Team:
    def __init__(self, root: Path, server: LocalServer) -> None:
        self.git = Git()
        first = self.git.add((), FIRST)
        self.people = {name: Checkout(self.git, name, first, ci=name == "ci") for name in ("ann", "ben", "ci")}
        self.project = Project(root, server, props=copy.deepcopy(PROPS))
        self.online: dict[str, Any] = {}
        self.known: dict[str, list[Confirmed]] = {}
        self.deployed: list[tuple[str, str]] = []

    # what people do with git

    def edit(self, who: str, key: str, value: Any) -> None:
        person = self.people[who]
        content = {**person.content, key: value}
        if value is None:
            del content[key]
        if content != person.content:
            person.tip = self.git.add((person.tip,), content)

    def merge(self, who: str, other: str) -> None:
        """Brings what another one has in: a fast-forward where that is all there is, else a merge of both sides."""
        mine, theirs = self.people[who].tip, self.people[other].tip
        if self.git.precedes(mine, theirs):
            self.people[who].tip = theirs
        elif mine != theirs and not self.git.precedes(theirs, mine):
            self.people[who].tip = self.git.add((mine, theirs), self._merged(mine, theirs))

    def squash(self, who: str, other: str) -> None:
        """Brings what another one has in as one commit, which has none of theirs as a parent."""
        mine, theirs = self.people[who].tip, self.people[other].tip
        if mine != theirs and not self.git.precedes(theirs, mine):
            self.people[who].tip = self.git.add((mine,), self._merged(mine, theirs))

    def reset(self, who: str, back: int) -> None:
        """Checks an older commit out."""
        for _ in range(back):
            parents = self.git.commits[self.people[who].tip].parents
            if parents:
                self.people[who].tip = parents[0]

    def revert(self, who: str) -> None:
        """Commits what was before the last commit."""
        last = self.git.commits[self.people[who].tip]
        if last.parents:
            self.people[who].tip = self.git.add((last.name,), self.git.commits[last.parents[0]].content)

    def _merged(self, mine: str, theirs: str) -> Content:
        both = set(self.git.ancestors(mine)) & set(self.git.ancestors(theirs))
        base = self.git.commits[max(both)].content
        ours, others = self.git.commits[mine].content, self.git.commits[theirs].content
        keys = {*base, *ours, *others}
        chosen = {key: others.get(key) if ours.get(key) == base.get(key) else ours.get(key) for key in keys}
        return {key: value for key, value in chosen.items() if value is not None}

    # what happens online

    def in_console(self, key: str, value: Any) -> None:
        if not self.online or self.online.get(key) == value:
            return
        self._edit(key, value)
        self.online[key] = value
        self.known[key] = []

    def _edit(self, key: str, value: Any) -> None:
        sort, _, name = key.partition(".")
        if sort == "file":
            self.project.edit("UpdateFunction", "demo", "hello", files={name: value})
        elif sort == "env":
            kept = {each.partition(".")[2]: text for each, text in self.online.items() if each.startswith("env.")}
            self.project.edit("UpdateFunction", "demo", "hello", environmentVariables={**kept, name: value})
        else:
            self.project.edit("UpdateFunction", "demo", "hello", **{key: value})

    def run(self, who: str, line: str) -> tuple[Report, Person]:
        person = self.people[who]
        person.runs += 1
        function = self.project.props["function"]
        function["timeout"] = person.content["timeout"]
        function["environmentVariables"] = dict(self._of(person.content, "env"))
        shutil.rmtree(self.project.root / "code")
        self.project.write(dict(self._of(person.content, "file")))
        self.project.make_run = lambda: standard_run(workplace=lambda *asked: person)
        return self.project.run(line)

    @staticmethod
    def _of(content: Content, sort: str) -> Iterator[tuple[str, Any]]:
        return ((name[len(sort) + 1 :], value) for name, value in content.items() if name.startswith(f"{sort}."))

    # what the reference knows

    def undone(self, who: str) -> set[str]:
        """Returns what deploying a checkout would undo: online values that are not its own and that it does not
        know."""
        person = self.people[who]
        keys = {*person.content, *self.online}
        differing = {key for key in keys if self.online.get(key) != person.content.get(key)}
        touched = {key for key in differing if key in self.known}
        return {key for key in touched if not any(self._knows(person, each) for each in self.known[key])}

    def _knows(self, person: Checkout, deployment: Confirmed) -> bool:
        if deployment.folder == person.folder:
            return not any(self._came_along(person, deployment, *other) for other in deployment.over)
        place = self.git.place(person.tip, deployment.commit)
        if place is None:
            return False
        line = set(self.git.ancestors(person.tip))
        before = (
            commit if folder == person.folder and commit in line else self.git.place(person.tip, commit)
            for folder, commit in deployment.over
        )
        return not any(other is not None and self.git.precedes(place, other) for other in before)

    def _came_along(self, person: Checkout, deployment: Confirmed, folder: str, commit: str) -> bool:
        """Says whether what a folder deployed had somebody else's commit in it, which HEAD there has no more."""
        inside = commit == deployment.commit or self.git.precedes(commit, deployment.commit)
        return folder != person.folder and inside and self.git.place(person.tip, commit) is None

    def note_deployment(self, who: str, report: Report) -> None:
        """Notes a deployment that made online what the checkout says. One that found it all there records nothing."""
        if all(action.verb is Verb.NOTHING for action in report.plan.actions if action.id.kind == "function"):
            return
        person = self.people[who]
        now = Confirmed(person.folder, person.tip, tuple(self.deployed))
        for key in {*self.known, *self.online, *person.content}:
            changed = self.online.get(key) != person.content.get(key)
            self.known[key] = [now] if changed else [*self.known.get(key, []), now]
        self.online = dict(person.content)
        self.deployed.append((person.folder, person.tip))
