"""The service that gives out test domains: it asks a function of the account for a token, which proves whose it is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from email import message_from_bytes
from typing import Any, Final

from aiohttp import web

from fc_local.domains import Target
from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.invocation import Invoker
from fc_local.runner.model import HttpCall
from fc_local.scope import Scope
from fc_local.switches import Switches

SERVICE: Final = "serverless-devs-check"
FIELDS: Final = ("type", "user", "region", "service", "function")
ZONE: Final = "fc.devsapp.net"
_WORD: Final = re.compile(r"[a-z0-9.-]{1,128}")


class TestDomains:
    """Tokens are kept in memory, and nothing else: who has which name, only its own name server knows."""

    __test__ = False  # for pytest

    def __init__(self, invoker: Invoker, switches: Switches) -> None:
        self._invoker = invoker
        self._switches = switches
        self._tokens: dict[str, Mapping[str, str]] = {}

    async def answer(self, exchange: Exchange) -> web.Response:
        form = _form(exchange)
        if self._switches["test_domain"] == "refuses":
            return _told("Failed", "the service is not available for this account")
        missing = [name for name in FIELDS if not _WORD.fullmatch(form.get(name, ""))]
        if missing or form["type"] != "fc":
            return _told("Failed", f"invalid parameter: {', '.join(missing) or 'type'}")
        name = f"{form['function']}.{form['service']}.{form['user']}.{form['region']}.{ZONE}"
        given = {"Domain": name} if self._switches["test_domain"] == "gives" else {}
        if exchange.op == "Token":
            token = secrets.token_hex(8)
            self._tokens[token] = {field: form[field] for field in FIELDS}
            return _told("Success", {"Token": token, **given})
        token = form.get("token", "")
        if self._tokens.get(token) != {field: form[field] for field in FIELDS}:
            return _told("Failed", "check token failed")
        if await self._said(Scope(form["user"], form["region"]), token) != token:
            return _told("Failed", "check token failed")
        return _told("Success", given)

    async def _said(self, scope: Scope, token: str) -> str:
        """Returns what the account's helper function says; '' if it says nothing."""
        called = Target(SERVICE, None, f"domain{token}", "/")
        call = HttpCall("GET", "/", "", (), b"", "/", "127.0.0.1", f"check-{token}")
        try:
            if self._invoker.requires_signature("GET", scope, called):
                return ""
            answer = await self._invoker.serve_call(scope, called, call)
        except FcError:
            return ""
        return answer.body.decode("utf-8", "replace").strip() if answer.status == 200 else ""


def _told(status: str, body: Any) -> web.Response:
    return web.json_response({"Response": {"Status": status, "Body": body}})


def _form(exchange: Exchange) -> dict[str, str]:
    """Reads a multipart form."""
    head = f"Content-Type: {exchange.signed.header('content-type')}\r\n\r\n".encode()
    message = message_from_bytes(head + exchange.signed.body)
    if not message.is_multipart():
        return {}
    found: dict[str, str] = {}
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        value = part.get_payload(decode=True)  # type: ignore[union-attr]
        if isinstance(name, str) and isinstance(value, bytes):
            found[name] = value.decode("utf-8", "replace")
    return found
