"""The official clients of Function Compute's neighbours, pointed at a local server."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as RamClient
from alibabacloud_tea_openapi.models import Config
from tests.contract.fc_local.clients import KEY

from fc_local.server import LocalServer

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
