"""Every exit status, through the real host. `ROWS` is the table that docs/exit-statuses.md tells."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from tests.host.scenes import PROMPT, Project, assert_told

pytest_plugins = ("tests.host.stage",)

Before = Callable[[Project], AbstractContextManager[None] | None]


def changed_here(project: Project) -> None:
    project.props["service"]["description"] = "the better shop"
    project.save()


def changed_online(project: Project) -> None:
    project.edit("UpdateFunction", "shop", "hello", timeout=60)


def both_changed(project: Project) -> None:
    changed_here(project)
    changed_online(project)


def faults(*rules: dict[str, Any]) -> Before:
    """A change of ours that meets these faults."""

    def set_faults(project: Project) -> None:
        changed_here(project)
        project.server.admin.faults(list(rules))

    return set_faults


def second_write_refused(project: Project) -> None:
    project.props["function"]["memorySize"] = 256
    refused = {"status": 400, "code": "InvalidArgument", "message": "the memory is refused"}
    faults({"op": "UpdateFunction", "action": refused})(project)


def wrong_input(project: Project) -> None:
    project.props["function"]["memorySize"] = "a lot"
    project.save()


def moved_since_the_plan(project: Project) -> None:
    changed_here(project)
    assert project.run("plan --out .s/plan.json").status == 0
    changed_online(project)


def corrupt_baseline(project: Project) -> None:
    (file,) = project.state.glob("*/*/fc2.function/*.json")
    file.write_bytes(file.read_bytes()[:-40])


def pending(project: Project) -> bool:
    """Whether a write to the service is under way, as the baseline's file tells."""
    (file,) = project.state.glob("*/*/fc2.service/*.json")
    return json.loads(file.read_bytes())["payload"]["pending"] is not None


