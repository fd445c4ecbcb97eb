"""Describes a plan by seals: enough to tell whether anything moved since, and nothing to read a value from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath

Seals = Mapping[FieldPath, str]
"""Keyed hashes of values, by field."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One resource of a plan. `serial` is that of its record, 0 where there is none; `base` seals the side that it was
    compared with. `live` and `desired` are None where that side is absent, `etag` where none was read. `files_live` and
    `files_here` are the files that have moved on a side, for naming them; `does` seals all that the action does."""

    verb: str
    serial: int
    etag: str | None
    base: str
    live: Seals | None
    desired: Seals | None
    does: str
    files_live: Mapping[str, str] = field(default_factory=dict)
    files_here: Mapping[str, str] = field(default_factory=dict)


Fingerprints = Mapping[Address, Fingerprint]


class Side(Enum):
    """Says which side moved since a plan was made."""

    ONLINE = t("online")
    HERE = t("in s.yaml or the code folder")
    HISTORY = t("in the recorded history")
    PLAN = t("in what would be done")


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that is not as it was when a plan was made. `what` names the field or file, '' for the resource."""

    id: Address
    side: Side
    what: str = ""


@dataclass(frozen=True, slots=True)
class OwnWrite:
    """What this run itself made of a record: its serial, and whether the action was carried out to its end."""

    serial: int
    done: bool
