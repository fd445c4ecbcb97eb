"""A record whose checksum is right and whose content is anybody's: it has our types, or it is unusable."""

from __future__ import annotations

import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from fc_guard.errors import BaselineUnusable
from fc_guard.model.fields import CODE, CodeVersion, FieldPath, Fields, Sealed
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Entry, Intent, Record
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.state.record import decode, encode
from tests.forged import nested, spoiled, with_checksum
from tests.unit.state.test_record import ID

SMALL = Baseline(
    id=ID,
    applied={("env", "A"): Sealed("hmac-sha256:00:11"), CODE: CodeVersion("1", "d" * 64, 12, "oss://b/k")},
    observed={("layers",): ("a", {"k": 1})},
    etag="e",
    kept={("timeout",): "2026-01-01"},
    origin="s.yaml#one",
    others={"s.yaml#two": {("timeout",): 3}},
    made=True,
    made_entries=frozenset({("r", "/*")}),
)
PENDING = Intent("UpdateFunction", "e", frozenset({("timeout",)}), Baseline(ID, {("timeout",): 3}, None), "2026-01-02")
ORIGIN = Origin(by="b", at="2026-01-01", commit="c" * 40, tree="t" * 40, clean=True, folder="f")
THEIRS = (
    Theirs(Becomes.OVERWRITTEN, ("timeout",), Whose(Means.CONSOLE, "bob")),
    Theirs(Becomes.KEPT, ("code",), Whose(Means.DEPLOYMENT, "ben"), ("index.py",), 3),
    Theirs(Becomes.OVERWRITTEN, (), Whose(Means.ONLINE)),
)
HISTORY = (
    Entry(7, ORIGIN, lambda: SMALL, theirs=THEIRS),
    Entry(5, None, lambda: Baseline(ID, {("timeout",): 2}, {("timeout",): 2}, etag="d")),
    Entry(3, ORIGIN, lambda: None),
)
FULL = Record(
    ID,
    SMALL,
    replace(PENDING, by=ORIGIN, theirs=THEIRS[:1]),
    serial=7,
    restored=Baseline(ID, {}, {("timeout",): 4}),
    entries=HISTORY,
    passed=(Origin(commit="d" * 40, tree="t" * 40, folder="f"),),
)
MAY_BE_EMPTY = ("requests", "passed", "theirs", "files", "path")
MADE_BY_HAND: tuple[tuple[str, Any], ...] = (
    ("kept", [[["timeout"], 5]]),
    ("origin", 5),
    ("covers", ["config", "weather"]),
    ("about", ["weather"]),
    ("made", "no"),
    ("made", 1),
    ("applied", [[[1], {"json": 1}]]),
    ("applied", [["timeout", {"json": 1}]]),
    ("applied", [[["code"], {"code": {"checksum": "1", "digest": []}}]]),
    ("applied", [[["timeout"], {"code": {"checksum": "1"}}]]),
    ("observed", [[["timeout"], {"sealed": 5}]]),
    ("observed", [[["timeout"], {"json": nested(300)}]]),
)


def test_what_is_wrong_anywhere_is_unusable_or_of_our_types() -> None:
    envelope, ends = json.loads(encode(FULL, "lineage")), {"sound": 0, "unusable": 0}
    for made in spoiled(envelope):
        try:
            record = decode(with_checksum(made), ID, "x.json")
        except BaselineUnusable:
            ends["unusable"] += 1
            continue
        assert _fits(record, Record), made
        again = replace(record, serial=record.serial + 1)
        assert decode(encode(again, "lineage"), ID, "x.json") == again
        ends["sound"] += 1
    assert min(ends.values()) > 300, ends


@pytest.mark.parametrize(("member", "value"), MADE_BY_HAND)
def test_a_member_of_another_type_is_corrupt(member: str, value: Any) -> None:
    envelope = json.loads(encode(FULL, "lineage"))
    envelope["payload"]["baseline"][member] = value
    with pytest.raises(BaselineUnusable) as caught:
        decode(with_checksum(envelope), ID, "x.json")
    assert (caught.value.reference, caught.value.status) == ("baseline-corrupt", 8)


@pytest.mark.parametrize("serial", ["x", None, True, -1, 10**30])
def test_a_serial_that_is_no_count_is_corrupt(serial: Any) -> None:
    with pytest.raises(BaselineUnusable, match="damaged"):
        decode(with_checksum({**json.loads(encode(FULL, "lineage")), "serial": serial}), ID, "x.json")


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a type, all the way down."""
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    if origin is Callable:
        return _fits_once_decoded(value, of[1])
    if of == (Entry, ...):
        return type(value) is tuple and all(_fits(item, Entry) for item in value)
    if kind == Fields:
        return type(value) is dict and all(
            _fits(path, FieldPath) and _sound(path, item) for path, item in value.items()
        )
    if kind is Any:
        return True
    if origin in (types.UnionType, typing.Union):
        return any(_fits(value, one) for one in of)
    if origin is tuple:
        return type(value) is tuple and len(value) > 0 and all(_fits(item, of[0]) for item in value)
    if origin is frozenset:
        return type(value) is frozenset and all(_fits(item, of[0]) for item in value)
    if origin is Mapping:
        return type(value) is dict and all(_fits(k, of[0]) and _fits(item, of[1]) for k, item in value.items())
    if is_dataclass(kind):
        hints = _hints(kind)
        parts = ((f.name, getattr(value, f.name), hints[f.name]) for f in fields(kind)) if type(value) is kind else ()
        return type(value) is kind and all(
            (name in MAY_BE_EMPTY and part == ()) or _fits(part, hint) for name, part, hint in parts
        )
    return type(value) is kind


def _fits_once_decoded(after: Callable[[], Any], kind: Any) -> bool:
    """Whether what is decoded later fits, or is unusable then."""
    try:
        return _fits(after(), kind)
    except BaselineUnusable:
        return True


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _sound(path: FieldPath, value: Any) -> bool:
    if isinstance(value, Sealed):
        return _fits(value, Sealed)
    if isinstance(value, CodeVersion):
        return path == CODE and _fits(value, CodeVersion)
    return _frozen(value)


def _frozen(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_frozen(item) for item in value.values())
    return all(map(_frozen, value)) if isinstance(value, tuple) else not isinstance(value, list)
