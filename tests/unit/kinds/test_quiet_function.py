"""What FC fills in or spells in its own way on a function is no difference; what is one is found all the same.

The numbers are those of the predecessor's false alarms, facts/upstream.md §5.2.
"""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.kinds.spelling import PREDECESSORS_DESCRIPTION
from tests.unit.kinds.quiet import assert_quiet, differences, drifted

CUSTOM = {"runtime": "custom"}
PROBE = "customHealthCheckConfig"
PROBE_ANSWER = {
    "httpGetUrl": "/health",
    "initialDelaySeconds": 0,
    "periodSeconds": 3,
    "timeoutSeconds": 1,
    "failureThreshold": 3,
    "successThreshold": 1,
}
IMAGE = "registry.cn-hangzhou.aliyuncs.com/a/b:1"
BOX = {"runtime": "custom-container", "customContainerConfig": {"image": IMAGE}}
BOX_ANSWER = {
    "runtime": "custom-container",
    "handler": "not-used",
    "caPort": 9000,
    "customContainerConfig": {
        "image": IMAGE,
        "command": "",
        "args": "",
        "accelerationType": "Default",
        "accelerationInfo": {"status": "Ready"},
        "instanceID": "",
        "webServerMode": True,
    },
}
V1, V2 = "dcd6a873f4f5adf7ad3375ddac7171ec#Python310#2", "acs:fc:cn-hangzhou:official:layers/Python310/versions/2"


def test_a_function_that_says_nothing_is_quiet() -> None:
    assert_quiet("function", {}, {})


@pytest.mark.parametrize("props", [{}, {"description": ""}, {"description": PREDECESSORS_DESCRIPTION}])
@pytest.mark.parametrize("text", ["", None, PREDECESSORS_DESCRIPTION])
def test_the_description_that_the_predecessor_makes_up_is_no_difference(
    props: dict[str, Any], text: str | None
) -> None:
    assert_quiet("function", props, {"description": text})


def test_another_description_is_a_difference() -> None:
    assert differences("function", {"description": ""}, {"description": "x"}) == ["description"]


@pytest.mark.parametrize(("soft", "most"), [(0, 1), (None, 1), (1, 1), (20, 20)])
def test_the_soft_concurrency_that_nobody_set_is_no_difference(soft: int | None, most: int) -> None:
    answer = {"instanceSoftConcurrency": soft, "instanceConcurrency": most}
    assert_quiet("function", {"instanceConcurrency": most}, answer)


def test_a_soft_concurrency_that_was_set_is_compared() -> None:
    props = {"instanceConcurrency": 20, "instanceSoftConcurrency": 20}
    assert_quiet("function", props, props)
    assert differences("function", props, {**props, "instanceSoftConcurrency": 10}) == ["instanceSoftConcurrency"]
    silent = {"instanceConcurrency": 20}
    assert differences("function", silent, {**silent, "instanceSoftConcurrency": 5}) == ["instanceSoftConcurrency"]


@pytest.mark.parametrize("online", ["g1", "fc.gpu.tesla.1"])
@pytest.mark.parametrize("here", ["g1", "fc.gpu.tesla.1"])
def test_the_memory_of_a_gpu_instance_is_no_difference(here: str, online: str) -> None:
    answer = {"instanceType": online, "gpuMemorySize": 16384}
    assert_quiet("function", {"instanceType": here, "gpuMemorySize": 16384}, answer)
    assert_quiet("function", {"instanceType": here}, answer)


@pytest.mark.parametrize("instance", ["e1", "g1"])
def test_gpu_memory_of_0_is_none(instance: str) -> None:
    assert_quiet("function", {"instanceType": instance}, {"instanceType": instance, "gpuMemorySize": 0})


def test_other_gpu_memory_is_a_difference() -> None:
    props = {"instanceType": "fc.gpu.ampere.1", "gpuMemorySize": 24576}
    assert differences("function", props, {**props, "gpuMemorySize": 8192}) == ["gpuMemorySize"]


