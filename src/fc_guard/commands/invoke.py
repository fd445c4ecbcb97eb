"""invoke: calls the function of the step as it is online, and shows its answer and the end of its log."""

from __future__ import annotations

import sys
from typing import Any, Final

from fc_guard.commands.command import WriteCommand, announce
from fc_guard.commands.outputs import output_of_online
from fc_guard.disk import read_bounded
from fc_guard.engine.run.session import ReadSession, WriteSession
from fc_guard.errors import BadInput, FunctionFailed, Interrupted
from fc_guard.inputs.options import (
    COMMON,
    EVENT,
    EVENT_FILE,
    EVENT_STDIN,
    INVOCATION_TYPE,
    QUALIFIER,
)
from fc_guard.model.address import Address
from fc_guard.model.invocations import Answer, Event
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Report
from fc_guard.render.paint import painter
from fc_guard.render.values import safe, safe_text

MOST: Final = 32 * 1024 * 1024
"""Bytes of an event. FC takes 32 MB where the answer is waited for, and says so itself for what it takes otherwise."""


def run(session: WriteSession) -> Report:
    read = session.read
    id = _function(read)
    _require_one_reader(session)
    event = Event(_payload(read), read.step.options.qualifier, read.step.options.waits)
    announce("invoke", read)
    answer = _called(session, id, event)
    if answer is None:
        what = f"{id}, or its version or alias {event.qualifier}," if event.qualifier else f"{id}"
        raise BadInput(f"{what} is not online.", hint="`s deploy` makes it.", reference="not-online")
    _tell(read, id, event, answer)
    return Report(
        command="invoke",
        account=read.account,
        region=read.region,
        plan=Plan(()),
        output={**output_of_online(read, {}, ()), "invocation": _document(answer)},
        error=_failure(id, answer),
    )


def _called(session: WriteSession, id: Address, event: Event) -> Answer | None:
    try:
        with session.read.terminal.interruptible():
            return session.gateways.about(id).invoke(id, event)
    except Interrupted as error:
        error.hint = f"{id} may have run, or may run still."
        raise


def _function(read: ReadSession) -> Address:
    """Returns what of the step has code. Raises `BadInput` where nothing has, or more than one."""
    found = [wanted.id for wanted in read.desired if read.kind(wanted.id).code is not None]
    if not found:
        raise BadInput("This step has no function to call.", reference="no-code")
    if len(found) > 1:
        raise BadInput(f"This step has more than one function to call: {', '.join(map(str, found))}.")
    return found[0]


def _require_one_reader(session: WriteSession) -> None:
    """Raises `BadInput` where a later step would find standard input read to its end, and take that for its event."""
    if session.read.step.options.event_stdin and (later := session.later()):
        others = ", ".join(each.name for each in later)
        raise BadInput(
            f"{EVENT_STDIN.name}: standard input is one event, and {others} would run too.",
            hint=f"Name the step: s {session.read.step.name} invoke {EVENT_STDIN.name}",
            reference="bad-option",
        )


def _payload(read: ReadSession) -> bytes:
    options = read.step.options
    if options.event_stdin:
        data = sys.stdin.buffer.read(MOST + 1)
        if len(data) > MOST:
            raise BadInput(f"The event is larger than {MOST} bytes.", reference="bad-option")
        return data
    if not options.event_file:
        return options.event.encode("utf-8", "surrogateescape")
    path = read.step.cwd / options.event_file
    try:
        return read_bounded(path, MOST)
    except OSError as error:
        raise BadInput(f"{EVENT_FILE.name} {path}: {error.strerror or error}.", reference="bad-option") from error


def _tell(read: ReadSession, id: Address, event: Event, answer: Answer) -> None:
    paint = painter(read.terminal.colour)
    lines = [] if event.waits else [f"{id} will run; FC has taken the event [request {safe(answer.request_id)}]."]
    if answer.log:
        lines += [paint("log, its last 4 KB at most:", "dim"), safe_text(_text(answer.log)).rstrip("\n")]
    if event.waits:
        lines += [paint("answer:", "dim"), safe_text(_text(answer.payload))]
    read.terminal.say("\n".join(lines))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _document(answer: Answer) -> dict[str, Any]:
    return {
        "answer": _text(answer.payload),
        "log": _text(answer.log),
        "error": answer.error,
        "requestId": answer.request_id,
    }


def _failure(id: Address, answer: Answer) -> FunctionFailed | None:
    if not answer.error:
        return None
    return FunctionFailed(
        f"{id} was called, and failed: {safe(answer.error)} [request {safe(answer.request_id)}].",
        hint="Its answer and its log are above.",
    )


INVOKE = WriteCommand(
    name="invoke",
    description="Call the function as it is online, and show its answer and the end of its log",
    summary="Call the function",
    options=(EVENT, EVENT_FILE, EVENT_STDIN, INVOCATION_TYPE, QUALIFIER, *COMMON),
    run=run,
)