@contextmanager
def lock_held(project: Project) -> Iterator[None]:
    (lock,) = project.state.glob("*/*/locks/*.lock")
    with lock.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: a status, when it is given, the command, what is the case before, and what is told."""

    status: int
    when: str
    line: str
    before: Before
    told: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    changes: bool = False  # whether anything is another online afterwards

    def __str__(self) -> str:
        return f"{self.status} {self.when}"


REFUSED = {"status": 400, "code": "InvalidArgument", "message": "the description is refused"}
MOVED = {"status": 412, "code": "PreconditionFailed", "message": "the resource has been changed"}
DENIED = {"status": 403, "code": "AccessDenied", "message": "no permission to read"}
BROKEN = {"status": 500, "code": "InternalServerError", "message": "an internal error has occurred"}
UPDATE = ("UpdateService",)

ROWS = (
    Row(0, "done", "deploy", changed_here, ("service shop updated",), UPDATE, changes=True),
    Row(0, "nothing to do", "deploy", lambda project: None, ("No differences: 4 resources unchanged.",)),
    Row(
        *(1, "failed, nothing changed", "deploy"),
        faults({"op": "UpdateService", "action": REFUSED}),
        ("error: refused-by-fc", "the description is refused", "InvalidArgument", "request"),
        UPDATE,
    ),
    Row(2, "bad input", "deploy", wrong_input, ("error: bad-props", "s.yaml:", 'function.memorySize: "a lot"')),
    Row(3, "somebody else's change needs a decision", "deploy", changed_online, ("error: changed-online",)),
    Row(
        *(4, "baseline in use by another run", "deploy", lock_held),
        ("error: baseline-locked", "service/shop is in use by deploy one", "Nothing was written."),
    ),
    Row(
        *(5, "live moved since it was shown", "deploy"),
        faults({"op": "UpdateService", "times": 0, "action": MOVED}),
        ("error: live-moved", "It changed online 3 times"),
        UPDATE * 3,
    ),
    Row(
        *(5, "something moved since the plan was saved", "deploy --plan .s/plan.json", moved_since_the_plan),
        ("error: plan-moved", "function shop/hello: moved online: timeout", "Nothing was written."),
    ),
    Row(
        *(6, "the outcome of a write is unknown", "deploy"),
        faults(
            {"op": "UpdateService", "action": {"cut": "answer"}},
            {"op": "GetService", "skip": 1, "times": 0, "action": BROKEN},
        ),
        ("error: outcome-unknown", "UpdateService", "Its answer was lost, and reading it back failed too"),
        UPDATE,
        changes=True,
    ),
    Row(
        *(6, "something may not be read", "deploy"),
        faults({"op": "GetService", "times": 0, "action": DENIED}),
        ("error: access-denied", "GetService", "no permission to read"),
    ),
    Row(
        *(6, "something cannot be read", "plan"),
        faults({"op": "GetFunction", "times": 0, "action": BROKEN}),
        ("error: unreadable", "GetFunction", "HTTP 500"),
    ),
    Row(
        *(7, "partly applied", "deploy", second_write_refused),
        (
            "service shop updated",
            "function shop/hello: update failed, nothing changed by it",
            "error: partly-applied",
            "the memory is refused",
            "What was done before is done and recorded.",
        ),
        ("UpdateService", "UpdateFunction"),
        changes=True,
    ),
    Row(
        *(8, "baseline unusable", "deploy", corrupt_baseline),
        ("error: baseline-corrupt", "shop.hello.json is damaged", "hint: Restore it from a backup, or delete it"),
    ),
    Row(0, "plan --exit-code: the same", "plan --exit-code", lambda project: None),
    Row(10, "plan --exit-code: only our changes", "plan --exit-code", changed_here),
    Row(3, "plan --exit-code: drift", "plan --exit-code", both_changed),
    Row(0, "drift --exit-code: the same, whatever we changed", "drift --exit-code", changed_here),
    Row(3, "drift --exit-code: drift", "drift --exit-code", changed_online),
    Row(0, "plan without --exit-code, whatever it finds", "plan", both_changed),
    # Host 3.1.10 swallows the error of a step under -o and would end with 0.
    Row(3, "the same under the host's -o json", "deploy -o json", changed_online, ("error: changed-online",)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_table(deployed: Project, row: Row) -> None:
    with row.before(deployed) or nullcontext():
        online = deployed.services
        run = deployed.run(row.line, env={"FC_GUARD_LOCK_TIMEOUT": "0.2"})
    assert run.status == row.status, run.text
    assert_told(run.text, row.told)
    assert tuple(deployed.writes()) == row.writes
    assert (deployed.services != online) == row.changes
    assert "Traceback" not in run.text


def test_130_ctrl_c_at_the_question(deployed: Project) -> None:
    changed_online(deployed)
    with deployed.terminal("deploy") as person:
        person.expect(PROMPT)
        person.control("c")
        assert person.finish() == 130, person.transcript
        assert_told(person.transcript, ("error: interrupted", "Stopped on request", "Nothing was written."))
        assert "is recorded" not in person.transcript
        assert "Traceback" not in person.transcript
    assert deployed.writes() == []


def test_143_sigterm_at_the_question(deployed: Project) -> None:
    changed_online(deployed)
    with deployed.terminal("deploy") as person:
        person.expect(PROMPT)
        os.kill(person.pid, signal.SIGTERM)
        assert person.finish() == 143, person.transcript
        assert "error: interrupted" in person.transcript
    assert deployed.writes() == []


def test_143_sigterm_during_a_call_lets_the_call_end_and_records_it(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    changed_here(deployed)
    deployed.server.admin.faults([{"op": "UpdateService", "action": {"delay_ms": 1500}}])
    with deployed.host.start(deployed.folder, "deploy") as process:
        while not pending(deployed):  # the intent is on the disk before the request is sent
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        text = "".join(process.communicate(timeout=30))
        assert process.returncode == 143, text
        assert "What was done is recorded" in text
    assert deployed.writes() == ["UpdateService"]  # and no further one
    deployed.server.admin.faults([])
    run = deployed.run("deploy")  # what was done is known: the rest follows, without a question
    assert run.status == 0, run.text
    assert deployed.writes() == ["UpdateService", "UpdateFunction"]


def test_130_ctrl_c_while_fc_is_slow_to_answer_ends_at_once(deployed: Project) -> None:
    deployed.server.admin.faults([{"op": "GetFunction", "times": 0, "action": {"delay_ms": 20000}}])
    with deployed.terminal("deploy") as person:
        person.expect("fc-guard deploy")
        started = time.monotonic()
        person.control("c")
        assert person.finish() == 130, person.transcript
    assert time.monotonic() - started < 5
    assert deployed.writes() == []


def test_130_ctrl_c_while_another_run_holds_the_baseline_ends_at_once(deployed: Project) -> None:
    with lock_held(deployed), deployed.terminal("deploy") as person:
        person.expect("fc-guard deploy")
        started = time.monotonic()
        person.control("c")
        assert person.finish() == 130, person.transcript
    assert time.monotonic() - started < 5
