"""What the neighbours with an RPC API share on the wire: their addresses and the form of their errors."""

from __future__ import annotations

from fc_local.errors import FcError

ADDRESSES = {f"/__{name}/": name for name in ("ram", "vpc", "ecs", "nas", "xtrace", "cas")}
APIS = tuple(ADDRESSES.values())
_READS = ("Get", "List", "Describe")
# The gateway in front of these products words what is wrong with a signature in another way than FC does.
_SIGNATURES = {
    "SignatureNotMatch": (400, "SignatureDoesNotMatch"),
    "InvalidAccessKeyID": (404, "InvalidAccessKeyId.NotFound"),
    "MissingRequiredHeader": (400, "MissingAccessKeyId"),
    "RequestTimeTooSkewed": (400, "InvalidTimeStamp.Expired"),
}


def writes(action: str) -> bool:
    return not action.startswith(_READS)


def in_rpc_form(error: FcError) -> FcError:
    """Returns the error with the status and code that these products have for it."""
    status, code = _SIGNATURES.get(error.code, (error.status, error.code))
    return FcError(status, code, error.message, error.headers, error.more)


def error_body(error: FcError, request_id: str, host: str) -> dict[str, str]:
    return {"Code": error.code, "Message": error.message, "RequestId": request_id, "HostId": host}
