"""/__admin lets tests and fc-guard look at the server and change things behind a client's back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from fc_local import VERSION
from fc_local.dump import dump
from fc_local.front import Front
from fc_local.insider import Insider
from fc_local.neighbourhood import CERTIFICATE, global_scope
from fc_local.scope import DEFAULT_REGION, Scope
from fc_local.store import make_row


class Admin:
    def __init__(self, front: Front, insider: Insider, home: Path, stop: Callable[[], None]) -> None:
        self._front = front
        self._api = front.api
        self._insider = insider
        self._home = home
        self._stop = stop

    def routes(self) -> list[web.RouteDef]:
        at = "/__admin"
        return [
            web.get(f"{at}/health", self._health),
            web.post(f"{at}/shutdown", self._shutdown),
            web.post(f"{at}/reset", self._reset),
            web.get(f"{at}/journal", self._journal),
            web.delete(f"{at}/journal", self._clear_journal),
            web.get(f"{at}/audit", self._audit),
            web.post(f"{at}/edit", self._edit),
            web.get(f"{at}/state", self._state),
            web.put(f"{at}/faults", self._set_faults),
            web.delete(f"{at}/faults", self._clear_faults),
            web.put(f"{at}/permissions", self._set_permissions),
            web.put(f"{at}/certificates", self._put_certificate),
            web.put(f"{at}/clock", self._set_clock),
            web.put(f"{at}/latency", self._set_latency),
            web.get(f"{at}/switches", self._switches),
            web.put(f"{at}/switches", self._set_switches),
        ]

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response(
            {"ok": True, "version": VERSION, "home": str(self._home), "account": self._front.account}
        )

    async def _shutdown(self, request: web.Request) -> web.Response:
        asyncio.get_running_loop().call_later(0.02, self._stop)  # after this answer is on its way
        return web.json_response({"ok": True})

    async def _reset(self, request: web.Request) -> web.Response:
        self._api.reset()
        self._front.faults.clear()
        self._front.permissions.clear()
        self._front.latency_ms = 0.0
        return web.json_response({"ok": True})

    async def _journal(self, request: web.Request) -> web.Response:
        return web.json_response({"requests": self._api.store.requests(_since(request))})

    async def _clear_journal(self, request: web.Request) -> web.Response:
        self._api.store.clear_journal()
        return web.json_response({"ok": True})

    async def _audit(self, request: web.Request) -> web.Response:
        return web.json_response({"events": self._api.store.events(_since(request))})

    async def _edit(self, request: web.Request) -> web.Response:
        body = await _object(request)
        path = body.get("path", [])
        if not isinstance(path, list) or not all(isinstance(name, str) for name in path):
            raise _bad("'path' is a list of names")
        answer = await self._insider.perform(
            str(body.get("op", "")),
            tuple(path),
            body.get("body") or {},
            who=str(body.get("as") or "somebody"),
            client=str(body.get("client") or "admin"),
            account=str(body.get("account") or self._front.account),
            region=str(body.get("region") or DEFAULT_REGION),
            if_match=body.get("if_match"),
        )
        return web.json_response({"status": answer.status, "body": answer.body, "etag": answer.etag})

    async def _state(self, request: web.Request) -> web.Response:
        scope = Scope(
            request.query.get("account") or self._front.account, request.query.get("region") or DEFAULT_REGION
        )
        return web.json_response(dump(self._api, scope, self._front.address(scope)))

    async def _set_faults(self, request: web.Request) -> web.Response:
        rules = (await _object(request)).get("rules")
        if not isinstance(rules, list):
            raise _bad("'rules' is a list")
        try:
            self._front.faults.set(rules)
        except (ValueError, TypeError) as error:
            raise _bad(str(error)) from error
        return web.json_response({"ok": True, "rules": len(rules)})

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._front.faults.clear()
        return web.json_response({"ok": True})

    async def _set_permissions(self, request: web.Request) -> web.Response:
        denied = (await _object(request)).get("denied")
        if not isinstance(denied, list):
            raise _bad("'denied' is a list")
        try:
            self._front.permissions.deny(denied)
        except ValueError as error:
            raise _bad(str(error)) from error
        return web.json_response({"ok": True, "denied": len(denied)})

    async def _put_certificate(self, request: web.Request) -> web.Response:
        body = await _object(request)
        number, texts = body.get("id"), [body.get(name) for name in ("name", "certificate", "privateKey")]
        if type(number) is not int or not all(isinstance(text, str) for text in texts):
            raise _bad("'id' is a number; 'name', 'certificate' and 'privateKey' are texts")
        scope = global_scope(str(body.get("account") or self._front.account))
        document = {"Id": number, **dict(zip(("Name", "Cert", "Key"), texts, strict=True))}
        row = make_row(str(number), document, None, 1)
        self._api.store.put(scope, CERTIFICATE, (row.name,), row)
        return web.json_response({"ok": True})

    async def _set_clock(self, request: web.Request) -> web.Response:
        try:
            self._api.clock.freeze((await _object(request)).get("now"))
        except (ValueError, AttributeError) as error:
            raise _bad(f"'now' is null or a time such as 2026-01-01T00:00:00Z: {error}") from error
        return web.json_response({"now": self._api.clock.now()})

    async def _set_latency(self, request: web.Request) -> web.Response:
        value = (await _object(request)).get("ms")
        if not isinstance(value, (int, float)) or isinstance(value, bool) or value < 0:
            raise _bad("'ms' is a number of milliseconds")
        self._front.latency_ms = float(value)
        return web.json_response({"ms": value})

    async def _switches(self, request: web.Request) -> web.Response:
        return web.json_response({"switches": self._api.switches.describe()})

    async def _set_switches(self, request: web.Request) -> web.Response:
        try:
            self._api.switches.set(await _object(request))
        except ValueError as error:
            raise _bad(str(error)) from error
        return web.json_response({"switches": self._api.switches.describe()})


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise _bad("the body is not JSON") from error
    if not isinstance(body, dict):
        raise _bad("the body is a JSON object")
    return body


def _since(request: web.Request) -> int:
    text = request.query.get("since", "0")
    if not text.isdigit():
        raise _bad("'since' is a sequence number")
    return int(text)


def _bad(why: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": why}), content_type="application/json")
