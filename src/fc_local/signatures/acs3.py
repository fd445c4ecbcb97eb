"""ACS3-HMAC-SHA256, the default of the 2021-04-06 SDK (facts 2.2)."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import quote

from fc_local.signatures.request import SignedRequest

_AUTHORIZATION = re.compile(r"ACS3-HMAC-SHA256 +Credential=([^,]+), *SignedHeaders=([^,]*), *Signature=([0-9a-f]+)\Z")
_ALWAYS_SIGNED = ("host", "x-acs-content-sha256", "x-acs-date")


def access_key_id(authorization: str) -> str | None:
    match = _AUTHORIZATION.match(authorization)
    return match[1] if match else None


def verify(request: SignedRequest, secret: str) -> bool:
    match = _AUTHORIZATION.match(request.header("authorization"))
    if match is None:
        return False
    names = match[2].split(";")
    must = {*_ALWAYS_SIGNED, *(name for name in request.headers if name.startswith("x-acs-"))}
    digest = hashlib.sha256(request.body).hexdigest()
    return (
        must <= set(names)
        and hmac.compare_digest(digest, request.header("x-acs-content-sha256").lower())
        and hmac.compare_digest(signature(request, names, digest, secret), match[3])
    )


def signature(request: SignedRequest, names: list[str], digest: str, secret: str) -> str:
    canonical = "\n".join(
        (
            request.method,
            request.path,
            _canonical_query(request),
            "".join(f"{name}:{request.header(name).strip()}\n" for name in sorted(names)),
            ";".join(names),
            digest,
        )
    )
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _canonical_query(request: SignedRequest) -> str:
    return "&".join(f"{key}={quote(value or '', safe='~')}" for key, value in sorted(request.parameters(), key=_by_key))


def _by_key(parameter: tuple[str, str | None]) -> str:
    return parameter[0]
