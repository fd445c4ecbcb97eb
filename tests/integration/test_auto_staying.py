"""Triggers that leave s.yaml and stay online: the role that they share with others trusts their sources still."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as RamClient

from fc_guard.cloud.wire.guarded_sdk import guard_the_sdk
from fc_guard.engine.look import survey
from fc_local.server import LocalServer
from tests.contract.fc_local.neighbours import ram_client
from tests.integration.auto import done, frozen, state
from tests.integration.checkouts import begun, cloned, git
from tests.integration.project import Person, Project
from tests.integration.silence import assert_silent
from tests.integration.test_auto_roles import MNS, OF_TRIGGERS, OSS, attached
from tests.integration.test_plugins import Filled

FC, MNS_SOURCE, OSS_SOURCE = "fc.aliyuncs.com", "mns.aliyuncs.com", "oss.aliyuncs.com"
OF_OSS, OF_MNS = ((f"FcDeployDefault{name}Policy-demo-hello", "Custom") for name in ("Oss", "Mns"))
LOG: dict[str, Any] = {
    "name": "logged",
    "type": "log",
    "config": {
        "sourceConfig": {"logstore": "in"},
        "jobConfig": {"maxRetryTime": 1, "triggerInterval": 30},
        "logConfig": {"project": "p", "logstore": "out"},
        "functionParameter": {"token": "canary-3"},
        "enable": True,
    },
}


@pytest.fixture
def project(tmp_path: Path, server: LocalServer) -> Project:
    made = Project(tmp_path / "shop", server)
    made.props["triggers"] += copy.deepcopy([OSS, MNS])
    return made


@pytest.fixture
def ram(server: LocalServer) -> RamClient:
    guard_the_sdk()  # the SDK keeps its connections by address: whoever comes first makes them for all
    return ram_client(server)


def trusted(server: LocalServer) -> set[str]:
    """Whom the role of the triggers trusts."""
    document = json.loads(state(server)["roles"][OF_TRIGGERS.lower()]["AssumeRolePolicyDocument"])
    return {who for each in document["Statement"] for who in each["Principal"]["Service"]}


def online(server: LocalServer) -> Mapping[str, Any]:
    found: Mapping[str, Any] = state(server)["services"]["demo"]["functions"]["hello"]["triggers"]
    return found


def leave(project: Project, name: str = "told") -> None:
    project.props["triggers"] = [each for each in project.props["triggers"] if each["name"] != name]


def assert_quiet(project: Project, line: str = "") -> None:
    """Nothing is planned, deployed or told of roles; what has left s.yaml goes on being named."""
    report, person = project.run(f"plan --exit-code {line}")
    assert (report.status(exit_code=True), report.plan.writes) == (0, ()), person.text
    project.server.admin.clear_journal()
    done(project, f"deploy {line}")
    assert project.writes() == []
    report, person = project.run(f"drift --exit-code {line}")
    assert report.status(exit_code=True) == 0, person.text


def test_a_trigger_that_stays_online_is_still_let_in(project: Project) -> None:
    done(project)
    leave(project)
    for _ in range(3):
        assert_quiet(project)
    assert "told" in online(project.server)
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    assert attached(project.server, OF_TRIGGERS) == {OF_OSS, OF_MNS}


def test_a_value_of_it_that_is_secret_is_in_the_way_of_nothing(project: Project) -> None:
    """Of what was sent, the record has a secret value as a seal."""
    project.props["triggers"].append(copy.deepcopy(LOG))
    done(project)
    leave(project, "logged")
    assert_quiet(project)
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE, "log.aliyuncs.com"}


def test_another_trigger_that_comes_is_let_in_beside_it(project: Project) -> None:
    done(project)
    leave(project)
    project.props["triggers"].append(copy.deepcopy(LOG))
    done(project)
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE, "log.aliyuncs.com"}
    assert_quiet(project)


def test_of_two_of_one_type_one_that_leaves_changes_nothing(project: Project) -> None:
    project.props["triggers"].append({**copy.deepcopy(MNS), "name": "again"})
    done(project)
    leave(project)
    assert_quiet(project)
    done(project, "deploy --prune -y")
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    assert_silent(project)


def test_one_that_is_pruned_is_let_in_no_more(project: Project) -> None:
    done(project)
    leave(project)
    done(project)
    done(project, "deploy --prune -y")
    assert "told" not in online(project.server)
    assert trusted(project.server) == {OSS_SOURCE}
    assert attached(project.server, OF_TRIGGERS) == {OF_OSS}
    assert_silent(project)


def test_one_that_was_deleted_online_is_let_in_no_more(project: Project) -> None:
    done(project)
    leave(project)
    done(project)
    project.edit("DeleteTrigger", "demo", "hello", "told")
    done(project)
    assert trusted(project.server) == {OSS_SOURCE}
    assert attached(project.server, OF_TRIGGERS) == {OF_OSS}
    assert_silent(project)


def test_one_that_has_another_role_asks_for_nothing(project: Project) -> None:
    project.props["triggers"][-1]["role"] = "acs:ram::1234567890123456:role/mine"
    done(project)
    leave(project)
    assert_quiet(project)
    assert trusted(project.server) == {OSS_SOURCE}


def test_what_was_taken_from_it_is_given_back(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it was before what stays was looked for."""
    done(project)
    leave(project)
    with monkeypatch.context() as patch:
        patch.setattr(survey, "supporting_what_stays", lambda session, asked, recorded, live: asked)
        done(project)
    assert trusted(project.server) == {OSS_SOURCE}
    done(project)
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    assert_quiet(project)


