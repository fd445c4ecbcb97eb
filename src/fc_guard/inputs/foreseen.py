"""The other steps of an s.yaml, as far as they can be told without the host.

The host hands over one step after the other. What is wrong with a later one should be known before the first one is
written. So the steps are read here as the host will read them, and where that is not certain (references to what is not
there yet, plugins, files that extend others) a step is left out: it is checked when its turn comes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.constructor import SafeConstructor

from fc_guard.disk import read_bounded
from fc_guard.inputs.places import LARGEST, composed
from fc_guard.inputs.values import without_nulls

REFERENCE: Final = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
OUTPUT: Final = re.compile(rb"\.output\b|^(?:extends?|use|templates?)\s*:", re.M)
"""A reference to an output, or the key of a file that is made of others, which may hold one."""
VARIABLE: Final = re.compile(r"vars\.([A-Za-z0-9_.-]+)")
ENVIRONMENT: Final = re.compile(r"env(?:\.([A-Za-z0-9_]+)|\(\s*['\"]?([A-Za-z0-9_]+)['\"]?\s*\))")
MOST_VALUES: Final = 20_000
"""Values of one step: a thousand times what anybody writes."""
DEEPEST: Final = 16
"""Levels of variables that refer to variables."""
WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
ONLY_THERE: Final = re.compile(r"[-+]?(?:0o[0-7]+|\.?[0-9][0-9._]*[eE][-+]?[0-9]+)")
"""A number to YAML 1.2, and text to 1.1."""
HOOK_RULE: Final = re.compile(r"pre-\$\{\s*regex\(\s*['\"](.{0,200})['\"]\s*\)\s*\}")
TAG: Final = "tag:yaml.org,2002:"
FILE_KEYS: Final = ("extend", "extends", "use", "template", "templates")
"""A file with one of these at its top makes its steps of more than it holds itself."""
STEP_KEYS: Final = frozenset({"component", "props", "access", "actions"})
FOREIGN_ACTIONS: Final = ("plugin", "component")
"""These may change the props of the step."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A step and its props as the host will hand them over. `builds` says that programs run between the steps, which
    may make its code. `access` names the keys that the file gives it, '' where it gives none."""

    name: str
    props: Mapping[str, Any]
    builds: bool
    access: str


class _Unseen(Exception):
    """Only the host can tell."""


def foreseen(path: Path | None, command: str, step: str, props: Mapping[str, Any]) -> tuple[Foreseen, ...]:
    """Returns the steps beside `step` that the same command of the host will run, in the order of the file.

    It returns only those of the same component, and none where it is not certain which steps will run, or that `step`
    itself is read here as the host read it: `props` are what it handed over.
    """
    root = root_of(path)
    steps = steps_in(root)
    if step not in steps or any(key in root for key in FILE_KEYS) or _changes_props(root.get("actions"), command):
        return ()
    component = _mapping(steps[step]).get("component")
    builds = any(_runs_programs(_mapping(step).get("actions")) for step in steps.values())
    known = {name: _step(root, name, _mapping(steps[name]), command, builds) for name in _running(root, steps, command)}
    own = known.pop(step, None)
    if own is None or without_nulls(own.props) != without_nulls(props):
        return ()
    return tuple(each for each in known.values() if each is not None and steps[each.name].get("component") == component)


def steps_of(path: Path | None, command: str, step: str) -> frozenset[str] | None:
    """Returns the steps of this one's component that the command runs; None where only the host can tell, since the
    file is made of others."""
    return _together(_data(path), command).get(step)


def names_of(path: Path | None) -> frozenset[str] | None:
    """Returns the names of all steps; None where only the host can tell, since the file is made of others."""
    root = root_of(path)
    steps = steps_in(root)
    return frozenset(steps) if steps and not any(key in root for key in FILE_KEYS) else None


@lru_cache(maxsize=8)  # as for the document
def _together(data: bytes, command: str) -> Mapping[str, frozenset[str]]:
    """Returns each step that the command runs, with those of its component; nothing where only the host can tell."""
    root = _document(data)
    steps = steps_in(root)
    if any(key in root for key in FILE_KEYS):
        return {}
    groups: dict[str, set[str]] = {}
    for name in _running(root, steps, command):
        groups.setdefault(repr(_mapping(steps[name]).get("component")), set()).add(name)
    return {name: frozenset(group) for group in groups.values() for name in group}


def may_refer(path: Path | None) -> bool:
    """Says whether something in the file may refer to what a step has returned."""
    try:
        text = read_bounded(path, LARGEST) if path is not None else b""
    except OSError:
        return True
    return _refers(text)


@lru_cache(maxsize=8)  # as for the document
def _refers(text: bytes) -> bool:
    return OUTPUT.search(text) is not None


def access_of(path: Path | None, step: str) -> str:
    """Returns the access that the file names for a step; '' where it names none."""
    root = root_of(path)
    return _access(root, _mapping(steps_in(root).get(step)))


def root_of(path: Path | None) -> Mapping[str, Any]:
    """Returns what stands in a file as the host reads it; nothing where that is not certain."""
    return _document(_data(path))


def _data(path: Path | None) -> bytes:
    """Returns the content of a file; nothing of one that cannot be read."""
    try:
        return read_bounded(path, LARGEST) if path is not None else b""
    except OSError:
        return b""


def steps_in(root: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(root.get("resources") or root.get("services"))


@lru_cache(maxsize=8)  # each step asks, of a file whose length grows with the number of steps
def _document(data: bytes) -> Mapping[str, Any]:
    node = composed(data)
    try:
        return _mapping(_Reading().value(node)) if node is not None else {}
    except (_Unseen, yaml.YAMLError, RecursionError):
        return {}


def _access(root: Mapping[str, Any], step: Mapping[str, Any]) -> str:
    return str(step.get("access") or root.get("access") or "")


def _running(root: Mapping[str, Any], steps: Mapping[str, Any], command: str) -> list[str]:
    """Returns the steps that run: all of them, or those that `flow` lists for the command."""
    flow = root.get("flow")
    if flow is None:
        return list(steps)
    groups = _mapping(flow).get(command)
    if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
        return []
    return [str(name) for group in groups for name in group if str(name) in steps]


def _step(root: Mapping[str, Any], name: str, step: Mapping[str, Any], command: str, builds: bool) -> Foreseen | None:
    if not step.keys() <= STEP_KEYS or _changes_props(step.get("actions"), command):
        return None
    try:
        props = _Resolving(_mapping(root.get("vars"))).resolved(step.get("props") or {}, 0)
    except (_Unseen, RecursionError):
        return None
    return Foreseen(name, props, builds, _access(root, step))


def _before(actions: Any, command: str) -> list[Any]:
    """Returns the actions that run before the command, in either contract's spelling of the hook."""
    found: list[Any] = []
    for hook, items in _mapping(actions).items():
        if runs_before(str(hook), command):
            found += items if isinstance(items, list) else [items]
    return found


