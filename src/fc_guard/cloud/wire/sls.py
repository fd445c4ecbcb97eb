"""Simple Log Service (2020-12-30): the few calls that a log project and its store need.

docs/decisions/0019-log-service.md says why this does not use its SDK.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import quote, urlsplit

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.faults import Fault, fault_of_answer
from fc_guard.cloud.wire.guard import fault_of_silence, guarded
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.core import strict_json
from fc_guard.language import t

VERSION: Final = "0.6.0"
"""What every version of the service's API says in this header."""
REQUEST_ID: Final = "x-log-requestid"
PATIENCE: Final = 30.0
JSON: Final = "application/json"
Document = Mapping[str, Any]


class LogService:
    """The log service of one region. A project is named in the host; beside a local FC, whose host has one name, in the
    path."""

    def __init__(self, url: str, credential: Credential, *, named: bool) -> None:
        """`named` says that a project's name goes in front of the host."""
        self._url = url.rstrip("/")
        self._named = named
        self._credential = credential

    def ask(self, operation: str, project: str, path: str, query: Mapping[str, str] | None = None) -> Document:
        """Returns the answer to a read. Raises `FaultError`."""
        return retried(
            lambda: self._called(operation, "GET", project, path, query or {}, None),
            repeats=lambda fault: fault.transient,
        )

    def do(self, operation: str, method: str, project: str, path: str, body: Document | None = None) -> Document:
        """Returns the answer to a write. It is sent again only where it was certainly not carried out. Raises
        `FaultError`."""
        return retried(
            lambda: self._called(operation, method, project, path, {}, body),
            repeats=lambda fault: fault.throttled or not fault.reached,
        )

    def _called(
        self, operation: str, method: str, project: str, path: str, query: Mapping[str, str], body: Document | None
    ) -> Document:
        data = b"" if body is None else json.dumps(body).encode()
        headers = signed(self._credential, method, path, query, data, formatdate(usegmt=True))
        exchange = guarded(method, self._address(project, path, query), headers, data or None, PATIENCE)
        if exchange.status is None:
            raise FaultError(fault_of_silence(operation, exchange))
        if exchange.status >= 300:
            raise FaultError(_fault(operation, exchange.status, exchange.body, exchange.headers))
        try:
            found = strict_json.read(exchange.body) if exchange.body else {}
        except ValueError as error:
            raise FaultError(
                Fault(operation, exchange.status, "BadAnswer", t("the answer is not JSON: {error}", error=error))
            ) from error
        if not isinstance(found, dict):
            raise FaultError(Fault(operation, exchange.status, "BadAnswer", t("the answer is not an object")))
        return found

    def _address(self, project: str, path: str, query: Mapping[str, str]) -> str:
        asked = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in sorted(query.items()))
        rest = quote(path) + (f"?{asked}" if asked else "")
        if not self._named:
            return f"{self._url}/{project}{rest}"
        url = urlsplit(self._url)
        host = f"{project}.{url.netloc}" if project else url.netloc
        return f"{url.scheme}://{host}{rest}"


def signed(
    credential: Credential, method: str, path: str, query: Mapping[str, str], data: bytes, date: str
) -> dict[str, str]:
    """Returns the headers of a request with its signature, version 1: documents of the service's API, "signature"."""
    headers = {
        "Date": date,
        "x-log-apiversion": VERSION,
        "x-log-bodyrawsize": str(len(data)),
        "x-log-signaturemethod": "hmac-sha256",
    }
    if credential.security_token:
        headers["x-acs-security-token"] = credential.security_token
    if data:
        headers["Content-Type"] = JSON
        headers["Content-MD5"] = hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
    own = sorted((name, value) for name, value in headers.items() if name.startswith("x-"))
    asked = "&".join(f"{key}={value}" for key, value in sorted(query.items()))
    text = "\n".join(
        [
            *(method, headers.get("Content-MD5", ""), headers.get("Content-Type", ""), date),
            *(f"{name}:{value}" for name, value in own),
            path + (f"?{asked}" if asked else ""),
        ]
    )
    digest = hmac.new(credential.access_key_secret.encode(), text.encode(), hashlib.sha256).digest()
    return {**headers, "Authorization": f"LOG {credential.access_key_id}:{base64.b64encode(digest).decode()}"}


def _fault(operation: str, status: int, body: bytes, headers: Mapping[str, str]) -> Fault:
    """Reads an error. Its request id is in a header."""
    request = headers.get(REQUEST_ID, "")
    return fault_of_answer(operation, status, body, {**headers, "x-fc-request-id": request})
