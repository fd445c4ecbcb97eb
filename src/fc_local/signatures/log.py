"""Simple Log Service's signature, version 1: an HMAC over the request, its x-log- headers and its path and query."""

from __future__ import annotations

import base64
import hashlib
import hmac

from fc_local.signatures.request import SignedRequest

SCHEME = "LOG "
_DIGESTS = {"hmac-sha1": hashlib.sha1, "hmac-sha256": hashlib.sha256}


def access_key_id(authorization: str) -> str | None:
    if not authorization.startswith(SCHEME):
        return None
    name, colon, _ = authorization[len(SCHEME) :].partition(":")
    return name if colon else None


def verify(request: SignedRequest, secret: str) -> bool:
    given = request.header("authorization").rpartition(":")[2]
    body = hashlib.md5(request.body, usedforsecurity=False).hexdigest().upper() if request.body else ""
    told = request.header("content-md5")
    if (told or body) and told != body:
        return False
    return hmac.compare_digest(signature(request, secret).encode(), given.encode())


def signature(request: SignedRequest, secret: str) -> str:
    lines = [request.method, *(request.header(name) for name in ("content-md5", "content-type", "date"))]
    signed = sorted(name for name in request.headers if name.startswith(("x-log-", "x-acs-")))
    lines += [f"{name}:{request.header(name)}" for name in signed]
    pairs = sorted(request.parameters(), key=lambda pair: pair[0])
    query = "&".join(key if value is None else f"{key}={value}" for key, value in pairs)
    text = "\n".join([*lines, request.path + (f"?{query}" if query else "")])
    digest = _DIGESTS.get(request.header("x-log-signaturemethod"), hashlib.sha1)
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), digest).digest()).decode()
