"""The community's service that gives out test domains. It has no https: nothing secret goes there.

Read in the source of devsapp/domain; never tried against the real service.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from fc_guard.cloud.wire.guard import guarded
from fc_guard.core import strict_json
from fc_guard.errors import CallFailed
from fc_guard.language import t
from fc_guard.render.values import safe

PATIENCE: Final = 20.0
MOST: Final = 64 * 1024
LONGEST: Final = 300
"""Characters of what the service says that are shown."""
SUCCESS: Final = "Success"
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,58}")
"""After `domain` it is a function's name, which has up to 64 characters."""
HOST: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?")


class TestDomainService:
    """Raises `CallFailed` for whatever goes wrong: there, nothing was given out then."""

    __test__ = False  # for pytest

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def token(self, form: Mapping[str, str]) -> tuple[str, str]:
        """Returns the token that the account's helper function has to answer, and the domain if it is told already."""
        body = self._asked("token", form)
        token = body.get("Token")
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise _failed(t("its answer has no token"))
        return token, _named(body)

    def domain(self, form: Mapping[str, str], token: str) -> str:
        """Asks for the domain, and returns it if it is told. The service looks at the helper function then."""
        return _named(self._asked("domain", {**form, "token": token}))

    def _asked(self, what: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        kind, data = multipart(form)
        headers = {"Content-Type": kind, "Accept": "application/json"}
        exchange = guarded("POST", f"{self._url}/{what}", headers, data, PATIENCE, most=MOST)
        if exchange.status is None:
            raise _failed(t("it cannot be reached: {problem}", problem=exchange.problem))
        try:
            found = strict_json.read(exchange.body)
        except ValueError:
            found = None
        told = found.get("Response") if isinstance(found, dict) else None
        if not isinstance(told, dict) or exchange.status != 200:
            raise _failed(t("it answered something else (HTTP {status})", status=exchange.status))
        body = told.get("Body")
        if told.get("Status") != SUCCESS:
            raise _failed(t("it refused: {body}", body=safe(str(body)[:LONGEST])))
        return body if isinstance(body, dict) else {}


def _named(body: Mapping[str, Any]) -> str:
    """Returns the domain that an answer names, '' if it names none."""
    domain = body.get("Domain")
    if domain in (None, ""):
        return ""
    if not isinstance(domain, str) or not HOST.fullmatch(domain):
        raise _failed(t("what its answer has for a domain is no host name"))
    return domain


def multipart(form: Mapping[str, str]) -> tuple[str, bytes]:
    """Returns the content type and the body of a form. The service takes no other encoding, for all that is known."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    ]
    return f"multipart/form-data; boundary={boundary}", "".join([*parts, f"--{boundary}--\r\n"]).encode()


def _failed(why: str) -> CallFailed:
    return CallFailed(
        t("The service for test domains gave none: {why}.", why=why),
        code="NoTestDomain",
        http_status=0,
        hint=t(
            "domainName: auto asks http://domain.devsapp.net for a name. Try again later, name a domain of your own,\n"
            "or leave the custom domain out."
        ),
    )
