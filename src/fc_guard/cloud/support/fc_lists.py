"""What Function Compute of one region lists: services, their versions, functions, triggers. A list that is not whole is
no list: whatever is not FC's answer raises `FaultError`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from time import monotonic
from typing import Any, Final

from alibabacloud_fc_open20210406 import models
from alibabacloud_fc_open20210406.client import Client

from fc_guard.cloud.gateway import Reply
from fc_guard.cloud.support.fc import runtime
from fc_guard.cloud.support.product import Document
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.faults import Fault
from fc_guard.cloud.wire.guarded_sdk import configured, exchanged
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.language import t

PAGE: Final = 100
MOST_PAGES: Final = 1000
LEAST_SECONDS: Final = 0.5


class FcLists:
    """Nothing is asked for after `until`, by the monotonic clock. What is in something that is gone is nothing."""

    def __init__(self, reach: Reach, until: float) -> None:
        self._client = Client(configured(reach.endpoint, reach.region, reach.keys))
        self._until = until

    def services(self) -> tuple[Document, ...]:
        call, headers = self._client.list_services_with_options, models.ListServicesHeaders()
        return self._all(
            "ListServices",
            "services",
            "serviceName",
            lambda token: call(models.ListServicesRequest(limit=PAGE, next_token=token), headers, runtime()),
        )

    def versions(self, service: str) -> tuple[Document, ...]:
        call, headers = self._client.list_service_versions_with_options, models.ListServiceVersionsHeaders()
        return self._all(
            "ListServiceVersions",
            "versions",
            "versionId",
            lambda token: call(
                service, models.ListServiceVersionsRequest(limit=PAGE, next_token=token), headers, runtime()
            ),
        )

    def version(self, service: str, version: str) -> Document | None:
        """Returns a service as it was when a version was made of it."""
        call, headers = self._client.get_service_with_options, models.GetServiceHeaders()
        request = models.GetServiceRequest(qualifier=version)
        reply = self._asked("GetService", lambda: call(service, request, headers, runtime()))
        if reply is None:
            return None
        if reply.document.get("serviceName") != service:
            raise _unbelievable("GetService", reply, t("it does not name {id}", id=service))
        return reply.document

    def functions(self, service: str) -> tuple[Document, ...]:
        call, headers = self._client.list_functions_with_options, models.ListFunctionsHeaders()
        return self._all(
            "ListFunctions",
            "functions",
            "functionName",
            lambda token: call(service, models.ListFunctionsRequest(limit=PAGE, next_token=token), headers, runtime()),
        )

    def triggers(self, service: str, function: str) -> tuple[Document, ...]:
        call, headers = self._client.list_triggers_with_options, models.ListTriggersHeaders()
        return self._all(
            "ListTriggers",
            "triggers",
            "triggerName",
            lambda token: call(
                service, function, models.ListTriggersRequest(limit=PAGE, next_token=token), headers, runtime()
            ),
        )

    def _all(self, operation: str, member: str, name: str, call: Callable[[str | None], Any]) -> tuple[Document, ...]:
        return tuple(item for page in self._pages(operation, member, call) for item in _named(operation, name, page))

    def _pages(
        self, operation: str, member: str, call: Callable[[str | None], Any]
    ) -> Iterator[tuple[Reply, list[Any]]]:
        token: str | None = None
        for _ in range(MOST_PAGES):
            reply = self._asked(operation, lambda token=token: call(token))  # type: ignore[misc]
            if reply is None:
                return
            yield reply, _items(operation, member, reply)
            token = reply.document.get("nextToken") or None
            if token is None:
                return
        raise FaultError(Fault(operation, 200, "BadAnswer", t("the list does not end")))

    def _asked(self, operation: str, call: Callable[[], Any]) -> Reply | None:
        """Returns an answer, None where what is asked about is gone."""

        def once() -> Reply:
            left = self._until - monotonic()
            if left <= 0:
                raise FaultError(Fault(operation, None, "TooSlow", t("no answer in time")))
            return exchanged(operation, call, max(left, LEAST_SECONDS))

        try:
            return retried(once, repeats=lambda fault: fault.transient)
        except FaultError as error:
            if error.fault.says_absent(("ServiceNotFound", "FunctionNotFound", "VersionNotFound")):
                return None
            raise


def _items(operation: str, member: str, reply: Reply) -> list[Any]:
    """Returns the items of a page. FC may leave out the key of a list that is empty: then its request id says that the
    answer is FC's."""
    items = reply.document.get(member)
    if items is None and (member in reply.document or reply.request_id):
        return []
    if not isinstance(items, list):
        raise _unbelievable(operation, reply, t("the answer is no list: its {field} is missing", field=member))
    return items


def _named(operation: str, name: str, page: tuple[Reply, list[Any]]) -> Iterator[Document]:
    reply, items = page
    for item in items:
        if not isinstance(item, Mapping) or not isinstance(item.get(name), str) or not item[name]:
            raise _unbelievable(operation, reply, t("an item of the list has no {name}", name=name))
        yield item


def _unbelievable(operation: str, reply: Reply, why: str) -> FaultError:
    return FaultError(Fault(operation, 200, "BadAnswer", why, reply.request_id))
