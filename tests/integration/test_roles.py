"""The default role of another account, as a copied s.yaml names it, is that of the own one; other roles stay."""

from __future__ import annotations

from typing import Any, Final

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.engine.run.session import Step
from fc_guard.host.standard import standard_run
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.layouts import LAYOUTS
from tests.integration.project import ACCOUNT, KEYS, REGION, Person, Project
from tests.integration.silence import assert_silent, deployed, fresh
from tests.integration.written import S_YAML, Written

OTHER: Final = "9876543210987654"
OWN: Final = f"acs:ram::{ACCOUNT}:role/aliyunfcdefaultrole"
COPIED: Final = f"acs:ram::{OTHER}:role/AliyunFCDefaultRole"


def with_role(project: Project, role: str) -> Project:
    project.props["service"]["role"] = role
    return project


def role_online(project: Project) -> str:
    answer = project.server.admin.edit("GetService", ("demo",), account=ACCOUNT, region=REGION)
    return str(answer["body"]["role"])


def warned(project: Project) -> tuple[str, ...]:
    """What is told before the command starts."""
    options = parse(["plan"], "plan", "one", (), LAYOUTS)
    props: dict[str, Any] = {**project.props, "endpoint": project.server.url}
    step = Step("one", "plan", props, project.root / "s.yaml", project.root, options)
    return standard_run().reading(step, Person(), lambda: Credential(ACCOUNT, KEYS[0], KEYS[1])).warnings


@pytest.mark.parametrize(
    "role", [COPIED, COPIED.lower(), f"acs:ram::{OTHER}:role/AliyunFcDefaultRole", "acs:ram:::role/AliyunFCDefaultRole"]
)
def test_the_default_role_of_another_account_is_that_of_the_own_one(project: Project, role: str) -> None:
    deployed(with_role(project, role))
    assert role_online(project) == OWN
    assert_silent(project)
    assert_silent(fresh(project))


def test_what_the_predecessor_deployed_of_a_copied_project_is_adopted_quietly(project: Project) -> None:
    deployed(with_role(project, OWN))
    assert_silent(fresh(with_role(project, COPIED)))


def test_another_account_is_told_once_with_its_line(project: Project) -> None:
    Written(project, S_YAML.replace("        name: demo\n", f"        name: demo\n        role: {COPIED}\n", 1))
    (told,) = warned(with_role(project, COPIED))
    assert f"service.role is of account {OTHER}; taken as the default role of account {ACCOUNT}" in told
    assert warned(with_role(project, OWN)) == ()
    assert warned(with_role(project, OWN.replace("aliyunfcdefaultrole", "AliyunFCDefaultRole"))) == ()


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidArgument"])
def test_any_other_role_of_another_account_is_refused_by_fc_and_left_as_it_is_named(
    project: Project, code: str
) -> None:
    project.server.admin.switches(foreign_role=code)
    with_role(project, f"acs:ram::{OTHER}:role/admin")
    assert warned(project) == ()
    report, person = project.run("deploy")
    assert report.status() != 0
    assert OTHER in f"{person.text}{report.error}" and code in f"{person.text}{report.error}"
    assert project.server.admin.edit("GetService", ("demo",), account=ACCOUNT, region=REGION)["status"] == 404


def test_a_role_that_somebody_changed_online_is_pulled_over_the_copied_one(project: Project) -> None:
    text = S_YAML.replace("        name: demo\n", f"        name: demo\n        role: {COPIED}\n", 1)
    written = Written(project, text)
    written.deploy()
    mine = f"acs:ram::{ACCOUNT}:role/mine"
    project.edit("UpdateService", "demo", role=mine)
    lines, _ = written.pull()
    assert lines == f"-        role: {COPIED}\n+        role: {mine}"
    written.require_quiet()


def test_no_role_is_foreign_to_the_account_of_the_local_fc(project: Project) -> None:
    body = {"serviceName": "mine", "role": f"acs:ram::{OTHER}:role/admin"}
    taken = {
        account: project.server.admin.edit("CreateService", (), body, account=account, region=REGION)["status"] < 300
        for account in ("1000000000000000", ACCOUNT)
    }
    assert taken == {"1000000000000000": True, ACCOUNT: False}
