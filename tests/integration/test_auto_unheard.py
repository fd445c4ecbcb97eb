"""What was just made in one product, and another product has not heard of yet, is waited for."""

from __future__ import annotations

import copy

import pytest

from tests.integration.auto import done, frozen, refused
from tests.integration.project import Project
from tests.integration.test_auto_roles import OSS

ROLE = "Role 'acs:ram::1:role/fcdeploydefaultrole-demo' does not exist"
CALLER = "the caller is not authorized to perform 'fc:CreateService'"


@pytest.fixture
def project(project: Project) -> Project:
    project.props["service"] |= {"logConfig": "auto", "role": {"policies": ["AliyunOSSReadOnlyAccess"]}}
    project.props["triggers"] = [copy.deepcopy(OSS)]
    return project


@pytest.mark.parametrize(
    ("op", "status", "code", "message"),
    [
        ("CreateService", 400, "InvalidArgument", ROLE),
        ("CreateService", 400, "InvalidArgument", "No permission to access the logstore of project x"),
        ("CreateService", 403, "AccessDenied", "the service is not authorized to assume the role"),
        ("CreateTrigger", 403, "AccessDenied", "the role cannot be assumed"),
        ("CreateLogStore", 404, "ProjectNotExist", "The Project does not exist : x"),
        ("CreateIndex", 404, "LogStoreNotExist", "logstore x does not exist"),
    ],
)
def test_it_is_sent_again(project: Project, op: str, status: int, code: str, message: str) -> None:
    before = frozen(project.server)
    action = {"status": status, "code": code, "message": message}
    project.server.admin.faults([{"op": op, "times": 2, "action": action}])
    done(project)
    sent = [each["op"] for each in project.server.admin.journal()].count(op)
    assert sent >= 3
    done(project, "remove -y")
    assert frozen(project.server) == before


def test_a_permission_that_the_user_lacks_is_told_at_once(project: Project) -> None:
    action = {"status": 403, "code": "AccessDenied", "message": CALLER}
    project.server.admin.faults([{"op": "CreateService", "times": 0, "action": action}])
    assert CALLER in refused(project)
    assert [each["op"] for each in project.server.admin.journal()].count("CreateService") == 1
