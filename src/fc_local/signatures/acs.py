"""The `acs` signature, which the SDK sends with signature_algorithm='v2' (facts 2.2)."""

from __future__ import annotations

import base64
import hashlib
import hmac

from fc_local.signatures.request import SignedRequest


def access_key_id(authorization: str) -> str | None:
    scheme, _, rest = authorization.partition(" ")
    name, colon, _ = rest.partition(":")
    return name if scheme == "acs" and colon else None


def verify(request: SignedRequest, secret: str) -> bool:
    given = request.header("authorization").rpartition(":")[2]
    return hmac.compare_digest(signature(request, secret).encode(), given.encode())


def signature(request: SignedRequest, secret: str) -> str:
    extra = "".join(
        f"{name}:{value.strip()}\n" for name, value in sorted(request.headers.items()) if name.startswith("x-acs-")
    )
    fields = ("accept", "content-md5", "content-type", "date")
    head = "".join(f"{request.header(name)}\n" for name in fields)
    text = f"{request.method}\n{head}{extra}{_resource(request)}"
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _resource(request: SignedRequest) -> str:
    pairs = sorted(request.parameters())
    query = "&".join(f"{key}={value}" if value else key for key, value in pairs)
    return f"{request.path}?{query}" if query else request.path