def test_a_removal_takes_it_and_the_role(project: Project) -> None:
    done(project)
    leave(project)
    done(project)
    told = done(project, "remove -y")
    assert not state(project.server)["services"]
    assert not state(project.server).get("roles")
    assert "left, since s.yaml does not ask for it any more:\n  ramPolicy FcDeployDefaultMnsPolicy-demo-hello" in told


def test_a_removal_of_another_trigger_leaves_the_role_to_it(project: Project) -> None:
    done(project)
    leave(project)
    done(project)
    assert "stays: trigger demo/hello/told uses it" in done(project, "remove trigger --trigger-name put -y")
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    done(project)
    assert set(online(project.server)) >= {"put", "told"}
    assert_quiet(project)


@pytest.mark.parametrize(
    "line",
    ["trigger", "trigger --trigger-name put", "trigger --trigger-name put --prune -y", "--type config --prune -y"],
)
def test_a_run_about_a_part_leaves_it(project: Project, line: str) -> None:
    """--prune deletes what the run is about, and of that only what it is about as a whole."""
    done(project)
    leave(project)
    done(project, f"deploy {line}")
    assert "told" in online(project.server)
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    assert_quiet(project)


def test_a_run_about_its_part_prunes_it(project: Project) -> None:
    done(project)
    leave(project)
    done(project, "deploy trigger --prune -y")
    assert "told" not in online(project.server)
    assert trusted(project.server) == {OSS_SOURCE}
    assert_silent(project)


@pytest.mark.parametrize("line", ["", "service", "service --prune -y", "trigger"])
@pytest.mark.parametrize("name", [OF_TRIGGERS, OF_TRIGGERS.upper()])
def test_one_role_for_the_service_and_for_what_stays(project: Project, name: str, line: str) -> None:
    project.props["service"]["role"] = {"name": name, "policies": ["AliyunOSSReadOnlyAccess"]}
    done(project)
    leave(project)
    leave(project, "put")
    done(project, f"deploy {line}")
    assert trusted(project.server) == {FC, MNS_SOURCE, OSS_SOURCE}
    assert attached(project.server, OF_TRIGGERS) == {OF_OSS, OF_MNS, ("AliyunOSSReadOnlyAccess", "System")}
    assert_quiet(project)
    done(project, "remove -y")
    assert not state(project.server).get("roles")


def test_the_role_that_only_it_needs_is_left_as_it_is(project: Project) -> None:
    done(project)
    leave(project)
    leave(project, "put")
    assert_quiet(project)
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}


@pytest.mark.parametrize("sources", [(OSS_SOURCE,), (MNS_SOURCE, OSS_SOURCE, "ecs.aliyuncs.com")])
def test_what_somebody_did_to_the_trust_is_asked_about(
    project: Project, ram: RamClient, sources: tuple[str, ...]
) -> None:
    done(project)
    leave(project)
    done(project)
    trust(ram, *sources)
    before = frozen(project.server)
    assert project.run("drift --exit-code")[0].status(exit_code=True) == 3
    assert project.run("deploy")[0].status() == 3
    assert frozen(project.server) == before
    done(project, "deploy --on-drift overwrite")
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    assert_quiet(project)


def test_what_somebody_did_to_the_trust_may_stay(project: Project, ram: RamClient) -> None:
    done(project)
    leave(project)
    trust(ram, OSS_SOURCE)
    done(project, "deploy --on-drift keep")
    done(project)
    assert trusted(project.server) == {OSS_SOURCE}


@pytest.mark.parametrize(("line", "stays"), [("keep", True), ("overwrite", False)])
def test_what_somebody_changed_of_it_decides_about_both(project: Project, line: str, stays: bool) -> None:
    """--prune leaves a trigger to whoever changed it, where what is online is kept."""
    done(project)
    leave(project, "put")
    edit(project)
    done(project, f"deploy --prune -y --on-drift {line}")
    assert ("put" in online(project.server)) is stays
    assert trusted(project.server) == {MNS_SOURCE, *([OSS_SOURCE] if stays else [])}