@pytest.mark.parametrize("runtime", ["custom", "custom.debian10"])
@pytest.mark.parametrize("port", [9000, None])
def test_what_fc_fills_into_a_custom_runtime_of_any_kind_is_no_difference(runtime: str, port: int | None) -> None:
    props = {"runtime": runtime, "customRuntimeConfig": {"command": ["python3"], "args": ["app.py", 8080]}}
    answer = {
        "runtime": runtime,
        "customRuntimeConfig": {"command": ["python3"], "args": ["app.py", "8080"]},
        "caPort": port,
    }
    assert_quiet("function", props, answer)
    assert_quiet("function", {**props, "caPort": 9000}, answer)


def test_a_port_where_there_is_none_is_no_difference() -> None:
    """Two ways of FC to answer for a runtime that has no port, and back again."""
    assert_quiet("function", {}, {"caPort": 0})
    assert drifted("function", {}, {"caPort": 0}, {"caPort": 9000}) == {}
    assert drifted("function", {}, {"caPort": 9000}, {"caPort": 0}) == {}


def test_a_custom_runtime_without_a_command_is_no_difference() -> None:
    assert_quiet("function", CUSTOM, {**CUSTOM, "customRuntimeConfig": {"command": None, "args": None}, "caPort": 9000})
    props = {**CUSTOM, "customRuntimeConfig": {"command": ["./bootstrap"], "args": []}}
    assert_quiet("function", props, {**CUSTOM, "customRuntimeConfig": {"command": ["./bootstrap"], "args": None}})


def test_the_order_of_a_command_counts() -> None:
    props = {**CUSTOM, "customRuntimeConfig": {"command": ["a", "b"]}}
    answer = {**CUSTOM, "customRuntimeConfig": {"command": ["b", "a"], "args": None}}
    assert differences("function", props, answer) == ["customRuntimeConfig.command"]


@pytest.mark.parametrize(("failures", "successes"), [(3, 1), (1, 2), (3, 3)])
def test_the_thresholds_of_a_probe_that_names_its_path_alone_are_no_difference(failures: int, successes: int) -> None:
    answer = {**PROBE_ANSWER, "failureThreshold": failures, "successThreshold": successes}
    assert_quiet("function", {**CUSTOM, PROBE: {"httpGetUrl": "/health"}}, {**CUSTOM, PROBE: answer})


def test_thresholds_that_s_yaml_names_are_compared() -> None:
    props = {**CUSTOM, PROBE: {"httpGetUrl": "/health", "failureThreshold": "1"}}
    assert_quiet("function", props, {**CUSTOM, PROBE: {**PROBE_ANSWER, "failureThreshold": 1}})
    assert differences("function", props, {**CUSTOM, PROBE: PROBE_ANSWER}) == [f"{PROBE}.failureThreshold"]


def test_a_threshold_edited_online_is_told() -> None:
    props, before = {**CUSTOM, PROBE: {"httpGetUrl": "/health"}}, {**CUSTOM, PROBE: PROBE_ANSWER}
    after = {**CUSTOM, PROBE: {**PROBE_ANSWER, "failureThreshold": 1}}
    assert drifted("function", props, before, after) == {f"{PROBE}.failureThreshold": "online-only"}


@pytest.mark.parametrize("here", [V1, V2])
@pytest.mark.parametrize("answer", [{"layers": [V1]}, {"layers": [V2]}, {"layers": None}])
def test_a_layer_in_either_spelling_is_the_same(here: str, answer: dict[str, Any]) -> None:
    assert_quiet("function", {"layers": [here]}, {**answer, "layersArnV2": [V2]})


@pytest.mark.parametrize(
    ("here", "online"),
    [
        ([V1], [V2.replace("versions/2", "versions/3")]),
        ([V2], [V1.replace("Python310", "Python39")]),
        ([V2], [V2.replace("official", "1188115197395810")]),
        ([V1], [V1.replace("dcd6", "0000")]),
        ([V1, V2], [V2]),
        ([V1], []),
    ],
)
def test_another_layer_is_a_difference(here: list[str], online: list[str]) -> None:
    assert differences("function", {"layers": here}, {"layers": online}) == ["layers"]


