"""Scene 2: deployed, then changed online, then deployed again. It is found, shown and asked about.

At the keyboard: Enter stops, `o` lets local win, `k` leaves online as it is and deploys the rest, `m` merges
configuration, `e` decides one by one.
"""

from __future__ import annotations

from tests.host.scenes import (
    PROMPT,
    OnlineChange,
    Project,
    assert_told,
    every_online_change,
)

pytest_plugins = ("tests.host.stage",)


@every_online_change
def test_it_is_named_with_both_values_and_enter_stops_with_nothing_written(
    deployed: Project, change: OnlineChange
) -> None:
    change.make(deployed)
    deployed.code("two, the new feature")  # a change of ours waits too: stop means nothing at all is written
    before = deployed.baselines()
    told = change.told(deployed)
    status, seen = deployed.answers("deploy", "")
    assert status == 3, seen
    asked = seen.index("What should happen?")
    assert_told(seen[:asked], told)
    assert change.question in seen.replace("\n", " ")
    assert "Stopped; nothing was written." in seen
    assert deployed.writes() == []
    assert deployed.baselines() == before
    assert deployed.rescues() == []
    assert change.theirs(deployed)


@every_online_change
def test_overwrite_makes_local_win_after_a_complete_rescue_copy(deployed: Project, change: OnlineChange) -> None:
    change.make(deployed)
    theirs = None if change.rescued is None else deployed.server.admin.state()["services"]["shop"]
    status, seen = deployed.answers("deploy", "o")
    assert status == 0, seen
    assert not change.theirs(deployed)
    assert tuple(deployed.writes()) == change.undone
    assert deployed.url_says() == "one"
    rescues = deployed.rescues()
    assert len(rescues) == (change.rescued is not None)  # what is deleted online left nothing to save
    if change.rescued is None or theirs is None:
        return
    (rescue,) = rescues
    rescue.assert_complete()
    rescue.assert_older_than_writes(deployed)
    assert change.rescued.items() <= rescue.live.items()
    assert str(rescue.folder) in seen
    if change.unit.startswith("function"):
        online = theirs["functions"]["hello"]
        assert rescue.code_checksum == online["codeChecksum"] == rescue.live["codeChecksum"]
        assert ("mended by bob" in rescue.source()) == (change.name == "function code")


@every_online_change
def test_keep_leaves_online_as_it_is_deploys_the_rest_and_is_not_asked_again(
    deployed: Project, change: OnlineChange
) -> None:
    change.make(deployed)
    if change.unit.startswith("service"):
        deployed.props["function"]["description"] = "says hello nicely"
        expected = ["UpdateFunction"]
    else:
        deployed.props["service"]["description"] = "the better shop"
        expected = ["UpdateService"]
    deployed.save()
    status, seen = deployed.answers("deploy", "k")
    assert status == 0, seen
    assert change.theirs(deployed)
    assert deployed.writes() == expected
    if change.unit.startswith("service"):
        assert deployed.function["description"] == "says hello nicely"
    else:
        assert deployed.service["description"] == "the better shop"
    assert deployed.rescues() == []

    deployed.server.admin.clear_journal()
    status, seen = deployed.answers("deploy")
    assert status == 0, seen
    assert_told(seen, ("Left as it is online:", change.kept))
    assert "Changed online" not in seen
    assert deployed.writes() == []
    assert change.theirs(deployed)


def test_merge_keeps_what_only_they_changed_and_sends_what_only_we_changed(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60, environmentVariables={"LEVEL": "info", "FIX": "1"})
    deployed.props["function"]["memorySize"] = 256
    deployed.props["function"]["environmentVariables"]["LEVEL"] = "debug"
    deployed.save()
    run = deployed.run("deploy --on-drift merge")
    assert run.status == 0, run.text
    assert deployed.writes() == ["UpdateFunction"]
    live = deployed.function
    assert (live["timeout"], live["memorySize"]) == (60, 256)
    assert live["environmentVariables"] == {"LEVEL": "debug", "FIX": "1"}


def test_merge_cannot_settle_what_both_changed_and_asks_again(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60)
    deployed.props["function"]["timeout"] = 30
    deployed.save()
    status, seen = deployed.answers("deploy", "m", "")
    assert status == 3, seen
    assert_told(seen, ("last deployed 10 → online 60 → yours 30", "changed on both sides", "Merge cannot settle"))
    assert deployed.writes() == []


def test_each_lets_configuration_and_code_of_one_function_be_decided_apart(deployed: Project) -> None:
    """The oldest wish of this component's users: keep the configuration, ship the code."""
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60)
    deployed.edit("UpdateFunction", "shop", "hello", files={"index.py": "# bob broke it"})
    status, seen = deployed.answers("deploy", "e", "k", "o")
    assert status == 0, seen
    assert_told(
        seen,
        (
            "2 things were changed online",
            "function shop/hello (config)",
            "function shop/hello (code)",
            "function shop/hello (config): what should happen?",
            "function shop/hello (code): what should happen?",
        ),
    )
    assert deployed.writes() == ["UpdateFunction"]
    assert deployed.function["timeout"] == 60
    assert deployed.url_says() == "one"
    (rescue,) = deployed.rescues()
    rescue.assert_complete()
    assert rescue.source() == "# bob broke it"


def test_what_is_no_answer_is_asked_again_and_the_end_of_input_is_enter(deployed: Project) -> None:
    deployed.edit("UpdateService", "shop", description="mended by bob")
    with deployed.terminal("deploy") as person:
        person.expect(PROMPT)
        person.line("yes")
        person.expect(PROMPT)
        person.control("d")
        assert person.finish() == 3, person.transcript
    assert deployed.writes() == []


def test_at_eighty_columns_lines_go_on_under_their_text_and_names_stay_whole(deployed: Project) -> None:
    words = "a description of many words that somebody wrote online, longer than a line of this terminal is"
    deployed.edit("UpdateService", "shop", description=words)
    with deployed.terminal("deploy", columns=80) as person:
        person.expect(PROMPT)
        person.line("s")
        assert person.finish() == 3, person.transcript
    seen = person.transcript
    ours = seen[seen.index("Changed online") : seen.index("s, Enter = s")]
    assert all(len(line) <= 80 for line in ours.splitlines()), seen
    assert (
        "\n  hint: Deploy again and choose, or bring what is online into s.yaml and the\n        code first: s pull."
        in seen
    )
    with deployed.terminal("deploy --use-remote", columns=80) as person:
        assert person.finish() == 0, person.transcript
    (rescue,) = deployed.rescues()
    assert f"  rescue copy of service shop:\n  {rescue.folder}\n" in person.transcript


def test_v_is_in_no_log_of_the_host(deployed: Project) -> None:
    """The host keeps a file of all that it prints."""
    deployed.edit("UpdateFunction", "shop", "hello", environmentVariables={"LEVEL": "loud", "TOKEN": "tok-4711-abc"})
    deployed.props["function"]["environmentVariables"]["TOKEN"] = "tok-0815-xyz"
    deployed.save()
    status, seen = deployed.answers("deploy", "v", "s")
    assert status == 3, seen
    for shown in ("loud", "tok-4711-abc", "tok-0815-xyz"):
        assert shown in seen
    logs = [file.read_text(errors="replace") for file in (deployed.host.home / ".s/logs").rglob("*") if file.is_file()]
    assert any("TOKEN" in log for log in logs)
    assert not any("tok-4711-abc" in log for log in logs)
