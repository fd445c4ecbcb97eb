"""`FC AK:signature`, the scheme of 2016-08-15 and of HTTP functions (facts 2.7)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import unquote

from fc_local.addresses import PROXY
from fc_local.signatures.request import SignedRequest

_URL_SIGNATURE = ("x-fc-signature", "x-fc-access-key-id", "x-fc-expires", "x-fc-security-token")


def access_key_id(request: SignedRequest) -> str | None:
    """Reads the header, or the query of a signed URL."""
    scheme, _, rest = request.header("authorization").partition(" ")
    name, colon, _ = rest.partition(":")
    if scheme == "FC" and colon:
        return name
    return dict(request.parameters()).get("x-fc-access-key-id")


def url_expiry(request: SignedRequest) -> str | None:
    """Returns the x-fc-expires of a signed URL, None if the request is signed in its header."""
    if request.header("authorization"):
        return None
    return dict(request.parameters()).get("x-fc-expires")


def verify(request: SignedRequest, secret: str) -> bool:
    expires = url_expiry(request)
    if expires is None:
        given = request.header("authorization").rpartition(":")[2]
        good = _body_fits(request)
    else:
        given = dict(request.parameters()).get("x-fc-signature") or ""
        good = True
    paths = dict.fromkeys((unquote(request.path), request.path))  # the Node client signs an encoded name as it is
    signatures = [signature(request, secret, expires, path) for path in paths]
    return good and any(hmac.compare_digest(one.encode(), given.encode()) for one in signatures)


def signature(request: SignedRequest, secret: str, expires: str | None = None, path: str | None = None) -> str:
    """`path` is the path as it was signed, None for the decoded one."""
    extra = "".join(f"{name}:{value}\n" for name, value in sorted(request.headers.items()) if name.startswith("x-fc-"))
    date = request.header("date") if expires is None else expires
    fields = (request.method, request.header("content-md5"), request.header("content-type"), date)
    text = "\n".join(fields) + "\n" + extra + _resource(request, path or unquote(request.path))
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _resource(request: SignedRequest, path: str) -> str:
    if not request.path.startswith(PROXY):
        return path
    signed = (
        f"{key}={value}" if value is not None else key
        for key, value in request.parameters()
        if key not in _URL_SIGNATURE[:1]
    )
    return path + "\n" + "\n".join(sorted(signed))


def _body_fits(request: SignedRequest) -> bool:
    """Says whether the MD5 fits. Go and Python send its hex text, Node the base64 of that, others of the digest itself.

    Calls of HTTP functions may carry any: Go's client signs the MD5 of something else than the body there.
    """
    given = request.header("content-md5")
    if not given or request.path.startswith(PROXY):
        return True
    md5 = hashlib.md5(request.body, usedforsecurity=False)
    hexed = md5.hexdigest().encode()
    fitting = (hexed, hexed.upper(), base64.b64encode(hexed), base64.b64encode(md5.digest()))
    return any(hmac.compare_digest(given.encode(), one) for one in fitting)
