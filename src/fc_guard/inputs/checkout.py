"""What a working folder contains of what was deployed, as far as git can tell (DESIGN §9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from fc_guard.git import Git, GitSilentError
from fc_guard.model.origins import Doubt, Origin, Standing, Way

MOST_COMMITS: Final = 20_000
"""The newest commits of HEAD's history that are looked at in one go; for what is older git is asked one by one."""
MOST_TREES: Final = 2_000
"""The newest commits that changed the project's folder, and whose trees are looked at."""
NAME: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
LONGEST: Final = 200
"""The characters of a branch's name or a subject line that are remembered."""
CONFIGURES: Final = re.compile(r"\.(ya?ml|pem|crt|key)$|^\.env")
"""The names of files that s.yaml may be made of, wherever they lie."""
COMPARE: Final = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv")
NOTHING: Final = -1
"""The status of an answer that git did not give."""
LOOKED_AT: Final = "H"
"""How `git ls-files -v` marks a file of which git sees changes. It marks conflicts by another letter, too."""
UNTRACKED: Final = "??"
"""How `git status` marks what git neither has nor ignores."""
SUBMODULE: Final = "160000"
STATE: Final = ".s/"
NO_REPOSITORY: Final = ("not a git repository", "must be run in a work tree")
NO_PROGRAM: Final = FileNotFoundError.__name__


@dataclass(frozen=True, slots=True)
class Facts:
    """HEAD of a repository, seen from a folder in it. `prefix` is that folder below the top, '' or with a slash at its
    end; `tree` is what HEAD has there. `doubt` says why nothing is known; then the rest is empty."""

    top: Path = Path()
    prefix: str = ""
    shallow: bool = False
    commit: str = ""
    tree: str = ""
    branch: str = ""
    subject: str = ""
    doubt: Doubt | None = None


