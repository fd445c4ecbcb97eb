"""The HTTP side of the API. Every request is read, matched against the faults, authenticated, carried out, noted in the
journal and answered in one write."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from fc_local import exchange as exchanges
from fc_local import rpc, sls
from fc_local.addresses import CODE
from fc_local.answers import Result, by_fault, cut, failed, ranged, success, truncate
from fc_local.api import Api, stored_etag
from fc_local.bucket import Bucket
from fc_local.calls import Call
from fc_local.domains import Target, host_name
from fc_local.domains import target as domain_target
from fc_local.errors import FcError, entity_too_large, path_not_supported
from fc_local.exchange import Exchange
from fc_local.faults import Faults
from fc_local.guard import Access, is_real_service
from fc_local.identity import uuid_request_id
from fc_local.invocation import Invoker, split_proxy
from fc_local.kinds import CUSTOM_DOMAIN, V2016, V2021
from fc_local.neighbours import Neighbours
from fc_local.neighbours.logs import Logs
from fc_local.permissions import Permissions
from fc_local.scope import DEFAULT_REGION, Scope
from fc_local.shape import Document
from fc_local.signatures import KeyRing, authenticate, claimed_key
from fc_local.test_domains import TestDomains
from fc_local.trail import Trail

MAX_BODY = 160 * 1024 * 1024
_LOG = logging.getLogger("fc_local")
_ACCESS = {
    V2021: Access.CLIENT,
    V2016: Access.CLIENT,
    "oss": Access.CLIENT,
    "code": Access.CLIENT,
    **dict.fromkeys(rpc.APIS, Access.CLIENT),
    "actiontrail": Access.CLIENT,
    sls.API: Access.CLIENT,
    "test-domain": Access.CLIENT,  # it asks for no signature
    "": Access.CLIENT,  # answered that there is no such path
    "proxy": Access.CALLER,
}
if _ACCESS.keys() != set(exchanges.APIS):
    raise AssertionError("what a request may be for has no access of its own")

Domain = tuple[Scope, Document]  # a custom domain, with the account and region it is in


@dataclass(slots=True)
class Caller:
    scope: Scope
    principal: str
    auth_error: str | None = None


class Front:
    def __init__(self, api: Api, keys: KeyRing, faults: Faults, invoker: Invoker, bucket: Bucket, account: str) -> None:
        self.api = api
        self.faults = faults
        self.latency_ms = 0.0
        self.origin = ""  # http://127.0.0.1:PORT, known once the socket is bound
        self.account = account
        self._keys = keys
        self._invoker = invoker
        self._bucket = bucket
        self._trail = Trail(api.store, api.switches, api.clock)
        self._neighbours = Neighbours(api.store, api.switches, api.clock)
        self._test_domains = TestDomains(invoker, api.switches)
        self._logs = Logs(api.store, api.switches, api.clock)
        self.permissions = Permissions()

    def access(self, request: web.Request) -> Access:
        """Returns the access that a request to `handle` needs."""
        return _ACCESS[exchanges.matched(request)]

    def domain(self, host: str) -> Domain | None:
        """Returns the custom domain that a Host header names, from any account and region."""
        name = host_name(host)
        if name is None:
            return None
        for candidate in (name, f"*.{name.partition('.')[2]}"):
            for scope, row in self.api.store.named(CUSTOM_DOMAIN.name, candidate):
                return scope, row.document
        return None

    def address(self, scope: Scope) -> str:
        """Returns our URL for a scope, with a path base unless it is the default account and region."""
        if scope.account != self.account:
            return f"{self.origin}/~{scope.account}.{scope.region}"
        return self.origin if scope.region == DEFAULT_REGION else f"{self.origin}/~{scope.region}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, exchanges.read(request), None)

    async def serve_domain(self, request: web.Request, domain: Domain) -> web.StreamResponse:
        """Serves a request to a custom domain. Every path is for the domain's functions."""
        return await self._serve(request, exchanges.read(request).through_domain(), domain)

    async def _serve(self, request: web.Request, exchange: Exchange, domain: Domain | None) -> web.StreamResponse:
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        if self.api.switches["uuid_request_ids"] and exchange.api not in rpc.APIS:
            exchange = exchange.named(uuid_request_id())
        if exchange.api != "oss":  # an object's body goes to disk piece by piece
            try:
                exchange = exchange.with_body(await request.read())
            except web.HTTPRequestEntityTooLarge:
                return await self._answer(
                    request, exchange, failed(self._told(entity_too_large(MAX_BODY)), exchange), {}
                )
        fault = self.faults.take(
            api=exchange.api,
            op=exchange.op,
            method=exchange.signed.method,
            path=exchange.signed.path,
            write=exchange.writes,
        )
        fault = fault or {}
        if "delay_ms" in fault:
            await asyncio.sleep(fault["delay_ms"] / 1000)
        scope = domain[0] if domain else self._claimed_scope(exchange)
        if fault.get("cut") == "before":
            nothing = Result(web.Response(status=500), code="ConnectionCut")
            self._note(exchange, Caller(scope, claimed_key(exchange.signed) or ""), nothing, fault)
            return cut(request)
        instead = by_fault(fault, exchange)
        caller = Caller(scope, claimed_key(exchange.signed) or "")
        result = instead or await self._carry_out(request, exchange, caller, domain[1] if domain else None)
        self._note(result.noted or exchange, caller, result, fault)
        return await self._answer(request, exchange, result, fault)

    async def _carry_out(
        self, request: web.Request, exchange: Exchange, caller: Caller, domain: Document | None
    ) -> Result:
        etag_before = None
        try:
            if exchange.api == "oss":
                response, noted = await self._bucket.serve(request, exchange)
                return Result(response, noted=noted)
            if exchange.api == "code":
                return Result(self._download(request, exchange))
            if exchange.api in exchanges.BESIDE:
                return Result(await self._beside(exchange, caller))
            if exchange.api == "proxy":
                return Result(await self._serve_http(exchange, caller, domain))
            if not exchange.api:
                raise path_not_supported(exchange.signed.method, exchange.signed.path)
            self._authenticate(exchange, caller)
            route = exchange.require_route()
            exchange.require_known_qualifier()
            if route.operation.action == "invoke":
                return Result(await self._invoker.invoke(exchange, caller.scope))
            etag_before = stored_etag(self.api, route.operation, route.names, caller.scope)
            outcome = await self.api.perform(self._call(exchange, caller))
            return Result(success(outcome), etag=outcome.etag, etag_before=outcome.etag_before)
        except FcError as error:
            refused = failed(self._told(error), exchange)
            refused.etag_before = etag_before
            return refused
        except (sqlite3.Error, OSError) as error:
            _LOG.exception("%s %s failed", exchange.signed.method, exchange.signed.path)
            internal = FcError(500, "InternalServerError", "an internal error has occurred. Please retry.")
            internal.__cause__ = error
            return failed(internal, exchange)

    async def _beside(self, exchange: Exchange, caller: Caller) -> web.Response:
        """Answers for what is beside Function Compute."""
        if exchange.api == "test-domain":
            return await self._test_domains.answer(exchange)
        self._authenticate(exchange, caller)
        if exchange.api == sls.API:
            return self._logs.answer(exchange, caller.scope)
        if exchange.api == "actiontrail":
            return self._trail.looked_up(exchange, caller.scope)
        return self._neighbours.answer(exchange, caller.scope)

    async def _serve_http(self, exchange: Exchange, caller: Caller, domain: Document | None) -> web.Response:
        """Calls a function at its own address, or behind a custom domain."""
        called: Target
        if domain is None:
            called = split_proxy(exchange.signed.path)
        else:
            strips = self.api.switches["domain_strips_route"]
            called = domain_target(domain, exchange.signed.method, exchange.signed.path, strips=strips)
        wants_signature = self._invoker.requires_signature(exchange.signed.method, caller.scope, called)
        if wants_signature or is_real_service(exchange.signed.header("host")):
            self._authenticate(exchange, caller)
        return await self._invoker.serve(exchange, caller.scope, called)

    def _told(self, error: FcError) -> FcError:
        return error.with_extra_keys() if self.api.switches["error_extra_keys"] else error

    def _call(self, exchange: Exchange, caller: Caller) -> Call:
        route = exchange.require_route()
        header = exchange.signed.header
        return Call(
            operation=route.operation,
            names=route.names,
            body=exchange.json_body() if route.operation.has_body else {},
            query=exchange.query(),
            scope=caller.scope,
            api=exchange.api,
            server=self.address(caller.scope),
            who=caller.principal,
            client=exchange.client,
            source=exchange.source,
            if_match=header("if-match") or None,
            checksum=header("x-fc-code-checksum") or None,
            eventbridge=header("x-fc-enable-eventbridge-trigger") == "enable",
            request_id=exchange.request_id,
            agent=header("user-agent"),
        )

    # who asks

    def _claimed_scope(self, exchange: Exchange) -> Scope:
        """Returns the scope of a request before its key is verified."""
        key = self._keys.find(claimed_key(exchange.signed) or "")
        account = key.account if key else exchange.place.account
        return Scope(account or self.account, exchange.region or DEFAULT_REGION)

    def _authenticate(self, exchange: Exchange, caller: Caller) -> None:
        """Raises the error of a request that is not signed as it must be, or that its principal may not make."""
        self._check_signature(exchange, caller)
        self.permissions.require(caller.principal, exchange.api, exchange.op)

    def _check_signature(self, exchange: Exchange, caller: Caller) -> None:
        mode = "enforce" if is_real_service(exchange.signed.header("host")) else self.api.switches["auth"]
        if mode == "off":
            return
        try:
            key = authenticate(exchange.signed, self._keys, self.api.switches["clock_skew_seconds"])
            self._check_account(exchange, key.account)
        except FcError as error:
            if mode == "enforce":
                raise
            caller.auth_error = error.code

    def _check_account(self, exchange: Exchange, account: str) -> None:
        named = {exchange.place.account, exchange.signed.header("x-fc-account-id") or None} - {None, account}
        if named and self.api.switches["check_account"]:
            raise FcError(403, "CrossAccountAccessDenied", f"the access key does not belong to account '{named.pop()}'")

    # answers

    def _download(self, request: web.Request, exchange: Exchange) -> web.Response:
        """Serves a package by its signed URL, as OSS would: without another signature, and with Range."""
        parts = exchange.signed.path[len(CODE) :].split("/")
        if len(parts) != 2 or exchange.signed.method not in ("GET", "HEAD"):
            raise FcError(404, "NoSuchKey", "The specified key does not exist.")
        query = exchange.query()
        packages = self.api.packages
        packages.check(parts[0], parts[1], query.get("Expires", ""), query.get("Signature", ""))
        path = packages.path(parts[0], parts[1])
        if not path.exists():
            raise FcError(404, "NoSuchKey", "The specified key does not exist.")
        data = path.read_bytes()
        if self.api.switches["code_range"]:
            return ranged(request, data)
        return web.Response(body=data, content_type="application/zip")

    async def _answer(
        self, request: web.Request, exchange: Exchange, result: Result, fault: Mapping[str, Any]
    ) -> web.StreamResponse:
        response = result.response
        if "raw" not in fault:  # a raw answer stands for one from a proxy
            response.headers["X-Fc-Request-Id"] = exchange.request_id
            if exchange.api == "oss":
                response.headers["x-oss-request-id"] = exchange.request_id
        if fault.get("cut") == "answer":
            return cut(request)
        if fault.get("cut") == "body":
            return await truncate(request, response)
        return response

    def _note(self, exchange: Exchange, caller: Caller, result: Result, fault: Mapping[str, Any]) -> None:
        signed = exchange.signed
        digest, size = exchange.body_digest()
        self.api.store.add_request(
            {
                "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "method": signed.method,
                "path": signed.path,
                "query": signed.query,
                "op": exchange.op,
                "write": exchange.writes,
                "api": exchange.api,
                "account": caller.scope.account,
                "region": caller.scope.region,
                "principal": caller.principal,
                "client": signed.header("user-agent"),
                "status": None if fault.get("cut") == "before" else result.response.status,
                "code": result.code,
                "if_match": signed.header("if-match") or None,
                "etag_before": result.etag_before,
                "etag_after": result.etag,
                "body_sha256": digest,
                "body_bytes": size,
                "request_id": exchange.request_id,
                "auth_error": caller.auth_error,
                "fault": dict(fault) or None,
            }
        )
