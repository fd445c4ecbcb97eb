"""The API without a signature, for the web console and /__admin/edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from fc_local.addresses import PROXY
from fc_local.api import Api
from fc_local.backend import Answer, Called, Event, WebRequest
from fc_local.domains import Target
from fc_local.edits import edit_call
from fc_local.errors import FcError
from fc_local.identity import new_request_id
from fc_local.invocation import Invoker
from fc_local.kinds import FUNCTION
from fc_local.neighbourhood import EVERYWHERE
from fc_local.runner.model import HttpCall
from fc_local.scope import DEFAULT_REGION, Scope


class Insider:
    """Implements fc_local.backend.Backend."""

    def __init__(self, api: Api, invoker: Invoker, account: str, address: Callable[[Scope], str]) -> None:
        self._api = api
        self._invoker = invoker
        self._account = account
        self._address = address

    async def perform(  # noqa: PLR0913 - as the protocol has it
        self,
        op: str,
        path: tuple[str, ...],
        body: dict[str, Any],
        *,
        who: str,
        client: str,
        account: str,
        region: str,
        if_match: str | None = None,
    ) -> Answer:
        scope = Scope(account, region)
        try:
            call = edit_call(
                *(op, path, body),
                scope=scope,
                server=self._address(scope),
                who=who,
                client=client,
                if_match=if_match,
            )
            return (await self._api.perform(call)).answer()
        except FcError as error:
            return Answer(error.status, dict(error.body(new_request_id())))

    async def package(self, account: str, region: str, service: str, function: str) -> bytes:
        row = self._api.row(Scope(account, region), FUNCTION, (service, function))
        if row.package is None:
            return b""
        return self._api.packages.path(row.package.function_id, row.package.uuid).read_bytes()

    async def call(self, account: str, region: str, service: str, function: str, asked: Event | WebRequest) -> Called:
        scope, request_id = Scope(account, region), new_request_id()
        if isinstance(asked, Event):
            done = await self._invoker.invoke_latest(scope, (service, function), asked.body, request_id)
            return Called(200, (), done.body, done.error_type, done.duration_ms, done.log_tail, request_id)
        path, _, query = asked.target.partition("?")
        called = Target(service, asked.qualifier, function, path)
        self._invoker.requires_signature(asked.method, scope, called)  # whoever uses the console counts as signed
        server = self._address(scope)
        qualifier = f".{asked.qualifier}" if asked.qualifier else ""
        names_host = any(name == "host" for name, _ in asked.headers)
        call = HttpCall(
            method=asked.method,
            path=unquote(path),
            query_string=query,
            headers=asked.headers if names_host else (("host", urlsplit(server).netloc), *asked.headers),
            body=asked.body,
            request_uri=f"{urlsplit(server).path}{PROXY}{service}{qualifier}/{function}{asked.target}",
            client_addr="127.0.0.1",
            request_id=request_id,
        )
        answer = await self._invoker.serve_call(scope, called, call)
        return Called(
            *(answer.status, answer.headers, answer.body, answer.error_type),
            *(answer.duration_ms, answer.log_tail, request_id),
        )

    def failures(self, account: str, region: str, service: str, function: str) -> list[dict[str, Any]]:
        return self._invoker.failures.of(account, region, service, function)

    def regions(self) -> list[tuple[str, str]]:
        default = (self._account, DEFAULT_REGION)
        held = [(scope.account, scope.region) for scope in self._api.store.scopes() if scope.region != EVERYWHERE]
        return [default, *(pair for pair in held if pair != default)]

    def audit(self, since: int) -> list[dict[str, Any]]:
        return self._api.store.events(since)
