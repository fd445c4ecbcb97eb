"""Reads the rescue copies of a state directory. What is no whole copy is said to be none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

from fc_guard.errors import BaselineUnusable
from fc_guard.kinds import REGISTRY
from fc_guard.model.ids import ResourceId
from fc_guard.model.rescues import Cause, DamagedCopy, RescueCopy
from fc_guard.state.files import names_in, read_file
from fc_guard.state.rescue import ABOUT, CODE, FOLDER, FORMAT, LIVE, UNFINISHED, UNUSED

Kept = RescueCopy | DamagedCopy

EVER: Final = datetime.fromtimestamp(0, timezone.utc)


def shelf(root: Path) -> tuple[Kept, ...]:
    """Every copy of a state directory, newest first, and what lies there and is none."""
    found = [_looked_at(root / FOLDER / name) for name in names_in(root / FOLDER) if not name.startswith(".")]
    return tuple(sorted(found, key=_age, reverse=True))


def unfinished(root: Path) -> tuple[RescueCopy, ...]:
    """The copies of runs that did not come to their end: still under way, or killed."""
    folders = (root / FOLDER / name for name in names_in(root / FOLDER) if not name.startswith("."))
    found = (_looked_at(folder) for folder in folders if (folder / UNFINISHED).exists())
    return tuple(copy for copy in found if isinstance(copy, RescueCopy))


def document_of(copy: RescueCopy) -> Mapping[str, Any]:
    """The saved answer of FC. Raises `BaselineUnusable` when it is not what was saved."""
    folder = Path(copy.directory)
    data = read_file(folder / LIVE) or b""
    try:
        noted = json.loads(read_file(folder / ABOUT) or b"").get("files") or {}
        document: Mapping[str, Any] = json.loads(data)
    except ValueError as error:
        raise damaged(copy, f"{LIVE} is no JSON") from error
    if noted and noted[LIVE]["sha256"] != hashlib.sha256(data).hexdigest():
        raise damaged(copy, f"{LIVE} is not what was saved")
    return document


def code_of(copy: RescueCopy) -> Path | None:
    """Where the saved package is; None where the resource has none."""
    return Path(copy.directory) / CODE if copy.code else None


def damaged(copy: RescueCopy, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        f"The rescue copy {copy.name} is damaged: {why}.",
        hint=f"Nothing was changed. What is left of it is in {copy.directory}.",
        reference="rescue-damaged",
    )


def _age(kept: Kept) -> tuple[datetime, int, str]:
    """When it was saved; two copies of one moment by when they were written."""
    if isinstance(kept, DamagedCopy):
        return (kept.at, 0, kept.name)
    return (kept.saved_at, _written(Path(kept.directory)), kept.name)


def _written(folder: Path) -> int:
    try:
        return (folder / ABOUT).stat().st_mtime_ns
    except OSError:
        return 0


def _looked_at(folder: Path) -> Kept:
    sizes = dict(_sizes(folder))
    data = read_file(folder / ABOUT)
    if data is None:
        return _none(folder, sizes, "it was never completed")
    try:
        about = json.loads(data)
        if about["format_version"] > FORMAT:
            return _none(folder, sizes, f"a newer fc-guard saved it (format {about['format_version']})")
        if about["kind"] not in REGISTRY:
            return _none(folder, sizes, f"this fc-guard knows nothing of a {about['kind']}")
        copy = _copy(folder, about, sizes)
        wrong = sorted(name for name, noted in _noted(about).items() if _differs(noted, sizes.get(name)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return _none(folder, sizes, f"{ABOUT} cannot be understood: {type(error).__name__}")
    return _none(folder, sizes, f"{', '.join(wrong)} is missing or cut off") if wrong else copy


def _copy(folder: Path, about: Mapping[str, Any], sizes: Mapping[str, int]) -> RescueCopy:
    id = ResourceId(about["account"], about["region"], about["kind"], tuple(about["id"]))
    changed = about.get("changed")
    told = {name: str(about.get(name, "")) for name in ("run", "command", "policy", "word", "step")}
    return RescueCopy(
        name=folder.name,
        id=id,
        directory=str(folder),
        saved_at=_moment(about["saved_at"]),
        cause=Cause(
            **told,
            reason=about["reason"],
            changed=None if changed is None else frozenset(tuple(path) for path in changed),
        ),
        size=sum(size for name, size in sizes.items() if name in (LIVE, CODE)),
        code=about["code"],
        unfinished=UNFINISHED in sizes,
        unused=UNUSED in sizes,
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def _noted(about: Mapping[str, Any]) -> dict[str, int | None]:
    """The files that belong to a copy, with their sizes if they were noted (since format 2)."""
    names = (LIVE, CODE) if about["code"] else (LIVE,)
    noted = about.get("files") or {}
    return {name: noted[name]["size"] if noted else None for name in names}


def _differs(noted: int | None, there: int | None) -> bool:
    return there is None or (noted is not None and noted != there)


def _none(folder: Path, sizes: Mapping[str, int], why: str) -> DamagedCopy:
    return DamagedCopy(folder.name, str(folder), _touched(folder), why, sum(sizes.values()))


def _touched(folder: Path) -> datetime:
    try:
        return datetime.fromtimestamp(folder.stat().st_mtime, timezone.utc)
    except OSError:
        return EVER  # it was dropped just now


def _sizes(folder: Path) -> Iterator[tuple[str, int]]:
    for name in names_in(folder):
        try:
            yield name, (folder / name).lstat().st_size
        except FileNotFoundError:
            continue  # another run is dropping it
