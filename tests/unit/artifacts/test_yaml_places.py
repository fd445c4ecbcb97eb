"""A value that comes from elsewhere is found out, and where it stands is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fc_guard.artifacts.yaml_nodes import CannotEdit
from fc_guard.artifacts.yaml_places import Elsewhere, StepText
from fc_guard.model.edits import Edit
from fc_guard.model.fields import MISSING

TEXT = """\
edition: 1.0.0
extend: ./no-such-base.yaml
vars:
  memory: 128
  service:
    name: demo
    description: d
  more: ${vars.service}
  env: &env
    A: a
common: &common
  handler: index.handler
services:
  one:
    component: fc
    props:
      service: ${vars.service}
      function:
        <<: *common
        name: ${vars.service.name}-x
        memorySize: ${vars.memory}
        timeout: 10
        runtime: python3
        environmentVariables: *env
        customDNS:
        layers: [a, "${vars.memory}"]
        caPort: 9000
        cpu: ${env('CPU')}
        vpcConfig: ${file(./no-such-vpc.yaml)}
        asyncConfiguration: {}
      triggers:
        - name: t
          type: timer
          config: ${vars.more}
"""
PROPS: dict[str, Any] = {
    "service": {"name": "demo", "description": "d"},
    "function": {
        "handler": "index.handler",
        "name": "demo-x",
        "memorySize": 128,
        "timeout": 10,
        "runtime": "python3",
        "environmentVariables": {"A": "a"},
        "layers": ["a", 128],
        "caPort": 9001,
        "instanceType": "e1",
        "cpu": 1,
        "vpcConfig": {"vpcId": "v"},
        "asyncConfiguration": {},
    },
    "triggers": [{"name": "t", "type": "timer", "config": {"description": "d"}}],
}
F = "function"


def found(edit: Edit) -> Elsewhere | None:
    return StepText.of(TEXT, Path("/nowhere/s.yaml"), "one").elsewhere(edit, PROPS)


@pytest.mark.parametrize(
    ("edit", "at", "why"),
    [
        (Edit((F, "memorySize"), 256), "s.yaml:4", "vars.memory, used as ${vars.memory} at line 21"),
        (Edit(("service", "description"), "x"), "s.yaml:7", "vars.service.description, used as ${vars.service} at"),
        (Edit(("service", "role"), "x"), "s.yaml:6", "vars.service.role, used as"),
        (Edit((F, "name"), "x"), "s.yaml:20", "made of ${vars.service.name}"),
        (Edit((F, "environmentVariables", "A"), "x"), "s.yaml:10", "repeated by an alias at line 24"),
        (Edit((F, "handler"), "x"), "s.yaml:12", "merged by << at line 19"),
        (Edit((F, "layers"), MISSING), "s.yaml:4", "vars.memory"),
        (Edit((F, "layers", 1), "x"), "s.yaml:4", "vars.memory"),
        (Edit((F, "layers", 2), "x", inserted=True), "s.yaml:26", "extends ./no-such-base.yaml"),
        (Edit((F, "caPort"), 1), "s.yaml:27", "the host read something else"),
        (Edit((F, "instanceType"), "c1"), "s.yaml:19", "merged by <<"),
        (Edit((F, "cpu"), 2), "s.yaml:28", "the environment variable CPU"),
        (Edit((F, "vpcConfig", "vpcId"), "w"), "./no-such-vpc.yaml", "used as ${file(./no-such-vpc.yaml)}"),
        (Edit((F, "timeout"), MISSING), "s.yaml:22", "extends ./no-such-base.yaml, where it may stand too"),
        (Edit(("region",), "x"), "./no-such-base.yaml", "from ./no-such-base.yaml, which s.yaml extends"),
        (Edit(("triggers", 0, "config", "description"), "x"), "s.yaml:7", "vars.service"),
    ],
)
def test_what_comes_from_elsewhere_is_told(edit: Edit, at: str, why: str) -> None:
    props = {**PROPS, "region": "r"} if edit.place == ("region",) else PROPS
    told = StepText.of(TEXT, Path("/nowhere/s.yaml"), "one").elsewhere(edit, props)
    assert told is not None
    assert told.at == at
    assert why in told.why


@pytest.mark.parametrize(
    "edit",
    [
        Edit((F, "timeout"), 20),
        Edit((F, "customDNS"), {"nameServers": ["1.1.1.1"]}),  # a key without a value is none to the host
        Edit((F, "description"), "new"),
        Edit((F, "asyncConfiguration", "statefulInvocation"), True),
        Edit((F, "layers", 0), "x"),
        Edit(("triggers", 0, "type"), "http"),
    ],
)
def test_what_stands_at_its_own_place_is_not(edit: Edit) -> None:
    assert found(edit) is None


@pytest.mark.parametrize("text", ["", "services: {}", "services: {one: {component: fc}}", "a: [", "- 1\n---\n- 2"])
def test_a_file_without_the_step_has_no_places(text: str) -> None:
    with pytest.raises(CannotEdit):
        StepText.of(text, Path("s.yaml"), "one")
