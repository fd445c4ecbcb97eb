"""Shows what a run did, with one line per action that matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fc_guard.errors import PartlyApplied
from fc_guard.language import joined, t
from fc_guard.model.fields import CODE
from fc_guard.model.plans import Action, Plan, Verb
from fc_guard.model.reports import Outcome, Report, Result
from fc_guard.model.theirs import Becomes
from fc_guard.render.paint import Paint
from fc_guard.render.plan import ASK_AGAIN
from fc_guard.render.values import safe

UNDO = {
    "deploy": t("s undo puts back what was overwritten"),
    "remove": t("s undo makes it again"),
    "undo": t("s undo takes this back"),
}
UNDO_ALL = {**UNDO, "remove": t("s undo makes them again")}
PAST = {
    Verb.CREATE: t("created"),
    Verb.UPDATE: t("updated"),
    Verb.REPLACE: t("replaced"),
    Verb.DELETE: t("deleted"),
}
DOING = {
    Verb.CREATE: t("create"),
    Verb.UPDATE: t("update"),
    Verb.REPLACE: t("replace"),
    Verb.DELETE: t("delete"),
}


def outcome_text(report: Report, paint: Paint) -> str:
    """Returns what a run did, with one line per action that a reader has to know of."""
    lines = [line for outcome in report.outcomes if (line := _outcome(outcome, report.plan, paint))]
    lines += [
        t("  rescue copy of {id}: {directory}", id=safe(str(copy.id)), directory=safe(copy.directory))
        for copy in report.rescues
    ]
    if report.rescues:
        lines.append("  " + (UNDO if len(report.rescues) == 1 else UNDO_ALL)[report.command])
    if report.command == "deploy" and any(_was_kept(outcome) for outcome in report.outcomes):
        lines.append("  " + ASK_AGAIN)
    if report.command == "remove":
        lines += [
            t("  {mark} {id} {reason}", mark=paint("=", "dim"), id=safe(str(o.action.id)), reason=safe(o.action.reason))
            for o in _staying(report)
        ]
    urls = report.output.get("url") if report.command == "deploy" else None
    if report.error is None and isinstance(urls, Mapping):
        lines += _where(urls, paint)
    return joined(lines)


def _where(urls: Mapping[str, object], paint: Paint) -> Iterator[str]:
    """Yields the address at which what was deployed answers, if it has one."""
    arrow = paint("→", "bold")
    if url := urls.get("system_url"):
        yield f"  {arrow} {safe(str(url))}"
    elif url := urls.get("system_intranet_url"):
        yield t("  {arrow} {url} (from inside a VPC alone)", arrow=arrow, url=safe(str(url)))


def _outcome(outcome: Outcome, plan: Plan, paint: Paint) -> str:
    action = outcome.action
    note = t("  ({note})", note=safe(outcome.note)) if outcome.note else ""
    name = safe(str(action.id))
    match outcome.result:
        case Result.DONE if action.verb in PAST:
            merged = t(", its code merged") if action.merge is not None else ""
            return t(
                "  {mark} {name} {past}{merged}{stays}{note}",
                mark=paint("✔", "green"),
                name=name,
                past=PAST[action.verb],
                merged=merged,
                stays=_staying_online(action, plan),
                note=note,
            )
        case Result.DONE if action.verb is Verb.RECORD and action.diff.baseline is None:
            return t(
                "  {mark} {name} adopted: {adopted}{note}",
                mark=paint("=", "dim"),
                name=name,
                adopted=_adopted(action),
                note=note,
            )
        case Result.DONE if action.keeps_absent:
            return t("  {mark} {name} stays deleted, as it is online", mark=paint("=", "dim"), name=name)
        case Result.DONE if action.verb is Verb.RECORD and action.diff.drifted:
            return t("  {mark} {name} left as it is online", mark=paint("=", "dim"), name=name)
        case Result.FAILED if isinstance(outcome.error, PartlyApplied):
            return t("  {mark} {name}: deleted, and not made anew", mark=paint("✖", "red"), name=name)
        case Result.FAILED:
            return t(
                "  {mark} {name}: {verb} failed, nothing changed by it",
                mark=paint("✖", "red"),
                name=name,
                verb=DOING.get(action.verb, action.verb.value),
            )
        case Result.UNKNOWN:
            return t(
                "  {mark} {name}: {verb} was sent, its outcome is unknown",
                mark=paint("?", "red"),
                name=name,
                verb=DOING.get(action.verb, action.verb.value),
            )
        case Result.SKIPPED if action.writes:
            return t("  {mark} {name}: not started", mark=paint("·", "dim"), name=name)
        case _:
            return ""


def _staying_online(action: Action, plan: Plan) -> str:
    """Names the fields that a write left to whoever changed them online; '' where there are none."""
    fates = ((change, plan.becomes(action, change)) for change in action.diff.changes if change.at_risk)
    names = [safe(change.name) for change, fate in fates if fate is Becomes.KEPT]
    return t(", but {names} left as online", names=joined(names, ", ")) if names else ""


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
    return t("left as it is online") if action.diff.drifted else t("already online as s.yaml says")
