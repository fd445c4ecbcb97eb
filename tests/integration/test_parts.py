"""Parts of a service or function that are resources of their own for FC, and triggers that FC cannot update."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.errors import BadInput
from fc_guard.model.fields import Cause
from fc_guard.model.plans import Verb
from fc_guard.model.reports import Report
from fc_guard.model.resources import Presence
from tests.integration.project import Person, Project

ROLE = "acs:ram::1234567890123456:role/r"
MNS = {
    "name": "mns",
    "type": "mns_topic",
    "role": ROLE,
    "config": {"topicName": "t", "notifyStrategy": "BACKOFF_RETRY"},
}


def function(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.server.admin.state()["services"]["demo"]["functions"]["hello"]
    return found


def changes(report: Report) -> dict[str, Cause]:
    return {change.name: change.cause for diff in report.plan.diffs for change in diff.changes}


# asynchronous invocation


def test_asynchronous_invocation_set_online_is_not_touched_where_s_yaml_is_silent(deployed: Project) -> None:
    """S12: the predecessor deletes it."""
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=1)
    deployed.props["function"]["timeout"] = 20
    deployed.server.admin.clear_journal()
    report, _ = deployed.run("deploy")
    assert (report.status(), deployed.writes()) == (0, ["UpdateFunction"])
    report, person = deployed.run("drift")
    assert "asyncConfig demo/hello/LATEST: made online, not in s.yaml" in person.text


def test_asynchronous_invocation_is_made_changed_and_taken_back_with_its_line(deployed: Project) -> None:
    config = deployed.props["function"]["asyncConfiguration"] = {
        "maxAsyncRetryAttempts": 1,
        "destination": {"onFailure": "acs:mns:::/queues/q/messages"},
    }
    for attempts in (1, 2):
        config["maxAsyncRetryAttempts"] = attempts
        report, person = deployed.run("deploy")
        assert report.status() == 0, person.text
        report, person = deployed.run("plan")
        assert report.plan.writes == (), person.text
    # The service gets the default role, which asynchronous invocation needs.
    assert deployed.writes() == ["UpdateService", *["PutFunctionAsyncInvokeConfig"] * 2]
    del deployed.props["function"]["asyncConfiguration"]
    report, person = deployed.run("plan")
    assert "asyncConfig demo/hello/LATEST" in person.text
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    assert deployed.writes()[-1] == "DeleteFunctionAsyncInvokeConfig"
    assert person.asked == []
    report, _ = deployed.run("plan")
    assert report.plan.writes == ()


def test_an_update_of_it_carries_what_somebody_set_besides(deployed: Project) -> None:
    """FC replaces the whole configuration with what a Put names."""
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    deployed.run("deploy")
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=1, statefulInvocation=True)
    deployed.props["function"]["asyncConfiguration"]["maxAsyncRetryAttempts"] = 2
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    (config,) = deployed.server.admin.state()["services"]["demo"]["functions"]["hello"]["asyncConfigs"].values()
    assert (config["maxAsyncRetryAttempts"], config["statefulInvocation"]) == (2, True)


def test_one_changed_online_is_drift(deployed: Project) -> None:
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    deployed.run("deploy")
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=5)
    report, _ = deployed.run("plan")
    assert changes(report) == {"maxAsyncRetryAttempts": Cause.DRIFT}
    deployed.server.admin.clear_journal()
    report, _ = deployed.run("deploy")
    assert (report.status(), deployed.writes()) == (3, [])
    deployed.edit("DeleteFunctionAsyncInvokeConfig", "demo", "hello")
    report, _ = deployed.run("plan")
    assert [d.presence for d in report.plan.diffs if d.id.kind == "asyncConfig"] == [Presence.DELETED_ONLINE]


# VPC bindings


def test_bindings_are_made_and_undone_and_those_of_others_stay(deployed: Project) -> None:
    deployed.edit("CreateVpcBinding", "demo", vpcId="vpc-theirs")
    deployed.props["service"]["vpcBinding"] = ["vpc-a", "vpc-b"]
    deployed.server.admin.clear_journal()
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    assert deployed.writes() == ["UpdateService", "CreateVpcBinding", "CreateVpcBinding"]  # a binding needs a role
    report, person = deployed.run("plan")
    assert report.plan.writes == (), person.text
    deployed.props["service"]["vpcBinding"] = ["vpc-b"]
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    assert deployed.writes()[3:] == ["DeleteVpcBinding"]
    bindings = deployed.server.admin.state()["services"]["demo"]["vpcBindings"]
    assert sorted(bindings) == ["vpc-b", "vpc-theirs"]


def test_a_binding_that_fails_is_an_error(deployed: Project) -> None:
    """S17: the predecessor logs it and says that it succeeded."""
    deployed.props["service"] |= {"vpcBinding": ["vpc-a"], "role": ""}
    action = {"status": 400, "code": "InvalidArgument", "message": "no"}
    deployed.server.admin.faults([{"op": "CreateVpcBinding", "times": 1, "action": action}])
    report, _ = deployed.run("deploy")
    assert report.status() == 1


# replacement


def test_what_fc_cannot_update_is_replaced_when_confirmed(deployed: Project) -> None:
    """S14: the predecessor warns and goes on."""
    deployed.props["triggers"].append(MNS | {"config": dict(MNS["config"])})
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    deployed.props["triggers"][-1]["config"]["notifyStrategy"] = "EXPONENTIAL_DECAY_RETRY"
    deployed.server.admin.clear_journal()
    report, person = deployed.run("plan")
    assert [action.verb for action in report.plan.writes] == [Verb.REPLACE]
    assert "deleted and made anew: triggerConfig.notifyStrategy cannot be updated" in person.text
    with pytest.raises(BadInput, match="nobody to confirm"):
        deployed.run("deploy")
    report, person = deployed.run("deploy", Person(present=True))
    assert (report.status(), deployed.writes()) == (3, [])
    assert "trigger demo/hello/mns: deleted and made anew" in person.asked[0]
    report, person = deployed.run("deploy -y")
    assert report.status() == 0, person.text
    assert "trigger demo/hello/mns replaced" in person.text
    assert deployed.writes() == ["DeleteTrigger", "CreateTrigger"]
    assert function(deployed)["triggers"]["mns"]["triggerConfig"].count("EXPONENTIAL") == 1
    report, person = deployed.run("plan")
    assert report.plan.writes == (), person.text


def test_forcing_replaces_without_a_question_and_keeps_a_rescue_copy(deployed: Project) -> None:
    deployed.props["triggers"].append(MNS | {"config": dict(MNS["config"])})
    deployed.run("deploy")
    deployed.edit("DeleteTrigger", "demo", "hello", "mns")
    deployed.edit(
        "CreateTrigger",
        "demo",
        "hello",
        triggerName="mns",
        triggerType="mns_topic",
        sourceArn="acs:mns:cn-hangzhou:1234567890123456:/topics/other",
        invocationRole=ROLE,
        triggerConfig={"notifyStrategy": "BACKOFF_RETRY"},
    )
    deployed.server.admin.clear_journal()
    report, _ = deployed.run("deploy")
    assert (report.status(), deployed.writes()) == (3, [])
    report, person = deployed.run("deploy --use-remote")
    assert report.status() == 0, person.text
    assert deployed.writes() == ["DeleteTrigger", "CreateTrigger"]
    assert [str(copy.id) for copy in report.rescues] == ["trigger demo/hello/mns"]
    assert function(deployed)["triggers"]["mns"]["sourceArn"].endswith("/topics/t")


def test_a_replacement_that_ends_half_way_is_made_whole_by_the_next_run(deployed: Project) -> None:
    deployed.props["triggers"].append(MNS | {"config": dict(MNS["config"])})
    deployed.run("deploy")
    deployed.props["triggers"][-1]["config"]["notifyStrategy"] = "EXPONENTIAL_DECAY_RETRY"
    action = {"status": 400, "code": "InvalidArgument", "message": "no"}
    deployed.server.admin.faults([{"op": "CreateTrigger", "times": 1, "action": action}])
    report, _ = deployed.run("deploy -y")
    assert report.status() == 7
    assert "mns" not in function(deployed)["triggers"]
    report, person = deployed.run("deploy")
    assert (report.status(), person.asked) == (0, [])
    assert "mns" in function(deployed)["triggers"]
