"""Asks FC for its temporary bucket, which takes packages that are too large for a request.

The operation belongs to the older API (2016-08-15) of the same service; the SDK does not have it.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import urlencode

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.faults import Fault, fault_of_answer
from fc_guard.cloud.wire.guard import fault_of_silence, guarded
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.core import strict_json
from fc_guard.language import t
from fc_guard.model.address import Address

VERSION: Final = "/2016-08-15"
OPERATION: Final = "GetTempCodeBucketToken"
NOT_FC: Final = t("the answer is not what FC sends")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Permission to put one object. Only the local FC names an `endpoint`, for its own objects."""

    bucket: str
    key: str
    most: int | None  # bytes
    credential: Credential
    endpoint: str = ""


def ticket(endpoint: str, credential: Credential, function: Address, instance_type: str) -> Ticket:
    """Asks FC for a ticket. Raises `FaultError`."""
    service, name = function.parts
    path = f"{VERSION}/services/{service}/tempCodeBucketToken"
    query = urlencode({"functionName": name} | ({"instanceType": instance_type} if instance_type else {}))
    url = f"{endpoint.rstrip('/')}{path}?{query}"
    answer = retried(lambda: _get(url, path, credential), repeats=lambda fault: fault.transient)
    try:
        keys, most = answer["credentials"], answer.get("codeSizeLimit")
        return Ticket(
            bucket=_text(answer, "ossBucket"),
            key=f"{credential.account}/{service}/{_text(answer, 'objectName')}",
            most=int(most) if most else None,
            credential=Credential(
                credential.account,
                _text(keys, "AccessKeyId"),
                _text(keys, "AccessKeySecret"),
                _text(keys, "SecurityToken") if keys.get("SecurityToken") else "",
            ),
            endpoint=_text(answer, "endpoint") if answer.get("endpoint") else "",
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FaultError(Fault(OPERATION, 200, "BadAnswer", NOT_FC)) from error


def _text(answer: Mapping[str, Any], member: str) -> str:
    """Returns a member that is safe in a request line or a header. Raises `KeyError`, `TypeError` or `ValueError`."""
    value = answer[member]
    if not isinstance(value, str):
        raise TypeError(member)
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(member)
    return value


def _get(url: str, path: str, credential: Credential) -> Mapping[str, Any]:
    exchange = guarded("GET", url, signed("GET", path, credential, formatdate(usegmt=True)))
    if exchange.status is None:
        raise FaultError(fault_of_silence(OPERATION, exchange))
    if exchange.status >= 300:
        raise FaultError(fault_of_answer(OPERATION, exchange.status, exchange.body, exchange.headers))
    try:
        data = strict_json.read(exchange.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise FaultError(Fault(OPERATION, exchange.status, "BadAnswer", NOT_FC))
    return data


def signed(
    method: str, path: str, credential: Credential, date: str, headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Returns the headers of a signed request of API 2016-08-15. `path` is not encoded; the query is not signed;
    `headers` have lower-case names."""
    result = {**(headers or {}), "date": date, "x-fc-account-id": credential.account}
    if credential.security_token:
        result["x-fc-security-token"] = credential.security_token
    own = "".join(f"{name}:{result[name]}\n" for name in sorted(result) if name.startswith("x-fc-"))
    about = (method, result.get("content-md5", ""), result.get("content-type", ""), date)
    text = "\n".join(about) + "\n" + own + path
    signature = base64.b64encode(hmac.digest(credential.access_key_secret.encode(), text.encode(), "sha256")).decode()
    result["authorization"] = f"FC {credential.access_key_id}:{signature}"
    return result
