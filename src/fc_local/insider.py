"""The API without a signature, for the web console and /__admin/edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fc_local.api import Api
from fc_local.backend import Answer
from fc_local.edits import edit_call
from fc_local.errors import FcError
from fc_local.failures import Failures
from fc_local.identity import new_request_id
from fc_local.kinds import FUNCTION
from fc_local.scope import DEFAULT_REGION, Scope


class Insider:
    """Implements fc_local.backend.Backend."""

    def __init__(self, api: Api, failures: Failures, account: str, address: Callable[[Scope], str]) -> None:
        self._api = api
        self._failures = failures
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

    def failures(self, account: str, region: str, service: str, function: str) -> list[dict[str, Any]]:
        return self._failures.of(account, region, service, function)

    def regions(self) -> list[tuple[str, str]]:
        default = (self._account, DEFAULT_REGION)
        held = [(scope.account, scope.region) for scope in self._api.store.scopes()]
        return [default, *(pair for pair in held if pair != default)]

    def audit(self, since: int) -> list[dict[str, Any]]:
        return self._api.store.events(since)
