"""Asks for a test domain, and proves whose the account is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fc_guard.cloud.gateway import Reply
from fc_guard.cloud.support.helper import Helper
from fc_guard.cloud.support.product import Actions, Document
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.test_domain import TestDomainService
from fc_guard.errors import CallFailed
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call
from fc_guard.render.values import safe

ACTIONS: Final[Mapping[str, Actions]] = {
    "testDomain": Actions(
        (),
        (
            *("fc:CreateService", "fc:CreateFunction", "fc:CreateTrigger"),
            *("fc:DeleteTrigger", "fc:DeleteFunction", "fc:ListFunctions"),
        ),
        (),
    )
}


class TestDomains:
    __test__ = False  # for pytest

    def __init__(self, reach: Reach) -> None:
        self._service = TestDomainService(reach.url("test-domain"))
        self._helper = Helper(reach)
        self._account = reach.keys.account
        self._region = reach.region

    def read(self, id: Address) -> Document | None:
        """Nothing tells whether a name was given out."""
        return None

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        return ()

    def users(self, id: Address) -> tuple[str, ...]:
        return ()

    def send(self, call: Call) -> Reply:
        name = str((call.body or {})["name"])
        function, service = name.split(".")[:2]
        form = {
            "type": "fc",
            "user": self._account,
            "region": self._region,
            "service": service,
            "function": function,
        }
        token, told = self._service.token(form)
        _require(name, told)
        with self._helper.answering(token) as left:
            told = self._service.domain(form, token)
        _require(name, told)
        return Reply({"name": name}, note=joined(left, "; "))


def _require(name: str, told: str) -> None:
    """Raises `CallFailed` if the service gives another name."""
    if told and told.lower() != name:
        raise CallFailed(
            t("The service for test domains gives it the name {told}, not {name}.", told=safe(told), name=name),
            code="OtherTestDomain",
            http_status=0,
            hint=t("Write that name into domainName."),
        )
