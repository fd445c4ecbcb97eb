"""Plan and report as JSON: the same objects the text is made from."""

from __future__ import annotations

from typing import Any, Final

from fc_guard.core.values import thawed
from fc_guard.errors import GuardError
from fc_guard.model.fields import FieldChange
from fc_guard.model.plans import Action, Plan
from fc_guard.model.reports import Outcome, Report
from fc_guard.render.rescues import rescue_document
from fc_guard.render.values import machine_value

FORMAT: Final = 1


def report_document(report: Report, status: int) -> dict[str, Any]:
    """The report as plain JSON; schema/report.json describes it."""
    return {
        "format_version": FORMAT,
        "command": report.command,
        "account": report.account,
        "region": report.region,
        "status": status,
        "plan": plan_document(report.plan),
        "outcomes": [_outcome(outcome) for outcome in report.outcomes],
        "rescues": [rescue_document(copy) for copy in report.rescues],
        "notes": list(report.notes),
        "output": thawed(report.output),
        "error": None if report.error is None else _error(report.error),
    }


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as plain JSON; schema/plan.json describes it."""
    return {
        "format_version": FORMAT,
        "policy": plan.policy.value,
        "drifted": plan.drifted,
        "undecided": [{"resource": str(unit.id), "aspect": unit.aspect} for unit in plan.undecided],
        "conflicts": [{"resource": str(unit.id), "aspect": unit.aspect} for unit in plan.conflicts],
        "actions": [_action(action) for action in plan.actions],
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "resource": str(action.id),
        "kind": action.id.kind,
        "name": list(action.id.parts),
        "verb": action.verb.value,
        "presence": action.diff.presence.value,
        "reason": action.reason,
        "rescues": action.rescues,
        "sends": [change.name for change in action.sends],
        "changes": [_change(change) for change in action.diff.changes],
        "files": [{"name": file.name, "where": file.where} for file in action.diff.files],
    }


def _change(change: FieldChange) -> dict[str, Any]:
    return {
        "path": list(change.path),
        "cause": change.cause.value,
        "baseline": machine_value(change, change.baseline),
        "live": machine_value(change, change.live),
        "desired": machine_value(change, change.desired),
        "target": machine_value(change, change.target),
        "since": change.since,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "resource": str(outcome.action.id),
        "verb": outcome.action.verb.value,
        "result": outcome.result.value,
        "note": outcome.note,
        "error": None if outcome.error is None else _error(outcome.error),
    }


def _error(error: GuardError) -> dict[str, Any]:
    return {"reference": error.reference, "message": error.message, "hint": error.hint, "status": error.status}
