"""A plan that was reviewed, where s.yaml leaves something to be found or made."""

from __future__ import annotations

import pytest

from fc_guard.errors import PlanMoved
from fc_local.server import LocalServer
from tests.integration.auto import done, everywhere, frozen, write
from tests.integration.neighbours import Neighbours
from tests.integration.project import Project

OUT = "plan --out plan.json"
CARRY_OUT = "deploy --plan plan.json"


@pytest.fixture
def project(project: Project) -> Project:
    asks(project)
    return project


def asks(project: Project) -> None:
    role = {"name": "shop-role", "policies": ["AliyunOSSReadOnlyAccess"]}
    project.props["service"] |= {"logConfig": "auto", "vpcConfig": "auto", "nasConfig": "auto", "role": role}


def test_it_is_carried_out_once_and_then_there_is_nothing_left_to_do(project: Project) -> None:
    project.props["customDomains"] = [{"domainName": "auto", "protocol": "HTTP", "routeConfigs": [{"path": "/*"}]}]
    done(project, OUT)
    done(project, CARRY_OUT)
    after = frozen(project.server)
    assert "there is nothing left to do" in done(project, CARRY_OUT)
    assert frozen(project.server) == after


@pytest.mark.parametrize("service", ["demo", "other"])
def test_what_an_earlier_step_makes_has_not_moved(project: Project, service: str) -> None:
    other = Project(project.root, project.server, step="two")
    asks(other)
    other.props["service"]["name"], other.props["function"]["name"], other.props["triggers"] = service, "bye", []
    steps = (project, other)
    write(steps)
    everywhere(steps, OUT)
    everywhere(steps, CARRY_OUT)
    everywhere(steps, "plan")
    assert "there is nothing left to do" in everywhere(steps, CARRY_OUT)


def test_a_network_that_somebody_made_since_has_moved(project: Project, server: LocalServer) -> None:
    done(project, OUT)
    Neighbours(server).vpc("fc-deploy-component-generated-vpc-cn-hangzhou")
    report, _ = project.run(CARRY_OUT)
    assert isinstance(report.error, PlanMoved)
    assert "vpc fc-deploy-component-generated-vpc-cn-hangzhou: moved online" in str(report.error)
