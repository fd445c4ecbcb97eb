"""Seals what older entries of a history have in clear, since a field may count as secret that did not before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fc_guard.core.values import Comparer, Seal
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import FieldPath, Fields, Value
from fc_guard.model.resources import Baseline, Entry, Record


def resealed(record: Record, catalog: Catalog, seal: Seal) -> Record:
    """Returns the record with every secret value of its older entries sealed. The newest was sealed at its making.
    `seal` is called only if there is one to seal."""
    comparer = Comparer(catalog.kind(record.id).rules, seal)
    older = tuple(_resealed(entry, comparer) for entry in record.entries[1:])
    return replace(record, entries=(*record.entries[:1], *older))


def _resealed(entry: Entry, comparer: Comparer) -> Entry:
    before = entry.after()
    after = None if before is None else _sealed(before, comparer)
    return entry if after == before else replace(entry, after=lambda: after)


def _sealed(baseline: Baseline, comparer: Comparer) -> Baseline:
    def of(fields: Fields) -> Mapping[FieldPath, Value]:
        return {path: comparer.sealed(path, value) for path, value in fields.items()}

    return replace(
        baseline,
        applied=of(baseline.applied),
        observed=None if baseline.observed is None else of(baseline.observed),
        others={step: of(applied) for step, applied in baseline.others.items()},
    )
