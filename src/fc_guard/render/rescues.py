"""Shows rescue copies run by run, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from fc_guard.model.rescues import DamagedCopy, RescueCopy
from fc_guard.render.paint import Paint
from fc_guard.render.values import safe

Kept = RescueCopy | DamagedCopy


def rescues_text(kept: Sequence[Kept], paint: Paint) -> str:
    """Returns the copies in the order given, under one heading per run."""
    copies = [copy for copy in kept if isinstance(copy, RescueCopy)]
    lines = [line for run, group in groupby(copies, key=_run) for line in _of_run(run, list(group), paint)]
    damaged = [f"    {safe(copy.name)}: {safe(copy.why)}" for copy in kept if isinstance(copy, DamagedCopy)]
    if damaged:
        lines += [paint("  no whole copies:", "red"), *damaged]
    return "\n".join(["Rescue copies, newest first:", *lines]) if lines else "No rescue copies."


def rescue_document(kept: Kept) -> dict[str, Any]:
    """Returns one copy as plain JSON; schema/report.json describes it."""
    if isinstance(kept, DamagedCopy):
        return {"name": kept.name, "directory": kept.directory, "size": kept.size, "problem": kept.why}
    return {
        "name": kept.name,
        "resource": str(kept.id),
        "directory": kept.directory,
        "run": kept.run,
        "saved_at": kept.saved_at.isoformat(),
        "reason": kept.occasion.reason,
        "command": kept.occasion.command,
        "policy": kept.occasion.policy,
        "word": kept.occasion.word,
        "size": kept.size,
        "code": kept.code,
        "unused": kept.unused,
    }


def about_text(copy: RescueCopy) -> str:
    id, occasion = copy.id, copy.occasion
    step = f" (step {safe(occasion.step)}, run {safe(copy.run)})" if occasion.step else ""
    return "\n".join(
        [
            f"{safe(str(id))} of account {id.account} in {id.region}",
            f"  {safe(occasion.reason)} by {safe(occasion.by)}{step}, saved {moment(copy.saved_at)}",
            f"  {safe(copy.directory)}",
        ]
    )


def dropped_text(dropped: Sequence[Kept], copies: int, size: int) -> str:
    """Returns what was dropped, and why. `size` is in bytes."""
    names = "".join(f"\n  {safe(copy.name)}" for copy in dropped)
    most = "1 copy" if copies == 1 else f"{copies} copies"
    limits = f"{most} and {size / 1024**3:.0f} GiB are kept; --keep-rescues says otherwise"
    return f"Dropped the oldest rescue copies ({limits}):{names}"


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")


def _run(copy: RescueCopy) -> tuple[str, str]:
    return copy.run, copy.occasion.by


def _of_run(run: tuple[str, str], copies: list[RescueCopy], paint: Paint) -> Iterator[str]:
    name, by = run
    yield f"  {paint(safe(name), 'bold')}  {safe(by)}, {moment(copies[0].saved_at)}"
    width = max(len(safe(str(copy.id))) for copy in copies)
    for copy in copies:
        reason = "untouched" if copy.unused else safe(copy.occasion.reason)
        interrupted = "  (the run was interrupted)" if copy.unfinished else ""
        words = f"{safe(str(copy.id)):<{width}}  {reason:<11}  {copy.size:>9,} B"
        yield f"    {words}  {safe(copy.name)}{interrupted}"
