"""Triggers by type: what is sent, where events come from, and what FC cannot update."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.kinds.triggers import TYPES
from fc_guard.model.fields import FieldPath
from tests.known import kind_named
from tests.unit.kinds.quiet_items import ACCOUNT, REGION, wanted
from tests.unit.kinds.test_quiet_triggers import ITEMS, WITH_ROLE, item

TRIGGER = kind_named("trigger")
SOURCE = ("sourceArn",)


def test_every_type_has_an_example_here() -> None:
    assert ITEMS.keys() == TYPES.keys()


@pytest.mark.parametrize(
    ("of", "arn"),
    [
        ("http", None),
        ("timer", None),
        ("oss", f"acs:oss:{REGION}:{ACCOUNT}:photos"),
        ("log", f"acs:log:{REGION}:{ACCOUNT}:project/p"),
        ("mns_topic", f"acs:mns:{REGION}:{ACCOUNT}:/topics/t"),
        ("cdn_events", f"acs:cdn:*:{ACCOUNT}"),
        ("tablestore", f"acs:ots:{REGION}:{ACCOUNT}:instance/i/table/t"),
        ("rds", f"acs:rds:{REGION}:{ACCOUNT}:dbinstance/rm-1"),
        ("eventbridge", None),
    ],
)
def test_the_source_is_made_of_the_config(of: str, arn: str | None) -> None:
    assert wanted("trigger", item(of)).fields.get(SOURCE) == arn


@pytest.mark.parametrize("of", WITH_ROLE)
def test_a_source_that_s_yaml_names_goes_before_the_one_made_of_the_config(of: str) -> None:
    assert wanted("trigger", item(of, sourceArn="acs:mine")).fields[SOURCE] == "acs:mine"


def test_a_topic_of_another_region_is_named_with_its_region() -> None:
    made = wanted("trigger", item("mns_topic", config__region="cn-beijing"))
    assert made.fields[SOURCE] == f"acs:mns:cn-beijing:{ACCOUNT}:/topics/t"


def test_the_source_of_an_eventbridge_trigger_is_sent_and_never_compared() -> None:
    made = wanted("trigger", item("eventbridge", sourceArn="acs:mine"))
    assert SOURCE not in made.fields
    assert made.carried == {SOURCE: "acs:mine"}


@pytest.mark.parametrize(
    ("of", "names"),
    [
        ("oss", {"bucketName"}),
        ("mns_topic", {"topicName", "region"}),
        ("tablestore", {"instanceName", "tableName"}),
        ("rds", {"instanceId"}),
        ("http", {"cors"}),
        ("eventbridge", {"made"}),
    ],
)
def test_what_only_names_the_source_or_is_unknown_is_not_part_of_the_config(of: str, names: set[str]) -> None:
    changes: dict[str, Any] = {f"config__{name}": "x" for name in names}
    made = wanted("trigger", item(of, **changes))
    assert not {path[1] for path in made.fields if path[0] == "triggerConfig"} & names


@pytest.mark.parametrize("filter", [{"Key": {"Prefix": "a"}}, {"key": {"prefix": "a"}}, {"KEY": {"pReFiX": "a"}}])
def test_an_oss_filter_is_read_in_any_letter_case(filter: dict[str, Any]) -> None:
    made = wanted("trigger", item("oss", config__filter=filter))
    assert made.fields[("triggerConfig", "filter", "key", "prefix")] == "a"


@pytest.mark.parametrize("role", [None, ""])
def test_a_role_that_s_yaml_does_not_name_is_not_ours(role: str | None) -> None:
    assert ("invocationRole",) not in wanted("trigger", item("oss", role=role)).fields


@pytest.mark.parametrize("of", TYPES)
def test_only_a_type_that_needs_a_role_leaves_one_to_us(of: str) -> None:
    assert bool(wanted("trigger", item(of, role=None)).left) is (TYPES[of].caller is not None)


@pytest.mark.parametrize("qualifier", [1, "1"])
def test_a_qualifier_is_text(qualifier: int | str) -> None:
    assert wanted("trigger", item("http", qualifier=qualifier)).fields[("qualifier",)] == "1"


def test_what_the_predecessor_fills_in_is_sent_at_creation_and_not_owned() -> None:
    made = wanted("trigger", {"name": "t", "type": "http", "config": {"authType": "anonymous"}})
    assert made.initial == {("triggerConfig", "methods"): ("GET",), ("triggerConfig", "disableURLInternet"): False}
    assert not made.initial.keys() & made.fields.keys()


@pytest.mark.parametrize(
    ("of", "path", "expected"),
    [
        *((of, "triggerType", True) for of in TYPES),
        *((of, "sourceArn", True) for of in TYPES),
        *((of, "description", of in ("mns_topic", "tablestore")) for of in TYPES),
        *((of, "invocationRole", of in ("mns_topic", "tablestore")) for of in TYPES),
        *((of, "qualifier", of in ("mns_topic", "tablestore")) for of in TYPES),
        ("http", "triggerConfig.authType", False),
        ("timer", "triggerConfig.cronExpression", False),
        ("mns_topic", "triggerConfig.filterTag", True),
        ("cdn_events", "triggerConfig.eventName", True),
        ("cdn_events", "triggerConfig.eventVersion", True),
        ("cdn_events", "triggerConfig.notes", False),
        ("cdn_events", "triggerConfig.filter.domain", False),
        ("eventbridge", "triggerConfig.eventSourceConfig.eventSourceType", True),
        (
            "eventbridge",
            "triggerConfig.eventSourceConfig.eventSourceParameters.sourceMNSParameters.QueueName",
            True,
        ),
        ("eventbridge", "triggerConfig.eventRuleFilterPattern", False),
        ("log", "triggerConfig.jobConfig.maxRetryTime", False),
    ],
)
def test_what_fc_cannot_update_is_made_anew(of: str, path: str, expected: bool) -> None:
    assert TRIGGER.replaced({("triggerType",): of}, tuple(path.split("."))) is expected


def test_a_type_nobody_here_knows_is_updated_as_far_as_the_api_goes() -> None:
    assert TRIGGER.replaced({("triggerType",): "new"}, ("sourceArn",))
    assert not TRIGGER.replaced({("triggerType",): "new"}, ("description",))


@pytest.mark.parametrize(
    "path",
    [
        ("sourceDTSParameters", "Password"),
        ("sourceRocketMQParameters", "InstancePassword"),
    ],
)
def test_passwords_of_event_sources_are_secret(path: FieldPath) -> None:
    prefix = ("triggerConfig", "eventSourceConfig", "eventSourceParameters")
    assert TRIGGER.rules.is_secret((*prefix, *path))
    assert not TRIGGER.rules.is_secret((*prefix, "sourceDTSParameters", "Username"))
