"""What FC fills in or spells in its own way on a service is no difference; what is one is found all the same.

The numbers are those of the predecessor's false alarms, facts/upstream.md §5.2.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.kinds.quiet import ACCOUNT, SERVICE, assert_quiet, differences, drifted, wanted

LOG = {"project": "p", "logstore": "l"}
LOG_ANSWER = {**SERVICE["logConfig"], **LOG}
DEFAULT_ROLE = f"acs:ram::{ACCOUNT}:role/aliyunfcdefaultrole"
NAS_POINT = {"serverAddr": "a.nas.aliyuncs.com", "nasDir": "/a", "fcDir": "/mnt/a"}
NAS_ANSWER = {"serverAddr": "a.nas.aliyuncs.com:/a", "mountDir": "/mnt/a", "enableTLS": False}
OSS_POINT = {"endpoint": "http://oss", "bucketName": "b", "mountDir": "/mnt/oss"}
OSS_ANSWER = {**OSS_POINT, "bucketPath": "/", "readOnly": False}


def nas(*points: dict[str, Any], **users: Any) -> dict[str, Any]:
    return {"nasConfig": {"userId": 0, "groupId": 0, **users, "mountPoints": list(points)}}


def oss(*points: dict[str, Any]) -> dict[str, Any]:
    return {"ossMountConfig": {"mountPoints": list(points)}}


def test_a_service_that_says_nothing_is_quiet() -> None:
    assert_quiet("service", {}, {})


@pytest.mark.parametrize("name", ["aliyunfcdefaultrole", "AliyunFcDefaultRole", "AliyunFCDefaultRole"])
def test_the_role_that_the_predecessor_makes_up_where_s_yaml_has_none_is_no_difference(name: str) -> None:
    answer = {"logConfig": LOG_ANSWER, "role": f"acs:ram::{ACCOUNT}:role/{name}"}
    assert_quiet("service", {"logConfig": LOG}, answer)


@pytest.mark.parametrize(
    "beside",
    [{"asyncConfiguration": {"maxAsyncRetryAttempts": 1}}, {"customContainerConfig": {"image": "i"}}],
)
def test_the_role_that_the_function_needs_is_no_difference(beside: dict[str, Any]) -> None:
    assert_quiet("service", {}, {"role": DEFAULT_ROLE}, beside=beside)


def test_another_role_that_s_yaml_does_not_name_is_told() -> None:
    other = {"logConfig": LOG_ANSWER, "role": f"acs:ram::{ACCOUNT}:role/admin"}
    assert differences("service", {"logConfig": LOG}, other) == ["role"]


def test_members_of_a_log_that_s_yaml_does_not_name_are_no_difference() -> None:
    assert_quiet("service", {"logConfig": LOG, "role": DEFAULT_ROLE}, {"logConfig": LOG_ANSWER, "role": DEFAULT_ROLE})


def test_members_of_a_log_that_fc_leaves_out_are_no_difference() -> None:
    full = {**LOG_ANSWER}
    assert_quiet("service", {"logConfig": full, "role": DEFAULT_ROLE}, {"logConfig": LOG, "role": DEFAULT_ROLE})


def test_a_metric_switched_on_online_is_drift() -> None:
    props = {"logConfig": LOG, "role": DEFAULT_ROLE}
    before = {"logConfig": LOG_ANSWER, "role": DEFAULT_ROLE}
    after = {**before, "logConfig": {**LOG_ANSWER, "enableRequestMetrics": True}}
    assert drifted("service", props, before, after) == {"logConfig.enableRequestMetrics": "online-only"}


def test_the_order_of_a_vpc_s_switches_means_nothing() -> None:
    props = {"vpcConfig": {"vpcId": "vpc-1", "securityGroupId": "sg-1", "vswitchIds": ["vsw-2", "vsw-1"]}}
    answer = {
        "vpcConfig": {
            "vpcId": "vpc-1",
            "securityGroupId": "sg-1",
            "vSwitchIds": ["vsw-1", "vsw-2"],
            "role": "acs:ram::1:role/x",
            "anytunnelViaENI": False,
        },
        "role": DEFAULT_ROLE,
    }
    assert_quiet("service", props, answer)
    answer["vpcConfig"]["vSwitchIds"] = ["vsw-1"]
    assert differences("service", props, answer) == ["vpcConfig.vSwitchIds"]


def test_the_order_of_mount_points_means_nothing() -> None:
    second = {"serverAddr": "b.nas.aliyuncs.com", "nasDir": "/b", "fcDir": "/mnt/b"}
    second_answer = {"serverAddr": "b.nas.aliyuncs.com:/b", "mountDir": "/mnt/b", "enableTLS": False}
    assert_quiet("service", nas(NAS_POINT, second), {**nas(second_answer, NAS_ANSWER), "role": DEFAULT_ROLE})
    other = {**OSS_ANSWER, "mountDir": "/mnt/two"}
    points = oss(OSS_POINT, {**OSS_POINT, "mountDir": "/mnt/two"})
    assert_quiet("service", points, {**oss(other, OSS_ANSWER), "role": DEFAULT_ROLE})


@pytest.mark.parametrize("role", [DEFAULT_ROLE.upper().replace("ACS:RAM", "acs:ram"), DEFAULT_ROLE])
def test_the_letter_case_of_a_role_means_nothing(role: str) -> None:
    assert_quiet("service", {"role": role}, {"role": DEFAULT_ROLE})


def test_the_whole_bucket_writable_is_what_fc_fills_in() -> None:
    answer = {**oss(OSS_ANSWER), "role": DEFAULT_ROLE}
    assert_quiet("service", oss(OSS_POINT), answer)
    assert_quiet("service", oss({**OSS_POINT, "bucketPath": "/", "readOnly": False}), answer)
    assert_quiet(
        "service", oss({**OSS_POINT, "bucketPath": "/", "readOnly": False}), {**oss(OSS_POINT), "role": DEFAULT_ROLE}
    )


@pytest.mark.parametrize("change", [{"bucketPath": "/sub"}, {"readOnly": True}, {"bucketName": "other"}])
def test_another_folder_or_switch_is_a_difference(change: dict[str, Any]) -> None:
    answer = {**oss({**OSS_ANSWER, **change}), "role": DEFAULT_ROLE}
    assert differences("service", oss(OSS_POINT), answer) == ["ossMountConfig.mountPoints./mnt/oss"]


@pytest.mark.parametrize("answer", [{"type": None, "params": None}, {}, None, {"type": "", "params": {}}])
def test_tracing_disabled_and_no_tracing_are_the_same(answer: Any) -> None:
    assert_quiet("service", {"tracingConfig": "Disable"}, {"tracingConfig": answer})
    assert_quiet("service", {}, {"tracingConfig": answer})


def test_the_endpoint_of_tracing_is_not_s_yaml_s() -> None:
    answer = {"type": "Jaeger", "params": {"endpoint": "http://tracing-analysis-dc-hz/adapt_a_b/api/traces"}}
    assert_quiet("service", {"tracingConfig": "Enable"}, {"tracingConfig": answer})
    assert differences("service", {"tracingConfig": "Disable"}, {"tracingConfig": answer}) == ["tracingConfig.type"]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"nasDir": "/a/"}, {}),
        ({}, {"serverAddr": "a.nas.aliyuncs.com:/a/"}),
        ({"fcDir": "/mnt/a/"}, {}),
        ({}, {"mountDir": "/mnt/a/"}),
        ({"enableTLS": False}, {"enableTLS": None}),
    ],
)
def test_a_slash_at_the_end_of_a_folder_means_nothing(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    answer = {**nas({**NAS_ANSWER, **theirs}), "role": DEFAULT_ROLE}
    assert_quiet("service", nas({**NAS_POINT, **ours}), answer)


def test_another_folder_is_a_difference() -> None:
    answer = {**nas({**NAS_ANSWER, "serverAddr": "a.nas.aliyuncs.com:/b"}), "role": DEFAULT_ROLE}
    assert differences("service", nas(NAS_POINT), answer) == ["nasConfig.mountPoints./mnt/a"]


def test_numbers_and_switches_written_as_text_are_no_difference() -> None:
    answer = {**nas(NAS_ANSWER, userId=10003, groupId=10003), "role": DEFAULT_ROLE, "internetAccess": False}
    props = {**nas(NAS_POINT, userId="10003", groupId="10003"), "internetAccess": "false"}
    assert_quiet("service", props, answer)


def test_the_user_that_fc_picks_for_a_file_system_is_not_told() -> None:
    for user in (-1, 0, 10003):
        props = {"nasConfig": {"mountPoints": [NAS_POINT]}}
        assert_quiet("service", props, {**nas(NAS_ANSWER, userId=user, groupId=user), "role": DEFAULT_ROLE})


@pytest.mark.parametrize(
    "empty",
    [
        {"vpcConfig": {}},
        {"vpcConfig": {"vpcId": "", "vswitchIds": [], "securityGroupId": "", "role": ""}},
        {"nasConfig": {"userId": -1, "groupId": -1, "mountPoints": []}},
        {"ossMountConfig": {"mountPoints": []}},
        {"logConfig": {"project": "", "logstore": ""}},
        {"description": "", "role": ""},
    ],
)
def test_an_export_of_what_is_empty_online_is_quiet(empty: dict[str, Any]) -> None:
    assert_quiet("service", empty, {})


def test_members_that_an_older_fc_does_not_know_are_not_missed() -> None:
    live = {"vpcConfig": None, "nasConfig": None, "ossMountConfig": None, "tracingConfig": None, "logConfig": None}
    assert_quiet("service", {"internetAccess": True, "description": ""}, live)


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"description": "x"}, "description"),
        ({"internetAccess": False}, "internetAccess"),
        ({"role": "acs:ram::1:role/x"}, "role"),
        ({"logConfig": {**LOG_ANSWER, "logstore": "other"}}, "logConfig.logstore"),
        ({"tracingConfig": {"type": None}}, "tracingConfig.type"),
        (nas({**NAS_ANSWER, "enableTLS": True}), "nasConfig.mountPoints./mnt/a"),
        (nas(NAS_ANSWER, userId=5), "nasConfig.userId"),
    ],
)
def test_an_online_edit_of_one_prop_is_drift_of_that_prop_alone(edit: dict[str, Any], field: str) -> None:
    props = {
        "description": "d",
        "internetAccess": True,
        "role": DEFAULT_ROLE,
        "logConfig": LOG,
        "tracingConfig": "Enable",
        **nas(NAS_POINT),
    }
    before = {
        "description": "d",
        "role": DEFAULT_ROLE,
        "logConfig": LOG_ANSWER,
        "tracingConfig": {"type": "Jaeger", "params": {"endpoint": "e"}},
        **nas(NAS_ANSWER),
    }
    assert drifted("service", props, before, {**before, **edit}) == {field: "drift"}


def test_the_word_auto_means_itself_where_nothing_is_left_to_us() -> None:
    made = wanted("service", {"name": "auto", "description": "auto"})
    assert made.id.name == "auto"
    assert made.fields[("description",)] == "auto"
