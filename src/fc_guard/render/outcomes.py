"""Shows what a run did, with one line per action that matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fc_guard.errors import PartlyApplied
from fc_guard.model.fields import CODE
from fc_guard.model.plans import Action, Verb
from fc_guard.model.reports import Outcome, Report, Result
from fc_guard.render.paint import Paint
from fc_guard.render.plan import ASK_AGAIN
from fc_guard.render.values import safe

UNDO = {
    "deploy": "s undo puts back what was overwritten",
    "remove": "s undo makes it again",
    "undo": "s undo takes this back",
}
UNDO_ALL = {**UNDO, "remove": "s undo makes them again"}
PAST = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.REPLACE: "replaced", Verb.DELETE: "deleted"}


def outcome_text(report: Report, paint: Paint) -> str:
    """Returns what a run did, with one line per action that a reader has to know of."""
    lines = [line for outcome in report.outcomes if (line := _outcome(outcome, paint))]
    lines += [f"  rescue copy of {safe(str(copy.id))}: {safe(copy.directory)}" for copy in report.rescues]
    if report.rescues:
        lines.append(f"  {UNDO[report.command]}" if len(report.rescues) == 1 else f"  {UNDO_ALL[report.command]}")
    if report.command == "deploy" and any(_was_kept(outcome) for outcome in report.outcomes):
        lines.append(f"  {ASK_AGAIN}")
    if report.command == "remove":
        lines += [f"  {paint('=', 'dim')} {safe(str(o.action.id))} {safe(o.action.reason)}" for o in _staying(report)]
    urls = report.output.get("url") if report.command == "deploy" else None
    if report.error is None and isinstance(urls, Mapping) and urls.get("system_url"):
        lines.append(f"  {paint('→', 'bold')} {safe(str(urls['system_url']))}")
    return "\n".join(lines)


def _outcome(outcome: Outcome, paint: Paint) -> str:
    action = outcome.action
    note = f"  ({safe(outcome.note)})" if outcome.note else ""
    name = safe(str(action.id))
    match outcome.result:
        case Result.DONE if action.verb in PAST:
            merged = ", its code merged" if action.merge is not None else ""
            return f"  {paint('✔', 'green')} {name} {PAST[action.verb]}{merged}{note}"
        case Result.DONE if action.verb is Verb.RECORD and action.diff.baseline is None:
            return f"  {paint('=', 'dim')} {name} adopted: {_adopted(action)}{note}"
        case Result.DONE if action.keeps_absent:
            return f"  {paint('=', 'dim')} {name} stays deleted, as it is online"
        case Result.DONE if action.verb is Verb.RECORD and action.diff.drifted:
            return f"  {paint('=', 'dim')} {name} left as it is online"
        case Result.FAILED if isinstance(outcome.error, PartlyApplied):
            return f"  {paint('✖', 'red')} {name}: deleted, and not made anew"
        case Result.FAILED:
            return f"  {paint('✖', 'red')} {name}: {action.verb.value} failed, nothing changed by it"
        case Result.UNKNOWN:
            return f"  {paint('?', 'red')} {name}: {action.verb.value} was sent, its outcome is unknown"
        case Result.SKIPPED if action.writes:
            return f"  {paint('·', 'dim')} {name}: not started"
        case _:
            return ""


def _was_kept(outcome: Outcome) -> bool:
    """Says whether this run left alone, by decision, what s.yaml says otherwise. Merged code is no such thing."""
    action = outcome.action
    merged = {CODE} if action.merge is not None and action.merge.moves_online else set()
    kept = (change for change in action.diff.changes if change.path in action.keeps.keys() - merged)
    return outcome.result is Result.DONE and (bool(action.keeps_absent) or any(change.at_risk for change in kept))


def _staying(report: Report) -> Iterator[Outcome]:
    for outcome in report.outcomes:
        if outcome.action.verb in (Verb.NOTHING, Verb.FORGET) and outcome.action.diff.live is not None:
            yield outcome


def _adopted(action: Action) -> str:
    return "left as it is online" if action.diff.drifted else "already online as s.yaml says"
