"""Archives that mean harm, or that only a broken tool makes."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MEGABYTE = 1 << 20
CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


@dataclass(frozen=True)
class Attack:
    """`only_unpacked`: it may be listed, and is refused when it is to be unpacked."""

    name: str
    make: Callable[[], bytes]
    only_unpacked: bool = False

    def __str__(self) -> str:
        return self.name


def zipped(*entries: tuple[str, bytes], mode: int = stat.S_IFREG | 0o644, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries:
            archive.writestr(info(name, mode, method), content)
    return buffer.getvalue()


def info(name: str, mode: int = stat.S_IFREG | 0o644, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.create_system = 3
    made.external_attr = mode << 16
    made.compress_type = method
    return made


def links(*entries: tuple[str, bytes, bool]) -> bytes:
    """Files, and links where the third says so."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, link in entries:
            archive.writestr(info(name, stat.S_IFLNK | 0o777 if link else stat.S_IFREG | 0o644), content)
    return buffer.getvalue()


def named(raw: bytes) -> bytes:
    """A file whose name is these bytes, which zipfile itself would not write."""
    data = zipped(("N" * len(raw), b"x"))
    return data.replace(b"N" * len(raw), raw)


def patched(data: bytes, place: int, layout: str, value: int, *, where: bytes = CENTRAL) -> bytes:
    """A number in the first header of a kind, overwritten."""
    at = data.index(where) + place
    return data[:at] + struct.pack(layout, value) + data[at + struct.calcsize(layout) :]


def in_both(data: bytes, central: int, local: int, layout: str, value: int) -> bytes:
    return patched(patched(data, central, layout, value), local, layout, value, where=LOCAL)


def one() -> bytes:
    return zipped(("index.py", b"print('hello')\n" * 50))


def overlapping(count: int = 200) -> bytes:
    """Entries that all point at one content: few bytes that unpack to many."""
    data = zipped(("a", b"\0" * MEGABYTE))
    at, end = data.index(CENTRAL), data.index(END)
    header = data[at:end]
    directory = b"".join(header[:28] + struct.pack("<H", 3) + header[30:46] + b"%03d" % n for n in range(count))
    tail = struct.pack("<4s4H2LH", END, 0, 0, count, count, len(directory), at, 0)
    return data[:at] + directory + tail


def nested_overlap() -> bytes:
    """The second entry lies inside the first one's content."""
    inner = zipped(("b", b"x" * 100), method=zipfile.ZIP_STORED)
    outer = zipped(("a", inner), method=zipfile.ZIP_STORED)
    at, end = outer.index(CENTRAL, outer.rindex(END) - 60), outer.rindex(END)
    header = outer[at:end]
    second = header[:42] + struct.pack("<L", outer.index(LOCAL, 4)) + b"b"
    second = second[:16] + inner[inner.index(CENTRAL) + 16 : inner.index(CENTRAL) + 28] + second[28:]
    directory = header + second
    return outer[:at] + directory + struct.pack("<4s4H2LH", END, 0, 0, 2, 2, len(directory), at, 0)


def huge_directory(count: int) -> bytes:
    header = struct.pack("<4s6H3L5H2L", CENTRAL, 20, 20, 0, 0, 0, 33, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0)
    directory = b"".join(header + b"%06x" % number for number in range(count))
    return directory + struct.pack("<4s4H2LH", END, 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), 0, 0)


