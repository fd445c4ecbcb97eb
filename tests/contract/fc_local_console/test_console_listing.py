"""Which files of a package can be edited as text."""

from __future__ import annotations

import io
import zipfile

import pytest

from fc_local.console.listing import LARGEST_TEXT, list_files


def package(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "text", "newline"),
    [
        (b"", "", "\n"),
        (b"one", "one", "\n"),
        ("一\n二\n".encode(), "一\n二\n", "\n"),
        (b"one\r\ntwo", "one\r\ntwo", "\r\n"),
        (b"one\r\ntwo\n", None, None),
        (b"one\rtwo", None, None),
        (b"\xff\xfe", None, None),
        (b"with\0nul", None, None),
        (b"x" * LARGEST_TEXT, "x" * LARGEST_TEXT, "\n"),
        (b"x" * (LARGEST_TEXT + 1), None, None),
    ],
    ids=["empty", "one line", "lf", "crlf", "mixed", "cr", "not utf-8", "nul", "largest", "too large"],
)
def test_a_file_is_editable_when_nothing_else_in_it_would_change(content, text, newline):
    expected = {"path": "a/f", "size": len(content), "text": text, "newline": newline}
    assert list_files(package({"folder/": b"", "a/f": content})) == [expected]


def test_no_package_holds_no_files():
    assert list_files(b"") == []


def test_what_is_no_zip_is_an_error():
    with pytest.raises(ValueError, match="cannot be read"):
        list_files(b"no zip")
