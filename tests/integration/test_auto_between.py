"""A run is killed at one of its steps, somebody else's run comes in between, and then it is run again: nothing is made
twice, nothing of anybody's is deleted, and in the end nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_local.server import LocalServer
from tests.integration.auto import done, frozen, state
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.project import Project

pytestmark = pytest.mark.usefixtures("hurried")

MORE = 1 if EVERY == 1 else 5
"""Three runs a step take longer."""
ONES = ("vpcs", "vSwitches", "securityGroups", "fileSystems", "mountTargets", "logProjects")


def shop(folder: Path, server: LocalServer, service: str) -> Project:
    made = Project(folder, server)
    role = {"name": "shop-role", "policies": ["AliyunOSSReadOnlyAccess"]}
    made.props["service"] = {"name": service, "logConfig": "auto", "nasConfig": "auto", "role": role}
    made.props["triggers"] = []
    return made


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(900)
@pytest.mark.parametrize("other", ["demo", "other"])
def test_somebody_else_deploys_after_a_killed_run(tmp_path: Path, server: LocalServer, other: str) -> None:
    """`other` is the service that the other person deploys from another folder: the same one, or one beside it."""
    before, at, steps = frozen(server), FIRST, None
    while steps is None:
        here = shop(tmp_path / f"here-{at}", server, "demo")
        there = shop(tmp_path / f"there-{at}", server, other)
        steps = killed_at(here, at, "deploy")
        done(there, "deploy --use-remote")
        done(here, "deploy --use-remote")
        found = state(server)
        assert {kind: len(found[kind]) for kind in ONES} == dict.fromkeys(ONES, 1)
        done(there)
        done(here)
        done(there, "remove -y --use-remote")
        assert ("demo" in state(server).get("services", {})) == (other != "demo")
        done(here, "remove -y --use-remote")
        # what either of them made stays while the other one's is in it, and its own next removal takes it
        done(there, "remove -y --use-remote")
        done(here, "remove -y --use-remote")
        assert frozen(server) == before, at
        at += EVERY * MORE
    assert steps > 30


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(900)
def test_somebody_else_deploys_after_a_killed_removal(tmp_path: Path, server: LocalServer) -> None:
    before, at, steps = frozen(server), FIRST, None
    while steps is None:
        here = shop(tmp_path / f"here-{at}", server, "demo")
        there = shop(tmp_path / f"there-{at}", server, "other")
        done(here)
        steps = killed_at(here, at, "remove -y")
        done(there)
        done(here, "remove -y")
        used = state(server)["services"]["other"]
        assert used["vpcConfig"]["vpcId"] in state(server)["vpcs"]
        assert used["logConfig"]["project"] in state(server)["logProjects"]
        assert "shop-role" in state(server)["roles"]
        done(there)
        done(there, "remove -y")
        done(here, "remove -y")
        assert frozen(server) == before, at
        at += EVERY * MORE
    assert steps > 20
