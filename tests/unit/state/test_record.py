"""A record's bytes: what was written comes back, and nothing else is ever taken for it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from fc_guard.errors import BaselineUnusable
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CodeVersion, Sealed
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.state.record import decode, encode
from fc_guard.state.upgrades import FORMAT

ID = Address("fc2", "123", "cn-hangzhou", "function", ("svc", "fn"))
FIELDS = {
    ("memorySize",): 128,
    ("cpu",): 0.5,
    ("flag",): True,
    ("none",): None,
    ("layers",): ("a", "b"),
    ("deep",): ({"k": (1, 2)},),
    ("env", "A.B"): Sealed("hmac-sha256:00:11"),
    CODE: CodeVersion("18446744073709551615", "d" * 64, 12),
}
BASELINE = Baseline(
    id=ID,
    applied=FIELDS,
    observed={**FIELDS, ("timeout",): 3},
    etag="e",
    kept={("memorySize",): "2026-01-01"},
    origin="one",
    recorded_at="2026-01-01T00:00:00+00:00",
)
LEADS_TO = replace(BASELINE, etag=None, others={"s.yaml#two": FIELDS}, covers=frozenset({"code"}))
INTENT = Intent("UpdateFunction", "e", frozenset({("memorySize",), CODE}), LEADS_TO, "2026-01-02")
THEIRS = (
    Theirs(Becomes.KEPT, ("timeout",), Whose(Means.CONSOLE, "bob")),
    Theirs(Becomes.OVERWRITTEN, CODE, Whose(Means.DEPLOYMENT, "ben"), ("index.py", "more.py"), 7),
    Theirs(Becomes.OVERWRITTEN, (), Whose(Means.ONLINE)),
)
DELETION = Intent("DeleteFunction", None, frozenset(), None, "2026-01-02")
RECORD = Record(ID, BASELINE, INTENT, serial=7)


def test_where_code_lies_in_oss_comes_back_and_is_written_only_where_it_is_known() -> None:
    code = CodeVersion("1", None, 12, "oss://mine/app.zip")
    kept = replace(RECORD, baseline=replace(BASELINE, applied={CODE: code}))
    assert decode(encode(kept, "lineage"), ID, "here") == kept
    assert b"source" not in encode(RECORD, "lineage")


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        Record(ID, BASELINE, None, 1),
        Record(ID, BASELINE, replace(INTENT, theirs=THEIRS), 1),
        Record(ID, None, INTENT, 1),
        Record(ID, BASELINE, DELETION, 1),
        Record(ID, replace(BASELINE, made=True, made_entries=frozenset({("r", "/*"), ("r", "/a/b")})), None, 1),
        Record(ID, replace(BASELINE, observed=None, kept_absent="2026-01-01"), None, 2),
        Record(ID, replace(BASELINE, merged=True), None, 1, restored=replace(LEADS_TO, put_back=frozenset({CODE}))),
    ],
)
def test_a_record_survives_its_file(record: Record) -> None:
    assert decode(encode(record, "l"), ID, "x.json") == record


def reference(data: bytes, id: Address = ID) -> str:
    with pytest.raises(BaselineUnusable) as caught:
        decode(data, id, "x.json")
    return caught.value.reference


def test_every_truncation_is_noticed() -> None:
    data = encode(RECORD, "l")
    # Only the closing newline may be missing.
    assert all(reference(data[:size]) == "baseline-corrupt" for size in range(0, len(data) - 1, 7))


def test_every_changed_byte_is_noticed() -> None:
    data = encode(RECORD, "l")
    for place in range(0, len(data) - 1, 3):
        damaged = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        if json_equal(data, damaged):
            continue  # white space between tokens
        reference(damaged)


def json_equal(left: bytes, right: bytes) -> bool:
    try:
        return bool(json.loads(left) == json.loads(right))
    except ValueError:
        return False


def test_another_resource_s_file_is_foreign() -> None:
    for id in (
        replace(ID, provider="other"),
        replace(ID, account="9"),
        replace(ID, region="cn-x"),
        replace(ID, kind="service"),
        replace(ID, parts=("a",)),
    ):
        assert reference(encode(RECORD, "l"), id) == "baseline-foreign"


def test_a_newer_format_is_refused_by_name() -> None:
    envelope = json.loads(encode(RECORD, "l"))
    envelope["format_version"] = FORMAT + 1
    assert reference(json.dumps(envelope).encode()) == "baseline-newer"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"a": NaN}', b"[" * 100_000, b'{"a":1,"a":2}'])
def test_what_is_no_record_is_corrupt(data: bytes) -> None:
    assert reference(data) == "baseline-corrupt"


def test_a_sealed_record_is_whole_to_a_release_that_knows_no_seals() -> None:
    data = encode(replace(RECORD, ours=True), "lineage", lambda message: "hmac-sha256:" + "0a" * 32)
    envelope = json.loads(data)
    checksum = envelope.pop("checksum")
    assert envelope["seal"]
    text = json.dumps(envelope, sort_keys=True, ensure_ascii=True)
    assert checksum == hashlib.sha256(text.encode()).hexdigest()
    assert decode(data, ID, "here", lambda message, seal: b'"seal"' not in message).ours
    assert not decode(data, ID, "here").ours


@pytest.mark.parametrize("seal", [None, 1, "", {"a": 1}, "é"])
def test_a_seal_that_is_none_is_no_whole_file_either(seal: Any) -> None:
    envelope = json.loads(encode(replace(RECORD, ours=True), "lineage", lambda message: "hmac-sha256:" + "0a" * 32))
    envelope["seal"] = seal
    with pytest.raises(BaselineUnusable, match="checksum"):
        decode(json.dumps(envelope).encode(), ID, "here")


@pytest.mark.parametrize("spoiled", [{"payload": None}, {"payload": []}, {"payload": {}}, {"id": 5}, {"account": None}])
def test_a_file_with_the_right_checksum_and_nothing_sound_in_it_is_corrupt(spoiled: dict[str, Any]) -> None:
    """Anybody can work out a checksum."""
    envelope = json.loads(encode(RECORD, "lineage")) | spoiled
    del envelope["checksum"]
    envelope.pop("seal", None)
    message = json.dumps(envelope, sort_keys=True, ensure_ascii=True).encode()
    data = json.dumps({**envelope, "checksum": hashlib.sha256(message).hexdigest()}).encode()
    with pytest.raises(BaselineUnusable):
        decode(data, ID, "here")
