"""Checks that an s.yaml edited by a pull asks for what is online, and otherwise for the same as before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fc_guard.core.normal import effective
from fc_guard.core.values import same
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING, path_text
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Desired, ResourceDiff


def besides(before: Mapping[Address, Desired], after: Mapping[Address, Desired], id: Address, paths: Any) -> str:
    """Returns what else the edited s.yaml would ask for than before; '' where it is nothing."""
    for other in {*before, *after} - ({id} if paths is None else set()):
        left = before[other].fields if other in before else None
        right = after[other].fields if other in after else None
        if left is None or right is None:
            return t("s.yaml would say something else of {other} too", other=other)
        for path in {*left, *right} - (set(paths) if other == id else set()):
            if not same(left.get(path, MISSING), right.get(path, MISSING)):
                return t("s.yaml would say something else of {other} {field} too", other=other, field=path_text(path))
    return ""


def without_lapsed(
    after: Mapping[Address, Desired], before: Mapping[Address, Desired], diff: ResourceDiff, kind: Kind
) -> Mapping[Address, Desired]:
    """Keeps fields in `after` that only left with the struct around them, and mean nothing without it."""
    rules, live = kind.rules, diff.live.fields if diff.live is not None else {}
    old, new = before[diff.id].fields, after[diff.id].fields
    lapsed = {
        path: value
        for path, value in old.items()
        if path not in new
        and (rules.filled(live, path) or same(effective({}, path, rules), effective(live, path, rules)))
    }
    return {**after, diff.id: replace(after[diff.id], fields={**new, **lapsed})}
