"""What the audit says of a write: the fields as they were and as they are."""

from __future__ import annotations

import pytest

from fc_local.changes import changes


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [{"field": "b", "before": 2, "after": 3}]),
        ({"a": 1}, {"a": True}, [{"field": "a", "before": 1, "after": True}]),
        ({"e": {"x": "1"}}, {"e": {}}, [{"field": "e.x", "before": "1"}]),
        ({"e": None}, {"e": {"x": {"y": [1]}}}, [{"field": "e.x.y", "after": [1]}]),
        ({"a": "old"}, {"a": None}, [{"field": "a", "before": "old", "after": None}]),
        (None, {"a": 0, "b": "", "c": [], "d": None, "lastModifiedTime": "t"}, [{"field": "a", "after": 0}]),
        ({"a": False, "b": ""}, None, [{"field": "a", "before": False}]),
        ({"a": 1, "lastModifiedTime": "t"}, {"a": 1, "lastModifiedTime": "u"}, []),
    ],
    ids=["changed", "another type", "gone", "new", "emptied", "created", "deleted", "nothing"],
)
def test_the_fields_that_differ_are_told_with_both_sides(before, after, expected):
    assert changes(before, after) == expected


def test_the_audit_tells_the_fields_of_every_kind_of_write(server):
    edit = server.admin.edit
    for op, path, body in (
        ("CreateService", ["svc"], {"description": "one"}),
        ("UpdateService", ["svc"], {"description": "two"}),
        ("CreateFunction", ["svc", "fn"], {"runtime": "python3", "handler": "i.h", "files": {"i.py": "1"}}),
        ("UpdateFunction", ["svc", "fn"], {"timeout": 9, "environmentVariables": {"A": "1"}}),
        ("UpdateFunction", ["svc", "fn"], {"environmentVariables": {"A": "2"}}),
        ("PutFunctionAsyncInvokeConfig", ["svc", "fn"], {"maxAsyncRetryAttempts": 1}),
        ("TagResource", [], {"resourceArn": "services/svc", "tags": {"team": "a"}}),
        ("CreateVpcBinding", ["svc"], {"vpcId": "vpc-1"}),
        ("DeleteVpcBinding", ["svc", "vpc-1"], {}),
        ("PublishServiceVersion", ["svc"], {"description": "first"}),
    ):
        assert edit(op, path, body)["status"] < 300, op
    told = {(event["what"], event["seq"]): event["changes"] for event in server.admin.audit()}
    by_op = {op: change for (op, _), change in told.items()}
    updates = [change for (op, _), change in told.items() if op == "UpdateFunction"]
    assert by_op["UpdateService"] == [{"field": "description", "before": "one", "after": "two"}]
    assert updates == [
        [
            {"field": "timeout", "before": 3, "after": 9},
            {"field": "environmentVariables.A", "after": "1"},
        ],
        [{"field": "environmentVariables.A", "before": "1", "after": "2"}],
    ]
    assert {"field": "handler", "after": "i.h"} in by_op["CreateFunction"]
    assert {"field": "maxAsyncRetryAttempts", "after": 1} in by_op["PutFunctionAsyncInvokeConfig"]
    assert by_op["TagResource"] == [{"field": "team", "after": "a"}]
    assert by_op["CreateVpcBinding"] == [{"field": "vpcId", "after": "vpc-1"}]
    assert by_op["DeleteVpcBinding"] == [{"field": "vpcId", "before": "vpc-1"}]
    assert {"field": "description", "after": "first"} in by_op["PublishServiceVersion"]


def test_the_audit_holds_no_private_key(server):
    key = "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----"
    cert = {"certName": "c", "certificate": "-----BEGIN CERTIFICATE-----\n", "privateKey": key}
    made = server.admin.edit("CreateCustomDomain", ["www.example.com"], {"protocol": "HTTPS", "certConfig": cert})
    assert made["status"] == 200
    assert "c2VjcmV0" not in str(server.admin.audit())
