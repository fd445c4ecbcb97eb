"""Code folders: what belongs to the package, and that the same files give the same bytes."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from fastcrc import crc64

from fc_guard.artifacts.archive import Package, open_folder
from fc_guard.artifacts.blob import in_memory
from fc_guard.artifacts.folder import entries
from fc_guard.artifacts.manifest import manifest_of_zip
from fc_guard.errors import BadInput
from fc_guard.model.files import Manifest
from fc_local.console.listing import list_files
from fc_local.runner.unpack import BadPackage, unpack


def made(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def zipped(package: Package) -> bytes:
    return b"".join(package.blob().chunks())


def inside(data: bytes) -> Manifest:
    return manifest_of_zip(BytesIO(data))


def names(root: Path) -> list[str]:
    return [entry.name for entry in entries(root)]


def test_the_checksum_is_the_one_fc_uses() -> None:
    assert crc64.xz(b"123456789") == 0x995DC9BBDF1939FA
    assert in_memory(b"123456789").checksum == str(0x995DC9BBDF1939FA)


def test_the_same_files_give_the_same_bytes_whatever_their_dates_and_order(tmp_path: Path) -> None:
    files = {"b.py": "b", "a/x.py": "x", "a.py": "a"}
    first = made(tmp_path / "1", files)
    second = made(tmp_path / "2", dict(reversed(files.items())))
    os.utime(second / "b.py", (1, 1))
    (second / "b.py").chmod(0o600)
    assert zipped(open_folder(first)) == zipped(open_folder(second))


def test_the_executable_bit_counts_and_bootstrap_has_it(tmp_path: Path) -> None:
    root = made(tmp_path / "c", {"run.sh": "x", "bootstrap": "y"})
    before = open_folder(root).manifest
    (root / "run.sh").chmod(0o755)
    after = open_folder(root).manifest
    assert {file.name for file in {*before.files} ^ {*after.files}} == {"run.sh"}
    assert before.digest != after.digest
    assert {file.name: file.executable for file in before.files} == {"bootstrap": True, "run.sh": False}


def test_the_manifest_survives_zipping(tmp_path: Path) -> None:
    root = made(tmp_path / "c", {"index.py": "x", "lib/a.py": "y", "bootstrap": "z"})
    (root / "link").symlink_to("index.py")
    package = open_folder(root)
    manifest = package.manifest
    assert inside(zipped(package)) == manifest
    assert package.version(packed=True).digest == manifest.digest


def test_fcignore_and_what_never_belongs(tmp_path: Path) -> None:
    root = made(
        tmp_path / "c",
        {
            "index.py": "",
            ".git/x": "",
            ".s/fc-guard/key": "",
            ".env": "",
            "sub/.s/y": "",
            "notes.md": "",
            "docs/keep.md": "",
            "node_modules/m/index.js": "",
            ".fcignore": "*.md\n!docs/keep.md\nnode_modules/\n",
        },
    )
    assert names(root) == ["docs/keep.md", "index.py"]


def test_the_state_directory_is_left_out_wherever_it_is(tmp_path: Path) -> None:
    root = made(tmp_path / "c", {"index.py": "", "cache/key": ""})
    assert [entry.name for entry in entries(root, (root / "cache",))] == ["index.py"]


def test_everything_that_cannot_be_packed_is_told_at_once(tmp_path: Path) -> None:
    root = made(tmp_path / "c", {"index.py": ""})
    os.mkfifo(root / "pipe")
    (root / "out").symlink_to("/etc/passwd")
    (root / "up").symlink_to("../..")
    (root / "dangling").symlink_to("nowhere")
    (root / "loop").symlink_to("loop")
    with pytest.raises(BadInput) as caught:
        open_folder(root)
    assert all(name in caught.value.message for name in ("pipe", "out", "up", "dangling", "loop"))
    assert caught.value.status == 2


def test_a_name_that_is_not_utf_8_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    root = made(tmp_path / "c", {"index.py": ""})
    (Path(os.fsdecode(os.fsencode(root) + b"/\xff"))).write_text("")
    with pytest.raises(BadInput, match="UTF-8"):
        open_folder(root)


@pytest.mark.parametrize("kind", ["missing", "file", "empty"])
def test_a_folder_that_is_none_is_told(tmp_path: Path, kind: str) -> None:
    root = tmp_path / "c"
    if kind == "file":
        root.write_text("")
    elif kind == "empty":
        root.mkdir()
    with pytest.raises(BadInput):
        open_folder(root)


def test_dates_before_1980_do_not_matter(tmp_path: Path) -> None:
    root = made(tmp_path / "c", {"index.py": ""})
    os.utime(root / "index.py", (0, 0))
    assert zipped(open_folder(root))


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_what_is_no_zip_is_told_apart(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a zip"):
        inside(data)


def test_a_package_that_is_damaged_inside_is_told_apart() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("index.py", os.urandom(64).hex() * 50)
    data = bytearray(buffer.getvalue())
    for place in range(40, 80):
        damaged = bytes(data[:place]) + bytes([data[place] ^ 0xFF]) + bytes(data[place + 1 :])
        with pytest.raises(ValueError, match="not a zip"):
            inside(damaged)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.artifacts.zips.MOST_UNPACKED", 1_000_000)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", b"\0" * 5_000_000)
    with pytest.raises(ValueError, match="unpacks to more"):
        inside(buffer.getvalue())


def test_an_entry_without_a_name_is_told_apart(tmp_path: Path) -> None:
    """`ZipInfo.is_dir` ends in IndexError there, up to Python 3.11."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), "x")
        nameless = zipfile.ZipInfo("index.py")
        nameless.filename = nameless.orig_filename = ""
        archive.writestr(nameless, "y")
    with pytest.raises(ValueError, match="leads out of the folder"):
        inside(file.getvalue())
    assert [found["path"] for found in list_files(file.getvalue())] == ["", "index.py"]
    package = tmp_path / "package.zip"
    package.write_bytes(file.getvalue())
    with pytest.raises(BadPackage):
        unpack(package, tmp_path / "target")
