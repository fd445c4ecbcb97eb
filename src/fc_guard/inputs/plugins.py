"""Plugins that the host runs before a deployment, and that may change the props of a step.

The host runs them for the command that s.yaml names and for no other one: elsewhere the props arrive as they are
written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fc_guard.inputs.foreseen import root_of, runs_before, steps_in
from fc_guard.inputs.places import EXTENDS, MOST_BASES, line_in
from fc_guard.model.edits import Place

COMMAND: Final = "deploy"
PLUGIN: Final = "plugin"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that runs before a deployment. `name` is what s.yaml says, `at` the line where it does."""

    name: str
    at: str


def plugin_before_deploy(file: Path | None, step: str) -> Plugin | None:
    """Returns the first plugin that runs before the step is deployed, whatever the command is now.

    It returns None where there is none, and where only the host can tell.
    """
    return next(_found(file, step, ()), None)


def plugin_to_come(file: Path | None, step: str, command: str) -> Plugin | None:
    """Returns the same of those that the host did not run for this command."""
    return next(_found(file, step, (command,)), None)


def _found(file: Path | None, step: str, ran_for: Sequence[str]) -> Iterator[Plugin]:
    for path, root in _files(file):
        steps = next((key for key in ("resources", "services") if root.get(key)), "resources")
        of_step = _mapping(steps_in(root).get(step)).get("actions")
        for actions, place in ((root.get("actions"), ("actions",)), (of_step, (steps, step, "actions"))):
            for name, where in _plugins(actions, ran_for):
                yield Plugin(name, line_in(path, (*place, *where)))


def _plugins(actions: Any, ran_for: Sequence[str]) -> Iterator[tuple[str, Place]]:
    for hook, items in _mapping(actions).items():
        if not runs_before(hook, COMMAND) or any(runs_before(hook, command) for command in ran_for):
            continue
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if PLUGIN in _mapping(item):
                yield str(item[PLUGIN]), (hook, index, PLUGIN)


def _files(file: Path | None) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yields the file, and those that it extends, each with what stands in it."""
    for _ in range(MOST_BASES):
        if file is None:
            return
        root = root_of(file)
        yield file, root
        base = next((root[key] for key in EXTENDS if isinstance(root.get(key), str) and root[key]), None)
        file = Path(os.path.normpath(file.parent / base)) if base else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
