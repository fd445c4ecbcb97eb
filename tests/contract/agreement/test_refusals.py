"""What FC is known to refuse, fc-guard refuses before it writes; the local FC refuses the same where it is sent it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.integration.project import KEYS, Project
from tests.props import PROPS

from fc_guard.errors import BadInput
from fc_guard.inputs import props as props_module
from fc_guard.inputs.fc2.refusals import RULES
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from fc_local.server import LocalServer

Change = Callable[[dict[str, Any]], object]
ROLE = "acs:ram::1234567890123456:role/demo"


def function(**values: Any) -> Change:
    return lambda props: props["function"].update(values)


def variables(**values: Any) -> Change:
    return function(environmentVariables=values)


def trigger(of: str, config: Mapping[str, Any], **values: Any) -> Change:
    item = {"name": "bad", "type": of, "config": dict(config), **values}
    return lambda props: props["triggers"].append(item)


def timer(expression: str) -> Change:
    return trigger("timer", {"cronExpression": expression, "enable": True})


def bucket(event: str, **values: Any) -> Change:
    return trigger("oss", {"bucketName": "photos", "events": [event]}, role=ROLE, **values)


def bus(pattern: str) -> Change:
    config = {"eventSourceConfig": {"eventSourceType": "Default"}, "eventRuleFilterPattern": pattern}
    return trigger("eventbridge", config)


def route(path: str) -> Change:
    domain = {"domainName": "www.example.com", "protocol": "HTTP", "routeConfigs": [{"path": path}]}
    return lambda props: props.update(customDomains=[domain])


PLACE = "function.environmentVariables"
CRON = "triggers.2.config.cronExpression"
BAD: dict[str, tuple[tuple[Change, str], ...]] = {
    "name of a variable": (
        (variables(**{"a.b": "x"}), f"{PLACE}.a.b"),
        (variables(**{"1A": "x"}), f"{PLACE}.1A"),
        (variables(_A="x"), f"{PLACE}._A"),
    ),
    "reserved variable": (
        (variables(FC_REGION="x"), f"{PLACE}.FC_REGION"),
        (variables(accessKeyID="x"), f"{PLACE}.accessKeyID"),
    ),
    "empty variable": ((variables(A=""), f"{PLACE}.A"),),
    "control character": (
        (variables(A="one\ntwo"), f"{PLACE}.A"),
        (variables(A="one\ttwo"), f"{PLACE}.A"),
        (variables(A="\x7f"), f"{PLACE}.A"),
    ),
    "size of the environment": (
        (variables(A="x" * 4096), PLACE),
        (variables(**{f"V{number}": "x" * 100 for number in range(40)}), PLACE),
    ),
    "step of cpu": (
        (function(cpu=0.07, diskSize=512), "function.cpu"),
        (function(cpu="0.12", diskSize=512), "function.cpu"),
    ),
    "memory for cpu": (
        (function(cpu=0.05, diskSize=512, memorySize=256), "function.cpu"),
        (function(cpu=1, diskSize=512, memorySize="512"), "function.cpu"),
    ),
    "memory of e1": ((function(memorySize=4096), "function.memorySize"),),
    "memory of c1": ((function(memorySize=3072, instanceType="c1"), "function.memorySize"),),
    "cron expression": (
        (timer("0 8 * * *"), CRON),
        (timer("CRON_TZ=Asia/Shanghai 0 8 * * MON"), CRON),
        (timer("0 0 8 * * * 2030"), CRON),
        (timer("@every 5"), CRON),
        (timer("@every 0m"), CRON),
        (timer("@daily"), CRON),
        (timer("every five minutes or so , please"), CRON),
    ),
    "event of OSS": ((bucket("ObjectCreated"), "triggers.2.config.events.0"),),
    "source of events": ((bucket("oss:ObjectCreated:*", sourceArn="acs:log:::photos"), "triggers.2.sourceArn"),),
    "pattern of events": ((bus("{source: a}"), "triggers.2.config.eventRuleFilterPattern"),),
    "destination": (
        (
            function(asyncConfiguration={"destination": {"onFailure": "https://example.com"}}),
            "function.asyncConfiguration.destination.onFailure",
        ),
    ),
    "path of a route": ((route("/a/*/b"), "customDomains.0.routeConfigs.0.path"),),
    "number as text": (
        (function(memorySize="100"), "function.memorySize"),
        (function(memorySize="130"), "function.memorySize"),
        (function(timeout="0"), "function.timeout"),
        (function(initializer="a.b", initializationTimeout="301"), "function.initializationTimeout"),
        (function(asyncConfiguration={"maxAsyncRetryAttempts": "9"}), "function.asyncConfiguration"),
        (function(cpu="0.1", diskSize="600", memorySize=384), "function.diskSize"),
    ),
}
EVERY = [pytest.param(*case, id=f"{name} {index}") for name, of in BAD.items() for index, case in enumerate(of)]
GOOD: tuple[Change, ...] = (
    variables(a_B1="x y", A="~", SMALL="x" * 4000),
    function(cpu=0.05, diskSize=512, memorySize=128),
    function(cpu=0.1, diskSize=512, memorySize=128),
    function(cpu=0.35, diskSize=512, memorySize="512"),
    function(cpu=4, diskSize=512, memorySize=16384),
    function(memorySize=4096, instanceType="c1"),
    function(memorySize="3072"),
    timer("0 0 8 * * *"),
    timer("CRON_TZ=Asia/Shanghai 0 0/30 8-18 ? * MON-FRI"),
    timer("@every 90m"),
    bucket("oss:ObjectCreated:*", sourceArn="acs:oss:cn-hangzhou:1234567890123456:photos"),
    bus('{"source": ["a"]}'),
    route("/a/*"),
    function(asyncConfiguration={"destination": {"onFailure": "acs:mns:::queues/q/messages"}}),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    with LocalServer(home=tmp_path_factory.mktemp("fc"), keys=[KEYS]) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, server: LocalServer) -> Project:
    server.admin.reset()
    return Project(tmp_path / "a", server)


def changed(*changes: Change) -> dict[str, Any]:
    props = copy.deepcopy(PROPS)
    for change in changes:
        change(props)
    return props


def refused(props: dict[str, Any]) -> list[str]:
    with pytest.raises(BadInput) as caught:
        check(props, Places(None, "one"), LAYOUTS)
    return caught.value.message.splitlines()


def test_every_rule_says_where_it_is_known_from_and_is_tried_here() -> None:
    assert [rule.name for rule in RULES] == list(BAD)[: len(RULES)]
    assert all(rule.source for rule in RULES)


@pytest.mark.parametrize(("change", "place"), EVERY)
def test_what_fc_refuses_is_refused_at_its_place_by_one_line(change: Change, place: str) -> None:
    lines = refused(changed(change))
    assert lines
    assert all(line.startswith(place) for line in lines)


@pytest.mark.parametrize(("change", "place"), EVERY)
def test_the_local_fc_refuses_what_fc_guard_refuses(
    change: Change, place: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(props_module, "problems_of", lambda props, layout: ())
    project.props = changed(change)
    report, _ = project.run("deploy")
    assert "HTTP 400, InvalidArgument" in str(report.error), place


@pytest.mark.parametrize("change", GOOD)
def test_what_is_just_within_the_rules_is_taken_by_both(change: Change, project: Project) -> None:
    project.props = changed(change)
    report, _ = project.run("deploy")
    assert report.status() == 0


def test_everything_is_told_at_once_and_nothing_is_written(project: Project) -> None:
    project.props = changed(variables(**{"a.b": "x\ny"}), timer("0 8 * * *"), function(cpu=0.07, memorySize="100"))
    with pytest.raises(BadInput) as caught:
        project.run("deploy")
    for place in (f"{PLACE}.a.b", CRON, "function.cpu", "function.memorySize"):
        assert place in caught.value.message
    assert project.server.admin.writes() == []
    assert caught.value.status == 2
