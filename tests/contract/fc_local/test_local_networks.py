"""VPCs, switches and security groups, through the clients of VPC and ECS."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as em
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_fc_open20210406 import models as fm
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_vpc20160428 import models as m
from alibabacloud_vpc20160428.client import Client as VpcClient
from tests.contract.fc_local.clients import KEY, failure
from tests.contract.fc_local.neighbours import REGION, ecs_client, put_group, put_switch, put_vpc, vpc_client

from fc_local.server import LocalServer


@pytest.fixture
def vpc(server: LocalServer) -> VpcClient:
    server.admin.switches(ready_after_seconds=0)
    return vpc_client(server)


@pytest.fixture
def ecs(server: LocalServer) -> EcsClient:
    return ecs_client(server)


def vpcs(vpc: VpcClient, **asked: Any) -> Any:
    return vpc.describe_vpcs(m.DescribeVpcsRequest(region_id=REGION, **asked)).body


def switches(vpc: VpcClient, **asked: Any) -> list[str]:
    found = vpc.describe_vswitches(m.DescribeVSwitchesRequest(region_id=REGION, **asked)).body
    return [each.v_switch_id for each in found.v_switches.v_switch]


def groups(ecs: EcsClient, **asked: Any) -> list[str]:
    found = ecs.describe_security_groups(em.DescribeSecurityGroupsRequest(region_id=REGION, **asked)).body
    return [each.security_group_id for each in found.security_groups.security_group]


def status(vpc: VpcClient, network: str) -> str:
    return str(vpc.describe_vpc_attribute(m.DescribeVpcAttributeRequest(vpc_id=network)).body.status)


def switch_status(vpc: VpcClient, name: str) -> str:
    return str(vpc.describe_vswitch_attributes(m.DescribeVSwitchAttributesRequest(v_switch_id=name)).body.status)


def delete_vpc(vpc: VpcClient, network: str) -> None:
    vpc.delete_vpc(m.DeleteVpcRequest(region_id=REGION, vpc_id=network))


def delete_switch(vpc: VpcClient, name: str) -> None:
    vpc.delete_vswitch(m.DeleteVSwitchRequest(region_id=REGION, v_switch_id=name))


def delete_group(ecs: EcsClient, name: str) -> None:
    ecs.delete_security_group(em.DeleteSecurityGroupRequest(region_id=REGION, security_group_id=name))


def test_a_network_is_made_found_and_deleted_from_the_inside_out(
    server: LocalServer, vpc: VpcClient, ecs: EcsClient
) -> None:
    zones = vpc.describe_zones(m.DescribeZonesRequest(region_id=REGION)).body.zones.zone
    assert [zone.zone_id for zone in zones] == ["cn-hangzhou-b", "cn-hangzhou-g", "cn-hangzhou-h"]
    network = put_vpc(vpc, description="for fc")
    assert network.startswith("vpc-")
    switch, group = put_switch(vpc, network), put_group(ecs, network)
    found = vpcs(vpc, vpc_name="net").vpcs.vpc
    assert [(each.vpc_id, each.status, each.cidr_block, each.description) for each in found] == [
        (network, "Available", "10.0.0.0/8", "for fc")
    ]
    assert found[0].v_switch_ids.v_switch_id == [switch]
    assert vpcs(vpc, vpc_id=network).total_count == 1
    assert vpcs(vpc, vpc_name="other").total_count == 0
    assert switches(vpc, vpc_id=network, v_switch_name="switch", zone_id=f"{REGION}-h") == [switch]
    assert switches(vpc, zone_id=f"{REGION}-b") == switches(vpc, vpc_id="vpc-none") == []
    assert groups(ecs, vpc_id=network, security_group_name="group") == groups(ecs, security_group_id=group) == [group]
    assert groups(ecs, security_group_name="other") == groups(ecs, security_group_ids='["sg-none"]') == []
    assert groups(ecs, security_group_ids=f'["{group}"]') == [group]
    state = server.admin.state()
    assert [list(state[kind]) for kind in ("vpcs", "vSwitches", "securityGroups")] == [[network], [switch], [group]]
    assert failure(delete_vpc, vpc, network) == (400, "DependencyViolation.VSwitch")
    delete_switch(vpc, switch)
    assert failure(delete_vpc, vpc, network) == (400, "DependencyViolation.SecurityGroup")
    delete_group(ecs, group)
    delete_vpc(vpc, network)
    assert failure(delete_vpc, vpc, network) == (404, "InvalidVpcId.NotFound")
    assert failure(delete_switch, vpc, switch) == (404, "InvalidVSwitchId.NotFound")
    assert failure(delete_group, ecs, group) == (404, "InvalidSecurityGroupId.NotFound")
    assert failure(status, vpc, network) == (404, "InvalidVpcId.NotFound")
    assert failure(switch_status, vpc, switch) == (404, "InvalidVSwitchId.NotFound")
    assert "vpcs" not in server.admin.state()


def test_what_is_made_is_ready_later(server: LocalServer, vpc: VpcClient, ecs: EcsClient) -> None:
    server.admin.switches(ready_after_seconds=5)
    server.admin.clock("2026-01-01T00:00:00Z")
    network = put_vpc(vpc)
    assert status(vpc, network) == "Pending"
    for call, asked, wanted in (
        (put_switch, (vpc, network), (400, "IncorrectVpcStatus")),
        (put_group, (ecs, network), (403, "IncorrectVpcStatus")),
        (delete_vpc, (vpc, network), (400, "IncorrectVpcStatus")),
    ):
        assert failure(call, *asked) == wanted
    server.admin.clock("2026-01-01T00:00:04Z")
    assert status(vpc, network) == "Pending"
    server.admin.clock("2026-01-01T00:00:05Z")
    assert status(vpc, network) == "Available"
    switch = put_switch(vpc, network)
    assert switch_status(vpc, switch) == "Pending"
    assert failure(delete_switch, vpc, switch) == (400, "IncorrectVSwitchStatus")
    server.admin.clock("2026-01-01T00:00:10Z")
    assert switch_status(vpc, switch) == "Available"
    delete_switch(vpc, switch)


def test_what_is_made_is_listed_later(server: LocalServer, vpc: VpcClient, ecs: EcsClient) -> None:
    server.admin.switches(listed_after_seconds=5)
    server.admin.clock("2026-01-01T00:00:00Z")
    network = put_vpc(vpc)
    switch, group = put_switch(vpc, network), put_group(ecs, network)
    server.admin.clock("2026-01-01T00:00:04Z")
    assert (vpcs(vpc).total_count, switches(vpc), groups(ecs)) == (0, [], [])
    assert status(vpc, network) == "Available"
    server.admin.clock("2026-01-01T00:00:05Z")
    assert (vpcs(vpc).total_count, switches(vpc), groups(ecs)) == (1, [switch], [group])


def test_the_interfaces_of_a_service_stay_in_its_network(
    server: LocalServer, client: Client, vpc: VpcClient, ecs: EcsClient
) -> None:
    server.admin.switches(interfaces_stay_seconds=5)
    server.admin.clock("2026-01-01T00:00:00Z")
    network = put_vpc(vpc)
    switch, group = put_switch(vpc, network), put_group(ecs, network)
    config = fm.VPCConfig(vpc_id=network, v_switch_ids=[switch], security_group_id=group)
    client.create_service(fm.CreateServiceRequest(service_name="demo", vpc_config=config))
    client.delete_service("demo")
    assert failure(delete_switch, vpc, switch) == (400, "DependencyViolation")
    assert failure(delete_group, ecs, group) == (403, "DependencyViolation")
    server.admin.clock("2026-01-01T00:00:05Z")
    delete_switch(vpc, switch)
    delete_group(ecs, group)
    delete_vpc(vpc, network)
    assert "vpcs" not in server.admin.state()


def test_a_repeated_create_with_the_same_token_makes_nothing_new(
    server: LocalServer, vpc: VpcClient, ecs: EcsClient
) -> None:
    network = put_vpc(vpc, client_token="one")
    assert put_vpc(vpc, client_token="one") == network
    assert put_vpc(vpc, client_token="two") != network
    assert failure(lambda: put_vpc(vpc, "other", client_token="one")) == (400, "IdempotentParameterMismatch")
    assert vpcs(vpc).total_count == 2
    assert put_switch(vpc, network, client_token="one") == put_switch(vpc, network, client_token="one")
    assert put_group(ecs, network, client_token="one") == put_group(ecs, network, client_token="one")
    server.stop()
    server.start()
    assert put_vpc(vpc_client(server), client_token="one") == network


def test_a_dry_run_makes_nothing(server: LocalServer, vpc: VpcClient) -> None:
    assert failure(lambda: put_vpc(vpc, dry_run=True)) == (400, "DryRunOperation")
    assert failure(lambda: put_vpc(vpc, dry_run=True, cidr_block="x")) == (400, "InvalidCidrBlock")
    assert "vpcs" not in server.admin.state()


def test_an_answer_that_was_lost_is_asked_for_again(server: LocalServer, vpc: VpcClient) -> None:
    server.admin.faults([{"op": "CreateVpc", "action": {"cut": "answer"}}])
    with pytest.raises(Exception, match=r"[Cc]onnection|[Rr]emote"):
        put_vpc(vpc, client_token="one")
    made = list(server.admin.state()["vpcs"])
    assert [put_vpc(vpc, client_token="one")] == made


def test_networks_are_listed_in_pages(vpc: VpcClient) -> None:
    made = sorted(put_vpc(vpc) for _ in range(5))
    pages = [vpcs(vpc, page_size=2, page_number=number) for number in (1, 2, 3, 4)]
    assert [each.vpc_id for page in pages for each in page.vpcs.vpc] == made
    assert {page.total_count for page in pages} == {5}
    for odd in ({"page_size": 51}, {"page_size": 0}, {"page_number": 0}):
        assert failure(lambda odd=odd: vpcs(vpc, **odd))[0] == 400


@pytest.mark.parametrize("block", ["10.0.0.0/7", "11.0.0.0/8", "10.0.0.1/8", "x"])
def test_only_private_blocks_make_a_network(vpc: VpcClient, block: str) -> None:
    assert failure(lambda: put_vpc(vpc, cidr_block=block)) == (400, "InvalidCidrBlock")


def test_a_switch_has_a_part_of_its_network_to_itself(vpc: VpcClient) -> None:
    network = put_vpc(vpc)
    put_switch(vpc, network)

    def refused(**more: str) -> tuple[int, str]:
        return failure(lambda: put_switch(vpc, network, **more))

    assert refused(cidr_block="10.0.0.128/25") == (400, "InvalidCidrBlock.Overlapped")
    for block in ("10.0.0.0/8", "10.1.0.0/30", "192.168.0.0/24", "x"):
        assert refused(cidr_block=block) == (400, "InvalidCidrBlock.Malformed")
    assert refused(zone_id="cn-hangzhou-z") == (404, "InvalidZoneId.NotFound")
    assert failure(put_switch, vpc, "vpc-none") == (404, "InvalidVpcId.NotFound")
    put_switch(vpc, network, cidr_block="10.0.1.0/24")
    assert failure(lambda: put_switch(vpc, network, zone_id=None)) == (400, "MissingZoneId")


def test_a_network_is_of_one_region(server: LocalServer, vpc: VpcClient) -> None:
    network = put_vpc(vpc)
    elsewhere = m.DescribeVpcsRequest(region_id="cn-shanghai")
    assert vpc.describe_vpcs(elsewhere).body.total_count == 0
    far = vpc.create_vpc(m.CreateVpcRequest(region_id="cn-shanghai")).body.vpc_id
    assert list(server.admin.state(region="cn-shanghai")["vpcs"]) == [far]
    assert list(server.admin.state()["vpcs"]) == [network]
    assert server.admin.writes()[-1]["region"] == "cn-shanghai"
    odd = m.DescribeVpcsRequest(region_id="../x")
    assert failure(vpc.describe_vpcs, odd) == (404, "InvalidRegionId.NotFound")


def test_what_is_denied_is_refused_as_each_product_does(server: LocalServer, vpc: VpcClient, ecs: EcsClient) -> None:
    network = put_vpc(vpc)
    server.admin.deny("vpc:*", "ecs:CreateSecurityGroup", principal=KEY[0])
    assert failure(lambda: vpcs(vpc)) == (403, "Forbidden.RAM")
    assert failure(put_group, ecs, network) == (403, "Forbidden.RAM")
    assert groups(ecs) == []


def test_a_group_needs_a_network_and_one_of_two_types(vpc: VpcClient, ecs: EcsClient) -> None:
    network = put_vpc(vpc)
    assert failure(put_group, ecs, "vpc-none") == (404, "InvalidVpcId.NotFound")
    assert failure(put_group, ecs, "") == (400, "MissingVpcId")
    assert failure(lambda: put_group(ecs, network, security_group_type="odd"))[0] == 400
    for odd in ("x", "1"):
        assert failure(lambda odd=odd: groups(ecs, security_group_ids=odd))[0] == 400


@pytest.mark.parametrize("support", ["trusts", "checks"])
def test_what_a_service_uses_is_not_deleted(
    server: LocalServer, client: Client, vpc: VpcClient, ecs: EcsClient, support: str
) -> None:
    server.admin.switches(support=support)
    network = put_vpc(vpc)
    switch, group = put_switch(vpc, network), put_group(ecs, network)
    config = fm.VPCConfig(vpc_id=network, v_switch_ids=[switch], security_group_id=group)
    client.create_service(fm.CreateServiceRequest(service_name="svc", vpc_config=config))
    assert failure(delete_switch, vpc, switch) == (400, "DependencyViolation")
    assert failure(delete_group, ecs, group) == (403, "DependencyViolation")
    none = fm.VPCConfig(vpc_id="", v_switch_ids=[], security_group_id="")
    client.publish_service_version("svc", fm.PublishServiceVersionRequest())
    client.update_service("svc", fm.UpdateServiceRequest(vpc_config=none))
    assert failure(delete_switch, vpc, switch) == (400, "DependencyViolation")  # the version still runs in it
    client.delete_service_version("svc", "1")
    delete_switch(vpc, switch)
    delete_group(ecs, group)
