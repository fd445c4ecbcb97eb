"""Looks up where traces go: FC wants the address of the region's tracing service (XTrace) with the account's token in
it.

No prop holds this address: s.yaml says only `tracingConfig: Enable`, so it is looked up when tracing is switched on and
never compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import OpenApiRequest
from alibabacloud_tea_util.models import RuntimeOptions

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.faults import Fault, as_read_error
from fc_guard.cloud.wire.guarded_sdk import CONNECT_MS, READ_MS, configured, exchanged, rpc
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.language import t

OPERATION: Final = "GetToken"
VERSION: Final = "2019-08-08"
PARTS: Final = ("InternalDomain", "LicenseKey", "Pid")


class XTrace:
    def __init__(self, region: str, credential: Credential, address: str = "") -> None:
        """`address` is a URL; without one it is the region's."""
        self._region = region
        self._client = Client(configured(address or f"https://xtrace.{region}.aliyuncs.com", region, credential))

    def endpoint(self) -> str:
        """Returns where the functions of this account and region send their traces. Raises `Unreadable`."""
        try:
            return retried(self._asked, repeats=lambda fault: fault.transient)
        except FaultError as error:
            raise as_read_error(error.fault) from error

    def _asked(self) -> str:
        request = OpenApiRequest(query={"RegionId": self._region})
        runtime = RuntimeOptions(autoretry=False, connect_timeout=CONNECT_MS, read_timeout=READ_MS)
        reply = exchanged(OPERATION, lambda: self._client.call_api(rpc(OPERATION, VERSION), request, runtime))
        return endpoint_of(reply.document)


def address_beside(endpoint: str) -> str:
    """Returns the tracing service of an FC outside Alibaba Cloud, such as the local one; '' stands for the region's."""
    url = urlsplit(endpoint)
    return "" if (url.hostname or "").endswith(".aliyuncs.com") else f"{url.scheme}://{url.netloc}/__xtrace"


def endpoint_of(answer: Mapping[str, Any]) -> str:
    """Makes FC's `tracingConfig.params.endpoint` of XTrace's token, as the predecessor does. Raises `FaultError`."""
    token = answer.get("Token")
    parts = [token.get(name) for name in PARTS] if isinstance(token, Mapping) else []
    if not parts or not all(isinstance(part, str) and part for part in parts):
        raise FaultError(Fault(OPERATION, 200, "BadAnswer", t("the answer has no token to make an address of")))
    domain, key, pid = parts
    return f"{domain}/adapt_{key}_{pid}/api/traces"
