"""A package online is anybody's: whatever it is, nothing is written outside, and disk and time stay bounded."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fc_guard.artifacts.manifest import manifest_of_zip
from fc_guard.artifacts.remote_zip import RemoteZip, TooMuch
from fc_guard.artifacts.unpack import unpack
from fc_guard.artifacts.zips import FEW, BadArchive
from fc_guard.errors import BadInput
from tests.integration.hostile import MEGABYTE, Attack, attacks, bomb, info, links, one, zipped

pytestmark = pytest.mark.whatever_fc_answers

SECONDS = 10.0

every_attack = pytest.mark.parametrize("attack", list(attacks()), ids=str)


class Elsewhere:
    """Bytes behind range reads, as RemoteZip wants them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.fetched = 0

    def read(self, start: int, end: int) -> bytes:
        self.fetched += end - start
        return self.data[start:end]


def tree(root: Path) -> dict[str, str]:
    """Everything below a folder, by what it is and holds. Links are not followed."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            status = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
            found[str(path.relative_to(root))] = f"{status.st_mode:o} {hashlib.sha256(content).hexdigest()}"
    return found


def size_of(root: Path) -> int:
    return sum(path.lstat().st_size for path in root.rglob("*")) if root.exists() else 0


def refused(kind: type[Exception], call: Callable[[], object]) -> str:
    """The message of the refusal, which came in time and is harmless to a terminal."""
    began = time.monotonic()
    with pytest.raises(kind) as caught:
        call()
    assert time.monotonic() - began < SECONDS
    message = str(caught.value)
    assert all(c.isprintable() or c == "\n" for c in message), repr(message)
    assert "\nerror: forged" not in message
    return message


@every_attack
def test_it_is_not_unpacked_and_nothing_outside_is_touched(tmp_path: Path, attack: Attack) -> None:
    (tmp_path / "outside.txt").write_text("untouched")
    box = tmp_path / "box"
    (box / "beside").mkdir(parents=True)
    (box / "beside" / "out").write_text("untouched")
    before = tree(tmp_path)
    refused(BadInput, lambda: unpack(io.BytesIO(attack.make()), box / "in"))
    assert size_of(box / "in") <= FEW
    after = {name: found for name, found in tree(tmp_path).items() if not name.startswith("box/in")}
    assert after == before
    assert not Path("/tmp/evil").exists()


@every_attack
def test_it_is_not_listed_either(attack: Attack) -> None:
    data = attack.make()
    if attack.only_unpacked:
        assert manifest_of_zip(io.BytesIO(data)).files
    else:
        refused(BadArchive, lambda: manifest_of_zip(io.BytesIO(data)))


@every_attack
def test_it_is_not_believed_through_range_reads(attack: Attack) -> None:
    elsewhere = Elsewhere(attack.make())
    if attack.only_unpacked:
        return
    refused((BadArchive, TooMuch), lambda: RemoteZip(elsewhere).manifest(()))  # type: ignore[arg-type]
    assert elsewhere.fetched <= 2 * elsewhere.size + 64 * 1024


def test_a_user_s_own_package_may_be_odd_and_is_only_listed() -> None:
    for attack in attacks():
        began = time.monotonic()
        try:
            manifest_of_zip(io.BytesIO(attack.make()), ours=True)
        except BadArchive as error:
            assert all(c.isprintable() or c == "\n" for c in str(error))
        assert time.monotonic() - began < SECONDS


def test_a_bomb_of_a_gigabyte_and_more_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    began = time.monotonic()
    data = bomb(1200 * MEGABYTE)
    made = time.monotonic()
    message = refused(BadInput, lambda: unpack(io.BytesIO(data), tmp_path / "in"))
    assert time.monotonic() - made < max(SECONDS, made - began)
    assert "unpacks to more than" in message
    assert not (tmp_path / "in").exists()


# what is fine stays fine


def test_an_honest_archive_is_unpacked_with_bits_that_harm_nobody(tmp_path: Path) -> None:
    buffer = io.BytesIO(zipped(("run.sh", b"#!/bin/sh\n"), ("lib/a.py", b"a"), mode=stat.S_IFREG | 0o6777))
    assert unpack(buffer, tmp_path / "in") == ()
    assert stat.S_IMODE((tmp_path / "in" / "run.sh").stat().st_mode) & 0o7022 == 0
    assert os.access(tmp_path / "in" / "run.sh", os.X_OK)


def test_links_that_stay_inside_are_made_and_never_written_through(tmp_path: Path) -> None:
    data = links(("current", b"releases/1", True), ("releases/1/a.py", b"a", False), ("b.py", b"current/a.py", True))
    assert unpack(io.BytesIO(data), tmp_path / "in") == ()
    assert (tmp_path / "in" / "b.py").read_text() == "a"
    assert (tmp_path / "in" / "current").is_symlink()


def test_spellings_that_mean_nothing_and_a_prefix_are_read_as_they_are_meant(tmp_path: Path) -> None:
    data = b"#!/bin/sh\nexec java -jar\n" + zipped(("./lib//a.py", b"a"), ("empty/", b""))
    assert [file.name for file in manifest_of_zip(io.BytesIO(data)).files] == ["lib/a.py"]
    unpack(io.BytesIO(data), tmp_path / "in")
    assert tree(tmp_path / "in").keys() == {"lib", "lib/a.py", "empty"}


def test_an_honest_archive_of_64_bits_is_read() -> None:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open(info("a.py"), "w", force_zip64=True) as file:
        file.write(b"a" * 100)
    assert [file.size for file in manifest_of_zip(io.BytesIO(buffer.getvalue())).files] == [100]


# anything else


@given(st.integers(0, len(one()) - 1), st.integers(0, 255), st.integers(0, len(one()) - 1), st.integers(0, 255))
def test_whatever_is_flipped_ends_in_files_or_in_one_error(at: int, value: int, other: int, second: int) -> None:
    data = bytearray(one())
    data[at], data[other] = value, second
    for read in (
        lambda: manifest_of_zip(io.BytesIO(bytes(data))),
        lambda: manifest_of_zip(io.BytesIO(bytes(data)), ours=True),
        lambda: RemoteZip(Elsewhere(bytes(data))).manifest(()),
    ):
        try:
            read()
        except (BadArchive, TooMuch) as error:
            assert all(c.isprintable() for c in str(error))


@given(st.binary(max_size=300))
def test_whatever_bytes_there_are_they_end_in_files_or_in_one_error(data: bytes) -> None:
    for tail in (b"", one()[-22:], one()[-80:]):
        try:
            manifest_of_zip(io.BytesIO(data + tail))
        except BadArchive as error:
            assert all(c.isprintable() for c in str(error))
