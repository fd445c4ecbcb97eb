"""Shows rescue copies run by run, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from fc_guard.language import joined, t, tn
from fc_guard.model.rescues import DamagedCopy, Occasion, RescueCopy
from fc_guard.render.paint import Paint
from fc_guard.render.times import shown_time
from fc_guard.render.values import safe
from fc_guard.render.wrapping import padded

WHY = {word: word for word in (t("overwritten"), t("deleted"), t("replaced"))}
"""The words that are recorded with a copy, for people."""

Kept = RescueCopy | DamagedCopy


def rescues_text(kept: Sequence[Kept], paint: Paint) -> str:
    """Returns the copies in the order given, under one heading per run."""
    copies = [copy for copy in kept if isinstance(copy, RescueCopy)]
    lines = [line for run, group in groupby(copies, key=_run) for line in _of_run(run, list(group), paint)]
    damaged = [
        t("    {copy}: {why}", copy=safe(copy.name), why=safe(copy.why))
        for copy in kept
        if isinstance(copy, DamagedCopy)
    ]
    if damaged:
        lines += [paint(t("  no whole copies:"), "red"), *damaged]
    return joined([t("Rescue copies, newest first:"), *lines]) if lines else t("No rescue copies.")


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
    step = t(" (step {step}, run {run})", step=safe(occasion.step), run=safe(copy.run)) if occasion.step else ""
    return joined(
        [
            t("{id} of account {account} in {region}", id=safe(str(id)), account=id.account, region=id.region),
            t(
                "  {reason} by {by}{step}, saved {moment}",
                reason=why_saved(occasion),
                by=safe(occasion.by),
                step=step,
                moment=shown_time(copy.saved_at),
            ),
            f"  {safe(copy.directory)}",
        ]
    )


def dropped_text(dropped: Sequence[Kept], copies: int, size: int) -> str:
    """Returns what was dropped, and why. `size` is in bytes."""
    names = "".join(f"\n  {safe(copy.name)}" for copy in dropped)
    most = tn("{number} copy", "{number} copies", copies)
    limits = t("{most} and {size:.0f} GiB are kept; --keep-rescues says otherwise", most=most, size=size / 1024**3)
    return t("Dropped the oldest rescue copies ({limits}):{names}", limits=limits, names=names)


def why_saved(occasion: Occasion) -> str:
    """Returns the word for what befell the resource; one that a newer version wrote is shown as it is."""
    return WHY.get(occasion.reason, safe(occasion.reason))


def _run(copy: RescueCopy) -> tuple[str, str]:
    return copy.run, copy.occasion.by


def _of_run(run: tuple[str, str], copies: list[RescueCopy], paint: Paint) -> Iterator[str]:
    (name, by), at = run, shown_time(copies[0].saved_at)
    yield t("  {name}  {by}, {moment}", name=paint(safe(name), "bold"), by=safe(by), moment=at)
    width = max(len(safe(str(copy.id))) for copy in copies)
    for copy in copies:
        reason = t("untouched") if copy.unused else why_saved(copy.occasion)
        interrupted = t("  (the run was interrupted)") if copy.unfinished else ""
        told = f"    {safe(str(copy.id)):<{width}}  " + padded(reason, 11)
        yield told + f"  {copy.size:>9,} B  {safe(copy.name)}" + interrupted
