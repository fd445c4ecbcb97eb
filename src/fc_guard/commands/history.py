"""history: who deployed what, when, from which commit, and what it changed. Reads only what is recorded."""

from __future__ import annotations

from collections.abc import Mapping

from fc_guard.commands.command import ReadCommand, announce
from fc_guard.commands.outputs import output
from fc_guard.core.histories import Historian
from fc_guard.core.values import Comparer
from fc_guard.engine.look.remembered import remembered
from fc_guard.engine.look.steady import writers
from fc_guard.engine.run.session import ReadSession
from fc_guard.inputs.options import COMMON, FULL_DIFF, LIMIT, SCOPED
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.files import Manifest
from fc_guard.model.histories import History
from fc_guard.model.plans import Plan
from fc_guard.model.reports import Report
from fc_guard.model.resources import Record
from fc_guard.render.history import history_document, history_text
from fc_guard.render.paint import painter
from fc_guard.state.history import most_entries


def run(session: ReadSession) -> Report:
    terminal, options = session.terminal, session.step.options
    announce("history", session)
    with terminal.interruptible():
        session.believes()
        records, note = remembered(session)
        history = _history(session, records)
    if note:
        terminal.say(note)
    terminal.say(history_text(history, painter(terminal.colour), full=options.full_diff))
    return Report(
        command="history",
        account=session.account,
        region=session.region,
        plan=Plan(()),
        notes=(note,) if note else (),
        output={**output(session, {}, session.desired), "history": history_document(history)},
    )


def _history(session: ReadSession, records: Mapping[Address, Record]) -> History:
    def files(digest: str) -> Manifest | None:
        package = session.baselines.code.read(digest)
        return None if package is None else package.manifest

    historian = Historian(
        checkout=session.checkout,
        most=most_entries(),
        rules=lambda id: session.kind(id).rules,
        comparer=lambda rules: Comparer(rules, session.baselines.seal),
        files=files,
        aspects=session.scope.aspects,
    )
    writing = writers(session, (id for id, record in records.items() if record.pending is not None))
    return historian.history(tuple(records.values()), session.step.options.limit, writing)


HISTORY = ReadCommand(
    name="history",
    description=t("Show who deployed what, when, from which commit, and what it changed; changes nothing"),
    summary=t("Show who deployed what, and what it changed"),
    options=(LIMIT, FULL_DIFF, *SCOPED, *COMMON),
    run=run,
    quiet=True,
)
