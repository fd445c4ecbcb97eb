"""What each product has to offer to the gateway, and how failures of its calls are told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple, Protocol

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import OpenApiRequest
from alibabacloud_tea_util.models import RuntimeOptions

from fc_guard.cloud.gateway import Reply
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.faults import DENIED_HINT, Fault, as_read_error, as_write_error
from fc_guard.cloud.wire.guarded_sdk import CONNECT_MS, READ_MS, configured, exchanged, rpc
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.errors import GuardError, OutcomeUnknown
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call

Document = Mapping[str, Any]
DENIED: Final = ("Forbidden", "NoPermission", "AccessDenied", "Unauthorized", "NotAuthorized")
"""How the codes begin of errors that say that a permission is missing. A status of 403 alone does not say so."""
RAM_NAMES: Final = {"sls": "log", "cas": "yundun-cert"}
"""What RAM calls a product, where that is another name."""
NO_ONE: Final[Mapping[str, str]] = {}


class Actions(NamedTuple):
    """The RAM actions that a kind needs: to be read, made and changed, and deleted."""

    read: tuple[str, ...]
    make: tuple[str, ...]
    delete: tuple[str, ...]


class Product(Protocol):
    """The resources of one product, in the documents that their kinds describe. Absence is None; whatever else goes
    wrong is one of our errors: reads raise `Unreadable`, writes `CallFailed` or `OutcomeUnknown`."""

    def read(self, id: Address) -> Document | None: ...

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        """Returns what of a kind lies in a resource; None if that does not exist."""

    def send(self, call: Call) -> Document | Reply:
        """Carries out one operation of a kind, which may take several requests. Returns the document as it is now, {}
        after a deletion, or a reply where more is to be told. Of several requests, each is safe to repeat: a run that
        was killed in between goes on."""

    def users(self, id: Address) -> tuple[str, ...]:
        """Returns what else uses a resource: each as its address is written ("service demo"), or in words."""


class Rpc:
    """A product whose API is RPC. Its operations are called by their names, through the SDK's general client."""

    def __init__(self, reach: Reach, product: str, version: str) -> None:
        self._product = product
        self._version = version
        self._client = Client(configured(reach.url(product), reach.region, reach.keys))

    def ask(self, operation: str, query: Mapping[str, Any], absent: Collection[str] = ()) -> Document | None:
        """Returns the answer to a read; None where it is an error with one of the codes of `absent`. Raises
        `Unreadable`."""
        try:
            return retried(lambda: self._called(operation, query), repeats=lambda fault: fault.transient)
        except FaultError as error:
            if error.fault.told and error.fault.code in absent:
                return None
            raise denied(self._product, error.fault, as_read_error(error.fault)) from error

    def do(self, operation: str, query: Mapping[str, Any], done: Collection[str] = ()) -> Document:
        """Returns the answer to a write; {} where it is an error with one of the codes of `done`, which say that there
        was nothing left to do. Raises `CallFailed` or `OutcomeUnknown`."""
        try:
            return retried(
                lambda: self._called(operation, query),
                repeats=lambda fault: fault.throttled or fault.code.startswith("Throttling") or not fault.reached,
            )
        except FaultError as error:
            if error.fault.told and error.fault.code in done:
                return {}
            raise of_write(self._product, error.fault) from error

    def _called(self, operation: str, query: Mapping[str, Any]) -> Document:
        request = OpenApiRequest(query={name: str(value) for name, value in query.items() if value is not None})
        runtime = RuntimeOptions(autoretry=False, connect_timeout=CONNECT_MS, read_timeout=READ_MS)
        way = rpc(operation, self._version)
        return exchanged(operation, lambda: self._client.call_api(way, request, runtime)).document


def of_write(product: str, fault: Fault) -> GuardError:
    """Returns the error for a write that failed."""
    return denied(product, fault, as_write_error(_spelled(fault), NO_ONE))


def _spelled(fault: Fault) -> Fault:
    """Returns a fault with the code by which our errors know it: RAM says EntityAlreadyExists.Role."""
    taken = "AlreadyExist" in fault.code
    return replace(fault, code="AlreadyExists") if taken else fault


def denied(product: str, fault: Fault, error: GuardError) -> GuardError:
    """Returns an error that names the permission, if that is what is missing."""
    if fault.status == 401 or fault.code.startswith(DENIED):
        action = f"{RAM_NAMES.get(product, product)}:{fault.operation}"
        error.hint = t(
            "The access used here lacks the permission {action}. Grant it in RAM (docs/permissions.md), or name a "
            "resource of your own in s.yaml.",
            action=action,
        )
    elif error.hint == DENIED_HINT:
        error.hint = ""
    return error


def made_id(answer: Document, member: str) -> str:
    """Returns the name that the API gave to what was just made. Raises `OutcomeUnknown` if it does not tell one."""
    found = answer.get(member)
    if isinstance(found, str) and found:
        return found
    raise OutcomeUnknown(t("The answer does not tell what was made."), hint=t("The next run finds out by reading."))
