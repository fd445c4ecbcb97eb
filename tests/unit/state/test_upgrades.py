"""Format 1, as an older release wrote it: it is read as the first provider's, and nothing that it must not have."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BaselineUnusable
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import CODE, CodeVersion, Sealed
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.state.record import decode, encode
from fc_guard.state.upgrades import FIRST_PROVIDER, FORMAT, STEPS, label, lock_stem, upgraded
from tests.forged import spoiled
from tests.format1 import format_1
from tests.unit.state.test_forged_record import FULL
from tests.unit.state.test_record import ID, reference

WRITTEN = (Path(__file__).parent / "format-1.json").read_bytes()
"""By the release before format 2, sealed with a key of zeros."""
BASELINE = Baseline(
    id=ID,
    applied={("env", "A"): Sealed("hmac-sha256:00:11"), CODE: CodeVersion("1", "d" * 64, 12)},
    observed={("layers",): ("a",)},
    etag="e",
    origin="s.yaml#one",
    recorded_at="2026-01-01T00:00:00+00:00",
    made=True,
)
INTENT = Intent("UpdateFunction", "e", frozenset({("timeout",)}), None, "2026-01-02")
ELSEWHERE = tuple(replace(kind, provider="other") for kind in CATALOG.kinds)


def seal(message: bytes) -> str:
    return f"hmac-sha256:{hmac.new(bytes(32), message, hashlib.sha256).hexdigest()}"


def wrote(message: bytes, sealed: object) -> bool:
    return sealed == seal(message)


def test_a_record_of_the_release_before_is_read_with_its_seal() -> None:
    assert decode(WRITTEN, ID, "x.json", wrote) == Record(ID, BASELINE, INTENT, serial=7, ours=True)
    assert not decode(WRITTEN, ID, "x.json").ours


def test_the_tests_own_format_1_is_that_of_the_release_before() -> None:
    envelope = json.loads(encode(replace(FULL, ours=True), "lineage", seal))
    assert decode(format_1(envelope), ID, "x.json") == replace(FULL, ours=False)
    told = json.loads(WRITTEN)
    assert json.loads(format_1(told)).keys() == told.keys() - {"seal"}


def test_an_upgrade_names_the_first_provider_and_changes_nothing_else() -> None:
    before = json.loads(WRITTEN)
    assert upgraded(before) == {**before, "format_version": FORMAT, "provider": FIRST_PROVIDER}
    assert before == json.loads(WRITTEN)


def test_what_is_of_the_newest_format_stays_as_it_is() -> None:
    envelope = json.loads(encode(FULL, "lineage"))
    assert upgraded(envelope) == envelope


def test_there_is_a_step_from_every_format_to_the_newest() -> None:
    assert sorted(STEPS) == list(range(1, FORMAT))


def test_what_an_upgrade_makes_is_read_as_what_was_written() -> None:
    again = encode(decode(WRITTEN, ID, "x.json", wrote), "0" * 32, seal)
    assert json.loads(again)["format_version"] == FORMAT
    assert decode(again, ID, "x.json", wrote) == decode(WRITTEN, ID, "x.json", wrote)


@pytest.mark.parametrize("provider", ["fc2", "other", None, 1])
def test_a_record_of_format_1_that_names_a_provider_is_damaged(provider: Any) -> None:
    told = {**json.loads(WRITTEN), "provider": provider}
    told.pop("checksum")
    told.pop("seal")
    message = json.dumps(told, sort_keys=True, ensure_ascii=True).encode()
    data = json.dumps({**told, "checksum": hashlib.sha256(message).hexdigest()}).encode()
    assert reference(data) == "baseline-corrupt"


def test_a_record_of_format_2_that_names_none_is_damaged() -> None:
    told = json.loads(encode(FULL, "lineage"))
    for key in ("checksum", "provider"):
        told.pop(key)
    message = json.dumps(told, sort_keys=True, ensure_ascii=True).encode()
    data = json.dumps({**told, "checksum": hashlib.sha256(message).hexdigest()}).encode()
    assert reference(data) == "baseline-corrupt"


def test_the_checksum_and_the_seal_are_those_of_what_was_written() -> None:
    told = json.loads(WRITTEN)
    assert reference(json.dumps({**told, "serial": 8}).encode()) == "baseline-corrupt"
    assert reference(json.dumps(upgraded(told)).encode()) == "baseline-corrupt"


def test_what_is_wrong_anywhere_in_format_1_is_unusable_or_still_that_resource_s() -> None:
    ends = {"sound": 0, "unusable": 0}
    for made in spoiled(json.loads(WRITTEN)):
        if not isinstance(made, dict):
            continue
        try:
            record = decode(format_1(made), ID, "x.json")
        except BaselineUnusable:
            ends["unusable"] += 1
            continue
        assert record.id == ID
        ends["sound"] += 1
    assert min(ends.values()) > 100, ends


def test_format_1_is_no_record_of_another_provider() -> None:
    assert reference(WRITTEN, replace(ID, provider="other")) == "baseline-foreign"


def test_locks_of_the_first_provider_are_named_as_before() -> None:
    service = Address("fc2", "1", "cn-x", "service", ("Demo",))
    domain = Address("fc2", "1", "cn-x", "customDomain", ("a.example.com",))
    assert lock_stem(service, CATALOG) == "=44emo"
    assert lock_stem(domain, CATALOG) == "custom=44omain~a=2eexample=2ecom"


def test_no_two_roots_of_one_name_share_a_lock() -> None:
    catalog = Catalog((*ELSEWHERE, *CATALOG.kinds))
    roots = [kind for kind in catalog.kinds if kind.parent is None]
    ids = [Address(kind.provider, "1", "cn-x", kind.name, (name,)) for kind in roots for name in ("a", "x" * 300)]
    assert len({lock_stem(id, catalog) for id in ids}) == len(ids) == 2 * len(roots)


def test_what_two_providers_call_alike_is_told_apart_where_both_lie_in_one_folder() -> None:
    ids = [Address(provider, "1", "cn-x", "function", ("a", "b")) for provider in ("fc2", "other")]
    assert [label(id) for id in ids] == ["a.b", "other.function~a.b"]
