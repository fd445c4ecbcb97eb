"""What remove and --prune delete: what this project made. The rest is decided; what would refuse is read first."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from fc_guard.core.choices import WAS_THERE
from fc_guard.errors import GuardError
from fc_guard.model.plans import Verb
from fc_guard.state.record import _checksum
from tests.integration.project import PROPS, Person, Project
from tests.integration.test_rescue_everything import saved
from tests.integration.test_safety import fault
from tests.integration.test_shared import HOST, alone, domain, route, routes, steps
from tests.integration.test_undo import done, function

__all__ = ["steps"]

EVERYTHING = ["DeleteTrigger", "DeleteTrigger", "DeleteFunction", "DeleteService"]


@pytest.fixture
def adopted(deployed: Project, tmp_path: Path) -> Project:
    """Another checkout, which found online what its s.yaml says."""
    other = Project(tmp_path / "b", deployed.server)
    done(other, "deploy")
    other.server.admin.clear_journal()
    return other


def services(project: Project) -> dict[str, Any]:
    return dict(project.server.admin.state().get("services", {}))


def made(project: Project) -> dict[str, bool]:
    """Of every baseline, by kind and last name."""
    folder = project.root / ".s" / "fc-guard"
    payloads = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*/*/*/*.json"))]
    return {f"{item['kind']} {item['id'][-1]}": item["payload"]["baseline"]["made"] for item in payloads}


def test_what_was_only_adopted_is_not_removed_without_a_decision(adopted: Project) -> None:
    report, person = adopted.run("remove -y")
    assert (report.status(), adopted.writes()) == (3, [])
    assert f"function demo/hello: was {WAS_THERE}" in str(report.error)
    assert "What this project did not make would be deleted, and there is nobody to ask." in str(report.error)
    assert "--on-drift keep leaves them online and removes the rest." in str(report.error)
    assert "Already online when this project first deployed it" in person.text


def test_forced_what_was_adopted_is_saved_and_comes_back(adopted: Project) -> None:
    report = done(adopted, "remove -y --use-remote")
    assert services(adopted) == {}
    assert set(saved(report)) == {
        "service demo",
        "function demo/hello",
        "trigger demo/hello/http",
        "trigger demo/hello/tick",
    }
    done(adopted, "undo -y")
    assert (function(adopted)["timeout"], set(function(adopted)["triggers"])) == (10, {"http", "tick"})


def test_kept_what_was_adopted_stays_and_what_was_made_here_goes(adopted: Project) -> None:
    extra = {"name": "more", "type": "timer", "config": {"cronExpression": "@every 9m", "enable": False}}
    adopted.props["triggers"].append(extra)
    done(adopted, "deploy")
    adopted.server.admin.clear_journal()
    report, person = adopted.run("remove -y --on-drift keep")
    assert (report.status(), adopted.writes()) == (0, ["DeleteTrigger"])
    assert set(function(adopted)["triggers"]) == {"http", "tick"}
    assert f"trigger demo/hello/tick stays: {WAS_THERE}" in person.text
    assert list(adopted.root.glob(".s/fc-guard/*/*/fc2.trigger/*.json")) == []  # nothing is claimed of it any more


def test_the_question_tells_that_it_was_there_before(adopted: Project) -> None:
    report, person = adopted.run("remove", Person([""], present=True))
    assert (report.status(), adopted.writes()) == (3, [])
    assert f"trigger demo/hello/http: was {WAS_THERE}" in person.asked[0]
    report, person = adopted.run("remove trigger --trigger-name tick", Person(["o"], present=True))
    assert (report.status(), adopted.writes()) == (0, ["DeleteTrigger"])
    assert f"trigger demo/hello/tick was {WAS_THERE}, and removing would delete it." in person.asked[0]


def test_made_is_what_a_create_of_this_project_made_and_stays_so(deployed: Project, adopted: Project) -> None:
    everything = ("service demo", "function hello", "trigger http", "trigger tick")
    assert made(deployed) == dict.fromkeys(everything, True)
    assert made(adopted) == dict.fromkeys(everything, False)
    for project in (deployed, adopted):
        project.props["service"]["description"] = "more"
        project.props["function"]["timeout"] = 20
        done(project, "deploy")
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    done(deployed, "deploy --on-drift keep")
    assert made(deployed) == dict.fromkeys(everything, True)
    assert made(adopted) == dict.fromkeys(everything, False)


def test_what_is_replaced_or_made_again_by_a_deployment_is_made(adopted: Project) -> None:
    adopted.props["triggers"][1] = {
        "name": "tick",
        "type": "oss",
        "role": "acs:ram::1234567890123456:role/r",
        "sourceArn": "acs:oss:cn-hangzhou:1234567890123456:bucket",
        "config": {"events": ["oss:ObjectCreated:*"], "filter": {"Key": {"Prefix": "a", "Suffix": "b"}}},
    }
    adopted.edit("DeleteTrigger", "demo", "hello", "http")
    done(adopted, "deploy -y --use-remote")
    assert made(adopted) == {
        "service demo": False,
        "function hello": False,
        "trigger http": True,
        "trigger tick": True,
    }


def test_a_create_whose_answer_was_lost_is_made(project: Project) -> None:
    fault(project, "CreateFunction", {"cut": "answer"})
    done(project, "deploy")
    assert made(project)["function hello"]
    assert done(project, "remove -y").rescues == ()


def test_a_create_that_an_interrupted_run_sent_is_made(project: Project) -> None:
    read = {"op": "GetFunction", "skip": 1, "times": 4, "action": {"status": 500, "code": "X", "message": "x"}}
    project.server.admin.faults([{"op": "CreateFunction", "times": 1, "action": {"cut": "answer"}}, read])
    assert project.run("deploy")[0].status() == 6
    project.server.admin.faults([])
    done(project, "deploy")
    assert made(project)["function hello"]


def test_a_create_that_somebody_else_won_is_adopted(project: Project) -> None:
    """Between the look and the write, somebody makes the same service."""
    project.edit("CreateService", serviceName="demo", description="demo service")
    absent = {"status": 404, "code": "ServiceNotFound", "message": "no"}
    fault(project, "GetService", absent)
    done(project, "deploy")
    assert (made(project)["service demo"], made(project)["function hello"]) == (False, True)


def test_what_was_deleted_online_and_accepted_so_is_not_made_any_more(deployed: Project) -> None:
    deployed.edit("DeleteTrigger", "demo", "hello", "tick")
    done(deployed, "deploy --on-drift keep")
    assert made(deployed)["trigger tick"] is False


def test_what_an_undo_made_anew_is_somebody_else_s(deployed: Project) -> None:
    for name in ("http", "tick"):
        deployed.edit("DeleteTrigger", "demo", "hello", name)
    deployed.props["triggers"] = []
    done(deployed, "deploy --prune -y")
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=256)
    deployed.props["function"]["memorySize"] = 512
    (copy_,) = done(deployed, "deploy --use-remote").rescues
    deployed.props["function"]["memorySize"] = 256  # what the copy says is what is deployed now
    done(deployed, "deploy")
    deployed.edit("DeleteFunction", "demo", "hello")
    done(deployed, f"undo -y --use-remote {copy_.name}")
    deployed.server.admin.clear_journal()
    report, _ = deployed.run("remove -y")
    assert (report.status(), deployed.writes()) == (3, [])


def test_a_baseline_of_before_says_nothing_of_who_made_it_and_counts_as_adopted(deployed: Project) -> None:
    for path in (deployed.root / ".s" / "fc-guard").glob("*/*/*/*.json"):
        envelope = json.loads(path.read_bytes())
        for name in ("made", "made_entries"):
            del envelope["payload"]["baseline"][name]
        path.write_bytes(resealed(envelope))
    report, _ = deployed.run("plan")
    assert report.status(exit_code=True) == 0
    report, _ = deployed.run("remove -y")
    assert (report.status(), deployed.writes()) == (3, [])


def resealed(envelope: dict[str, Any]) -> bytes:
    """A baseline's file, as another version would have written it."""
    envelope.pop("checksum")
    envelope.pop("seal", None)
    message = json.dumps(envelope, sort_keys=True, ensure_ascii=True).encode()
    return json.dumps({**envelope, "checksum": _checksum(message, None)}).encode()


