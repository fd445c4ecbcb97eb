"""OSS's own signature, version 1, in a header or in the query of a signed URL. The path is /<bucket>/<object>."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import unquote

from fc_local.signatures.request import SignedRequest

_SUBRESOURCES = ("security-token",)  # of the ones OSS signs, those our few requests may carry


def access_key_id(request: SignedRequest) -> str | None:
    """From the header, or from a signed URL; None: the request is not signed in this way."""
    scheme, _, rest = request.header("authorization").partition(" ")
    name, colon, _ = rest.partition(":")
    if scheme == "OSS" and colon:
        return name
    return dict(request.parameters()).get("OSSAccessKeyId")


def expiry(request: SignedRequest) -> str | None:
    """The Expires of a signed URL."""
    return None if request.header("authorization") else dict(request.parameters()).get("Expires")


def security_token(request: SignedRequest) -> str:
    return request.header("x-oss-security-token") or dict(request.parameters()).get("security-token") or ""


def verify(request: SignedRequest, secret: str) -> bool:
    expires = expiry(request)
    if expires is None:
        given = request.header("authorization").rpartition(":")[2]
    else:
        given = dict(request.parameters()).get("Signature") or ""
    return hmac.compare_digest(signature(request, secret, expires).encode(), given.encode())


def signature(request: SignedRequest, secret: str, expires: str | None = None) -> str:
    date = request.header("date") if expires is None else expires
    if request.header("x-oss-date") and expires is None:
        date = request.header("x-oss-date")
    lines = [request.method, request.header("content-md5"), request.header("content-type"), date]
    extra = [f"{name}:{value}" for name, value in sorted(request.headers.items()) if name.startswith("x-oss-")]
    text = "\n".join([*lines, *extra, _resource(request)])
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _resource(request: SignedRequest) -> str:
    signed = sorted((key, value) for key, value in request.parameters() if key in _SUBRESOURCES)
    query = "&".join(key if value is None else f"{key}={value}" for key, value in signed)
    return unquote(request.path) + (f"?{query}" if query else "")
