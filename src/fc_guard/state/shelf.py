"""Reads the rescue copies of a state directory. A copy that is not whole becomes a `DamagedCopy`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import IO, Any, Final

from fc_guard.core import strict_json
from fc_guard.core.naming import misnamed
from fc_guard.core.normal import observed
from fc_guard.errors import BaselineUnusable, Effect
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.kinds import Kind
from fc_guard.model.outputs import Output
from fc_guard.model.rescues import DamagedCopy, Occasion, RescueCopy
from fc_guard.state.copies import ABOUT, CODE, FOLDER, LIVE, UNFINISHED, UNUSED
from fc_guard.state.names import is_account
from fc_guard.state.nofollow import LINKED, names_in, open_file, read_file, status_of, statuses_in
from fc_guard.state.place import Place
from fc_guard.state.typed import UNSOUND, count, flag, items, members, names, path, shallow, text
from fc_guard.state.upgrades import COPY_FORMAT, FIRST_PROVIDER

Kept = RescueCopy | DamagedCopy

DAMAGED: Final = "rescue-damaged"
"""The reference of the error for a damaged copy."""
EVER: Final = datetime.fromtimestamp(0, timezone.utc)


def shelf(root: Place, catalog: Catalog) -> tuple[Kept, ...]:
    """Returns all copies of a state directory, newest first, with damaged ones and other folders as `DamagedCopy`."""
    found = [_looked_at(root / FOLDER / name, catalog) for name in names_in(root / FOLDER) if not name.startswith(".")]
    return tuple(sorted(found, key=lambda kept: kept.order, reverse=True))


def next_number(root: Place, catalog: Catalog) -> int:
    """Returns a number larger than that of every copy."""
    return max((kept.number for kept in shelf(root, catalog) if isinstance(kept, RescueCopy)), default=0) + 1


def unfinished(root: Place, catalog: Catalog) -> tuple[RescueCopy, ...]:
    """Returns the copies of runs that are under way or were killed."""
    folders = (root / FOLDER / name for name in names_in(root / FOLDER) if not name.startswith("."))
    found = (_looked_at(folder, catalog) for folder in folders if status_of(folder / UNFINISHED) is not None)
    return tuple(copy for copy in found if isinstance(copy, RescueCopy))


def document_of(root: Place, copy: RescueCopy, kind: Kind) -> Mapping[str, Any]:
    """Returns FC's saved answer. Raises `BaselineUnusable` if it was changed or is not this resource's."""
    try:
        data = read_file(root / FOLDER / copy.name / LIVE) or b""
    except BaselineUnusable as error:
        if error.reference == LINKED:
            raise
        raise damaged(copy, t("{live} cannot be read", live=LIVE)) from error
    if copy.sha256 and copy.sha256 != hashlib.sha256(data).hexdigest():
        raise damaged(copy, t("{live} is not what was saved", live=LIVE))
    try:
        document = members(shallow(strict_json.read(data)))
    except UNSOUND as error:
        raise damaged(copy, t("{live} is no JSON", live=LIVE)) from error
    if misnamed(kind, copy.id.parts, document):
        raise damaged(copy, t("{live} does not name {id}", live=LIVE, id=copy.id))
    try:
        observed(document, kind.rules)
    except UNSOUND as error:
        raise damaged(copy, t("{live} is no {kind}", live=LIVE, kind=copy.id.kind)) from error
    return document


def code_of(root: Place, copy: RescueCopy) -> IO[bytes] | None:
    """Returns the saved package, None if the resource has none. Raises `BaselineUnusable` if it is missing."""
    if not copy.code:
        return None
    file = open_file(root / FOLDER / copy.name / CODE)
    if file is None:
        raise damaged(copy, t("{code} is missing", code=CODE))
    return file


def damaged(copy: RescueCopy, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        t("The rescue copy {copy} is damaged: {why}.", copy=copy.name, why=why),
        hint=t("What is left of it is in {directory}.", directory=copy.directory),
        effect=Effect.NOTHING,
        reference=DAMAGED,
    )


def _looked_at(folder: Place, catalog: Catalog) -> Kept:
    sizes = dict(_sizes(folder))
    try:
        data = read_file(folder / ABOUT)
    except BaselineUnusable as error:
        if error.reference == LINKED:
            raise
        return _none(folder, sizes, t("{about} cannot be read", about=ABOUT))
    if data is None:
        return replace(_none(folder, sizes, t("it was never completed")), unused=True)
    try:
        about = members(strict_json.read(data))
        version = count(about["format_version"])
        if version > COPY_FORMAT:
            return _none(folder, sizes, t("a newer fc-guard saved it (format {version})", version=version))
        if catalog.named(_provider(about), text(about["kind"])) is None:
            return _none(folder, sizes, t("this fc-guard knows nothing of a {kind}", kind=about["kind"]))
        noted = _noted(about)
        copy = _copy(folder, _id(about, catalog), about, sizes, noted[LIVE].sha256)
    except UNSOUND as error:
        return _none(folder, sizes, t("{about} cannot be understood: {name}", about=ABOUT, name=type(error).__name__))
    wrong = sorted(name for name, file in noted.items() if _differs(file.size, sizes.get(name)))
    return (
        replace(_none(folder, sizes, t("{wrong} is missing or cut off", wrong=", ".join(wrong))), copy=copy)
        if wrong
        else copy
    )


def _copy(folder: Place, id: Address, about: Mapping[str, Any], sizes: Mapping[str, int], sha256: str) -> RescueCopy:
    changed = about.get("changed")
    told = {name: text(about.get(name, "")) for name in ("run", "command", "policy", "word", "step")}
    return RescueCopy(
        name=folder.name,
        id=id,
        directory=str(folder),
        saved_at=_moment(text(about["saved_at"])),
        occasion=Occasion(
            **told,
            reason=text(about["reason"]),
            changed=None if changed is None else frozenset(path(place) for place in items(changed)),
            outputs=dict(_output(id, each) for each in items(about.get("outputs", []))),  # older copies have none
        ),
        size=sum(size for name, size in sizes.items() if name in (LIVE, CODE)),
        code=flag(about["code"]),
        unfinished=UNFINISHED in sizes,
        unused=UNUSED in sizes,
        number=count(about.get("number", 0)),  # older copies have none
        sha256=sha256,
    )


def _output(id: Address, noted: Any) -> tuple[str, Output]:
    output = members(noted)
    if not output["text"]:
        raise ValueError(t("it names no value"))
    of = replace(id, provider=text(output["provider"]), kind=text(output["kind"]), parts=names(output["id"]))
    return text(output["text"]), Output(of, text(output["member"]))


def _provider(about: Mapping[str, Any]) -> str:
    """Returns the provider that the copy names. Copies in older formats may name none."""
    if count(about["format_version"]) < COPY_FORMAT:
        return text(about.get("provider", FIRST_PROVIDER))
    return text(about["provider"])


def _id(about: Mapping[str, Any], catalog: Catalog) -> Address:
    account, region, kind = (text(about[name]) for name in ("account", "region", "kind"))
    id = Address(_provider(about), account, region, kind, names(about["id"]))
    if not is_account(account) or not catalog.is_of(id):
        raise ValueError(t("it names no resource"))
    return id


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class _Noted:
    """A file's size and hash from when it was saved; formats before 2 have neither."""

    size: int | None = None
    sha256: str = ""


def _noted(about: Mapping[str, Any]) -> dict[str, _Noted]:
    """Returns what was noted about each file that belongs to a copy."""
    belong = (LIVE, CODE) if flag(about["code"]) else (LIVE,)
    files = about.get("files")
    if files is None:
        return {name: _Noted() for name in belong}
    found = {name: _Noted(count(files[name]["size"])) for name in belong}
    return {**found, LIVE: replace(found[LIVE], sha256=text(files[LIVE]["sha256"]))}


def _differs(noted: int | None, there: int | None) -> bool:
    return there is None or (noted is not None and noted != there)


def _none(folder: Place, sizes: Mapping[str, int], why: str) -> DamagedCopy:
    return DamagedCopy(folder.name, str(folder), _touched(folder), why, sum(sizes.values()), unused=UNUSED in sizes)


def _touched(folder: Place) -> datetime:
    status = status_of(folder)
    return EVER if status is None else datetime.fromtimestamp(status.st_mtime, timezone.utc)  # None: dropped just now


def _sizes(folder: Place) -> Iterator[tuple[str, int]]:
    return ((name, status.st_size) for name, status in statuses_in(folder))
