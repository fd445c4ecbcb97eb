"""The function that proves whose an account is: it answers a token, for a moment.

Each run has one of its own, named after its token, so two runs at once do not disturb each other. The service that it
is in stays: others may be using it.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, Final

from alibabacloud_fc_open20210406 import models
from alibabacloud_fc_open20210406.client import Client

from fc_guard.cloud.support.fc import runtime
from fc_guard.cloud.support.product import Document, of_write
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.faults import Fault
from fc_guard.cloud.wire.guarded_sdk import configured, exchanged
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.core.values import LISTS
from fc_guard.errors import CallFailed, GuardError, OutcomeUnknown
from fc_guard.language import t
from fc_guard.model.moments import moment

SERVICE: Final = "serverless-devs-check"
"""The predecessor's; the service for test domains calls the function at its address."""
DESCRIPTION: Final = "fc-guard: proves whose the account is, for a moment"
TRIGGER: Final = "httpTrigger"
PREFIX: Final = "domain"
PAGE: Final = 100
MOST_PAGES: Final = 100
OLD_SECONDS: Final = 3600.0
"""Far more than a run takes, and than the clocks of two machines may differ that FC listens to."""
CODE: Final = (
    "import os\n\n\ndef handler(environ, start_response):\n"
    "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
    "    return [os.environ['token'].encode()]\n"
)
GONE: Final = ("ServiceNotFound", "FunctionNotFound", "TriggerNotFound")
TAKEN: Final = ("ServiceAlreadyExists", "FunctionAlreadyExists", "TriggerAlreadyExists")
NOTHING: Final[Document] = {}


class Helper:
    def __init__(self, reach: Reach) -> None:
        self._client = Client(configured(reach.endpoint, reach.region, reach.keys))

    @contextmanager
    def answering(self, token: str) -> Iterator[tuple[str, ...]]:
        """Makes the function, and deletes it again, whatever happens in between. What killed runs left goes, too.
        Yields the words for what of that could not be deleted: this run does not need it gone."""
        function, made = f"{PREFIX}{token}", self._client
        others = self._helpers()
        _require_ours(function, others)
        left = self._sweep(others)
        service = models.CreateServiceRequest(service_name=SERVICE, description=DESCRIPTION)
        headers = models.CreateServiceHeaders()
        self._write("CreateService", lambda: made.create_service_with_options(service, headers, runtime()), TAKEN)
        try:
            self._make_function(function, token)
            yield left
        except GuardError as error:
            self._delete_after(error, function)
            raise
        except BaseException:
            self._delete(function)
            raise
        self._delete(function)

    def _delete_after(self, error: GuardError, function: str) -> None:
        """Deletes the function of a run that failed. If that fails, too, `CallFailed` tells both."""
        try:
            self._delete(function)
        except GuardError as left:
            raise CallFailed(
                t(
                    "{message}\nThe function {function} of {service}, made for it, could not be deleted: {problem}",
                    message=error.message,
                    function=function,
                    service=SERVICE,
                    problem=left.message,
                ),
                code="HelperLeft",
                http_status=0,
                hint=error.hint,
            ) from error

    def _sweep(self, helpers: Collection[Document]) -> tuple[str, ...]:
        """Deletes what runs have left that were killed. Young ones may be in use. Returns the words for what stays."""
        old = [
            each for each in helpers if each.get("description") == DESCRIPTION and _is_old(str(each.get("createdTime")))
        ]
        said = (self._leftover(str(each.get("functionName"))) for each in old)
        return tuple(words for words in said if words)

    def _leftover(self, function: str) -> str:
        """Deletes a helper of a killed run. Returns words for it if it stays, '' otherwise."""
        try:
            self._delete(function)
        except (CallFailed, OutcomeUnknown) as error:
            return t(
                "the function {function} of {service}, which a killed run left, could not be deleted: {problem}",
                function=function,
                service=SERVICE,
                problem=error.message,
            )
        return ""

    def _helpers(self) -> tuple[Document, ...]:
        """Returns the functions that are named like helpers, the predecessor's among them. Raises `CallFailed` if that
        cannot be told."""
        found: tuple[Document, ...] = ()
        request, headers = models.ListFunctionsRequest(limit=PAGE, prefix=PREFIX), models.ListFunctionsHeaders()
        for _ in range(MOST_PAGES):
            page = self._write(
                "ListFunctions",
                lambda: self._client.list_functions_with_options(SERVICE, request, headers, runtime()),
                GONE,
                again=True,
            )
            items = page.get("functions", () if page is NOTHING else None)
            if not isinstance(items, LISTS) or not all(map(_is_helper, items)):
                raise _unreadable(t("the answer is not what FC sends"))
            found += tuple(items)
            request.next_token = page.get("nextToken")
            if not request.next_token:
                return found
        raise _unreadable(t("the list does not end"))

    def _make_function(self, function: str, token: str) -> None:
        client, body, trigger = self._client, _function(function, token), _trigger()
        headers, of_trigger = models.CreateFunctionHeaders(), models.CreateTriggerHeaders()
        self._write(
            "CreateFunction", lambda: client.create_function_with_options(SERVICE, body, headers, runtime()), TAKEN
        )
        self._write(
            "CreateTrigger",
            lambda: client.create_trigger_with_options(SERVICE, function, trigger, of_trigger, runtime()),
            TAKEN,
        )

    def _delete(self, function: str) -> None:
        """Deletes a helper with its trigger. Raises `CallFailed` or `OutcomeUnknown` if one of them stays."""
        client = self._client
        of_trigger, headers = models.DeleteTriggerHeaders(), models.DeleteFunctionHeaders()
        self._write(
            "DeleteTrigger",
            lambda: client.delete_trigger_with_options(SERVICE, function, TRIGGER, of_trigger, runtime()),
            GONE,
            again=True,
        )
        self._write(
            "DeleteFunction",
            lambda: client.delete_function_with_options(SERVICE, function, headers, runtime()),
            GONE,
            again=True,
        )

    def _write(
        self, operation: str, call: Callable[[], Any], done: Collection[str] = (), *, again: bool = False
    ) -> Document:
        """Returns an answer, `NOTHING` where it is an error that says that there is nothing left to do. What may be
        done twice is sent `again` after any failure that passes."""
        try:
            return retried(
                lambda: exchanged(operation, call),
                repeats=lambda fault: fault.throttled or not fault.reached or (again and fault.transient),
            ).document
        except FaultError as error:
            if error.fault.told and error.fault.code in done:
                return NOTHING
            raise of_write("fc", error.fault) from error


def _require_ours(function: str, helpers: Collection[Document]) -> None:
    """Raises `CallFailed` if somebody else has a function of that name: the name comes from the service, over plain
    http. One of our own may be there where the service gives a token twice."""
    if any(each.get("functionName") == function and each.get("description") != DESCRIPTION for each in helpers):
        raise CallFailed(
            t("{service} has a function {function} that is not fc-guard's.", service=SERVICE, function=function),
            code="HelperTaken",
            http_status=0,
            hint=t("It is left as it is. Run it again: the service gives another name then."),
        )


def _is_helper(item: Any) -> bool:
    """Says whether an item of the list is what was asked for: what is taken from it is deleted."""
    return isinstance(item, Mapping) and str(item.get("functionName")).startswith(PREFIX)


def _unreadable(why: str) -> CallFailed:
    return CallFailed(str(Fault("ListFunctions", 200, "BadAnswer", why)), code="BadAnswer", http_status=200)


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
