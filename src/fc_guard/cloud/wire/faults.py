"""Translates every failure of a call into one of our errors.

The SDK reports the same failure in many shapes, some without a status (measured on tea-openapi 0.4.6); only this module
reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fc_guard.core import strict_json
from fc_guard.errors import (
    AlreadyExists,
    CallFailed,
    Effect,
    GuardError,
    OutcomeUnknown,
    PreconditionFailed,
    Unreadable,
)
from fc_guard.language import joined, t
from fc_guard.model.catalog import Catalog
from fc_guard.render.values import safe

REQUEST_ID: Final = "x-fc-request-id"
CANCELLED: Final = (408, 499)
"""Somebody gave up waiting, so FC may have carried the call out or not."""
SLOW_HINT: Final = t("Check the network and any proxy on the way, then try again.")
DENIED_HINT: Final = t("The access used here lacks a permission, or the keys are wrong: check `s config get` and RAM.")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed call. `status` is None if no answer could be understood. `told` says that the error is FC's own: it has
    a code, a message and a request id. Any other error comes from a proxy and says nothing about what FC did."""

    operation: str
    status: int | None
    code: str
    message: str
    request_id: str = ""
    retry_after_ms: int | None = None
    reached: bool = True  # False: the request certainly never left (connection refused, no name)
    told: bool = False

    def says_absent(self, codes: Collection[str]) -> bool:
        """Says whether FC reports that the requested resource, or its parent, does not exist."""
        return self.told and self.status == 404 and self.code in codes

    @property
    def throttled(self) -> bool:
        """FC, or a product beside it (Throttling.User, with status 400), refused the call before it carried anything
        out."""
        says_so = self.code == "ResourceThrottled" or self.code.startswith("Throttling")
        return self.told and (self.status == 429 or says_so)

    @property
    def refused(self) -> bool:
        """FC did not carry out the call."""
        if self.status is None or self.status in CANCELLED:
            return False
        return self.told and (self.throttled or 400 <= self.status < 500)

    @property
    def transient(self) -> bool:
        """Another try may succeed. Only calls that change nothing may use this."""
        if self.status is None:
            return self.code != "TooSlow"  # that was waited for already
        return self.status in (408, 429) or self.throttled or self.status >= 500

    def __str__(self) -> str:
        place = (
            t(" (HTTP {status}, {code})", status=self.status, code=safe(self.code)) if self.status is not None else ""
        )
        request = t(" [request {request_id}]", request_id=safe(self.request_id)) if self.request_id else ""
        return joined((f"{self.operation}: ", safe(self.message), place, request), "")


def as_read_error(fault: Fault) -> GuardError:
    """Returns the error for a failed read, which never means "does not exist"."""
    if not fault.reached:
        hint = t("Check the network, the region and any endpoint setting.")
        return Unreadable(str(fault), hint=hint, reference="no-connection", effect=Effect.NOTHING)
    if fault.status in (401, 403):
        return Unreadable(str(fault), hint=DENIED_HINT, reference="access-denied", effect=Effect.NOTHING)
    if fault.code == "TooSlow":
        return Unreadable(str(fault), hint=SLOW_HINT, effect=Effect.NOTHING)
    hint = t("Try again; if it stays, ask with the request id.")
    return Unreadable(str(fault), hint=hint, effect=Effect.NOTHING)


def gone(catalog: Catalog) -> Mapping[str, str]:
    """Maps each update and deletion to the code that says that its own resource is gone. A NotFound with another code
    is about something that the resource refers to."""
    return {
        operation: kind.absence
        for kind in catalog.kinds
        for operation in (kind.operations.update, kind.operations.delete)
        if kind.absence
    }


def as_write_error(fault: Fault, gone: Mapping[str, str]) -> GuardError:
    """Returns the error for a failed write: refused (nothing happened) or unknown (it may have happened)."""
    if not fault.reached:
        return CallFailed(str(fault), code=fault.code, http_status=0, hint=t("Nothing was changed by this call."))
    if not fault.refused or fault.status is None:
        return OutcomeUnknown(str(fault))
    kind: type[CallFailed] = CallFailed
    if (
        fault.status == 412
        or fault.code == "PreconditionFailed"
        or (fault.status == 404 and gone.get(fault.operation) == fault.code)
    ):
        kind = PreconditionFailed
    elif fault.code.endswith("AlreadyExists"):
        kind = AlreadyExists
    hint = DENIED_HINT if fault.status in (401, 403) else ""
    return kind(str(fault), code=fault.code, http_status=fault.status, request_id=fault.request_id, hint=hint)


def as_upload_error(fault: Fault) -> GuardError:
    """Returns the error for a failed upload, which changed nothing in FC."""
    hint = DENIED_HINT if fault.status in (401, 403) else t("Nothing was changed by this upload. Run it again.")
    return CallFailed(
        str(fault), code=fault.code, http_status=fault.status or 0, request_id=fault.request_id, hint=hint
    )


def fault_of_answer(operation: str, status: int | None, body: bytes, headers: Mapping[str, str]) -> Fault:
    """Reads both spellings of an error: Code/Message (2021-04-06) and ErrorCode/ErrorMessage (2016-08-15)."""
    try:
        data = strict_json.read(body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return Fault(operation, status, "BadAnswer", t("the answer is not what FC sends"))
    code = _first(data, "Code", "code", "ErrorCode", "errorCode")
    text = _first(data, "Message", "ErrorMessage", "message", "errorMessage")
    request_id = _first(data, "RequestId", "requestId") or headers.get(REQUEST_ID, "")
    wait = headers.get("x-acs-retry-after") or ""
    return Fault(
        operation,
        status,
        code or "Unknown",
        text or t("no message"),
        request_id,
        retry_after_ms=int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 10 else None,
        told=bool(code and text and request_id),
    )


def _first(data: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        value = data.get(key)
        if isinstance(value, str) and value and value != "None":
            return value
    return ""
