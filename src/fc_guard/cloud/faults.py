"""Whatever a call may end in, told as one of our errors.

The SDK reports the same failure in many shapes, some without a status (facts measured on tea-openapi 0.4.6); this is
the one place that reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fc_guard.errors import AlreadyExists, CallFailed, GuardError, OutcomeUnknown, PreconditionFailed, Unreadable
from fc_guard.render.values import safe

NOT_FOUND = frozenset(
    {"ServiceNotFound", "FunctionNotFound", "TriggerNotFound", "DomainNameNotFound", "AsyncConfigNotExists"}
)
GONE = {
    "Service": "ServiceNotFound",
    "Function": "FunctionNotFound",
    "Trigger": "TriggerNotFound",
    "CustomDomain": "DomainNameNotFound",
}
"""What says that the very resource of an update or deletion is gone since it was shown. What it refers to may be
missing for other reasons."""
DENIED_HINT = "The access used here lacks a permission, or the keys are wrong: check `s config get` and RAM."


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed call. `status` is None when no answer could be understood."""

    operation: str
    status: int | None
    code: str
    message: str
    request_id: str = ""
    retry_after_ms: int | None = None
    reached: bool = True  # False: the request certainly never left (connection refused, no name)

    @property
    def not_found(self) -> bool:
        return self.status == 404 and self.code in NOT_FOUND

    @property
    def throttled(self) -> bool:
        return self.status == 429 or self.code in ("ResourceThrottled", "Throttling")

    @property
    def transient(self) -> bool:
        return self.status is None or self.throttled or (self.status >= 500)

    def __str__(self) -> str:
        place = f" (HTTP {self.status}, {safe(self.code)})" if self.status is not None else ""
        request = f" [request {safe(self.request_id)}]" if self.request_id else ""
        return f"{self.operation}: {safe(self.message)}{place}{request}"


def as_read_error(fault: Fault) -> GuardError:
    """ "Could not read" is never "does not exist"."""
    if not fault.reached:
        hint = "Check the network, the region and any endpoint setting. Nothing was changed."
        return Unreadable(str(fault), hint=hint, reference="no-connection")
    if fault.status in (401, 403):
        return Unreadable(str(fault), hint=DENIED_HINT, reference="access-denied")
    return Unreadable(str(fault), hint="Nothing was changed. Try again; if it stays, ask with the request id.")


def as_write_error(fault: Fault) -> GuardError:
    """What a failed write means: refused (nothing happened) or unknown (it may have happened)."""
    if not fault.reached:
        return CallFailed(str(fault), code=fault.code, http_status=0, hint="Nothing was changed by this call.")
    if fault.status is None or (fault.status >= 500 and not fault.throttled) or fault.status < 400:
        return OutcomeUnknown(str(fault))
    kind: type[CallFailed] = CallFailed
    if (
        fault.status == 412
        or fault.code == "PreconditionFailed"
        or (
            fault.status == 404
            and GONE.get(fault.operation.removeprefix("Update").removeprefix("Delete")) == fault.code
        )
    ):
        kind = PreconditionFailed
    elif fault.code.endswith("AlreadyExists"):
        kind = AlreadyExists
    hint = DENIED_HINT if fault.status in (401, 403) else ""
    return kind(str(fault), code=fault.code, http_status=fault.status, request_id=fault.request_id, hint=hint)


def as_upload_error(fault: Fault) -> GuardError:
    """A package that could not be put where FC takes it from. Nothing of FC's was touched."""
    hint = DENIED_HINT if fault.status in (401, 403) else "Nothing was changed by this upload. Run it again."
    return CallFailed(
        str(fault), code=fault.code, http_status=fault.status or 0, request_id=fault.request_id, hint=hint
    )


def fault_of_body(operation: str, status: int | None, data: Mapping[str, Any], message: str) -> Fault:
    """Reads both spellings: Code/Message (2021-04-06) and ErrorCode/ErrorMessage (2016-08-15)."""
    code = _first(data, "Code", "code", "ErrorCode", "errorCode") or "Unknown"
    text = _first(data, "Message", "ErrorMessage", "message", "errorMessage") or message or "no message"
    return Fault(operation, status, code, text, _first(data, "RequestId", "requestId"))


def _first(data: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        value = data.get(key)
        if isinstance(value, str) and value and value != "None":
            return value
    return ""
