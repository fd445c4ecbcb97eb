"""Triggers and custom domains in s.yaml: what is accepted, refused, and warned about."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from tests.unit.inputs.test_props import problems, props
from tests.unit.kinds.test_quiet_domains import KEY, PEM, PLAIN, SECURE
from tests.unit.kinds.test_quiet_triggers import ITEMS, WITH_ROLE, item

HTTP = item("http")
NOWHERE = Places(None, "one")


def warnings(given: dict[str, Any]) -> tuple[str, ...]:
    return check(given, NOWHERE, LAYOUTS).warnings


def with_trigger(trigger: dict[str, Any]) -> dict[str, Any]:
    return props(triggers=[trigger])


def with_domain(**changes: Any) -> dict[str, Any]:
    return props(customDomains=[{**PLAIN, **changes}])


@pytest.mark.parametrize("of", sorted(ITEMS))
def test_every_type_of_trigger_is_accepted_without_a_word(of: str) -> None:
    assert warnings(with_trigger(item(of))) == ()


@pytest.mark.parametrize(
    "trigger",
    [
        # as the console and `s sync` export them
        item("oss", sourceArn="acs:oss:cn-hangzhou:1:b", config__bucketName=None, qualifier="LATEST", description=""),
        item("mns_topic", sourceArn="acs:mns:cn-hangzhou:1:/topics/t", config={"filterTag": ""}),
        item("tablestore", sourceArn="acs:ots:cn-hangzhou:1:instance/i/table/t", config={}),
        item("oss", config__filter={"key": {"prefix": "", "suffix": ".apk"}}),
        item("log", config__jobConfig={"maxRetryTime": "3", "triggerInterval": "60"}),
        item("timer", config__enable="true"),
        item("http", qualifier=3),
        item("eventbridge", config={"eventSourceConfig": {"eventSourceType": "Default"}}),
    ],
)
def test_other_spellings_are_accepted_without_a_word(trigger: dict[str, Any]) -> None:
    assert warnings(with_trigger(trigger)) == ()


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (item("oss", config__bucketName=None), "config.bucketName is missing; sourceArn would do as well"),
        (item("mns_topic", config__topicName=None), "config.topicName is missing"),
        (item("tablestore", config={}), "config.instanceName and config.tableName are missing"),
        (item("rds", config__instanceId=None), "config.instanceId is missing; sourceArn would do as well"),
        (item("rds", config__subscriptionObjects=[]), "config.subscriptionObjects: [] must not be empty"),
        (item("rds", config__retry=4), "must be at most 3"),
        (item("rds", config__concurrency=0), "must be at least 1"),
        (item("rds", config__eventFormat="xml"), "must be one of protobuf"),
        (item("rds", sourceArn="acs:ots:cn-hangzhou:1:instance/i/table/t"), "an ARN is expected, acs:rds:"),
        (item("oss", config__events=[]), "config.events: [] must not be empty"),
        (item("oss", role="me"), "a role is an ARN"),
        (item("log", config__jobConfig={"maxRetryTime": 101}), "must be at most 100"),
        (item("log", config__jobConfig={"triggerInterval": 2}), "must be at least 3"),
        (item("log", config__logConfig={"logstore": "l"}), "'project' is missing"),
        (item("mns_topic", config__notifyStrategy="RETRY"), "must be one of BACKOFF_RETRY"),
        (item("mns_topic", config__filterTag="x" * 17), "longer than 16 characters"),
        (item("cdn_events", config__eventName=None), "'eventName' is missing"),
        (item("timer", config__enable="yes"), "must be true or false"),
        (item("eventbridge", config={}), "'eventSourceConfig' is missing"),
        (item("eventbridge", config__eventSourceConfig={"eventSourceType": "Kafk"}), "did you mean Kafka?"),
        (
            item("eventbridge", config__eventSourceConfig={"eventSourceType": "Kafka"}),
            "eventSourceType Kafka needs eventSourceParameters.sourceKafkaParameters",
        ),
        (
            item(
                "eventbridge",
                config__eventSourceConfig={
                    "eventSourceType": "Default",
                    "eventSourceParameters": {"sourceMNSParameters": {"QueueName": "q"}},
                },
            ),
            "sourceMNSParameters does not belong to eventSourceType Default",
        ),
        ({"name": "t", "type": "https", "config": {}}, "did you mean http?"),
    ],
)
def test_a_trigger_s_problem_is_told(trigger: dict[str, Any], expected: str) -> None:
    assert any(expected in line for line in problems(with_trigger(trigger)))


def test_a_password_is_not_repeated_in_its_error() -> None:
    parameters = {"sourceDTSParameters": {"Password": ["canary"]}}
    source = {"eventSourceType": "DTS", "eventSourceParameters": parameters}
    lines = problems(with_trigger(item("eventbridge", config__eventSourceConfig=source)))
    assert not any("canary" in line for line in lines)
    assert any("Password" in line for line in lines)


def test_two_http_triggers_of_one_version_are_refused_and_of_two_are_not() -> None:
    two = [HTTP, {**HTTP, "name": "u", "qualifier": "LATEST"}]
    assert any("t is already the http trigger of LATEST" in line for line in problems(props(triggers=two)))
    assert warnings(props(triggers=[HTTP, {**HTTP, "name": "u", "qualifier": "prod"}])) == ()


def test_two_triggers_of_one_name_are_refused() -> None:
    (line,) = problems(props(triggers=[HTTP, item("timer")]))
    assert line == "triggers.1.name: 't' stands twice"


def test_a_trigger_needs_a_function() -> None:
    assert any("a trigger needs a function" in line for line in problems(props(function=None)))


@pytest.mark.parametrize("of", WITH_ROLE)
def test_a_trigger_that_names_no_role_is_accepted_without_a_word(of: str) -> None:
    assert warnings(with_trigger(item(of, role=None))) == ()


@pytest.mark.parametrize(
    ("role", "what"),
    [
        ("auto", 'service.role: "auto" is not allowed here: a role is an ARN'),
        (7, "service.role: 7 must be text"),
        ({"name": "x"}, "service.role: 'policies' is missing"),
        ({"name": "a_b", "policies": []}, "service.role.name: 'a_b': RAM takes letters, digits, . and -"),
        ({"policies": [{"name": "x"}]}, "service.role.policies.0: 'statement' is missing"),
        ({"policies": [{"name": "a.b", "statement": [{}]}]}, "service.role.policies.0.name: 'a.b': RAM takes"),
        ({"policies": [{"name": "a", "statement": [{}]}, "a"]}, "service.role.policies.1: the policy 'a' stands twice"),
        (
            {"policies": [{"name": "a", "statement": [{}]}, {"name": "a", "statement": [{}, {}]}]},
            "service.role.policies.1: the policy 'a' stands twice",
        ),
        ({"policies": [{"name": "x", "statement": ["y"]}]}, 'service.role.policies.0.statement.0: "y" must be'),
    ],
)
def test_what_is_wrong_with_a_role_is_told_at_its_place(role: Any, what: str) -> None:
    (line,) = problems(props(service__role=role))
    assert what in line


def test_auto_is_no_role() -> None:
    (line,) = problems(with_trigger(item("oss", role="auto")))
    assert "triggers.0.role" in line and "a role is an ARN" in line


@pytest.mark.parametrize(
    ("of", "key"), [("http", "role"), ("timer", "role"), ("eventbridge", "role"), ("http", "sourceArn")]
)
def test_what_a_type_has_not_is_ignored_with_a_warning(of: str, key: str) -> None:
    given = item(of, **{key: "acs:ram::1:role/x"})
    assert warnings(with_trigger(given)) == (f"{key} is ignored: a trigger of type {of} has none",)


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (item("http", config__cors={}), "unknown key 'cors'"),
        (item("oss", config__filter={"Key": {"Prefixes": "a"}}), "did you mean Prefix?"),
        (item("log", config__jobConfig={"maxRetryTimes": 1}), "did you mean maxRetryTime?"),
        (item("timer", function="f"), "unknown key 'function'"),
    ],
)
def test_an_unknown_key_of_a_trigger_is_a_warning_at_any_depth(trigger: dict[str, Any], expected: str) -> None:
    (warning,) = warnings(with_trigger(trigger))
    assert expected in warning


def test_parameters_for_a_function_have_any_keys() -> None:
    assert warnings(with_trigger(item("log", config__functionParameter={"any": 1}))) == ()


# custom domains


@pytest.mark.parametrize(
    "domain",
    [
        PLAIN,
        {key: value for key, value in PLAIN.items() if key != "protocol"},
        {**PLAIN, "domainName": "*.Example.COM"},
        {**PLAIN, "protocol": "http"},
        {**SECURE, "protocol": "HTTPS, http", "tlsConfig": {"minVersion": "TLSv1.2", "cipherSuites": ["TLS_A"]}},
        {**PLAIN, "wafConfig": {"enableWAF": False}},
        {**PLAIN, "routeConfigs": [{"path": "/*", "qualifier": 1, "methods": ["GET"]}]},
        {
            **PLAIN,
            "routeConfigs": [{"path": "/*", "rewriteConfig": {"equalRules": [{"match": "/", "replacement": ""}]}}],
        },
    ],
)
def test_a_domain_is_accepted_without_a_word(domain: dict[str, Any]) -> None:
    assert warnings(props(customDomains=[domain])) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"domainName": "localhost"}, "a host name such as www.example.com"),
        ({"domainName": "http://a.example.com"}, "a host name such as www.example.com"),
        ({"protocol": "FTP"}, "HTTP, HTTPS or HTTP,HTTPS"),
        ({"protocol": "https"}, "the protocol HTTPS needs certConfig"),
        ({"routeConfigs": [{"path": "*"}]}, "a path starts with /"),
        ({"routeConfigs": [{}]}, "'path' is missing"),
        ({"routeConfigs": [{"path": "/"}, {"path": "/"}]}, "routeConfigs.1.path: '/' stands twice"),
        ({"routeConfigs": [{"path": "/", "methods": ["get"]}]}, "must be one of GET"),
        ({"routeConfigs": None}, "'routeConfigs' is missing"),
        ({"certConfig": {"certName": "c"}}, "'certificate' is missing"),
        ({"tlsConfig": {"minVersion": "1.2"}}, "must be one of TLSv1.0"),
        ({"certId": 0}, "must be at least 1"),
        ({"certId": "www"}, "customDomains.0.certId"),
    ],
)
def test_a_domain_s_problem_is_told(changes: dict[str, Any], expected: str) -> None:
    assert any(expected in line for line in problems(with_domain(**changes)))


def test_a_private_key_is_not_repeated_in_its_error() -> None:
    certificate = {"certName": "c", "certificate": PEM, "privateKey": [KEY]}
    (line,) = problems(with_domain(certConfig=certificate))
    assert "privateKey" in line
    assert "canary" not in line


def test_a_domain_twice_in_one_step_is_refused_in_any_letter_case() -> None:
    two = [PLAIN, {**PLAIN, "domainName": PLAIN["domainName"].upper()}]
    assert any("stands twice" in line for line in problems(props(customDomains=two)))


def test_a_route_of_a_step_without_a_function_names_one() -> None:
    lines = problems(props(function=None, triggers=None, customDomains=[PLAIN]))
    assert lines == ["customDomains.0.routeConfigs.0: 'functionName' is missing, and this step has no function"]
    elsewhere = {**PLAIN, "routeConfigs": [{"path": "/*", "functionName": "f"}]}
    assert warnings(props(function=None, triggers=None, customDomains=[elsewhere])) == ()


def test_a_route_to_a_function_without_an_http_trigger_is_a_warning() -> None:
    (warning,) = warnings(props(triggers=[item("timer")], customDomains=[PLAIN]))
    assert "leads to this step's function, which has no http trigger" in warning
    elsewhere = {**PLAIN, "routeConfigs": [{"path": "/*", "functionName": "other"}]}
    assert warnings(props(triggers=[item("timer")], customDomains=[elsewhere])) == ()


def test_a_service_of_another_shape_is_told_once() -> None:
    """Nothing is said of the host name that could be made of it."""
    domain = {**PLAIN, "domainName": "auto", "routeConfigs": [{"path": "/*", "serviceName": "s", "functionName": "f"}]}
    assert problems(props(service="demo", customDomains=[domain])) == ['service: "demo" must be a mapping']


def test_a_word_that_stands_for_nothing_is_told_with_those_that_do() -> None:
    wrong = {"name": "demo", "logConfig": "automatic", "nasConfig": "automatic"}
    assert problems(props(service=wrong)) == [
        'service.logConfig: "automatic" is not allowed here: a mapping, or auto',
        'service.nasConfig: "automatic" is not allowed here: a mapping, or auto or autoPerformance',
    ]


@pytest.mark.parametrize("number", [42, "42"])
def test_a_certificate_may_be_named_by_its_number(number: int | str) -> None:
    assert warnings(with_domain(protocol="HTTPS", certId=number)) == ()


def test_a_number_beside_a_certificate_is_a_warning() -> None:
    (warning,) = warnings(with_domain(certConfig={"certName": "c", "certificate": PEM, "privateKey": KEY}, certId=42))
    assert "certId is ignored: certConfig goes before it" in warning


def test_a_certificate_without_its_key_is_a_warning() -> None:
    """It plans empty as long as nothing changes, which is what `sync` needs."""
    (warning,) = warnings(with_domain(certConfig={"certName": "c", "certificate": PEM}))
    assert "certConfig has no privateKey" in warning


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"routeConfigs": [{"path": "/*", "funtionName": "f"}]}, "did you mean functionName?"),
        ({"routeConfigs": [{"path": "/*", "rewriteConfig": {"equalRule": []}}]}, "did you mean equalRules?"),
        ({"protocoll": "HTTP"}, "did you mean protocol?"),
        ({"wafConfig": {"enableWaf": True}}, "did you mean enableWAF?"),
    ],
)
def test_an_unknown_key_of_a_domain_is_a_warning_at_any_depth(changes: dict[str, Any], expected: str) -> None:
    (warning,) = warnings(with_domain(**changes))
    assert expected in warning