def test_the_order_of_layers_counts() -> None:
    other = "acs:fc:cn-hangzhou:official:layers/Nodejs18/versions/1"
    assert differences("function", {"layers": [V2, other]}, {"layers": [other, V2]}) == ["layers"]


@pytest.mark.parametrize(
    "fields",
    [
        {"memorySize": 512},
        {"timeout": 60},
        {"instanceConcurrency": 10},
        {"cpu": 0.35, "diskSize": 512},
        {"gpuMemorySize": 16384, "instanceType": "fc.gpu.tesla.1"},
        {"caPort": 8080},
    ],
)
def test_numbers_written_as_text_are_numbers(fields: dict[str, Any]) -> None:
    text = {name: value if name == "instanceType" else str(value) for name, value in fields.items()}
    assert_quiet("function", text, fields)
    assert_quiet("function", {name: v if isinstance(v, str) else float(v) for name, v in fields.items()}, fields)


def test_true_and_the_number_1_are_not_the_same_in_text() -> None:
    assert_quiet("function", {"environmentVariables": {"A": True}}, {"environmentVariables": {"A": "true"}})
    online = {"environmentVariables": {"A": "True"}}
    assert differences("function", {"environmentVariables": {"A": True}}, online) == ["environmentVariables.A"]


def test_cpu_and_disk_that_fc_works_out_from_the_memory_are_no_difference() -> None:
    assert_quiet("function", {"memorySize": 128}, {"memorySize": 128, "cpu": 0.1, "diskSize": 512})
    assert_quiet("function", {"cpu": 0.1, "diskSize": 512}, {"cpu": 0.1, "diskSize": 512})


def test_cpu_that_s_yaml_names_is_compared() -> None:
    answer = {"cpu": 0.1, "diskSize": 512}
    assert differences("function", {"cpu": 0.2, "diskSize": 512}, answer) == ["cpu"]
    assert drifted("function", {"cpu": 0.1, "diskSize": 512}, answer, {**answer, "cpu": 0.5}) == {"cpu": "drift"}


def test_a_resource_that_was_only_touched_has_not_moved() -> None:
    props = {"memorySize": 256}
    before, after = {"memorySize": 256}, {"memorySize": 256, "lastModifiedTime": "2030-01-01T00:00:00Z"}
    assert drifted("function", props, before, after) == {}
    assert drifted("service", {}, {}, {"lastModifiedTime": "2030-01-01T00:00:00Z"}) == {}


@pytest.mark.parametrize(
    "box",
    [
        {},
        {"command": "", "args": ""},
        {"command": "[]", "args": []},
        {"accelerationType": "Default", "webServerMode": True},
        {"accelerationInfo": {"status": "Preparing"}},
    ],
)
def test_a_container_of_which_s_yaml_names_the_image(box: dict[str, Any]) -> None:
    props = {**BOX, "customContainerConfig": {"image": IMAGE, **box}}
    assert_quiet("function", props, BOX_ANSWER)
    assert_quiet("function", props, {**BOX_ANSWER, "customContainerConfig": {"image": IMAGE}})


def test_a_container_s_command_is_json_whatever_its_spaces() -> None:
    props = {**BOX, "customContainerConfig": {"image": IMAGE, "command": '[ "node", "a b" ]', "args": ["é", 1]}}
    config = {**BOX_ANSWER["customContainerConfig"], "command": '["node","a b"]', "args": '["é", 1]'}
    assert_quiet("function", props, {**BOX_ANSWER, "customContainerConfig": config})
    config["args"] = '["e"]'
    answer = {**BOX_ANSWER, "customContainerConfig": config}
    assert differences("function", props, answer) == ["customContainerConfig.args"]


def test_the_registry_s_host_name_is_no_instance() -> None:
    config = {**BOX_ANSWER["customContainerConfig"], "instanceID": "registry.cn-hangzhou.aliyuncs.com"}
    assert_quiet("function", BOX, {**BOX_ANSWER, "customContainerConfig": config})
    config["instanceID"] = "cri-1234"
    assert differences("function", BOX, {**BOX_ANSWER, "customContainerConfig": config}) == [
        "customContainerConfig.instanceID"
    ]


