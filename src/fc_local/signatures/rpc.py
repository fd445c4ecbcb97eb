"""Signature version 1.0 of RPC APIs: HMAC-SHA1 over the parameters, which are in the query, the form body or both."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote

from fc_local.signatures.request import SignedRequest


def access_key_id(request: SignedRequest) -> str | None:
    """Returns the key that a request names. The path is not signed: only one without a path can be signed this way."""
    found = _parameters(request)
    return found.get("AccessKeyId") if request.path == "/" and "Signature" in found else None


def verify(request: SignedRequest, secret: str) -> bool:
    found = _parameters(request)
    if found.get("SignatureMethod") != "HMAC-SHA1" or found.get("SignatureVersion") != "1.0":
        return False
    return hmac.compare_digest(signature(request, secret).encode(), found["Signature"].encode())


def timestamp(request: SignedRequest) -> str:
    return _parameters(request).get("Timestamp", "") if request.path == "/" else ""


def signature(request: SignedRequest, secret: str) -> str:
    pairs = sorted((key, value) for key, value in _parameters(request).items() if key != "Signature")
    canonical = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in pairs)
    text = f"{request.method}&{_quoted('/')}&{_quoted(canonical)}"
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()).decode()


def _parameters(request: SignedRequest) -> dict[str, str]:
    return {key: value or "" for key, value in (*request.parameters(), *request.form())}


def _quoted(text: str) -> str:
    return quote(text, safe="~")
