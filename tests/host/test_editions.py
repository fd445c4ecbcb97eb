"""The other ways to the same component: edition 1.0.0, both hosts, references between steps, info, remove, JSON."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from tests.host.harness import ACCOUNT, Host, project_v1
from tests.host.scenes import PROMPT, PROPS, Project, assert_told

pytest_plugins = ("tests.host.stage",)


@pytest.mark.parametrize("version", ["3.1.10", "2.2.2"])
def test_edition_1_deploys_finds_drift_undoes_and_pulls(fresh: Project, version: str) -> None:
    if version == "2.2.2":
        fresh.host = Host(fresh.folder.parent / "home2", version, variables=fresh.host.variables).with_keys()
    project_v1(fresh.folder, fresh.steps)
    run = fresh.run("deploy")
    assert run.status == 0, run.text
    assert fresh.url_says() == "one"
    assert f"{fresh.server.url}/2016-08-15/proxy/shop/hello/" in run.text

    fresh.edit("UpdateFunction", "shop", "hello", timeout=60)
    fresh.server.admin.clear_journal()
    run = fresh.run("deploy")
    assert run.status == 3, run.text
    assert_told(run.text, ("function shop/hello", "timeout", "last deployed 10 → online 60", "error: changed-online"))
    assert fresh.writes() == []
    assert fresh.run("drift --exit-code").status == 3

    status, seen = fresh.answers("deploy", "o")
    assert status == 0, seen
    assert fresh.function["timeout"] == 10
    assert len(fresh.rescues()) == 1

    assert_told(fresh.run("rescue").text, ("function shop/hello",))
    run = fresh.run("undo -y")
    assert run.status == 0, run.text
    assert fresh.function["timeout"] == 60
    run = fresh.run("pull -y")
    assert run.status == 0, run.text
    assert "timeout: 60" in (fresh.folder / "s.yaml").read_text()
    run = fresh.run("plan --exit-code")
    assert run.status == 0, run.text


def test_a_step_may_refer_to_what_another_one_returned(fresh: Project) -> None:
    backend, frontend = copy.deepcopy(PROPS), copy.deepcopy(PROPS)
    backend["function"]["name"] = "backend"
    frontend["function"] |= {
        "name": "frontend",
        "environmentVariables": {
            "BACKEND": "${resources.backend.output.url.system_url}",
            "WHERE": "${resources.backend.output.region}/${resources.backend.output.function.name}",
        },
    }
    fresh.steps = {"frontend": frontend, "backend": backend}
    fresh.save()
    for line in ("plan", "deploy", "deploy"):  # before there is a URL, plan has to make up a value
        fresh.server.admin.clear_journal()
        run = fresh.run(line)
        assert run.status == 0, run.text
    assert fresh.writes() == []
    assert fresh.service["functions"]["frontend"]["environmentVariables"] == {
        "BACKEND": f"{fresh.server.url}/2016-08-15/proxy/shop/backend/",
        "WHERE": "cn-hangzhou/backend",
    }
    # The host removes in the order of deployment: the first step's values must be there for the second.
    run = fresh.run("remove -y")
    assert run.status == 0, run.text
    assert fresh.services == {}


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_a_plan_ends_with_what_it_found_and_no_result_of_the_host(deployed: Project, command: str) -> None:
    run = deployed.run(command)
    assert run.status == 0, run.text
    assert "Result for" not in run.text
    assert "system_url" not in run.text
    assert "function" in deployed.run(f"{command} --silent --output json").json()
    assert "Result for" in deployed.run("info").text


def test_with_several_steps_the_last_lines_say_what_every_step_found(fresh: Project) -> None:
    one, two = copy.deepcopy(PROPS), copy.deepcopy(PROPS)
    two["function"]["name"] = "other"
    fresh.steps = {"one": one, "two": two}
    fresh.save()
    assert fresh.run("deploy").status == 0
    two["function"]["timeout"] = 33
    fresh.save()
    run = fresh.run("plan")
    assert run.status == 0, run.text
    last = run.text[run.text.index("All steps:") :].splitlines()
    assert [line.split(maxsplit=1)[0] for line in last[1:3]] == ["one", "two"]
    assert "No differences" in last[1]
    assert "1 resource to update" in last[2]


def test_info_shows_what_is_online(deployed: Project) -> None:
    run = deployed.run("info --silent --output json")
    assert run.status == 0, run.text
    shown = run.json()
    assert shown["function"] == {
        "name": "hello",
        "runtime": "python3",
        "handler": "index.handler",
        "memorySize": 128,
        "timeout": 10,
    }
    assert shown["service"] == {"name": "shop"}
    assert shown["url"]["system_url"] == f"{deployed.server.url}/2016-08-15/proxy/shop/hello/"
    assert shown["triggers"] == [{"type": "http", "name": "http"}, {"type": "timer", "name": "tick"}]
    assert deployed.requests() == ["GetFunction", "GetService", "ListTriggers"]


def test_info_of_what_is_not_online_says_so(fresh: Project) -> None:
    run = fresh.run("info")
    assert run.status == 0, run.text
    assert_told(run.text, ("service shop is not online", "function shop/hello is not online"))


def test_remove_deletes_what_was_deployed_from_here_once_that_is_confirmed(deployed: Project) -> None:
    run = deployed.run("remove")
    assert run.status == 2, run.text
    assert_told(run.text, ("error: not-confirmed", "Nothing was written", "hint: Add -y"))
    assert deployed.writes() == []

    with deployed.terminal("remove") as person:
        person.expect("Enter = n: ")
        person.line("")
        assert person.finish() == 3, person.transcript
    assert deployed.writes() == []

    run = deployed.run("remove -y")
    assert run.status == 0, run.text
    assert deployed.writes() == ["DeleteTrigger", "DeleteTrigger", "DeleteFunction", "DeleteService"]
    assert deployed.services == {}
    assert (deployed.baselines(), deployed.rescues()) == ({}, [])

    run = deployed.run("deploy")  # and the project can begin again
    assert run.status == 0, run.text
    assert deployed.url_says() == "one"


def test_remove_of_what_was_changed_online_stops_and_force_saves_it_first(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60)
    run = deployed.run("remove -y")
    assert run.status == 3, run.text
    assert_told(run.text, ("function shop/hello", "last deployed 10 → online 60", "error: changed-online"))
    assert deployed.writes() == []

    with deployed.terminal("remove") as person:
        person.expect("was changed online, and removing would delete it.")
        person.expect(PROMPT)
        person.line("k")
        assert person.finish() == 0, person.transcript
        assert_told(
            person.transcript, ("trigger shop/hello/tick deleted", "function shop/hello stays: changed or made")
        )
    assert deployed.function["timeout"] == 60
    assert deployed.rescues() == []

    # Sparing it once does not make it ours: it is still found, and saved before it goes.
    deployed.server.admin.clear_journal()
    run = deployed.run("remove -y")
    assert run.status == 3, run.text
    run = deployed.run("remove --use-remote -y")
    assert run.status == 0, run.text
    assert "→" not in run.text.split("Removing:")[1]  # no URL of what is gone
    assert deployed.services == {}
    # What lies around it and inside goes along: only together can they be made again.
    rescues = deployed.rescues()
    for rescue in rescues:
        rescue.assert_complete()
        rescue.assert_older_than_writes(deployed)
    assert {rescue.live.get("timeout") for rescue in rescues} == {60, None}
    assert str(rescue.folder) in run.text


def test_remove_leaves_a_service_that_holds_somebody_elses_function(deployed: Project) -> None:
    deployed.edit("UpdateService", "shop", description="mended by bob")
    package = {"zipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}
    deployed.edit("CreateFunction", "shop", "bobs", runtime="python3", handler="index.handler", code=package)
    run = deployed.run("remove -y")
    assert run.status == 0, run.text
    assert_told(run.text, ("service shop", "stays: it still holds function shop/bobs"))
    assert list(deployed.service["functions"]) == ["bobs"]
    assert deployed.service["description"] == "mended by bob"

    run = deployed.run("deploy")  # what stayed was not deployed by that: Bob's change is still his
    assert run.status == 3, run.text
    assert_told(run.text, ("service shop", "description", "last deployed the shop → online mended by bob"))


def test_remove_with_a_published_version_stops_before_it_deletes_anything(deployed: Project) -> None:
    deployed.edit("PublishServiceVersion", "shop", description="one")
    deployed.edit("CreateAlias", "shop", aliasName="prod", versionId="1")
    run = deployed.run("remove -y")
    assert run.status == 3, run.text
    assert_told(run.text, ("service shop  stays: it still holds version 1, alias prod", "error: changed-online"))
    assert deployed.writes() == []

    run = deployed.run("remove -y --on-drift keep")
    assert run.status == 0, run.text
    assert_told(run.text, ("function shop/hello deleted", "service shop stays: it still holds version 1, alias prod"))
    assert deployed.writes() == ["DeleteTrigger", "DeleteTrigger", "DeleteFunction"]
    run = deployed.run("remove -y")
    assert run.status == 0, run.text


def test_remove_asks_about_what_another_checkout_made(deployed: Project) -> None:
    deployed.begin_anew()
    run = deployed.run("deploy")
    assert run.status == 0, run.text
    run = deployed.run("remove -y")
    assert run.status == 3, run.text
    assert_told(run.text, ("function shop/hello: was already online when this project first deployed it",))
    assert deployed.writes() == []


def test_remove_stops_at_a_trigger_that_somebody_else_made(deployed: Project) -> None:
    config = json.dumps({"cronExpression": "@every 9m", "enable": False})
    deployed.edit("CreateTrigger", "shop", "hello", "bobs", triggerType="timer", triggerConfig=config)
    run = deployed.run("remove -y")
    assert run.status == 3, run.text
    assert_told(run.text, ("never deployed from this project:", "trigger shop/hello/bobs", "error: changed-online"))
    assert deployed.writes() == []


def test_output_json_is_one_document_also_when_the_run_stops(deployed: Project) -> None:
    deployed.props["function"]["environmentVariables"]["LEVEL"] = "very secret"
    deployed.save()
    run = deployed.run("plan --silent --output json")
    assert run.status == 0, run.text
    assert run.stderr == ""
    document = run.json()
    report = document["report"]
    assert (report["format_version"], report["command"], report["status"]) == (1, "plan", 0)
    assert [action["verb"] for action in report["plan"]["actions"]] == ["nothing", "update", "nothing", "nothing"]
    assert "very secret" not in run.text
    assert no_nulls({key: value for key, value in document.items() if key != "report"})

    deployed.edit("UpdateFunction", "shop", "hello", timeout=60)
    run = deployed.run("deploy --silent --output json")
    assert run.status == 3, run.text
    first = run.stdout.splitlines()[0]  # the host adds its own message of the failed step after it
    report = json.loads(first)
    assert (report["format_version"], report["status"]) == (1, 3)
    assert report["plan"]["undecided"] == [{"resource": "function shop/hello", "aspect": "config"}]
    assert report["error"]["reference"] == "changed-online"


def no_nulls(value: Any) -> bool:
    """The host takes a null for "not found" when a later step refers to it."""
    if isinstance(value, dict):
        return all(no_nulls(item) for item in value.values())
    if isinstance(value, list):
        return all(no_nulls(item) for item in value)
    return value is not None


def test_the_account_of_the_run_is_the_one_of_the_access_that_was_named(fresh: Project) -> None:
    """-a decides, and another account is another cloud with baselines of its own."""
    fresh.host.with_keys("other", AccountID="1111111111111111")
    run = fresh.run("plan -a other")
    assert run.status == 0, run.text
    assert "account 1111111111111111" in run.text
    assert ACCOUNT["AccountID"] not in run.text
    assert "4 resources to create" in run.text
