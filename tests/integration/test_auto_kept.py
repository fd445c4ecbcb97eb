"""What `auto` found or made, somebody deleted, and was left deleted by decision: that stays known, and can be decided
anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from tests.integration.auto import done, state
from tests.integration.neighbours import Neighbours
from tests.integration.project import REGION, Project
from tests.integration.test_auto_network import somebody_deletes_it

pytestmark = pytest.mark.usefixtures("hurried")

NETWORK = f"fc-deploy-component-generated-vpc-{REGION}"
FILES = f"Alibaba-FcDeployComponent-DefaultNas-{REGION}"


class Gone(NamedTuple):
    """What s.yaml leaves to us, and what of it somebody deletes, while the service goes on naming it."""

    field: str
    delete: Callable[[Project], object]
    names: Sequence[str]


MOUNT_TARGET = Gone(
    "nasConfig",
    lambda project: Neighbours(project.server).delete_mount_targets(),
    [f"mountTarget {FILES}/{NETWORK}"],
)
WHOLE_NETWORK = Gone(
    "vpcConfig",
    somebody_deletes_it,
    [
        f"vpc {NETWORK}",
        f"vSwitch {NETWORK}/fc-deploy-component-generated-vswitch-{REGION}",
        f"securityGroup {NETWORK}/fc-deploy-component-generated-securityGroup-{REGION}",
    ],
)
EACH = pytest.mark.parametrize("gone", [MOUNT_TARGET, WHOLE_NETWORK], ids=lambda gone: gone.field)


@pytest.fixture
def project(project: Project, gone: Gone) -> Project:
    project.props["service"][gone.field] = "auto"
    done(project)
    gone.delete(project)
    return project


@EACH
def test_it_is_told_by_every_plan_and_nothing_counts_as_not_needed(project: Project, gone: Gone) -> None:
    before = state(project.server)["services"]["demo"][gone.field]
    told = done(project, "deploy --on-drift keep")
    assert [name for name in gone.names if f"{name} stays deleted, as it is online" not in told] == []
    assert "You change:" not in told, "nothing is sent in its place"
    for line in ("plan", "deploy", "plan", "deploy --prune -y"):
        told = done(project, line)
        assert [name for name in gone.names if f"{name}: deleted online, kept so since" not in told] == []
        assert "not needed any more" not in told
        assert "You change:" not in told
    assert state(project.server)["services"]["demo"][gone.field] == before


@EACH
def test_it_can_be_decided_anew(project: Project, gone: Gone) -> None:
    done(project, "deploy --on-drift keep")
    report, _ = project.run("deploy --ask-again")
    assert report.status() == 3
    assert gone.names[0] in str(report.error), "what lies in it shares its decision"
    told = done(project, "deploy --use-remote")
    assert [name for name in gone.names if f"{name} created" not in told] == []
    assert "service demo updated" in told
    assert "No differences" in done(project, "plan")
    done(project, "remove -y")
    assert not {"vpcs", "fileSystems"} & state(project.server).keys()


@EACH
def test_something_else_of_the_service_is_deployed_all_the_same(project: Project, gone: Gone) -> None:
    """Nothing of what was left deleted is sent."""
    done(project, "deploy --on-drift keep")
    project.props["service"]["description"] = "changed here"
    done(project)
    service = state(project.server)["services"]["demo"]
    assert service["description"] == "changed here"
