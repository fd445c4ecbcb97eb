"""The names of a shared state's objects. Each write of a record is an object of its own:
`records/<account>/<region>/<provider>.<kind>/<name>/<serial>.json`, so serial n+1 can be written once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from fc_guard.model.address import Address
from fc_guard.model.objects import Listed
from fc_guard.state.names import directory_of, file_stem, folder_of

RECORDS: Final = "records"
SEAL_KEY: Final = "key"
CODE: Final = re.compile(r"code/([0-9a-f]{64})\.zip")
RECORD: Final = re.compile(rf"({RECORDS}/[0-9]+/[a-z0-9_-]+/[^/]+/[^/]+)/([0-9]{{10}})\.json")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of a shared state: the serials of each record with the age of each object, packages with their sizes and
    ages. Ages are in seconds at the time of the list. Objects of other names are not ours, and left alone."""

    records: dict[str, dict[int, float]] = field(default_factory=dict)
    code: dict[str, tuple[int, float]] = field(default_factory=dict)
    sealed: bool = False


def listing_of(items: tuple[Listed, ...]) -> Listing:
    found, sealed = Listing(), False
    for item in items:
        if record := RECORD.fullmatch(item.key):
            found.records.setdefault(record[1], {})[int(record[2])] = item.age
        elif code := CODE.fullmatch(item.key):
            found.code[code[1]] = (item.size, item.age)
        sealed = sealed or item.key == SEAL_KEY
    return Listing(found.records, found.code, sealed)


@lru_cache(maxsize=10_000)
def place_of(id: Address) -> str:
    """Returns what the keys of a resource's records begin with, without the slash before the serial."""
    return f"{RECORDS}/{directory_of(id.account, id.region)}/{folder_of(id)}/{file_stem(id)}"


def key_of(place: str, serial: int) -> str:
    return f"{place}/{serial:010d}.json"


def code_key(digest: str) -> str:
    return f"code/{digest}.zip"
