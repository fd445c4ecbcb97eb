"""A request and its answer, as a question sees them and as a transcript keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

ETAG: Final = "etag"
REQUEST_ID: Final = "x-fc-request-id"
ADDRESS: Final = "address"
DOMAIN: Final = "domain"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATED: Final = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}", re.IGNORECASE)
_LARGEST: Final = re.compile(r"max: (\d+)")


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. `api` is a version of FC's API, or ADDRESS, where `path` is a whole URL, or DOMAIN, where `path` is
    asked for under the host name `operation`. `body` is a JSON value, or text that is sent as it is."""

    operation: str
    method: str
    path: str
    api: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    late: int = 0
    wait: float = 0.0

    @property
    def data(self) -> bytes | None:
        if self.body is None:
            return None
        text = self.body if isinstance(self.body, str) else json.dumps(self.body, separators=(",", ":"))
        return text.encode()


class Answer:
    """An answer. It notes all that is looked at: `looked` is what a replay compares, besides status and code."""

    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.status = status
        self.headers = headers
        self.data = data
        self.looked: dict[str, Any] = {}
        try:
            self.document: Any = json.loads(data) if data else {}
        except ValueError:
            self.document = None

    @property
    def done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """FC's code of an error, in either API's spelling."""
        return "" if self.done else str(self.inside("Code") or self.inside("ErrorCode") or "")

    @property
    def message(self) -> str:
        return str(self.inside("Message") or self.inside("ErrorMessage") or "")

    def look(self, what: str) -> Any:
        """Returns what is asked for: `etag`, `member a.b`, `has a.b`, `moment a` (another one in each run), `id form`,
        `largest allowed`, `says word` (of an error's message), `seconds valid`, `text`."""
        self.looked[what] = found = self._found(*what.split(" ", 1))
        return found

    def _found(self, what: str, more: str = "") -> Any:
        match what:
            case "etag":
                return self.headers.get(ETAG)
            case "member" | "moment":
                return self.inside(more)
            case "has":
                return self._has(more)
            case "id":
                return _form(self.headers.get(REQUEST_ID, ""))
            case "largest":
                found = _LARGEST.search(self.message)
                return int(found[1]) if found else None
            case "says":
                return more in self.message.replace(" ", "").lower()
            case "seconds":
                return self._seconds_valid()
            case "text":
                return self.data.decode("utf-8", "replace")
        raise AssertionError(what)

    def inside(self, place: str) -> Any:
        """Returns a member of members; JSON as text, as FC writes a trigger's configuration, is read on the way."""
        value = self.document
        for name in place.split("."):
            value = _members(value).get(name)
        return value

    def _has(self, place: str) -> bool:
        above, _, name = place.rpartition(".")
        return name in _members(self.inside(above) if above else self.document)

    def _seconds_valid(self) -> int | None:
        """Returns how long the URL in the answer is valid, to ten seconds: its clock and ours may differ by some."""
        query = parse_qs(urlsplit(str(self.inside("url") or "")).query)
        if "x-oss-expires" in query:
            return int(query["x-oss-expires"][0])
        if "Expires" not in query or "date" not in self.headers:
            return None
        return round((int(query["Expires"][0]) - parsedate_to_datetime(self.headers["date"]).timestamp()) / 10) * 10


def is_moment(what: str) -> bool:
    """Says whether what is looked at has another value in each run: only which of them are equal can be compared."""
    return what == "etag" or what.startswith("moment ")


def labelled(value: Any, labels: dict[Any, str]) -> Any:
    """Returns a label that equal values share."""
    return value if value is None else labels.setdefault(value, f"value {len(labels) + 1}")


def _form(request_id: str) -> str:
    if _UUID.fullmatch(request_id):
        return "uuid"
    return "dated" if _DATED.fullmatch(request_id) else "neither"


def _members(value: Any) -> Mapping[str, Any]:
    """Returns the members of an object, or of one that is written as text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}
