"""The three sides of a resource, drawn in a few words, for the tests of the pure half."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.compare import compare
from fc_guard.core.compare_fields import View
from fc_guard.core.values import Comparer
from fc_guard.model.address import Address
from fc_guard.model.fields import Cause, FieldPath, Sealed
from fc_guard.model.resources import Baseline, Desired, Live, ResourceDiff
from fc_guard.model.rules import FieldRules
from tests.known import catalog_with

ID = Address("fc2", "1", "cn-hangzhou", "function", ("svc", "fn"))
RULES = FieldRules(
    server_owned=frozenset({("createdTime",)}),
    structs=frozenset({("log",)}),
    maps=frozenset({("env",)}),
    sets=frozenset({("methods",)}),
    case_blind=frozenset({("role",)}),
    secret=frozenset({("env",)}),
    fixed=frozenset({("type",)}),
    defaults={("timeout",): 3, ("log", "rule"): "None"},
)
KINDS = catalog_with("function", rules=RULES)


def seal(path: FieldPath, value: Any) -> Sealed:
    """A seal that tests can read; real ones are keyed hashes."""
    return Sealed(f"{'.'.join(path)}={value!r}")


def fields(flat: Mapping[str, Any]) -> dict[FieldPath, Any]:
    """{"env.A": 1} -> {("env", "A"): 1}"""
    return {tuple(key.split(".")): value for key, value in flat.items()}


def diff(
    desired: Mapping[str, Any] | None = None,
    live: Mapping[str, Any] | None = None,
    applied: Mapping[str, Any] | None = None,
    observed: Mapping[str, Any] | None = None,
    kept: Mapping[str, str] | None = None,
    declared: tuple[str, ...] = (),
    derived: Mapping[str, Any] | None = None,
    kept_absent: str = "",
    made: bool = True,
    view: View = View.DEPLOYING,
    rules: FieldRules = RULES,
    id: Address = ID,
) -> ResourceDiff:
    """Compares; without `observed` the last write is answered with just what was sent. What has a baseline was made by
    this project, unless `made` is False. `kept_absent` is the date since when a deletion online is accepted."""
    baseline = None
    if applied is not None:
        comparer = Comparer(rules, seal)
        said = fields(applied if observed is None else observed)
        baseline = Baseline(
            id=id,
            applied={path: comparer.sealed(path, value) for path, value in fields(applied).items()},
            observed=None if kept_absent else {path: comparer.sealed(path, value) for path, value in said.items()},
            kept=fields(kept or {}),
            kept_absent=kept_absent,
            made=made,
        )
    spelled_out = frozenset(tuple(name.split(".")) for name in declared)
    return compare(
        id,
        None if desired is None else Desired(id, fields(desired), spelled_out, derived=fields(derived or {})),
        None if live is None else Live(id, fields(live), dict(live), etag="e1"),
        baseline,
        rules,
        seal,
        view,
    )


def causes(result: ResourceDiff) -> dict[str, Cause]:
    return {change.name: change.cause for change in result.changes}
