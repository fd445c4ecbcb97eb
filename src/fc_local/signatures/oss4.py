"""OSS4-HMAC-SHA256, version 4 of OSS's signature."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from urllib.parse import quote, unquote

from fc_local.signatures.request import SignedRequest

_ALGORITHM = "OSS4-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} +Credential=(?P<key>[^/,]+)/(?P<scope>[^,]+), *"
    r"(?:AdditionalHeaders=(?P<headers>[^,]*), *)?Signature=(?P<signature>[0-9a-f]+)\Z"
)
_SCOPE = re.compile(r"(?P<date>\d{8})/(?P<region>[^/]+)/(?P<product>[^/]+)/aliyun_v4_request\Z")
_ALWAYS_SIGNED = ("content-type", "content-md5")
_UNSIGNED = "UNSIGNED-PAYLOAD"


def access_key_id(request: SignedRequest) -> str | None:
    match = _AUTHORIZATION.match(request.header("authorization"))
    if match is not None:
        return match["key"]
    credential = dict(request.parameters()).get("x-oss-credential")
    return credential.partition("/")[0] if credential else None


def region(request: SignedRequest) -> str:
    """Returns the region that a signature is made for, '' if the request has no signature of this version."""
    match = _AUTHORIZATION.match(request.header("authorization"))
    told = dict(request.parameters()).get("x-oss-credential") or ""
    scope = _SCOPE.match(match["scope"] if match is not None else told.partition("/")[2])
    return scope["region"] if scope is not None else ""


def expiry(request: SignedRequest) -> str | None:
    """Returns the end of a signed URL, in seconds since 1970."""
    query = dict(request.parameters())
    lasts, date = query.get("x-oss-expires"), query.get("x-oss-date")
    if not lasts or not date:
        return None
    try:
        begin = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        return str(int(begin.timestamp()) + int(lasts))
    except ValueError:
        return "0"


def security_token(query: Mapping[str, str | None]) -> str | None:
    return query.get("x-oss-security-token")


def verify(request: SignedRequest, secret: str) -> bool:
    match = _AUTHORIZATION.match(request.header("authorization"))
    if match is not None:
        scope, additional, given = match["scope"], match["headers"] or "", match["signature"]
        date = request.header("x-oss-date") or request.header("date")
    else:
        query = {key: value or "" for key, value in request.parameters()}
        scope = query.get("x-oss-credential", "").partition("/")[2]
        additional, given = query.get("x-oss-additional-headers", ""), query.get("x-oss-signature", "")
        date = query.get("x-oss-date", "")
    if _SCOPE.match(scope) is None:
        return False
    names = additional.split(";") if additional else []
    return hmac.compare_digest(signature(request, secret, scope, date, names).encode(), given.encode())


def signature(request: SignedRequest, secret: str, scope: str, date: str, additional: list[str]) -> str:
    """`scope` is <date>/<region>/oss/aliyun_v4_request."""
    digest = hashlib.sha256(_canonical(request, additional).encode()).hexdigest()
    key = f"aliyun_v4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = "\n".join((_ALGORITHM, date, scope, digest))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _canonical(request: SignedRequest, additional: list[str]) -> str:
    signed = {
        name for name in request.headers if name.startswith("x-oss-") or name in _ALWAYS_SIGNED or name in additional
    }
    return "\n".join(
        (
            request.method,
            quote(unquote(request.path), safe="/~"),
            _canonical_query(request),
            "".join(f"{name}:{request.header(name).strip()}\n" for name in sorted(signed)),
            ";".join(additional),
            request.header("x-oss-content-sha256") or _UNSIGNED,
        )
    )


def _canonical_query(request: SignedRequest) -> str:
    pairs = sorted((quote(key, safe="~"), value) for key, value in request.parameters() if key != "x-oss-signature")
    return "&".join(key if not value else f"{key}={quote(value, safe='~')}" for key, value in pairs)