@dataclass
class Repository:
    """A folder's repository. The first questions are asked beside the run, the others when an answer is needed."""

    folder: Path
    _git: Git = field(init=False)
    _asked: Future[Facts] = field(init=False)
    _standings: dict[tuple[str, str, bool], Standing] = field(default_factory=dict)
    _order: dict[tuple[str, str], bool] = field(default_factory=dict)
    _configured: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._git = Git(self.folder)
        pool = ThreadPoolExecutor(1, "git")
        self._asked = pool.submit(self._ask)
        pool.shutdown(wait=False)

    @property
    def facts(self) -> Facts:
        return self._asked.result()

    def _ask(self) -> Facts:
        place = self._git.ask("rev-parse", "--show-toplevel", "--is-shallow-repository", "--show-prefix")
        if place.status != 0:
            nothing = any(words in place.error for words in NO_REPOSITORY) or place.error == NO_PROGRAM
            return Facts(doubt=Doubt.NO_GIT if nothing else Doubt.REFUSED)
        top, shallow, prefix = (*place.text.split("\n"), "")[:3]
        if _real(self.folder) != _real(Path(top) / prefix):
            return Facts(doubt=Doubt.REFUSED)  # its settings place the working tree elsewhere
        head = self._git.ask("log", "-1", "--no-show-signature", "--format=%H%x00%T%x00%s", "HEAD", "--")
        if head.status != 0:
            named = self._git.ask("rev-parse", "--verify", "--quiet", "HEAD")
            return Facts(doubt=Doubt.NO_GIT if named.status == 1 else Doubt.REFUSED)  # 1: no commit yet
        commit, tree, subject = (*head.text.split("\0", 2), "", "")[:3]
        if prefix:
            inside = self._git.ask("rev-parse", "--verify", "--quiet", f"{commit}:{prefix}")
            if inside.status == NOTHING:
                return Facts(doubt=Doubt.REFUSED)
            if inside.status != 0:
                return Facts(doubt=Doubt.NO_GIT)  # a repository around the project that does not know it
            tree = inside.text
        branch = self._git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
        return Facts(
            top=Path(top),
            prefix=prefix,
            shallow=shallow == "true",
            commit=commit,
            tree=tree,
            branch=one_line(branch.text) if branch.status == 0 else "",
            subject=one_line(subject),
        )

    def holds(self, path: Path) -> bool:
        """Says whether a folder or file lies in the project's folder."""
        return _real(path).is_relative_to(_real(self.folder))

    def changed(
        self, folders: Sequence[Path], file: str, counts: Callable[[Path], bool] | None
    ) -> tuple[str, ...] | None:
        """Returns the paths below these folders that are not as HEAD has them; None if git does not say. `counts` says
        whether one does that git neither has nor ignores: a file, or a folder for all in it. With None none counts, nor
        what lies outside of the repository. `file` lies in the project's folder, and HEAD must have it."""
        if self._git.ask("cat-file", "-e", f"{self.facts.commit}:{self.facts.prefix}{file}").status != 0:
            return (file,)
        places = [_real(folder) for folder in folders]
        inside = [place for place in places if place.is_relative_to(_real(self.facts.top))]
        elsewhere = [str(place) for place in places if place not in inside and counts is not None]
        try:
            found = [*differences(self._git, self.facts.top, map(str, inside), untracked=counts is not None)]
        except GitSilentError:
            return None
        names = (each.name for each in found if each.tracked or (counts is not None and counts(_real(each.path))))
        return tuple([name for name in names if not name.removeprefix(self.facts.prefix).startswith(STATE)] + elsewhere)

    # what HEAD contains

    def standing(self, origin: Origin) -> Standing:
        """Says where a deployment stands in HEAD's history. It knows nothing of folders."""
        key = (origin.commit, origin.tree, origin.clean)
        if key not in self._standings:
            self._standings[key] = self._standing(origin)
        return self._standings[key]

    def _standing(self, origin: Origin) -> Standing:
        if self.facts.doubt is not None:
            return Standing(doubt=self.facts.doubt)
        if not NAME.fullmatch(origin.commit):
            return Standing(doubt=Doubt.NO_COMMIT)
        if not origin.clean:
            return Standing(doubt=Doubt.DIRTY)
        try:
            return self._told(origin)
        except GitSilentError:
            return Standing(doubt=Doubt.REFUSED)

    def _told(self, origin: Origin) -> Standing:
        if self._contains(origin.commit):
            return Standing(way=Way.COMMIT, commit=origin.commit)
        if (place := self._with_tree(origin.tree)) is not None:
            return Standing(way=Way.TREE, commit=place)
        return Standing(doubt=self._doubt(origin.commit))

    def contains(self, commit: str) -> bool:
        """Says whether a commit is HEAD or an ancestor of it. What git does not say is not contained."""
        if self.facts.doubt is not None or not NAME.fullmatch(commit):
            return False
        try:
            return self._contains(commit)
        except GitSilentError:
            return False

    def _contains(self, commit: str) -> bool:
        if commit == self.facts.commit:
            return True
        if self._parents:
            return commit in self._parents
        return self._has(commit) and self._is_before(commit, self.facts.commit)

    def _doubt(self, commit: str) -> Doubt:
        if not self._has(commit):
            return Doubt.SHALLOW if self.facts.shallow else Doubt.UNKNOWN_COMMIT
        if self._is_before(self.facts.commit, commit):
            return Doubt.BEHIND
        return Doubt.SHALLOW if self.facts.shallow else Doubt.NOT_HERE

    def _has(self, commit: str) -> bool:
        found = self._git.ask("cat-file", "-e", f"{commit}^{{commit}}")
        if found.status == NOTHING:
            raise GitSilentError(found)
        return found.status == 0

    @cached_property
    def ahead(self) -> bool:
        """Whether HEAD has commits that its upstream has not."""
        if self.facts.doubt is not None or not self.facts.branch:
            return False
        found = self._git.ask("rev-list", "--max-count=1", "@{upstream}..HEAD", "--")
        return found.status == 0 and bool(found.text)

    def precedes(self, one: str, other: str) -> bool:
        """Says whether a commit is a strict ancestor of another one. If git does not say, it counts as one: what is
        asked with it is whether something newer was deployed before. A commit that is gone, such as one that was
        amended here, comes after none."""
        if one == other or not (NAME.fullmatch(one) and NAME.fullmatch(other)):
            return False
        try:
            return (other in self._parents or self._has(other)) and self._is_before(one, other)
        except GitSilentError:
            return True

    def same_settings(self, commit: str) -> bool:
        """Says whether a commit and the working tree have the same files that s.yaml may be made of. If git does not
        say, they differ."""
        if commit not in self._configured:
            self._configured[commit] = self._same_settings(commit)
        return self._configured[commit]

    def _same_settings(self, commit: str) -> bool:
        if not NAME.fullmatch(commit):
            return False
        try:
            found = self._git.compare(*COMPARE, commit, "--", ".")  # git runs in the project's folder
        except GitSilentError:
            return False
        names = (name.rpartition("/")[2] for name in found.text.split("\0"))
        return found.status == 0 and not any(map(CONFIGURES.search, names))

    def _is_before(self, one: str, other: str) -> bool:
        """Says whether a commit is an ancestor of another one."""
        known = (one, other)
        if known not in self._order:
            self._order[known] = self._looked_up(one, other)
        return self._order[known]

    def _looked_up(self, one: str, other: str) -> bool:
        parents = self._parents
        if one in parents and other in parents:
            return one in _reached(other, parents)
        found = self._git.ask("merge-base", "--is-ancestor", one, other)
        if found.status not in (0, 1):
            raise GitSilentError(found)
        return found.status == 0

    @cached_property
    def _parents(self) -> Mapping[str, Sequence[str]]:
        """The commits of HEAD's history with their parents, as far as they are all known."""
        found = self._git.ask(
            "log", "--no-show-signature", "--format=%H %P", f"--max-count={MOST_COMMITS}", self.facts.commit, "--"
        )
        lines = [line.split() for line in found.text.splitlines()] if found.status == 0 else []
        parents = {line[0]: tuple(line[1:]) for line in lines if line}
        return parents if len(parents) < MOST_COMMITS else {}

    def _with_tree(self, tree: str) -> str | None:
        """Returns the newest commit of HEAD's history that has this tree as the project's folder."""
        return self._trees.get(tree) if NAME.fullmatch(tree) else None

    @cached_property
    def _trees(self) -> Mapping[str, str]:
        """The newest commit for each tree that the project's folder has had."""
        facts = self.facts
        listed = self._git.ask(
            *("log", "--no-show-signature", "--format=%H %T", f"--max-count={MOST_TREES}", facts.commit, "--"),
            *(["."] if facts.prefix else []),  # git runs in the project's folder
        )
        lines = listed.text.splitlines() if listed.status == 0 else []
        commits = [facts.commit, *(line.partition(" ")[0] for line in lines)]
        tops = [facts.tree, *(line.partition(" ")[2] for line in lines)]
        trees: dict[str, str] = {}
        for commit, tree in zip(commits, self._inside(commits) if facts.prefix else tops, strict=False):
            trees.setdefault(tree, commit)
        return trees

    def _inside(self, commits: Sequence[str]) -> Iterator[str]:
        """Yields the tree of the project's folder in each commit, '' where it has none."""
        question = "".join(f"{commit}:{self.facts.prefix.rstrip('/')}\n" for commit in commits)
        found = self._git.ask("cat-file", "--batch-check=%(objectname) %(objecttype)", said=question)
        for line in found.text.splitlines():
            name, _, sort = line.partition(" ")
            yield name if sort == "tree" else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A path that is not as HEAD has it. `name` is below the top, of a folder with a slash at its end; `tracked` says
    that git has it."""

    name: str
    path: Path
    tracked: bool


def differences(git: Git, top: Path, places: Iterable[str], *, untracked: bool) -> Iterator[Difference]:
    """Yields what is not as HEAD has it below `top`, in submodules too. What git was told not to look at counts: a
    sparse checkout lacks it, and a file that is assumed unchanged may be any. Raises `GitSilentError`."""
    below = ("--", *places)
    listed = git.ask("ls-files", "-v", "--stage", "--full-name", "-z", *below)
    found = git.compare(
        *("status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=dirty"),
        f"--untracked-files={'normal' if untracked else 'no'}",
        *below,
    )
    for answer in (listed, found):
        if answer.status != 0:
            raise GitSilentError(answer)
    for entry in found.text.split("\0"):
        if len(entry) > 3:
            yield Difference(entry[3:], top / entry[3:], not entry.startswith(UNTRACKED))
    for entry in filter(None, listed.text.split("\0")):
        about, _, name = entry.partition("\t")
        if about[0] != LOOKED_AT:
            yield Difference(name, top / name, tracked=True)
        elif about.split()[1] == SUBMODULE and (top / name / ".git").exists():
            inside = top / name
            for each in differences(git.within(inside), inside, (), untracked=untracked):
                yield replace(each, name=f"{name}/{each.name}")


def _reached(commit: str, parents: Mapping[str, Sequence[str]]) -> set[str]:
    waiting, found = [commit], set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += parents.get(name, ())
    return found


def _real(folder: Path) -> Path:
    return Path(folder).resolve()


def one_line(text: str) -> str:
    """Returns text from outside in one bounded line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]
