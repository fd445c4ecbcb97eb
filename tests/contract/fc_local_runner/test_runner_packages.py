"""Code packages come from users: unpacking one writes inside its own folder or not at all."""

from __future__ import annotations

import json
import stat
import zipfile

import pytest

from fc_local.runner import unpack as unpacking
from fc_local.runner.unpack import BadPackage, unpack


def link(name: str, aim: str) -> tuple[zipfile.ZipInfo, str]:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, aim


def pack(path, *entries):
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return path


def test_files_folders_links_and_the_executable_bit_arrive(tmp_path):
    script = zipfile.ZipInfo("bin/run")
    script.create_system, script.external_attr = 3, (stat.S_IFREG | 0o755) << 16
    package = pack(tmp_path / "p.zip", ("a/b.txt", "b"), ("empty/", ""), (script, "#!"), link("a/l.txt", "b.txt"))
    code = tmp_path / "code"
    unpack(package, code)
    assert sorted(str(path.relative_to(code)) for path in code.rglob("*")) == [
        "a",
        "a/b.txt",
        "a/l.txt",
        "bin",
        "bin/run",
        "empty",
    ]
    assert (code / "a/l.txt").read_text() == "b"
    assert (code / "bin/run").stat().st_mode & 0o100
    assert not (code / "a/b.txt").stat().st_mode & 0o111


@pytest.mark.parametrize(
    "entry",
    [
        ("../outside.txt", "x"),
        ("a/../../outside.txt", "x"),
        ("/outside.txt", "x"),
        ("..\\outside.txt", "x"),
        link("way", ".."),
        link("a/way", "../../outside"),
        link("way", "/etc"),
    ],
    ids=["parent", "parent below", "absolute", "backslash", "link to parent", "link below", "absolute link"],
)
def test_nothing_leaves_the_folder(tmp_path, entry):
    package = pack(tmp_path / "p.zip", entry)
    with pytest.raises(BadPackage, match="leave its folder"):
        unpack(package, tmp_path / "in" / "code")
    assert not list(tmp_path.rglob("outside*"))


def test_links_that_leave_the_folder_together_are_refused(tmp_path):
    package = pack(tmp_path / "p.zip", ("a/b/f", ""), link("a/b/up", "../.."), link("a/b/out", "up/../secret"))
    with pytest.raises(BadPackage, match="leave its folder"):
        unpack(package, tmp_path / "code")


def test_a_file_is_never_written_through_a_link(tmp_path):
    package = pack(tmp_path / "p.zip", link("d", "e"), ("e/f", "f"), ("d/g", "g"))
    with pytest.raises(BadPackage):
        unpack(package, tmp_path / "code")
    assert not (tmp_path / "code" / "e" / "g").exists()


def test_a_package_is_limited_by_what_comes_out_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "SIZE_LIMIT", 3 * 1024 * 1024)
    with zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(4 * 1024 * 1024))
    with pytest.raises(BadPackage, match="larger than 3 MiB unpacked"):
        unpack(tmp_path / "p.zip", tmp_path / "code")


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x05\x06 cut"])
def test_what_is_no_zip_is_said_to_be_none(tmp_path, content):
    (tmp_path / "p.zip").write_bytes(content)
    with pytest.raises(BadPackage, match="cannot be unpacked"):
        unpack(tmp_path / "p.zip", tmp_path / "code")


def test_a_bad_package_is_an_error_of_the_call(bench):
    package = bench.package({"../escaped.py": "", "index.py": "def handler(event, context): ...\n"})
    answer = bench.invoke(bench.function(package))
    assert answer.error_type == "UnhandledInvocationError"
    assert "leave its folder: '../escaped.py'" in json.loads(answer.body)["errorMessage"]
    assert not list(bench.folder.rglob("escaped.py"))
