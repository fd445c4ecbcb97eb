"""The official clients of Function Compute's neighbours, pointed at a local server."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_nas20170626 import models as nas_models
from alibabacloud_nas20170626.client import Client as NasClient
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as RamClient
from alibabacloud_tea_openapi.models import Config
from alibabacloud_vpc20160428 import models as vpc_models
from alibabacloud_vpc20160428.client import Client as VpcClient
from tests.contract.fc_local.clients import KEY

from fc_local.server import LocalServer

REGION = "cn-hangzhou"
TRUST = json.dumps(
    {
        "Version": "1",
        "Statement": [
            {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": ["fc.aliyuncs.com"]}},
        ],
    }
)
POLICY = json.dumps({"Version": "1", "Statement": [{"Action": ["log:Post*"], "Effect": "Allow", "Resource": "*"}]})


def config(
    server: LocalServer, product: str, *, base: str = "", key: tuple[str, str, str] = KEY, **more: Any
) -> Config:
    endpoint = f"{urlsplit(server.url).netloc}{base}/__{product}"
    keys = {"access_key_id": key[0], "access_key_secret": key[1]}
    return Config(endpoint=endpoint, protocol="http", region_id="cn-hangzhou", **keys, **more)


def ram_client(server: LocalServer, **options: Any) -> RamClient:
    return RamClient(config(server, "ram", **options))


def put_role(ram: RamClient, name: str = "deployer", description: str | None = None) -> Any:
    request = ram_models.CreateRoleRequest(role_name=name, assume_role_policy_document=TRUST, description=description)
    return ram.create_role(request).body.role


def put_policy(ram: RamClient, name: str = "logs") -> Any:
    request = ram_models.CreatePolicyRequest(policy_name=name, policy_document=POLICY)
    return ram.create_policy(request).body.policy


def vpc_client(server: LocalServer, **options: Any) -> VpcClient:
    return VpcClient(config(server, "vpc", **options))


def ecs_client(server: LocalServer, **options: Any) -> EcsClient:
    return EcsClient(config(server, "ecs", **options))


def put_vpc(vpc: VpcClient, name: str = "net", **more: Any) -> str:
    given = {"region_id": REGION, "vpc_name": name, "cidr_block": "10.0.0.0/8", **more}
    return str(vpc.create_vpc(vpc_models.CreateVpcRequest(**given)).body.vpc_id)


def put_switch(vpc: VpcClient, network: str, name: str = "switch", **more: Any) -> str:
    where = {"region_id": REGION, "vpc_id": network, "zone_id": f"{REGION}-h", "cidr_block": "10.0.0.0/24"}
    return str(
        vpc.create_vswitch(vpc_models.CreateVSwitchRequest(**{**where, "v_switch_name": name, **more})).body.v_switch_id
    )


def put_group(ecs: EcsClient, network: str, name: str = "group", **more: Any) -> str:
    given = {"region_id": REGION, "vpc_id": network, "security_group_name": name, **more}
    return str(ecs.create_security_group(ecs_models.CreateSecurityGroupRequest(**given)).body.security_group_id)


def nas_client(server: LocalServer, **options: Any) -> NasClient:
    return NasClient(config(server, "nas", **options))


def put_file_system(nas: NasClient, **more: Any) -> str:
    given = {"file_system_type": "standard", "storage_type": "Performance", "protocol_type": "NFS", **more}
    return str(nas.create_file_system(nas_models.CreateFileSystemRequest(**given)).body.file_system_id)


def put_target(nas: NasClient, file_system: str, network: str, switch: str, **more: Any) -> str:
    where = {"file_system_id": file_system, "network_type": "Vpc", "vpc_id": network, "v_switch_id": switch, **more}
    return str(nas.create_mount_target(nas_models.CreateMountTargetRequest(**where)).body.mount_target_domain)