def bomb(total: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(total // (8 * MEGABYTE)):
            archive.writestr(info(str(number)), b"\0" * (8 * MEGABYTE))
    return buffer.getvalue()


def zip64_lie(cut: int = 0) -> bytes:
    """Sizes in a 64-bit field: 2**60 bytes. `cut` bytes of the field are not there."""
    data = one()
    at = data.index(CENTRAL)
    extra = struct.pack("<HHQQ", 1, 16, 1 << 60, 1 << 60)[: -cut or None]
    header = bytearray(data[at : data.index(END)])
    header[20:28] = b"\xff" * 8
    header[30:32] = struct.pack("<H", len(extra))
    directory = bytes(header) + extra
    return data[:at] + directory + struct.pack("<4s4H2LH", END, 0, 0, 1, 1, len(directory), at, 0)


def attacks() -> Iterator[Attack]:
    for what, raw in {
        "an absolute path": b"/tmp/evil",
        "two slashes": b"//evil",
        "a way up": b"../evil",
        "a way up further in": b"a/../../evil",
        "a way up at the end": b"a/..",
        "a backslash": b"..\\evil",
        "a drive": b"C:\\evil",
        "a drive without a slash": b"C:evil",
        "a share": b"\\\\server\\evil",
        "a NUL": b"index.py\0.txt",
        "an escape sequence": b"\x1b[2J\x1b]0;owned\x07.py",
        "a line feed": b"a\nerror: forged",
        "a delete": b"a\x7fb",
        "nothing": b"./.",
    }.items():
        yield Attack(f"a name with {what}", lambda raw=raw: named(raw))  # type: ignore[misc]
    yield Attack("a name that is not UTF-8", lambda: in_both(named(b"\xff\xfe\xfd"), 8, 6, "<H", 0x800))
    yield Attack("a name too long", lambda: zipped(("n" * 300, b"x")), only_unpacked=True)
    yield Attack("a path too long", lambda: zipped(("d/" * 3000 + "x", b"x")), only_unpacked=True)
    yield Attack("other names in its list and inside", lambda: one().replace(b"index.py", b"other.py", 1))

    yield Attack("a link to an absolute path", lambda: links(("l", b"/etc/passwd", True)), only_unpacked=True)
    yield Attack("a link out", lambda: links(("d/l", b"../../out", True)), only_unpacked=True)
    yield Attack("a file through a link", lambda: links(("d", b"/tmp", True), ("d/evil", b"x", False)))
    yield Attack("a file through a link after it", lambda: links(("d/evil", b"x", False), ("d", b"/tmp", True)))
    chain = (("p/here", b".", True), ("p/q/x", b"", False), ("p/q/l", b"../here/../../out", True))
    yield Attack("a link out through another", lambda: links(*chain), only_unpacked=True)
    yield Attack("a link to nowhere in particular", lambda: links(("l", b"", True)), only_unpacked=True)
    yield Attack("a link with a NUL", lambda: links(("l", b"a\0b", True)), only_unpacked=True)
    yield Attack("a link that is no text", lambda: links(("l", b"\xff\xfe", True)), only_unpacked=True)
    yield Attack("a link of a megabyte", lambda: links(("l", b"a" * MEGABYTE, True)))
    for kind in ("S_IFCHR", "S_IFBLK", "S_IFIFO", "S_IFSOCK"):
        yield Attack(f"a special file, {kind}", lambda kind=kind: zipped(("x", b""), mode=getattr(stat, kind) | 0o666))  # type: ignore[misc]

    yield Attack("one name twice", lambda: named_twice("a.py", "a.py"))
    yield Attack("one name twice, spelled otherwise", lambda: named_twice("d/a.py", "./d//a.py"))
    yield Attack("two cases of one name", lambda: zipped(("README", b"1"), ("readme", b"2")), only_unpacked=True)
    yield Attack("two spellings of one accent", lambda: zipped(("é", b"1"), ("e\u0301", b"2")), only_unpacked=True)
    yield Attack("a file in a file", lambda: zipped(("a", b"1"), ("a/b", b"2")))
    yield Attack("a folder that is a file", lambda: zipped(("a", b"1"), ("a/", b"")))

    yield Attack("entries that share their content", overlapping)
    yield Attack("an entry inside another", nested_overlap)
    yield Attack("a bomb", lambda: bomb(160 * MEGABYTE))
    yield Attack("a size that is a lie, too small", lambda: in_both(one(), 24, 22, "<L", 10))
    yield Attack("a size that is a lie, too large", lambda: in_both(one(), 24, 22, "<L", 10_000))
    yield Attack("a size beyond all bounds", lambda: in_both(one(), 24, 22, "<L", 0xFFFFFFFE))
    yield Attack("a packed size that is a lie", lambda: in_both(one(), 20, 18, "<L", 0x7FFFFFFF))
    yield Attack("a size of 64 bits that is a lie", zip64_lie)
    yield Attack("a wrong sum", lambda: in_both(one(), 16, 14, "<L", 0xDEADBEEF))
    yield Attack("an encrypted entry", lambda: in_both(one(), 8, 6, "<H", 1))
    yield Attack("a strongly encrypted entry", lambda: in_both(one(), 8, 6, "<H", 0x41))
    for method in (1, 12, 14, 93, 99):
        yield Attack(f"compression method {method}", lambda method=method: in_both(one(), 10, 8, "<H", method))  # type: ignore[misc]
    yield Attack("an entry on another disk", lambda: patched(one(), 34, "<H", 3))
    yield Attack("an offset beyond its end", lambda: patched(one(), 42, "<L", 0x7FFFFFFF))
    yield Attack("an offset into its list", lambda: patched(one(), 42, "<L", one().index(CENTRAL)))
    yield Attack("a list beyond its end", lambda: patched(one(), 16, "<L", 0x7FFFFFFF, where=END))
    yield Attack("a list larger than it is", lambda: patched(one(), 12, "<L", 0x7FFFFFFF, where=END))
    yield Attack("a huge list", lambda: huge_directory(700_000))
    yield Attack("too many entries", lambda: huge_directory(120_000))
    for quarter in range(1, 4):
        yield Attack(f"cut off after {quarter} quarters", lambda quarter=quarter: one()[: quarter * len(one()) // 4])  # type: ignore[misc]
    yield Attack("nothing at all", lambda: b"")
    yield Attack("an extra field cut short", lambda: zip64_lie(cut=6))


def named_twice(first: str, second: str) -> bytes:
    """Two entries whose names zipfile would warn of."""
    placeholder = "Q" * len(second)
    return zipped((first, b"1"), (placeholder, b"2")).replace(placeholder.encode(), second.encode())
