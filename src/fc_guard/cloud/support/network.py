"""Makes and deletes VPCs, their switches (VPC, 2016-04-28) and their security groups (ECS, 2014-05-26)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from fc_guard.cloud.support.blocks import free_block
from fc_guard.cloud.support.fc import member_of
from fc_guard.cloud.support.nas_reading import FileSystemList
from fc_guard.cloud.support.network_reading import IDS, Networks
from fc_guard.cloud.support.patience import gone, patiently
from fc_guard.cloud.support.product import Actions, Document, Rpc, made_id
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.support.service_users import LOOKED_AT, ServiceUsers
from fc_guard.cloud.support.twins import first, one_of_its_name
from fc_guard.errors import CallFailed
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call

BLOCK: Final = "10.0.0.0/8"
DESCRIPTION: Final = "made by fc-guard"
GONE: Final = (
    "InvalidVpcId.NotFound",
    "InvalidVpcID.NotFound",
    "InvalidVSwitchId.NotFound",
    "InvalidSecurityGroupId.NotFound",
)
IN_SERVICES: Final[Mapping[str, str]] = {**IDS, "vSwitch": "vSwitchIds"}
ACTIONS: Final[Mapping[str, Actions]] = {
    "vpc": Actions(("vpc:DescribeVpcs",), ("vpc:CreateVpc",), ("vpc:DeleteVpc", *LOOKED_AT)),
    "vSwitch": Actions(
        ("vpc:DescribeVpcs", "vpc:DescribeVSwitches"),
        ("vpc:CreateVSwitch", "vpc:DescribeZones", "fc:GetAccountSettings"),
        ("vpc:DeleteVSwitch", *LOOKED_AT, "nas:DescribeFileSystems"),
    ),
    "securityGroup": Actions(
        ("vpc:DescribeVpcs", "ecs:DescribeSecurityGroups"),
        ("ecs:CreateSecurityGroup",),
        ("ecs:DeleteSecurityGroup", *LOOKED_AT),
    ),
}


class Network:
    """The networks of one account and region."""

    def __init__(self, reach: Reach) -> None:
        self._vpc = Rpc(reach, "vpc", "2016-04-28")
        self._ecs = Rpc(reach, "ecs", "2014-05-26")
        self._there = Networks(reach)
        self._mounts = FileSystemList(reach)
        self._services = ServiceUsers(reach)
        self._region = reach.region
        self._waits = reach.waits

    def read(self, id: Address) -> Document | None:
        if id.kind == "vpc":
            return self._there.vpc(id.name)
        return first(self._there.below(id.parts[0], id.kind, id.name))

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        around = self._there.vpc(parent.name) if parent is not None else None
        return None if around is None else self._there.inside(kind, around["vpcId"], None)

    def users(self, id: Address) -> tuple[str, ...]:
        there = self.read(id)
        if there is None:
            return ()
        own, member = there[IDS[id.kind]], IN_SERVICES[id.kind]

        def uses(service: Document) -> bool:
            said = member_of(service, "vpcConfig").get(member)
            return own in said if isinstance(said, list) else own == said

        mounts = self._mounts.in_switch(str(own), id.parts[0]) if id.kind == "vSwitch" else ()
        return (*self._services.of(uses), *mounts)

    def send(self, call: Call) -> Document:
        return {
            "CreateVpc": self._make_vpc,
            "CreateVSwitch": self._make_switch,
            "CreateSecurityGroup": self._make_group,
            "DeleteVpc": self._delete_vpc,
            "DeleteVSwitch": self._delete_switch,
            "DeleteSecurityGroup": self._delete_group,
        }[call.operation](call)

    # making

    def _make_vpc(self, call: Call) -> Document:
        name = _name(call)

        def make() -> str:
            said = {"RegionId": self._region, "VpcName": name, "CidrBlock": BLOCK, "Description": DESCRIPTION}
            return self._made(self._vpc, "CreateVpc", "VpcId", said)

        return one_of_its_name(self._waits, name, "vpcId", lambda: self._there.vpcs(name), make, self._drop_vpc)

    def _make_switch(self, call: Call) -> Document:
        name, vpc = _name(call), self._there.needed(call.path[0])
        zone = self._there.zone()
        taken = [each["cidrBlock"] for each in self._there.inside("vSwitch", vpc["vpcId"], None)]
        said = {
            "RegionId": self._region,
            "VpcId": vpc["vpcId"],
            "ZoneId": zone,
            "VSwitchName": name,
            "CidrBlock": free_block(vpc["cidrBlock"], taken),
            "Description": DESCRIPTION,
        }
        return one_of_its_name(
            self._waits,
            name,
            "vSwitchId",
            lambda: self._there.inside("vSwitch", vpc["vpcId"], name),
            lambda: self._made(self._vpc, "CreateVSwitch", "VSwitchId", said),
            self._drop_switch,
        )

    def _make_group(self, call: Call) -> Document:
        name, vpc = _name(call), self._there.needed(call.path[0])
        said = {
            "RegionId": self._region,
            "VpcId": vpc["vpcId"],
            "SecurityGroupName": name,
            "Description": DESCRIPTION,
        }
        return one_of_its_name(
            self._waits,
            name,
            "securityGroupId",
            lambda: self._there.inside("securityGroup", vpc["vpcId"], name),
            lambda: self._made(self._ecs, "CreateSecurityGroup", "SecurityGroupId", said),
            self._drop_group,
        )

    def _made(self, product: Rpc, operation: str, member: str, said: Document) -> str:
        return made_id(patiently(self._waits, operation, lambda: product.do(operation, said)), member)

    # deleting

    def _delete_vpc(self, call: Call) -> Document:
        (name,) = call.path
        found = self._there.vpc(name)
        if found is None:
            return {}
        own = found["vpcId"]
        for kind in ("vSwitch", "securityGroup"):
            _require_empty(name, kind, self._there.inside(kind, own, None))
        self._drop_vpc(own)
        gone(self._waits, name, lambda: any(each["vpcId"] == own for each in self._there.vpcs(name)))
        return {}

    def _delete_switch(self, call: Call) -> Document:
        return self._delete_inside("vSwitch", call, self._drop_switch)

    def _delete_group(self, call: Call) -> Document:
        return self._delete_inside("securityGroup", call, self._drop_group)

    def _delete_inside(self, kind: str, call: Call, drop: Callable[[str], None]) -> Document:
        vpc, name = call.path
        found = first(self._there.below(vpc, kind, name))
        if found is None:
            return {}
        own = found[IDS[kind]]
        drop(own)

        def listed() -> bool:
            return any(each[IDS[kind]] == own for each in self._there.inside(kind, found["vpcId"], name))

        gone(self._waits, name, listed)
        return {}

    def _drop_vpc(self, own: str) -> None:
        self._drop(self._vpc, "DeleteVpc", "VpcId", own)

    def _drop_switch(self, own: str) -> None:
        self._drop(self._vpc, "DeleteVSwitch", "VSwitchId", own)

    def _drop_group(self, own: str) -> None:
        self._drop(self._ecs, "DeleteSecurityGroup", "SecurityGroupId", own)

    def _drop(self, product: Rpc, operation: str, member: str, own: str) -> None:
        said = {"RegionId": self._region, member: own}
        patiently(self._waits, operation, lambda: product.do(operation, said, GONE))


def _require_empty(vpc: str, kind: str, inside: Sequence[Document]) -> None:
    """Raises `CallFailed` if something is left in a VPC: what is ours is gone by now, and waiting does not end the
    rest."""
    if inside:
        other = joined((kind, inside[0]["name"] or inside[0][IDS[kind]]), " ")
        raise CallFailed(
            t("vpc {vpc} stays: {other} is in it", vpc=vpc, other=other),
            code="NotEmpty",
            http_status=0,
            hint=t("Somebody else made it. What is left is in the console."),
        )


def _name(call: Call) -> str:
    return str((call.body or {})["name"])