def test_a_container_s_settings_on_another_runtime_are_noise() -> None:
    config = {"image": "", "command": "", "args": "", "accelerationType": "None", "webServerMode": False}
    assert_quiet("function", {}, {"customContainerConfig": config})


@pytest.mark.parametrize("initializer", [None, ""])
@pytest.mark.parametrize("props", [{}, {"initializationTimeout": 60}])
def test_a_timeout_without_an_initializer_is_noise(initializer: str | None, props: dict[str, Any]) -> None:
    for online in (3, 30):
        assert_quiet("function", props, {"initializer": initializer, "initializationTimeout": online})


def test_an_initializer_s_timeout_is_compared() -> None:
    props = {"initializer": "index.init", "initializationTimeout": 60}
    assert_quiet("function", props, props)
    assert differences("function", props, {**props, "initializationTimeout": 3}) == ["initializationTimeout"]


@pytest.mark.parametrize(
    "hooks", [None, {}, {"preFreeze": {"handler": "", "timeout": 3}, "preStop": {"handler": "", "timeout": 10}}]
)
def test_hooks_that_call_nothing_are_noise(hooks: Any) -> None:
    assert_quiet("function", {}, {"instanceLifecycleConfig": hooks})


def test_a_hook_of_which_s_yaml_names_the_handler() -> None:
    answer = {"preFreeze": {"handler": "", "timeout": 3}, "preStop": {"handler": "true", "timeout": 3}}
    for handler in ("true", True):
        props = {"instanceLifecycleConfig": {"preStop": {"handler": handler}}}
        assert_quiet("function", props, {"instanceLifecycleConfig": answer})
    answer["preStop"]["timeout"] = 10
    props = {"instanceLifecycleConfig": {"preStop": {"handler": "true", "timeout": 20}}}
    assert differences("function", props, {"instanceLifecycleConfig": answer}) == [
        "instanceLifecycleConfig.preStop.timeout"
    ]


@pytest.mark.parametrize(
    "answer",
    [
        {"nameServers": ["1.1.1.1"], "searches": None, "dnsOptions": [{"name": "ndots", "value": "2"}]},
        {"nameServers": ["1.1.1.1"], "searches": [], "dnsOptions": [{"name": "ndots", "value": "2"}]},
    ],
)
def test_dns_is_text_whatever_s_yaml_writes(answer: dict[str, Any]) -> None:
    dns = {"nameServers": ["1.1.1.1"], "searches": [], "dnsOptions": [{"name": "ndots", "value": 2}]}
    assert_quiet("function", {"customDNS": dns}, {"customDNS": answer})
    other = {**answer, "nameServers": ["8.8.8.8"]}
    assert differences("function", {"customDNS": dns}, {"customDNS": other}) == ["customDNS.nameServers"]


@pytest.mark.parametrize("answer", [None, {}, {"nameServers": None, "searches": None, "dnsOptions": None}])
def test_no_dns_has_many_spellings(answer: Any) -> None:
    assert_quiet("function", {}, {"customDNS": answer})
    assert_quiet("function", {"customDNS": {"nameServers": [], "dnsOptions": []}}, {"customDNS": answer})


@pytest.mark.parametrize("props", [{}, {"environmentVariables": {}}, {"environmentVariables": None}])
def test_no_environment_variables_have_many_spellings(props: dict[str, Any]) -> None:
    for answer in ({}, None):
        assert_quiet("function", props, {"environmentVariables": answer})


def test_environment_variables_are_text() -> None:
    props = {"environmentVariables": {"A": True, "B": 3, "C": 1.5, "D": "x", "E": None}}
    assert_quiet("function", props, {"environmentVariables": {"A": "true", "B": "3", "C": "1.5", "D": "x"}})


@pytest.mark.parametrize("name", ["handler", "memorySize", "timeout", "instanceConcurrency", "instanceType", "caPort"])
def test_what_the_predecessor_fills_in_is_what_fc_fills_in(name: str) -> None:
    """s.yaml silent, s.yaml in full, and FC with or without the member: all the same."""
    filled = {"handler": "index.handler", "memorySize": 128, "timeout": 3, "instanceConcurrency": 1}
    filled |= {"instanceType": "e1", "caPort": 9000}
    for props in ({}, {name: filled[name]}):
        assert_quiet("function", props, filled)


