"""Whatever is lost by a run, and whoever made it, is saved first: every way in which something is lost."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BaselineUnusable, Effect
from fc_guard.model.address import Address
from fc_guard.model.reports import Report
from fc_guard.model.resources import Intent
from fc_guard.state.directory import DirectoryStore
from tests.integration.project import PROPS, Person, Project
from tests.integration.test_undo import done, function, service

ROLE = "acs:ram::1234567890123456:role/r"
MNS: dict[str, Any] = {
    "triggerName": "mns",
    "triggerType": "mns_topic",
    "sourceArn": "acs:mns:cn-hangzhou:1234567890123456:/topics/t",
    "invocationRole": ROLE,
    "triggerConfig": {"notifyStrategy": "BACKOFF_RETRY"},
}


def saved(report: Report) -> dict[str, dict[str, Any]]:
    """What was saved, by resource."""
    return {str(copy.id): json.loads((Path(copy.directory) / "live.json").read_text()) for copy in report.rescues}


def test_what_was_kept_is_theirs_to_the_end(deployed: Project) -> None:
    """Kept by decision, then changed here too: a field or the code, somebody is asked, and what goes is saved."""
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512, files={"index.py": "# bob\n"})
    assert done(deployed, "deploy --on-drift keep").rescues == ()
    deployed.props["function"]["memorySize"] = 256
    assert deployed.run("deploy")[0].status() == 3
    report = done(deployed, "deploy --type config --use-remote")
    assert function(deployed)["memorySize"] == 256
    assert saved(report)["function demo/hello"]["memorySize"] == 512
    deployed.write({"index.py": "# ours\n"})
    assert deployed.run("deploy")[0].status() == 3
    assert saved(done(deployed, "deploy --use-remote"))["function demo/hello"]["memorySize"] == 256


def test_what_only_we_changed_needs_no_copy(deployed: Project) -> None:
    deployed.props["function"]["memorySize"] = 256
    assert done(deployed, "deploy").rescues == ()
    assert done(deployed, "remove -y").rescues == ()


def test_an_asynchronous_configuration_that_is_taken_back(deployed: Project) -> None:
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    done(deployed, "deploy")
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=5)
    del deployed.props["function"]["asyncConfiguration"]
    report = done(deployed, "deploy --use-remote")
    assert saved(report)["asyncConfig demo/hello/LATEST"]["maxAsyncRetryAttempts"] == 5
    done(deployed, "undo -y")
    (config,) = function(deployed)["asyncConfigs"].values()
    assert config["maxAsyncRetryAttempts"] == 5


def test_a_binding_has_no_document_to_speak_of_and_is_saved_all_the_same(deployed: Project) -> None:
    deployed.edit("CreateVpcBinding", "demo", vpcId="vpc-bobs")
    report, _ = deployed.run("remove -y")
    assert report.status() == 3
    report = done(deployed, "remove -y --use-remote")
    assert saved(report)["vpcBinding demo/vpc-bobs"] == {"vpcId": "vpc-bobs"}
    assert "service demo" in saved(report)
    done(deployed, "undo -y")
    assert service(deployed)["vpcBindings"] == ["vpc-bobs"]


def test_a_binding_of_others_stays_with_the_service_that_others_use(deployed: Project) -> None:
    second = Project(deployed.root, deployed.server, props=copy.deepcopy(PROPS), step="two")
    second.props["function"]["name"] = "other"
    second.props["triggers"] = []
    done(second, "deploy")
    deployed.edit("CreateVpcBinding", "demo", vpcId="vpc-bobs")
    assert done(deployed, "remove -y").rescues == ()
    assert service(deployed)["vpcBindings"] == ["vpc-bobs"]


def test_configurations_of_other_qualifiers_go_with_the_function_and_are_saved(deployed: Project) -> None:
    deployed.edit("PublishServiceVersion", "demo", description="one")
    deployed.edit("CreateAlias", "demo", aliasName="prod", versionId="1")
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", qualifier="prod", maxAsyncRetryAttempts=7)
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=2)
    configs = function(deployed)["asyncConfigs"]
    assert set(configs) == {"LATEST", "prod"}
    report, _ = deployed.run("remove -y function")
    assert report.status() == 3
    for name in ("http", "tick"):
        deployed.edit("DeleteTrigger", "demo", "hello", name)
    report = done(deployed, "remove -y function --use-remote")
    assert {name for name in saved(report) if "async" in name} == {
        "asyncConfig demo/hello/LATEST",
        "asyncConfig demo/hello/prod",
    }
    done(deployed, "undo -y")
    attempts = {name: config["maxAsyncRetryAttempts"] for name, config in function(deployed)["asyncConfigs"].items()}
    assert attempts == {"LATEST": 2, "prod": 7}


@pytest.fixture
def left(deployed: Project) -> Project:
    """A function that has left s.yaml, with things inside that somebody made."""
    deployed.props["service"]["name"] = "elsewhere"
    deployed.props["triggers"] = []
    done(deployed, "deploy")
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=5)
    deployed.edit("CreateTrigger", "demo", "hello", **MNS)
    deployed.server.admin.clear_journal()
    return deployed


def test_pruning_asks_about_what_others_made_inside(left: Project) -> None:
    report, person = left.run("deploy --prune -y")
    assert (report.status(), left.writes()) == (3, []), person.text
    assert "asyncConfig demo/hello/LATEST" in str(report.error)
    assert "trigger demo/hello/mns" in str(report.error)
    report, person = left.run("deploy --prune -y", Person([""], present=True))
    assert report.status() == 3
    assert "2 things were never deployed from this project, and deploying with --prune" in person.asked[0]
    assert "make it again" not in person.asked[0]


def test_pruning_saves_all_of_it_together(left: Project) -> None:
    report = done(left, "deploy --prune -y --use-remote")
    assert "hello" not in service(left)["functions"]
    assert set(saved(report)) == {
        *("function demo/hello", "asyncConfig demo/hello/LATEST"),
        *("trigger demo/hello/mns", "trigger demo/hello/http", "trigger demo/hello/tick"),
    }
    done(left, "undo -y")
    assert set(function(left)["triggers"]) == {"mns", "http", "tick"}
    assert function(left)["asyncConfigs"]["LATEST"]["maxAsyncRetryAttempts"] == 5


def test_pruning_that_keeps_what_others_made_keeps_what_holds_it(left: Project) -> None:
    report, person = left.run("deploy --prune -y --on-drift keep")
    assert report.status() == 0, person.text
    assert left.writes() == ["DeleteTrigger", "DeleteTrigger"]
    assert set(function(left)["triggers"]) == {"mns"}


def test_what_stops_between_deleting_and_making_is_a_half_and_can_be_undone(
    deployed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.edit("CreateTrigger", "demo", "hello", **MNS)
    deployed.props["triggers"].append(
        {"name": "mns", "type": "timer", "config": {"cronExpression": "@every 1m", "enable": False}}
    )
    with monkeypatch.context() as patch:

        def full(store: DirectoryStore, id: Address, intent: Intent) -> None:
            if intent.operation == "CreateTrigger":
                raise BaselineUnusable("the disk is full", effect=Effect.NOTHING)
            intend(store, id, intent)

        intend = DirectoryStore.intend
        patch.setattr(DirectoryStore, "intend", full)
        report, _ = deployed.run("deploy --use-remote")
    assert deployed.writes() == ["DeleteTrigger"]
    assert report.status() == 7
    assert "was deleted to be made anew, and making it failed" in str(report.error)
    assert "Nothing was" not in str(report.error)
    done(deployed, "undo -y")
    assert function(deployed)["triggers"]["mns"]["triggerType"] == "mns_topic"


def test_a_replaced_trigger_comes_back_as_it_was(deployed: Project) -> None:
    deployed.edit("CreateTrigger", "demo", "hello", **MNS)
    deployed.props["triggers"].append(
        {"name": "mns", "type": "timer", "config": {"cronExpression": "@every 1m", "enable": False}}
    )
    report = done(deployed, "deploy --use-remote")
    assert saved(report)["trigger demo/hello/mns"]["triggerType"] == "mns_topic"
    deployed.server.admin.clear_journal()
    report, person = deployed.run("undo -y")
    assert report.status() == 0, person.text
    assert deployed.writes() == ["DeleteTrigger", "CreateTrigger"]
    assert "deleted and made anew" in person.text
    trigger = function(deployed)["triggers"]["mns"]
    assert (trigger["triggerType"], trigger["sourceArn"]) == ("mns_topic", MNS["sourceArn"])
    report, _ = deployed.run("plan")
    assert report.status(exit_code=True) == 3
