"""The bytes of a plan file: what is written is read, and nothing else is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from fc_guard.engine.run.plan_files import PlanFiles
from fc_guard.errors import BadInput
from fc_guard.model.address import Address
from fc_guard.model.fingerprints import Fingerprint
from fc_guard.state.plan_file import Identity, decode, encode, read, sealed, step_document
from fc_guard.state.seal import Sealer

SEAL = Sealer(b"k" * 32)
AT = "2026-02-03T04:05:06+00:00"
WORDS = ("function", "--on-drift", "keep")
HERE = Identity("s.yaml#one", "1", "cn-hangzhou", "")
ID = Address("fc2", "1", "cn-hangzhou", "function", ("svc", "fn"))
PRINT = Fingerprint(
    "update", 3, "e1", "b", {("env", "A.B"): "x"}, {("env", "A.B"): "y"}, "d", {"a.py": "f"}, {"b.py": "g"}
)
ABSENT = Fingerprint("create", 0, None, "b", None, {}, "d")
PATH = Path("plan.json")


def step(name: str = "one") -> dict[str, Any]:
    prints = {ID: PRINT, ID.child("trigger", "t"): ABSENT}
    return step_document(name, HERE, prints, {"actions": []}, WORDS, SEAL)


def data(**change: Any) -> bytes:
    """A file with a good checksum."""
    document = json.loads(encode([step()], WORDS, AT)) | change
    document.pop("checksum")
    text = json.dumps(document, sort_keys=True, ensure_ascii=True)
    return json.dumps({**document, "checksum": hashlib.sha256(text.encode()).hexdigest()}).encode()


def why(bytes: bytes) -> BadInput:
    with pytest.raises(BadInput) as caught:
        decode(bytes, PATH)
    assert (caught.value.status, bool(caught.value.hint)) == (2, True)
    return caught.value


def test_what_is_written_is_read() -> None:
    file = decode(encode([step(), step("two")], WORDS, AT), PATH)
    one = file.steps["one"]
    assert (file.words, file.made_at, set(file.steps)) == (WORDS, AT, {"one", "two"})
    assert (one.name, one.identity) == ("one", HERE)
    assert one.fingerprints == {ID: PRINT, ID.child("trigger", "t"): ABSENT}
    assert one.seal == sealed(one.message, SEAL)


def test_all_that_is_said_of_a_step_is_sealed() -> None:
    def message(**change: Any) -> str:
        return decode(data(**change), PATH).steps["one"].message

    plain = message()
    assert message(made_at="another day") == plain  # for people only
    others = [{**step(), "plan": {"actions": [1]}}, {**step(), "account": "2"}, {**step(), "resources": []}]
    assert plain not in {message(steps=[each]) for each in others}
    assert plain not in (message(options=["--use-remote"]), message(tool_version="9"))


@pytest.mark.parametrize("at", range(0, len(encode([step()], WORDS, AT)) - 2, 7))
def test_no_cut_file_is_read(at: int) -> None:
    assert why(encode([step()], WORDS, AT)[:at]).reference == "plan-file-damaged"


@pytest.mark.parametrize(
    ("bytes", "reference"),
    [
        (b"", "plan-file-damaged"),
        (b"\xff\xfe", "plan-file-damaged"),
        (b"[]", "plan-file-foreign"),
        (b"{}", "plan-file-foreign"),
        (b'{"magic": "fc-guard baseline", "format_version": 1}', "plan-file-foreign"),
        (b'{"magic": "fc-guard-plan"}', "plan-file-damaged"),
        (b'{"magic": "fc-guard-plan", "format_version": true}', "plan-file-damaged"),
        (b'{"magic": "fc-guard-plan", "format_version": 1, "format_version": 1}', "plan-file-damaged"),
        (b'{"magic": "fc-guard-plan", "format_version": NaN}', "plan-file-damaged"),
        (b"[" * 100_000, "plan-file-damaged"),
        (
            b'{"magic": "fc-guard-plan", "format_version": 1, "x": ' + b"[" * 500 + b"]" * 500 + b"}",
            "plan-file-damaged",
        ),
    ],
)
def test_what_is_no_plan_is_refused(bytes: bytes, reference: str) -> None:
    assert why(bytes).reference == reference


def test_a_newer_one_is_refused_with_the_way_out() -> None:
    error = why(data(format_version=2, tool_version="9.0.0"))
    assert error.reference == "plan-file-newer"
    assert "newer fc-guard (9.0.0, format 2)" in error.message
    assert "Upgrade fc-guard here, or make the plan with this one" in error.hint


def test_one_byte_that_is_another_is_found() -> None:
    good = encode([step()], WORDS, AT)
    assert why(good.replace(b'"serial": 3', b'"serial": 4')).reference == "plan-file-damaged"


@pytest.mark.parametrize(
    "change",
    [
        {"options": "x"},
        {"options": [1]},
        {"steps": {}},
        {"steps": [1]},
        {"steps": [step(), step()]},
        {"steps": [{**step(), "resources": step()["resources"] * 2}]},
        {"steps": [{**step(), "seal": None}]},
        {"steps": [{**step(), "plan": []}]},
        {"steps": [{**step(), "resources": [{**step()["resources"][0], "serial": -1}]}]},
        {"steps": [{**step(), "resources": [{**step()["resources"][0], "serial": True}]}]},
        {"steps": [{**step(), "resources": [{**step()["resources"][0], "name": []}]}]},
        {"steps": [{**step(), "resources": [{**step()["resources"][0], "live": [["env", "x"]]}]}]},
        {"steps": [{**step(), "resources": [{**step()["resources"][0], "live": [[["env"], 1]]}]}]},
        {"steps": [{**step(), "resources": [{**step()["resources"][0], "files_here": []}]}]},
    ],
)
def test_a_value_of_a_wrong_type_is_refused_however_good_the_checksum(change: dict[str, Any]) -> None:
    assert why(data(**change)).reference == "plan-file-damaged"


def test_what_is_missing_or_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(BadInput) as caught:
            read(path)
        assert caught.value.reference == "no-plan-file"


def test_what_is_larger_than_any_plan_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(encode([step()], WORDS, AT))
    monkeypatch.setattr("fc_guard.state.plan_file.LARGEST", 100)
    with pytest.raises(BadInput, match="larger than 100 bytes"):
        read(path)


def test_all_steps_of_a_run_are_in_it_and_nothing_of_an_earlier_run(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for _ in range(2):
        files = PlanFiles()
        for name in ("one", "two"):
            files.begin(path)
            files.add(path, step(name), WORDS, AT)
        assert set(read(path).steps) == {"one", "two"}
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("there", [b"", encode([step()], WORDS, AT)])
def test_an_empty_file_and_an_earlier_plan_are_replaced(tmp_path: Path, there: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(there)
    PlanFiles().begin(path)
    assert not path.exists()


@pytest.mark.parametrize("there", [b"edition: 3.0.0\n", b"{}", b'{"format_version": 1, "steps": []}'])
def test_anything_else_is_not_replaced(tmp_path: Path, there: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(there)
    with pytest.raises(BadInput, match="something else is there"):
        PlanFiles().begin(path)
    assert path.read_bytes() == there
