"""The recorded requests of the facts (2.2, 2.7) verify, and nothing near them does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from alibabacloud_fc_open20210406 import models as m
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException
from tests.contract.fc_local.clients import KEY, ask, http_trigger_request, node_calls, put_function, python_client

from fc_local.server import LocalServer
from fc_local.signatures import SignedRequest, acs3, fc

SECRET = "SKTEST"
_AGENT = "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2"
_COMMON = {
    "host": "127.0.0.1:18080",
    "x-acs-version": "2021-04-06",
    "user-agent": _AGENT,
    "x-acs-date": "2026-11-23T18:08:07Z",
    "accept": "application/json",
    "x-acs-credentials-provider": "static_ak",
}
_SIGNED = (
    "accept;content-type;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;"
    "x-acs-date;x-acs-signature-nonce;x-acs-version"
)
_PATH = "/2021-04-06/services/my-svc/functions/fn"

PUT_2021 = SignedRequest(
    "PUT",
    _PATH,
    "",
    {
        **_COMMON,
        "x-acs-action": "UpdateFunction",
        "x-acs-signature-nonce": "bec9a6e9883f340042dc80d91f73e053",
        "content-type": "application/json; charset=utf-8",
        "x-acs-content-sha256": "cff60cd698613eefe7887e260ea31bd0f6a3bed2b0f5fbae6a72b307fa228bb7",
        "authorization": f"ACS3-HMAC-SHA256 Credential=AKTEST,SignedHeaders={_SIGNED},"
        "Signature=51ec4da2328dae3dcbfc4cfc33b415c7a98361a5dd9be48ebcf78628a670de36",
    },
    b'{"InstanceConcurrency":5,"environmentVariables":{},"memorySize":512}',
)
DELETE_2021 = SignedRequest(
    "DELETE",
    _PATH,
    "",
    {
        **_COMMON,
        "x-acs-action": "DeleteFunction",
        "x-acs-signature-nonce": "0f6212fdf9b10fe74ee2e593fedaa425",
        "if-match": '"abc123"',
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "authorization": "ACS3-HMAC-SHA256 Credential=AKTEST,"
        f"SignedHeaders={_SIGNED.replace('content-type;', '').replace('host;', 'host;if-match;')},"
        "Signature=c68db100d47bf50ada0ea5bf004b3b8aff2a959baae37ed7ed999e3f865ba484",
    },
    b"",
)
PUT_2016 = SignedRequest(
    "PUT",
    "/2016-08-15/services/my-svc/functions/fn",
    "",
    {
        "date": "Mon, 23 Nov 2026 18:33:29 GMT",
        "host": "127.0.0.1",
        "x-fc-account-id": "1234567890",
        "if-match": "abc",
        "content-type": "application/json",
        "content-md5": "MjcxMjYxYTEyNTUwOGNlOGVlMjVmYTUzYzRkN2JlNGU=",
        "authorization": "FC AKTEST:4m3vDE3NYHISkX6mBtTdzQglD7HmF15Acr2+CP8zszo=",
    },
    b'{"description":"x","environmentVariables":{}}',
)


@pytest.mark.parametrize("request_", [PUT_2021, DELETE_2021])
def test_a_recorded_2021_request_verifies(request_: SignedRequest) -> None:
    assert acs3.verify(request_, SECRET)


@pytest.mark.parametrize("header", ["host", "user-agent", "x-acs-date", "x-acs-action", "authorization"])
def test_a_changed_header_breaks_a_2021_signature(header: str) -> None:
    changed = {**PUT_2021.headers, header: PUT_2021.headers[header][:-1] + "5"}
    assert not acs3.verify(replace(PUT_2021, headers=changed), SECRET)


def test_a_2021_signature_covers_method_path_query_body_and_every_acs_header() -> None:
    assert not acs3.verify(replace(PUT_2021, method="POST"), SECRET)
    assert not acs3.verify(replace(PUT_2021, path=_PATH + "x"), SECRET)
    assert not acs3.verify(replace(PUT_2021, query="a=1"), SECRET)
    assert not acs3.verify(replace(PUT_2021, body=PUT_2021.body + b" "), SECRET)
    assert not acs3.verify(replace(PUT_2021, headers={**PUT_2021.headers, "x-acs-security-token": "t"}), SECRET)
    assert not acs3.verify(PUT_2021, "SKTESU")


def test_a_recorded_2016_request_verifies() -> None:
    assert fc.verify(PUT_2016, SECRET)


def test_if_match_is_no_part_of_a_2016_signature() -> None:
    assert fc.verify(replace(PUT_2016, headers={**PUT_2016.headers, "if-match": "other"}), SECRET)


def test_a_2016_signature_covers_method_path_date_account_and_body() -> None:
    assert not fc.verify(replace(PUT_2016, method="POST"), SECRET)
    assert not fc.verify(replace(PUT_2016, path=PUT_2016.path + "x"), SECRET)
    for header in ("date", "x-fc-account-id", "content-type", "content-md5"):
        changed = {**PUT_2016.headers, header: PUT_2016.headers[header] + "0"}
        assert not fc.verify(replace(PUT_2016, headers=changed), SECRET)
    assert not fc.verify(replace(PUT_2016, body=b"{}"), SECRET)
    assert not fc.verify(PUT_2016, "other")


def test_a_2016_request_may_carry_the_true_content_md5() -> None:
    md5 = base64.b64encode(hashlib.md5(PUT_2016.body, usedforsecurity=False).digest()).decode()
    unsigned = replace(PUT_2016, headers={**PUT_2016.headers, "content-md5": md5})
    headers = {**unsigned.headers, "authorization": f"FC AKTEST:{fc.signature(unsigned, SECRET)}"}
    assert fc.verify(replace(unsigned, headers=headers), SECRET)


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"signature_algorithm": "v2"},
        {"security_token": "token"},
        {"signature_algorithm": "v2", "security_token": "token"},
    ],
)
def test_the_sdk_is_let_in_with_every_scheme(server: LocalServer, config: dict[str, Any]) -> None:
    client = python_client(server.url, **config)
    client.create_service(m.CreateServiceRequest(service_name="svc", description="é ~*"))
    page = client.list_services(m.ListServicesRequest(limit=5, prefix="s v&=~", start_key="a+b"))
    assert page.body.services == []
    client.delete_service("svc")


def test_wrong_keys_are_refused_by_both_apis(server: LocalServer) -> None:
    for key, code in ((("AKTEST", "other", ""), "SignatureNotMatch"), (("AKNONE", "x", ""), "InvalidAccessKeyID")):
        for scheme in ({}, {"signature_algorithm": "v2"}):
            with pytest.raises(TeaException) as caught:
                python_client(server.url, key=key, **scheme).list_services(m.ListServicesRequest())
            assert (caught.value.statusCode, caught.value.code) == (403, code)
        (answer,) = node_calls(server.url, [["listServices"]], accessKeyID=key[0], accessKeySecret=key[1])
        assert answer["error"]["code"] == code
    assert {entry["code"] for entry in server.admin.journal()} == {"SignatureNotMatch", "InvalidAccessKeyID"}


def test_an_unsigned_request_is_refused(server: LocalServer) -> None:
    status, _, body = ask(server.url, "GET", "/2021-04-06/services")
    assert (status, b"MissingRequiredHeader" in body) == (400, True)


def _signed_at(moment: float) -> dict[str, str]:
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(moment))
    request = SignedRequest("GET", "/2016-08-15/services", "", {"date": date}, b"")
    return {"Date": date, "Authorization": f"FC {KEY[0]}:{fc.signature(request, KEY[1])}"}


def test_a_request_from_another_time_is_refused_unless_switched_off(server: LocalServer) -> None:
    for away, expected in ((0, 200), (-890, 200), (-910, 403), (910, 403)):
        headers = _signed_at(time.time() + away)
        status, _, body = ask(server.url, "GET", "/2016-08-15/services", headers=headers)
        assert status == expected
        assert (b"RequestTimeTooSkewed" in body) == (expected == 403)
    server.admin.switches(clock_skew_seconds=0)
    assert ask(server.url, "GET", "/2016-08-15/services", headers=_signed_at(0))[0] == 200


def test_auth_may_be_noted_or_ignored(server: LocalServer) -> None:
    stranger = python_client(server.url, key=("AKTEST", "other", ""))
    server.admin.switches(auth="log")
    stranger.create_service(m.CreateServiceRequest(service_name="svc"))
    assert server.admin.journal()[-1]["auth_error"] == "SignatureNotMatch"
    server.admin.switches(auth="off")
    stranger.get_service("svc", m.GetServiceRequest())
    assert server.admin.journal()[-1]["auth_error"] is None
    server.admin.switches(auth=None)
    with pytest.raises(TeaException, match="signature"):
        stranger.delete_service("svc")


def test_a_key_of_one_account_does_not_open_another(server: LocalServer) -> None:
    headers = m.GetServiceHeaders(x_fc_account_id="999")
    client = python_client(server.url)
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    with pytest.raises(TeaException) as caught:
        client.get_service_with_options("svc", m.GetServiceRequest(), headers, RuntimeOptions())
    assert caught.value.code == "CrossAccountAccessDenied"


def test_a_function_with_auth_type_function_wants_a_signature_header_or_url(server: LocalServer) -> None:
    client = python_client(server.url)
    put_function(client, handler="index.handler")
    client.create_trigger("svc", "fn", http_trigger_request(authType="function", methods=["GET"]))
    path = "/2016-08-15/proxy/svc/fn/a"
    assert ask(server.url, "GET", path)[0] == 400
    expires = str(int(time.time()) + 60)
    query = f"b=1&x-fc-access-key-id={KEY[0]}&x-fc-expires={expires}"
    unsigned = SignedRequest("GET", path, query, {}, b"")
    signature = fc.signature(unsigned, KEY[1], expires)
    good = ask(server.url, "GET", f"{path}?{query}&x-fc-signature={quote(signature, safe='')}")
    bad = ask(server.url, "GET", f"{path}?{query}0&x-fc-signature={quote(signature, safe='')}")
    assert b"SignatureNotMatch" not in good[2]
    assert bad[0] == 403
    assert hmac.compare_digest(server.admin.journal()[-1]["code"], "SignatureNotMatch")
