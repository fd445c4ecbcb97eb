"""Random histories of a team: nobody's online change is undone without a decision, and nobody is asked for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fc_local.server import LocalServer
from tests.integration.team import Team

WHO = st.sampled_from(["ann", "ben", "ci"])
EDITS = st.one_of(
    st.tuples(st.just("timeout"), st.sampled_from([10, 20, 30])),
    st.tuples(st.sampled_from(["env.LEVEL", "env.NAME"]), st.sampled_from(["info", "debug", "error"])),
    st.tuples(st.sampled_from(["file.index.py", "file.util.py", "file.more.py"]), st.sampled_from(["0", "1", "2"])),
)
STEPS = st.one_of(
    st.tuples(st.just("edit"), WHO, EDITS),
    st.tuples(st.just("edit"), WHO, EDITS),
    st.tuples(st.just("merge"), WHO, WHO),
    st.tuples(st.just("squash"), WHO, WHO),
    st.tuples(st.just("reset"), WHO, st.integers(1, 2)),
    st.tuples(st.just("revert"), WHO),
    st.tuples(st.just("console"), EDITS),
    st.tuples(st.just("deploy"), WHO),
    st.tuples(st.just("deploy"), WHO),
    st.tuples(st.just("deploy"), WHO),
    st.tuples(st.just("force"), WHO),
)


def play(team: Team, what: str, *args: Any) -> None:
    match what:
        case "edit":
            team.edit(args[0], *args[1])
        case "console":
            team.in_console(*args[0])
        case "deploy":
            deploy(team, args[0])
        case "force":
            report, _ = team.run(args[0], "deploy --on-drift overwrite")
            assert report.status() == 0
            team.note_deployment(args[0], report)
        case _:
            getattr(team, what)(*args)


def deploy(team: Team, who: str) -> None:
    undone = team.undone(who) if team.online else set()
    report, person = team.run(who, "deploy")
    if undone:
        assert report.status() == 3, f"{who} undid {undone}:\n{person.text}"
        return
    assert report.status() == 0, f"{who} was asked, and would undo nothing:\n{person.text}"
    team.note_deployment(who, report)


@settings(
    max_examples=80,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=6, max_size=18))
def test_nothing_is_undone_and_nobody_is_asked_for_nothing(
    tmp_path_factory: pytest.TempPathFactory, server: LocalServer, steps: list[Any]
) -> None:
    server.admin.reset()
    team = Team(tmp_path_factory.mktemp("team"), server)
    for step in steps:
        play(team, *step)


def test_the_reference_and_the_tool_agree_about_the_story(tmp_path: Path, server: LocalServer) -> None:
    team = Team(tmp_path / "team", server)
    deploy(team, "ann")
    team.edit("ben", "timeout", 20)
    deploy(team, "ben")
    assert team.undone("ann") == {"timeout"}
    deploy(team, "ann")
    team.merge("ann", "ben")
    assert team.undone("ann") == set()
    deploy(team, "ann")
