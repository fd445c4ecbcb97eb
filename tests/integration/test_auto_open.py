"""What is still wrong with `auto`, as decision 0020 says. Each passes once it is mended, and then loses its mark."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from fc_local.server import LocalServer
from tests.integration.auto import done, state
from tests.integration.project import Project
from tests.integration.test_auto_roles import MNS, OSS


@pytest.fixture
def project(tmp_path: Path, server: LocalServer) -> Project:
    return Project(tmp_path / "shop", server)


@pytest.mark.xfail(strict=True, reason="the trust of a role follows s.yaml's triggers, not those that stay online")
def test_a_trigger_that_stays_online_is_still_let_in(project: Project) -> None:
    """Without --prune it stays, and its policy does; the role does not trust its source any more."""
    project.props["triggers"] += copy.deepcopy([OSS, MNS])
    done(project)
    project.props["triggers"].pop()
    done(project)
    assert "told" in state(project.server)["services"]["demo"]["functions"]["hello"]["triggers"]
    (role,) = state(project.server)["roles"].values()
    assert "mns.aliyuncs.com" in role["AssumeRolePolicyDocument"]


@pytest.mark.xfail(strict=True, reason="an auto that leaves s.yaml stays online, and what its role allowed does not")
def test_a_service_that_stays_in_a_network_keeps_what_its_role_allows(project: Project) -> None:
    project.props["service"] |= {"vpcConfig": "auto", "role": {"policies": ["AliyunOSSReadOnlyAccess"]}}
    done(project)
    del project.props["service"]["vpcConfig"]
    project.server.admin.clear_journal()
    done(project)
    service = state(project.server)["services"]["demo"]
    assert not service["vpcConfig"]["vpcId"] or "DetachPolicyFromRole" not in project.writes()


@pytest.mark.xfail(strict=True, reason="an undo puts back the ids of a network that was removed")
def test_what_an_undo_makes_again_is_in_a_network_that_is_there(project: Project) -> None:
    project.props["service"] |= {"vpcConfig": "auto"}
    done(project)
    project.edit("UpdateFunction", "demo", "hello", timeout=55)
    done(project, "remove -y --on-drift overwrite")
    project.server.admin.switches(support="checks")
    done(project, "undo -y")
    done(project, "deploy --on-drift overwrite")
    found = json.loads(json.dumps(state(project.server)))
    assert found["services"]["demo"]["vpcConfig"]["vpcId"] in found["vpcs"]
