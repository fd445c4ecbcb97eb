"""Keys that real files carry by mistake, and what they are told: facts/corpus.md §9."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.errors import BadInput
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from tests.unit.inputs.test_props import props

NAS = {"mountPoints": [{"serverAddr": "a", "nasDir": "/a", "fcDir": "/mnt/a"}]}
BOX = {"runtime": "custom-container", "customContainerConfig": {"image": "registry.cn-hangzhou.aliyuncs.com/a/b"}}


def told(given: dict[str, Any]) -> list[str]:
    """What the check says, as warnings or as part of an error."""
    try:
        return list(check(given, Places(None, "one"), LAYOUTS).warnings)
    except BadInput as error:
        return error.message.splitlines()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ({"internetAccess": True}, "'internetAccess', ignored; it belongs under service"),
        ({"cAPort": 9000}, "'cAPort', ignored; did you mean caPort?"),
        ({"Timeout": 3}, "'Timeout', ignored; did you mean timeout?"),
        ({"Handler": "index.handler"}, "'Handler', ignored; did you mean handler?"),
        ({"initialize": "index.init"}, "'initialize', ignored; did you mean initializer?"),
        ({"memorysize": 1}, "'memorysize', ignored; did you mean memorySize?"),
        ({"runtimeConfig": {}}, "'runtimeConfig', ignored; did you mean customRuntimeConfig?"),
        ({"customContainer": {}}, "'customContainer', ignored; did you mean customContainerConfig?"),
        ({"buckter": "b"}, "'buckter', ignored; did you mean ossBucket?"),
        ({"filename": "f"}, "'filename', ignored; did you mean codeUri?"),
        ({"vpcConfig": {}}, "'vpcConfig', ignored; it belongs under service"),
        ({"triggers": []}, "'triggers', ignored; it belongs at the top of props"),
        ({"service": "s"}, "'service', ignored; it belongs at the top of props"),
        ({"layersArnV2": []}, "'layersArnV2', ignored; did you mean layers?"),
        ({"codeChecksum": "1"}, "'codeChecksum', ignored; FC sets it itself"),
        ({"color": "red"}, "'color', ignored"),
        (
            {"instanceLifecycleConfig": {"preStop": {"handler": "a.b", "preStop": 60}}},
            "'preStop', ignored; did you mean timeout?",
        ),
        ({"asyncConfiguration": {"destinationConfig": {}}}, "'destinationConfig', ignored; did you mean destination?"),
        (
            {"asyncConfiguration": {"maxAsyncEventAge": 1}},
            "'maxAsyncEventAge', ignored; did you mean maxAsyncEventAgeInSeconds?",
        ),
        (
            {"runtime": "custom", "customRuntimeConfig": {"command": ["a"], "port": 9000}},
            "'port', ignored; did you mean caPort of the function?",
        ),
        (
            {**BOX, "customContainerConfig": {**BOX["customContainerConfig"], "Command": "[]"}},  # type: ignore[dict-item]
            "'Command', ignored; did you mean command?",
        ),
        (
            {**BOX, "customContainerConfig": {**BOX["customContainerConfig"], "accelerationInfo": {}}},  # type: ignore[dict-item]
            "'accelerationInfo', ignored; FC sets it itself",
        ),
    ],
)
def test_a_key_of_a_function_that_was_meant_otherwise(function: dict[str, Any], expected: str) -> None:
    given = props()
    given["function"] |= function
    assert [line for line in told(given) if line.startswith("unknown key")] == [f"unknown key {expected}"]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({"timeout": 3}, "'timeout', ignored"),
        ({"memorySize": 3}, "'memorySize', ignored; it belongs under function"),
        ({"nasConfig": {"mountPoint": [], "mountPoints": []}}, "'mountPoint', ignored; did you mean mountPoints?"),
        (
            {"nasConfig": {**NAS, "mountPoints": [{**NAS["mountPoints"][0], "mountDir": "/mnt/a"}]}},
            "'mountDir', ignored; did you mean fcDir?",
        ),
        ({"vpcConfig": {"role": ""}}, "'role', ignored; FC sets it itself"),
        (
            {"logConfig": {"project": "p", "logStore": "l", "logstore": "l"}},
            "'logStore', ignored; did you mean logstore?",
        ),
    ],
)
def test_a_key_of_a_service_that_was_meant_otherwise(service: dict[str, Any], expected: str) -> None:
    given = props()
    given["service"] |= service
    assert told(given) == [f"unknown key {expected}"]


def test_a_key_at_the_top_that_belongs_deeper() -> None:
    assert told(props(fcDir="/mnt/a")) == [
        "unknown key 'fcDir', ignored; it belongs under service.nasConfig.mountPoints[]"
    ]


def test_a_missing_key_that_was_misspelled_is_told_with_its_misspelling() -> None:
    point = {"serverAddr": "a", "nasDir": "/a", "mountDir": "/mnt/a"}
    assert told(props(service__nasConfig={"mountPoints": [point]})) == [
        "service.nasConfig.mountPoints.0: 'fcDir' is missing",
        "unknown key 'mountDir', ignored; did you mean fcDir?",
    ]


def test_the_api_s_name_of_vswitches_is_taken() -> None:
    vpc = {"vpcId": "vpc-1", "securityGroupId": "sg-1", "vSwitchIds": ["vsw-1"]}
    assert told(props(service__vpcConfig=vpc)) == ["vSwitchIds is the API's name; taken as vswitchIds"]
