"""Rules that hold across props: what stops, and what is only told."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from tests.unit.inputs.test_props import problems, props

IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/a/b:1"


def boxed(**config: Any) -> dict[str, Any]:
    given = props(function__codeUri=None)
    given["function"] |= {"runtime": "custom-container", "customContainerConfig": {"image": IMAGE, **config}}
    return given


def mounted(*folders: str) -> dict[str, Any]:
    return {"mountPoints": [{"serverAddr": "a", "nasDir": "/a", "fcDir": folder} for folder in folders]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (props(function__ossKey="k", function__ossBucket="bucket"), "codeUri says where the code is as well"),
        (props(function__codeUri=None, function__ossKey="k"), "function.ossKey: ossBucket is missing"),
        (props(function__codeUri=None), "the code is missing"),
        (
            props(function__instanceConcurrency=5, function__instanceSoftConcurrency="6"),
            "instanceSoftConcurrency: 6 must be at most instanceConcurrency (5)",
        ),
        (props(function__instanceSoftConcurrency=2), "must be at most instanceConcurrency (1)"),
        (props(function__instanceSoftConcurrency=0), "instanceSoftConcurrency: 0 must be at least 1"),
        (props(service__logConfig={"project": "p", "logstore": ""}), "service.logConfig: 'logstore' is missing"),
        (props(service__logConfig={"project": "p"}), "service.logConfig: 'logstore' is missing"),
        (props(service__logConfig={"logstore": "l", "project": ""}), "service.logConfig: 'project' is missing"),
        (
            props(service__vpcConfig={"vpcId": "vpc-1"}),
            "service.vpcConfig: 'securityGroupId', 'vswitchIds' are missing",
        ),
        (props(service__nasConfig=mounted("/mnt/a", "/mnt/a/")), "mountPoints.1.fcDir: '/mnt/a/' stands twice"),
        (
            props(service__nasConfig={"mountPoints": [{"serverAddr": "a:/b", "nasDir": "/b", "fcDir": "/mnt"}]}),
            "mountPoints.0.serverAddr: a host name is expected",
        ),
        (props(function__runtime="custom-container"), "'customContainerConfig' is missing"),
        (
            boxed(image="registry.cn-beijing.aliyuncs.com/a/b"),
            "the image is in cn-beijing, the function in cn-hangzhou",
        ),
        (boxed(image="x-registry-vpc.cn-hangzhou.cr.aliyuncs.com/a/b"), "Enterprise Edition needs instanceID"),
        (props(service__tracingConfig="enable"), "did you mean Enable?"),
        (props(function__diskSize=1024), "must be one of 512, 10240"),
        (props(function__instanceType="g2"), "must be one of e1, c1, g1"),
        (props(function__gpuMemorySize=1500), "must be a multiple of 1024"),
        (props(function__customHealthCheckConfig={"httpGetUrl": "/", "timeoutSeconds": 4}), "must be at most 3"),
        (props(function__asyncConfiguration={"maxAsyncRetryAttempts": 9}), "must be at most 8"),
    ],
)
def test_what_cannot_be_meant_stops(given: dict[str, Any], expected: str) -> None:
    (line,) = problems(given)
    assert expected in line


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (props(function__cpu=0.1), "cpu without diskSize: FC asks for both"),
        (props(function__diskSize=512), "diskSize without cpu: FC asks for both"),
        (props(function__instanceType="g1"), "a GPU instance without gpuMemorySize"),
        (props(function__gpuMemorySize=1024), "gpuMemorySize means nothing without a GPU instanceType"),
        (props(function__initializationTimeout=3), "initializationTimeout means nothing without an initializer"),
        (boxed(image="docker.io/library/nginx"), "FC pulls images from the Container Registry only"),
    ],
)
def test_what_may_not_do_what_it_looks_like_is_told(given: dict[str, Any], expected: str) -> None:
    (warning,) = check(given, Places(None, "one"), LAYOUTS).warnings
    assert expected in warning


@pytest.mark.parametrize(
    "given",
    [
        boxed(),
        boxed(image="x-registry.cn-hangzhou.cr.aliyuncs.com/a/b", instanceID="cri-1"),
        boxed(command=["a"], args='["b"]', webServerMode="false"),
        props(function__cpu="0.05", function__diskSize="512"),
        props(function__cpu=1, function__diskSize=512, function__memorySize=1024),
        props(function__instanceType="fc.gpu.ampere.1", function__gpuMemorySize=24576),
        props(function__initializer="true", function__initializationTimeout=3),
        props(service__logConfig={"project": "", "logstore": ""}),
        props(service__vpcConfig={}),
        props(service__vpcConfig={"vpcId": "", "vswitchIds": [], "securityGroupId": ""}),
        props(service__nasConfig=mounted("/mnt/a", "/mnt/b")),
        props(function__environmentVariables={"A": True, "B": 1, "C": None}),
        props(function__asyncConfiguration={}, function__customDNS={}, function__instanceLifecycleConfig={}),
        props(function__runtime="custom.debian10", function__handler=None),
        props(service__internetAccess="true", service__description="123"),
    ],
)
def test_what_real_files_hold_is_taken_without_a_word(given: dict[str, Any]) -> None:
    assert check(given, Places(None, "one"), LAYOUTS).warnings == ()


def test_every_problem_inside_an_object_is_told() -> None:
    probe = {"periodSeconds": 0, "timeoutSeconds": "x"}
    assert len(problems(props(function__customHealthCheckConfig=probe))) == 3


def test_a_key_without_a_value_is_no_key() -> None:
    given = props(service__role="", function__handler="a.b")
    given["service"]["logConfig"] = given["function"]["timeout"] = None
    checked = check(given, Places(None, "one"), LAYOUTS)
    assert "logConfig" not in checked.props["service"]
    assert "timeout" not in checked.props["function"]
