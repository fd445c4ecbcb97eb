"""What ends later than its answer: the engine waits, products say for what.

`Reach.waits` makes each wait: bounded, told with the time that has passed, and ended by Ctrl-C.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

from fc_guard.cloud.gateway import Waits
from fc_guard.errors import CallFailed, OutcomeUnknown, Unreadable
from fc_guard.language import t
from fc_guard.render.values import safe

T = TypeVar("T")
BUSY: Final = re.compile(r"^DependencyViolation|InUse|(Operation|Task)Conflict|Processing|Stat(e|us)(\.|$)")
"""How the codes look that say that something is still being made or deleted, or has not let go yet:
IncorrectVSwitchStatus, DependencyViolation.VSwitch, OperationDenied.InvalidState, OperationConflict and their kin."""
GONE: Final = 300.0
"""Seconds until what is deleted is gone."""
LONGEST: Final = 600.0
"""Seconds. Function Compute keeps an instance for three to five minutes after its last request, and with it the network
interface that keeps a switch and a group from being deleted."""


def patiently(waits: Waits, operation: str, call: Callable[[], T]) -> T:
    """Carries out what may be refused for a while. A refused write has left nothing. Raises `CallFailed`."""
    wait = None
    while True:
        try:
            return call()
        except CallFailed as error:
            if not BUSY.search(error.code):
                raise
            refused = t("{operation} is refused for now ({code})", operation=operation, code=safe(error.code))
            wait = wait or waits(refused, LONGEST)
            if wait.over:
                error.hint = t("Something still uses it, or is not ready. Run it again later: it goes on from here.")
                raise
            wait.on()


def gone(waits: Waits, called: str, listed: Callable[[], bool]) -> None:
    """Returns once no list has what was deleted: until then what it lies in cannot be deleted, and a deployment would
    find it. Raises `CallFailed` if that takes too long."""
    what = t("{called} is still being deleted", called=called)
    if until(waits, what, GONE, lambda: None if read_back(listed) else True) is None:
        raise CallFailed(what, code="NotGone", http_status=0, hint=t("Run it again: it goes on from here."))


def read_back(look: Callable[[], T]) -> T:
    """Looks at what was just written. Where that fails, nobody may say that nothing was written."""
    try:
        return look()
    except Unreadable as error:
        raise OutcomeUnknown(
            t("It was sent, and reading it back failed: {message}", message=error.message),
            hint=t("The next run finds out by reading."),
        ) from error


def until(waits: Waits, what: str, longest: float, look: Callable[[], T | None]) -> T | None:
    """Looks until there is an answer. Returns None if that takes too long."""
    wait = None
    while (found := look()) is None:
        wait = wait or waits(what, longest)
        if wait.over:
            return None
        wait.on()
    return found