def test_what_is_deleted_after_a_question_is_let_in_until_the_next_deployment(project: Project) -> None:
    """The trust is compared before the question, and whoever answers may keep the trigger."""
    done(project)
    leave(project, "put")
    edit(project)
    report, person = project.run("deploy --prune -y", Person(present=True, answers=["o"]))
    assert report.status() == 0, person.text
    assert "put" not in online(project.server)
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    done(project)
    assert trusted(project.server) == {MNS_SOURCE}
    assert_silent(project)


def test_what_is_kept_at_a_question_is_still_let_in(project: Project) -> None:
    done(project)
    leave(project, "put")
    edit(project)
    policies = state(project.server)["policies"].keys()
    report, person = project.run("deploy --prune -y", Person(present=True, answers=["k"]))
    assert report.status() == 0, person.text
    assert "again" not in person.text
    assert "put" in online(project.server)
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    assert state(project.server)["policies"].keys() == policies


def test_what_is_kept_at_a_removal_is_still_let_in(project: Project) -> None:
    """What it uses stays with it, and goes with it in the end."""
    done(project)
    edit(project)
    report, person = project.run("remove -y", Person(present=True, answers=["k"]))
    assert report.status() == 0, person.text
    assert "again" not in person.text
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    assert state(project.server)["policies"].keys() == {"FcDeployDefaultOssPolicy-demo-hello"}
    done(project, "remove -y --on-drift overwrite")
    assert "policies" not in state(project.server)


def test_a_saved_plan_is_carried_out(project: Project) -> None:
    done(project)
    leave(project)
    project.props["function"]["timeout"] = 44
    done(project, "plan --out plan.json")
    done(project, "deploy --plan plan.json")
    assert trusted(project.server) == {MNS_SOURCE, OSS_SOURCE}
    assert "there is nothing left to do" in done(project, "deploy --plan plan.json")


def test_what_a_plugin_may_name_is_let_in(project: Project) -> None:
    """It is taken as it was deployed, so that --prune leaves it."""
    filled = Filled(project)
    whole = copy.deepcopy(project.props)
    leave(project)
    filled.save(project.props)
    report, told = filled.deployed(whole)
    assert report.status() == 0, told
    for line in ("plan", "plan --prune"):
        report, told = filled.run(line)
        assert (report.status(), report.plan.writes) == (0, ()), told


@pytest.fixture
def ann(tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Has deployed a commit with a trigger, and then another one with a second trigger."""
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    made = begun(tmp_path / "ann", server)
    made.props["triggers"] += copy.deepcopy([OSS])
    done(made)
    return made


def commit(project: Project, subject: str) -> None:
    yaml = project.root / "s.yaml"
    yaml.write_text(yaml.read_text(encoding="utf-8") + f"# {subject}\n", encoding="utf-8")
    git(project.root.parent, "commit", "-q", "-a", "-m", subject)


def behind(project: Project, top: Path) -> Project:
    """Another checkout, of a commit that does not have what is deployed now."""
    other = cloned(project, top)
    other.props["triggers"] += copy.deepcopy([OSS])
    project.props["triggers"] += copy.deepcopy([MNS])
    commit(project, "another trigger")
    done(project)
    return other


@pytest.mark.parametrize(
    "line", ["deploy", "deploy --prune -y", "deploy --use-remote", "deploy --prune -y --use-remote"]
)
def test_a_checkout_that_is_behind_leaves_a_colleagues_trigger_let_in(ann: Project, tmp_path: Path, line: str) -> None:
    ben = behind(ann, tmp_path / "ben")
    done(ben, line)
    assert "told" in online(ann.server)
    assert trusted(ann.server) == {MNS_SOURCE, OSS_SOURCE}
    done(ann)
    assert_quiet(ann)


def test_a_colleague_who_drops_the_line_and_one_who_prunes(ann: Project, tmp_path: Path) -> None:
    ben = behind(ann, tmp_path / "ben")
    git(ben.root.parent, "pull", "-q", str(ann.root.parent), "HEAD")
    commit(ben, "without it")
    done(ben)
    assert trusted(ann.server) == {MNS_SOURCE, OSS_SOURCE}
    assert_quiet(ben)
    done(ben, "deploy --prune -y")
    assert "told" not in online(ann.server)
    assert trusted(ann.server) == {OSS_SOURCE}
    git(ann.root.parent, "pull", "-q", str(ben.root.parent), "HEAD")
    leave(ann)
    assert_silent(ann)
    assert trusted(ann.server) == {OSS_SOURCE}


def trust(ram: RamClient, *sources: str) -> None:
    """Somebody's change of whom the role trusts."""
    statement = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": list(sources)}}
    document = json.dumps({"Version": "1", "Statement": [statement]})
    request = ram_models.UpdateRoleRequest(role_name=OF_TRIGGERS, new_assume_role_policy_document=document)
    ram.update_role(request)


def edit(project: Project) -> None:
    """Somebody's change of the trigger that has left s.yaml."""
    config = {**OSS["config"], "events": ["oss:ObjectRemoved:*"]}
    project.edit("UpdateTrigger", "demo", "hello", "put", triggerConfig=config)
