"""What Function Compute says of supporting resources: who uses them, and where it can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from alibabacloud_fc_open20210406 import models
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_util.models import RuntimeOptions

from fc_guard.cloud.support.lists import items, odd, struct, texts
from fc_guard.cloud.support.product import Document, denied
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.faults import as_read_error
from fc_guard.cloud.wire.guarded_sdk import CONNECT_MS, READ_MS, configured, exchanged
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.language import t

PAGE: Final = 100
MOST_PAGES: Final = 1000


class FunctionCompute:
    """Function Compute of one account and region."""

    def __init__(self, reach: Reach) -> None:
        self._client = Client(configured(reach.endpoint, reach.region, reach.keys))

    def services(self) -> tuple[Document, ...]:
        found: list[Document] = []
        token = None
        for _ in range(MOST_PAGES):
            request = models.ListServicesRequest(limit=PAGE, next_token=token)
            answer = self._asked(
                "ListServices",
                lambda request=request: self._client.list_services_with_options(  # type: ignore[misc]
                    request, models.ListServicesHeaders(), runtime()
                ),
            )
            found += items("ListServices", answer, ("services",), ("serviceName",))
            token = answer.get("nextToken")
            if not token:
                return tuple(found)
            if not isinstance(token, str):
                raise odd("ListServices", t("nextToken is no text"))
        raise odd("ListServices", t("the list does not end"))

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
