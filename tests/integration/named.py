"""What the tests share of a network of `auto` that s.yaml names by its ids."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fc_local.server import LocalServer
from tests.integration.auto import done, frozen, made, state
from tests.integration.project import REGION, Project

NAS = f"Alibaba-FcDeployComponent-DefaultNas-{REGION}"
VPC = f"fc-deploy-component-generated-vpc-{REGION}"
ONES = ("vpcs", "vSwitches", "securityGroups", "fileSystems", "mountTargets")
LOUD = ("Changed online", "You change", "Not in s.yaml", "not needed any more", "adopted", "left")
"""What is said where something is not the same."""


def shop(folder: Path, server: LocalServer, service: str = "demo", step: str = "one") -> Project:
    server.admin.switches(support="checks")
    made = Project(folder, server, step=step)
    made.props["service"] = {"name": service, "vpcConfig": "auto", "nasConfig": "auto"}
    made.props["triggers"] = []
    return made


def pin(project: Project) -> dict[str, Any]:
    """Names the network of auto by its ids, as somebody does who reads them in the console."""
    found = state(project.server)
    (vpc,) = (id for id, each in found["vpcs"].items() if each["VpcName"] == VPC)
    inside = {kind: [id for id, each in found[kind].items() if each["VpcId"] == vpc] for kind in ONES[1:3]}
    (group,) = inside["securityGroups"]
    named = {"vpcId": vpc, "vswitchIds": inside["vSwitches"], "securityGroupId": group}
    project.props["service"]["vpcConfig"] = named
    return named


def leave(project: Project) -> None:
    project.props["service"]["vpcConfig"] = "auto"


def require_quiet(project: Project) -> None:
    """Three deployments make and write nothing, and nothing is said that is not so."""
    before = frozen(project.server)
    project.server.admin.clear_journal()
    for line in ("plan", "drift", "deploy") * 3:
        told = done(project, line)
        assert not [word for word in LOUD if word in told], told
    assert (made(project), project.writes(), frozen(project.server)) == ([], [], before)


def counted(server: LocalServer) -> list[int]:
    return [len(state(server).get(kind, {})) for kind in ONES]


def asked(project: Project, line: str) -> list[str]:
    project.server.admin.clear_journal()
    done(project, line)
    return [str(entry["op"]) for entry in project.server.admin.journal()]


def gone(project: Project, delete: Callable[[], None]) -> None:
    """Somebody deletes what the service uses, which Function Compute lets go of after a while."""
    service = state(project.server)["services"]["demo"]
    used = {name: service[name] for name in ("vpcConfig", "nasConfig")}
    project.edit("UpdateService", "demo", nasConfig={"userId": -1, "groupId": -1, "mountPoints": []})
    project.edit("UpdateService", "demo", vpcConfig={"vpcId": "", "vSwitchIds": [], "securityGroupId": ""})
    delete()
    project.server.admin.switches(support="trusts")  # what was there once is not checked again
    project.edit("UpdateService", "demo", **used)
    project.server.admin.switches(support="checks")
