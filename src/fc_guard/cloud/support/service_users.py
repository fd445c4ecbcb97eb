"""Which services, and which versions of them, use a supporting resource. A version keeps what the service had when it
was published, and an alias leads to it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple

from fc_guard.cloud.support.fc_lists import FcLists
from fc_guard.cloud.support.product import Document, denied
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.faults import as_read_error
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.language import t
from fc_guard.render.values import safe

SECONDS: Final = 60.0
"""For all services of the region together."""
AT_ONCE: Final = 16
LOOKED_AT: Final = ("fc:ListServices", "fc:ListServiceVersions", "fc:GetService")


class _Use(NamedTuple):
    user: str
    service: Document


class ServiceUsers:
    """Questions that are asked at the same moment share one look: a network, its switch and its group ask alike."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._under_way: Future[tuple[_Use, ...]] | None = None
        self._starting = Lock()

    def of(self, uses: Callable[[Document], bool]) -> tuple[str, ...]:
        """Returns the services that a judgement is true of, as addresses are written, and the versions in words.
        Raises `Unreadable` where that cannot be told."""
        return tuple(each.user for each in self._looked() if uses(each.service))

    def _looked(self) -> tuple[_Use, ...]:
        with self._starting:
            mine = self._under_way is None or self._under_way.done()
            if self._under_way is None or mine:
                self._under_way = Future()
            shared = self._under_way
        if mine:
            try:
                shared.set_result(self._all())
            except BaseException as error:
                shared.set_exception(error)
                raise
        return shared.result()

    def _all(self) -> tuple[_Use, ...]:
        lists = FcLists(self._reach, monotonic() + SECONDS)
        try:
            services = lists.services()
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="versions") as pool:
                names = [str(each["serviceName"]) for each in services]
                versions = list(pool.map(lambda name: _versions(lists, name), names))
        except FaultError as error:
            raise denied("fc", error.fault, as_read_error(error.fault)) from error
        now = (_Use(f"service {each['serviceName']}", each) for each in services)
        return (*now, *(each for found in versions for each in found))


def _versions(lists: FcLists, service: str) -> tuple[_Use, ...]:
    found = []
    for each in lists.versions(service):
        number = str(each["versionId"])
        then = lists.version(service, number)
        if then is not None:
            user = t("version {version} of service {service}", version=safe(number), service=safe(service))
            found.append(_Use(user, then))
    return tuple(found)
