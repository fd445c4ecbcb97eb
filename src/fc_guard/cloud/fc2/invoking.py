"""Calls a function through the SDK, and reads its answer off the wire: it is the function's, and of any form."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from alibabacloud_fc_open20210406 import models
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_util.models import RuntimeOptions

from fc_guard.cloud.wire.faults import REQUEST_ID, Fault
from fc_guard.cloud.wire.guard import Exchange
from fc_guard.cloud.wire.guarded_sdk import CONNECT_MS, POOL, carried
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.invocations import Answer, Event

INVOKE: Final = "InvokeFunction"
ABSENT: Final = ("ServiceNotFound", "FunctionNotFound", "VersionNotFound", "AliasNotFound")
START_SECONDS: Final = 330
"""The time that an instance may take to start, initializer included, before the function's own time begins."""


def invoked(client: Client, id: Address, event: Event, seconds: float) -> Answer:
    """Sends one call and waits up to `seconds` for the function, besides its start. Raises `FaultError`."""
    headers = models.InvokeFunctionHeaders(
        common_headers={
            "X-Fc-Invocation-Type": "Sync" if event.waits else "Async",
            "X-Fc-Log-Type": "Tail" if event.waits else "None",
        }
    )
    request = models.InvokeFunctionRequest(body=event.payload, qualifier=event.qualifier or None)
    patience = seconds + START_SECONDS
    runtime = RuntimeOptions(
        autoretry=False, connect_timeout=CONNECT_MS, read_timeout=int(patience * 1000), max_idle_conns=POOL
    )
    exchange = carried(
        INVOKE, lambda: client.invoke_function_with_options(*id.parts, request, headers, runtime), patience
    )
    return _answer(exchange)


def _answer(exchange: Exchange) -> Answer:
    """Raises `FaultError` for what only a proxy can have sent: FC gives every answer a request id."""
    headers = exchange.headers
    if not headers.get(REQUEST_ID):
        raise FaultError(Fault(INVOKE, exchange.status, "BadAnswer", t("the answer is not what FC sends")))
    return Answer(exchange.body, _log(headers), headers.get("x-fc-error-type", ""), headers[REQUEST_ID])


def _log(headers: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(headers.get("x-fc-log-result", ""))
    except binascii.Error:
        return b"(FC sent a log that cannot be read)"