def test_prune_asks_about_what_was_adopted(adopted: Project) -> None:
    del adopted.props["triggers"][1]
    done(adopted, "deploy")
    report, person = adopted.run("deploy --prune -y")
    assert (report.status(), adopted.writes()) == (3, [])
    assert f"trigger demo/hello/tick: was {WAS_THERE}" in str(report.error)
    assert "deploys the rest" in str(report.error)
    report, person = adopted.run("deploy --prune", Person([""], present=True))
    assert f"was {WAS_THERE}, and deploying with --prune would delete it." in person.asked[0]
    done(adopted, "deploy --prune -y --on-drift keep")
    assert adopted.writes() == []
    _, person = adopted.run("plan --prune")
    assert "trigger demo/hello/tick: made online, not in s.yaml" in person.text  # left to whoever made it


def test_prune_saves_what_was_adopted_before_it_is_forced(adopted: Project) -> None:
    del adopted.props["triggers"][1]
    report = done(adopted, "deploy --prune -y --use-remote")
    assert (set(saved(report)), adopted.writes()) == ({"trigger demo/hello/tick"}, ["DeleteTrigger"])


def test_a_part_that_was_made_here_goes_with_its_line_also_in_what_was_adopted(adopted: Project) -> None:
    adopted.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    adopted.props["service"]["vpcBinding"] = ["vpc-1"]
    done(adopted, "deploy")
    assert (made(adopted)["asyncConfig LATEST"], made(adopted)["vpcBinding vpc-1"]) == (True, True)
    del adopted.props["function"]["asyncConfiguration"], adopted.props["service"]["vpcBinding"]
    adopted.server.admin.clear_journal()
    assert done(adopted, "deploy").rescues == ()
    assert sorted(adopted.writes()) == ["DeleteFunctionAsyncInvokeConfig", "DeleteVpcBinding"]