def runs_before(hook: str, command: str) -> bool:
    """Says whether the host runs the actions of a hook before a command. What is no plain name is taken for a rule that
    holds for every command, unless it is one that can be read."""
    rule = HOOK_RULE.fullmatch(hook)
    if rule is None:
        return hook == f"pre-{command}" or hook.startswith("pre-${")
    try:
        return re.search(rule[1], command) is not None
    except re.error:
        return True


def _runs_programs(actions: Any) -> bool:
    """Says whether a step has actions at all: whenever they run, they may make the code of any other step."""
    return any(bool(items) for items in _mapping(actions).values())


def _changes_props(actions: Any, command: str) -> bool:
    return any(key in _mapping(item) for item in _before(actions, command) for key in FOREIGN_ACTIONS)


class _Resolving:
    """Replaces references, of a bounded number of values: aliases and variables may multiply."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables
        self._left = MOST_VALUES

    def resolved(self, value: Any, depth: int) -> Any:
        """Returns a value with its references replaced. Raises `_Unseen` for one that is known to the host alone."""
        self._left -= 1
        if depth > DEEPEST or self._left < 0 or isinstance(value, _Ambiguous):
            raise _Unseen
        if isinstance(value, Mapping):
            return {key: self.resolved(item, depth) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolved(item, depth) for item in value]
        if not isinstance(value, str) or "${" not in value:
            return value
        return self._text(value, depth)

    def _text(self, value: str, depth: int) -> Any:
        if "$${" in value:
            raise _Unseen
        whole = REFERENCE.fullmatch(value)
        if whole is not None:
            return self._referred(whole[1], depth)
        text = REFERENCE.sub(lambda found: _in_text(self._referred(found[1], depth)), value)
        if "${" in text:
            raise _Unseen
        return text

    def _referred(self, reference: str, depth: int) -> Any:
        if found := VARIABLE.fullmatch(reference):
            value: Any = self._variables
            for key in found[1].split("."):
                if not isinstance(value, Mapping) or key not in value:
                    raise _Unseen
                value = value[key]
            return self.resolved(value, depth + 1)
        if (found := ENVIRONMENT.fullmatch(reference)) and (name := found[1] or found[2]) in os.environ:
            return os.environ[name]
        raise _Unseen


def _in_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _Unseen


class _Reading:
    """Reads each node once, however many aliases repeat it."""

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}

    def value(self, node: yaml.Node) -> Any:
        """Returns a node's value, `_Ambiguous` where YAML 1.1 and 1.2 (the host's) may read it differently. Raises
        `_Unseen` for a key that is no scalar."""
        if id(node) not in self._known:
            self._known[id(node)] = self._read(node)
        return self._known[id(node)]

    def _read(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            SafeConstructor().flatten_mapping(node)
            return {_key(key): self.value(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        return _scalar_of(node)


def _scalar_of(node: yaml.Node) -> Any:
    plain = not getattr(node, "style", None)  # the C parser says "", the other one None
    return _scalar(str(node.tag), str(node.value)) if plain else str(node.value)


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _Unseen
    return str(node.value)


def _scalar(tag: str, text: str) -> Any:
    match tag.removeprefix(TAG):
        case "str" if not ONLY_THERE.fullmatch(text):
            return text
        case "null":
            return None
        case "bool" if text.lower() in ("true", "false"):
            return text.lower() == "true"
        case "int" if WHOLE.fullmatch(text):
            return int(text)
        case "float" if DECIMAL.fullmatch(text):
            return float(text)
        case _:
            return _Ambiguous(text)


class _Ambiguous(str):
    """A value that the two YAMLs may read differently; harmless outside of props."""

    __slots__ = ()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
