"""What FC says of a trigger in other words than s.yaml is no difference (facts: upstream 5.2, fc-api 4.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fc_guard.model.fields import Cause
from tests.known import kind_named
from tests.unit.kinds.quiet_items import compared, noise, wanted

ROLE = "acs:ram::1234567890123456:role/fc-trigger"
ITEMS: dict[str, dict[str, Any]] = {
    "http": {"type": "http", "config": {"authType": "anonymous", "methods": ["GET", "POST"]}},
    "timer": {"type": "timer", "config": {"cronExpression": "@every 5m", "enable": True}},
    "oss": {
        "type": "oss",
        "role": ROLE,
        "config": {
            "bucketName": "photos",
            "events": ["oss:ObjectCreated:*", "oss:ObjectRemoved:DeleteObject"],
            "filter": {"Key": {"Prefix": "in/", "Suffix": ""}},
        },
    },
    "log": {
        "type": "log",
        "role": ROLE,
        "config": {
            "sourceConfig": {"logstore": "in"},
            "jobConfig": {"maxRetryTime": 3, "triggerInterval": 60},
            "logConfig": {"project": "p", "logstore": "out"},
            "functionParameter": {"a": "b"},
            "enable": True,
        },
    },
    "mns_topic": {
        "type": "mns_topic",
        "role": ROLE,
        "config": {"topicName": "t", "notifyContentFormat": "JSON", "notifyStrategy": "BACKOFF_RETRY"},
    },
    "cdn_events": {
        "type": "cdn_events",
        "role": ROLE,
        "config": {
            "eventName": "LogFileCreated",
            "eventVersion": "1.0.0",
            "notes": "n",
            "filter": {"domain": ["a.example.com", "b.example.com"]},
        },
    },
    "tablestore": {"type": "tablestore", "role": ROLE, "config": {"instanceName": "i", "tableName": "t"}},
    "rds": {
        "type": "rds",
        "role": ROLE,
        "config": {
            "instanceId": "rm-1",
            "subscriptionObjects": ["db1.table1", "db2.table2"],
            "retry": 2,
            "concurrency": 2,
            "eventFormat": "json",
        },
    },
    "eventbridge": {
        "type": "eventbridge",
        "config": {
            "triggerEnable": True,
            "asyncInvocationType": False,
            "eventRuleFilterPattern": '{"source": ["a"], "type": ["b"]}',
            "eventSourceConfig": {
                "eventSourceType": "MNS",
                "eventSourceParameters": {"sourceMNSParameters": {"QueueName": "q", "IsBase64Decode": False}},
            },
        },
    },
}
TYPES = sorted(ITEMS)
WITH_ROLE = [of for of in ITEMS if "role" in ITEMS[of]]


def item(of: str, **changes: Any) -> dict[str, Any]:
    """An item of `triggers`; `config__key` changes a member of the config."""
    made = {"name": "t", **ITEMS[of], "config": dict(ITEMS[of]["config"])}
    for key, value in changes.items():
        place, _, member = key.partition("__")
        if member:
            made[place][member] = value
        else:
            made[place] = value
    return made


def answer(given: dict[str, Any], *, config: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """GetTrigger's answer to just what was sent, with what FC adds to every trigger."""
    desired = wanted("trigger", given)
    sent: dict[str, Any] = {}
    for path, value in desired.fields.items():
        place = sent
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = list(value) if isinstance(value, tuple) else value
    triggers = {**sent.get("triggerConfig", {}), **(config or {})}
    return {
        "description": "",
        "sourceArn": None,
        "invocationRole": None,
        "qualifier": None,
        **sent,
        "triggerName": "t",
        "triggerId": "1e785a17",
        "createdTime": "2021-07-15T03:21:22Z",
        "lastModifiedTime": "2021-07-15T03:21:22Z",
        **changes,
        "triggerConfig": json.dumps(triggers),
    }


@pytest.mark.parametrize("of", TYPES)
def test_what_was_sent_and_comes_back_is_quiet(of: str) -> None:
    assert noise("trigger", item(of), answer(item(of))) == {}


@pytest.mark.parametrize("of", TYPES)
def test_the_2016_answer_with_an_object_for_a_config_is_the_same(of: str) -> None:
    plain = answer(item(of))
    assert noise("trigger", item(of), {**plain, "triggerConfig": json.loads(plain["triggerConfig"])}) == {}


