"""Cases as a table for people and as a document for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from tests.bench.measure import Case, Sample

HEAD = (
    "command",
    "edition",
    "functions",
    "shape",
    "no-op, s",
    "fc-guard, s",
    "ratio",
    "added, s",
    "reads",
    "writes",
    "in flight",
    "worker MiB",
    "worker CPU, s",
    "Python starts",
)


def markdown(cases: Iterable[Case]) -> str:
    """Medians, with the smallest and largest in brackets."""
    lines = [_row(HEAD), _row("---" for _ in HEAD)]
    lines += [_row(_cells(case)) for case in cases]
    return "\n".join(lines)


def document(cases: Iterable[Case], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same with every single sample."""
    found = []
    for case in cases:
        medians = {"guard": case.guard_seconds, "noop": case.noop_seconds}
        found.append({**asdict(case), "median": medians, "ratio": case.ratio, "added_seconds": case.added_seconds})
    return {**facts, "cases": found}


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(case: Case) -> tuple[str, ...]:
    last = case.guard[-1]
    return (
        f"`{case.command}`",
        case.edition,
        str(case.size),
        case.shape,
        f"{case.noop_seconds:.2f} {_range(case.noop)}",
        f"{case.guard_seconds:.2f} {_range(case.guard)}",
        f"{case.ratio:.2f}",
        f"{case.added_seconds:+.2f}",
        str(sum(last.requests.values()) - last.writes),
        str(last.writes),
        str(max(sample.in_flight for sample in case.guard)),
        f"{max(sample.worker_peak_mib for sample in case.guard):.0f}",
        f"{sorted(sample.worker_cpu_seconds for sample in case.guard)[len(case.guard) // 2]:.2f}",
        str(max(sample.worker_starts for sample in case.guard)),
    )


def _range(samples: tuple[Sample, ...]) -> str:
    seconds = [sample.seconds for sample in samples]
    return f"[{min(seconds):.2f}-{max(seconds):.2f}]"
