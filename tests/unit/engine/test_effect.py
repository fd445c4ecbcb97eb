"""What a failed step has done is said in one place, by what the run did before, and is no part of a hint."""

from __future__ import annotations

import pytest

from fc_guard.cloud.wire.faults import Fault, as_read_error
from fc_guard.engine.ask.questions import after_a_part
from fc_guard.errors import GuardError

FAULTS = [
    Fault("GetService", None, "NoAnswer", "no route", reached=False),
    Fault("GetService", None, "TooSlow", "no answer in 10 s"),
    Fault("GetService", 403, "AccessDenied", "no", told=True),
    Fault("GetService", 500, "InternalServerError", "oops", told=True),
]


def told(fault: Fault, *earlier: str) -> str:
    error = as_read_error(fault)
    error.earlier = earlier
    return str(error)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_read_that_fails_says_that_nothing_was_written_only_where_that_is_so(fault: Fault) -> None:
    assert "hint: Nothing was written. " in told(fault)
    later = told(fault, "one")
    assert "Written before this step, by the same run: one. That stays." in later
    assert "hint: Nothing of this step was written. " in later
    assert "Nothing was" not in later
    rest: GuardError = after_a_part(as_read_error(fault))
    assert "othing" not in str(rest)
    assert "What was written before stays." in str(rest)
