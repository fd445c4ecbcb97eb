"""Authenticates requests: the signature schemes of both API versions, checked over the request as received."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from fc_local.errors import FcError, missing_header
from fc_local.signatures import acs, acs3, fc, log, rpc
from fc_local.signatures.keys import Key, KeyRing
from fc_local.signatures.request import SignedRequest

__all__ = ["Key", "KeyRing", "SignedRequest", "authenticate", "claimed_key"]


def claimed_key(request: SignedRequest) -> str | None:
    """Returns the access key id that a request names, whether its signature is valid or not."""
    authorization = request.header("authorization")
    return (
        acs3.access_key_id(authorization)
        or acs.access_key_id(authorization)
        or log.access_key_id(authorization)
        or fc.access_key_id(request)
        or rpc.access_key_id(request)
    )


def authenticate(request: SignedRequest, keys: KeyRing, skew: int) -> Key:
    """Returns the key that signed the request. Raises the API's error. `skew` is in seconds; 0 accepts any date."""
    authorization = request.header("authorization")
    name = claimed_key(request)
    if name is None:
        if not authorization:
            raise missing_header("Authorization")
        raise _mismatch()
    key = keys.find(name)
    if key is None:
        raise FcError(403, "InvalidAccessKeyID", f"invalid access key ID '{name}'")
    if not _scheme(request)(request, key.access_key_secret):
        raise _mismatch()
    if skew:
        _check_date(request, skew)
    return key


def _scheme(request: SignedRequest) -> Callable[[SignedRequest, str], bool]:
    authorization = request.header("authorization")
    if authorization.startswith("ACS3-HMAC-SHA256"):
        return acs3.verify
    if authorization.startswith("acs "):
        return acs.verify
    if authorization.startswith(log.SCHEME):
        return log.verify
    if not authorization and rpc.access_key_id(request):
        return rpc.verify
    return fc.verify


def _mismatch() -> FcError:
    return FcError(
        403,
        "SignatureNotMatch",
        "The request signature we calculated does not match the signature you provided."
        " Check your access key and signing method",
    )


def _check_date(request: SignedRequest, skew: int) -> None:
    expires = fc.url_expiry(request)
    if expires is not None:
        if not expires.isdigit() or int(expires) < time.time():
            raise FcError(403, "RequestTimeTooSkewed", f"the signed URL expired at {expires}")
        return
    text = (
        rpc.timestamp(request) or request.header("x-acs-date") or request.header("x-fc-date") or request.header("date")
    )
    if not text:
        raise missing_header("Date")
    away = abs(time.time() - _seconds(text))
    if away > skew:
        raise FcError(
            403,
            "RequestTimeTooSkewed",
            f"the difference between the request time '{text}' and the server time is too large",
        )


def _seconds(text: str) -> float:
    try:
        if text[:1].isdigit():
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()
        return parsedate_to_datetime(text).timestamp()
    except ValueError as error:
        raise FcError(400, "InvalidArgument", f"Date is set to an invalid value (actual: '{text}')") from error
