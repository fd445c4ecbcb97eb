"""A call of a function that somebody makes on its page: what is asked, and how the answer is shown."""

from __future__ import annotations

import re
from typing import Any

from fc_local.backend import Called, Event, WebRequest
from fc_local.errors import FcError

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
LARGEST_TEXT = 256 * 1024
_TARGET = re.compile(r"/[!-~]*\Z")
_NAME = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+\Z")


def read_trial(body: dict[str, Any]) -> Event | WebRequest:
    """Reads {"event": "…"} or {"request": {"method", "target", "headers": [[name, value]], "body", "qualifier"}}.

    Raises FcError, which says what is wrong.
    """
    if "event" in body:
        return Event(_text(body, "event").encode("utf-8", "replace"))
    asked = body.get("request")
    if not isinstance(asked, dict):
        raise FcError(400, "InvalidArgument", "event or request is required but not provided")
    method, target = _text(asked, "method"), _text(asked, "target")
    if method not in METHODS:
        raise FcError(400, "InvalidRequest", f"there is no method '{method}'")
    if not _TARGET.match(target):
        raise FcError(400, "InvalidRequest", f"a path starts with / and has no spaces, not '{target}'")
    headers = tuple(_header(line) for line in asked.get("headers") or ())
    return WebRequest(
        method, target, headers, _text(asked, "body").encode("utf-8", "replace"), _text(asked, "qualifier") or None
    )


def show_trial(called: Called) -> dict[str, Any]:
    """Returns the call for the page. `text` is None for a body that is not text, or is very large."""
    return {
        "status": called.status,
        "headers": called.headers,
        "text": _readable(called.body),
        "size": len(called.body),
        "error": called.error,
        "durationMs": round(called.duration_ms, 1),
        "log": called.log.decode("utf-8", "replace").rstrip(),
        "requestId": called.request_id,
    }


def _header(line: object) -> tuple[str, str]:
    if isinstance(line, list) and len(line) == 2 and all(isinstance(part, str) for part in line):
        name, value = line
        if _NAME.match(name) and value.isprintable():
            return name.lower(), value
    raise FcError(400, "InvalidRequest", f"a header is a line such as Accept: text/plain, not {line}")


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key) or ""
    if not isinstance(value, str):
        raise FcError(400, "InvalidArgument", f"{key} must be a text")
    return value


def _readable(body: bytes) -> str | None:
    if len(body) > LARGEST_TEXT or b"\0" in body:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
