"""A package inside a request: the SDK's own request, but for the order of its JSON, and piece by piece."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_fc_open20210406.models import UpdateFunctionHeaders, UpdateFunctionRequest
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_util.models import RuntimeOptions
from darabonba.core import DaraCore
from darabonba.response import DaraResponse

from fc_guard.artifacts.blob import in_memory
from fc_guard.cloud.fc2.inline import Inline, StreamingClient, in_base64
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.guarded_sdk import configured
from fc_local.signatures import acs3
from fc_local.signatures.request import SignedRequest

ENDPOINT = "http://127.0.0.1:1/~cn-hangzhou"
PACKAGE = bytes(range(256)) * 3
TEXT = base64.b64encode(PACKAGE).decode()
OTHERS = {"description": 'ü "quoted"', "InstanceConcurrency": 2}


@dataclass
class Sent:
    request: Any
    runtime: Any

    @property
    def body(self) -> bytes:
        body = self.request.body
        return body.encode() if isinstance(body, str) else b"".join(body)

    @property
    def headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.request.headers.items()}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """What would go over the wire, at one moment."""
    found: list[Sent] = []

    def answered(request: Any, runtime: Any) -> DaraResponse:
        found.append(Sent(request, runtime))
        answer = DaraResponse()
        answer.status_code, answer.headers, answer.body = 200, {}, b"{}"
        return answer

    monkeypatch.setattr(DaraCore, "do_action", staticmethod(answered))
    monkeypatch.setattr(Utils, "get_nonce", staticmethod(lambda: "nonce"))
    monkeypatch.setattr(Utils, "get_timestamp", staticmethod(lambda: "2026-11-27T10:00:00Z"))
    return found


def update(client: Client, package: object, others: dict[str, Any]) -> None:
    request = UpdateFunctionRequest().from_map({**others, "code": {"zipFile": package}})
    headers = UpdateFunctionHeaders(if_match="tag")
    runtime = RuntimeOptions(connect_timeout=1, read_timeout=2, max_idle_conns=3)
    client.update_function_with_options("demo", "hello", request, headers, runtime)


@pytest.mark.parametrize("token", ["", "STS"])
@pytest.mark.parametrize("others", [OTHERS, {}])
def test_a_request_is_the_sdk_s_own_and_is_signed(sent: list[Sent], token: str, others: dict[str, Any]) -> None:
    keys = Credential("1234567890", "AKTEST", "SKTEST", token)
    update(Client(configured(ENDPOINT, "cn-hangzhou", keys)), TEXT, others)
    update(StreamingClient(configured(ENDPOINT, "cn-hangzhou", keys)), Inline(in_memory(PACKAGE)), others)
    theirs, ours = sent
    assert json.loads(ours.body) == json.loads(theirs.body) == {**others, "code": {"zipFile": TEXT}}
    moving = ("authorization", "x-acs-content-sha256")
    assert {name: value for name, value in ours.headers.items() if name not in moving} == {
        name: value for name, value in theirs.headers.items() if name not in moving
    }
    assert len(ours.request.body) == len(ours.body)
    assert ours.headers["x-acs-content-sha256"] == hashlib.sha256(ours.body).hexdigest()
    for request in (theirs.request, ours.request):
        assert (request.method, request.pathname) == ("PUT", "/2021-04-06/services/demo/functions/hello")
        assert (request.protocol, request.query) == ("http", {})
    for one in sent:
        seen = SignedRequest("PUT", one.request.pathname, "", one.headers, one.body)
        assert acs3.verify(seen, "SKTEST")
    limits = ("connectTimeout", "readTimeout", "maxIdleConns")
    assert [ours.runtime[name] for name in limits] == [theirs.runtime[name] for name in limits] == [1, 2, 3]


def test_the_body_can_be_sent_again(sent: list[Sent]) -> None:
    keys = Credential("1234567890", "AKTEST", "SKTEST")
    client = StreamingClient(configured(ENDPOINT, "cn-hangzhou", keys))
    package = Inline(in_memory(PACKAGE))
    update(client, package, OTHERS)
    update(client, package, OTHERS)
    assert sent[0].body == sent[0].body == sent[1].body


@pytest.mark.parametrize("cut", [lambda rest: 1, lambda rest: 2, lambda rest: 4, len])
def test_pieces_of_any_size_are_the_base64_of_the_whole(cut: Callable[[bytes], int]) -> None:
    def pieces(whole: bytes) -> Iterator[bytes]:
        while whole:
            yield whole[: cut(whole)]
            whole = whole[cut(whole) :]

    for size in range(9):
        assert b"".join(in_base64(pieces(PACKAGE[:size]))) == base64.b64encode(PACKAGE[:size])
        assert Inline(in_memory(PACKAGE[:size])).size == len(base64.b64encode(PACKAGE[:size]))
