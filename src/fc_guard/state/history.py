"""What every store remembers of the writes of a resource: how many, and the packages that they refer to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from fc_guard.errors import BadInput, Effect
from fc_guard.language import t
from fc_guard.model.fields import CODE, CodeVersion
from fc_guard.model.resources import Record

HISTORY: Final = "FC_GUARD_HISTORY"
USUAL: Final = 10
MOST: Final = 200


def most_entries() -> int:
    """Returns how many of the newest writes of each resource are remembered. Raises `BadInput`."""
    told = os.environ.get(HISTORY, "").strip()
    if not told:
        return USUAL
    count = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    if not 1 <= count <= MOST:
        raise BadInput(
            t("{variable} is no number from 1 to {most}.", variable=HISTORY, most=MOST),
            hint=t("It says how many of the newest deployments of each resource are remembered."),
            reference="bad-history",
            effect=Effect.NOTHING,
        )
    return count


def digests_of(record: Record) -> Iterator[str]:
    """Yields the digests of packages that a record refers to, including those of its intent and of its history."""
    pending = record.pending.leads_to if record.pending is not None else None
    for baseline in (record.baseline, pending, *(entry.after() for entry in record.entries)):
        if baseline is None:
            continue
        yield baseline.common
        for side in (baseline.applied, baseline.observed or {}):
            code = side.get(CODE)
            if isinstance(code, CodeVersion) and code.digest is not None:
                yield code.digest
