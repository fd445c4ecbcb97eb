"""Shows the deployments that records remember, the newest first, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from fc_guard.language import joined, t, tn
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, MISSING, FieldPath, path_text
from fc_guard.model.histories import Deed, Deployment, Fate, FieldMove, FileMove, History, OpenWrite, PutBack
from fc_guard.model.origins import Origin
from fc_guard.model.theirs import Becomes, Theirs, Whose
from fc_guard.render.counting import more_fields, more_files
from fc_guard.render.file_lines import happened, shown_names
from fc_guard.render.paint import Paint
from fc_guard.render.theirs import deleted_by_whom, known_whose, theirs_lines
from fc_guard.render.times import shown_time
from fc_guard.render.values import machine_value, safe, shown_sides
from fc_guard.render.whose import origin_text, source, standing_text, who

FORMAT: Final = 1
FITS: Final = 100
"""The columns that a resource may take before each of its changes gets a line."""
MOST: Final = 20
"""The fields, and the files, of one resource that are shown unless all were asked for."""
FATES: Final = {
    Fate.MADE: ("+", "green", t("made")),
    Fate.ADOPTED: ("=", "dim", t("adopted: it was online already")),
    Fate.CHANGED: ("~", "yellow", ""),
    Fate.REMOVED: ("-", "red", t("removed")),
    Fate.LEFT_DELETED: ("-", "yellow", t("deleted online by somebody, and left so")),
    Fate.FIRST_KEPT: ("·", "dim", t("first entry kept: what it changed is not known")),
}


def history_text(history: History, paint: Paint, *, full: bool = False) -> str:
    """Returns the whole history. `full` folds and cuts nothing."""
    blocks = [
        *_open(history.open, paint),
        *(joined(_put_back(each, paint, full)) for each in history.put_back),
        *(joined(_deployment(each, paint, full)) for each in history.deployments),
    ]
    if not blocks:
        return t("Nothing was deployed from this project, as far as is recorded here.")
    if history.older:
        blocks.append(
            tn(
                "… and {number:,} older deployment (--limit 0 shows all)",
                "… and {number:,} older deployments (--limit 0 shows all)",
                history.older,
            )
        )
    return joined(blocks, "\n\n")


def _open(writes: Sequence[OpenWrite], paint: Paint) -> Iterator[str]:
    """Yields a block for each run whose writes have no known end."""
    runs: dict[tuple[Origin | None, str], list[OpenWrite]] = {}
    for write in writes:
        runs.setdefault((write.by, write.writer), []).append(write)
    for (by, writer), some in runs.items():
        head = (
            t("{writer} is writing here.", writer=safe(writer))
            if writer
            else t("A run that did not end: by {deployment}", deployment=origin_text(by))
        )
        lines = (
            t("  {operation} of {id}, {at}", operation=safe(write.operation), id=_id(write.id), at=shown_time(write.at))
            for write in some
        )
        yield joined((paint(head, "red"), *lines))


def _put_back(each: PutBack, paint: Paint, full: bool) -> Iterator[str]:
    yield paint(t("Put back by undo, {at}:", at=shown_time(each.at)), "yellow")
    names = _folded([safe(path_text(path)) for path in each.fields], more_fields, full=full)
    yield t("  {id}  {names}", id=_id(each.id), names=joined(names, ", "))


def _deployment(each: Deployment, paint: Paint, full: bool) -> Iterator[str]:
    at, origin = shown_time(each.at), each.origin
    whose = origin_text(None) if origin is None else who(origin)
    yield (f"{at}  " if at else "") + paint(whose, "bold")
    if origin is not None:
        yield "  " + t("from {what}", what=source(origin))
        if origin.ci or origin.run:
            yield "  " + _ci(origin)
    if standing := standing_text(each.standing, origin):
        yield "  " + paint(standing, "dim" if each.standing.contained else "yellow")
    for deed in each.deeds:
        yield from _deed(deed, paint, full)
    if not each.deeds:
        yield "  " + paint(t("nothing changed"), "dim")


def _ci(origin: Origin) -> str:
    if not origin.run:
        return safe(origin.ci)
    run = t("run {run}", run=safe(origin.run))
    return joined((safe(origin.ci), run), ", ") if origin.ci else run


def _deed(deed: Deed, paint: Paint, full: bool) -> Iterator[str]:
    symbol, colour, _ = FATES[deed.fate]
    head = f"  {paint(symbol, colour)} {_id(deed.id)}"
    told = [*_fate(deed), *_changes(deed, full), *theirs_lines(_apart(deed), full=full)]
    if 4 + len(_id(deed.id)) + sum(len(each) + 2 for each in told) <= FITS:
        yield head + "  " + joined(told, ", ")
        return
    yield head
    for line in told:
        yield "      " + line


def _fate(deed: Deed) -> Iterator[str]:
    """Yields what became of the resource as a whole, where something did."""
    _, _, word = FATES[deed.fate]
    whose = next((each.whose for each in deed.theirs if not each.path), None)
    if deed.fate is Fate.LEFT_DELETED and whose is not None and whose.by:
        yield t("deleted online{by}, and left so", by=deleted_by_whom(whose))
    elif word:
        yield word


def _kept_whose(deed: Deed) -> Mapping[FieldPath, Whose]:
    """Returns whose the changes were that were kept, and whose values stand among the fields."""
    moves = {move.path for move in deed.fields if move.kept}
    kept = (each for each in deed.theirs if each.becomes is Becomes.KEPT and each.path in moves)
    return {each.path: each.whose for each in kept}


def _apart(deed: Deed) -> Iterator[Theirs]:
    """Yields what of others is not told beside a field."""
    beside = _kept_whose(deed)
    return (each for each in deed.theirs if each.becomes is not Becomes.KEPT or each.path not in beside)


def _changes(deed: Deed, full: bool) -> Iterator[str]:
    whose = _kept_whose(deed)

    def told(move: FieldMove) -> str:
        said = _code(move, deed.files, full) if move.path == CODE else _field(move, full)
        by = known_whose(whose.get(move.path))
        return t("{said} ({by})", said=said, by=by) if by else said

    yield from _folded([told(move) for move in deed.fields if move.path != CODE], more_fields, full=full)
    yield from (told(move) for move in deed.fields if move.path == CODE)


def _field(move: FieldMove, full: bool) -> str:
    name = safe(move.name)
    before, after = shown_sides((move.before, move.after), secret=move.secret, full=full)
    if move.kept:
        return (
            t("{name} kept as online", name=name)
            if move.secret
            else t("{name} kept online: {after}", name=name, after=after)
        )
    if move.before is MISSING:
        return t("{name} added", name=name) if move.secret else t("{name} added: {after}", name=name, after=after)
    if move.after is MISSING:
        return t("{name} removed", name=name)
    return (
        t("{name} changed", name=name)
        if move.secret
        else t("{name} {before} → {after}", name=name, before=before, after=after)
    )


def _code(move: FieldMove, files: Sequence[FileMove] | None, full: bool) -> str:
    if files is None:
        told = t("package {change} (its files are not kept)", change=_side_word(move))
    else:
        names = shown_names([file.name for file in files])
        each = [f"{names[file.name]} " + _file_word(file) for file in files]
        told = joined(_folded(each, more_files, full=full), ", ")
    return t("code kept as online: {told}", told=told) if move.kept else t("code: {told}", told=told)


def _side_word(move: FieldMove) -> str:
    return t("added") if move.before is MISSING else t("removed") if move.after is MISSING else t("changed")


def _file_word(file: FileMove) -> str:
    return happened(file.before, file.after)


def _folded(texts: Sequence[str], more: Callable[[int], str], *, full: bool) -> Iterable[str]:
    return texts if full or len(texts) <= MOST else (*texts[:MOST], more(len(texts) - MOST))


def _id(id: Address) -> str:
    return safe(str(id))


def history_document(history: History) -> dict[str, Any]:
    """Returns the history as plain JSON; schema/history.json describes it."""
    return {
        "format_version": FORMAT,
        "deployments": [_deployment_document(each) for each in history.deployments],
        "older": history.older,
        "open": [
            {
                **_named(write.id),
                "operation": write.operation,
                "at": write.at,
                "by": _origin_document(write.by),
                "writer": write.writer,
            }
            for write in history.open
        ],
        "put_back": [
            {**_named(each.id), "at": each.at, "fields": [list(path) for path in each.fields]}
            for each in history.put_back
        ],
    }


def _deployment_document(each: Deployment) -> dict[str, Any]:
    standing = each.standing
    why = standing.way or standing.doubt
    return {
        "origin": _origin_document(each.origin),
        "at": each.at,
        "contained": standing.contained,
        "why": "" if why is None else why.value,
        "resources": [_deed_document(deed) for deed in each.deeds],
    }


def _deed_document(deed: Deed) -> dict[str, Any]:
    return {
        **_named(deed.id),
        "serial": deed.serial,
        "fate": deed.fate.value,
        "fields": [
            {
                "path": list(move.path),
                "before": machine_value(move, move.before),
                "after": machine_value(move, move.after),
                "happened": _happened(move),
                "kept": move.kept,
            }
            for move in deed.fields
        ],
        "files": None
        if deed.files is None
        else [{"name": file.name, "happened": happened(file.before, file.after)} for file in deed.files],
        "theirs": [_theirs_document(each) for each in deed.theirs],
    }


def _theirs_document(each: Theirs) -> dict[str, Any]:
    return {
        "path": list(each.path),
        "becomes": each.becomes.value,
        "means": each.whose.means.value,
        "by": each.whose.by,
        "files": list(each.files),
        "more_files": each.more,
    }


def _happened(move: FieldMove) -> str:
    return "added" if move.before is MISSING else "removed" if move.after is MISSING else "changed"


def _named(id: Address) -> dict[str, Any]:
    return {"resource": str(id), "kind": id.kind, "name": list(id.parts)}


def _origin_document(origin: Origin | None) -> dict[str, Any] | None:
    return None if origin is None else asdict(origin)
