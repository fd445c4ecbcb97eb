"""Plain requests to 2016-08-15, signed as Go's client signs them: Content-MD5 is the plain hex text of the digest."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from email.utils import formatdate
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from tests.contract.fc_local.clients import ACCOUNT, KEY, ask

PREFIX = "/2016-08-15"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


def send(
    url: str,
    method: str,
    path: str,
    body: Any = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """`body` is sent as JSON, bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
    sent = {
        "Accept": "application/json",
        "Date": formatdate(usegmt=True),
        "User-Agent": "go-sdk-1.0",
        "X-Fc-Account-Id": ACCOUNT,
        **(headers or {}),
    }
    if body is not None:
        sent["Content-Type"] = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        sent["Content-MD5"] = hashlib.md5(data, usedforsecurity=False).hexdigest()
    sent["Authorization"] = f"FC {KEY[0]}:{_signature(method, PREFIX + path, sent)}"
    target = quote(PREFIX + path) + (f"?{urlencode(query)}" if query else "")
    status, answered, text = ask(url, method, target, None if body is None else data, sent)
    is_json = answered.get("content-type", "").startswith("application/json")
    return Answer(status, answered, json.loads(text) if is_json else text)


def _signature(method: str, resource: str, headers: dict[str, str]) -> str:
    lower = {name.lower(): value for name, value in headers.items()}
    own = "".join(f"{name}:{value}\n" for name, value in sorted(lower.items()) if name.startswith("x-fc-"))
    head = [method, lower.get("content-md5", ""), lower.get("content-type", ""), lower["date"]]
    text = "\n".join(head) + "\n" + own + resource
    return base64.b64encode(hmac.new(KEY[1].encode(), text.encode(), hashlib.sha256).digest()).decode()
