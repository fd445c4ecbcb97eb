"""Calls through Alibaba's SDK for any product, with our adapter under it and failures read off the wire."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from alibabacloud_tea_openapi.models import Config, Params
from darabonba.core import DaraCore
from darabonba.exceptions import RetryError
from Tea.exceptions import TeaException, UnretryableException

from fc_guard.cloud.gateway import Credential, Reply
from fc_guard.cloud.wire.faults import REQUEST_ID, Fault, fault_of_answer
from fc_guard.cloud.wire.guard import Exchange, GuardAdapter, begin, fault_of_silence
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.core import strict_json
from fc_guard.language import t
from fc_guard.net.held import tls
from fc_guard.net.words import in_words

CONNECT_MS: Final = 5_000
READ_MS: Final = 30_000
POOL: Final = 32


def rpc(operation: str, version: str) -> Params:
    """Returns the way of calling an operation of a product whose API is RPC, which FC's is not."""
    return Params(
        action=operation,
        version=version,
        protocol="HTTPS",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )


def configured(endpoint: str, region: str, credential: Credential) -> Config:
    """Returns the settings of an SDK client. `endpoint` is a URL; its path, if any, precedes every request's."""
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


def exchanged(name: str, call: Callable[[], object], patience: float | None = None) -> Reply:
    """Makes one call and returns the JSON that came over the wire. Raises `FaultError`."""
    return _reply(name, carried(name, call, patience))


def carried(name: str, call: Callable[[], object], patience: float | None = None) -> Exchange:
    """Makes one call and returns what came over the wire. Raises `FaultError`."""
    exchange, error = attempted(call, patience)
    if error is not None:
        raise FaultError(_fault(name, exchange)) from error
    return exchange


def attempted(call: Callable[[], object], patience: float | None) -> tuple[Exchange, Exception | None]:
    """Makes one call and returns what came over the wire, whatever its status, and the SDK's failure if it had one."""
    exchange = begin(patience)
    try:
        call()
    except (
        TeaException,
        UnretryableException,
        RetryError,
        OSError,
        ValueError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as error:
        # These are all the shapes of the SDK's failures; the exchange says which one it was.
        exchange.problem = exchange.problem or in_words(error)
        return exchange, error
    return exchange, None


def _reply(name: str, exchange: Exchange) -> Reply:
    etag, request_id = exchange.headers.get("etag"), exchange.headers.get(REQUEST_ID, "")
    document: Mapping[str, Any] = {}
    if exchange.body:
        try:
            document = strict_json.read(exchange.body)
        except ValueError as error:
            raise FaultError(
                Fault(name, exchange.status, "BadAnswer", t("the answer is not JSON: {error}", error=error))
            ) from error
    if not isinstance(document, dict):
        raise FaultError(Fault(name, exchange.status, "BadAnswer", t("the answer is not an object")))
    return Reply(document, etag, request_id)


def _fault(name: str, exchange: Exchange) -> Fault:
    if exchange.status is None:
        return fault_of_silence(name, exchange)
    if 300 <= exchange.status < 400:
        return Fault(name, exchange.status, "Redirect", exchange.problem)
    return fault_of_answer(name, exchange.status, exchange.body, exchange.headers)


def guard_the_sdk() -> None:
    """Puts our adapter under the SDK and keeps it quiet: with DEBUG=sdk it prints keys on stderr."""
    if os.environ.get("DEBUG", "").lower() == "sdk":
        del os.environ["DEBUG"]
    for name in ("alibabacloud-tea", "darabonba-core", "alibabacloud_credentials", "urllib3", "requests"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.handlers.clear()
    DaraCore.get_adapter = staticmethod(_adapter)


def _adapter(prefix: str, tls_min_version: str | None = None, pool_size: int | None = None) -> GuardAdapter:
    secure = prefix.upper() == "HTTPS"
    return GuardAdapter(tls() if secure else None, pool_size or POOL)
