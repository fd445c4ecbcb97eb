"""Two runs of one folder at once: neither takes the other for somebody else."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.worker import Ended
from tests.faults.world import World

ROUNDS = int(os.environ.get("FC_GUARD_ROUNDS", "6"))


def both(world: World, line: str) -> list[Ended]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda _: world.run(line), range(2)))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("new", [True, False], ids=["new project", "update"])
def test_two_deployments_at_once_accuse_nobody(world: World, new: bool) -> None:
    for number in range(ROUNDS):
        if new:
            world = World.made(world.root.parent, world.server, world.proxy)
        else:
            assert world.clean("deploy").status == 0
            world.props["function"]["memorySize"] = 256 + 64 * number
            world.props["service"]["description"] = f"ours {number}"
            world.save()
        for ended in both(world, "deploy"):
            assert ended.status in (0, 4), ended.text
            assert "deleted" not in ended.text
            assert "changed online" not in ended.text
        again = world.clean("deploy")
        assert again.status == 0, again.text
        assert world.clean("plan --exit-code").status == 0


@pytest.mark.timeout(300)
def test_a_plan_beside_a_deployment_accuses_nobody(world: World) -> None:
    assert world.clean("deploy").status == 0
    for number in range(ROUNDS):
        world.props["function"]["memorySize"] = 256 + 64 * number
        world.props["triggers"][0]["config"]["cronExpression"] = f"@every {7 + number}m"
        world.save()
        with ThreadPoolExecutor(3) as pool:
            deployed, *looked = pool.map(world.run, ("deploy", "plan", "drift --exit-code"))
        assert deployed.status == 0, deployed.text
        for ended in looked:
            assert "changed online" not in ended.text.replace("0 changed online", ""), ended.text
