"""Defines fields: their paths, their values, and why two sides differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from fc_guard.language import t
from fc_guard.model.origins import Since
from fc_guard.model.theirs import Whose

FieldPath = tuple[str, ...]
CODE: Final[FieldPath] = ("code",)
CODE_ASPECT: Final = "code"
CONFIG_ASPECT: Final = "config"
ASPECTS: Final = frozenset({CONFIG_ASPECT, CODE_ASPECT})
"""Configuration and code are decided separately."""

Json = Any
"""A JSON value. Lists are tuples inside `Fields`."""


class Missing(Enum):
    """`MISSING` stands for a field that a side does not have at all; `None` means present and empty."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret value as the baseline keeps it: a keyed hash, `hmac-sha256:<key id>:<hex>`."""

    tag: str


@dataclass(frozen=True, slots=True)
class CodeVersion:
    """Identifies a code package by what is known of it.

    `checksum` is FC's codeChecksum: CRC-64/XZ of the zip, an unsigned decimal string. `digest` is ours: SHA-256 over
    path, executable bit and content of every file, so it survives re-zipping. `size` is the zip's, in bytes. `source`
    is where the package lies in OSS, `oss://bucket/key`, for code that may not be read from there.
    """

    checksum: str | None = None
    digest: str | None = None
    size: int | None = None
    source: str | None = None


Value = Json | Sealed | CodeVersion | Missing
"""Where a value of another resource is not known yet, an `Output` stands for it, inside a value too."""
Fields = Mapping[FieldPath, Value]
"""A configuration in normal form, with one entry per leaf."""


class Cause(Enum):
    """Says why a field is listed; see DESIGN §3. Reports print the value."""

    CHANGE = "change"
    DRIFT = "drift"
    CONVERGED = "converged"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    KEPT = "kept"
    ONLINE_ONLY = "online-only"


class Came(Enum):
    """Says how an online value came about that is not what was last deployed."""

    ELSEWHERE = t("changed online")
    DEPLOYED = t("deployed from elsewhere since")
    UNDO = t("put back by undo")
    KEPT = t("kept online until now")
    MERGED = t("merged before")


class Reveal(Enum):
    """Says which values of secret fields are shown."""

    NOTHING = "nothing"
    """What is said may be kept, or read by anybody."""
    PLAIN = "plain"
    """Those that look like no secret, to the person at the terminal."""
    ALL = "all"
    """Every one, since somebody asked for them."""


class Silence(Enum):
    """Says why a field is not listed although some side has it. `--explain` prints the value."""

    SAME = t("online and here it is as it was last deployed")
    AS_WANTED = t("online is what s.yaml says")
    USUAL = t("s.yaml says nothing, and online is what it is when nobody sets it")
    LEFT = t("s.yaml leaves it to be found or made, and online has one")
    FILLED = t("s.yaml says nothing, and FC sets it by itself")
    NEVER_OURS = t("it was never deployed from here, and is not compared with s.yaml")
    NO_CODE = t("what is online runs no package, and neither does what is here")
    KEPT_AND_MET = t("what was kept online is what s.yaml says by now")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that is not the same on all sides.

    `target` is what live becomes if s.yaml is deployed; it equals `live` where deploying would not touch the field.
    `since` is when the online value was kept by decision; '' where it was not, or has moved since. `came` says how it
    came about, for the words; it decides nothing. `deployed` is the deployment that put the online value there, if this
    checkout does not contain it. `whose` is who had changed the online value that was kept, if that is remembered.
    """

    path: FieldPath
    cause: Cause
    baseline: Value
    live: Value
    desired: Value
    target: Value
    secret: bool = False
    since: str = ""
    came: Came = Came.ELSEWHERE
    deployed: Since | None = None
    whose: Whose | None = None

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def aspect(self) -> str:
        return aspect_of(self.path)

    @property
    def at_risk(self) -> bool:
        """Says whether deploying s.yaml would change or remove what somebody else did."""
        return self.cause in (Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN)

    @property
    def only_online(self) -> bool:
        """Says whether live has the field and s.yaml does not name it."""
        return self.cause is Cause.ONLINE_ONLY or (self.cause is Cause.KEPT and self.desired is MISSING)


def aspect_of(path: FieldPath) -> str:
    return CODE_ASPECT if path == CODE else CONFIG_ASPECT


def path_text(path: FieldPath) -> str:
    return ".".join(path)
