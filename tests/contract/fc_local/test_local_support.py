"""Whether Function Compute looks at what a service names."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_nas20170626 import models as nm
from alibabacloud_ram20150501 import models as rm
from tests.contract.fc_local.clients import ACCOUNT, failure
from tests.contract.fc_local.neighbours import (
    ecs_client,
    nas_client,
    put_file_system,
    put_group,
    put_role,
    put_switch,
    put_target,
    put_vpc,
    ram_client,
    vpc_client,
)

from fc_local.server import LocalServer

ROLE = f"acs:ram::{ACCOUNT}:role/deployer"


def network_config(network: str, switch: str, group: str) -> m.VPCConfig:
    return m.VPCConfig(vpc_id=network, v_switch_ids=[switch], security_group_id=group)


def nas_config(domain: str) -> m.NASConfig:
    point = m.NASConfigMountPoints(server_addr=f"{domain}:/svc", mount_dir="/mnt/a")
    return m.NASConfig(user_id=0, group_id=0, mount_points=[point])


def create(client: Client, **settings: Any) -> None:
    client.create_service(m.CreateServiceRequest(service_name="svc", **settings))
    client.delete_service("svc")


def refused(client: Client, **settings: Any) -> tuple[int, str]:
    return failure(lambda: create(client, **settings))


@pytest.mark.parametrize("support", ["trusts", "checks"])
def test_a_service_may_name_what_is_not_there_unless_it_is_looked_at(
    server: LocalServer, client: Client, support: str
) -> None:
    server.admin.switches(support=support)
    nowhere = network_config("vpc-none", "vsw-none", "sg-none")
    for settings in ({"role": ROLE}, {"vpc_config": nowhere}, {"nas_config": nas_config("none")}):
        if support == "trusts":
            create(client, **settings)
        else:
            assert refused(client, **settings) == (400, "InvalidArgument")


def test_a_role_is_looked_for_in_either_case_and_only_when_it_is_named(server: LocalServer, client: Client) -> None:
    server.admin.switches(support="checks")
    ram = ram_client(server)
    put_role(ram, "Deployer")
    client.create_service(m.CreateServiceRequest(service_name="svc", role=ROLE))
    ram.delete_role(rm.DeleteRoleRequest(role_name="Deployer"))
    client.update_service("svc", m.UpdateServiceRequest(description="x"))
    update = m.UpdateServiceRequest(role=ROLE, description="y")
    assert failure(client.update_service, "svc", update) == (400, "InvalidArgument")
    assert client.get_service("svc", m.GetServiceRequest()).body.description == "x"
    client.update_service("svc", m.UpdateServiceRequest(role=""))


def test_a_network_is_whole_and_ready(server: LocalServer, client: Client) -> None:
    server.admin.switches(support="checks", ready_after_seconds=0)
    vpc, ecs = vpc_client(server), ecs_client(server)
    network, other = put_vpc(vpc), put_vpc(vpc)
    here, there = (put_switch(vpc, network), put_group(ecs, network)), (put_switch(vpc, other), put_group(ecs, other))
    create(client, vpc_config=network_config(network, *here))
    for parts in (
        ("vpc-none", *here),
        (network, "vsw-none", here[1]),
        (network, here[0], "sg-none"),
        (network, there[0], here[1]),
        (network, here[0], there[1]),
    ):
        assert refused(client, vpc_config=network_config(*parts)) == (400, "InvalidArgument"), parts
    server.admin.clock("2126-01-01T00:00:00Z")
    server.admin.switches(ready_after_seconds=5)
    late = put_switch(vpc, network, cidr_block="10.1.0.0/24")
    assert refused(client, vpc_config=network_config(network, late, here[1])) == (400, "InvalidArgument")
    server.admin.clock("2126-01-01T00:00:05Z")
    create(client, vpc_config=network_config(network, late, here[1]))


def test_a_mount_target_is_active_and_in_the_service_s_network(server: LocalServer, client: Client) -> None:
    server.admin.switches(support="checks", ready_after_seconds=0)
    vpc, ecs, nas = vpc_client(server), ecs_client(server), nas_client(server)
    network, other = put_vpc(vpc), put_vpc(vpc)
    inside = network_config(network, put_switch(vpc, network), put_group(ecs, network))
    outside = network_config(other, put_switch(vpc, other), put_group(ecs, other))
    name = put_file_system(nas)
    server.admin.clock("2126-01-01T00:00:00Z")
    server.admin.switches(ready_after_seconds=5)
    domain = put_target(nas, name, network, inside.v_switch_ids[0])
    given = {"nas_config": nas_config(domain), "vpc_config": inside}
    assert refused(client, **given) == (400, "InvalidArgument")
    server.admin.clock("2126-01-01T00:00:05Z")
    create(client, **given)
    assert refused(client, nas_config=nas_config(domain), vpc_config=outside) == (400, "InvalidArgument")
    assert refused(client, nas_config=nas_config(domain)) == (400, "InvalidArgument")
    client.create_service(m.CreateServiceRequest(service_name="svc", **given))
    assert failure(client.update_service, "svc", m.UpdateServiceRequest(vpc_config=outside)) == (400, "InvalidArgument")
    nas.delete_mount_target(nm.DeleteMountTargetRequest(file_system_id=name, mount_target_domain=domain))
    client.update_service("svc", m.UpdateServiceRequest(description="x"))
