"""Reads and writes a record as the bytes of its file: envelope, checksum, seal and format version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from fc_guard import __version__
from fc_guard.core import strict_json
from fc_guard.core.values import frozen, thawed
from fc_guard.errors import BaselineUnusable
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import ASPECTS, CODE, CodeVersion, FieldPath, Fields, Sealed, Value
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Entry, Intent, Record
from fc_guard.state.treated import as_theirs, listed
from fc_guard.state.typed import UNSOUND, count, flag, items, members, names, optional_text, path, shallow, text
from fc_guard.state.upgrades import FORMAT, upgraded

MAGIC: Final = "fc-guard baseline"
CODE_PLACE: Final = list(CODE)
PASSED: Final = ("commit", "tree", "folder", "clean")
ORIGIN_TEXTS: Final = tuple(each.name for each in fields(Origin) if each.name != "clean")


def no_seal(message: bytes) -> None:
    """Stands for a user without a key when writing."""


def nobody(message: bytes, seal: object) -> bool:
    """Stands for a user without a key when reading."""
    return False


def encode(record: Record, lineage: str, seal: Callable[[bytes], str | None] = no_seal) -> bytes:
    """Returns the file's bytes. The seal covers everything but itself and the checksum, which covers the seal too. Only
    records of this user are sealed."""
    id = record.id
    envelope: dict[str, Any] = {
        "magic": MAGIC,
        "format_version": FORMAT,
        "lineage": lineage,
        "serial": record.serial,
        "provider": id.provider,
        "account": id.account,
        "region": id.region,
        "kind": id.kind,
        "id": list(id.parts),
        "tool_version": __version__,
        "etag": record.baseline.etag if record.baseline is not None else None,
        "payload": {
            "baseline": None if record.baseline is None else _baseline(record.baseline),
            "pending": None if record.pending is None else _intent(record.pending),
            "restored": None if record.restored is None else _baseline(record.restored),
            "history": _history(record.entries),
            "passed": [_passed(origin) for origin in record.passed],
        },
    }
    message = _message(envelope)
    sealed = seal(message) if record.ours else None
    envelope |= {"checksum": _checksum(message, sealed)} | ({} if sealed is None else {"seal": sealed})
    return json.dumps(envelope, indent=1, sort_keys=True, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def decode(data: bytes, id: Address, place: str, ours: Callable[[bytes, object], bool] = nobody) -> Record:
    """Returns the record in a file's bytes. `ours` says whether this user sealed them.

    Raises `BaselineUnusable` for a corrupt, foreign or newer file. None of these counts as absent.
    """
    try:
        envelope = strict_json.read(data)
    except ValueError as error:
        raise _corrupt(place, str(error)) from error
    if not isinstance(envelope, dict) or envelope.get("magic") != MAGIC:
        raise _corrupt(place, t("it is not a baseline of fc-guard"))
    version = envelope.get("format_version")
    if type(version) is not int or version < 1:
        raise _corrupt(place, t("its format is no number"))
    if version > FORMAT:
        raise BaselineUnusable(
            t(
                "{place} was written by a newer fc-guard ({tool_version}, format {version}).",
                place=place,
                tool_version=envelope.get("tool_version"),
                version=version,
            ),
            hint=t("Upgrade fc-guard here, or deploy from where it was written."),
            reference="baseline-newer",
        )
    checksum, seal = envelope.pop("checksum", None), envelope.pop("seal", None)
    try:
        message = _message(envelope)
        if checksum != _checksum(message, seal):
            raise _corrupt(place, t("its checksum does not match"))
        return _record(upgraded(envelope), id, place, ours(message, seal))
    except UNSOUND as error:  # anybody can compute a checksum, so the content may still be unsound
        raise _corrupt(place, f"{type(error).__name__}: {error}") from error


def _record(envelope: Mapping[str, Any], id: Address, place: str, ours: bool) -> Record:
    provider, account, region, kind = (text(envelope[name]) for name in ("provider", "account", "region", "kind"))
    found = Address(provider, account, region, kind, names(envelope["id"]))
    if found != id:
        raise BaselineUnusable(
            t(
                "{place} belongs to {called}, not to {other}.",
                place=place,
                called=_called(found),
                other=_called(id),
            ),
            hint=t("It was copied or renamed. Put it back, or delete it."),
            reference="baseline-foreign",
        )
    payload, etag = envelope["payload"], optional_text(envelope["etag"])
    baseline = None if payload["baseline"] is None else _as_baseline(id, payload["baseline"], etag)
    return Record(
        id=id,
        baseline=baseline,
        pending=None if payload["pending"] is None else _as_intent(id, payload["pending"]),
        serial=count(envelope["serial"]),
        restored=_as_baseline(id, restored, None) if (restored := payload.get("restored")) is not None else None,
        ours=ours,
        entries=_as_entries(id, payload.get("history", []), baseline, place),
        passed=tuple(_as_passed(origin) for origin in items(payload.get("passed", []))),
    )


def _called(id: Address) -> str:
    return f"{id.provider}/{id.full}"


def _message(envelope: Mapping[str, Any]) -> bytes:
    return json.dumps(envelope, sort_keys=True, ensure_ascii=True).encode()


def _checksum(message: bytes, seal: object) -> str:
    """Returns the checksum of the envelope with its seal, which is inserted where it sorts: encoding everything twice
    would be the largest cost of reading a record."""
    if seal is not None:
        at = message.rfind(b'"serial": ')
        message = b"".join([message[:at], b'"seal": ', json.dumps(seal).encode(), b", ", message[at:]])
    return hashlib.sha256(message).hexdigest()


def _corrupt(place: str, why: str) -> BaselineUnusable:
    return BaselineUnusable(
        t("{place} is damaged: {why}.", place=place, why=why),
        hint=t(
            "Restore it from a backup, or delete it: the resource then counts as never deployed "
            "from here,\n"
            "and you are shown what differs online before anything is written."
        ),
        reference="baseline-corrupt",
    )


def _baseline(baseline: Baseline) -> dict[str, Any]:
    return {
        "applied": _fields(baseline.applied),
        "observed": None if baseline.observed is None else _fields(baseline.observed),
        "kept": [[list(path), since] for path, since in sorted(baseline.kept.items())],
        "kept_absent": baseline.kept_absent,
        "origin": baseline.origin,
        "recorded_at": baseline.recorded_at,
        "others": {step: _fields(applied) for step, applied in sorted(baseline.others.items())},
        "covers": sorted(baseline.covers),
        "common": baseline.common,
        "made": baseline.made,
        "made_entries": sorted(list(path) for path in baseline.made_entries),
        "merged": baseline.merged,
        "put_back": sorted(list(path) for path in baseline.put_back),
        "about": sorted(baseline.about),
    }


def _as_baseline(id: Address, data: Mapping[str, Any], etag: str | None) -> Baseline:
    return Baseline(
        id=id,
        applied=_as_fields(data["applied"]),
        observed=None if data["observed"] is None else _as_fields(data["observed"]),
        etag=etag,
        kept={path(kept): text(since) for kept, since in items(data["kept"])},
        kept_absent=text(data["kept_absent"]),
        origin=text(data["origin"]),
        recorded_at=text(data["recorded_at"]),
        others={step: _as_fields(applied) for step, applied in members(data["others"]).items()},
        covers=_as_aspects(data["covers"]),
        common=text(data.get("common", "")),  # older baselines have none of these
        made=flag(data.get("made", False)),
        made_entries=_as_paths(data.get("made_entries", [])),
        merged=flag(data.get("merged", False)),
        put_back=_as_paths(data.get("put_back", [])),
        about=_as_about(data),
    )


def _intent(intent: Intent) -> dict[str, Any]:
    return {
        "operation": intent.operation,
        "etag": intent.etag,
        "sent": sorted(list(path) for path in intent.sent),
        "leads_to": None if intent.leads_to is None else _baseline(intent.leads_to),
        "at": intent.at,
        "restores": intent.restores,
        "by": None if intent.by is None else asdict(intent.by),
        "theirs": listed(intent.theirs),
    }


def _as_intent(id: Address, data: Mapping[str, Any]) -> Intent:
    return Intent(
        operation=text(data["operation"]),
        etag=optional_text(data["etag"]),
        sent=_as_paths(data["sent"]),
        leads_to=None if data["leads_to"] is None else _as_baseline(id, data["leads_to"], None),
        at=text(data["at"]),
        restores=flag(data.get("restores", False)),
        by=_as_origin(data.get("by")),
        theirs=as_theirs(data.get("theirs", [])),
    )


class _Text:
    """The baseline of an older entry as JSON in a text: reading a record does not decode its whole history."""

    def __init__(self, id: Address, text: str, place: str) -> None:
        self._id = id
        self.text = text
        self._place = place

    def __call__(self) -> Baseline | None:
        try:
            data = members(strict_json.read(self.text))
            return _as_baseline(self._id, data, optional_text(data.get("etag")))
        except UNSOUND as error:
            raise _corrupt(self._place, f"{type(error).__name__}: {error}") from error


def _nothing() -> None:
    """Stands for the baseline of a resource that was removed."""


def _history(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    """Returns the newest entry without its baseline, which the record has, and the others with theirs as texts."""
    return [
        {
            "serial": entry.serial,
            "origin": None if entry.origin is None else asdict(entry.origin),
            "requests": list(entry.requests),
            "about": sorted(entry.about),
            "theirs": listed(entry.theirs),
            "baseline": _as_text(entry) if at else None,
        }
        for at, entry in enumerate(entries)
    ]


def _as_text(entry: Entry) -> str | None:
    if isinstance(entry.after, _Text):
        return entry.after.text
    baseline = entry.after()
    if baseline is None:
        return None
    return json.dumps({**_baseline(baseline), "etag": baseline.etag}, sort_keys=True, allow_nan=False)


def _as_entries(id: Address, data: Any, baseline: Baseline | None, place: str) -> tuple[Entry, ...]:
    """Returns the entries, newest first. A record of an older release has none: it is one entry without an origin."""
    found = items(data)
    if not found:
        return () if baseline is None else (Entry(0, None, lambda: baseline),)
    return tuple(
        Entry(
            count(entry["serial"]),
            _as_origin(entry["origin"]),
            _after(id, entry["baseline"], place) if at else lambda: baseline,
            tuple(map(text, items(entry.get("requests", [])))),
            _as_about(entry),
            as_theirs(entry.get("theirs", [])),
        )
        for at, entry in enumerate(map(members, found))
    )


def _after(id: Address, told: Any, place: str) -> Callable[[], Baseline | None]:
    told = optional_text(told)
    return _nothing if told is None else _Text(id, told, place)


def _passed(origin: Origin) -> dict[str, Any]:
    """Returns what tells whether a later write went back behind this one."""
    return {name: getattr(origin, name) for name in PASSED}


def _as_passed(data: Any) -> Origin:
    told = members(data)
    return Origin(**{name: text(told[name]) for name in PASSED if name != "clean"}, clean=flag(told["clean"]))


def _as_origin(data: Any) -> Origin | None:
    if data is None:
        return None
    told = members(data)
    return Origin(
        **{name: text(told.get(name, "")) for name in ORIGIN_TEXTS},
        clean=flag(told.get("clean", False)),
    )


def _fields(fields: Fields) -> list[list[Any]]:
    """Returns [[path, value], ...], sorted. A path is a list since a key may contain any character."""
    return [[list(path), _value(value)] for path, value in sorted(fields.items())]


def _value(value: Value) -> Any:
    if isinstance(value, Sealed):
        return {"sealed": value.tag}
    if isinstance(value, CodeVersion):
        code: dict[str, Any] = {"checksum": value.checksum, "digest": value.digest, "size": value.size}
        return {"code": code | ({} if value.source is None else {"source": value.source})}
    return {"json": thawed(value)}


def _as_fields(data: Any) -> dict[FieldPath, Value]:
    return {path(place): _as_code(value) if place == CODE_PLACE else _as_value(value) for place, value in items(data)}


def _as_value(data: Mapping[str, Any]) -> Value:
    if "json" not in data:
        return Sealed(text(data["sealed"]))
    value = data["json"]
    return frozen(shallow(value)) if type(value) in (dict, list) else value


def _as_code(data: Mapping[str, Any]) -> Value:
    if "code" not in data:
        return _as_value(data)
    code = CodeVersion(**data["code"])
    for told in (code.checksum, code.digest, code.source):
        optional_text(told)
    if code.size is not None:
        count(code.size)
    return code


def _as_paths(data: Any) -> frozenset[FieldPath]:
    return frozenset(path(place) for place in items(data))


def _as_about(data: Mapping[str, Any]) -> frozenset[str]:
    """What older releases wrote was about everything, or does not say."""
    return _as_aspects(data["about"]) if "about" in data else ASPECTS


def _as_aspects(data: Any) -> frozenset[str]:
    aspects = frozenset(items(data))
    if not aspects <= ASPECTS:
        raise ValueError(t("it covers what is no aspect"))
    return aspects
