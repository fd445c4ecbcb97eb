"""Renders plan and report as JSON, from the objects that the text is made from."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timezone
from typing import Any, Final

from fc_guard.core.values import thawed
from fc_guard.errors import GuardError
from fc_guard.model.fields import FieldChange
from fc_guard.model.files import FileChange, FileSide, is_secret_file
from fc_guard.model.merges import CodeMerge
from fc_guard.model.origins import Since
from fc_guard.model.plans import Action, Plan
from fc_guard.model.reports import Outcome, Report
from fc_guard.model.theirs import Becomes
from fc_guard.model.trail import OnlineEdit
from fc_guard.render.file_lines import cut_lines, differences, happened
from fc_guard.render.rescues import rescue_document
from fc_guard.render.values import machine_value

FORMAT: Final = 1
MOST_LINES: Final = 200
"""The most lines of one file's difference; `of` says how many there are."""


def report_document(report: Report, status: int) -> dict[str, Any]:
    """Returns the report as plain JSON; schema/report.json describes it."""
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
    """Returns the plan as plain JSON; schema/plan.json describes it."""
    return {
        "format_version": FORMAT,
        "policy": plan.policy.value,
        "drifted": plan.drifted,
        "undecided": [{"resource": str(unit.id), "aspect": unit.aspect} for unit in plan.undecided],
        "conflicts": [{"resource": str(unit.id), "aspect": unit.aspect} for unit in plan.conflicts],
        "actions": [_action(plan, action) for action in plan.actions],
    }


def _action(plan: Plan, action: Action) -> dict[str, Any]:
    return {
        "resource": str(action.id),
        "kind": action.id.kind,
        "name": list(action.id.parts),
        "verb": action.verb.value,
        "presence": action.diff.presence.value,
        "absence": None if action.absence is None else action.absence.value,
        "reason": action.reason,
        "rescues": action.rescues,
        "sends": [change.name for change in action.sends],
        "sets": [{"path": list(each.path), "target": machine_value(each, each.target)} for each in action.sets],
        "changes": [_change(change, plan.becomes(action, change)) for change in action.diff.changes],
        "files": [_file(file) for file in action.diff.files],
        "edits": [_edit(edit) for edit in action.diff.edits],
        "edits_to_come": action.diff.edits_to_come,
        "merge": None if action.merge is None else _merge(action.merge),
        "since": [_deployment(since) for since in action.diff.since],
        "deleted_by": _deployment(action.diff.deleted_by),
    }


def _edit(edit: OnlineEdit) -> dict[str, Any]:
    at = edit.at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"by": edit.by, "at": at, "how": edit.how.value, "event": edit.event, "client": edit.client}


def _file(file: FileChange) -> dict[str, Any]:
    return {
        "name": file.name,
        "cause": file.cause.value,
        "online": happened(file.base, file.live) if file.based else "",
        "here": happened(file.base, file.local) if file.based else "",
        "deployed": _deployment(file.deployed),
        "base": _side(file.base),
        "live": _side(file.live),
        "desired": _side(file.local),
        "differences": [
            {
                "before": each.before,
                "after": each.after,
                "lines": list(cut_lines(each.lines[:MOST_LINES])),
                "of": len(each.lines),
            }
            for each in differences(file)
        ],
    }


def _merge(merge: CodeMerge) -> dict[str, Any]:
    return {
        "files": [
            {
                "name": file.name,
                "source": file.source.value,
                "present": file.present,
                "moves_online": file.moves_online,
                "moves_here": file.moves_here,
            }
            for file in merge.files
        ],
        "conflicts": [{"name": conflict.name, "why": conflict.why} for conflict in merge.conflicts],
    }


def _side(side: FileSide | None) -> dict[str, Any] | None:
    if side is None:
        return None
    state = side.state
    sha256 = None if is_secret_file(state.name) else state.sha256  # a short password could be guessed by it
    return {"size": state.size, "sha256": sha256, "executable": state.executable, "link": state.link}


def _change(change: FieldChange, becomes: Becomes | None) -> dict[str, Any]:
    return {
        "path": list(change.path),
        "cause": change.cause.value,
        "becomes": None if becomes is None else becomes.value,
        "baseline": machine_value(change, change.baseline),
        "live": machine_value(change, change.live),
        "desired": machine_value(change, change.desired),
        "target": machine_value(change, change.target),
        "since": change.since,
        "whose": None if change.whose is None else {"means": change.whose.means.value, "by": change.whose.by},
        "deployed": _deployment(change.deployed),
    }


def _deployment(since: Since | None) -> dict[str, Any] | None:
    """Returns a deployment that the checkout does not contain, and why not."""
    if since is None:
        return None
    return {
        "serial": since.serial,
        "origin": None if since.origin is None else asdict(since.origin),
        "contained": False,
        "why": since.doubt.value,
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
