"""Puts a baseline together from several writes: configuration and code may each be from another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from fc_guard.core.values import Comparer
from fc_guard.model.fields import (
    ASPECTS,
    CODE,
    CODE_ASPECT,
    MISSING,
    CodeVersion,
    FieldPath,
    Fields,
    aspect_of,
)
from fc_guard.model.resources import Baseline

T = TypeVar("T")


def of_step(baseline: Baseline | None, step: str) -> Baseline | None:
    """Returns a baseline with a step's share in front; '' stands for a resource that is not shared."""
    return baseline.seen_by(step) if baseline is not None and step else baseline


def joined_aspects(main: Baseline, others: Mapping[str, Baseline | None]) -> Baseline:
    """Returns a baseline in which what is said of each of these aspects is from another one. None, or a baseline of
    what was absent, says nothing of it."""
    for aspect, other in others.items():
        main = _with_aspect(main, other if other is not None and other.observed is not None else None, aspect)
    return main


def _with_aspect(main: Baseline, other: Baseline | None, aspect: str) -> Baseline:
    if other is None:
        covers = main.covers - {aspect}
        other = Baseline(main.id, {}, {}, covers=frozenset())
    else:
        covers = (main.covers - {aspect}) | (other.covers & {aspect})
    joined = replace(
        main,
        applied=_of_aspect(main.applied, other.applied, aspect),
        observed=_of_aspect(main.observed or {}, other.observed or {}, aspect),
        kept=_of_aspect(main.kept, other.kept, aspect),
        covers=covers,
    )
    return replace(joined, common=other.common, merged=other.merged) if aspect == CODE_ASPECT else joined


def _of_aspect(main: Mapping[FieldPath, T], other: Mapping[FieldPath, T], aspect: str) -> dict[FieldPath, T]:
    kept = {path: value for path, value in main.items() if aspect_of(path) != aspect}
    return kept | {path: value for path, value in other.items() if aspect_of(path) == aspect}


def carried_over(baseline: Baseline, before: Baseline | None) -> Baseline:
    """Returns the baseline that a write leads to, where what the write was not about is as the one before it says."""
    if before is None or before.observed is None or baseline.observed is None:
        return baseline
    return joined_aspects(baseline, dict.fromkeys(ASPECTS - baseline.about, before))


def with_values(main: Baseline, source: Baseline, path: FieldPath) -> Baseline:
    """Returns a baseline in which a field that was kept is as its own deployment left it."""
    kept = {each: since for each, since in main.kept.items() if each != path}
    joined = replace(
        main,
        applied=_with_field(main.applied, source.applied, path),
        observed=_with_field(main.observed or {}, source.observed or {}, path),
        kept=kept,
    )
    return replace(joined, common=source.common, merged=source.merged) if path == CODE else joined


def _with_field(fields: Fields, source: Fields, path: FieldPath) -> Fields:
    rest = {each: value for each, value in fields.items() if each != path}
    return rest | ({path: source[path]} if path in source else {})


def last_but(main: Baseline, live: Fields, newer: Iterable[Baseline], aspect: str, comparer: Comparer) -> Baseline:
    """Returns a baseline that observed, of each field that is online as it was then, the last other value that it had
    since. `newer` are what later writes led to, newest first."""
    observed = dict(main.observed or {})
    afters = [after.observed or {} for after in newer]
    common = main.common
    for path in {path for side in (observed, *afters) for path in side if aspect_of(path) == aspect}:
        now = live.get(path, MISSING)
        if not comparer.same(path, now, observed.get(path, MISSING)):
            continue
        other = next((after for after in afters if not comparer.same(path, now, after.get(path, MISSING))), None)
        if other is None:
            continue
        value = other.get(path, MISSING)
        if isinstance(value, CodeVersion):
            common = value.digest or ""
        if value is MISSING:
            observed.pop(path, None)
        else:
            observed[path] = value
    return replace(main, observed=observed, common=common)
