"""Async invocation, provisioned and on-demand instances of a function at a qualifier."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from tests.contract.fc_local.clients import ACCOUNT, edited, failure, node_calls, put_function, refused

from fc_local.server import LocalServer

FN = ["svc", "fn"]
QUEUE = "acs:mns:cn-hangzhou:1:/queues/q/messages"
GET_ASYNC = m.GetFunctionAsyncInvokeConfigRequest()


def _released(client: Client) -> str:
    """A function with version 1 and alias prod."""
    put_function(client)
    version: str = client.publish_service_version("svc", m.PublishServiceVersionRequest()).body.version_id
    client.create_alias("svc", m.CreateAliasRequest(alias_name="prod", version_id=version))
    return version


@pytest.mark.switches_at_default("fill_async_defaults", "async_put_replaces", "etag_on_domains_and_configs")
def test_an_async_config_is_put_read_listed_and_deleted(server: LocalServer, client: Client) -> None:
    _released(client)
    assert failure(client.get_function_async_invoke_config, "svc", "fn", GET_ASYNC) == (404, "AsyncConfigNotExists")
    assert refused(server, "GetFunctionAsyncInvokeConfig", FN)[1] == "AsyncConfig for svc:fn does not exist."
    assert edited(server, "ListFunctionAsyncInvokeConfigs", FN) == {"configs": None, "nextToken": ""}
    server.admin.clock("2021-07-15T03:21:22Z")
    failure_only = {"destinationConfig": {"onFailure": {"destination": QUEUE}}, "maxAsyncRetryAttempts": 1}
    put = edited(server, "PutFunctionAsyncInvokeConfig", FN, failure_only)
    assert put == {
        "service": "svc",
        "function": "fn",
        "qualifier": "LATEST",
        "destinationConfig": {"onSuccess": None, "onFailure": {"destination": QUEUE}},
        "maxAsyncEventAgeInSeconds": None,
        "maxAsyncRetryAttempts": 1,
        "statefulInvocation": None,
        "createdTime": "2021-07-15T03:21:22Z",
        "lastModifiedTime": "2021-07-15T03:21:22Z",
    }
    server.admin.clock("2021-07-15T03:21:23Z")
    request = m.PutFunctionAsyncInvokeConfigRequest(max_async_event_age_in_seconds=60, qualifier="prod")
    other = client.put_function_async_invoke_config("svc", "fn", request)
    assert (other.body.qualifier, other.body.max_async_event_age_in_seconds) == ("prod", 60)
    again = client.put_function_async_invoke_config(
        "svc", "fn", m.PutFunctionAsyncInvokeConfigRequest(stateful_invocation=True)
    ).body
    assert (again.max_async_retry_attempts, again.stateful_invocation) == (None, True)
    assert (again.created_time, again.last_modified_time) == ("2021-07-15T03:21:22Z", "2021-07-15T03:21:23Z")
    listed = client.list_function_async_invoke_configs(
        "svc", "fn", m.ListFunctionAsyncInvokeConfigsRequest(limit=1)
    ).body
    assert [config.qualifier for config in listed.configs] == ["LATEST"]
    assert listed.next_token
    read = client.get_function_async_invoke_config("svc", "fn", m.GetFunctionAsyncInvokeConfigRequest(qualifier="prod"))
    assert read.headers["etag"] == other.headers["etag"]
    assert (
        client.delete_function_async_invoke_config(
            "svc", "fn", m.DeleteFunctionAsyncInvokeConfigRequest(qualifier="prod")
        ).status_code
        == 204
    )
    assert [config["qualifier"] for config in edited(server, "ListFunctionAsyncInvokeConfigs", FN)["configs"]] == [
        "LATEST"
    ]


def test_the_node_client_names_the_qualifier_in_the_path(server: LocalServer, client: Client) -> None:
    _released(client)
    body = {"DestinationConfig": {"OnSuccess": {"Destination": QUEUE}}, "MaxAsyncRetryAttempts": 0}
    results = node_calls(
        server.url,
        [
            ["putFunctionAsyncConfig", "svc", "fn", "prod", body],
            ["getFunctionAsyncConfig", "svc", "fn", "prod"],
            ["getFunctionAsyncConfig", "svc", "fn", "LATEST"],
            ["listFunctionAsyncConfigs", "svc", "fn"],
            ["putProvisionConfig", "svc", "fn", "prod", {"target": 2}],
            ["getProvisionConfig", "svc", "fn", "prod"],
            ["listProvisionConfigs", {"serviceName": "svc", "qualifier": "prod"}],
            ["deleteFunctionAsyncConfig", "svc", "fn", "prod"],
        ],
    )
    assert [index for index, result in enumerate(results) if "error" in result] == [2]
    assert results[2]["error"]["code"] == "AsyncConfigNotExists"
    assert results[1]["data"]["destinationConfig"] == {"onSuccess": {"destination": QUEUE}, "onFailure": None}
    assert (results[1]["data"]["qualifier"], results[1]["data"]["maxAsyncRetryAttempts"]) == ("prod", 0)
    assert len(results[3]["data"]["configs"]) == 1
    resource = f"{ACCOUNT}#svc#prod#fn"
    assert (results[5]["data"]["resource"], results[5]["data"]["target"]) == (resource, 2)
    assert [one["resource"] for one in results[6]["data"]["provisionConfigs"]] == [resource]
    assert [entry["write"] for entry in server.admin.journal()[-8:]] == [True, *[False] * 3, True, False, False, True]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"maxAsyncEventAgeInSeconds": 0}, "MaxAsyncEventAgeInSeconds is too small (min: 1, actual: '0')"),
        (
            {"maxAsyncEventAgeInSeconds": 2592001},
            "MaxAsyncEventAgeInSeconds is too large (max: 2592000, actual: '2592001')",
        ),
        ({"maxAsyncRetryAttempts": 9}, "MaxAsyncRetryAttempts is too large (max: 8, actual: '9')"),
        (
            {"destinationConfig": {"onSuccess": {"destination": "queue"}}},
            "Destination doesn't match expected format (allowed: ^acs:.*$, actual: 'queue')",
        ),
    ],
)
def test_a_bad_async_config_is_refused(server: LocalServer, client: Client, body: dict[str, Any], message: str) -> None:
    put_function(client)
    assert refused(server, "PutFunctionAsyncInvokeConfig", FN, body) == ("InvalidArgument", message)


def test_what_is_missing_is_named_from_the_outside_in(server: LocalServer, client: Client) -> None:
    for op in ("PutFunctionAsyncInvokeConfig", "GetProvisionConfig", "DeleteFunctionOnDemandConfig"):
        assert refused(server, op, FN)[0] == "ServiceNotFound"
    put_function(client, function="other")
    assert refused(server, "PutFunctionAsyncInvokeConfig", FN)[0] == "FunctionNotFound"
    put_function(client)
    assert refused(server, "PutFunctionAsyncInvokeConfig", FN, {"qualifier": "prod"})[0] == "AliasNotFound"
    assert refused(server, "PutProvisionConfig", FN, {"qualifier": "4"})[0] == "VersionNotFound"
    assert refused(server, "GetFunctionAsyncInvokeConfig", FN)[0] == "AsyncConfigNotExists"
    assert refused(server, "DeleteFunctionAsyncInvokeConfig", FN)[0] == "AsyncConfigNotExists"
    assert refused(server, "GetProvisionConfig", FN)[0] == "ProvisionConfigNotFound"
    assert refused(server, "GetFunctionOnDemandConfig", FN)[0] == "OnDemandConfigNotFound"


def test_a_function_takes_its_settings_with_it(server: LocalServer, client: Client) -> None:
    put_function(client)
    edited(server, "PutFunctionAsyncInvokeConfig", FN, {"maxAsyncRetryAttempts": 1})
    edited(server, "PutFunctionOnDemandConfig", FN, {"maximumInstanceCount": 5})
    edited(server, "PutProvisionConfig", FN, {"target": 1})
    state = server.admin.state()["services"]["svc"]["functions"]["fn"]
    assert state["asyncConfigs"]["LATEST"]["maxAsyncRetryAttempts"] == 1
    assert state["onDemandConfigs"]["LATEST"]["maximumInstanceCount"] == 5
    assert state["provisionConfigs"]["LATEST"]["target"] == 1
    assert refused(server, "DeleteFunction", FN)[0] == "ProvisionConfigExist"
    edited(server, "PutProvisionConfig", FN, {"target": 0})
    client.delete_function("svc", "fn")
    put_function(client)
    assert failure(client.get_function_async_invoke_config, "svc", "fn", GET_ASYNC) == (404, "AsyncConfigNotExists")
    assert "asyncConfigs" not in server.admin.state()["services"]["svc"]["functions"]["fn"]


def test_provisioned_instances(server: LocalServer, client: Client) -> None:
    _released(client)
    action = {
        "name": "a",
        "startTime": "2026-01-01T00:00:00Z",
        "endTime": "2027-01-01T00:00:00Z",
        "scheduleExpression": "cron(0 0 4 * * *)",
        "target": 3,
    }
    put = edited(server, "PutProvisionConfig", FN, {"qualifier": "prod", "target": 2, "scheduledActions": [action]})
    assert put == {
        "resource": f"{ACCOUNT}#svc#prod#fn",
        "target": 2,
        "current": 2,
        "currentError": "",
        "alwaysAllocateCPU": False,
        "scheduledActions": [action],
        "targetTrackingPolicies": None,
    }
    kept = edited(server, "PutProvisionConfig", FN, {"qualifier": "prod", "target": 4})
    assert (kept["target"], kept["scheduledActions"]) == (4, [action])
    cleared = edited(server, "PutProvisionConfig", FN, {"qualifier": "prod", "scheduledActions": []})
    assert cleared["scheduledActions"] == []
    many = [{**action, "name": f"a{number}"} for number in range(110)]
    for body, message in (
        ({"target": 10001}, "Target is too large (max: 10000, actual: '10001')"),
        ({"scheduledActions": many}, "ScheduledActions contains too many values (max: 100, actual: 110)"),
        ({"scheduledActions": [action] * 2}, "Duplicate action name 'a' in ScheduledActions is not allowed"),
        (
            {"scheduledActions": [{**action, "scheduleExpression": "daily"}]},
            "ScheduleExpression doesn't match expected format (allowed: at(...) or cron(...), actual: 'daily')",
        ),
    ):
        assert refused(server, "PutProvisionConfig", FN, body) == ("InvalidArgument", message)
    listed = client.list_provision_configs(m.ListProvisionConfigsRequest(service_name="svc", qualifier="prod")).body
    assert [config.resource for config in listed.provision_configs] == [f"{ACCOUNT}#svc#prod#fn"]
    nothing = client.list_provision_configs(m.ListProvisionConfigsRequest(service_name="other")).body
    assert nothing.provision_configs == []
    assert failure(client.list_provision_configs, m.ListProvisionConfigsRequest(limit=0)) == (400, "InvalidArgument")
    edited(server, "PutProvisionConfig", FN, {"qualifier": "1", "target": 1})
    held = "function 'fn' of service 'svc' has provisioned instances at '1'"
    assert refused(server, "DeleteServiceVersion", ["svc", "1"]) == ("ProvisionConfigExist", held)
    edited(server, "PutProvisionConfig", FN, {"qualifier": "1", "target": 0})
    assert client.delete_service_version("svc", "1").status_code == 204


@pytest.mark.switches_at_default("etag_on_domains_and_configs")
def test_on_demand_instances(server: LocalServer, client: Client) -> None:
    _released(client)
    assert edited(server, "ListOnDemandConfigs", []) == {}
    put = client.put_function_on_demand_config(
        "svc", "fn", m.PutFunctionOnDemandConfigRequest(maximum_instance_count=7, qualifier="prod")
    )
    assert (put.body.resource, put.body.maximum_instance_count) == ("services/svc.prod/functions/fn", 7)
    edited(server, "PutFunctionOnDemandConfig", FN, {"maximumInstanceCount": 3})

    def resources(**query: Any) -> list[str]:
        found = client.list_on_demand_configs(m.ListOnDemandConfigsRequest(**query)).body.configs
        return [config.resource for config in found]

    both = ["services/svc.LATEST/functions/fn", "services/svc.prod/functions/fn"]
    assert resources() == both
    assert resources(prefix="services/svc.p") == resources(start_key=both[1]) == both[1:]
    stale = m.DeleteFunctionOnDemandConfigHeaders(if_match="stale")
    request = m.DeleteFunctionOnDemandConfigRequest(qualifier="prod")
    delete = client.delete_function_on_demand_config_with_options
    assert failure(delete, "svc", "fn", request, stale, RuntimeOptions()) == (412, "PreconditionFailed")
    fresh = m.DeleteFunctionOnDemandConfigHeaders(if_match=put.headers["etag"])
    assert delete("svc", "fn", request, fresh, RuntimeOptions()).status_code == 204
    assert resources() == both[:1]
