"""OSS's own signatures, version 1 here and version 4 in `oss4`, in a header or in the query of a signed URL. The path
is /<bucket>/<object>."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from fc_local.signatures import oss4
from fc_local.signatures.request import SignedRequest

_SUBRESOURCES = ("bucketInfo", "continuation-token", "delete", "security-token", "versioning")
"""The signed ones that our requests may have."""


def access_key_id(request: SignedRequest) -> str | None:
    """Reads the header or a signed URL. Returns None if the request has no signature of OSS."""
    scheme, _, rest = request.header("authorization").partition(" ")
    name, colon, _ = rest.partition(":")
    if scheme == "OSS" and colon:
        return name
    return dict(request.parameters()).get("OSSAccessKeyId") or oss4.access_key_id(request)


def region(request: SignedRequest) -> str:
    """Returns the region that a signature is made for, '' if it names none."""
    return oss4.region(request)


def is_expired(request: SignedRequest) -> bool:
    """Says whether the request is a signed URL that has expired."""
    expires = _expiry(request) or oss4.expiry(request)
    return expires is not None and (not expires.isdigit() or int(expires) < time.time())


def signed_at(request: SignedRequest) -> float | None:
    """Returns the date of a request that is signed in its header, in seconds since 1970; None if it has none."""
    text = request.header("x-oss-date") or request.header("date")
    try:
        if text[:1].isdigit():
            return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc).timestamp()
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None


def security_token(request: SignedRequest) -> str:
    query = dict(request.parameters())
    return request.header("x-oss-security-token") or query.get("security-token") or oss4.security_token(query) or ""


def verify(request: SignedRequest, secret: str) -> bool:
    if oss4.access_key_id(request) is not None:
        return oss4.verify(request, secret)
    expires = _expiry(request)
    if expires is not None:
        given = dict(request.parameters()).get("Signature") or ""
        return _same(signature(request, secret, expires), given)
    given = request.header("authorization").rpartition(":")[2]
    dates = (request.header("x-oss-date"), request.header("date"))  # clients that send both sign either
    return any(_same(signature(request, secret, date), given) for date in dates if date)


def signature(request: SignedRequest, secret: str, date: str) -> str:
    lines = [request.method, request.header("content-md5"), request.header("content-type"), date]
    extra = [f"{name}:{value}" for name, value in sorted(request.headers.items()) if name.startswith("x-oss-")]
    text = "\n".join([*lines, *extra, _resource(request)])
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _expiry(request: SignedRequest) -> str | None:
    """Returns the Expires of a signed URL."""
    return None if request.header("authorization") else dict(request.parameters()).get("Expires")


def _resource(request: SignedRequest) -> str:
    signed = sorted((key, value) for key, value in request.parameters() if key in _SUBRESOURCES)
    query = "&".join(key if value is None else f"{key}={value}" for key, value in signed)
    return unquote(request.path) + (f"?{query}" if query else "")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
