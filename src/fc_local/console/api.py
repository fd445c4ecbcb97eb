"""The JSON routes of the console's page. Each edit is one operation of the API in a named person's name.

`?account=&region=` name the place, `?who=` the person, and If-Match carries the ETag that the person saw. Answers are
{"value": …, "etag": …}, or {"code": …, "message": …} with the API's status.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from fc_local.backend import Answer, Backend
from fc_local.console.listing import list_files
from fc_local.console.trial import read_trial, show_trial
from fc_local.errors import FcError

API = "/__console/api"
SERVICE = f"{API}/services/{{service}}"
FUNCTION = f"{SERVICE}/functions/{{function}}"
TRIGGER = f"{FUNCTION}/triggers/{{trigger}}"

EDITS = (
    ("POST", f"{API}/services", "CreateService"),
    ("PUT", SERVICE, "UpdateService"),
    ("DELETE", SERVICE, "DeleteService"),
    ("POST", f"{SERVICE}/functions", "CreateFunction"),
    ("PUT", FUNCTION, "UpdateFunction"),
    ("DELETE", FUNCTION, "DeleteFunction"),
    ("POST", f"{FUNCTION}/triggers", "CreateTrigger"),
    ("PUT", TRIGGER, "UpdateTrigger"),
    ("DELETE", TRIGGER, "DeleteTrigger"),
)
NOBODY_NAMED = "somebody else"
LONGEST_NAME = 64


def api_routes(backend: Backend) -> list[web.AbstractRouteDef]:
    reads = Reads(backend)
    return [
        web.get(f"{API}/places", _answering(reads.places)),
        web.get(f"{API}/audit", _answering(reads.audit)),
        web.get(f"{API}/services", _answering(reads.services)),
        web.get(f"{API}/domains", _answering(reads.domains)),
        web.get(SERVICE, _answering(reads.service)),
        web.get(FUNCTION, _answering(reads.function)),
        web.post(f"{FUNCTION}/calls", _answering(reads.called)),
        *(web.route(method, path, _answering(_edit(backend, op))) for method, path, op in EDITS),
    ]


class Refused(Exception):
    """The backend refused one part of a page. Its answer then stands for the whole page."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Reads:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def places(self, _: web.Request) -> web.Response:
        return _shown([{"account": account, "region": region} for account, region in self._backend.regions()])

    async def audit(self, request: web.Request) -> web.Response:
        try:
            since = int(request.query.get("since", "0"))
        except ValueError as error:
            raise FcError(400, "InvalidArgument", "since must be a number") from error
        return _shown(self._backend.audit(since))

    async def services(self, request: web.Request) -> web.Response:
        """Shows every service with its functions, for the tree at the side."""
        services = await self._all(request, "ListServices", (), "services")
        for service in services:
            path = (service["serviceName"],)
            service["functions"] = await self._all(request, "ListFunctions", path, "functions")
        return _shown(services)

    async def domains(self, request: web.Request) -> web.Response:
        return _shown(await self._all(request, "ListCustomDomains", (), "customDomains"))

    async def service(self, request: web.Request) -> web.Response:
        answer = await self._one(request, "GetService", (request.match_info["service"],))
        return _shown(answer.body, answer.etag)

    async def function(self, request: web.Request) -> web.Response:
        """Shows a whole function page: settings, files and triggers."""
        path = (request.match_info["service"], request.match_info["function"])
        function = await self._one(request, "GetFunction", path)
        listed = await self._all(request, "ListTriggers", path, "triggers")
        triggers = []
        for trigger in listed:  # one by one: a list has no ETags
            one = await self._one(request, "GetTrigger", (*path, trigger["triggerName"]))
            triggers.append({"value": one.body, "etag": one.etag})
        package = await self._backend.package(*_place(request), *path)
        files: list[dict[str, Any]] | None
        try:
            files, unreadable = await asyncio.to_thread(list_files, package), None
        except ValueError as error:
            files, unreadable = None, str(error)
        failures = self._backend.failures(*_place(request), *path)
        found = {"files": files, "unreadable": unreadable, "triggers": triggers, "failures": failures}
        page = {"function": function.body, **found}
        return _shown(page, function.etag)

    async def called(self, request: web.Request) -> web.Response:
        """Calls the function as it is now and shows what came of it. It changes no resource, so nobody is noted."""
        asked = read_trial(await _json_object(request))
        place, match = _place(request), request.match_info
        return _shown(show_trial(await self._backend.call(*place, match["service"], match["function"], asked)))

    async def _one(self, request: web.Request, op: str, path: tuple[str, ...], **query: Any) -> Answer:
        answer = await _perform(self._backend, request, op, path, query)
        if answer.status >= 300 or answer.body is None:
            raise Refused(answer)
        return answer

    async def _all(self, request: web.Request, op: str, path: tuple[str, ...], collection: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = (await self._one(request, op, path, **query)).body or {}
            found.extend(page.get(collection) or ())
            if not page.get("nextToken"):
                return found
            query["nextToken"] = page["nextToken"]


def _edit(backend: Backend, op: str) -> Handler:
    async def edit(request: web.Request) -> web.Response:
        body = await _json_object(request)
        path = tuple(
            request.match_info[name] for name in ("service", "function", "trigger") if name in request.match_info
        )
        answer = await _perform(backend, request, op, path, body)
        if answer.status >= 300:
            raise Refused(answer)
        return _shown(answer.body, answer.etag)

    return edit


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise FcError(400, "InvalidArgument", "the body is not JSON") from error
    if not isinstance(body, dict):
        raise FcError(400, "InvalidArgument", "the body must be a JSON object")
    return body


async def _perform(
    backend: Backend, request: web.Request, op: str, path: tuple[str, ...], body: dict[str, Any]
) -> Answer:
    account, region = _place(request)
    return await backend.perform(
        op,
        path,
        body,
        who=request.query.get("who", "").strip()[:LONGEST_NAME] or NOBODY_NAMED,
        client="console",
        account=account,
        region=region,
        if_match=request.headers.get("If-Match"),
    )


def _place(request: web.Request) -> tuple[str, str]:
    account, region = request.query.get("account"), request.query.get("region")
    if not account or not region:
        raise FcError(400, "InvalidArgument", "account and region are required")
    return account, region


def _answering(handler: Handler) -> Handler:
    """Turns the API's errors into the console's shape."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except FcError as error:
            return _error(error.status, error.code, error.message)
        except Refused as refused:
            body = refused.answer.body or {}
            return _error(refused.answer.status, body.get("Code", "Unknown"), body.get("Message", ""))

    return answer


def _shown(value: Any, etag: str | None = None) -> web.Response:
    return web.json_response({"value": value, "etag": etag}, headers={"Cache-Control": "no-store"})


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)
