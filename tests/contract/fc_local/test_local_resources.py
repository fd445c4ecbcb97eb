"""Service, function and trigger through the unmodified Python SDK."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException
from tests.contract.fc_local.clients import (
    ACCOUNT,
    ask,
    base64_zip,
    edited,
    failure,
    function_request,
    http_trigger_request,
    put_function,
    python_client,
    zipped,
)

from fc_local.checksum import crc64
from fc_local.server import LocalServer

OPTIONS = RuntimeOptions()


@pytest.mark.switches_at_default("legacy_fields")
def test_a_minimal_service_has_the_recorded_defaults(server: LocalServer) -> None:
    server.admin.clock("2021-07-15T03:21:22Z")
    made = edited(server, "CreateService", [], {"serviceName": "s"})
    service_id = made.pop("serviceId")
    assert len(service_id) == 36
    assert made == {
        "serviceName": "s",
        "description": "",
        "role": "",
        "internetAccess": True,
        "logConfig": {
            "project": "",
            "logstore": "",
            "enableRequestMetrics": False,
            "enableInstanceMetrics": False,
            "logBeginRule": "None",
        },
        "vpcConfig": {"vpcId": "", "vSwitchIds": [], "securityGroupId": "", "role": ""},
        "nasConfig": {"userId": -1, "groupId": -1, "mountPoints": []},
        "ossMountConfig": {"mountPoints": []},
        "tracingConfig": {"type": None, "params": None},
        "vendorConfig": None,
        "useSLRAuthentication": False,
        "createdTime": "2021-07-15T03:21:22Z",
        "lastModifiedTime": "2021-07-15T03:21:22Z",
    }


@pytest.mark.switches_at_default("legacy_fields", "fill_function_defaults")
def test_a_minimal_function_has_the_recorded_defaults(server: LocalServer) -> None:
    edited(server, "CreateService", [], {"serviceName": "s"})
    server.admin.clock("2021-07-15T15:11:38Z")
    code = {"zipFile": base64_zip()}
    body = {"functionName": "f", "runtime": "python3", "handler": "index.handler", "code": code}
    made = edited(server, "CreateFunction", ["s"], body)
    assert len(made.pop("functionId")) == 36
    assert made == {
        "functionName": "f",
        "description": "",
        "runtime": "python3",
        "handler": "index.handler",
        "timeout": 3,
        "initializer": None,
        "initializationTimeout": 3,
        "codeSize": len(zipped()),
        "codeChecksum": crc64(zipped()),
        "memorySize": 128,
        "environmentVariables": {},
        "instanceConcurrency": 1,
        "customContainerConfig": None,
        "caPort": None,
        "instanceType": "e1",
        "layers": None,
        "instanceLifecycleConfig": None,
        "cpu": None,
        "diskSize": None,
        "gpuMemorySize": None,
        "customDNS": None,
        "customRuntimeConfig": None,
        "customHealthCheckConfig": None,
        "instanceSoftConcurrency": None,
        "layersArnV2": None,
        "createdTime": "2021-07-15T15:11:38Z",
        "lastModifiedTime": "2021-07-15T15:11:38Z",
    }


def test_a_timer_keeps_its_configuration_as_it_was_given(server: LocalServer, client: Client) -> None:
    put_function(client)
    config = '{"payload":"","cronExpression":"@every 1m","enable":true}'
    server.admin.clock("2021-07-15T15:11:38Z")
    made = edited(
        server, "CreateTrigger", ["svc", "fn"], {"triggerName": "t", "triggerType": "timer", "triggerConfig": config}
    )
    assert len(made.pop("triggerId")) == 36
    assert made == {
        "triggerName": "t",
        "description": "",
        "triggerType": "timer",
        "sourceArn": None,
        "invocationRole": None,
        "qualifier": None,
        "triggerConfig": config,
        "createdTime": "2021-07-15T15:11:38Z",
        "lastModifiedTime": "2021-07-15T15:11:38Z",
    }


@pytest.mark.parametrize(("year", "absent"), [(2021, "customDNS"), (2022, "layersArnV2")])
@pytest.mark.switches_at_default("fill_function_defaults")
def test_an_older_service_leaves_newer_fields_out_while_they_are_default(
    server: LocalServer, client: Client, year: int, absent: str
) -> None:
    put_function(client)
    server.admin.switches(legacy_fields=year)
    assert absent not in edited(server, "GetFunction", ["svc", "fn"])
    assert ("logBeginRule" in edited(server, "GetService", ["svc"])["logConfig"]) == (year == 2022)
    edited(server, "UpdateFunction", ["svc", "fn"], {"layers": ["x#name#1"], "customDNS": {"searches": ["a"]}})
    assert absent in edited(server, "GetFunction", ["svc", "fn"])


def test_an_http_trigger_has_an_address_that_answers_here(server: LocalServer, client: Client) -> None:
    put_function(client)
    made = client.create_trigger("svc", "fn", http_trigger_request()).body
    assert made.url_internet == f"{server.url}/2016-08-15/proxy/svc/fn/"
    assert made.domain_name.endswith(".cn-hangzhou.fcapp.run")
    assert made.url_intranet.endswith(".cn-hangzhou-vpc.fcapp.run")
    assert json.loads(made.trigger_config) == {"authType": "anonymous", "methods": ["GET", "POST"]}


@pytest.mark.parametrize("kind", ["service", "function", "trigger"])
@pytest.mark.switches_at_default(
    "if_match_quotes", "if_match_star", "update_without_change_moves_etag", "etag_is_content_only"
)
def test_etag_and_if_match_guard_update_and_delete(server: LocalServer, client: Client, kind: str) -> None:
    etags = [put_function(client).headers["etag"]]
    if kind == "trigger":
        etags = [client.create_trigger("svc", "fn", http_trigger_request()).headers["etag"]]
    elif kind == "service":
        client.delete_function("svc", "fn")
        etags = [client.get_service("svc", m.GetServiceRequest()).headers["etag"]]
    names = {"service": ("svc",), "function": ("svc", "fn"), "trigger": ("svc", "fn", "web")}[kind]

    def get() -> str:
        request = () if kind == "trigger" else (getattr(m, f"Get{kind.capitalize()}Request")(),)
        etag: str = getattr(client, f"get_{kind}")(*names, *request).headers["etag"]
        return etag

    def update(if_match: str | None) -> str:
        request = getattr(m, f"Update{kind.capitalize()}Request")(description="changed")
        headers = getattr(m, f"Update{kind.capitalize()}Headers")(if_match=if_match)
        answer = getattr(client, f"update_{kind}_with_options")(*names, request, headers, OPTIONS)
        etag: str = answer.headers["etag"]
        return etag

    def delete(if_match: str | None) -> int:
        headers = getattr(m, f"Delete{kind.capitalize()}Headers")(if_match=if_match)
        status: int = getattr(client, f"delete_{kind}_with_options")(*names, headers, OPTIONS).status_code
        return status

    assert get() == get() == etags[0]
    assert len(etags[0]) == 32 and int(etags[0], 16)
    etags.append(update(etags[0]))
    etags.append(update(f'"{etags[1]}"'))
    assert len(set(etags)) == 3  # also when the description was the same already
    for stale in (*etags[:2], "invalid etag"):
        with pytest.raises(TeaException, match="the resource being modified has been changed") as caught:
            update(stale)
        assert (caught.value.statusCode, caught.value.code) == (412, "PreconditionFailed")
        assert failure(delete, stale) == (412, "PreconditionFailed")
    assert get() == etags[2]
    assert update("*") == get()
    assert delete(get()) == 204
    assert failure(delete, "anything") == (404, f"{kind.capitalize()}NotFound")


def test_an_update_that_changes_nothing_may_keep_the_etag(server: LocalServer, client: Client) -> None:
    server.admin.clock("2021-01-01T00:00:00Z")
    etag = put_function(client).headers["etag"]
    server.admin.clock("2021-01-01T00:00:05Z")
    server.admin.switches(update_without_change_moves_etag=False)
    same = client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=3))
    assert (same.headers["etag"], same.body.last_modified_time) == (etag, "2021-01-01T00:00:00Z")
    assert client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=4)).headers["etag"] != etag
    server.admin.switches(update_without_change_moves_etag=True)
    moved = client.update_function("svc", "fn", m.UpdateFunctionRequest())
    assert (moved.body.last_modified_time, moved.body.created_time) == ("2021-01-01T00:00:05Z", "2021-01-01T00:00:00Z")


@pytest.mark.switches_at_default("service_etag_covers_children")
def test_a_service_etag_covers_its_own_document_only_unless_switched(server: LocalServer, client: Client) -> None:
    put_function(client)
    before = client.get_service("svc", m.GetServiceRequest()).headers["etag"]
    client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=9))
    assert client.get_service("svc", m.GetServiceRequest()).headers["etag"] == before
    server.admin.switches(service_etag_covers_children=True)
    client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=8))
    assert client.get_service("svc", m.GetServiceRequest()).headers["etag"] != before


def test_the_sdks_misspelt_field_is_understood(client: Client) -> None:
    put_function(client)
    client.update_function("svc", "fn", m.UpdateFunctionRequest(instance_concurrency=5))
    assert client.get_function("svc", "fn", m.GetFunctionRequest()).body.instance_concurrency == 5


def test_keys_match_without_case_except_in_free_maps(server: LocalServer, client: Client) -> None:
    put_function(client)
    edited(
        server,
        "UpdateFunction",
        ["svc", "fn"],
        {"TIMEOUT": 7, "EnvironmentVariables": {"Timeout": "1", "timeout": "2"}},
    )
    found = edited(server, "GetFunction", ["svc", "fn"])
    assert (found["timeout"], found["environmentVariables"]) == (7, {"Timeout": "1", "timeout": "2"})


@pytest.mark.switches_at_default("fill_function_defaults", "legacy_fields")
def test_absent_and_null_leave_a_field_and_empties_clear_it(server: LocalServer, client: Client) -> None:
    given = {
        "description": "d",
        "initializer": "index.init",
        "environmentVariables": {"A": "1"},
        "layers": ["acs:fc:cn-hangzhou:1:layers/a/versions/1"],
        "timeout": 9,
    }
    put_function(client)
    edited(server, "UpdateFunction", ["svc", "fn"], given)
    unchanged = edited(server, "UpdateFunction", ["svc", "fn"], dict.fromkeys(given))
    assert {key: unchanged[key] for key in given} == given
    cleared = {"description": "", "initializer": "", "environmentVariables": {}, "layers": []}
    found = edited(server, "UpdateFunction", ["svc", "fn"], cleared)
    assert {key: found[key] for key in given} == {**cleared, "timeout": 9}
    assert found["layersArnV2"] is None


def test_environment_variables_are_replaced_as_a_whole(client: Client) -> None:
    put_function(client, environment_variables={"A": "1", "B": "2"})
    client.update_function("svc", "fn", m.UpdateFunctionRequest(environment_variables={"C": "3"}))
    assert client.get_function("svc", "fn", m.GetFunctionRequest()).body.environment_variables == {"C": "3"}
    client.update_function("svc", "fn", m.UpdateFunctionRequest(environment_variables={}))
    assert client.get_function("svc", "fn", m.GetFunctionRequest()).body.environment_variables == {}


@pytest.mark.switches_at_default("legacy_fields")
def test_a_struct_is_replaced_and_what_it_leaves_out_is_zero(server: LocalServer) -> None:
    log = {"project": "p", "logstore": "l", "enableRequestMetrics": True, "enableInstanceMetrics": True}
    edited(
        server,
        "CreateService",
        [],
        {"serviceName": "s", "logConfig": log, "tracingConfig": {"type": "Jaeger", "params": {"E": "x"}}},
    )
    found = edited(
        server, "UpdateService", ["s"], {"logConfig": {"project": "p", "logstore": "l"}, "tracingConfig": {}}
    )
    assert found["logConfig"] == {
        **log,
        "enableRequestMetrics": False,
        "enableInstanceMetrics": False,
        "logBeginRule": "None",
    }
    assert found["tracingConfig"] == {"type": None, "params": None}
    assert found["internetAccess"] is True
    emptied = {"nasConfig": {"mountPoints": []}, "vpcConfig": {"vpcId": "", "vswitchIds": [], "securityGroupId": ""}}
    found = edited(server, "UpdateService", ["s"], emptied)
    assert found["nasConfig"] == {"userId": -1, "groupId": -1, "mountPoints": []}
    assert found["vpcConfig"] == {"vpcId": "", "vSwitchIds": [], "securityGroupId": "", "role": ""}


def test_what_upstream_sends_to_clear_is_accepted(server: LocalServer, client: Client) -> None:
    put_function(client)
    found = edited(
        server,
        "UpdateFunction",
        ["svc", "fn"],
        {
            "instanceLifecycleConfig": {"preFreeze": {"handler": ""}, "preStop": {"handler": ""}},
            "customDNS": {"nameServers": None, "searches": None, "dnsOptions": None},
        },
    )
    hook = {"handler": "", "timeout": 3}
    assert found["instanceLifecycleConfig"] == {"preFreeze": hook, "preStop": hook}
    assert found["customDNS"] == {"nameServers": None, "searches": None, "dnsOptions": None}


def test_trigger_configuration_is_merged_one_level(server: LocalServer, client: Client) -> None:
    put_function(client)
    config = json.dumps({"cronExpression": "@every 1m", "enable": True, "payload": "x"})
    client.create_trigger(
        "svc", "fn", m.CreateTriggerRequest(trigger_name="t", trigger_type="timer", trigger_config=config)
    )
    updated = client.update_trigger("svc", "fn", "t", m.UpdateTriggerRequest(trigger_config='{"enable":false}'))
    expected = {"cronExpression": "@every 1m", "enable": False, "payload": "x"}
    assert json.loads(updated.body.trigger_config) == expected


def test_a_missing_resource_is_named_by_its_outermost_missing_level(client: Client) -> None:
    get = m.GetFunctionRequest()
    assert failure(client.get_function, "svc", "fn", get) == (404, "ServiceNotFound")
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    with pytest.raises(TeaException, match="function 'fn' does not exist in service 'svc'") as caught:
        client.get_function("svc", "fn", get)
    assert (caught.value.statusCode, caught.value.code) == (404, "FunctionNotFound")
    assert failure(client.get_trigger, "svc", "fn", "t") == (404, "FunctionNotFound")
    assert failure(client.create_trigger, "svc", "fn", http_trigger_request()) == (404, "FunctionNotFound")
    client.create_function("svc", function_request())
    assert failure(client.get_trigger, "svc", "fn", "t") == (404, "TriggerNotFound")
    qualified = m.GetFunctionRequest(qualifier="prod")
    assert failure(client.get_function, "svc", "fn", qualified) == (404, "AliasNotFound")
    assert client.get_function("svc", "fn", m.GetFunctionRequest(qualifier="LATEST")).status_code == 200


@pytest.mark.switches_at_default(
    "already_exists_status", "not_empty_status", "duplicate_http_trigger_status", "duplicate_http_trigger_code"
)
def test_what_exists_is_not_made_again_and_what_is_full_is_not_deleted(client: Client) -> None:
    put_function(client)
    client.create_trigger("svc", "fn", http_trigger_request())
    assert failure(client.create_service, m.CreateServiceRequest(service_name="svc")) == (409, "ServiceAlreadyExists")
    assert failure(client.create_function, "svc", function_request()) == (409, "FunctionAlreadyExists")
    assert failure(client.create_trigger, "svc", "fn", http_trigger_request()) == (409, "TriggerAlreadyExists")
    assert failure(client.create_trigger, "svc", "fn", http_trigger_request("second")) == (400, "InvalidArgument")
    assert failure(client.delete_service, "svc") == (409, "ServiceNotEmpty")
    assert failure(client.delete_function, "svc", "fn") == (409, "FunctionNotEmpty")
    client.update_trigger("svc", "fn", "web", m.UpdateTriggerRequest(description="x"))
    for done in (
        client.delete_trigger("svc", "fn", "web"),
        client.delete_function("svc", "fn"),
        client.delete_service("svc"),
    ):
        assert done.status_code == 204
    assert client.list_services(m.ListServicesRequest()).body.services == []


NAME = "^[_a-zA-Z][-_a-zA-Z0-9]*$"
VARIABLE = "^[a-zA-Z][a-zA-Z0-9_]*$"
VALUE = "^[[:print:]]+$"


def _misfit(field: str, allowed: str, actual: str) -> str:
    return f"{field} doesn't match expected format (allowed: {allowed}, actual: '{actual}')"


def _too_large(field: str, most: int, actual: int) -> str:
    return f"{field} is too large (max: {most}, actual: '{actual}')"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"functionName": "a$b"}, _misfit("FunctionName", NAME, "a$b")),
        ({"functionName": "x\n"}, _misfit("FunctionName", NAME, "x\n")),
        ({"functionName": "f" * 129}, "FunctionName is too long (max length: 128, actual: '129')"),
        ({"handler": None}, "Handler is required but not provided"),
        ({"memorySize": 64}, "MemorySize is too small (min: 128, actual: '64')"),
        ({"memorySize": 200}, "MemorySize must be a multiple of 64 MB"),
        ({"memorySize": 4096}, "MemorySize is too large (max: 3072, actual: '4096')"),
        (
            {"memorySize": 3072, "instanceType": "c1"},
            "MemorySize is set to an invalid value (allowed: 4096 | 8192 | 16384 | 32768, actual: '3072')",
        ),
        ({"timeout": 0}, "Timeout is too small (min: 1, actual: '0')"),
        ({"timeout": 86401}, "Timeout is too large (max: 86400, actual: '86401')"),
        ({"initializationTimeout": 301}, "InitializationTimeout is too large (max: 300, actual: '301')"),
        ({"instanceConcurrency": 101}, "InstanceConcurrency is too large (max: 100, actual: '101')"),
        ({"environmentVariables": {"A": ""}}, _misfit("Environment variable value", VALUE, "")),
        ({"environmentVariables": {"A": "a\nb"}}, _misfit("Environment variable value", VALUE, "a\nb")),
        ({"environmentVariables": {"1A": "x"}}, _misfit("Environment variable name", VARIABLE, "1A")),
        ({"environmentVariables": {"FC_X": "x"}}, "Environment variable name 'FC_X' is reserved"),
        (
            {"environmentVariables": {"A": "x" * 4096}},
            "EnvironmentVariables is too large (max: 4096 bytes, actual: '4097')",
        ),
        ({"code": None}, "Either ossBucketName/ossObjectName or zipFile must be set"),
        ({"code": {"ossBucketName": "b", "ossObjectName": "o"}}, "object 'o' does not exist in 'b'"),
        ({"code": {"zipFile": "aGVsbG8="}}, "ZipFile is not a valid zip file"),
        ({"code": {"zipFile": "%%"}}, "ZipFile is not valid base64"),
        ({"timeout": "5"}, "json: cannot unmarshal string into field timeout of type integer"),
        ({"cpu": 0.33}, "CPU must be a multiple of 0.05"),
        ({"cpu": 0.1}, "Disk is required but not provided"),
        (
            {"cpu": 0.15, "diskSize": 512, "memorySize": 1024},
            "the ratio of Memory(in GB) to CPU(in core) must be between 1 and 4, actual: 1.00/0.15(6.67)",
        ),
        ({"diskSize": 1024}, "DiskSize is set to an invalid value (allowed: 512 | 10240, actual: '1024')"),
        ({"gpuMemorySize": 100}, "GPUMemorySize must be a multiple of 1024 MB"),
        (
            {"gpuMemorySize": 1024},
            "InstanceType is set to an invalid value (allowed: g1 | fc.gpu.tesla.1 | fc.gpu.ampere.1, actual: 'e1')",
        ),
        (
            {"instanceType": "e2"},
            "InstanceType is set to an invalid value"
            " (allowed: e1 | c1 | g1 | fc.gpu.tesla.1 | fc.gpu.ampere.1, actual: 'e2')",
        ),
        ({"instanceConcurrency": 5, "instanceSoftConcurrency": 6}, _too_large("InstanceSoftConcurrency", 5, 6)),
        ({"instanceSoftConcurrency": 0}, "InstanceSoftConcurrency is too small (min: 1, actual: '0')"),
        ({"caPort": 65536}, _too_large("CAPort", 65535, 65536)),
        (
            {"instanceLifecycleConfig": {"preStop": {"handler": "a", "timeout": 91}}},
            _too_large("PreStop.Timeout", 90, 91),
        ),
        ({"customHealthCheckConfig": {"httpGetUrl": "/", "timeoutSeconds": 4}}, _too_large("TimeoutSeconds", 3, 4)),
        ({"layers": ["acs:fc:cn-hangzhou:1:layers/a/versions/1"] * 6}, _too_large("Layers", 5, 6)),
        (
            {"environmentVariables": {"A": "界" * 1366}},
            "EnvironmentVariables is too large (max: 4096 bytes, actual: '4099')",
        ),
    ],
)
@pytest.mark.switches_at_default("strict_names")
def test_a_bad_function_is_refused_in_the_services_words(
    server: LocalServer, client: Client, change: dict[str, Any], message: str
) -> None:
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    good = {"functionName": "fn", "runtime": "python3", "handler": "index.handler", "code": {"zipFile": base64_zip()}}
    answer = server.admin.edit("CreateFunction", ["svc"], {**good, **change})
    assert (answer["status"], answer["body"]["Code"], answer["body"]["Message"]) == (400, "InvalidArgument", message)
    assert server.admin.state()["services"]["svc"]["functions"] == {}
    assert server.admin.edit("CreateFunction", ["svc"], good)["status"] == 200
    if "functionName" not in change and change not in ({"code": None}, {"handler": None}):
        answer = server.admin.edit("UpdateFunction", ["svc", "fn"], change)
        assert (answer["status"], answer["body"]["Message"]) == (400, message)


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("timer", {}),
        ("timer", {"cronExpression": "* * *"}),
        ("timer", {"cronExpression": "@every 0m"}),
        ("timer", {"cronExpression": "@every 5s"}),
        ("http", {"authType": "nobody"}),
        ("http", {"methods": ["FETCH"]}),
        ("http", {"methods": "GET"}),
        ("http", "{not json"),
        ("pigeon", {}),
    ],
)
def test_a_bad_trigger_is_refused(server: LocalServer, client: Client, kind: str, config: object) -> None:
    put_function(client)
    body = {"triggerName": "t", "triggerType": kind, "triggerConfig": config}
    answer = server.admin.edit("CreateTrigger", ["svc", "fn"], body)
    assert (answer["status"], answer["body"]["Code"]) == (400, "InvalidArgument")


@pytest.mark.parametrize("cron", ["0 0 4 * * *", "@every 3m", "CRON_TZ=Asia/Shanghai 0 0 4 * * MON-FRI"])
def test_a_good_cron_expression_is_taken(server: LocalServer, client: Client, cron: str) -> None:
    put_function(client)
    edited(
        server,
        "CreateTrigger",
        ["svc", "fn"],
        {"triggerName": "t", "triggerType": "timer", "triggerConfig": {"CronExpression": cron}},
    )
    config = edited(server, "GetTrigger", ["svc", "fn", "t"])["triggerConfig"]
    assert json.loads(config) == {"cronExpression": cron}


def test_strict_names_and_size_limits_are_switches(server: LocalServer, client: Client) -> None:
    put_function(client)
    server.admin.switches(strict_names=True, code_size_limit=1000)
    assert failure(client.create_function, "svc", function_request("f" * 65)) == (400, "InvalidArgument")
    client.create_function("svc", function_request("f" * 64))
    big = m.Code(zip_file=base64_zip({"a": "x" * 2000}))
    update = m.UpdateFunctionRequest(code=big)
    assert failure(client.update_function, "svc", "fn", update) == (400, "EntityTooLarge")


@pytest.mark.switches_at_default("code_range")
def test_the_code_comes_back_as_it_was_sent(server: LocalServer, client: Client) -> None:
    checksum = put_function(client).body.code_checksum
    code = client.get_function_code("svc", "fn", m.GetFunctionCodeRequest()).body
    path = code.url.removeprefix(server.url)
    assert (code.checksum, crc64(zipped())) == (checksum, checksum)
    status, headers, data = ask(server.url, "GET", path)
    assert (status, headers["content-type"], data) == (200, "application/zip", zipped())
    status, headers, part = ask(server.url, "GET", path, headers={"Range": "bytes=2-5"})
    assert (status, part) == (206, zipped()[2:6])
    assert headers["content-range"] == f"bytes 2-5/{len(zipped())}"
    assert ask(server.url, "GET", path, headers={"Range": "bytes=-4"})[2] == zipped()[-4:]
    assert ask(server.url, "GET", path, headers={"Range": "bytes=100000-"})[0] == 416
    server.admin.switches(code_range=False)
    assert ask(server.url, "GET", path, headers={"Range": "bytes=2-5"})[0] == 200
    flipped = path[:-1] + ("A" if path[-1] != "A" else "B")
    assert ask(server.url, "GET", flipped)[0] == 403
    assert ask(server.url, "GET", path.split("?")[0])[0] == 403


def test_new_code_has_a_new_checksum_and_the_same_code_the_same(server: LocalServer, client: Client) -> None:
    put_function(client)
    same = client.update_function("svc", "fn", m.UpdateFunctionRequest(code=m.Code(zip_file=base64_zip())))
    assert same.body.code_checksum == crc64(zipped())
    other = {"index.py": "other"}
    new = client.update_function("svc", "fn", m.UpdateFunctionRequest(code=m.Code(zip_file=base64_zip(other))))
    assert (new.body.code_checksum, new.body.code_size) == (crc64(zipped(other)), len(zipped(other)))


@pytest.mark.switches_at_default("verify_code_checksum")
def test_a_checksum_header_is_verified_unless_switched_off(server: LocalServer, client: Client) -> None:
    put_function(client)
    request = m.UpdateFunctionRequest(code=m.Code(zip_file=base64_zip()))

    def update(checksum: str) -> Any:
        headers = m.UpdateFunctionHeaders(x_fc_code_checksum=checksum)
        return client.update_function_with_options("svc", "fn", request, headers, OPTIONS)

    assert update(crc64(zipped())).status_code == 200
    assert failure(update, "1") == (400, "InvalidArgument")
    server.admin.switches(verify_code_checksum=False)
    assert update("1").status_code == 200


@pytest.mark.switches_at_default("empty_token_at_end", "strict_limit")
def test_lists_are_paged_in_name_order(server: LocalServer, client: Client) -> None:
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    names = sorted(f"{letter}{number}" for letter in "aB_" for number in range(84))
    image = {"image": "registry/image:1"}  # no package to sync to disk, 252 times
    for name in reversed(names):
        body = {
            "functionName": name,
            "runtime": "custom-container",
            "handler": "-",
            "customContainerConfig": image,
        }
        assert server.admin.edit("CreateFunction", ["svc"], body)["status"] == 200

    def listed(**query: Any) -> tuple[list[str], str | None]:
        body = client.list_functions("svc", m.ListFunctionsRequest(**query)).body
        return [item.function_name for item in body.functions], body.next_token

    def walk(**query: Any) -> list[list[str]]:
        pages, token = [], None
        while True:
            page, token = listed(**query, next_token=token)
            pages.append(page)
            if not token:
                return pages

    assert [len(page) for page in walk(limit=100)] == [100, 100, 52]
    assert list(chain.from_iterable(walk(limit=100))) == names
    assert list(chain.from_iterable(walk(limit=7, prefix="B"))) == [name for name in names if name.startswith("B")]
    assert len(listed()[0]) == 20
    assert listed(start_key=names[200], limit=2)[0] == names[200:202]
    assert listed(start_key="a5", prefix="a", limit=1)[0] == ["a5"]
    assert listed(start_key="zzz") == ([], None)
    assert failure(listed_with := lambda limit: listed(limit=limit), 0) == (400, "InvalidArgument")
    assert failure(listed_with, 101) == (400, "InvalidArgument")
    server.admin.switches(strict_limit=False, empty_token_at_end=True)
    assert len(listed(limit=1000)[0]) == 100
    assert listed(prefix="zzz") == ([], "")


def test_regions_and_accounts_do_not_mix(server: LocalServer, client: Client) -> None:
    shanghai = python_client(server.url, base="/~cn-shanghai")
    put_function(client)
    put_function(shanghai, function="other")
    shanghai.create_trigger("svc", "other", http_trigger_request())
    assert [f.function_name for f in client.list_functions("svc", m.ListFunctionsRequest()).body.functions] == ["fn"]
    found = shanghai.get_trigger("svc", "other", "web").body
    assert found.url_internet == f"{server.url}/~cn-shanghai/2016-08-15/proxy/svc/other/"
    url = shanghai.get_function_code("svc", "other", m.GetFunctionCodeRequest()).body.url
    assert ask(server.url, "GET", url.removeprefix(server.url))[2] == zipped()
    own = python_client(server.url, key=server.keys[-1])
    assert own.list_services(m.ListServicesRequest()).body.services == []
    assert set(server.admin.state(region="cn-shanghai")["services"]["svc"]["functions"]) == {"other"}
    places = {(entry["account"], entry["region"]) for entry in server.admin.journal()}
    assert places == {(ACCOUNT, "cn-hangzhou"), (ACCOUNT, "cn-shanghai"), (server.keys[-1][2], "cn-hangzhou")}


def test_later_operations_are_refused_as_unsupported_paths(client: Client) -> None:
    assert failure(client.list_reserved_capacities, m.ListReservedCapacitiesRequest()) == (404, "PathNotSupported")
    assert failure(client.get_service, "", m.GetServiceRequest()) == (404, "PathNotSupported")
    assert client.get_account_settings().body.available_azs


@pytest.mark.switches_at_default("uuid_request_ids")
def test_a_delete_leaves_the_connection_usable(client: Client) -> None:
    for _ in range(3):
        client.create_service(m.CreateServiceRequest(service_name="svc"))
        gone = client.delete_service("svc")
        assert (gone.status_code, "content-length" in gone.headers) == (204, False)
    assert client.list_services(m.ListServicesRequest()).headers["x-fc-request-id"].startswith("1-")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"serviceName":NaN}', b'{"description":' * 9 + b"1", b"\xff"])
def test_a_malformed_body_is_refused(server: LocalServer, body: bytes) -> None:
    server.admin.switches(auth="off")
    status, headers, answer = ask(server.url, "POST", "/2021-04-06/services", body)
    assert (status, headers["content-type"]) == (400, "application/json")
    assert json.loads(answer)["ErrorCode"] == json.loads(answer)["Code"] == "InvalidArgument"


def test_half_a_character_is_stored_as_its_replacement(server: LocalServer) -> None:
    server.admin.switches(auth="off")
    body = b'{"serviceName":"s","description":"a\\ud800b\\ud83d\\ude00"}'
    assert ask(server.url, "POST", "/2021-04-06/services", body)[0] == 200
    assert edited(server, "GetService", ["s"])["description"] == "a\ufffdb\U0001f600"


def test_container_functions_have_no_code(server: LocalServer, client: Client) -> None:
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    image = {"image": "registry/image:1"}
    body = {"functionName": "box", "runtime": "custom-container", "handler": "-", "customContainerConfig": image}
    made = edited(server, "CreateFunction", ["svc"], body)
    assert (made["caPort"], made["codeChecksum"]) == (9000, "")
    found = edited(server, "GetFunction", ["svc", "box"])["customContainerConfig"]
    assert found == {**image, "accelerationInfo": {"status": "Ready"}}
    assert edited(server, "GetFunctionCode", ["svc", "box"]) == {"url": "", "checksum": ""}
