"""Both answers to an open question, where no other test shows them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from tests.contract.fc_local.clients import (
    ask,
    base64_zip,
    edited,
    failure,
    function_request,
    http_trigger_request,
    put_function,
    refused,
)

from fc_local.server import LocalServer

FN = ["svc", "fn"]
QUEUE = {"onFailure": {"destination": "acs:mns:::/queues/q/messages"}}
CERT = {"certName": "c", "certificate": "-----BEGIN CERTIFICATE-----", "privateKey": "-----BEGIN RSA PRIVATE KEY-----"}


def _update(client: Client, if_match: str, **settings: Any) -> str:
    headers = m.UpdateFunctionHeaders(if_match=if_match)
    request = m.UpdateFunctionRequest(**settings)
    etag: str = client.update_function_with_options("svc", "fn", request, headers, RuntimeOptions()).headers["etag"]
    return etag


def test_if_match_may_be_compared_as_it_is_sent(server: LocalServer, client: Client) -> None:
    etag = put_function(client).headers["etag"]
    server.admin.switches(if_match_quotes=True, if_match_star=True, update_without_change_moves_etag=True)
    for wrapped in ('"{}"', 'W/"{}"', "other, {}"):
        etag = _update(client, wrapped.format(etag), timeout=9)
    etag = _update(client, "*")
    server.admin.switches(if_match_quotes=False, if_match_star=False)
    for text in (f'"{etag}"', f'W/"{etag}"', "*"):
        assert failure(_update, client, text) == (412, "PreconditionFailed")
    _update(client, etag)


def test_an_edit_taken_back_may_bring_its_etag_back(server: LocalServer, client: Client) -> None:
    put_function(client)
    for by_content in (True, False):
        server.admin.switches(etag_is_content_only=by_content, update_without_change_moves_etag=True)
        etags = [
            client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=seconds)).headers["etag"]
            for seconds in (5, 6, 5)
        ]
        assert (etags[0] == etags[2], etags[0] == etags[1]) == (by_content, False)


def test_domains_and_configs_may_have_no_etag(server: LocalServer, client: Client) -> None:
    put_function(client)
    for op, path, body in (
        ("CreateCustomDomain", ["a.example.com"], {}),
        ("PutFunctionAsyncInvokeConfig", FN, {"maxAsyncRetryAttempts": 1}),
        ("PutFunctionOnDemandConfig", FN, {"maximumInstanceCount": 1}),
    ):
        edited(server, op, path, body)
    reads = (
        ("GetCustomDomain", ["a.example.com"], "UpdateCustomDomain"),
        ("GetFunctionAsyncInvokeConfig", FN, "PutFunctionAsyncInvokeConfig"),
        ("GetFunctionOnDemandConfig", FN, "PutFunctionOnDemandConfig"),
    )
    for has_etag in (True, False):
        server.admin.switches(etag_on_domains_and_configs=has_etag)
        for read, path, write in reads:
            assert (server.admin.edit(read, path)["etag"] is not None) == has_etag
            answer = server.admin.edit(write, path, {"maximumInstanceCount": 2}, if_match="stale")
            assert answer["status"] == (412 if has_etag else 200)


@pytest.mark.parametrize("replaces", [True, False])
def test_an_async_put_replaces_or_merges(server: LocalServer, client: Client, replaces: bool) -> None:
    put_function(client)
    server.admin.switches(async_put_replaces=replaces, fill_async_defaults=False)
    edited(server, "PutFunctionAsyncInvokeConfig", FN, {"maxAsyncRetryAttempts": 1, "destinationConfig": QUEUE})
    put = edited(server, "PutFunctionAsyncInvokeConfig", FN, {"maxAsyncEventAgeInSeconds": 60})
    assert (put["maxAsyncRetryAttempts"], put["maxAsyncEventAgeInSeconds"]) == (None if replaces else 1, 60)
    assert (put["destinationConfig"]["onFailure"] is None) == replaces


@pytest.mark.parametrize("fills", [True, False])
def test_numbers_nobody_gave_an_async_config_read_as_defaults_or_null(
    server: LocalServer, client: Client, fills: bool
) -> None:
    put_function(client)
    server.admin.switches(fill_async_defaults=fills)
    put = edited(server, "PutFunctionAsyncInvokeConfig", FN, {"destinationConfig": QUEUE})
    found = [put[key] for key in ("maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts", "statefulInvocation")]
    assert found == ([86400, 3, False] if fills else [None] * 3)


@pytest.mark.parametrize("merges", [True, False])
def test_a_domain_update_leaves_or_resets_what_it_does_not_name(server: LocalServer, merges: bool) -> None:
    server.admin.switches(domain_update_merges=merges)
    edited(server, "CreateCustomDomain", ["a.example.com"], {"certConfig": CERT, "wafConfig": {"enableWAF": True}})
    changed = edited(server, "UpdateCustomDomain", ["a.example.com"], {"protocol": "HTTP"})
    assert changed["certConfig"]["certName"] == ("c" if merges else None)
    assert (changed.get("wafConfig") == {"enableWAF": True}) == merges
    assert changed["accountId"]


@pytest.mark.parametrize(("last", "timeout"), [(True, 8), (False, 7)])
def test_of_keys_that_differ_in_case_the_last_or_the_first_counts(
    server: LocalServer, client: Client, last: bool, timeout: int
) -> None:
    put_function(client)
    server.admin.switches(duplicate_keys_last_wins=last, auth="off")
    body = b'{"timeout":7,"Timeout":8,"environmentVariables":{"a":"1","A":"2"}}'
    status, _, answer = ask(server.url, "PUT", "/2021-04-06/services/svc/functions/fn", body)
    found = json.loads(answer)
    assert (status, found["timeout"], found["environmentVariables"]) == (200, timeout, {"a": "1", "A": "2"})


@pytest.mark.parametrize("status", [400, 409])
def test_the_status_of_what_exists_is_full_or_is_doubled(server: LocalServer, client: Client, status: int) -> None:
    put_function(client)
    client.create_trigger("svc", "fn", http_trigger_request())
    server.admin.switches(
        already_exists_status=status,
        not_empty_status=status,
        duplicate_http_trigger_status=status,
        duplicate_http_trigger_code="TriggerAlreadyExists",
    )
    assert failure(client.create_function, "svc", function_request()) == (status, "FunctionAlreadyExists")
    assert failure(client.delete_function, "svc", "fn") == (status, "FunctionNotEmpty")
    assert failure(client.create_trigger, "svc", "fn", http_trigger_request("two")) == (status, "TriggerAlreadyExists")


@pytest.mark.parametrize("extra", [True, False])
def test_an_error_may_have_more_keys(server: LocalServer, client: Client, extra: bool) -> None:
    server.admin.switches(error_extra_keys=extra)
    status, _, body = ask(server.url, "GET", "/2021-04-06/services")
    assert (status, {"HostId", "AccessDeniedDetail"} <= json.loads(body).keys()) == (400, extra)
    assert failure(client.get_service, "none", m.GetServiceRequest()) == (404, "ServiceNotFound")


def test_a_list_may_have_an_etag(server: LocalServer, client: Client) -> None:
    put_function(client)
    for has_etag in (True, False):
        server.admin.switches(etag_on_list=has_etag)
        assert ("etag" in client.list_services(m.ListServicesRequest()).headers) == has_etag


def test_limits_are_held_where_asked_for(server: LocalServer, client: Client) -> None:
    put_function(client)
    server.admin.switches(account_limits=True, max_instance_concurrency=3, version_limit=1, version_limit_code="Full")
    config = json.dumps({"cronExpression": "@every 1m", "enable": False})
    for number in range(10):
        request = m.CreateTriggerRequest(trigger_name=f"t{number}", trigger_type="timer", trigger_config=config)
        client.create_trigger("svc", "fn", request)
    assert failure(client.create_trigger, "svc", "fn", http_trigger_request()) == (400, "LimitExceededError")
    answer = refused(server, "UpdateFunction", FN, {"instanceConcurrency": 4})
    assert answer == ("InvalidArgument", "InstanceConcurrency is too large (max: 3, actual: '4')")
    client.publish_service_version("svc", m.PublishServiceVersionRequest())
    client.update_service("svc", m.UpdateServiceRequest(description="x"))
    assert refused(server, "PublishServiceVersion", ["svc"])[0] == "Full"


def test_a_download_url_ends(server: LocalServer, client: Client) -> None:
    put_function(client)
    server.admin.switches(code_url_seconds=1)
    url = client.get_function_code("svc", "fn", m.GetFunctionCodeRequest()).body.url.removeprefix(server.url)
    assert ask(server.url, "GET", url)[0] == 200
    deadline = time.monotonic() + 10
    while ask(server.url, "GET", url)[0] == 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    status, headers, body = ask(server.url, "GET", url)
    assert (status, headers["content-type"], b"Request has expired." in body) == (403, "application/xml", True)


def test_a_foreign_account_may_be_let_in(server: LocalServer, client: Client) -> None:
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    headers = m.GetServiceHeaders(x_fc_account_id="999")
    get = client.get_service_with_options
    assert failure(get, "svc", m.GetServiceRequest(), headers, RuntimeOptions()) == (403, "CrossAccountAccessDenied")
    server.admin.switches(check_account=False)
    assert get("svc", m.GetServiceRequest(), headers, RuntimeOptions()).body.service_name == "svc"


def test_code_from_the_request_counts_where_an_object_is_named_too(server: LocalServer, client: Client) -> None:
    put_function(client)
    code = {"zipFile": base64_zip(), "ossBucketName": "none", "ossObjectName": "none"}
    assert edited(server, "UpdateFunction", FN, {"code": code})["codeSize"] > 0
