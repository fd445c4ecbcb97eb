"""FC's temporary bucket, for packages that are too large for a request: where to put them and with which keys.

An operation of the older API (2016-08-15) that the SDK does not have; both APIs are the same service.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import urlencode

from fc_guard.cloud.faults import Fault, fault_of_body
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.guard import guarded
from fc_guard.cloud.retry import FaultError, retried
from fc_guard.model.ids import ResourceId

VERSION: Final = "/2016-08-15"
OPERATION: Final = "GetTempCodeBucketToken"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to put one object. `endpoint` is only told by the local FC, for its own objects."""

    bucket: str
    key: str
    most: int | None  # bytes
    credential: Credential
    endpoint: str = ""


def ticket(endpoint: str, credential: Credential, function: ResourceId, instance_type: str) -> Ticket:
    """Asks FC for it. Raises `FaultError`."""
    service, name = function.parts
    path = f"{VERSION}/services/{service}/tempCodeBucketToken"
    query = urlencode({"functionName": name} | ({"instanceType": instance_type} if instance_type else {}))
    url = f"{endpoint.rstrip('/')}{path}?{query}"
    answer = retried(lambda: _get(url, path, credential), repeats=lambda fault: fault.transient)
    try:
        keys = answer["credentials"]
        return Ticket(
            bucket=str(answer["ossBucket"]),
            key=f"{credential.account}/{service}/{answer['objectName']}",
            most=int(answer["codeSizeLimit"]) if answer.get("codeSizeLimit") else None,
            credential=Credential(
                credential.account,
                str(keys["AccessKeyId"]),
                str(keys["AccessKeySecret"]),
                str(keys.get("SecurityToken") or ""),
            ),
            endpoint=str(answer.get("endpoint") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FaultError(Fault(OPERATION, 200, "BadAnswer", "the answer is not what FC sends")) from error


def _get(url: str, path: str, credential: Credential) -> Mapping[str, Any]:
    exchange = guarded("GET", url, signed("GET", path, credential, formatdate(usegmt=True)))
    if exchange.status is None:
        raise FaultError(Fault(OPERATION, None, "NoAnswer", exchange.problem, reached=exchange.reached))
    try:
        data = json.loads(exchange.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise FaultError(Fault(OPERATION, exchange.status, "BadAnswer", "the answer is not what FC sends"))
    if exchange.status >= 300:
        raise FaultError(fault_of_body(OPERATION, exchange.status, data, exchange.problem))
    return data


def signed(
    method: str, path: str, credential: Credential, date: str, headers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The headers of a request of 2016-08-15, with its signature. `path` is not encoded; the query is not signed.
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
