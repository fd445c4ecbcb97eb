"""Provisioned instances of a function at a qualifier (facts 4.4, 5.5)."""

from __future__ import annotations

from collections.abc import Sequence

from fc_local.errors import FcError, bad_format, invalid
from fc_local.kinds import checks
from fc_local.kinds.kind import Making, Setting, View
from fc_local.shape import Document, Flag, ListOf, Number, Struct, Text, Whole

MOST_ACTIONS = 100
_SHAPE = Struct(
    {
        "target": Whole(),
        "alwaysAllocateCPU": Flag(),
        "scheduledActions": ListOf(
            Struct(
                {
                    "name": Text(),
                    "startTime": Text(),
                    "endTime": Text(),
                    "scheduleExpression": Text(),
                    "target": Whole(),
                }
            )
        ),
        "targetTrackingPolicies": ListOf(
            Struct(
                {
                    "name": Text(),
                    "startTime": Text(),
                    "endTime": Text(),
                    "metricType": Text(),
                    "metricTarget": Number(),
                    "minCapacity": Whole(),
                    "maxCapacity": Whole(),
                }
            )
        ),
    }
)
_NOTHING: Document = {"target": 0, "alwaysAllocateCPU": False, "scheduledActions": None, "targetTrackingPolicies": None}


def _put(old: Document | None, body: Document, making: Making) -> Document:
    document = {**(old or _NOTHING), **body}
    checks.within("Target", document["target"], 0, 10000)
    for field in ("scheduledActions", "targetTrackingPolicies"):
        _check_actions(field[0].upper() + field[1:], document[field] or ())
    for action in document["scheduledActions"] or ():
        expression = action.get("scheduleExpression", "")
        if not expression.startswith(("at(", "cron(")) or not expression.endswith(")"):
            raise bad_format("ScheduleExpression", "at(...) or cron(...)", expression)
    return document


def _check_actions(field: str, actions: Sequence[Document]) -> None:
    if len(actions) > MOST_ACTIONS:
        raise invalid(f"{field} contains too many values (max: {MOST_ACTIONS}, actual: {len(actions)})")
    seen: set[str] = set()
    for action in actions:
        name = action.get("name")
        checks.given("Name", name)
        if name in seen:
            raise invalid(f"Duplicate action name '{name}' in {field} is not allowed")
        seen.add(str(name))


def _show(document: Document, view: View) -> Document:
    service, function, qualifier = view.path
    shown = {key: value for key, value in document.items() if key not in ("createdTime", "lastModifiedTime")}
    resource = f"{view.scope.account}#{service}#{qualifier}#{function}"
    return {"resource": resource, **shown, "current": document["target"], "currentError": ""}


def _missing(path: tuple[str, ...]) -> FcError:
    service, function, qualifier = path
    message = f"provision config for service '{service}', function '{function}', qualifier '{qualifier}' does not exist"
    return FcError(404, "ProvisionConfigNotFound", message)


PROVISION_CONFIG = Setting("provision_config", "provisionConfigs", _SHAPE, _put, _show, _missing)
