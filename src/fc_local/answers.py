"""Builds answers, and spoils them as a fault asks."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from fc_local import rpc, sls
from fc_local.calls import Outcome
from fc_local.errors import FcError
from fc_local.exchange import Exchange


@dataclass(slots=True)
class Result:
    """An answer to send, and what the journal says about it."""

    response: web.StreamResponse
    code: str | None = None
    etag: str | None = None
    etag_before: str | None = None
    noted: Exchange | None = None  # the exchange, completed while it was carried out


def success(outcome: Outcome) -> web.Response:
    headers = {"Etag": outcome.etag} if outcome.etag else {}
    if outcome.body is None:
        return web.Response(status=outcome.status, headers=headers)
    return _json(outcome.status, outcome.body, headers)


def failed(error: FcError, exchange: Exchange) -> Result:
    if exchange.api in ("oss", "code"):
        return Result(_xml(error, exchange.request_id), code=error.code)
    if exchange.api in rpc.APIS:
        error = rpc.in_rpc_form(error)
        told = rpc.error_body(error, exchange.request_id, f"{exchange.api}.aliyuncs.com")
        return Result(_json(error.status, told, error.headers), code=error.code)
    if exchange.api == sls.API:
        error = sls.in_its_form(error)
        headers = {**error.headers, "x-log-requestid": exchange.request_id}
        return Result(_json(error.status, sls.error_body(error), headers), code=error.code)
    body = error.body(exchange.request_id)
    return Result(_json(error.status, body, error.headers), code=error.code)


def _xml(error: FcError, request_id: str) -> web.Response:
    """Returns an error as OSS answers it. The header x-oss-err holds it for answers without a body."""
    parts = (("Code", error.code), ("Message", error.message), ("RequestId", request_id), *error.more.items())
    inner = "".join(f"  <{name}>{escape(text)}</{name}>\n" for name, text in parts)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>\n{inner}</Error>\n'.encode("utf-8", "replace")
    headers = {**error.headers, "x-oss-request-id": request_id, "x-oss-err": base64.b64encode(body).decode()}
    return web.Response(status=error.status, body=body, headers=headers, content_type="application/xml")


def _json(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> web.Response:
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return web.Response(status=status, body=data, headers=headers, content_type="application/json")


def by_fault(fault: Mapping[str, Any], exchange: Exchange) -> Result | None:
    if "raw" in fault:
        raw = fault["raw"]
        response = web.Response(status=int(raw.get("status", 200)), body=str(raw.get("body", "")).encode())
        for name, value in raw.get("headers", {}).items():
            response.headers[name] = str(value)
        return Result(response, code="RawAnswer")
    if "throttle" in fault:
        headers = {"x-acs-retry-after": str(fault["throttle"].get("retry_after_ms", 100))}
        status = int(fault["throttle"].get("status", 429))
        return failed(FcError(status, "ResourceThrottled", "the request is throttled", headers), exchange)
    if "status" in fault:
        code = str(fault.get("code", "InternalServerError"))
        message = str(fault.get("message", "an internal error has occurred. Please retry."))
        headers = {name: str(value) for name, value in fault.get("headers", {}).items()}
        return failed(FcError(int(fault["status"]), code, message, headers), exchange)
    return None


def cut(request: web.Request) -> web.Response:
    """Closes the connection. The returned answer is never written."""
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)


async def truncate(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Sends a head that promises the whole body, then half of the body, then ends the connection."""
    body = response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b""
    partial = web.StreamResponse(status=response.status, headers=response.headers)
    partial.content_length = max(len(body), 2)
    await partial.prepare(request)
    await partial.write(body[: len(body) // 2] or b"{")
    if request.transport is not None:
        request.transport.close()
    return partial


def ranged(request: web.Request, data: bytes) -> web.Response:
    headers = {"Accept-Ranges": "bytes"}
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(None, None, 1)  # RFC 9110: a Range that cannot be read is ignored
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=data, headers=headers, content_type="application/zip")
    start, stop, _ = wanted.indices(len(data))
    if start >= stop:
        headers["Content-Range"] = f"bytes */{len(data)}"
        return web.Response(status=416, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
    return web.Response(status=206, body=data[start:stop], headers=headers, content_type="application/zip")
