"""Reads the rescue copies of a state directory. What is no whole copy is said to be none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import IO, Any, Final

from fc_guard.errors import BaselineUnusable
from fc_guard.kinds import REGISTRY
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import parent_of
from fc_guard.model.rescues import Cause, DamagedCopy, RescueCopy
from fc_guard.state.files import LINKED, names_in, open_file, read_file, status_of, statuses_in
from fc_guard.state.place import Place
from fc_guard.state.rescue import ABOUT, CODE, FOLDER, FORMAT, LIVE, UNFINISHED, UNUSED

Kept = RescueCopy | DamagedCopy

EVER: Final = datetime.fromtimestamp(0, timezone.utc)


def shelf(root: Place) -> tuple[Kept, ...]:
    """Every copy of a state directory, newest first, and what lies there and is none."""
    found = [_looked_at(root / FOLDER / name) for name in names_in(root / FOLDER) if not name.startswith(".")]
    return tuple(sorted(found, key=lambda kept: kept.order, reverse=True))


def next_number(root: Place) -> int:
    """A number that is larger than that of every copy there is."""
    return max((kept.number for kept in shelf(root) if isinstance(kept, RescueCopy)), default=0) + 1


def unfinished(root: Place) -> tuple[RescueCopy, ...]:
    """The copies of runs that did not come to their end: still under way, or killed."""
    folders = (root / FOLDER / name for name in names_in(root / FOLDER) if not name.startswith("."))
    found = (_looked_at(folder) for folder in folders if status_of(folder / UNFINISHED) is not None)
    return tuple(copy for copy in found if isinstance(copy, RescueCopy))


def document_of(root: Place, copy: RescueCopy) -> Mapping[str, Any]:
    """The saved answer of FC. Raises `BaselineUnusable` when it is not what was saved, or of another resource."""
    folder = root / FOLDER / copy.name
    data = read_file(folder / LIVE) or b""
    try:
        noted = json.loads(read_file(folder / ABOUT) or b"").get("files") or {}
        document: Mapping[str, Any] = json.loads(data)
    except ValueError as error:
        raise damaged(copy, f"{LIVE} is no JSON") from error
    if noted and noted[LIVE]["sha256"] != hashlib.sha256(data).hexdigest():
        raise damaged(copy, f"{LIVE} is not what was saved")
    if _misnamed(document, copy.id):
        raise damaged(copy, f"{LIVE} does not name {copy.id}")
    return document


def code_of(root: Place, copy: RescueCopy) -> IO[bytes] | None:
    """The saved package; None where the resource has none. Raises `BaselineUnusable` when it is not there."""
    if not copy.code:
        return None
    file = open_file(root / FOLDER / copy.name / CODE)
    if file is None:
        raise damaged(copy, f"{CODE} is missing")
    return file


def _misnamed(document: Any, id: ResourceId) -> bool:
    """Whether a document is none of the resource. One whose name stands in no path may go without."""
    if not isinstance(document, Mapping):
        return True
    kind, parent = REGISTRY[id.kind], parent_of(REGISTRY, id)
    named = document.get(kind.name_field)
    if named is None and kind.operations.in_path:
        return True
    if named is not None and named != id.parts[-1]:
        return True
    while parent is not None:
        if document.get(REGISTRY[parent.kind].name_field, parent.parts[-1]) != parent.parts[-1]:
            return True
        parent = parent_of(REGISTRY, parent)
    return False


def damaged(copy: RescueCopy, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        f"The rescue copy {copy.name} is damaged: {why}.",
        hint=f"Nothing was changed. What is left of it is in {copy.directory}.",
        reference="rescue-damaged",
    )


def _looked_at(folder: Place) -> Kept:
    sizes = dict(_sizes(folder))
    try:
        data = read_file(folder / ABOUT)
    except BaselineUnusable as error:
        if error.reference == LINKED:
            raise
        return _none(folder, sizes, f"{ABOUT} cannot be read")
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


def _copy(folder: Place, about: Mapping[str, Any], sizes: Mapping[str, int]) -> RescueCopy:
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
        number=_number(about),
    )


def _number(about: Mapping[str, Any]) -> int:
    number = about.get("number", 0)  # copies of before have none
    if not isinstance(number, int) or number < 0:
        raise ValueError("no number")
    return number


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


def _none(folder: Place, sizes: Mapping[str, int], why: str) -> DamagedCopy:
    return DamagedCopy(folder.name, str(folder), _touched(folder), why, sum(sizes.values()))


def _touched(folder: Place) -> datetime:
    status = status_of(folder)
    return EVER if status is None else datetime.fromtimestamp(status.st_mtime, timezone.utc)  # None: dropped just now


def _sizes(folder: Place) -> Iterator[tuple[str, int]]:
    return ((name, status.st_size) for name, status in statuses_in(folder))
