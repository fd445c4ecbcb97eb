"""The three sides of a resource, drawn in a few words, for the tests of the pure half."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.compare import View, compare
from fc_guard.core.values import Comparer
from fc_guard.model.fields import Cause, FieldPath, Sealed
from fc_guard.model.address import Address
from fc_guard.model.resources import Baseline, Desired, Live, ResourceDiff
from fc_guard.model.rules import FieldRules

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
    rules: FieldRules = RULES,
    watch: bool = False,
    made: bool = True,
) -> ResourceDiff:
    """Compares; without `observed` the last write is answered with just what was sent. What has a baseline was made by
    this project, unless `made` is False."""
    baseline = None
    if applied is not None:
        comparer = Comparer(rules, seal)
        said = applied if observed is None else observed
        baseline = Baseline(
            id=ID,
            applied={path: comparer.sealed(path, value) for path, value in fields(applied).items()},
            observed={path: comparer.sealed(path, value) for path, value in fields(said).items()},
            kept={tuple(key.split(".")): since for key, since in (kept or {}).items()},
            made=made,
        )
    return compare(
        ID,
        None if desired is None else Desired(ID, fields(desired), frozenset(tuple(d.split(".")) for d in declared)),
        None if live is None else Live(ID, fields(live), dict(live), etag="e1"),
        baseline,
        rules,
        seal,
        View.WATCHING if watch else View.DEPLOYING,
    )


def causes(result: ResourceDiff) -> dict[str, Cause]:
    return {change.name: change.cause for change in result.changes}
