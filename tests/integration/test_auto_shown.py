"""What s.yaml leaves to us, and a new service is given, is shown like what s.yaml says itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.integration.auto import done
from tests.integration.outlet import let_out
from tests.integration.project import ACCOUNT, REGION, Project

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "report.json").read_text(encoding="utf-8"))
PROJECT = f"{ACCOUNT}-{REGION}-logproject"
DEFAULT_ROLE = f"acs:ram::{ACCOUNT}:role/aliyunfcdefaultrole"
LOGS = {
    "logConfig.enableInstanceMetrics": True,
    "logConfig.enableRequestMetrics": True,
    "logConfig.logBeginRule": "DefaultRegex",
    "logConfig.logstore": "fc-service-demo-logstore",
    "logConfig.project": PROJECT,
}
MOUNTED = ("nasConfig.groupId", "nasConfig.mountPoints./mnt/auto", "nasConfig.userId")
NETWORK = ("vpcConfig.securityGroupId", "vpcConfig.vSwitchIds", "vpcConfig.vpcId")


@pytest.fixture
def project(project: Project) -> Project:
    project.props["service"] = {"name": "demo", "logConfig": "auto", "nasConfig": "auto"}
    return project


def line(name: str, value: Any) -> str:
    """A field in the plan's text."""
    return rf"(?m)^      {re.escape(name)} +{re.escape(value if isinstance(value, str) else json.dumps(value))}$"


def test_a_plan_lists_what_auto_gives_a_new_service(project: Project) -> None:
    text = done(project, "plan")
    for name, value in {**LOGS, "role": DEFAULT_ROLE, "nasConfig.userId": 0, "nasConfig.groupId": 0}.items():
        assert re.search(line(name, value), text), name
    assert all(name in text for name in (*MOUNTED, *NETWORK))


def test_reports_list_the_same(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    let_out(project, "plan --report plan.json --report plan.md --report plan.html", capsys)
    [step] = json.loads((project.root / "plan.json").read_text(encoding="utf-8"))["steps"]
    Draft7Validator(SCHEMA).validate(step["report"])
    actions = {action["resource"]: action for action in step["report"]["plan"]["actions"]}
    sets = {".".join(each["path"]): each["target"] for each in actions["service demo"]["sets"]}
    assert sorted(sets) == sorted((*LOGS, *MOUNTED, *NETWORK, "role"))
    assert {name: sets[name] for name in LOGS} == LOGS
    assert sets["nasConfig.mountPoints./mnt/auto"]["serverAddr"]["output"] == "domain"
    assert actions["function demo/hello"]["sets"][1] == {
        "path": ["environmentVariables", "LEVEL"],
        "target": {"hidden": True},
    }
    for page in ("plan.md", "plan.html"):
        text = (project.root / page).read_text(encoding="utf-8")
        assert [name for name in sets if name not in text] == [], page


def test_a_role_that_follows_from_the_rest_is_listed(project: Project) -> None:
    """The role of the triggers, and the default role of a service in a network of its own."""
    network = {"vpcId": "vpc-1", "securityGroupId": "sg-1", "vswitchIds": ["vsw-1"]}
    project.props["service"] = {"name": "demo", "vpcConfig": network}
    config = {
        "bucketName": "photos",
        "events": ["oss:ObjectCreated:*"],
        "filter": {"Key": {"Prefix": "", "Suffix": ""}},
    }
    project.props["triggers"] = [{"name": "put", "type": "oss", "config": config}]
    text = done(project, "plan")
    assert re.search(line("role", DEFAULT_ROLE), text)
    assert re.search(
        r"(?m)^      invocationRole +acs:ram::1234567890123456:role/fcdeploycreaterole-demo-hello$", text
    ), text


def test_what_is_only_a_default_is_not_listed(project: Project) -> None:
    """The predecessor's defaults of a trigger are sent at its creation, too, and s.yaml asks for none of them."""
    project.props["triggers"] = [{"name": "http", "type": "http", "config": {"authType": "anonymous"}}]
    text = done(project, "plan")
    assert "triggerConfig.authType" in text
    assert "triggerConfig.methods" not in text
