"""Runs functions: InvokeFunction and the address of an http trigger."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from aiohttp import web

from fc_local import errors, qualifiers
from fc_local.addresses import PROXY
from fc_local.api import Api
from fc_local.domains import Target
from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.failures import Failures
from fc_local.kinds import FUNCTION, TRIGGER
from fc_local.runner.model import FunctionSpec, HttpAnswer, HttpCall, Invocation
from fc_local.scope import Scope
from fc_local.shape import Document

if TYPE_CHECKING:
    from fc_local.runner import Runner

_RESERVED_ANSWER_HEADERS = ("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding")


class Invoker:
    """Starts the runner with the first call, since most servers never run a function."""

    def __init__(self, api: Api, work: Path) -> None:
        self._api = api
        self._work = work
        self._runner: Runner | None = None
        self.failures = Failures()
        self._background: set[asyncio.Task[Invocation]] = set()

    async def close(self) -> None:
        """Closes the runner first: it ends the processes of its calls, which a cancelled call would leave behind."""
        if self._runner is not None:
            await self._runner.close()
            self._runner = None
        await asyncio.gather(*self._background)

    async def invoke(self, exchange: Exchange, scope: Scope) -> web.Response:
        """Carries out InvokeFunction: Sync answers the function's result, Async answers at once (facts 7.1)."""
        names = exchange.require_route().names
        header = exchange.signed.header
        version = qualifiers.resolve(self._api.store, scope, names[0], exchange.query().get("qualifier"))
        spec = self._spec(scope, names, version)
        kind, log_type = header("x-fc-invocation-type") or "Sync", header("x-fc-log-type") or "None"
        if kind not in ("Sync", "Async"):
            raise errors.not_allowed("InvocationType", ("Sync", "Async"), kind)
        allowed = ("Tail", "None") if kind == "Sync" else ("None",)
        if log_type not in allowed:
            raise errors.not_allowed("LogType", allowed, log_type)
        if kind == "Async":
            task = asyncio.create_task(self._start().invoke(spec, exchange.signed.body))
            self._background.add(task)
            task.add_done_callback(self._background.discard)
            return web.Response(status=202, headers={"X-Fc-Code-Checksum": spec.checksum})
        done = await self._run(spec, exchange.signed.body, exchange.request_id)
        return _invocation_answer(done, spec, log_type, version or "LATEST")

    async def invoke_latest(self, scope: Scope, names: tuple[str, str], event: bytes, request_id: str) -> Invocation:
        """Runs a function as it is now, and waits for it."""
        return await self._run(self._spec(scope, names, None), event, request_id)

    async def serve(self, exchange: Exchange, scope: Scope, called: Target) -> web.Response:
        """Serves a request for an http function that its trigger has accepted."""
        call = HttpCall(
            method=exchange.signed.method,
            path=unquote(called.path),
            query_string=exchange.signed.query,
            headers=tuple(exchange.signed.headers.items()),
            body=exchange.signed.body,
            request_uri=exchange.target,
            client_addr=exchange.source,
            request_id=exchange.request_id,
        )
        answer = await self.serve_call(scope, called, call)
        response = web.Response(status=answer.status, body=answer.body)
        if not any(name.lower() == "content-type" for name, _ in answer.headers):
            response.headers.pop("Content-Type", None)
        for name, value in answer.headers:
            lower = name.lower()
            if lower == "content-type":
                response.headers["Content-Type"] = value
            elif lower not in _RESERVED_ANSWER_HEADERS:
                response.headers.add(name, value)
        return response

    async def serve_call(self, scope: Scope, called: Target, call: HttpCall) -> HttpAnswer:
        """Runs a call that the function's trigger has accepted."""
        version = qualifiers.resolve(self._api.store, scope, called.service, called.qualifier)
        spec = self._spec(scope, (called.service, called.function), version)
        answer = await self._start().serve_http(spec, call)
        if answer.error_type is not None:
            self.failures.note(spec, call.request_id, answer.body, answer.log_tail)
        return answer

    def requires_signature(self, method: str, scope: Scope, called: Target) -> bool:
        """Says whether the http trigger needs a signature. Raises FcError if it does not take the request."""
        version = qualifiers.resolve(self._api.store, scope, called.service, called.qualifier)
        self._api.row(scope, FUNCTION, (called.service, called.function), version)
        trigger = self._http_trigger(scope, called)
        if trigger is None:
            message = f"function '{called.function}' in service '{called.service}' has no http trigger"
            raise FcError(404, "TriggerNotFound", message)
        config = trigger["triggerConfig"]
        methods = config.get("methods")
        if methods and method not in methods:
            allowed = ", ".join(methods)
            message = f"method '{method}' is not allowed by the http trigger (allowed: {allowed})"
            raise FcError(405, "MethodNotAllowed", message, {"Allow": allowed})
        return bool(config.get("authType") != "anonymous")

    def _http_trigger(self, scope: Scope, called: Target) -> Document | None:
        wanted = called.qualifier or "LATEST"
        for row in self._api.store.page(scope, TRIGGER.name, (called.service, called.function)):
            document = row.document
            if document["triggerType"] == "http" and (document["qualifier"] or "LATEST") == wanted:
                return document
        return None

    async def _run(self, spec: FunctionSpec, event: bytes, request_id: str) -> Invocation:
        done = await self._start().invoke(spec, event, request_id)
        if done.error_type is not None:
            self.failures.note(spec, request_id, done.body, done.log_tail)
        return done

    def _spec(self, scope: Scope, names: tuple[str, ...], version: str | None) -> FunctionSpec:
        row = self._api.row(scope, FUNCTION, names, version)
        document = row.document
        if row.package is None:
            raise FcError(400, "InvalidArgument", f"runtime {document['runtime']} cannot be run by the local server")
        return FunctionSpec(
            account=scope.account,
            region=scope.region,
            service=names[0],
            function=names[1],
            runtime=document["runtime"],
            handler=document["handler"],
            initializer=document["initializer"] or "",
            timeout=document["timeout"],
            memory=document["memorySize"],
            environment=document["environmentVariables"],
            checksum=row.package.checksum,
            package=self._api.packages.path(row.package.function_id, row.package.uuid),
        )

    def _start(self) -> Runner:
        if self._runner is None:
            from fc_local.runner import Runner  # noqa: PLC0415 - see the class

            self._runner = Runner(self._work)
        return self._runner


def split_proxy(path: str) -> Target:
    """Splits /2016-08-15/proxy/svc.q/fn/a/b into svc, q, fn and /a/b, which stays percent-encoded."""
    service, _, rest = path[len(PROXY) :].partition("/")
    function, slash, below = rest.partition("/")
    name, dot, qualifier = unquote(service).partition(".")
    if not name or not function:
        raise errors.path_not_supported("*", path)
    return Target(name, qualifier if dot else None, unquote(function), slash + below or "/")


def _invocation_answer(done: Invocation, spec: FunctionSpec, log_type: str, version: str) -> web.Response:
    headers = {
        "X-Fc-Code-Checksum": spec.checksum,
        "X-Fc-Invocation-Duration": str(round(done.duration_ms)),
        "X-Fc-Invocation-Service-Version": version,
        "X-Fc-Max-Memory-Usage": "0",
        "X-Fc-Instance-Id": f"local-{spec.checksum}",
    }
    if done.error_type is not None:
        headers["X-Fc-Error-Type"] = done.error_type
    if log_type == "Tail":
        headers["X-Fc-Log-Result"] = base64.b64encode(done.log_tail[-4096:]).decode()
    return web.Response(body=done.body, headers=headers, content_type="application/octet-stream")
