"""What Function Compute says of an account in a region: in which zones its functions can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alibabacloud_fc_open20210406 import models
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_util.models import RuntimeOptions

from fc_guard.cloud.support.lists import struct, texts
from fc_guard.cloud.support.product import Document, denied
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.faults import as_read_error
from fc_guard.cloud.wire.guarded_sdk import CONNECT_MS, READ_MS, configured, exchanged
from fc_guard.cloud.wire.retry import FaultError, retried


class FunctionCompute:
    """Function Compute of one account and region."""

    def __init__(self, reach: Reach) -> None:
        self._client = Client(configured(reach.endpoint, reach.region, reach.keys))

    def zones(self) -> tuple[str, ...]:
        """Returns the zones in which functions can reach a network; none where that is not said."""
        headers = models.GetAccountSettingsHeaders()
        answer = self._asked(
            "GetAccountSettings", lambda: self._client.get_account_settings_with_options(headers, runtime())
        )
        if answer.get("availableAZs") is None:
            return ()
        return texts("GetAccountSettings", answer, "availableAZs")

    def _asked(self, operation: str, call: Callable[[], Any]) -> Document:
        try:
            return retried(lambda: exchanged(operation, call), repeats=lambda fault: fault.transient).document
        except FaultError as error:
            raise denied("fc", error.fault, as_read_error(error.fault)) from error


def member_of(service: Document, name: str) -> Document:
    """Returns a configuration of a service; {} if it has none. Raises `Unreadable` if it is none."""
    return struct("ListServices", service, name)


def runtime() -> RuntimeOptions:
    return RuntimeOptions(autoretry=False, connect_timeout=CONNECT_MS, read_timeout=READ_MS)
