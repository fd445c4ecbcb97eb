"""A zip somewhere else: its files are told from its list of entries, and only what is unknown is fetched."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass, field, replace
from io import BytesIO

import pytest

from fc_guard.artifacts.manifest import manifest_of_zip
from fc_guard.artifacts.remote_zip import RemoteZip, TooMuch, joined
from fc_guard.artifacts.zips import BadArchive
from fc_guard.model.files import Manifest


@dataclass
class Elsewhere:
    """Bytes far away, and how many of them were asked for."""

    data: bytes
    asked: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def fetched(self) -> int:
        return sum(end - start for start, end in self.asked)

    def read(self, start: int, end: int) -> bytes:
        assert 0 <= start < end <= self.size
        self.asked.append((start, end))
        return self.data[start:end]


def zipped(files: dict[str, bytes], *, extra: bytes = b"", comment: bytes = b"") -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.extra = extra
            archive.writestr(info, content)
    return buffer.getvalue()


def whole(data: bytes) -> Manifest:
    return manifest_of_zip(BytesIO(data))


FILES = {f"lib/{number:03d}.bin": os.urandom(20_000) for number in range(100)}


@pytest.mark.parametrize("comment", [b"", b"x" * 1000])
def test_of_a_package_with_one_other_file_little_is_fetched(comment: bytes) -> None:
    before = zipped(FILES)
    elsewhere = Elsewhere(zipped({**FILES, "lib/050.bin": b"mended"}, comment=comment))
    found = RemoteZip(elsewhere).manifest(whole(before).files)
    assert found == whole(elsewhere.data)
    assert elsewhere.fetched < 0.05 * elsewhere.size


def test_a_file_that_was_added_is_fetched_and_one_that_went_is_missed() -> None:
    after = {name: content for name, content in FILES.items() if name != "lib/007.bin"} | {"new.py": b"print()\n"}
    elsewhere = Elsewhere(zipped(after))
    assert RemoteZip(elsewhere).manifest(whole(zipped(FILES)).files) == whole(elsewhere.data)


def test_the_same_content_under_another_mode_is_not_fetched_and_its_mode_is_told() -> None:
    elsewhere = Elsewhere(zipped(FILES))
    moved = [replace(file, executable=True) for file in whole(zipped(FILES)).files]
    assert RemoteZip(elsewhere).manifest(moved) == whole(elsewhere.data)
    assert elsewhere.fetched < 0.05 * elsewhere.size


def test_texts_are_read_of_known_and_unknown_files_alike() -> None:
    files = {**FILES, "a.py": b"one\n", "z.py": b"two\n"}
    elsewhere = Elsewhere(zipped(files))
    remote = RemoteZip(elsewhere)
    states = remote.manifest(whole(zipped(FILES)).files).by_name()
    for name in ("a.py", "z.py", "lib/000.bin"):
        assert b"".join(remote.pieces(states[name])) == files[name]


def test_where_most_of_it_is_unknown_the_whole_is_asked_for() -> None:
    with pytest.raises(TooMuch):
        RemoteZip(Elsewhere(zipped(FILES))).manifest(())


def test_where_it_lies_in_many_pieces_the_whole_is_asked_for() -> None:
    other = {name: (b"%d" % number if number % 2 else content) for number, (name, content) in enumerate(FILES.items())}
    many = {f"{copy}/{name}": content for copy in range(2) for name, content in other.items()}
    known = {f"{copy}/{name}": content for copy in range(2) for name, content in FILES.items()}
    with pytest.raises(TooMuch):
        RemoteZip(Elsewhere(zipped(many))).manifest(whole(zipped(known)).files)


def test_extra_fields_around_an_entry_do_no_harm() -> None:
    extra = b"\x99\x99\xc8\x00" + b"e" * 200
    elsewhere = Elsewhere(zipped({**FILES, "lib/050.bin": b"mended"}, extra=extra))
    assert RemoteZip(elsewhere).manifest(whole(zipped(FILES)).files) == whole(elsewhere.data)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 9, zipped(FILES)[:-30]])
def test_what_is_no_zip_is_told(data: bytes) -> None:
    with pytest.raises(BadArchive, match="not a zip"):
        RemoteZip(Elsewhere(data)).manifest(())


def test_a_content_that_is_not_what_its_sum_says_is_not_taken() -> None:
    data = bytearray(zipped({**FILES, "lib/050.bin": b"mended, but not so"}))
    place = bytes(data).index(b"lib/050.bin") + len(b"lib/050.bin")
    data[place + 3] ^= 0xFF
    with pytest.raises(BadArchive, match=r"lib/050\.bin"):
        RemoteZip(Elsewhere(bytes(data))).manifest(whole(zipped(FILES)).files)


def test_parts_with_little_between_them_are_fetched_as_one() -> None:
    assert joined([(100_000, 100_010), (0, 10), (20, 30), (5, 8)]) == [(0, 30), (100_000, 100_010)]