@pytest.mark.parametrize(
    ("of", "config"),
    [
        ("http", {"methods": ["POST", "GET"]}),
        ("oss", {"events": ["oss:ObjectRemoved:DeleteObject", "oss:ObjectCreated:*"]}),
        ("cdn_events", {"filter": {"domain": ["b.example.com", "a.example.com"]}}),
        ("rds", {"subscriptionObjects": ["db2.table2", "db1.table1"]}),
    ],
)
def test_the_order_of_methods_events_domains_and_tables_means_nothing(of: str, config: dict[str, Any]) -> None:
    given = item(of)
    assert noise("trigger", given, answer(given, config=config), answer(given)) == {}


@pytest.mark.parametrize("of", WITH_ROLE)
def test_the_letter_case_of_a_role_means_nothing(of: str) -> None:
    given = item(of, role="acs:ram::1234567890123456:role/AliyunFCDefaultRole")
    lower = answer(given, invocationRole="acs:ram::1234567890123456:role/aliyunfcdefaultrole")
    assert noise("trigger", given, lower, answer(given)) == {}


@pytest.mark.parametrize("of", TYPES)
@pytest.mark.parametrize("qualifier", ["LATEST", "", None])
def test_the_qualifier_latest_is_the_same_as_none(of: str, qualifier: str | None) -> None:
    assert noise("trigger", item(of), answer(item(of), qualifier=qualifier), answer(item(of))) == {}
    given = item(of, qualifier="LATEST")
    assert noise("trigger", given, answer(item(of), qualifier=qualifier), answer(given)) == {}


@pytest.mark.parametrize(
    ("of", "config"),
    [
        ("timer", {"payload": ""}),
        ("timer", {"payload": None}),
        ("http", {"authConfig": None, "disableURLInternet": False}),
        ("http", {"authConfig": ""}),
        ("log", {"targetConfig": None}),
        ("log", {"targetConfig": {"any": 1}}),
        ("log", {"sourceConfig": {"logstore": "in", "startTime": None}}),
        ("log", {"sourceConfig": {"logstore": "in", "startTime": 1700000000}}),
        ("oss", {"filter": {"key": {"prefix": "in/", "suffix": None}}}),
        ("mns_topic", {"filterTag": ""}),
        ("eventbridge", {"runOptions": None, "eventSinkConfig": None}),
    ],
)
def test_members_that_fc_fills_in_are_no_difference(of: str, config: dict[str, Any]) -> None:
    assert noise("trigger", item(of), answer(item(of), config=config), answer(item(of))) == {}


@pytest.mark.parametrize("of", ["http", "timer"])
def test_a_source_that_fc_does_not_keep_is_not_missed(of: str) -> None:
    """FC answers null for sourceArn here even when one was sent."""
    given = item(of, sourceArn="acs:fc:::anything", role=ROLE)
    assert noise("trigger", given, answer(item(of), sourceArn=None), answer(item(of))) == {}


def test_numbers_as_text_are_numbers() -> None:
    given = item("log", config__jobConfig={"maxRetryTime": "3", "triggerInterval": "60"})
    assert noise("trigger", given, answer(item("log")), answer(item("log"))) == {}
    texts = {"jobConfig": {"maxRetryTime": "3", "triggerInterval": "60"}}
    assert noise("trigger", item("log"), answer(item("log"), config=texts), answer(item("log"))) == {}


def test_true_as_text_is_true() -> None:
    """A resolved reference is text."""
    given = item("timer", config__enable="true")
    assert noise("trigger", given, answer(item("timer")), answer(item("timer"))) == {}


def test_what_fc_fills_into_an_rds_trigger_is_no_difference() -> None:
    silent = item("rds", config={"instanceId": "rm-1", "subscriptionObjects": ["db1.table1"]})
    filled = {"subscriptionObjects": ["db1.table1"], "retry": 3, "concurrency": 1, "eventFormat": "protobuf"}
    assert noise("trigger", silent, answer(silent, config=filled), answer(silent)) == {}


SOURCE = "acs:eventbridge:cn-hangzhou:1234567890123456:eventbus/default/rule/svc-fn-t"


@pytest.mark.parametrize("given", [{}, {"sourceArn": "acs:mns:cn-hangzhou:1:/queues/q"}])
def test_the_source_that_eventbridge_names_on_its_own_is_no_difference(given: dict[str, Any]) -> None:
    wished = item("eventbridge", **given)
    assert noise("trigger", wished, answer(wished, sourceArn=SOURCE)) == {}


