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
from fc_guard.language import joined, t
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
        what = (
            t("{id}, or its version or alias {qualifier},", id=id, qualifier=event.qualifier)
            if event.qualifier
            else f"{id}"
        )
        raise BadInput(t("{what} is not online.", what=what), hint=t("`s deploy` makes it."), reference="not-online")
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
        error.hint = t("{id} may have run, or may run still.", id=id)
        raise


def _function(read: ReadSession) -> Address:
    """Returns what of the step has code. Raises `BadInput` where nothing has, or more than one."""
    found = [wanted.id for wanted in read.desired if read.kind(wanted.id).code is not None]
    if not found:
        raise BadInput(t("This step has no function to call."), reference="no-code")
    if len(found) > 1:
        raise BadInput(t("This step has more than one function to call: {names}.", names=", ".join(map(str, found))))
    return found[0]


def _require_one_reader(session: WriteSession) -> None:
    """Raises `BadInput` where a later step would find standard input read to its end, and take that for its event."""
    if session.read.step.options.event_stdin and (later := session.later()):
        others = ", ".join(each.name for each in later)
        raise BadInput(
            t(
                "{event_stdin}: standard input is one event, and {others} would run too.",
                event_stdin=EVENT_STDIN.name,
                others=others,
            ),
            hint=t(
                "Name the step: s {step} invoke {event_stdin}",
                step=session.read.step.name,
                event_stdin=EVENT_STDIN.name,
            ),
            reference="bad-option",
        )


def _payload(read: ReadSession) -> bytes:
    options = read.step.options
    if options.event_stdin:
        data = sys.stdin.buffer.read(MOST + 1)
        if len(data) > MOST:
            raise BadInput(t("The event is larger than {most} bytes.", most=MOST), reference="bad-option")
        return data
    if not options.event_file:
        return options.event.encode("utf-8", "surrogateescape")
    path = read.step.cwd / options.event_file
    try:
        return read_bounded(path, MOST)
    except OSError as error:
        raise BadInput(
            t(
                "{event_file} {path}: {strerror}.",
                event_file=EVENT_FILE.name,
                path=path,
                strerror=error.strerror or error,
            ),
            reference="bad-option",
        ) from error


def _tell(read: ReadSession, id: Address, event: Event, answer: Answer) -> None:
    paint = painter(read.terminal.colour)
    lines = (
        []
        if event.waits
        else [
            t(
                "{id} will run; FC has taken the event [request {request_id}].",
                id=id,
                request_id=safe(answer.request_id),
            )
        ]
    )
    if answer.log:
        lines += [paint(t("log, its last 4 KB at most:"), "dim"), safe_text(_text(answer.log)).rstrip("\n")]
    if event.waits:
        lines += [paint(t("answer:"), "dim"), safe_text(_text(answer.payload))]
    read.terminal.say(joined(lines))


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
        t(
            "{id} was called, and failed: {error} [request {request_id}].",
            id=id,
            error=safe(answer.error),
            request_id=safe(answer.request_id),
        ),
        hint=t("Its answer and its log are above."),
    )


INVOKE = WriteCommand(
    name="invoke",
    description=t("Call the function as it is online, and show its answer and the end of its log"),
    summary=t("Call the function"),
    options=(EVENT, EVENT_FILE, EVENT_STDIN, INVOCATION_TYPE, QUALIFIER, *COMMON),
    run=run,
)
