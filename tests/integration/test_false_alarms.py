"""The predecessor's false alarms (facts: upstream 5.2), end to end: FC answers with the value shown there, and a plan
says nothing. With a baseline and without one, and again when FC goes back to its other words."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from fc_guard.kinds.spelling import PREDECESSORS_DESCRIPTION
from fc_guard.model.fields import Cause
from fc_local.server import LocalServer
from tests.integration.answers import Document, Edit, as_usual, says
from tests.integration.project import ACCOUNT, Project
from tests.integration.silence import assert_silent, deployed, fresh, listed
from tests.integration.test_code_sources import zip_of
from tests.unit.kinds.test_quiet_domains import PLAIN, SECURE
from tests.unit.kinds.test_quiet_triggers import WITH_ROLE, item

ROLE = f"acs:ram::{ACCOUNT}:role/AliyunFCDefaultRole"
LOG = {"project": "p", "logstore": "l"}
NAS_POINT = {"serverAddr": "a.nas.aliyuncs.com", "nasDir": "/a", "fcDir": "/mnt/a"}
OSS_POINT = {"endpoint": "http://oss-cn-hangzhou.aliyuncs.com", "bucketName": "b", "mountDir": "/mnt/oss"}
CUSTOM = {"runtime": "custom.debian10"}
GPU = {"runtime": "custom-container", "instanceType": "fc.gpu.tesla.1", "memorySize": 16384, "gpuMemorySize": 16384}
BOX = {"customContainerConfig": {"image": "registry.cn-hangzhou.aliyuncs.com/a/b:1"}}
V1, V2 = "dcd6a873f4f5adf7ad3375ddac7171ec#Python310#2", "acs:fc:cn-hangzhou:official:layers/Python310/versions/2"

Words = Mapping[str, Any] | Edit


@pytest.fixture(autouse=True)
def _fc_fills_in_nothing_else(server: LocalServer) -> None:
    """Every test shows the values it names, whatever the open questions are answered with."""
    fills = dict.fromkeys(("fill_function_defaults", "fill_async_defaults", "fill_log_trigger"), False)
    server.admin.switches(**fills, legacy_fields=2023, domain_update_merges=True)


def with_props(project: Project, kind: str, **props: Any) -> Project:
    """The project with more to say of its service or function, or with just this trigger or domain."""
    match kind:
        case "service" | "function":
            project.props[kind] |= copy.deepcopy(props)
        case "trigger":
            project.props["triggers"] = [copy.deepcopy(props)]
        case "customDomain":
            project.props["customDomains"] = [copy.deepcopy(props)]
        case _:
            raise AssertionError(kind)
    return project


def assert_quiet(project: Project, kind: str, *words: Words) -> None:
    """Deploys, and has FC answer in each of these words: nobody notices, whatever was read before."""
    deployed(project)
    assert_silent(project)
    assert_silent(fresh(project))
    for shown in words:
        says(project, kind, shown)
        assert_silent(project)
        adopter = fresh(project)
        assert_silent(adopter)
        as_usual(project)
        assert_silent(adopter)  # its baseline has the other words in it


def reversed_at(*path: str | int) -> Edit:
    """Turns a list in the answer round."""

    def edit(document: Document) -> None:
        place: Any = document
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = place[path[-1]][::-1]

    return edit


def test_the_private_key_that_fc_never_shows_is_no_difference(project: Project) -> None:
    with_props(project, "customDomain", **SECURE)
    assert_quiet(project, "customDomain", *({"certConfig": {"privateKey": text}} for text in ("", "******")))


@pytest.mark.parametrize("name", ["AliyunFCDefaultRole", "aliyunfcdefaultrole"])
def test_the_role_that_a_deployment_adds_for_a_log_is_no_difference(project: Project, name: str) -> None:
    with_props(project, "service", logConfig=LOG)
    words = {"role": ROLE.replace("AliyunFCDefaultRole", name)}
    assert_quiet(project, "service", *([words] if name != "aliyunfcdefaultrole" else []))


@pytest.mark.parametrize("online", [ROLE, ROLE.lower()])
def test_the_default_role_that_the_predecessor_deployed_is_no_difference(project: Project, online: str) -> None:
    deployed(project)
    project.edit("UpdateService", "demo", logConfig=LOG, role=online)
    assert_silent(with_props(fresh(project), "service", logConfig=LOG))


def test_another_role_is_told(project: Project) -> None:
    deployed(with_props(project, "service", logConfig=LOG))
    project.edit("UpdateService", "demo", role=f"acs:ram::{ACCOUNT}:role/admin")
    assert listed(project) == {"role": Cause.ONLINE_ONLY}


def test_members_of_a_log_that_s_yaml_does_not_name_are_no_difference(project: Project) -> None:
    with_props(project, "service", logConfig=LOG)
    without = {"enableRequestMetrics": None, "enableInstanceMetrics": None, "logBeginRule": None}
    assert_quiet(project, "service", {"logConfig": without}, {"logConfig": {**without, "logBeginRule": ""}})


def test_a_metric_that_somebody_switched_on_is_told(project: Project) -> None:
    deployed(with_props(project, "service", logConfig={**LOG, "enableRequestMetrics": False}))
    project.edit("UpdateService", "demo", logConfig={**LOG, "enableRequestMetrics": True})
    assert listed(project) == {"logConfig.enableRequestMetrics": Cause.DRIFT}


@pytest.mark.parametrize("here", [None, "", PREDECESSORS_DESCRIPTION])
def test_the_description_that_the_predecessor_makes_up_is_no_difference(project: Project, here: str | None) -> None:
    if here is not None:
        with_props(project, "function", description=here)
    deployed(project)
    project.edit("UpdateFunction", "demo", "hello", description=PREDECESSORS_DESCRIPTION)
    assert_silent(project)
    assert_silent(fresh(project))


def test_a_description_that_somebody_wrote_is_told(project: Project) -> None:
    deployed(with_props(project, "function", description="ours"))
    project.edit("UpdateFunction", "demo", "hello", description="theirs")
    assert listed(project) == {"description": Cause.DRIFT}


@pytest.mark.parametrize("most", [1, 20])
def test_a_soft_concurrency_of_0_or_the_same_as_the_hard_one_is_no_difference(project: Project, most: int) -> None:
    with_props(project, "function", instanceConcurrency=most)
    assert_quiet(project, "function", {"instanceSoftConcurrency": 0}, {"instanceSoftConcurrency": most})


@pytest.mark.parametrize("here", ["fc.gpu.tesla.1", "g1"])
@pytest.mark.parametrize("memory", [16384, None])
def test_the_memory_of_a_gpu_is_no_difference(project: Project, here: str, memory: int | None) -> None:
    with_props(project, "function", **{**GPU, **BOX, "instanceType": here})
    del project.props["function"]["codeUri"]
    if memory is None:
        del project.props["function"]["gpuMemorySize"]
    assert_quiet(project, "function", {"instanceType": "g1", "gpuMemorySize": 16384})


@pytest.mark.parametrize("runtime", ["custom.debian10", "custom"])
def test_the_port_and_start_command_of_a_custom_runtime_are_no_difference(project: Project, runtime: str) -> None:
    with_props(project, "function", runtime=runtime, customRuntimeConfig={"command": ["python3"], "args": ["a", 80]})
    assert_quiet(project, "function", {"caPort": None})


def test_a_start_command_that_nobody_set_is_no_difference(project: Project) -> None:
    with_props(project, "function", **CUSTOM)
    empty = {"customRuntimeConfig": {"command": None, "args": None}}
    assert_quiet(project, "function", empty, {"customRuntimeConfig": {"command": [], "args": []}})


@pytest.mark.parametrize("thresholds", ["3/1", "1/2", "3/3"])
def test_the_thresholds_of_a_probe_that_names_its_path_alone_are_no_difference(
    project: Project, thresholds: str
) -> None:
    project.server.admin.switches(health_check_thresholds=thresholds)
    with_props(project, "function", **CUSTOM, customHealthCheckConfig={"httpGetUrl": "/health"})
    assert_quiet(project, "function", {"customHealthCheckConfig": {"periodSeconds": None, "initialDelaySeconds": None}})


def test_a_threshold_that_somebody_changed_is_told(project: Project) -> None:
    probe = {"httpGetUrl": "/health", "failureThreshold": 3}
    deployed(with_props(project, "function", **CUSTOM, customHealthCheckConfig=probe))
    project.edit("UpdateFunction", "demo", "hello", customHealthCheckConfig={**probe, "failureThreshold": 1})
    assert listed(project) == {"customHealthCheckConfig.failureThreshold": Cause.DRIFT}


@pytest.mark.parametrize("here", [V1, V2])
def test_a_layer_in_either_spelling_is_the_same(project: Project, here: str) -> None:
    with_props(project, "function", layers=[here])
    other = V2 if here == V1 else V1
    assert_quiet(project, "function", {"layers": [other], "layersArnV2": [V2]}, {"layers": None, "layersArnV2": [V2]})


def test_the_order_of_an_http_trigger_s_methods_means_nothing(project: Project) -> None:
    assert_quiet(with_props(project, "trigger", **item("http")), "trigger", reversed_at("triggerConfig", "methods"))


def test_the_order_of_a_bucket_s_events_means_nothing(project: Project) -> None:
    assert_quiet(with_props(project, "trigger", **item("oss")), "trigger", reversed_at("triggerConfig", "events"))


def test_the_order_of_the_cdn_s_domains_means_nothing(project: Project) -> None:
    turned = reversed_at("triggerConfig", "filter", "domain")
    assert_quiet(with_props(project, "trigger", **item("cdn_events")), "trigger", turned)


def test_the_order_of_a_vpc_s_switches_means_nothing(project: Project) -> None:
    vpc = {"vpcId": "vpc-1", "securityGroupId": "sg-1", "vswitchIds": ["vsw-2", "vsw-1"]}
    assert_quiet(with_props(project, "service", vpcConfig=vpc), "service", reversed_at("vpcConfig", "vSwitchIds"))


def test_the_order_of_bindings_means_nothing(project: Project) -> None:
    with_props(project, "service", vpcBinding=["vpc-2", "vpc-1", "vpc-3"])
    assert_quiet(project, "vpcBinding", reversed_at("vpcIds"))


@pytest.mark.parametrize("of", WITH_ROLE)
def test_the_letter_case_of_a_trigger_s_role_means_nothing(project: Project, of: str) -> None:
    assert_quiet(with_props(project, "trigger", **item(of, role=ROLE)), "trigger", {"invocationRole": ROLE.lower()})


@pytest.mark.parametrize("of", ["http", "timer", "eventbridge"])
def test_the_qualifier_latest_is_the_same_as_none(project: Project, of: str) -> None:
    assert_quiet(with_props(project, "trigger", **item(of)), "trigger", {"qualifier": "LATEST"}, {"qualifier": ""})


def test_the_qualifier_latest_in_s_yaml_is_the_same_as_none(project: Project) -> None:
    with_props(project, "trigger", **item("http", qualifier="LATEST"))
    assert_quiet(project, "trigger", {"qualifier": None}, {"qualifier": ""})


@pytest.mark.parametrize(
    ("of", "filled"),
    [
        ("timer", {"payload": ""}),
        ("timer", {"payload": None}),
        ("http", {"authConfig": None, "disableURLInternet": False}),
        ("http", {"authConfig": ""}),
        ("log", {"targetConfig": None, "sourceConfig": {"startTime": None}}),
        ("log", {"targetConfig": {"any": 1}, "sourceConfig": {"startTime": 1700000000}}),
        ("oss", {"filter": {"key": {"suffix": None}}}),
        ("mns_topic", {"filterTag": ""}),
        ("eventbridge", {"runOptions": None, "eventSinkConfig": {}}),
    ],
)
def test_members_that_fc_fills_into_a_trigger_are_no_difference(
    project: Project, of: str, filled: dict[str, Any]
) -> None:
    assert_quiet(with_props(project, "trigger", **item(of)), "trigger", {"triggerConfig": filled})


@pytest.mark.parametrize("here", [None, "LATEST"])
def test_the_qualifier_latest_of_a_route_is_the_same_as_none(project: Project, here: str | None) -> None:
    route = {"path": "/*", **({"qualifier": here} if here else {})}
    with_props(project, "customDomain", **{**PLAIN, "routeConfigs": [route]})

    def qualified(text: str | None) -> Callable[[Document], None]:
        return lambda document: document["routeConfig"]["routes"][0].update(qualifier=text)

    assert_quiet(project, "customDomain", qualified("LATEST"), qualified(""))


@pytest.mark.parametrize("here", [{}, {"bucketPath": "/"}, {"readOnly": False}])
def test_the_whole_bucket_writable_is_what_fc_fills_in(project: Project, here: dict[str, Any]) -> None:
    with_props(project, "service", ossMountConfig={"mountPoints": [{**OSS_POINT, **here}]})
    filled = {**OSS_POINT, "bucketPath": "/", "readOnly": False}
    assert_quiet(project, "service", {"ossMountConfig": {"mountPoints": [filled]}})


@pytest.mark.parametrize("here", [None, "Disable"])
def test_no_tracing_in_any_words_is_the_same(project: Project, here: str | None) -> None:
    if here is not None:
        with_props(project, "service", tracingConfig=here)
    empty: list[Document] = [{"tracingConfig": None}, {"tracingConfig": {"type": ""}}]
    assert_quiet(project, "service", *empty, lambda document: document.pop("tracingConfig"))


def test_tracing_that_somebody_switched_off_is_told(project: Project) -> None:
    deployed(with_props(project, "service", tracingConfig="Enable"))
    project.edit("UpdateService", "demo", tracingConfig={})
    assert listed(project) == {"tracingConfig.type": Cause.DRIFT}


@pytest.mark.parametrize("config", [{"maxAsyncRetryAttempts": 1}, {"statefulInvocation": True}])
@pytest.mark.parametrize("retries", [3, 2])
def test_members_of_asynchronous_invocation_that_s_yaml_does_not_name_are_no_difference(
    project: Project, config: dict[str, Any], retries: int
) -> None:
    with_props(project, "function", asyncConfiguration=config)
    filled = {"maxAsyncEventAgeInSeconds": 86400, "maxAsyncRetryAttempts": retries, "statefulInvocation": False}
    assert_quiet(project, "asyncConfig", {**filled, **config}, {**filled, **config, "destinationConfig": {}})


@pytest.mark.parametrize("here", ["/a", "/a/"])
def test_a_slash_at_the_end_of_a_folder_means_nothing(project: Project, here: str) -> None:
    nas = {"userId": 0, "groupId": 0, "mountPoints": [{**NAS_POINT, "nasDir": here}]}
    with_props(project, "service", nasConfig=nas)

    def in_folder(text: str) -> dict[str, Any]:
        point = {"serverAddr": f"a.nas.aliyuncs.com:{text}", "mountDir": "/mnt/a/"}
        return {"nasConfig": {"mountPoints": [point]}}

    assert_quiet(project, "service", in_folder("/a"), in_folder("/a/"))


def test_another_folder_is_told(project: Project) -> None:
    nas = {"userId": 0, "groupId": 0, "mountPoints": [NAS_POINT]}
    deployed(with_props(project, "service", nasConfig=nas))
    point = {"serverAddr": "a.nas.aliyuncs.com:/b", "mountDir": "/mnt/a"}
    project.edit("UpdateService", "demo", nasConfig={"userId": 0, "groupId": 0, "mountPoints": [point]})
    assert listed(project) == {"nasConfig.mountPoints./mnt/a": Cause.DRIFT}


def test_numbers_as_text_are_numbers(project: Project) -> None:
    texts = {"memorySize": "512", "timeout": "60", "cpu": "0.35", "diskSize": "512", "instanceConcurrency": "10"}
    assert_quiet(with_props(project, "function", **texts, environmentVariables={"SIZE": 3, "DEBUG": True}), "function")


def test_numbers_as_text_in_a_trigger_are_numbers(project: Project) -> None:
    trigger = item("log", config__jobConfig={"maxRetryTime": "3", "triggerInterval": "60"}, config__enable="true")
    with_props(project, "trigger", **trigger)
    texts_online = {"triggerConfig": {"jobConfig": {"maxRetryTime": "3", "triggerInterval": "60"}, "enable": "true"}}
    assert_quiet(project, "trigger", texts_online)


@pytest.mark.parametrize("computed", [{"cpu": 0.1, "diskSize": 512}, {"cpu": 0.08}, {"gpuMemorySize": 0}])
def test_what_fc_works_out_from_the_memory_is_no_difference(project: Project, computed: dict[str, Any]) -> None:
    assert_quiet(project, "function", computed)


def test_what_fc_works_out_at_every_answer_is_no_difference(project: Project) -> None:
    project.server.admin.switches(fill_function_defaults=True)
    assert_quiet(project, "function")


def test_a_tls_configuration_that_s_yaml_does_not_name_is_told_once(project: Project) -> None:
    """It is somebody's setting: told once, kept, and nobody's change from then on."""
    deployed(with_props(project, "customDomain", **SECURE))
    project.edit("UpdateCustomDomain", "www.example.com", tlsConfig={"minVersion": "TLSv1.1"})
    assert listed(project) == {"tlsConfig.minVersion": Cause.ONLINE_ONLY}
    other = fresh(project)
    report, person = other.run("plan --exit-code")
    assert (report.status(exit_code=True), report.plan.writes, report.plan.undecided) == (0, (), ())
    assert "only set online: tlsConfig.minVersion" in person.text
    deployed(other)
    assert_silent(other)


def test_a_resource_that_was_only_touched_is_no_difference_beside_an_edit_of_ours(project: Project) -> None:
    """The predecessor takes lastModifiedTime for a change, and asks."""
    deployed(project)
    project.server.admin.clock("2030-01-01T00:00:00Z")
    project.edit("UpdateService", "demo")
    project.edit("UpdateFunction", "demo", "hello")
    project.edit("UpdateTrigger", "demo", "hello", "tick")
    assert_silent(project)
    project.props["function"]["timeout"] = 20
    assert listed(project) == {"timeout": Cause.CHANGE}
    deployed(project)
    assert_silent(project)


def test_the_same_code_deployed_by_somebody_else_is_no_difference(project: Project) -> None:
    """The predecessor compares the checksum of a package with its state; without a state it always differs."""
    deployed(project)
    assert_silent(fresh(project))
    text = (project.root / "code" / "index.py").read_text(encoding="utf-8")
    zipped = zip_of({"index.py": text})
    project.server.admin.put_object("code", "app.zip", zipped)
    project.edit("UpdateFunction", "demo", "hello", code={"ossBucketName": "code", "ossObjectName": "app.zip"})
    assert_silent(project)
    assert_silent(fresh(project))


def test_other_code_is_told(project: Project) -> None:
    deployed(project)
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": "# theirs\n"})
    assert listed(project) == {"code": Cause.DRIFT}
    assert listed(fresh(project)) == {"code": Cause.UNKNOWN}


ALARMS: Final[Mapping[str, tuple[Callable[..., None], ...]]] = {
    "F1": (test_the_private_key_that_fc_never_shows_is_no_difference,),
    "F2": (
        test_the_role_that_a_deployment_adds_for_a_log_is_no_difference,
        test_the_default_role_that_the_predecessor_deployed_is_no_difference,
        test_another_role_is_told,
    ),
    "F3": (
        test_members_of_a_log_that_s_yaml_does_not_name_are_no_difference,
        test_a_metric_that_somebody_switched_on_is_told,
    ),
    "F4": (
        test_the_description_that_the_predecessor_makes_up_is_no_difference,
        test_a_description_that_somebody_wrote_is_told,
    ),
    "F5": (test_a_soft_concurrency_of_0_or_the_same_as_the_hard_one_is_no_difference,),
    "F6": (test_the_memory_of_a_gpu_is_no_difference,),
    "F7": (
        test_the_port_and_start_command_of_a_custom_runtime_are_no_difference,
        test_a_start_command_that_nobody_set_is_no_difference,
    ),
    "F8": (
        test_the_thresholds_of_a_probe_that_names_its_path_alone_are_no_difference,
        test_a_threshold_that_somebody_changed_is_told,
    ),
    "F9": (test_a_layer_in_either_spelling_is_the_same,),
    "F10": (
        test_the_order_of_an_http_trigger_s_methods_means_nothing,
        test_the_order_of_a_bucket_s_events_means_nothing,
        test_the_order_of_the_cdn_s_domains_means_nothing,
        test_the_order_of_a_vpc_s_switches_means_nothing,
        test_the_order_of_bindings_means_nothing,
    ),
    "F11": (test_the_letter_case_of_a_trigger_s_role_means_nothing,),
    "F12": (
        test_the_qualifier_latest_is_the_same_as_none,
        test_the_qualifier_latest_in_s_yaml_is_the_same_as_none,
        test_members_that_fc_fills_into_a_trigger_are_no_difference,
    ),
    "F13": (test_the_qualifier_latest_of_a_route_is_the_same_as_none,),
    "F14": (test_the_whole_bucket_writable_is_what_fc_fills_in,),
    "F15": (
        test_no_tracing_in_any_words_is_the_same,
        test_tracing_that_somebody_switched_off_is_told,
    ),
    "F16": (test_members_of_asynchronous_invocation_that_s_yaml_does_not_name_are_no_difference,),
    "F17": (
        test_a_slash_at_the_end_of_a_folder_means_nothing,
        test_another_folder_is_told,
    ),
    "F18": (
        test_numbers_as_text_are_numbers,
        test_numbers_as_text_in_a_trigger_are_numbers,
    ),
    "F19": (
        test_what_fc_works_out_from_the_memory_is_no_difference,
        test_what_fc_works_out_at_every_answer_is_no_difference,
    ),
    "F20": (test_a_tls_configuration_that_s_yaml_does_not_name_is_told_once,),
    "F21": (test_a_resource_that_was_only_touched_is_no_difference_beside_an_edit_of_ours,),
    "F22": (
        test_the_same_code_deployed_by_somebody_else_is_no_difference,
        test_other_code_is_told,
    ),
}
"""False alarm -> the tests that show that it is none here, and that its neighbour still is told."""


def test_every_false_alarm_has_a_test() -> None:
    assert ALARMS.keys() == {f"F{number}" for number in range(1, 23)}
    shown = {test.__name__ for tests in ALARMS.values() for test in tests}
    assert {name for name in globals() if name.startswith("test_")} - shown == {
        test_every_false_alarm_has_a_test.__name__,
        test_fc_can_be_made_to_say_what_makes_a_difference.__name__,
    }


def test_fc_can_be_made_to_say_what_makes_a_difference(project: Project) -> None:
    """What `says` puts into an answer is read: otherwise every test here would pass."""
    deployed(project)
    says(project, "function", {"timeout": 11})
    assert listed(project) == {"timeout": Cause.DRIFT}
    says(project, "service", {"description": "theirs"})
    assert listed(project) == {"description": Cause.DRIFT}
