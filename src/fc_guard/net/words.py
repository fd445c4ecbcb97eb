"""Words failures of the network. The libraries' own messages may quote a header, an address or a password."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from fc_guard.language import t
from fc_guard.net.limits import Refused, TooSlow

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def place_of(url: str) -> str:
    """Returns host and port of an address, without user, password and path."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def redirected(location: str) -> str:
    return t("a redirect to {place}, which is not followed", place=place_of(location) or t("another address"))


def in_words(error: BaseException) -> str:
    """Returns what went wrong, from the innermost of the exceptions that the libraries wrap around it."""
    cause = error
    while (inner := _inside(cause)) is not None:
        cause = inner
    if isinstance(cause, ssl.SSLCertVerificationError):
        return t("its certificate is not trusted: {verify_message}", verify_message=cause.verify_message)
    if isinstance(cause, TooSlow | Refused):
        return str(cause)
    if isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__:
        return t("no answer in time")
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    if isinstance(cause, HTTPException) or type(cause).__name__ in ("ProtocolError", "IncompleteRead"):
        return t("the answer broke off or is none of HTTP ({name})", name=type(cause).__name__)
    return t("it failed ({name})", name=type(cause).__name__)


def _inside(error: BaseException) -> BaseException | None:
    args = reversed(error.args) if isinstance(error.args, tuple) else ()
    wrapped = (getattr(error, "reason", None), *args, error.__cause__)
    return next((each for each in wrapped if isinstance(each, BaseException)), None)
