"""Calls through Alibaba's SDK, whatever the product: our adapter under it, its failures read off the wire."""

from __future__ import annotations

import json
import logging
import os
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from alibabacloud_tea_openapi.models import Config
from darabonba.core import DaraCore
from Tea.exceptions import TeaException, UnretryableException

from fc_guard.cloud.faults import Fault, fault_of_body
from fc_guard.cloud.gateway import Credential, Reply
from fc_guard.cloud.guard import DEADLINE_SECONDS, Exchange, GuardAdapter, begin
from fc_guard.cloud.retry import FaultError

CONNECT_MS: Final = 5_000
READ_MS: Final = 30_000
POOL: Final = 32


def configured(endpoint: str, region: str, credential: Credential) -> Config:
    """What a client of the SDK is made with. `endpoint` is a URL; its path, if any, is put before every request's."""
    guard_the_sdk()
    url = urlsplit(endpoint)
    return Config(
        endpoint=url.netloc + url.path.rstrip("/"),
        protocol=url.scheme,
        region_id=region,
        access_key_id=credential.access_key_id,
        access_key_secret=credential.access_key_secret,
        security_token=credential.security_token or None,
    )


def exchanged(name: str, call: Callable[[], object], patience: float = DEADLINE_SECONDS) -> Reply:
    """Makes one call, and answers with what came over the wire. Raises `FaultError`."""
    exchange = begin(patience)
    try:
        call()
    except (TeaException, UnretryableException, OSError, ValueError, AttributeError, TypeError) as error:
        # Every shape of failure the SDK has; what came over the wire says which one it was.
        raise FaultError(_fault(name, exchange, error)) from error
    return _reply(name, exchange)


def _reply(name: str, exchange: Exchange) -> Reply:
    if not exchange.body:
        return Reply({}, exchange.headers.get("etag"))
    try:
        document = json.loads(exchange.body)
    except ValueError as error:
        raise FaultError(Fault(name, exchange.status, "BadAnswer", "the answer is not JSON")) from error
    if not isinstance(document, dict):
        raise FaultError(Fault(name, exchange.status, "BadAnswer", "the answer is not an object"))
    return Reply(document, exchange.headers.get("etag"))


def _fault(name: str, exchange: Exchange, error: Exception) -> Fault:
    if exchange.status is None:
        return Fault(name, None, "NoAnswer", exchange.problem or str(error), reached=exchange.reached)
    if 300 <= exchange.status < 400:
        return Fault(name, exchange.status, "Redirect", str(error))
    try:
        data = json.loads(exchange.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return Fault(name, exchange.status, "BadAnswer", "the answer is not what FC sends")
    fault = fault_of_body(name, exchange.status, data, str(error))
    hint = exchange.headers.get("x-acs-retry-after") or ""
    if not hint.isdigit():
        return fault
    return Fault(name, fault.status, fault.code, fault.message, fault.request_id, retry_after_ms=int(hint))


def guard_the_sdk() -> None:
    """Puts our adapter under the SDK and keeps it quiet: under DEBUG=sdk it prints keys on stderr."""
    if os.environ.get("DEBUG", "").lower() == "sdk":
        del os.environ["DEBUG"]
    for name in ("alibabacloud-tea", "darabonba-core", "alibabacloud_credentials", "urllib3", "requests"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.handlers.clear()
    DaraCore.get_adapter = staticmethod(_adapter)


def _adapter(prefix: str, tls_min_version: str | None = None, pool_size: int | None = None) -> GuardAdapter:
    secure = prefix.upper() == "HTTPS"
    return GuardAdapter(ssl.create_default_context() if secure else None, pool_size or POOL)
