"""Checks zip archives that anybody may have made before they are used.

`opened` raises `BadArchive` for an archive that zip cannot read, that is ambiguous, or that is hostile. Python's
zipfile does the reading; this module checks what it lets pass: names, kinds of entries, overlaps, sizes. An entry is
never read beyond the size that it claims, and the sizes are limited.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from fc_guard.language import t
from fc_guard.render.values import safe

UNIX: Final = 3
METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MOST_UNPACKED: Final = 1024 * 1024 * 1024
"""Bytes. FC unpacks at most 500 MB of code; a package that claims more is an attack."""
MOST_FILES: Final = 100_000
MOST_DIRECTORY: Final = 32 * 1024 * 1024
"""Bytes of the list of entries, more than `MOST_FILES` entries take."""
MOST_LINK: Final = 4096
FEW: Final = 64 * 1024 * 1024
"""Bytes that any archive may unpack to, however small it is."""
RATIO: Final = 200
"""Bytes that a larger archive may unpack to, for each of its own bytes."""
HEADER: Final = 30
"""Bytes of an entry's own header before its name."""
ENCRYPTED: Final = 0x2041
DRIVE: Final = re.compile(r"[A-Za-z]:")
CHUNK: Final = 1 << 20
DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    EOFError,
    OSError,
    ValueError,
)
"""The errors that zipfile raises for bytes that are not a good zip."""


class BadArchive(ValueError):
    """A damaged or hostile archive. Names in the message are escaped for a terminal."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or link of an archive. `name` is relative, with '/', and stays inside."""

    name: str
    executable: bool
    link: bool
    size: int
    crc32: int
    packed: int
    start: int
    end: int
    info: zipfile.ZipInfo

    def key(self) -> tuple[str, int, int, bool]:
        """Returns what identifies an unchanged file without reading it."""
        return (self.name, self.size, self.crc32, self.link)


class Archive:
    """A checked archive. `folders` are the names of all its folders."""

    def __init__(self, zipped: zipfile.ZipFile, entries: tuple[Entry, ...], folders: tuple[str, ...]) -> None:
        self._zip = zipped
        self.entries = entries
        self.folders = folders

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """Yields an entry's content, checked against its CRC-32 and size. Raises `BadArchive`."""
        size = 0
        try:
            with self._zip.open(entry.info) as file:
                while chunk := file.read(CHUNK):
                    size += len(chunk)
                    yield chunk
        except DAMAGED as error:
            raise BadArchive(
                t("not a zip that can be read: {entry}: {error}", entry=safe(entry.name), error=safe(str(error)))
            ) from error
        if size != entry.size:
            raise BadArchive(
                t("not a zip that can be read: {entry} has not the size that it claims", entry=safe(entry.name))
            )

    def read(self, entry: Entry) -> bytes:
        return b"".join(self.pieces(entry))


def opened(source: IO[bytes], *, ours: bool = False) -> Archive:
    """Checks a zip, jar or war. `ours` accepts oddities in a package that the user made, which is listed and never
    unpacked. The caller closes the file."""
    try:
        zipped = zipfile.ZipFile(_Sober(source))
        size = source.seek(0, 2)
    except DAMAGED as error:
        raise BadArchive(t("not a zip that can be read: {error}", error=safe(str(error)))) from error
    return Archive(zipped, *_Inspection(zipped, size, ours).result())