def test_a_part_that_was_there_before_is_asked_about(deployed: Project) -> None:
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=1)
    deployed.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    done(deployed, "deploy")
    assert made(deployed)["asyncConfig LATEST"] is False
    del deployed.props["function"]["asyncConfiguration"]
    report, person = deployed.run("deploy", Person([""], present=True))
    assert report.status() == 3
    assert f"was {WAS_THERE}, and deploying would delete it, since s.yaml names it no longer." in person.asked[0]
    assert set(saved(done(deployed, "deploy --use-remote"))) == {"asyncConfig demo/hello/LATEST"}


def test_a_route_that_this_project_put_into_a_domain_of_others_is_its_own(steps: tuple[Project, Project]) -> None:
    one = alone(steps[0])
    theirs = [route("/x", "f", "s"), route("/one/*")]
    one.edit("CreateCustomDomain", domainName=HOST, protocol="HTTP", routeConfig={"routes": theirs})
    one.props["customDomains"] = domain("/one/*", "/two/*")
    done(one, "deploy --use-remote")
    report, _ = one.run("remove domain -y")
    assert (report.status(), routes(one)) == (3, ["/x", "/one/*", "/two/*"])  # /one/* was there before
    one.props["customDomains"] = domain("/two/*")
    done(one, "deploy --on-drift keep")
    one.edit("UpdateCustomDomain", HOST, routeConfig={"routes": [route("/x", "f", "s"), route("/two/*")]})
    done(one, "deploy --on-drift keep")
    assert done(one, "remove domain -y").rescues == ()
    assert routes(one) == ["/x"]


def test_what_two_steps_of_a_project_share_is_made_by_the_project(steps: tuple[Project, Project]) -> None:
    one, two = (alone(step) for step in steps)
    for step in (one, two, one, two):
        done(step, "deploy")
    done(one, "remove -y")
    done(two, "remove -y")
    assert services(one) == {}


# What would refuse the deletion


@pytest.fixture
def published(deployed: Project) -> Project:
    """Somebody published what is deployed, and serves it."""
    deployed.edit("PublishServiceVersion", "demo", description="one")
    deployed.edit("CreateAlias", "demo", aliasName="prod", versionId="1")
    deployed.server.admin.clear_journal()
    return deployed


def test_published_versions_and_aliases_are_read_before_the_first_deletion(published: Project) -> None:
    report, person = published.run("remove -y")
    assert (report.status(), published.writes()) == (3, [])
    assert "service demo  stays: it still holds version 1, alias prod" in person.text
    assert "service demo: still holds version 1, alias prod" in str(report.error)
    assert "deploy" not in str(report.error).lower()


@pytest.mark.parametrize("word", ["--use-remote", "--on-drift keep"])
def test_decided_what_was_deployed_goes_and_the_service_stays_with_what_it_holds(published: Project, word: str) -> None:
    report, person = published.run(f"remove -y {word}")
    assert (report.status(), published.writes()) == (0, EVERYTHING[:3])
    assert "service demo stays: it still holds version 1, alias prod" in person.text
    published.server.admin.clear_journal()
    for _ in range(2):  # nothing is left to decide, and nothing fails for ever
        report, person = published.run("remove -y")
        assert (report.status(), published.writes()) == (0, [])
        assert "service demo stays: it still holds version 1, alias prod" in person.text


