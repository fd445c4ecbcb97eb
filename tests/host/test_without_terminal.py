"""Nobody at the keyboard: drift stops the run with status 3 and no write, unless a word on the command line decides.

The same six changes as in scene 2, through a host whose standard input is not a terminal.
"""

from __future__ import annotations

import copy

import pytest
from tests.host.scenes import PROPS, OnlineChange, Project, assert_told, every_online_change, handler

pytest_plugins = ("tests.host.stage",)

FORCED = "what s.yaml and the code folder say is forced over what is online, without a question."


@every_online_change
def test_drift_stops_with_status_3_and_no_write_request(deployed: Project, change: OnlineChange) -> None:
    change.make(deployed)
    deployed.code("two, the new feature")
    before, told = deployed.baselines(), change.told(deployed)
    run = deployed.run("deploy -y")  # -y accepts a plan; it never decides a drift
    assert run.status == 3, run.text
    assert_told(run.text, told)
    assert_told(run.text, ("error: changed-online", change.unit, "hint: --use-remote"))
    assert deployed.writes() == []
    assert deployed.baselines() == before
    assert deployed.rescues() == []
    assert change.theirs(deployed)


@every_online_change
def test_use_remote_lets_local_win_and_names_what_it_overwrote_and_the_rescue_copy(
    deployed: Project, change: OnlineChange
) -> None:
    change.make(deployed)
    told, theirs = change.told(deployed), deployed.service
    run = deployed.run("deploy --use-remote")
    assert run.status == 0, run.text
    assert f"--use-remote: {FORCED}" in run.text
    assert_told(run.text, told)
    assert "Enter = " not in run.text
    assert not change.theirs(deployed)
    assert tuple(deployed.writes()) == change.undone
    rescues = deployed.rescues()
    assert len(rescues) == (change.rescued is not None)
    for rescue in rescues:
        rescue.assert_complete()
        rescue.assert_older_than_writes(deployed)
        assert (change.rescued or {}).items() <= rescue.live.items()
        assert str(rescue.folder) in run.text
        if (rescue.folder / "code.zip").exists():
            assert rescue.code_checksum == theirs["functions"]["hello"]["codeChecksum"]
            assert ("mended by bob" in rescue.source()) == (change.name == "function code")


@pytest.mark.parametrize("words", ["--use-local", "--on-drift overwrite"])
def test_the_other_words_for_force_do_the_same(deployed: Project, words: str) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60, files={"index.py": handler("mended by bob")})
    run = deployed.run(f"deploy {words}")
    assert run.status == 0, run.text
    assert f"{words}: {FORCED}" in run.text
    assert deployed.writes() == ["UpdateFunction"]
    assert (deployed.function["timeout"], deployed.url_says()) == (10, "one")
    (rescue,) = deployed.rescues()
    rescue.assert_complete()
    assert rescue.live["timeout"] == 60
    assert "mended by bob" in rescue.source()


def test_force_says_truly_what_happens_to_what_was_kept_and_to_what_only_online_has(deployed: Project) -> None:
    variables = {"LEVEL": "info", "FIX": "1"}
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60, environmentVariables=variables)
    run = deployed.run("deploy --on-drift keep")
    assert run.status == 0, run.text
    assert deployed.writes() == []

    deployed.edit("DeleteTrigger", "shop", "hello", "tick")
    run = deployed.run("deploy --on-drift keep")
    assert run.status == 0, run.text

    run = deployed.run("deploy --use-remote")
    assert run.status == 0, run.text
    assert deployed.function["timeout"] == 10
    assert deployed.function["environmentVariables"] == {"LEVEL": "info"}
    assert "tick" in deployed.function["triggers"]
    assert_told(run.text, ("function shop/hello", "environmentVariables.FIX", "timeout"))
    # Nothing of it is called kept: it is overwritten.
    assert "Left as it is online" not in run.text
    assert "stays" not in run.text
    (rescue,) = deployed.rescues()
    assert rescue.live["environmentVariables"] == variables


