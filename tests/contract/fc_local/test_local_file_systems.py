"""File systems and mount targets, through NAS's own client."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_nas20170626 import models as m
from alibabacloud_nas20170626.client import Client as NasClient
from alibabacloud_vpc20160428 import models as vm
from alibabacloud_vpc20160428.client import Client as VpcClient
from tests.contract.fc_local.clients import failure
from tests.contract.fc_local.neighbours import (
    REGION,
    nas_client,
    put_file_system,
    put_switch,
    put_target,
    put_vpc,
    vpc_client,
)

from fc_local.server import LocalServer


@pytest.fixture
def vpc(server: LocalServer) -> VpcClient:
    server.admin.switches(ready_after_seconds=0)
    return vpc_client(server)


@pytest.fixture
def nas(server: LocalServer) -> NasClient:
    server.admin.switches(ready_after_seconds=0)
    return nas_client(server)


def file_systems(nas: NasClient, **asked: Any) -> list[Any]:
    found: list[Any] = nas.describe_file_systems(m.DescribeFileSystemsRequest(**asked)).body.file_systems.file_system
    return found


def targets(nas: NasClient, file_system: str, **asked: Any) -> list[Any]:
    request = m.DescribeMountTargetsRequest(file_system_id=file_system, **asked)
    found: list[Any] = nas.describe_mount_targets(request).body.mount_targets.mount_target
    return found


def delete(nas: NasClient, file_system: str) -> None:
    nas.delete_file_system(m.DeleteFileSystemRequest(file_system_id=file_system))


def delete_target(nas: NasClient, file_system: str, domain: str) -> None:
    nas.delete_mount_target(m.DeleteMountTargetRequest(file_system_id=file_system, mount_target_domain=domain))


def test_a_file_system_is_made_mounted_and_deleted_from_the_inside_out(
    server: LocalServer, nas: NasClient, vpc: VpcClient
) -> None:
    network = put_vpc(vpc)
    switch = put_switch(vpc, network)
    name = put_file_system(nas, description="made-for-fc", zone_id=f"{REGION}-h")
    domain = put_target(nas, name, network, switch, access_group_name="DEFAULT_VPC_GROUP_NAME")
    assert domain.startswith(f"{name}-") and domain.endswith(".cn-hangzhou.nas.aliyuncs.com")
    (found,) = file_systems(nas, file_system_id=name)
    assert (found.description, found.status, found.zone_id) == ("made-for-fc", "Running", f"{REGION}-h")
    mounted = found.mount_targets.mount_target[0]
    assert (mounted.mount_target_domain, mounted.vpc_id, mounted.vsw_id) == (domain, network, switch)
    assert mounted.access_group_name == "DEFAULT_VPC_GROUP_NAME"
    (target,) = targets(nas, name, mount_target_domain=domain)
    assert (target.status, target.network_type, target.access_group) == ("Active", "Vpc", "DEFAULT_VPC_GROUP_NAME")
    assert targets(nas, name, mount_target_domain="other") == file_systems(nas, vpc_id="vpc-none") == []
    assert [each.file_system_id for each in file_systems(nas, vpc_id=network)] == [name]
    state = server.admin.state()
    assert (list(state["fileSystems"]), list(state["mountTargets"])) == ([name], [f"{name}/{domain}"])
    assert failure(delete, nas, name)[0] == 403
    gone = vm.DeleteVSwitchRequest(region_id=REGION, v_switch_id=switch)
    assert failure(vpc.delete_vswitch, gone) == (400, "DependencyViolation")
    delete_target(nas, name, domain)
    assert failure(delete_target, nas, name, domain) == (404, "InvalidMountTarget.NotFound")
    delete(nas, name)
    assert failure(delete, nas, name) == (404, "InvalidFileSystem.NotFound")
    assert failure(targets, nas, name) == (404, "InvalidFileSystem.NotFound")
    vpc.delete_vswitch(gone)


def test_what_is_made_is_ready_later_and_has_its_name_before(
    server: LocalServer, nas: NasClient, vpc: VpcClient
) -> None:
    network = put_vpc(vpc)
    switch = put_switch(vpc, network)
    server.admin.switches(ready_after_seconds=5)
    server.admin.clock("2126-01-01T00:00:00Z")
    name = put_file_system(nas)
    assert file_systems(nas)[0].status == "Pending"
    denied = (403, "OperationDenied.InvalidState")
    assert failure(put_target, nas, name, network, switch) == failure(delete, nas, name) == denied
    server.admin.clock("2126-01-01T00:00:05Z")
    assert file_systems(nas)[0].status == "Running"
    domain = put_target(nas, name, network, switch)
    assert [(each.mount_target_domain, each.status) for each in targets(nas, name)] == [(domain, "Pending")]
    assert failure(delete_target, nas, name, domain) == denied
    server.admin.clock("2126-01-01T00:00:10Z")
    assert targets(nas, name)[0].status == "Active"
    late = put_switch(vpc, network, cidr_block="10.1.0.0/24")
    assert failure(put_target, nas, name, network, late) == denied


def test_an_extreme_file_system_has_a_capacity_a_zone_and_names_of_its_own(nas: NasClient, vpc: VpcClient) -> None:
    network = put_vpc(vpc)
    switch = put_switch(vpc, network)
    given = {"file_system_type": "extreme", "storage_type": "standard"}
    name = put_file_system(nas, capacity=100, zone_id=f"{REGION}-h", client_token="one", **given)
    assert put_file_system(nas, capacity=100, zone_id=f"{REGION}-h", client_token="one", **given) == name
    assert name.startswith("extreme-")
    assert put_file_system(nas, client_token="one") != put_file_system(nas, client_token="one")
    domain = put_target(nas, name, network, switch)
    assert domain.startswith(f"{name[8:]}-") and domain.endswith(".cn-hangzhou.extreme.nas.aliyuncs.com")
    assert failure(put_target, nas, name, network, switch) == (403, "MountTarget.OverQuota")
    assert [each.capacity for each in file_systems(nas, file_system_type="extreme")] == [100]
    assert len(file_systems(nas, file_system_type="standard")) == 2

    def refused(**more: Any) -> str:
        return failure(lambda: put_file_system(nas, **{**given, "capacity": 100, "zone_id": f"{REGION}-h", **more}))[1]

    assert refused(capacity=None) == "MissingCapacity"
    assert refused(zone_id=None) == "MissingZoneId"
    assert refused(capacity=50) == "InvalidParameter.Capacity"
    assert refused(storage_type="Performance") == "InvalidParameter.StorageType"


def test_zones_tell_what_they_offer(nas: NasClient) -> None:
    for kind, storages in (("standard", ["Performance", "Capacity"]), ("extreme", ["standard", "advance"])):
        found = nas.describe_zones(m.DescribeZonesRequest(region_id=REGION, file_system_type=kind)).body.zones.zone
        assert [zone.zone_id for zone in found] == ["cn-hangzhou-b", "cn-hangzhou-h"]
        assert [each.storage_type for each in found[0].instance_types.instance_type] == storages


def test_a_fault_may_be_of_one_product_only(server: LocalServer, nas: NasClient, vpc: VpcClient) -> None:
    rule = {"api": "nas", "op": "DescribeZones", "action": {"status": 403, "code": "Forbidden"}}
    server.admin.faults([rule])
    vpc.describe_zones(vm.DescribeZonesRequest(region_id=REGION))
    request = m.DescribeZonesRequest(region_id=REGION)
    assert failure(nas.describe_zones, request) == (403, "Forbidden")
    nas.describe_zones(request)


def test_file_systems_are_listed_in_pages_of_their_region(server: LocalServer, nas: NasClient) -> None:
    made = sorted(put_file_system(nas) for _ in range(3))
    pages = [file_systems(nas, page_size=2, page_number=number) for number in (1, 2, 3)]
    assert [[each.file_system_id for each in page] for page in pages] == [made[:2], made[2:], []]
    assert file_systems(nas_client(server, base="/~cn-shanghai")) == []


def test_odd_requests_are_refused(nas: NasClient, vpc: VpcClient) -> None:
    network, other = put_vpc(vpc), put_vpc(vpc)
    switch = put_switch(vpc, network)
    name = put_file_system(nas)

    def refused(**more: Any) -> str:
        return failure(lambda: put_file_system(nas, **more))[1]

    assert refused(protocol_type="SMB") == "InvalidParameter.ProtocolType"
    assert refused(storage_type="Odd") == "InvalidParameter.StorageType"
    assert refused(description="http://x") == refused(description="1x") == "InvalidParameter.Description"
    assert refused(zone_id="cn-hangzhou-z") == "InvalidParameter.ZoneId"

    def unmounted(where: tuple[str, str, str], **more: Any) -> str:
        return failure(lambda: put_target(nas, *where, **more))[1]

    assert unmounted(("none", network, switch)) == "InvalidFileSystem.NotFound"
    assert unmounted((name, "vpc-none", switch)) == "InvalidVpcId.NotFound"
    assert unmounted((name, network, "vsw-none")) == unmounted((name, other, switch)) == "InvalidVSwitchId.NotFound"
    assert unmounted((name, network, switch), access_group_name="mine") == "InvalidAccessGroup.NotFound"
    assert unmounted((name, network, switch), network_type="Classic") == "InvalidParameter.NetworkType"
    assert failure(lambda: file_systems(nas, file_system_id="none")) == (404, "InvalidFileSystem.NotFound")


def modify(nas: NasClient, file_system: str, description: str) -> None:
    nas.modify_file_system(m.ModifyFileSystemRequest(file_system_id=file_system, description=description))


def test_a_file_system_is_described_anew(nas: NasClient) -> None:
    name = put_file_system(nas, description="one")
    modify(nas, name, "two")
    assert [each.description for each in file_systems(nas, file_system_id=name)] == ["two"]
    assert failure(modify, nas, name, "-") == (400, "InvalidParameter.Description")
    assert failure(modify, nas, "0", "two") == (404, "InvalidFileSystem.NotFound")


@pytest.mark.parametrize("loses", [True, False])
def test_an_extreme_one_may_lose_its_description(server: LocalServer, nas: NasClient, loses: bool) -> None:
    server.admin.switches(extreme_loses_description=loses)
    more = {"file_system_type": "extreme", "storage_type": "standard", "capacity": 100, "zone_id": f"{REGION}-h"}
    put_file_system(nas, description="one", **more)
    put_file_system(nas, description="two")
    assert {each.description for each in file_systems(nas)} == {"" if loses else "one", "two"}
