"""A run that kills itself at the Nth durable step: before or after a state file is written, before or after a call to
FC."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from fc_local.server import LocalServer
from tests.forked import context
from tests.integration.project import Project

EVERY = int(os.environ.get("FC_GUARD_EVERY_STEP", "5"))
"""Of so many steps one is tried, odd and even ones: each takes a second. With 1, all of them are."""
FIRST = EVERY // 2 + 1

Points = Sequence[tuple[str, str]]
"""The module and the name of functions that are steps."""


def killed_at(project: Project, at: int, line: str, points: Points = ()) -> int | None:
    """Runs a command that dies at the Nth step, in a process. Returns the number of steps when it got through. With
    `points`, these are the only steps."""
    ours, theirs = context().Pipe(duplex=False)
    where = (project.root, project.server.url, project.props)
    process = context().Process(target=_run, args=(theirs, dict(os.environ), *where, at, line, points))
    process.start()
    theirs.close()
    with ours:
        try:
            answer: int | str | None = ours.recv()
        except EOFError:
            answer = None
    process.join()
    if process.exitcode == -signal.SIGKILL:
        return None
    assert isinstance(answer, int), answer
    assert process.exitcode == 0
    return answer


def _run(
    answers: Connection,
    environment: Mapping[str, str],
    root: Path,
    url: str,
    props: dict[str, Any],
    at: int,
    line: str,
    points: Points,
) -> None:
    import fc_guard.state.copies as rescue
    from fc_guard.cloud.fc2 import gateway
    from fc_guard.cloud.support.product import Rpc
    from fc_guard.cloud.wire.sls import LogService
    from fc_guard.state import directory

    os.environ.clear()
    os.environ.update(environment)
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            step()
            result = function(*args, **kwargs)
            step()
            return result

        return called

    everywhere = (
        (directory, ("write_file", "remove_file")),
        (rescue, ("write_file", "write_pieces", "remove_file")),
        (gateway.Fc2Gateway, ("send",)),
        (Rpc, ("do",)),
        (LogService, ("do",)),
    )
    chosen = tuple((import_module(module), (name,)) for module, name in points)
    for module, names in chosen or everywhere:
        for name in names:
            setattr(module, name, around(getattr(module, name)))

    try:
        project = Project(root, cast(LocalServer, SimpleNamespace(url=url)), props, code={})
        project.run(line)
    except BaseException:
        answers.send(traceback.format_exc())
        raise
    answers.send(count)
    os._exit(0)
