"""Roles that s.yaml asks for by what they may do: names, trust, policies, and what is the same in another spelling."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.kinds.support.grants import (
    Grant,
    grants,
    of_service,
    of_triggers,
    role_of_trigger,
    types_without,
)
from fc_guard.kinds.support.policies import ram_name, spelled
from tests.unit.inputs.test_props import props as changed
from tests.unit.kinds.quiet_items import ACCOUNT, REGION
from tests.unit.kinds.test_quiet_triggers import WITH_ROLE, item

INVOKES = ["acs:fc:*:*:services/demo.*/functions/*", "acs:fc:*:*:services/demo/functions/*"]


def service(**changes: Any) -> Grant:
    found = of_service(changed(**{"service__role": {"policies": []}, **changes}), ACCOUNT, REGION)
    assert found is not None
    return found


def triggers(*types: str) -> Grant:
    found = of_triggers(changed(triggers=[item(of, role=None) for of in types]), ACCOUNT, REGION)
    assert found is not None
    return found


def names(grant: Grant) -> list[str]:
    return [policy.name for policy in grant.policies]


@pytest.mark.parametrize(
    ("changes", "policies"),
    [
        ({}, []),
        ({"service__vpcConfig": "auto"}, ["AliyunECSNetworkInterfaceManagementAccess"]),
        ({"service__nasConfig": "Auto"}, ["AliyunECSNetworkInterfaceManagementAccess"]),
        ({"service__ossMountConfig": {"mountPoints": [{}]}}, ["AliyunOSSFullAccess"]),
        ({"service__logConfig": "auto"}, ["AliyunLogFullAccess"]),
        ({"service__logConfig": {"project": "p", "logstore": "l"}}, [f"fcDeployDefaultLogPolicy-{REGION}-demo"]),
        ({"function__customContainerConfig": {"image": "i"}}, ["AliyunContainerRegistryReadOnlyAccess"]),
        (
            {"function__asyncConfiguration": {"statefulInvocation": True}},
            ["AliyunFCInvocationAccess", f"AliyunFcGeneratedMNSPolicy-{REGION}-demo"],
        ),
        ({"service__role": {"policies": ["AliyunOSSReadOnlyAccess"]}}, ["AliyunOSSReadOnlyAccess"]),
    ],
)
def test_a_role_has_what_the_rest_of_the_step_needs(changes: dict[str, Any], policies: list[str]) -> None:
    assert names(service(**changes)) == policies


def test_logs_may_be_written_to_that_store_alone() -> None:
    (policy,) = service(service__logConfig={"project": "p", "logstore": "l"}).policies
    where = "acs:log:*:*:project/p/logstore/l"
    assert policy.statements == ({"Effect": "Allow", "Action": ["log:PostLogStoreLogs"], "Resource": [where]},)


def test_a_role_without_a_name_has_the_predecessor_s() -> None:
    assert service().role.parts == ("fcDeployDefaultRole-demo",)
    assert service(service__role={"name": "Mine", "policies": []}).role.parts == ("Mine",)


@pytest.mark.parametrize(
    ("prefix", "name", "made"),
    [
        ("FcDeployCreateRole-", "my_shop-hello", "FcDeployCreateRole-my-shop-hello"),
        ("fcDeployDefaultRole-", "a" * 44, "fcDeployDefaultRole-" + "a" * 44),
        # HMAC-MD5 of the name, keyed by the account: worked out with openssl
        ("fcDeployDefaultRole-", "A" * 45, "aaaaaa-3c975ed-fcDeployDefaultRole-"),
    ],
)
def test_names_are_those_of_the_predecessor(prefix: str, name: str, made: str) -> None:
    assert ram_name(prefix, name, "1234567890123456") == made


@pytest.mark.parametrize("of", WITH_ROLE)
def test_a_trigger_s_role_lets_its_source_call_the_function(of: str) -> None:
    grant = triggers(of)
    assert grant.role.parts == ("FcDeployCreateRole-demo-hello",)
    (policy,) = grant.policies
    assert policy.statements[0] == {"Effect": "Allow", "Action": ["fc:InvokeFunction"], "Resource": INVOKES}
    (statement,) = grant.trust
    who = {"RAM": ["acs:ram::1604337383174619:root"]} if of == "tablestore" else None
    expected = {"oss": "oss", "log": "log", "mns_topic": "mns", "cdn_events": "cdn", "rds": "rds"}
    assert statement["Principal"] == (who or {"Service": [f"{expected[of]}.aliyuncs.com"]})


def test_one_role_is_shared_by_all_triggers_of_a_function() -> None:
    grant = triggers("oss", "log", "tablestore", "oss")
    assert [statement["Principal"] for statement in grant.trust] == [
        {"RAM": ["acs:ram::1604337383174619:root"]},
        {"Service": ["log.aliyuncs.com", "oss.aliyuncs.com"]},
    ]
    assert names(grant) == [f"FcDeployDefault{of}Policy-demo-hello" for of in ("Ots", "Log", "Oss")]


@pytest.mark.parametrize("name", ["FcDeployCreateRole-demo-hello", "fcdeploycreaterole-DEMO-hello"])
def test_a_service_s_role_that_is_called_like_the_triggers_is_one_role(name: str) -> None:
    props = changed(
        service__role={"name": name, "policies": ["AliyunOSSFullAccess"]}, triggers=[item("oss", role=None)]
    )
    (grant,) = grants(props, ACCOUNT, REGION)
    assert (grant.role.name, grant.on_demand) == (name, False)
    assert sorted(names(grant)) == ["AliyunOSSFullAccess", "FcDeployDefaultOssPolicy-demo-hello"]
    who = [statement["Principal"] for statement in grant.trust]
    assert who == [{"Service": ["fc.aliyuncs.com"]}, {"Service": ["oss.aliyuncs.com"]}]
    of_trigger = role_of_trigger(props, props["triggers"][0], ACCOUNT, REGION)
    assert of_trigger is not None
    assert of_trigger.of == grant.role.child("rolePolicy", "FcDeployDefaultOssPolicy-demo-hello")


@pytest.mark.parametrize("of", WITH_ROLE)
def test_a_policy_of_triggers_is_for_those_of_its_type(of: str) -> None:
    (policy,) = triggers(of).policies
    assert types_without(policy.name) == set(WITH_ROLE) - {of}
    assert types_without(ram_name(policy.name.removesuffix("demo-hello"), "a" * 60, ACCOUNT)) == set(WITH_ROLE) - {of}
    assert types_without("AliyunOSSFullAccess") == set()


def test_a_trigger_that_names_a_role_asks_for_none() -> None:
    assert grants(changed(triggers=[item(of) for of in WITH_ROLE]), ACCOUNT, REGION) == ()


BOTH: list[dict[str, Any]] = [
    {"Effect": "Allow", "Action": ["oss:Get*", "oss:List*"], "Resource": ["*"]},
    {"Effect": "Deny", "Action": ["oss:GetBucket"], "Resource": ["a", "b"]},
]


@pytest.mark.parametrize(
    "same",
    [
        BOTH[::-1],
        [{"Resource": "*", "Action": ["oss:List*", "oss:Get*"], "Effect": "Allow"}, BOTH[1]],
        [BOTH[0], BOTH[0], {**BOTH[1], "Action": "oss:GetBucket", "Resource": ("b", "a")}],
    ],
)
def test_another_spelling_means_the_same(same: Any) -> None:
    assert spelled(same) == spelled(BOTH)


@pytest.mark.parametrize(
    "other",
    [
        BOTH[:1],
        [BOTH[0], {**BOTH[1], "Effect": "Allow"}],
        [{**BOTH[0], "Action": ["oss:Get*"]}, BOTH[1]],
        [{**BOTH[0], "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}}, BOTH[1]],
        "nonsense",
        None,
    ],
)
def test_another_meaning_is_another_policy(other: Any) -> None:
    assert spelled(other) != spelled(BOTH)


def test_a_condition_s_value_may_be_one_or_a_list() -> None:
    one, many = ({"Condition": {"IpAddress": {"acs:SourceIp": value}}} for value in ("10.0.0.1", ["10.0.0.1"]))
    assert spelled([one]) == spelled([many])


@pytest.mark.parametrize("text", ["nonsense", 7, None, ["x"]])
def test_what_is_no_policy_stays_as_it_is(text: Any) -> None:
    assert spelled(text) == text
