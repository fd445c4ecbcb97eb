"""Finds the place of a step's prop: its own place in s.yaml, or another one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from fc_guard.artifacts.yaml_nodes import (
    Alias,
    CannotEdit,
    Document,
    child,
    entries,
    line,
    merges,
    nodes,
    read,
    value_of,
)
from fc_guard.core.values import same
from fc_guard.disk import read_bounded
from fc_guard.language import joined, t
from fc_guard.model.edits import Edit, Place

REFERENCE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
FILE: Final = re.compile(r"file\(\s*['\"]?([^'\")]+?)['\"]?\s*\)")
VARIABLE: Final = re.compile(r"[Ee]nv(?:\.(\w+)|\(\s*['\"]?(\w+).*\))")
STEPS: Final = ("resources", "services")
LARGEST: Final = 1024 * 1024
"""Bytes of another file that is searched for a place."""
EXTENDS: Final = ("extend", "extends")
OWN: Final = ("that", "this")
"""The names that references have for their own step."""
DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Says why a value cannot be changed at its own place. `at` is file:line, as close to the value as is known."""

    at: str
    why: str


@dataclass(frozen=True, slots=True)
class StepText:
    """The text of an s.yaml, from the view of one step."""

    document: Document
    file: Path
    step: str

    @classmethod
    def of(cls, text: str, file: Path, step: str) -> StepText:
        """Raises `CannotEdit` if the file cannot be read or has no such step."""
        found = cls(read(text), file, step)
        if child(found._step(), "props") is None:
            raise CannotEdit(t("it has no props of a step {step!r}", step=step))
        return found

    @property
    def prefix(self) -> Place:
        """The place of the step's props in the file."""
        return (self._steps(), self.step, "props")

    def elsewhere(self, edit: Edit, props: Any) -> Elsewhere | None:
        """Says where the value at an edit's place comes from, None if it is its own. `props` are what the host read
        before the edit; at that place the file has to say the same."""
        if (reader := self._reader(edit.place)) is not None:
            return reader
        node, now = self._node(self.prefix), props
        for index, key in enumerate(edit.place):
            found = self._borrowed(node, edit.place[index:])
            if found is not None:
                return found
            last = index + 1 == len(edit.place)
            if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                if not isinstance(now, list) or len(node.value) != len(now):
                    return self._unlike(node)
                if last and (edit.inserted or edit.removes):
                    return self._extended(node)
                node, now = node.value[key], now[key]
                continue
            places = entries(node, key)
            if len(places) > 1:
                return self._unlike(node)
            if not places:
                there = isinstance(now, Mapping) and key in now
                return self._missing(node, edit.place, index) if there or not last else None
            value = node.value[places[0]][1]
            if not isinstance(now, Mapping) or key not in now:  # the host drops a key without a value
                return None if last else self._unlike(node)
            node, now = value, now[key]
        found = self._borrowed(node, ()) or self._borrowed_inside(node)
        if found is None and not _says(node, now):
            found = self._unlike(node)
        if found is None and (edit.removes or isinstance(edit.value, list)):
            found = self._extended(node)
        return found

    def _reader(self, place: Place) -> Elsewhere | None:
        """Finds a reference to a prop, its parents or children in the file: an edit would change its value."""
        step = self._step()
        own = {id(node) for node in nodes(step)} if step is not None else set()
        names = {self.step, *(f"{steps}.{self.step}" for steps in STEPS)}
        for node in nodes(self.document.root):
            if not isinstance(node, yaml.ScalarNode) or "${" not in node.value:
                continue
            for found in REFERENCE.finditer(node.value):
                owner, _, way = f"{found[1]}.".partition(".props.")
                keys = [key for key in way.replace("[", ".").replace("]", "").split(".") if key]
                leads_here = owner in names or (owner in OWN and id(node) in own)
                if leads_here and all(key == str(part) for key, part in zip(keys, place, strict=False)):
                    return Elsewhere(
                        self.at(place), t("{found} at line {line} is made of it", found=found[0], line=line(node))
                    )
        return None

    def line(self, place: Place) -> int:
        """Returns the line of a prop, or of its nearest parent that is there."""
        node: yaml.Node = self._node(self.prefix)
        for key in place:
            below = child(node, key)
            if below is None:
                break
            node = below
        return line(node)

    def at(self, place: Place) -> str:
        return f"{self.file.name}:{self.line(place)}"

    def _steps(self) -> str:
        return next((key for key in STEPS if child(self.document.root, key) is not None), STEPS[0])

    def _step(self) -> yaml.Node | None:
        return child(child(self.document.root, self._steps()), self.step)

    def _node(self, place: Place) -> yaml.Node:
        node: yaml.Node | None = self.document.root
        for key in place:
            node = child(node, key)
        if node is None:
            raise CannotEdit(t("it has no {key}", key=".".join(map(str, place))))
        return node

    def _borrowed(self, node: yaml.Node, rest: Place) -> Elsewhere | None:
        """Says where a node's value is written if that is elsewhere. `rest` leads on from the node."""
        if isinstance(node, Alias):
            target = _nearest(node.target, rest)
            return Elsewhere(
                f"{self.file.name}:{line(target)}", t("repeated by an alias at line {line}", line=line(node))
            )
        if id(node) in self.document.aliased:
            return Elsewhere(
                f"{self.file.name}:{line(_nearest(node, rest))}", t("repeated by an alias elsewhere in the file")
            )
        if isinstance(node, yaml.ScalarNode) and "${" in node.value:
            return self._referred(node, rest)
        return None

    def _borrowed_inside(self, node: yaml.Node) -> Elsewhere | None:
        found = (self._borrowed(inner, ()) for inner in nodes(node))
        return next((item for item in found if item is not None), None)

    def _referred(self, node: yaml.ScalarNode, rest: Place, depth: int = 0) -> Elsewhere:
        """Follows a reference: to a variable of the file, to another file, or out of sight."""
        here, text = f"{self.file.name}:{line(node)}", str(node.value).strip()
        whole = REFERENCE.fullmatch(text)
        why = t("{text} at line {line}", text=text, line=line(node))
        if whole is None or depth > DEEPEST:
            references = joined(
                (found[0] for found in REFERENCE.finditer(text)), ", "
            )  # the text around them may be secret
            return Elsewhere(here, t("made of {references}", references=references))
        if whole[1].startswith("vars."):
            way = (*whole[1].removeprefix("vars.").split("."), *rest)
            target = _nearest(self.document.root, ("vars", *way))
            if isinstance(target, yaml.ScalarNode) and "${" in target.value and target is not node:
                return self._referred(target, rest, depth + 1)
            return Elsewhere(
                f"{self.file.name}:{line(target)}",
                t("{variable}, used as {why}", variable=".".join(map(str, ("vars", *way))), why=why),
            )
        if (named := FILE.fullmatch(whole[1])) is not None:
            return Elsewhere(self._in_file(named[1], rest), t("used as {why}", why=why))
        if (variable := VARIABLE.fullmatch(whole[1])) is not None:
            return Elsewhere(here, t("the environment variable {variable}", variable=variable[1] or variable[2]))
        return Elsewhere(here, t("used as {why}", why=why))

    def _missing(self, node: yaml.Node, place: Place, index: int) -> Elsewhere:
        """Says where the host has a value from that the file does not contain."""
        for key, target in merges(node):
            found = _nearest(target, place[index:])
            at = line(found) if found is not target else line(key)
            return Elsewhere(f"{self.file.name}:{at}", t("merged by << at line {line}", line=line(key)))
        for base in self._bases():
            return Elsewhere(
                self._in_file(base, (*self.prefix, *place)),
                t("from {base}, which {file} extends", base=base, file=self.file.name),
            )
        return Elsewhere(f"{self.file.name}:{line(node)}", t("not written in the file"))

    def _extended(self, node: yaml.Node) -> Elsewhere | None:
        """Says where a removed value may come back from: a file that this one extends."""
        for base in self._bases():
            return Elsewhere(
                f"{self.file.name}:{line(node)}",
                t("{file} extends {base}, where it may stand too", file=self.file.name, base=base),
            )
        return None

    def _bases(self) -> list[str]:
        found = (child(owner, key) for owner in (self.document.root, self._step()) for key in EXTENDS)
        return [_text(node) for node in found if node is not None]

    def _in_file(self, name: str, place: Place) -> str:
        """Returns the nearest line in another file, or only the file's name if it cannot be read."""
        try:
            text = read_bounded(self.file.parent / name, LARGEST).decode("utf-8")
            return f"{name}:{line(_nearest(read(text).root, place))}"
        except (OSError, UnicodeDecodeError, CannotEdit):
            return name

    def _unlike(self, node: yaml.Node) -> Elsewhere:
        return Elsewhere(f"{self.file.name}:{line(node)}", t("the host read something else here than the file says"))


def _says(node: yaml.Node, now: Any) -> bool:
    """Whether the file says what was read. The line end behind a single line does not count."""
    said = _without_nulls(value_of(node))
    return same(said, now) or (isinstance(said, str) and same(said.rstrip("\r\n"), now))


def _nearest(node: yaml.Node, place: Place) -> yaml.Node:
    for key in place:
        below = child(node, key)
        if below is None:
            break
        node = below
    return node


def _text(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    first = next((inner for inner in nodes(node) if isinstance(inner, yaml.ScalarNode)), None)
    return str(first.value) if first is not None else t("another file")


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
