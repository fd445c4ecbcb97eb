"""Requests that the SDK's typed operations cannot say: any path, header and bytes, signed as their API has it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Final
from urllib.parse import urlencode

from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_openapi.models import OpenApiRequest, Params
from alibabacloud_tea_util.models import RuntimeOptions

from fc_guard.cloud.fc2.temporary import signed
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.faults import fault_of_answer
from fc_guard.cloud.wire.guard import Exchange, fault_of_silence, guarded
from fc_guard.cloud.wire.guarded_sdk import CONNECT_MS, attempted, configured
from fc_guard.cloud.wire.retry import FaultError, retried

V2016: Final = "2016-08-15"
V2021: Final = "2021-04-06"
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Plain:
    """A request of FC's API. `path` is what follows the API's version; `late` is how many seconds ago it claims to have
    been signed, which only 2016-08-15 can say."""

    operation: str
    method: str
    path: str
    api: str = V2021
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    late: int = 0


class PlainClient:
    """Sends requests and returns answers as they came over the wire, whatever their status."""

    def __init__(self, endpoint: str, region: str, credential: Credential, patience: float) -> None:
        """`patience` is how many seconds a request may take."""
        self._endpoint = endpoint.rstrip("/")
        self._credential = credential
        self._patience = patience
        self._client = Client(configured(endpoint, region, credential))

    def send(self, request: Plain) -> Exchange:
        """Sends again what was throttled or found no connection, and a read that failed otherwise. Raises `FaultError`
        if there was no answer, or none but throttling."""
        reads = request.method == "GET"
        return retried(
            lambda: self._once(request),
            repeats=lambda fault: fault.throttled or not fault.reached or (reads and fault.transient),
        )

    def fetch(self, url: str, headers: Mapping[str, str]) -> Exchange:
        """Reads an address without a signature. Raises `FaultError` if there was no answer."""
        return _answered("fetch", guarded("GET", url, headers, patience=self._patience))

    def _once(self, request: Plain) -> Exchange:
        send = self._by_sdk if request.api == V2021 else self._by_hand
        exchange = _answered(request.operation, send(request))
        if exchange.status is not None and exchange.status >= 400:
            fault = fault_of_answer(request.operation, exchange.status, exchange.body, exchange.headers)
            if fault.throttled or (exchange.status >= 500 and request.method == "GET"):
                raise FaultError(fault)
        return exchange

    def _by_sdk(self, request: Plain) -> Exchange:
        about = Params(
            action=request.operation,
            version=request.api,
            protocol="HTTPS",
            pathname=f"/{request.api}{request.path}",
            method=request.method,
            auth_type="AK",
            style="ROA",
            req_body_type="byte",
            body_type="none",
        )
        headers = {**request.headers, **({"content-type": JSON} if request.body is not None else {})}
        asked = OpenApiRequest(headers=headers, query=dict(request.query), body=request.body)
        waits = int(self._patience * 1000)
        runtime = RuntimeOptions(autoretry=False, connect_timeout=CONNECT_MS, read_timeout=waits)
        return attempted(lambda: self._client.call_api(about, asked, runtime), self._patience)[0]

    def _by_hand(self, request: Plain) -> Exchange:
        path = f"/{request.api}{request.path}"
        own = {name.lower(): value for name, value in request.headers.items()}
        if request.body is not None:
            own["content-type"] = JSON
        headers = signed(
            request.method, path, self._credential, formatdate(time.time() - request.late, usegmt=True), own
        )
        url = f"{self._endpoint}{path}" + (f"?{urlencode(request.query)}" if request.query else "")
        return guarded(request.method, url, headers, request.body, self._patience)


def _answered(operation: str, exchange: Exchange) -> Exchange:
    if exchange.status is None:
        raise FaultError(fault_of_silence(operation, exchange))
    return exchange
