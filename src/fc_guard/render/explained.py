"""Explains why a field is not listed: for `--explain`, under the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from fc_guard.language import joined, t
from fc_guard.model.fields import Silence, path_text
from fc_guard.model.plans import Action, Plan
from fc_guard.render.paint import Paint
from fc_guard.render.values import safe


def explained_text(plan: Plan, paint: Paint) -> str:
    """Returns every field that is not listed, under the rule that says so; '' if there is none."""
    lines = [line for action in plan.actions for line in _of(action)]
    return joined([paint(t("Not told:"), "bold"), *lines]) if lines else ""


def explained_document(plan: Plan) -> list[Mapping[str, object]]:
    return [
        {"resource": str(action.id), "path": list(path), "rule": rule.name.lower(), "why": rule.value}
        for action in plan.actions
        for path, rule in action.diff.silences
    ]


def _of(action: Action) -> Iterator[str]:
    if not action.diff.silences:
        return
    yield f"    {safe(str(action.id))}"
    order = list(Silence)
    told = sorted(action.diff.silences, key=lambda silence: (order.index(silence[1]), silence[0]))
    for rule, fields in groupby(told, key=lambda silence: silence[1]):
        names = joined((safe(path_text(path)) for path, _ in fields), ", ")
        yield t("      {rule}: {names}", rule=rule.value, names=names)
