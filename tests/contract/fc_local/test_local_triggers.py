"""Every type of trigger: what is sent is what is read, what is refused, what cannot be changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import (
    ACCOUNT,
    edited,
    failure,
    http_trigger_request,
    node_calls,
    put_function,
    refused,
)

from fc_local.server import LocalServer

FN = ["svc", "fn"]
ROLE = f"acs:ram::{ACCOUNT}:role/fc"
MNS = {"triggerEnable": True, "asyncInvocationType": False, "eventRuleFilterPattern": "{}"}
QUEUE: dict[str, Any] = {"sourceMNSParameters": {"RegionId": "cn-hangzhou", "QueueName": "q", "IsBase64Decode": True}}
SOURCE = {"eventSourceType": "MNS", "eventSourceParameters": QUEUE}


def _log(**more: Any) -> dict[str, Any]:
    return {
        "sourceConfig": {"logstore": "in"},
        "jobConfig": {"maxRetryTime": 1, "triggerInterval": 30},
        "functionParameter": {"A": "b"},
        "logConfig": {"project": "p", "logstore": "l"},
        "enable": True,
        **more,
    }


# type -> (sourceArn, configuration, a change of it); sourceArn None: it has none of its own
TYPES: dict[str, tuple[str | None, dict[str, Any], dict[str, Any]]] = {
    "http": (
        None,
        {"authType": "anonymous", "methods": ["GET", "PUT"], "disableURLInternet": True},
        {"authType": "function"},
    ),
    "timer": (None, {"cronExpression": "@every 5m", "enable": True, "payload": "x"}, {"enable": False}),
    "oss": (
        f"acs:oss:cn-hangzhou:{ACCOUNT}:bucket",
        {"events": ["oss:ObjectCreated:*"], "filter": {"key": {"prefix": "a/", "suffix": ".png"}}},
        {"events": ["oss:ObjectRemoved:DeleteObject"]},
    ),
    "log": (
        f"acs:log:cn-hangzhou:{ACCOUNT}:project/p",
        _log(),
        {"jobConfig": {"maxRetryTime": 2, "triggerInterval": 60}},
    ),
    "mns_topic": (
        f"acs:mns:cn-hangzhou:{ACCOUNT}:/topics/t",
        {"filterTag": "a", "notifyContentFormat": "JSON", "notifyStrategy": "BACKOFF_RETRY"},
        {},
    ),
    "cdn_events": (
        f"acs:cdn:*:{ACCOUNT}",
        {"eventName": "LogFileCreated", "eventVersion": "1.0.0", "notes": "n", "filter": {"domain": ["a.com"]}},
        {"notes": "other"},
    ),
    "tablestore": (f"acs:ots:cn-hangzhou:{ACCOUNT}:instance/i/table/t", {}, {}),
    "rds": (
        f"acs:rds:cn-hangzhou:{ACCOUNT}:dbinstance/rm-1",
        {"subscriptionObjects": ["db1.table1"], "retry": 2, "concurrency": 1, "eventFormat": "json"},
        {"retry": 0},
    ),
    "eventbridge": (None, {**MNS, "eventSourceConfig": SOURCE}, {"asyncInvocationType": True}),
}
PLAIN = ("http", "timer", "eventbridge")  # have no role


def _body(kind: str, **more: Any) -> dict[str, Any]:
    arn, config, _ = TYPES[kind]
    rights = {} if kind in PLAIN else {"invocationRole": ROLE, "sourceArn": arn}
    return {"triggerName": "t", "triggerType": kind, "triggerConfig": config, **rights, **more}


@pytest.mark.switches_at_default("fill_log_trigger", "fill_rds_trigger", "eventbridge_header")
@pytest.mark.parametrize("kind", TYPES)
def test_each_client_reads_what_the_other_made(server: LocalServer, client: Client, kind: str) -> None:
    put_function(client)
    arn, config, _ = TYPES[kind]
    body = _body(kind)
    knows = {"x-fc-enable-eventbridge-trigger": "enable"}
    made, listed = node_calls(
        server.url, [["createTrigger", "svc", "fn", body, knows], ["listTriggers", "svc", "fn", {}, knows]]
    )
    assert made["data"]["triggerConfig"] == config
    assert listed["data"]["triggers"][0]["triggerConfig"] == config
    read = client.get_trigger("svc", "fn", "t")
    assert json.loads(read.body.trigger_config) == config
    assert read.headers["etag"] == made["headers"]["etag"]
    if kind == "eventbridge":
        arn = f"acs:eventbridge:cn-hangzhou:{ACCOUNT}:eventbus/MNS-fn-t/rule/svc-fn-t"
    assert (read.body.source_arn, read.body.trigger_type) == (arn, kind)
    assert read.body.invocation_role == (None if kind in PLAIN else ROLE)
    client.delete_trigger("svc", "fn", "t")
    client.create_trigger(
        "svc",
        "fn",
        m.CreateTriggerRequest(
            trigger_name="t",
            trigger_type=kind,
            trigger_config=json.dumps(config),
            source_arn=body.get("sourceArn"),
            invocation_role=body.get("invocationRole"),
            description="d",
        ),
    )
    (again,) = node_calls(server.url, [["getTrigger", "svc", "fn", "t", knows]])
    assert (again["data"]["triggerConfig"], again["data"]["description"]) == (config, "d")


@pytest.mark.parametrize("kind", TYPES)
def test_an_update_changes_what_it_names_or_is_not_supported(server: LocalServer, client: Client, kind: str) -> None:
    put_function(client)
    server.admin.switches(trigger_config_merge=True)
    edited(server, "CreateTrigger", FN, _body(kind))
    _, config, change = TYPES[kind]
    if kind in ("mns_topic", "tablestore"):
        answer = ("InvalidArgument", "Updating trigger is not supported yet.")
        assert refused(server, "UpdateTrigger", [*FN, "t"], {"triggerConfig": config}) == answer
        assert refused(server, "UpdateTrigger", [*FN, "t"], {"description": "d"}) == answer
        return
    edited(server, "UpdateTrigger", [*FN, "t"], {"triggerConfig": change, "description": "d"})
    server.admin.switches(fill_log_trigger=False)
    changed = edited(server, "GetTrigger", [*FN, "t"])
    assert (json.loads(changed["triggerConfig"]), changed["description"]) == ({**config, **change}, "d")


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in PLAIN])
def test_a_source_and_a_role_are_needed(server: LocalServer, client: Client, kind: str) -> None:
    put_function(client)
    for change, message in (
        ({"sourceArn": None}, "SourceArn is required but not provided"),
        ({"sourceArn": "acs:x"}, "SourceArn doesn't match expected format"),
        ({"invocationRole": None}, "InvocationRole is required but not provided"),
        ({"invocationRole": "me"}, "InvocationRole doesn't match expected format"),
    ):
        code, found = refused(server, "CreateTrigger", FN, _body(kind, **change))
        assert (code, found[: len(message)]) == ("InvalidArgument", message)


def _kafka(**more: Any) -> dict[str, Any]:
    parameters = {"InstanceId": "i", "Topic": "t", "ConsumerGroup": "g", "OffsetReset": "latest", **more}
    return {**MNS, "eventSourceConfig": _source("Kafka", sourceKafkaParameters=parameters)}


def _source(kind: str, **parameters: Any) -> dict[str, Any]:
    return {"eventSourceType": kind, "eventSourceParameters": parameters}


@pytest.mark.parametrize(
    ("kind", "config", "message"),
    [
        ("timer", {"enable": True}, "CronExpression is required but not provided"),
        ("timer", {"cronExpression": "0 0 4 * *"}, "CronExpression is set to an invalid value (actual: '0 0 4 * *')"),
        ("oss", {"events": []}, "Events is required but not provided"),
        ("oss", {"events": ["ObjectCreated"]}, "Events doesn't match expected format"),
        ("log", _log(sourceConfig={}), "SourceConfig.Logstore is required but not provided"),
        ("log", _log(jobConfig=None), "JobConfig is required but not provided"),
        ("log", _log(jobConfig={"maxRetryTime": 101}), "MaxRetryTime is too large (max: 100, actual: '101')"),
        ("log", _log(jobConfig={"triggerInterval": 2}), "TriggerInterval is too small (min: 3, actual: '2')"),
        ("log", _log(jobConfig={"maxRetryTime": "3"}), "json: cannot unmarshal string into field triggerConfig.job"),
        ("log", _log(logConfig={"project": "p"}), "LogConfig.Logstore is required but not provided"),
        ("mns_topic", {"filterTag": "a" * 17}, "FilterTag is too long (max length: 16, actual: '17')"),
        (
            "mns_topic",
            {"notifyContentFormat": "XML"},
            "NotifyContentFormat is set to an invalid value (allowed: STREAM | JSON, actual: 'XML')",
        ),
        ("mns_topic", {"notifyStrategy": "NONE"}, "NotifyStrategy is set to an invalid value"),
        ("cdn_events", {"eventVersion": "1.0.0"}, "EventName is required but not provided"),
        ("cdn_events", {**TYPES["cdn_events"][1], "filter": {}}, "Filter is required but not provided"),
        ("cdn_events", {**TYPES["cdn_events"][1], "eventVersion": "2"}, "EventVersion is set to an invalid value"),
        ("eventbridge", MNS, "EventSourceConfig.EventSourceType is required but not provided"),
        ("eventbridge", {"eventSourceConfig": _source("Pigeon")}, "EventSourceType is set to an invalid value"),
        ("eventbridge", {"eventSourceConfig": _source("MNS")}, "QueueName is required but not provided"),
        ("eventbridge", _kafka(ConsumerGroup=""), "ConsumerGroup is required but not provided"),
        ("eventbridge", _kafka(OffsetReset="middle"), "OffsetReset is set to an invalid value (allowed: latest | earl"),
        ("eventbridge", {**_kafka(), "eventRuleFilterPattern": "{"}, "EventRuleFilterPattern is not valid JSON"),
        ("eventbridge", {**_kafka(), "runOptions": {"mode": "slow"}}, "Mode is set to an invalid value"),
        ("eventbridge", {**_kafka(), "runOptions": {"errorsTolerance": "ONE"}}, "ErrorsTolerance is set to an invalid"),
        (
            "eventbridge",
            {**_kafka(), "runOptions": {"batchWindow": {"TimeBasedWindow": 16}}},
            "TimeBasedWindow is too large (max: 15, actual: '16')",
        ),
        (
            "eventbridge",
            {**_kafka(), "runOptions": {"retryStrategy": {"PushRetryStrategy": "AGAIN"}}},
            "PushRetryStrategy is set to an invalid value",
        ),
        (
            "eventbridge",
            {**_kafka(), "eventSinkConfig": {"deliveryOption": {"eventSchema": "XML"}}},
            "EventSchema is set to an invalid value (allowed: CloudEvents | RawData, actual: 'XML')",
        ),
    ],
)
def test_a_bad_configuration_is_refused(
    server: LocalServer, client: Client, kind: str, config: dict[str, Any], message: str
) -> None:
    put_function(client)
    code, found = refused(server, "CreateTrigger", FN, _body(kind, triggerConfig=config))
    assert (code, found[: len(message)]) == ("InvalidArgument", message)


def test_an_eventbridge_trigger_takes_every_source(server: LocalServer, client: Client) -> None:
    put_function(client)
    dts = ("RegionId", "BrokerUrl", "Topic", "Sid", "Username", "Password", "TaskId")
    sources = (
        {"eventSourceType": "Default"},
        SOURCE,
        _kafka()["eventSourceConfig"],
        _source("RocketMQ", sourceRocketMQParameters={"InstanceId": "i", "Topic": "t", "GroupID": "g", "Timestamp": 7}),
        _source("RabbitMQ", sourceRabbitMQParameters={"InstanceId": "i", "VirtualHostName": "v", "QueueName": "q"}),
        _source("DTS", sourceDTSParameters={**dict.fromkeys(dts, "x"), "InitCheckPoint": 1700000000}),
        _source("MQTT", sourceMQTTParameters={"InstanceId": "i", "Topic": "t"}),
    )
    for number, source in enumerate(sources):
        body = _body("eventbridge", triggerName=f"t{number}", triggerConfig={**MNS, "eventSourceConfig": source})
        config = json.loads(edited(server, "CreateTrigger", FN, body)["triggerConfig"])
        assert config["eventSourceConfig"] == source


def test_what_cannot_be_changed_is_refused(server: LocalServer, client: Client) -> None:
    put_function(client)
    edited(server, "CreateTrigger", FN, _body("cdn_events"))
    other = {**TYPES["cdn_events"][1], "eventName": "Other"}
    answer = refused(server, "UpdateTrigger", [*FN, "t"], {"triggerConfig": other})
    assert answer == ("InvalidArgument", "EventName cannot be changed")
    edited(server, "CreateTrigger", FN, _body("eventbridge", triggerName="e"))
    queue = {"eventSourceConfig": _source("MNS", sourceMNSParameters={"QueueName": "other"})}
    kafka = {"eventSourceConfig": _kafka()["eventSourceConfig"]}
    not_yet = ("InvalidArgument", "Updating trigger is not supported yet.")
    for fixed, change, refuses in ((True, queue, True), (False, queue, False), (False, kafka, True)):
        server.admin.switches(eventbridge_source_fixed=fixed)
        body = {"triggerConfig": {**MNS, **change}}
        if refuses:
            assert refused(server, "UpdateTrigger", [*FN, "e"], body) == not_yet
        else:
            edited(server, "UpdateTrigger", [*FN, "e"], body)


def test_an_old_client_sees_eventbridge_triggers_only_if_it_says_it_knows_them(
    server: LocalServer, client: Client
) -> None:
    server.admin.switches(eventbridge_header=True)
    put_function(client)
    edited(server, "CreateTrigger", FN, _body("eventbridge"))
    edited(server, "CreateTrigger", FN, _body("timer", triggerName="u"))
    calls: list[list[Any]] = [
        ["listTriggers", "svc", "fn"],
        ["getTrigger", "svc", "fn", "t"],
        ["createTrigger", "svc", "fn", _body("eventbridge", triggerName="v")],
        ["deleteTrigger", "svc", "fn", "t"],
    ]
    listed, *others = node_calls(server.url, calls)
    assert [trigger["triggerName"] for trigger in listed["data"]["triggers"]] == ["u"]
    assert [other["error"]["code"] for other in others] == ["TriggerNotFound", "InvalidArgument", "TriggerNotFound"]
    assert len(client.list_triggers("svc", "fn", m.ListTriggersRequest()).body.triggers) == 2
    server.admin.switches(eventbridge_header=False)
    assert [len(answer["data"]["triggers"]) for answer in node_calls(server.url, calls[:1])] == [2]


@pytest.mark.switches_at_default("duplicate_http_trigger_status", "duplicate_http_trigger_code")
def test_one_http_trigger_for_each_qualifier(server: LocalServer, client: Client) -> None:
    put_function(client)
    version = client.publish_service_version("svc", m.PublishServiceVersionRequest()).body.version_id
    client.create_alias("svc", m.CreateAliasRequest(alias_name="prod", version_id=version))
    for name, qualifier in (("a", None), ("b", version), ("c", "prod")):
        request = http_trigger_request(name)
        request.qualifier = qualifier
        client.create_trigger("svc", "fn", request)
    again = http_trigger_request("d")
    again.qualifier = "LATEST"
    assert failure(client.create_trigger, "svc", "fn", again) == (400, "InvalidArgument")
    again.qualifier = "canary"
    assert failure(client.create_trigger, "svc", "fn", again) == (404, "AliasNotFound")
    found = client.get_trigger("svc", "fn", "c").body
    assert (found.qualifier, found.url_internet) == ("prod", f"{server.url}/2016-08-15/proxy/svc.prod/fn/")


def test_a_log_trigger_may_gain_members(server: LocalServer, client: Client) -> None:
    put_function(client)
    edited(server, "CreateTrigger", FN, _body("log"))
    server.admin.switches(fill_log_trigger=True)
    config = json.loads(edited(server, "GetTrigger", [*FN, "t"])["triggerConfig"])
    assert (config["targetConfig"], config["sourceConfig"]) == (None, {"logstore": "in", "startTime": None})


def test_a_source_given_to_an_http_trigger_is_forgotten(server: LocalServer, client: Client) -> None:
    put_function(client)
    made = edited(server, "CreateTrigger", FN, _body("http", sourceArn="acs:any", invocationRole=""))
    assert (made["sourceArn"], made["invocationRole"]) == (None, "")
