"""The parts of a received request that signatures need."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """`path` and `query` are raw (still percent-encoded), without the server's path base. Header names are lower-case;
    a repeated header is joined with ','."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def parameters(self) -> list[tuple[str, str | None]]:
        """Returns the decoded query. None marks a key without '='. Clients write a space as '+' or %20."""
        return _pairs(self.query)

    def form(self) -> list[tuple[str, str | None]]:
        """Returns the decoded fields of a form in the body, none for a body of another type."""
        if not self.header("content-type").startswith("application/x-www-form-urlencoded"):
            return []
        return _pairs(self.body.decode("utf-8", "replace"))


def _pairs(text: str) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for part in text.split("&"):
        if part:
            key, equals, value = part.partition("=")
            found.append((unquote_plus(key), unquote_plus(value) if equals else None))
    return found
