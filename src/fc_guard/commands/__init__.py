"""One module a command. A new one needs a module, and a line each here, in publish.yaml and in src/index.js.

A command is imported when it is first called: a run needs one or two of them, and the worker has to start quickly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from fc_guard.commands.command import Command

# ruff: noqa: PLC0415


def _deploy() -> Command:
    from fc_guard.commands.deploy import DEPLOY

    return DEPLOY


def _plan() -> Command:
    from fc_guard.commands.plan import PLAN

    return PLAN


def _drift() -> Command:
    from fc_guard.commands.drift import DRIFT

    return DRIFT


def _pull() -> Command:
    from fc_guard.commands.pull import PULL

    return PULL


def _info() -> Command:
    from fc_guard.commands.info import INFO

    return INFO


def _invoke() -> Command:
    from fc_guard.commands.invoke import INVOKE

    return INVOKE


def _sync() -> Command:
    from fc_guard.commands.sync import SYNC

    return SYNC


def _rescue() -> Command:
    from fc_guard.commands.rescue import RESCUE

    return RESCUE


def _history() -> Command:
    from fc_guard.commands.history import HISTORY

    return HISTORY


def _undo() -> Command:
    from fc_guard.commands.undo import UNDO

    return UNDO


def _remove() -> Command:
    from fc_guard.commands.remove import REMOVE

    return REMOVE


class Commands(Mapping[str, Command]):
    """Commands by name, each imported at its first use."""

    def __init__(self, imports: Mapping[str, Callable[[], Command]]) -> None:
        self._imports = imports

    def __getitem__(self, name: str) -> Command:
        return self._imports[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._imports)

    def __len__(self) -> int:
        return len(self._imports)


COMMANDS: Final = Commands(
    {
        "deploy": _deploy,
        "plan": _plan,
        "drift": _drift,
        "pull": _pull,
        "info": _info,
        "invoke": _invoke,
        "sync": _sync,
        "rescue": _rescue,
        "history": _history,
        "undo": _undo,
        "remove": _remove,
    }
)