class _Sober:
    """Limits each read to the size that a list of entries may have."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size if 0 <= size <= MOST_DIRECTORY else MOST_DIRECTORY + 1)
        if len(data) > MOST_DIRECTORY:
            raise BadArchive(t("its list of entries is too large"))
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        """The caller closes the file."""


class _Inspection:
    """The checks that an archive has to pass before it is used."""

    def __init__(self, zipped: zipfile.ZipFile, size: int, ours: bool) -> None:
        self._zip = zipped
        self._size = size
        self._ours = ours

    def result(self) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
        infos = self._zip.infolist()
        if len(infos) > MOST_FILES:
            raise BadArchive(t("{infos} entries are more than {most_files}", infos=len(infos), most_files=MOST_FILES))
        ends = self._ends(infos)
        entries, folders = [], []
        for info in infos:
            self._readable(info)
            name = self._name(info)
            if info.filename.endswith("/"):
                folders += [name] if name else []
            else:
                entries.append(self._entry(info, name, ends[id(info)]))
        if not self._ours:
            self._affordable(entries)
            self._unambiguous(entries, folders)
        return tuple(entries), tuple(folders)

    def _entry(self, info: zipfile.ZipInfo, name: str, end: int) -> Entry:
        mode = info.external_attr >> 16 if info.create_system == UNIX else 0
        kind = stat.S_IFMT(mode)
        link = kind == stat.S_IFLNK
        if kind not in (0, stat.S_IFREG, stat.S_IFLNK) and not self._ours:
            raise BadArchive(t("{name} is neither a file nor a folder", name=safe(name)))
        if link and info.file_size > MOST_LINK:
            raise BadArchive(t("the link {name} is too long", name=safe(name)))
        return Entry(
            name=name,
            executable=bool(mode & 0o111) and not link,
            link=link,
            size=info.file_size,
            crc32=info.CRC,
            packed=info.compress_size,
            start=info.header_offset,
            end=end,
            info=info,
        )

    def _readable(self, info: zipfile.ZipInfo) -> None:
        name = safe(info.filename)
        if info.flag_bits & ENCRYPTED:
            raise BadArchive(t("{name} is encrypted", name=name))
        if info.compress_type not in METHODS:
            raise BadArchive(t("{name} is compressed in a way that few can unpack", name=name))
        if info.volume:
            raise BadArchive(t("{name} is on another disk", name=name))

    def _name(self, info: zipfile.ZipInfo) -> str:
        """Returns the normalized name. zipfile cuts names at a NUL, so `orig_filename` is read."""
        name = info.orig_filename
        if self._ours:
            return _plain(name.partition("\0")[0])
        shown = safe(name).replace("\n", "\\n").replace("\t", "\\t")
        if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
            raise BadArchive(t("{shown}: a name with control characters", shown=shown))
        parts = name.split("/")
        nameless = not _plain(name) and not info.filename.endswith("/")
        if name.startswith("/") or ".." in parts or "\\" in name or DRIVE.match(name) or nameless:
            raise BadArchive(t("{shown} leads out of the folder", shown=shown))
        return _plain(name)

    def _ends(self, infos: list[zipfile.ZipInfo]) -> dict[int, int]:
        """Returns where each entry ends at the latest. Raises `BadArchive` if entries overlap: a zip bomb."""
        ordered = sorted(infos, key=lambda info: info.header_offset)
        ends = {}
        starts = [*(info.header_offset for info in ordered), self._zip.start_dir]
        for info, after in zip(ordered, starts[1:], strict=True):
            least = info.header_offset + HEADER + len(info.orig_filename) + info.compress_size
            if least > after or info.header_offset < 0:
                raise BadArchive(t("{filename} overlaps what comes after it", filename=safe(info.filename)))
            ends[id(info)] = after
        return ends

    def _affordable(self, entries: list[Entry]) -> None:
        total = sum(entry.size for entry in entries)
        most = min(MOST_UNPACKED, max(FEW, RATIO * self._size))
        if total > most:
            raise BadArchive(t("unpacks to more than {most:,} bytes", most=most))

    def _unambiguous(self, entries: list[Entry], folders: list[str]) -> None:
        names = {entry.name for entry in entries}
        if len(names) != len(entries):
            counts = Counter(entry.name for entry in entries)
            raise BadArchive(t("{max} is in it twice", max=safe(max(counts, key=counts.__getitem__))))
        for name in (*names, *folders):
            parts = name.split("/")
            through = next((p for n in range(1, len(parts)) if (p := "/".join(parts[:n])) in names), None)
            if through is not None or (name in names and name in folders):
                raise BadArchive(
                    t("{name} is in what is a file: {through}", name=safe(name), through=safe(through or name))
                )


def one_for_all(names: Iterator[str]) -> None:
    """Raises `BadArchive` for two names that are one to a file system that ignores capitals and accents."""
    known: dict[str, str] = {}
    for name in names:
        other = known.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            raise BadArchive(
                t("{name} and {other} are one name to some file systems", name=safe(name), other=safe(other))
            )


def _plain(name: str) -> str:
    return "/".join(part for part in name.split("/") if part not in ("", "."))
