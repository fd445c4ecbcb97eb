"""Asks for a test domain. To prove whose the account is, a function of it has to answer the service's token.

The function is made for that moment and deleted in every case. Each run has one of its own, named after its token, so
two runs at once do not disturb each other. What a killed run left is deleted by a later one.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, Final

from alibabacloud_fc_open20210406 import models
from alibabacloud_fc_open20210406.client import Client

from fc_guard.cloud.support.product import Actions, Document, denied
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.faults import Fault, as_write_error
from fc_guard.cloud.wire.guarded_sdk import CONNECT_MS, READ_MS, configured, exchanged
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.cloud.wire.test_domain import TestDomainService
from fc_guard.errors import CallFailed
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.moments import moment
from fc_guard.model.plans import Call

SERVICE: Final = "serverless-devs-check"
"""The predecessor's, which stays: others may be using it at this moment."""
DESCRIPTION: Final = "fc-guard: proves whose the account is, for a moment"
TRIGGER: Final = "httpTrigger"
OLD_SECONDS: Final = 600.0
CODE: Final = (
    "import os\n\n\ndef handler(environ, start_response):\n"
    "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
    "    return [os.environ['token'].encode()]\n"
)
ACTIONS: Final = {
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
        self._reach = reach
        self._client = Client(configured(reach.endpoint, reach.region, reach.keys))

    def read(self, id: Address) -> Document | None:
        """Nothing tells whether a name was given out."""
        return None

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        return ()

    def users(self, id: Address) -> tuple[str, ...]:
        return ()

    def send(self, call: Call) -> Document:
        name = str((call.body or {})["name"])
        function, service = name.split(".")[:2]
        form = {
            "type": "fc",
            "user": self._reach.keys.account,
            "region": self._reach.region,
            "service": service,
            "function": function,
        }
        token, told = self._service.token(form)
        if told and told.lower() != name:
            raise CallFailed(
                t(
                    "The service for test domains gives this function the name {told}, not {name}.",
                    told=told,
                    name=name,
                ),
                code="OtherTestDomain",
                http_status=0,
                hint=t("Write that name into domainName."),
            )
        self._sweep()
        with self._helper(token):
            self._service.domain(form, token)
        return {"name": name}

    @contextmanager
    def _helper(self, token: str) -> Iterator[None]:
        """Makes the function that answers the token, and deletes it again, whatever happens in between."""
        function = f"domain{token}"
        self._make("CreateService", lambda: self._client.create_service_with_options(
            models.CreateServiceRequest(service_name=SERVICE, description=DESCRIPTION),
            models.CreateServiceHeaders(),
            _runtime(),
        ))  # fmt: skip
        try:
            self._make("CreateFunction", lambda: self._client.create_function_with_options(
                SERVICE, _function(function, token), models.CreateFunctionHeaders(), _runtime()
            ))  # fmt: skip
            self._make("CreateTrigger", lambda: self._client.create_trigger_with_options(
                SERVICE, function, _trigger(), models.CreateTriggerHeaders(), _runtime()
            ))  # fmt: skip
            yield
        finally:
            self._delete(function)

    def _sweep(self) -> None:
        """Deletes what runs have left that were killed. Young ones may be in use."""
        request = models.ListFunctionsRequest(limit=100, prefix="domain")
        try:
            found = self._called(
                "ListFunctions",
                lambda: self._client.list_functions_with_options(
                    SERVICE, request, models.ListFunctionsHeaders(), _runtime()
                ),
            )
        except FaultError as error:
            if error.fault.says_absent(("ServiceNotFound",)):
                return
            raise denied("fc", error.fault, as_write_error(error.fault, {})) from error
        for each in found.get("functions") or ():
            if each.get("description") == DESCRIPTION and _is_old(str(each.get("createdTime"))):
                self._delete(str(each.get("functionName")))

    def _make(self, operation: str, call: Callable[[], Any]) -> None:
        try:
            self._called(operation, call)
        except FaultError as error:
            if not error.fault.code.endswith("AlreadyExists"):
                raise denied("fc", error.fault, as_write_error(error.fault, {})) from error

    def _delete(self, function: str) -> None:
        """Deletes a helper with its trigger. Raises `CallFailed` or `OutcomeUnknown` if one of them stays."""
        gone = ("ServiceNotFound", "FunctionNotFound", "TriggerNotFound")
        for operation, call in (
            ("DeleteTrigger", lambda: self._client.delete_trigger_with_options(
                SERVICE, function, TRIGGER, models.DeleteTriggerHeaders(), _runtime()
            )),
            ("DeleteFunction", lambda: self._client.delete_function_with_options(
                SERVICE, function, models.DeleteFunctionHeaders(), _runtime()
            )),
        ):  # fmt: skip
            try:
                retried(lambda: exchanged(operation, call), repeats=lambda fault: fault.transient)  # noqa: B023
            except FaultError as error:
                if not error.fault.says_absent(gone):
                    raise denied("fc", error.fault, as_write_error(error.fault, {})) from error

    def _called(self, operation: str, call: Callable[[], Any]) -> Document:
        def repeats(fault: Fault) -> bool:
            return fault.throttled or not fault.reached

        return retried(lambda: exchanged(operation, call), repeats=repeats).document


def _function(name: str, token: str) -> models.CreateFunctionRequest:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), CODE)
    return models.CreateFunctionRequest(
        function_name=name,
        description=DESCRIPTION,
        runtime="python3",
        handler="index.handler",
        memory_size=128,
        timeout=10,
        environment_variables={"token": token},
        code=models.Code(zip_file=base64.b64encode(packed.getvalue()).decode()),
    )


def _trigger() -> models.CreateTriggerRequest:
    return models.CreateTriggerRequest(
        trigger_name=TRIGGER,
        trigger_type="http",
        trigger_config='{"authType": "anonymous", "methods": ["GET", "POST"]}',
    )


def _is_old(created: str) -> bool:
    at = moment(created, timezone.utc)
    return at is not None and (datetime.now(timezone.utc) - at).total_seconds() > OLD_SECONDS


def _runtime() -> Any:
    from alibabacloud_tea_util.models import RuntimeOptions  # noqa: PLC0415

    return RuntimeOptions(autoretry=False, connect_timeout=CONNECT_MS, read_timeout=READ_MS)
