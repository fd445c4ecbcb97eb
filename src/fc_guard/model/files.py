"""Describes the files of a code package and how they differ between sides."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from fc_guard.model.fields import Cause
from fc_guard.model.origins import Since

MOST_TEXT: Final = 256 * 1024
"""The size in bytes of the largest file whose text is shown, kept and merged."""
MOST_LINES: Final = 20_000
"""The most lines that such a file may have: comparing more may take minutes."""
BYTECODE: Final = (".pyc", ".pyo")
CACHE: Final = "/__pycache__/"
SOURCE: Final = ".py"
LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


SECRET_FILE: Final = re.compile(
    r"\.env(?!\.(example|sample|template|dist)$)(rc|[.\-_].*)?|.*\.env|.*\.(pem|key|p12|pfx|jks|keystore|p8|ppk|kdbx)"
    r"|.*\.tf(vars(\.json)?|state(\.backup)?)|kubeconfig(\..*)?|.*\.kubeconfig"
    r"|id_(rsa|dsa|ecdsa|ed25519)(?!.*\.pub$).*|credentials?(\.(json|ya?ml|ini|toml|csv|txt|xml))?"
    r"|secrets?\.(json|ya?ml|ini|toml|txt|env)|service[-_]?account.*\.json"
    r"|\.(npmrc|netrc|pypirc|pgpass|htpasswd|git-credentials|dockercfg|my\.cnf)|_netrc",
    re.IGNORECASE,
)
"""Names of files that hold passwords, tokens and keys."""
SECRET_PATH: Final = re.compile(
    r"(.*/)?(\.docker/config\.json|\.kube/config|\.aws/[^/]*|\.aliyun/[^/]*)", re.IGNORECASE
)
"""Paths of files with a plain name that hold such secrets in the folder of one tool."""


def is_secret_file(name: str) -> bool:
    """Says whether a file of a package is secret by its name, `dir/.env` as much as `.env`."""
    return SECRET_FILE.fullmatch(name.rpartition("/")[2]) is not None or SECRET_PATH.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a package. Mode and content decide whether two are the same. `size` and `crc32` are what a zip says
    of the content; they show without reading that a file is unchanged."""

    name: str
    executable: bool
    sha256: str
    size: int = 0
    crc32: int = 0
    link: bool = False

    @property
    def mark(self) -> str:
        return "l" if self.link else "x" if self.executable else "-"

    def same_as(self, other: FileState) -> bool:
        return (self.mark, self.sha256) == (other.mark, other.sha256)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package's files, sorted by name. `digest` names the content of those that are compared, however it is
    zipped."""

    files: tuple[FileState, ...]

    @property
    def compared(self) -> Manifest:
        """The files that say something: without the bytecode that Python makes of the sources beside it."""
        names = {file.name for file in self.files if file.name.endswith(SOURCE)}
        left = tuple(file for file in self.files if not _is_bytecode(file.name, names))
        return self if len(left) == len(self.files) else Manifest(left)

    @property
    def digest(self) -> str:
        lines = (f"{file.name}\0{file.mark}\0{file.sha256}\n" for file in self.compared.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def by_name(self) -> dict[str, FileState]:
        return {file.name: file for file in self.files}

    def without(self, left_out: Callable[[str], bool]) -> Manifest:
        """Returns the manifest without the files of these names."""
        return Manifest(tuple(file for file in self.files if not left_out(file.name)))


def _is_bytecode(name: str, sources: Collection[str]) -> bool:
    return name.endswith(BYTECODE) and (CACHE in f"/{name}" or name[:-1] in sources)


def as_text(data: bytes) -> str | None:
    """Returns the text of a file; None if it is not text or too large to be shown."""
    if len(data) > MOST_TEXT or b"\0" in data or data.count(b"\n") > MOST_LINES:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def lines_of(text: str) -> list[str]:
    """Returns the lines, each with its end. Only a line feed ends a line, as in a diff."""
    return LINE.findall(text)


@dataclass(frozen=True, slots=True)
class FileSide:
    """A file on one side; `text` is None if it is not known."""

    state: FileState
    text: str | None = None


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is not the same on all sides; a side is None if the file is not there.

    `base` is the file in the package that both sides come from. `based` is False if that package is not known, so
    nobody can say who moved. `deployed` is the deployment that the online side is from, if this checkout does not
    contain it.
    """

    name: str
    cause: Cause
    base: FileSide | None
    live: FileSide | None
    local: FileSide | None
    based: bool = True
    deployed: Since | None = None

    @property
    def at_risk(self) -> bool:
        """Says whether deploying what is here would undo what somebody else did to the file."""
        return self.cause in (Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN)