EVERYTHING: dict[str, Any] = {
    "description": "d",
    "handler": "index.main",
    "memorySize": 512,
    "timeout": 60,
    "cpu": 0.35,
    "diskSize": 512,
    "initializer": "index.init",
    "initializationTimeout": 20,
    "instanceConcurrency": 10,
    "instanceSoftConcurrency": 5,
    "layers": [V2],
    "caPort": 9000,
    "customDNS": {"nameServers": ["1.1.1.1"], "searches": ["x"], "dnsOptions": [{"name": "ndots", "value": "2"}]},
    "instanceLifecycleConfig": {"preStop": {"handler": "index.stop", "timeout": 20}},
    PROBE: PROBE_ANSWER,
    "customRuntimeConfig": {"command": ["a"], "args": ["b"]},
    "environmentVariables": {"A": "1"},
}


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"description": "e"}, "description"),
        ({"handler": "index.other"}, "handler"),
        ({"memorySize": 1024}, "memorySize"),
        ({"timeout": 3}, "timeout"),
        ({"cpu": 1}, "cpu"),
        ({"diskSize": 10240}, "diskSize"),
        ({"initializer": ""}, "initializer"),
        ({"initializationTimeout": 3}, "initializationTimeout"),
        ({"instanceConcurrency": 11}, "instanceConcurrency"),
        ({"instanceSoftConcurrency": 0}, "instanceSoftConcurrency"),
        ({"instanceType": "c1"}, "instanceType"),
        ({"layers": None}, "layers"),
        ({"caPort": 80}, "caPort"),
        ({"customDNS": {**EVERYTHING["customDNS"], "dnsOptions": []}}, "customDNS.dnsOptions"),
        (
            {"instanceLifecycleConfig": {"preStop": {"handler": "index.x", "timeout": 20}}},
            "instanceLifecycleConfig.preStop.handler",
        ),
        ({PROBE: {**PROBE_ANSWER, "periodSeconds": 9}}, f"{PROBE}.periodSeconds"),
        ({"customRuntimeConfig": {"command": ["a"], "args": []}}, "customRuntimeConfig.args"),
        ({"environmentVariables": {"A": "2"}}, "environmentVariables.A"),
        ({"environmentVariables": {}}, "environmentVariables.A"),
        ({"runtime": "python3.10"}, "runtime"),
    ],
)
def test_an_online_edit_of_one_prop_is_drift_of_that_prop_alone(edit: dict[str, Any], field: str) -> None:
    props = {**EVERYTHING, "instanceType": "e1"}
    assert drifted("function", props, EVERYTHING, {**EVERYTHING, **edit}) == {field: "drift"}


def test_what_fc_fills_in_later_or_no_longer_is_not_told() -> None:
    empty, filled = {"memorySize": 512}, {"memorySize": 512, "cpu": 0.33, "diskSize": 512}
    assert drifted("function", empty, empty, filled) == {}
    assert drifted("function", empty, filled, empty) == {}


def test_what_fc_works_out_anew_goes_with_what_it_is_worked_out_from() -> None:
    before, after = {"memorySize": 512, "cpu": 0.33}, {"memorySize": 1024, "cpu": 0.67}
    assert drifted("function", {"memorySize": 512}, before, after) == {"memorySize": "drift"}
    assert drifted("function", {"memorySize": 512}, before, {"memorySize": 512, "cpu": 2}) == {"cpu": "online-only"}


def test_fields_that_this_release_does_not_know_are_left_alone() -> None:
    assert_quiet("function", {}, {"futureField": "new"})
    before = {"futureField": 1, "customDNS": {"nameServers": ["1.1.1.1"], "future": 1}}
    after = {"futureField": 2, "customDNS": {"nameServers": ["1.1.1.1"], "future": 2}}
    assert drifted("function", {"customDNS": {"nameServers": ["1.1.1.1"]}}, before, after) == {}
