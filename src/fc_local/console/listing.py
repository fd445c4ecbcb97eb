"""The files of a code package for the console, with the text of those that can be edited."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

LARGEST_TEXT = 1024 * 1024


def list_files(package: bytes) -> list[dict[str, Any]]:
    """Returns [{"path", "size", "text", "newline"}], by path. `text` is None for a file that cannot be edited.

    Raises ValueError if the package is not a zip file.
    """
    if not package:
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            found = {
                entry.filename: entry for entry in archive.infolist() if not entry.filename.endswith("/")
            }  # the last counts
            return [_file(archive, found[path]) for path in sorted(found)]
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, UnicodeDecodeError) as error:
        raise ValueError(f"the code package cannot be read: {error}") from error


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> dict[str, Any]:
    with archive.open(entry) as source:
        text = _text(source.read(LARGEST_TEXT + 1))
    newline = _newline(text) if text is not None else None
    return {
        "path": entry.filename,
        "size": entry.file_size,
        "text": text if newline else None,
        "newline": newline,
    }


def _text(content: bytes) -> str | None:
    if len(content) > LARGEST_TEXT or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _newline(text: str) -> str | None:
    """Returns the line end of the whole file, None if it mixes several. A browser's text field knows one line end, so a
    mixed file would come back with changes in untouched lines; it is not editable."""
    if "\r" not in text:
        return "\n"
    rest = text.replace("\r\n", "")
    return None if "\r" in rest or "\n" in rest else "\r\n"
