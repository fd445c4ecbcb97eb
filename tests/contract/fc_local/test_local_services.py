"""Every prop of a service, and what goes with it: versions, aliases, tags, networks."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from tests.contract.fc_local.clients import (
    ACCOUNT,
    ask,
    base64_zip,
    edited,
    failure,
    node_calls,
    put_function,
    refused,
    zipped,
)

from fc_local.server import LocalServer

VPC = {"vpcId": "vpc-a", "vSwitchIds": ["vsw-a", "vsw-b"], "securityGroupId": "sg-a", "role": ""}
MOUNT = {"serverAddr": "a.cn-hangzhou.nas.aliyuncs.com:/d", "mountDir": "/mnt/a"}
OSS = {"bucketName": "b", "bucketPath": "/", "endpoint": "http://oss", "mountDir": "/mnt/o", "readOnly": True}
LOG = {"project": "p", "logstore": "l", "enableRequestMetrics": True, "enableInstanceMetrics": False}


@pytest.mark.parametrize(
    "settings",
    [
        {"description": "d", "internetAccess": False, "role": f"acs:ram::{ACCOUNT}:role/aliyunfcdefaultrole"},
        {"logConfig": {**LOG, "logBeginRule": "DefaultRegex"}},
        {"vpcConfig": VPC},
        {"nasConfig": {"userId": 10003, "groupId": 10003, "mountPoints": [MOUNT, {**MOUNT, "enableTLS": True}]}},
        {"ossMountConfig": {"mountPoints": [OSS]}},
        {"tracingConfig": {"type": "Jaeger", "params": {"endpoint": "http://t/api/traces"}}},
    ],
    ids="+".join,
)
def test_what_is_sent_is_what_is_read(server: LocalServer, settings: dict[str, Any]) -> None:
    made = edited(server, "CreateService", [], {"serviceName": "svc", **settings})
    assert {key: made[key] for key in settings} == settings
    found = edited(server, "GetService", ["svc"])
    assert {key: found[key] for key in settings} == settings
    edited(server, "CreateService", [], {"serviceName": "later"})
    changed = edited(server, "UpdateService", ["later"], settings)
    assert {key: changed[key] for key in settings} == settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"role": "admin"}, "Role doesn't match expected format (allowed: ^acs:ram::[0-9]*:role/.*$, actual: 'admin')"),
        ({"logConfig": {"project": "p"}}, "LogConfig.Logstore is required but not provided"),
        ({"logConfig": {"logstore": "l"}}, "LogConfig.Project is required but not provided"),
        (
            {"logConfig": {**LOG, "logBeginRule": "Some"}},
            "LogBeginRule is set to an invalid value (allowed: None | DefaultRegex, actual: 'Some')",
        ),
        ({"vpcConfig": {**VPC, "vSwitchIds": []}}, "VPCConfig.VSwitchIds is required but not provided"),
        ({"vpcConfig": {**VPC, "securityGroupId": ""}}, "VPCConfig.SecurityGroupId is required but not provided"),
        ({"nasConfig": {"userId": 65535}}, "NASConfig.UserId is too large (max: 65534, actual: '65535')"),
        (
            {"nasConfig": {"mountPoints": [{**MOUNT, "mountDir": "/a"}]}},
            "MountDir doesn't match expected format (allowed: ^/(home|mnt)/.+$, actual: '/a')",
        ),
        ({"nasConfig": {"mountPoints": [{"mountDir": "/mnt/a"}]}}, "NASConfig.MountPoints.ServerAddr is required"),
        ({"nasConfig": {"mountPoints": [MOUNT] * 6}}, "NASConfig.MountPoints is too large (max: 5, actual: '6')"),
        ({"ossMountConfig": {"mountPoints": [{**OSS, "bucketName": ""}]}}, "OSSMountConfig.MountPoints.BucketName is"),
        ({"tracingConfig": {"type": "Zipkin"}}, "TracingConfig.Type is set to an invalid value (allowed: Jaeger"),
        ({"internetAccess": "yes"}, "json: cannot unmarshal string into field internetAccess of type boolean"),
    ],
)
def test_a_bad_service_is_refused(server: LocalServer, settings: dict[str, Any], message: str) -> None:
    code, found = refused(server, "CreateService", [], {"serviceName": "svc", **settings})
    assert (code, found[: len(message)]) == ("InvalidArgument", message)
    edited(server, "CreateService", [], {"serviceName": "svc"})
    assert refused(server, "UpdateService", ["svc"], settings)[1].startswith(message)


@pytest.mark.parametrize("name", ["", "1a", "a b", "ä", "s" * 129])
def test_a_bad_name_is_refused(server: LocalServer, name: str) -> None:
    assert refused(server, "CreateService", [], {"serviceName": name})[0] == "InvalidArgument"


def _publish(client: Client, description: str | None = None) -> str:
    version: str = client.publish_service_version("svc", m.PublishServiceVersionRequest(description)).body.version_id
    return version


def test_a_version_is_what_the_service_was_then(server: LocalServer, client: Client) -> None:
    put_function(client, timeout=5)
    checksum = client.get_function("svc", "fn", m.GetFunctionRequest()).body.code_checksum
    assert _publish(client, "first") == "1"
    new = m.Code(zip_file=base64_zip({"index.py": "new"}))
    client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=9, code=new))
    client.update_service("svc", m.UpdateServiceRequest(description="now"))
    then = client.get_function("svc", "fn", m.GetFunctionRequest(qualifier="1")).body
    assert (then.timeout, then.code_checksum) == (5, checksum)
    assert client.get_service("svc", m.GetServiceRequest(qualifier="1")).body.description == "first"
    assert client.get_service("svc", m.GetServiceRequest()).body.description == "now"
    url = client.get_function_code("svc", "fn", m.GetFunctionCodeRequest(qualifier="1")).body.url
    client.delete_function("svc", "fn")
    assert ask(server.url, "GET", url.removeprefix(server.url))[2] == zipped()
    listed = client.list_functions("svc", m.ListFunctionsRequest(qualifier="1")).body.functions
    assert [function.timeout for function in listed] == [5]
    assert client.list_functions("svc", m.ListFunctionsRequest()).body.functions == []
    (old,) = node_calls(server.url, [["getFunction", "svc", "fn", {}, "1"]])
    assert old["data"]["timeout"] == 5
    assert failure(client.get_function, "svc", "fn", m.GetFunctionRequest(qualifier="2")) == (404, "VersionNotFound")


@pytest.mark.switches_at_default("publish_without_change_code", "version_limit_code", "service_etag_covers_children")
def test_versions_are_numbered_once_and_need_a_change(server: LocalServer, client: Client) -> None:
    put_function(client)
    etag = client.get_service("svc", m.GetServiceRequest()).headers["etag"]
    stale = m.PublishServiceVersionHeaders(if_match="stale")
    publish = client.publish_service_version_with_options
    request = m.PublishServiceVersionRequest()
    assert failure(publish, "svc", request, stale, RuntimeOptions()) == (412, "PreconditionFailed")
    fresh = m.PublishServiceVersionHeaders(if_match=etag)
    assert publish("svc", request, fresh, RuntimeOptions()).body.version_id == "1"
    assert failure(client.publish_service_version, "svc", request) == (400, "InvalidArgument")
    server.admin.switches(publish_without_change_code="VersionPublishError")
    assert failure(client.publish_service_version, "svc", request) == (400, "VersionPublishError")
    client.delete_service_version("svc", "1")
    for number in ("2", "3"):
        client.update_service("svc", m.UpdateServiceRequest(description=number))
        assert _publish(client) == number
    server.admin.switches(version_limit=2)
    client.update_service("svc", m.UpdateServiceRequest(description="more"))
    assert failure(client.publish_service_version, "svc", request) == (400, "InvalidArgument")

    def listed(**query: Any) -> list[str]:
        found = client.list_service_versions("svc", m.ListServiceVersionsRequest(**query)).body
        assert found.direction == query.get("direction", "BACKWARD")
        return [version.version_id for version in found.versions]

    assert (listed(), listed(direction="FORWARD"), listed(start_key="2")) == (["3", "2"], ["2", "3"], ["2"])
    assert listed(limit=1) == ["3"]
    answer = ("InvalidArgument", "Direction is set to an invalid value (allowed: BACKWARD | FORWARD, actual: 'UP')")
    assert refused(server, "ListServiceVersions", ["svc"], {"direction": "UP"}) == answer
    client.delete_function("svc", "fn")
    assert refused(server, "DeleteService", ["svc"])[0] == "ServiceNotEmpty"
    for number in ("2", "3"):
        assert client.delete_service_version("svc", number).status_code == 204
    assert failure(client.delete_service_version, "svc", "3") == (404, "VersionNotFound")
    assert client.delete_service("svc").status_code == 204


@pytest.mark.switches_at_default("already_exists_status", "update_without_change_moves_etag")
def test_an_alias_names_a_version(server: LocalServer, client: Client) -> None:
    put_function(client, timeout=5)
    assert failure(client.create_alias, "svc", m.CreateAliasRequest(alias_name="prod", version_id="1"))[1] == (
        "VersionNotFound"
    )
    _publish(client)
    client.update_function("svc", "fn", m.UpdateFunctionRequest(timeout=9))
    _publish(client)
    server.admin.clock("2021-07-15T03:21:22Z")
    made = edited(server, "CreateAlias", ["svc"], {"aliasName": "prod", "versionId": "1"})
    assert made == {
        "aliasName": "prod",
        "versionId": "1",
        "description": "",
        "additionalVersionWeight": None,
        "createdTime": "2021-07-15T03:21:22Z",
        "lastModifiedTime": "2021-07-15T03:21:22Z",
    }
    assert failure(client.create_alias, "svc", m.CreateAliasRequest(alias_name="prod", version_id="1")) == (
        409,
        "AliasAlreadyExists",
    )
    assert client.get_function("svc", "fn", m.GetFunctionRequest(qualifier="prod")).body.timeout == 5
    etag = client.get_alias("svc", "prod").headers["etag"]
    update = client.update_alias_with_options
    request = m.UpdateAliasRequest(version_id="2", additional_version_weight={"1": 0.2})
    moved = update("svc", "prod", request, m.UpdateAliasHeaders(if_match=etag), RuntimeOptions())
    assert (moved.body.version_id, moved.body.additional_version_weight) == ("2", {"1": 0.2})
    stale = m.UpdateAliasHeaders(if_match=etag)
    assert failure(update, "svc", "prod", request, stale, RuntimeOptions()) == (412, "PreconditionFailed")
    assert client.get_function("svc", "fn", m.GetFunctionRequest(qualifier="prod")).body.timeout == 9
    kept = edited(server, "UpdateAlias", ["svc", "prod"], {"description": "d"})
    assert (kept["versionId"], kept["additionalVersionWeight"]) == ("2", {"1": 0.2})
    assert (
        edited(server, "UpdateAlias", ["svc", "prod"], {"additionalVersionWeight": {}})["additionalVersionWeight"]
        is None
    )
    listed = client.list_aliases("svc", m.ListAliasesRequest(prefix="p")).body.aliases
    assert [alias.alias_name for alias in listed] == ["prod"]
    assert client.delete_alias("svc", "prod").status_code == 204
    assert failure(client.get_alias, "svc", "prod") == (404, "AliasNotFound")
    assert failure(client.get_function, "svc", "fn", m.GetFunctionRequest(qualifier="prod")) == (404, "AliasNotFound")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"aliasName": "LATEST", "versionId": "1"}, "InvalidArgument"),
        ({"aliasName": "1a", "versionId": "1"}, "InvalidArgument"),
        ({"aliasName": "a"}, "InvalidArgument"),
        ({"aliasName": "a", "versionId": "1", "additionalVersionWeight": {"2": 1.5}}, "InvalidArgument"),
        ({"aliasName": "a", "versionId": "1", "additionalVersionWeight": {"9": 0.5}}, "VersionNotFound"),
        ({"aliasName": "a", "versionId": "1", "resolvePolicy": "Best"}, "InvalidArgument"),
    ],
)
def test_a_bad_alias_is_refused(server: LocalServer, client: Client, body: dict[str, Any], code: str) -> None:
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    _publish(client)
    client.update_service("svc", m.UpdateServiceRequest(description="x"))
    _publish(client)
    assert refused(server, "CreateAlias", ["svc"], body)[0] == code


@pytest.mark.parametrize(
    ("setting", "by_2021", "by_2016"), [("by api", False, True), ("refuse", False, False), ("accept", True, True)]
)
def test_a_weight_on_the_main_version(
    server: LocalServer, client: Client, setting: str, by_2021: bool, by_2016: bool
) -> None:
    server.admin.switches(alias_weight_on_main_version=setting)
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    _publish(client)
    answer = server.admin.edit("CreateAlias", ["svc", "a"], {"versionId": "1", "additionalVersionWeight": {"1": 0.9}})
    (old,) = node_calls(server.url, [["createAlias", "svc", "b", "1", {"additionalVersionWeight": {"1": 0.9}}]])
    assert (answer["status"] == 200, "data" in old) == (by_2021, by_2016)
    if not by_2021:
        assert answer["body"]["Code"] == "AdditionalVersionContainsMajorVersion"


def test_tags_of_a_service_through_both_clients(server: LocalServer, client: Client) -> None:
    for name in ("svc", "other"):
        client.create_service(m.CreateServiceRequest(service_name=name))
    arn = f"acs:fc:cn-hangzhou:{ACCOUNT}:services/svc"
    client.tag_resource(m.TagResourceRequest(resource_arn="services/svc", tags={"Team": "a", "b": "2"}))
    tagged, listed, untagged, left = node_calls(
        server.url,
        [
            ["getResourceTags", {"resourceArn": arn}],
            ["listServices", {"tag_Team": "a"}],
            ["untagResource", arn, ["Team"]],
            ["getResourceTags", {"resourceArn": "services/svc"}],
        ],
    )
    assert tagged["data"] == {"resourceArn": arn, "tags": {"Team": "a", "b": "2"}}
    assert [service["serviceName"] for service in listed["data"]["services"]] == ["svc"]
    assert "error" not in untagged
    assert left["data"]["tags"] == {"b": "2"}
    found = client.get_resource_tags(m.GetResourceTagsRequest(resource_arn=arn)).body
    assert (found.resource_arn, found.tags) == (arn, {"b": "2"})
    client.tag_resource(m.TagResourceRequest(resource_arn="services/other", tags={"c": "3"}))
    resources = client.list_tagged_resources(m.ListTaggedResourcesRequest()).body.resources
    assert [one.tags for one in resources] == [{"c": "3"}, {"b": "2"}]
    client.untag_resource(m.UntagResourceRequest(resource_arn="services/svc", all=True))
    assert edited(server, "GetResourceTags", [], {"resourceArn": arn})["tags"] == {}
    for body, code in (
        ({"resourceArn": "services/none", "tags": {"a": "1"}}, "ServiceNotFound"),
        ({"resourceArn": "functions/x", "tags": {"a": "1"}}, "InvalidArgument"),
        ({"resourceArn": arn}, "InvalidArgument"),
        ({"resourceArn": arn, "tags": {str(number): "x" for number in range(21)}}, "InvalidArgument"),
    ):
        assert refused(server, "TagResource", [], body)[0] == code
    client.delete_service("other")
    assert edited(server, "ListTaggedResources", [])["resources"] == []


def test_networks_bound_to_a_service_through_both_clients(server: LocalServer, client: Client) -> None:
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    bound = client.create_vpc_binding("svc", m.CreateVpcBindingRequest(vpc_id="vpc-b"))
    client.create_vpc_binding("svc", m.CreateVpcBindingRequest(vpc_id="vpc-a"))
    assert bound.status_code == 200
    assert client.list_vpc_bindings("svc").body.vpc_ids == ["vpc-a", "vpc-b"]
    assert client.delete_vpc_binding("svc", "vpc-a").status_code == 200
    assert refused(server, "DeleteVpcBinding", ["svc", "vpc-a"])[0] == "VpcBindingNotFound"
    assert refused(server, "CreateVpcBinding", ["svc"])[1] == "VpcId is required but not provided"
    assert failure(client.list_vpc_bindings, "none") == (404, "ServiceNotFound")
    assert server.admin.state()["services"]["svc"]["vpcBindings"] == ["vpc-b"]