def test_the_question_offers_what_can_be_done(published: Project) -> None:
    report, person = published.run("remove", Person(["o"], present=True))
    assert (report.status(), published.writes()) == (3, [])
    assert "service demo still holds version 1, alias prod, and the rest would be deleted around it." in person.asked[0]
    report, person = published.run("remove", Person(["k"], present=True))
    assert (report.status(), len(person.asked), published.writes()) == (0, 1, EVERYTHING[:3])


def test_a_service_that_stays_anyway_is_not_asked_about(published: Project) -> None:
    second = Project(published.root, published.server, props=copy.deepcopy(PROPS), step="two")
    second.props["function"]["name"] = "other"
    second.props["triggers"] = []
    done(second, "deploy")
    done(published, "remove -y")
    assert list(services(published)) == ["demo"]


def test_provisioned_instances_are_read_before_the_triggers_go(deployed: Project) -> None:
    deployed.edit("PutProvisionConfig", "demo", "hello", qualifier="LATEST", target=1)
    deployed.server.admin.clear_journal()
    report, _ = deployed.run("remove -y")
    assert (report.status(), deployed.writes()) == (3, [])
    assert "function demo/hello: still holds provisioned instances of LATEST" in str(report.error)
    report, person = deployed.run("remove -y --on-drift keep")
    assert (report.status(), deployed.writes()) == (0, EVERYTHING[:2])
    assert "service demo stays: it still holds function demo/hello" in person.text


def test_prune_does_not_begin_what_provisioned_instances_would_refuse(deployed: Project) -> None:
    deployed.edit("PutProvisionConfig", "demo", "hello", qualifier="LATEST", target=1)
    deployed.props["function"]["name"] = "second"
    deployed.props["service"]["name"] = "elsewhere"
    done(deployed, "deploy")
    deployed.server.admin.clear_journal()
    report, _ = deployed.run("deploy --prune -y")
    assert (report.status(), deployed.writes()) == (3, [])
    assert "function demo/hello: still holds provisioned instances of LATEST" in str(report.error)
    plan, _ = deployed.run("plan --prune")
    assert [action.verb for action in plan.plan.actions if action.id.parts == ("demo", "hello")] == [Verb.NOTHING]


def test_what_cannot_be_listed_is_not_empty(deployed: Project) -> None:
    fault(deployed, "ListAliases", {"status": 403, "code": "AccessDenied", "message": "no"}, times=0)
    with pytest.raises(GuardError) as caught:
        deployed.run("remove -y")
    assert (caught.value.status, deployed.writes()) == (6, [])


@pytest.mark.switches_at_default("service_etag_covers_children")
def test_published_in_the_middle_of_a_removal_it_ends_with_a_word_for_remove_and_can_go_on(deployed: Project) -> None:
    deployed.edit("PublishServiceVersion", "demo", description="one")
    unseen = {"status": 200, "body": {"versions": []}}
    deployed.server.admin.faults([{"op": "ListServiceVersions", "times": 1, "action": unseen}])
    report, _ = deployed.run("remove -y")
    assert report.status() == 7
    assert "remove again" in str(report.error)
    assert "deploy" not in str(report.error).lower()
    report, person = deployed.run("remove -y")
    assert report.status() == 0
    assert "service demo stays: it still holds version 1" in person.text


@pytest.mark.switches_at_default("service_etag_covers_children")
def test_only_a_removal_reads_who_holds_what(deployed: Project) -> None:
    reads = {"ListServiceVersions", "ListAliases", "ListProvisionConfigs"}
    for line in ("plan", "drift", "deploy", "remove -y"):
        deployed.server.admin.clear_journal()
        deployed.run(line)
        asked = [entry["op"] for entry in deployed.server.admin.journal() if entry["op"] in reads]
        assert sorted(asked) == (sorted(reads) if line == "remove -y" else [])


@pytest.mark.parametrize(("line", "again"), [("deploy --use-remote", "deploy"), ("undo -y --use-remote", "undo")])
def test_what_is_half_done_names_its_own_command(deployed: Project, line: str, again: str) -> None:
    deployed.edit("UpdateService", "demo", description="bob's")
    deployed.edit("UpdateFunction", "demo", "hello", timeout=99)
    if again == "undo":
        done(deployed, "deploy --use-remote")
    fault(deployed, "UpdateFunction", {"status": 400, "code": "InvalidArgument", "message": "no"})
    report, _ = deployed.run(line)
    assert report.status() == 7
    assert f"Mend the cause and {again} again" in str(report.error)
