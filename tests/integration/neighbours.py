"""Somebody who makes networks, file systems and roles beside the tool, through the same client."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.support.product import Rpc
from fc_guard.cloud.support.reach import Reach
from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, KEYS, REGION

TRUST = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": ["fc.aliyuncs.com"]}}
VERSIONS = {"ram": "2015-05-01", "vpc": "2016-04-28", "ecs": "2014-05-26", "nas": "2017-06-26"}


class Neighbours:
    def __init__(self, server: LocalServer) -> None:
        reach = Reach(server.url, REGION, Credential(ACCOUNT, KEYS[0], KEYS[1]))
        self._products = {name: Rpc(reach, name, version) for name, version in VERSIONS.items()}

    def role(self, name: str) -> None:
        trust = json.dumps({"Version": "1", "Statement": [TRUST]})
        self._do("ram", "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)

    def network(self, zone: str) -> dict[str, Any]:
        """Makes a network, usable. Returns it as s.yaml names it."""
        vpc = self._do("vpc", "CreateVpc", VpcName="mine", CidrBlock="10.0.0.0/8")["VpcId"]
        _until(lambda: self._asked("vpc", "DescribeVpcAttribute", VpcId=vpc)["Status"] == "Available")
        switch = self._do("vpc", "CreateVSwitch", VpcId=vpc, ZoneId=f"{REGION}-{zone}", CidrBlock="10.0.0.0/24")
        group = self._do("ecs", "CreateSecurityGroup", VpcId=vpc, SecurityGroupName="mine")
        found = {"vpcId": vpc, "vswitchIds": [switch["VSwitchId"]], "securityGroupId": group["SecurityGroupId"]}
        self.wait_for_switch(switch["VSwitchId"])
        return found

    def vpc(self, name: str) -> str:
        return str(self._do("vpc", "CreateVpc", VpcName=name, CidrBlock="10.0.0.0/8")["VpcId"])

    def switch(self, vpc: str, block: str, name: str) -> str:
        said = {"VpcId": vpc, "ZoneId": f"{REGION}-b", "CidrBlock": block, "VSwitchName": name}
        return str(self._do("vpc", "CreateVSwitch", **said)["VSwitchId"])

    def replace_file_system(self) -> str:
        """Deletes the only file system with its mount target, and makes another one of its name. Returns its id."""
        return self.file_system(self.delete_file_system()["Description"])

    def delete_file_system(self) -> Mapping[str, Any]:
        """Deletes the only file system with its mount targets. Returns it, as it was."""
        old = self.delete_mount_targets()
        self._do("nas", "DeleteFileSystem", FileSystemId=old["FileSystemId"])
        return old

    def delete_mount_targets(self, besides: str = "") -> Mapping[str, Any]:
        """Deletes those of the only file system, but for those in one network. Returns that, as it was."""
        (found,) = self._asked("nas", "DescribeFileSystems")["FileSystems"]["FileSystem"]
        own = {"FileSystemId": found["FileSystemId"]}
        for target in found["MountTargets"]["MountTarget"]:
            if target["VpcId"] != besides:
                self._do("nas", "DeleteMountTarget", MountTargetDomain=target["MountTargetDomain"], **own)
        return dict(found)

    def drop_network(self, network: Mapping[str, Any]) -> None:
        """Deletes a network that s.yaml names in this way."""
        for switch in network["vswitchIds"]:
            self._do("vpc", "DeleteVSwitch", VSwitchId=switch)
        self._do("ecs", "DeleteSecurityGroup", SecurityGroupId=network["securityGroupId"])
        self._do("vpc", "DeleteVpc", VpcId=network["vpcId"])

    def file_system(self, name: str) -> str:
        """Makes a general file system, usable. Returns its id."""
        said = {"FileSystemType": "standard", "StorageType": "Performance", "ProtocolType": "NFS", "Description": name}
        made = str(self._do("nas", "CreateFileSystem", **said)["FileSystemId"])
        _until(lambda: self._file_system(made)["Status"] == "Running")
        return made

    def mount_target(self, file_system: str, network: Mapping[str, Any]) -> str:
        where = {"NetworkType": "Vpc", "VpcId": network["vpcId"], "VSwitchId": network["vswitchIds"][0]}
        made = self._do("nas", "CreateMountTarget", FileSystemId=file_system, **where)
        return str(made["MountTargetDomain"])

    def wait_for_switch(self, id: str) -> None:
        _until(lambda: self._switch(id)["Status"] == "Available")

    def _switch(self, id: str) -> Mapping[str, Any]:
        answer = self._asked("vpc", "DescribeVSwitches", VSwitchId=id)
        found: Mapping[str, Any] = answer["VSwitches"]["VSwitch"][0]
        return found

    def _file_system(self, id: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._asked("nas", "DescribeFileSystems", FileSystemId=id)["FileSystems"][
            "FileSystem"
        ][0]
        return found

    def _do(self, product: str, operation: str, **said: Any) -> Mapping[str, Any]:
        return self._products[product].do(operation, {"RegionId": REGION, **said})

    def _asked(self, product: str, operation: str, **said: Any) -> Mapping[str, Any]:
        answer = self._products[product].ask(operation, {"RegionId": REGION, **said})
        assert answer is not None
        return answer


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never holds")
