"""Somebody may do behind a client's back whatever the API can do, to every kind, and the state shows it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.fc_local.clients import ACCOUNT, base64_zip, edited

from fc_local.operations import OPERATIONS
from fc_local.server import LocalServer

CODE = {"zipFile": base64_zip()}
FN = ["svc", "fn"]
ROUTES = [{"path": "/*", "serviceName": "svc", "functionName": "fn"}]
AT = {"qualifier": "prod"}
TIMER = {"triggerType": "timer", "triggerConfig": {"cronExpression": "@every 1m", "enable": True}}

# In an order in which each finds what it needs.
EDITS: list[tuple[str, list[str], dict[str, Any]]] = [
    ("CreateService", ["svc"], {"description": "a"}),
    ("UpdateService", ["svc"], {"description": "b"}),
    ("TagResource", [], {"resourceArn": "services/svc", "tags": {"a": "1", "b": "2"}}),
    ("UntagResource", [], {"resourceArn": "services/svc", "tagKeys": ["a"]}),
    ("CreateVpcBinding", ["svc"], {"vpcId": "vpc-a"}),
    ("CreateFunction", FN, {"runtime": "python3", "handler": "index.handler", "code": CODE}),
    ("UpdateFunction", FN, {"timeout": 9}),
    ("PublishServiceVersion", ["svc"], {"description": "first"}),
    ("CreateAlias", ["svc", "prod"], {"versionId": "1"}),
    ("UpdateAlias", ["svc", "prod"], {"description": "b"}),
    ("CreateTrigger", [*FN, "tick"], TIMER),
    ("UpdateTrigger", [*FN, "tick"], {"triggerConfig": {"cronExpression": "@every 1m", "enable": False}}),
    ("PutFunctionAsyncInvokeConfig", FN, {**AT, "maxAsyncRetryAttempts": 1}),
    ("PutProvisionConfig", FN, {**AT, "target": 1}),
    ("PutProvisionConfig", FN, {**AT, "target": 0}),
    ("PutFunctionOnDemandConfig", FN, {**AT, "maximumInstanceCount": 3}),
    ("CreateLayerVersion", ["lay"], {"code": CODE, "compatibleRuntime": ["python3"]}),
    ("PutLayerACL", ["lay"], {"public": "true"}),
    ("CreateCustomDomain", ["a.example.com"], {"routeConfig": {"routes": ROUTES}}),
    ("UpdateCustomDomain", ["a.example.com"], {"routeConfig": {"routes": []}}),
    ("DeleteCustomDomain", ["a.example.com"], {}),
    ("DeleteLayerVersion", ["lay", "1"], {}),
    ("DeleteFunctionOnDemandConfig", FN, AT),
    ("DeleteFunctionAsyncInvokeConfig", FN, AT),
    ("DeleteTrigger", [*FN, "tick"], {}),
    ("DeleteAlias", ["svc", "prod"], {}),
    ("DeleteServiceVersion", ["svc", "1"], {}),
    ("DeleteFunction", FN, {}),
    ("DeleteVpcBinding", ["svc", "vpc-a"], {}),
    ("DeleteService", ["svc"], {}),
]


def test_every_write_of_every_kind_can_be_done_by_somebody_and_shows_in_the_state(server: LocalServer) -> None:
    assert {op for op, _, _ in EDITS} == {name for name, operation in OPERATIONS.items() if operation.writes}
    for op, path, body in EDITS:
        before = server.admin.state()
        answer = server.admin.edit(op, path, body, who="alice")
        assert answer["status"] in (200, 204), (op, answer)
        assert server.admin.state() != before, op
        event = server.admin.audit()[-1]
        assert (event["what"], event["who"], event["client"]) == (op, "alice", "admin")
    assert server.admin.state() == {"services": {}}
    assert server.admin.journal() == []


def test_every_read_can_be_asked_for_too(server: LocalServer) -> None:
    for op, path, body in EDITS[:20]:
        edited(server, op, path, body)
    reads: dict[str, tuple[list[str], dict[str, Any]]] = {
        "GetService": (["svc"], {}),
        "ListServices": ([], {"prefix": "s"}),
        "GetFunction": (FN, AT),
        "GetFunctionCode": (FN, AT),
        "ListFunctions": (["svc"], {"limit": 1}),
        "GetTrigger": ([*FN, "tick"], {}),
        "ListTriggers": (FN, {}),
        "GetAlias": (["svc", "prod"], {}),
        "ListAliases": (["svc"], {}),
        "GetCustomDomain": (["a.example.com"], {}),
        "ListCustomDomains": ([], {}),
        "GetFunctionAsyncInvokeConfig": (FN, AT),
        "ListFunctionAsyncInvokeConfigs": (FN, {}),
        "GetProvisionConfig": (FN, AT),
        "ListProvisionConfigs": ([], {"serviceName": "svc"}),
        "GetFunctionOnDemandConfig": (FN, AT),
        "ListOnDemandConfigs": ([], {}),
        "ListServiceVersions": (["svc"], {}),
        "ListVpcBindings": (["svc"], {}),
        "GetLayerVersion": (["lay", "1"], {}),
        "GetLayerVersionByArn": ([f"acs:fc:cn-hangzhou:{ACCOUNT}:layers/lay/versions/1"], {}),
        "ListLayerVersions": (["lay"], {}),
        "ListLayers": ([], {}),
        "GetResourceTags": ([], {"resourceArn": "services/svc"}),
        "ListTaggedResources": ([], {}),
        "GetAccountSettings": ([], {}),
        "GetAccountConfigs": ([], {}),
        "GetTempCodeBucketToken": ([], {}),
    }
    known = {name for name, operation in OPERATIONS.items() if not operation.writes} - {"InvokeFunction"}
    assert reads.keys() == known
    for op, (path, body) in reads.items():
        assert edited(server, op, path, body), op


@pytest.mark.parametrize("op", ["UpdateCustomDomain", "DeleteAlias", "PutProvisionConfig", "CreateLayerVersion"])
def test_an_edit_that_names_too_little_is_told_so(server: LocalServer, op: str) -> None:
    answer = server.admin.edit(op, [], {})
    assert (answer["status"], answer["body"]["Code"]) == (400, "InvalidArgument")
    assert answer["body"]["Message"].startswith(f"{op} takes a path of ")