def test_the_parameters_of_sources_an_eventbridge_trigger_does_not_read_are_no_difference() -> None:
    config = json.loads(answer(item("eventbridge"))["triggerConfig"])
    parameters = config["eventSourceConfig"]["eventSourceParameters"]
    parameters["sourceRocketMQParameters"] = {"RegionId": "", "Timestamp": 0, "Offset": "CONSUME_FROM_LAST_OFFSET"}
    parameters["sourceKafkaParameters"] = None
    parameters["sourceDTSParameters"] = {"InitCheckPoint": 0}
    filled = answer(item("eventbridge"), config=config)
    assert noise("trigger", item("eventbridge"), filled, answer(item("eventbridge"))) == {}


def test_the_event_bus_needs_no_parameters_whatever_fc_answers() -> None:
    given = item("eventbridge", config__eventSourceConfig={"eventSourceType": "Default"})
    filled = {"eventSourceType": "Default", "eventSourceParameters": {"sourceMNSParameters": {"IsBase64Decode": False}}}
    assert noise("trigger", given, answer(given, config={"eventSourceConfig": filled}), answer(given)) == {}


def test_a_pattern_is_the_same_however_its_json_is_laid_out() -> None:
    other = {"eventRuleFilterPattern": '{"type":["b"],"source":["a"]}'}
    assert noise("trigger", item("eventbridge"), answer(item("eventbridge"), config=other)) == {}


def test_what_the_predecessor_filled_in_is_no_difference_when_s_yaml_is_silent() -> None:
    silent = {"name": "t", "type": "http", "config": {"authType": "anonymous"}}
    filled = {"authType": "anonymous", "methods": ["GET"], "disableURLInternet": False}
    assert noise("trigger", silent, answer(silent, config=filled)) == {}
    bus = item("eventbridge")
    bus["config"] = {"eventSourceConfig": {"eventSourceType": "Default"}}
    filled = {"triggerEnable": True, "asyncInvocationType": False, "eventRuleFilterPattern": "{}"}
    assert noise("trigger", bus, answer(bus, config=filled)) == {}


@pytest.mark.parametrize(
    ("of", "config", "name"),
    [
        ("http", {"methods": ["GET"]}, "triggerConfig.methods"),
        ("http", {"authType": "function"}, "triggerConfig.authType"),
        ("timer", {"enable": False}, "triggerConfig.enable"),
        ("oss", {"filter": {"key": {"prefix": "other/"}}}, "triggerConfig.filter.key.prefix"),
        ("log", {"functionParameter": {"a": "c"}}, "triggerConfig.functionParameter"),
        ("mns_topic", {"notifyStrategy": "EXPONENTIAL_DECAY_RETRY"}, "triggerConfig.notifyStrategy"),
        ("cdn_events", {"notes": "other"}, "triggerConfig.notes"),
        ("eventbridge", {"triggerEnable": False}, "triggerConfig.triggerEnable"),
    ],
)
def test_a_real_edit_online_is_drift_of_just_that_field(of: str, config: dict[str, Any], name: str) -> None:
    found = compared("trigger", item(of), answer(item(of), config=config), answer(item(of)))
    assert {change.name: change.cause for change in found.changes} == {name: Cause.DRIFT}


@pytest.mark.parametrize("of", TYPES)
def test_every_type_is_compared(of: str) -> None:
    found = compared("trigger", item(of), answer(item(of), description="edited"), answer(item(of)))
    assert [change.name for change in found.changes] == ["description"]


@pytest.mark.parametrize("of", WITH_ROLE)
def test_another_source_is_seen_and_makes_the_trigger_anew(of: str) -> None:
    found = compared("trigger", item(of, sourceArn="acs:other"), answer(item(of)))
    assert [change.name for change in found.changes] == ["sourceArn"]
    assert found.live is not None
    assert kind_named("trigger").replaced(found.live.fields, ("sourceArn",))


@pytest.mark.parametrize("of", TYPES)
def test_a_description_is_sent_and_an_empty_one_is_none(of: str) -> None:
    assert wanted("trigger", item(of, description="why")).fields[("description",)] == "why"
    assert noise("trigger", item(of, description=""), answer(item(of))) == {}