def test_on_drift_keep_leaves_online_as_it_is_and_deploys_the_rest(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60)
    deployed.code("two, the new feature")
    run = deployed.run("deploy --on-drift keep")
    assert run.status == 0, run.text
    assert deployed.writes() == ["UpdateFunction"]
    assert (deployed.function["timeout"], deployed.url_says()) == (60, "two, the new feature")

    run = deployed.run("plan --exit-code")  # the decision is remembered, and shown
    assert run.status == 0, run.text
    assert_told(run.text, ("Left as it is online:", "timeout: online 60, yours 10 (kept online since "))


def test_on_drift_merge_keeps_theirs_sends_ours_and_stops_at_a_conflict(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60)
    deployed.props["function"]["memorySize"] = 256
    deployed.save()
    run = deployed.run("deploy --on-drift merge")
    assert run.status == 0, run.text
    assert deployed.writes() == ["UpdateFunction"]
    assert (deployed.function["timeout"], deployed.function["memorySize"]) == (60, 256)

    deployed.edit("UpdateFunction", "shop", "hello", memorySize=512)
    deployed.props["function"]["memorySize"] = 1024
    deployed.save()
    run = deployed.run("deploy --on-drift merge")
    assert run.status == 3, run.text
    assert_told(run.text, ("last deployed 256 → online 512 → yours 1024", "error: conflict", "function shop/hello"))
    assert deployed.writes() == ["UpdateFunction"]


def test_on_drift_fail_stops_at_a_terminal_too_and_ci_is_no_terminal(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60)
    status, seen = deployed.answers("deploy --on-drift fail")
    assert status == 3, seen
    deployed.host.variables["CI"] = "true"
    status, seen = deployed.answers("deploy")
    assert status == 3, seen
    assert "there is nobody to ask" in seen
    assert deployed.writes() == []


def test_plan_and_drift_never_write_whatever_they_find(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60, files={"index.py": handler("mended by bob")})
    deployed.edit("DeleteTrigger", "shop", "hello", "tick")
    deployed.props["service"]["description"] = "the better shop"
    deployed.save()
    before = deployed.baselines()
    run = deployed.run("plan --use-remote")
    assert run.status == 0, run.text
    assert_told(run.text, ("timeout", "trigger shop/hello/tick", "You change:", "the shop → the better shop"))
    run = deployed.run("drift")
    assert run.status == 0, run.text
    told = ("Changed online", "code", "timeout", "trigger shop/hello/tick", "2 resources changed online")
    assert_told(run.text, told)
    assert deployed.writes() == []
    assert (deployed.baselines(), deployed.rescues()) == (before, [])


def test_an_idle_deploy_sends_no_write_and_one_read_a_resource(deployed: Project) -> None:
    before = deployed.baselines()
    run = deployed.run("deploy")
    assert run.status == 0, run.text
    assert deployed.requests() == ["GetFunction", "GetService", "ListTriggers"]
    assert deployed.baselines() == before


def test_several_functions_of_a_service_are_read_by_lists(fresh: Project) -> None:
    names = ("one", "two", "three")
    fresh.steps = {name: copy.deepcopy(PROPS) for name in names}
    for name, props in fresh.steps.items():
        props["function"] |= {"name": name, "codeUri": f"./{name}"}
        fresh.code(f"this is {name}", folder=name)
    fresh.save()
    run = fresh.run("deploy")
    assert run.status == 0, run.text
    assert fresh.writes().count("CreateService") == 1
    assert [fresh.url_says(function=name) for name in names] == [f"this is {name}" for name in names]

    fresh.server.admin.clear_journal()
    run = fresh.run("deploy")
    assert run.status == 0, run.text
    assert fresh.requests() == ["GetService", "ListFunctions", "ListTriggers", "ListTriggers", "ListTriggers"]

    # Bob's change to one of them stops that step and what comes after it, before anything is written.
    fresh.server.admin.clear_journal()
    fresh.edit("UpdateFunction", "shop", "two", timeout=60)
    run = fresh.run("deploy")
    assert run.status == 3, run.text
    assert_told(run.text, ("function shop/two", "last deployed 10 → online 60", "function shop/two (config)"))
    assert fresh.writes() == []
