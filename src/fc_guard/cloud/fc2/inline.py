"""Sends a package inside a request as a stream. The SDK would hold it several times, as text, as JSON and as bytes."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_util.models import RuntimeOptions
from darabonba.core import DaraCore
from darabonba.request import DaraRequest
from Tea.exceptions import TeaException

from fc_guard.cloud.gateway import Content

SIGNED: Final = "ACS3-HMAC-SHA256"
BEFORE: Final = b'{"code":{"zipFile":"'


class Inline:
    """A package as a request's `zipFile`. Raises `BadInput` if the user's file has changed meanwhile."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.size = 4 * -(-content.size // 3)
        self.digest = hashlib.sha256(BEFORE)
        for piece in in_base64(content.chunks()):
            self.digest.update(piece)

    def __deepcopy__(self, memo: object) -> Inline:
        """The SDK copies what it is given to send."""
        return self


class StreamingClient(Client):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client. Its own way of sending is left to it, but for a request with a package inside."""

    def call_api(self, params: Any, request: Any, runtime: RuntimeOptions) -> dict[str, Any]:
        package = _package(request.body)
        if package is None:
            answered: dict[str, Any] = super().call_api(params, request, runtime)
            return answered
        body = _Body(package, {name: value for name, value in request.body.items() if name != "code"})
        timeouts = {"connectTimeout": runtime.connect_timeout, "readTimeout": runtime.read_timeout}
        answer = DaraCore.do_action(
            self._signed(params, request.headers, body), {**timeouts, "maxIdleConns": runtime.max_idle_conns}
        )
        if answer.status_code >= 300:
            raise TeaException({"code": str(answer.status_code), "message": "refused"})
        return {}

    def _signed(self, params: Any, headers: Mapping[str, str] | None, body: _Body) -> DaraRequest:
        """Returns the request that the SDK would have made."""
        keys, request = self._credential.get_credential(), DaraRequest()
        request.protocol, request.method, request.pathname = self._protocol, params.method, params.pathname
        request.headers = {
            "host": self._endpoint,
            "x-acs-version": params.version,
            "x-acs-action": params.action,
            "user-agent": Utils.get_user_agent(self._user_agent),
            "x-acs-date": Utils.get_timestamp(),
            "x-acs-signature-nonce": Utils.get_nonce(),
            "accept": "application/json",
            **(headers or {}),
            "content-type": "application/json; charset=utf-8",
            "x-acs-content-sha256": body.digest,
            "x-acs-credentials-provider": keys.provider_name,
        }
        if keys.security_token:
            request.headers |= {"x-acs-accesskey-id": keys.access_key_id, "x-acs-security-token": keys.security_token}
        request.headers["Authorization"] = Utils.get_authorization(
            request, SIGNED, body.digest, keys.access_key_id, keys.access_key_secret
        )
        request.body = body
        return request


def _package(body: Any) -> Inline | None:
    code = body.get("code") if isinstance(body, Mapping) else None
    package = code.get("zipFile") if isinstance(code, Mapping) else None
    return package if isinstance(package, Inline) else None


class _Body:
    """The request's JSON, which has a length, so that `requests` sends it as one stream and not in chunks."""

    def __init__(self, package: Inline, rest: Mapping[str, Any]) -> None:
        self._content = package.content
        others = f",{DaraCore.to_json_string(rest)[1:]}" if rest else "}"
        self._after = f'"}}{others}'.encode()
        self._length = len(BEFORE) + package.size + len(self._after)
        whole = package.digest.copy()
        whole.update(self._after)
        self.digest = whole.hexdigest()

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        yield BEFORE
        yield from in_base64(self._content.chunks())
        yield self._after


def in_base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Encodes chunks of any size, piece by piece."""
    left = b""
    for chunk in chunks:
        given = left + chunk
        even = len(given) - len(given) % 3
        left = given[even:]
        yield b64encode(given[:even])
    yield b64encode(left)
