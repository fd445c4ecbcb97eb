"""VPCs, their switches (VPC, 2016-04-28) and their security groups (ECS, 2014-05-26).

None of their names is unique. Of several of one name the oldest counts, for everybody: so two runs that make one at the
same time end up with the same, and the later one deletes its own again, in which nothing is yet.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fc_guard.cloud.support.fc import FunctionCompute
from fc_guard.cloud.support.product import Actions, Document, Rpc, every, made_id, seen
from fc_guard.cloud.support.reach import Reach
from fc_guard.errors import CallFailed
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call

PAGE: Final = 50
BLOCK: Final = "10.0.0.0/8"
DESCRIPTION: Final = "made by fc-guard"
GONE: Final = (
    "InvalidVpcId.NotFound",
    "InvalidVpcID.NotFound",
    "InvalidVSwitchId.NotFound",
    "InvalidSecurityGroupId.NotFound",
)
ACTIONS: Final[Mapping[str, Actions]] = {
    "vpc": Actions(("vpc:DescribeVpcs",), ("vpc:CreateVpc",), ("vpc:DeleteVpc", "fc:ListServices")),
    "vSwitch": Actions(
        ("vpc:DescribeVpcs", "vpc:DescribeVSwitches"),
        ("vpc:CreateVSwitch", "vpc:DescribeZones", "fc:GetAccountSettings"),
        ("vpc:DeleteVSwitch", "fc:ListServices"),
    ),
    "securityGroup": Actions(
        ("vpc:DescribeVpcs", "ecs:DescribeSecurityGroups"),
        ("ecs:CreateSecurityGroup",),
        ("ecs:DeleteSecurityGroup", "fc:ListServices"),
    ),
}


class Network:
    """The networks of one account and region."""

    def __init__(self, reach: Reach) -> None:
        self._vpc = Rpc(reach, "vpc", "2016-04-28")
        self._ecs = Rpc(reach, "ecs", "2014-05-26")
        self._fc = FunctionCompute(reach)
        self._region = reach.region

    def read(self, id: Address) -> Document | None:
        if id.kind == "vpc":
            return _oldest(self._vpcs(id.name))
        around = self._around(id.parts[0])
        inside = self._inside(id.kind, around["vpcId"], id.name) if around is not None else ()
        return _oldest(inside)

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        around = self._around(parent.name) if parent is not None else None
        return None if around is None else self._inside(kind, around["vpcId"], None)

    def users(self, id: Address) -> tuple[str, ...]:
        there = self.read(id)
        if there is None:
            return ()
        member = {"vpc": "vpcId", "vSwitch": "vSwitchIds", "securityGroup": "securityGroupId"}[id.kind]
        own = there[{"vSwitchIds": "vSwitchId"}.get(member, member)]

        def uses(service: Document) -> bool:
            said = (service.get("vpcConfig") or {}).get(member)
            return own in said if isinstance(said, list) else own == said

        return self._fc.users(uses)

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
        name = str((call.body or {})["name"])

        def make() -> str:
            said = {"RegionId": self._region, "VpcName": name, "CidrBlock": BLOCK, "Description": DESCRIPTION}
            return made_id(self._vpc.do("CreateVpc", said), "VpcId")

        return _one_of_its_name(
            make,
            lambda: self._vpcs(name),
            "vpcId",
            lambda own: self._vpc.do("DeleteVpc", {"RegionId": self._region, "VpcId": own}, GONE),
        )

    def _make_switch(self, call: Call) -> Document:
        name, vpc = str((call.body or {})["name"]), self._needed(call)
        zone, taken = self._zone(), [each["cidrBlock"] for each in self._inside("vSwitch", vpc["vpcId"], None)]

        def make() -> str:
            said = {
                "RegionId": self._region,
                "VpcId": vpc["vpcId"],
                "ZoneId": zone,
                "VSwitchName": name,
                "CidrBlock": free_block(vpc["cidrBlock"], taken),
                "Description": DESCRIPTION,
            }
            return made_id(self._vpc.do("CreateVSwitch", said), "VSwitchId")

        return _one_of_its_name(
            make,
            lambda: self._inside("vSwitch", vpc["vpcId"], name),
            "vSwitchId",
            lambda own: self._vpc.do("DeleteVSwitch", {"RegionId": self._region, "VSwitchId": own}, GONE),
        )

    def _make_group(self, call: Call) -> Document:
        name, vpc = str((call.body or {})["name"]), self._needed(call)

        def make() -> str:
            said = {
                "RegionId": self._region,
                "VpcId": vpc["vpcId"],
                "SecurityGroupName": name,
                "Description": DESCRIPTION,
            }
            return made_id(self._ecs.do("CreateSecurityGroup", said), "SecurityGroupId")

        return _one_of_its_name(
            make,
            lambda: self._inside("securityGroup", vpc["vpcId"], name),
            "securityGroupId",
            lambda own: self._ecs.do("DeleteSecurityGroup", {"RegionId": self._region, "SecurityGroupId": own}, GONE),
        )

    def _zone(self) -> str:
        """Returns the first zone in which both a switch and functions can be. Raises `CallFailed` if there is none."""
        answer = self._vpc.ask("DescribeZones", {"RegionId": self._region}) or {}
        zones = {str(zone.get("ZoneId")) for zone in _items(answer, "Zones", "Zone")}
        allowed = set(self._fc.zones()) or zones
        found = min(zones & allowed, default="")
        if not found:
            raise CallFailed(
                t("{region} has no zone in which functions can reach a network.", region=self._region),
                code="NoZone",
                http_status=0,
                hint=t("Open the console of Function Compute once and allow VPC there, or name a network in s.yaml."),
            )
        return found

    # deleting

    def _delete_vpc(self, call: Call) -> Document:
        return self._delete(call, self._vpcs(call.path[-1]), self._vpc, "DeleteVpc", ("VpcId", "vpcId"))

    def _delete_switch(self, call: Call) -> Document:
        return self._delete(call, self._below(call, "vSwitch"), self._vpc, "DeleteVSwitch", ("VSwitchId", "vSwitchId"))

    def _delete_group(self, call: Call) -> Document:
        return self._delete(
            call,
            self._below(call, "securityGroup"),
            self._ecs,
            "DeleteSecurityGroup",
            ("SecurityGroupId", "securityGroupId"),
        )

    def _delete(
        self, call: Call, there: Sequence[Document], product: Rpc, operation: str, names: tuple[str, str]
    ) -> Document:
        found = _oldest(there)
        if found is not None:
            product.do(operation, {"RegionId": self._region, names[0]: found[names[1]]}, GONE)
        return {}

    def _below(self, call: Call, kind: str) -> tuple[Document, ...]:
        around = self._around(call.path[0])
        return () if around is None else self._inside(kind, around["vpcId"], call.path[-1])

    # reading

    def _needed(self, call: Call) -> Document:
        found = self._around(call.path[0])
        if found is None:
            raise CallFailed(t("there is no VPC {name}", name=call.path[0]), code="NotThere", http_status=0)
        return found

    def _around(self, name: str) -> Document | None:
        return _oldest(self._vpcs(name))

    def _vpcs(self, name: str) -> tuple[Document, ...]:
        found = self._all(self._vpc, "DescribeVpcs", {"VpcName": name}, ("Vpcs", "Vpc"))
        return tuple(_vpc(each) for each in found if each.get("VpcName") == name)

    def _inside(self, kind: str, vpc: str, name: str | None) -> tuple[Document, ...]:
        if kind == "vSwitch":
            found = self._all(
                self._vpc, "DescribeVSwitches", {"VpcId": vpc, "VSwitchName": name}, ("VSwitches", "VSwitch")
            )
            shown = [_switch(each) for each in found]
        else:
            said = {"VpcId": vpc, "SecurityGroupName": name}
            shown = [
                _group(each)
                for each in self._all(self._ecs, "DescribeSecurityGroups", said, ("SecurityGroups", "SecurityGroup"))
            ]
        return tuple(each for each in shown if each["vpcId"] == vpc and name in (None, each["name"]))

    def _all(
        self, product: Rpc, operation: str, said: Mapping[str, Any], place: tuple[str, str]
    ) -> tuple[Document, ...]:
        def page(number: int) -> tuple[tuple[Document, ...], int]:
            asked = {"RegionId": self._region, "PageSize": PAGE, "PageNumber": number, **said}
            answer = product.ask(operation, asked) or {}
            return _items(answer, *place), int(answer.get("TotalCount") or 0)

        return every(page)


def free_block(around: str, taken: Sequence[str]) -> str:
    """Returns the first block of 65,536 addresses, from the predecessor's on, that no other switch has."""
    others = [ipaddress.ip_network(block) for block in taken]
    blocks = ipaddress.ip_network(around).subnets(new_prefix=16)
    free = [block for block in blocks if not any(block.overlaps(other) for other in others)]
    if not free:
        raise CallFailed(
            t("the VPC {block} has no addresses left for a switch", block=around),
            code="NoAddresses",
            http_status=0,
            hint=t("Name a network of your own in s.yaml."),
        )
    usual = ipaddress.ip_network("10.20.0.0/16")
    return str(next((block for block in free if block == usual), free[0]))


def _one_of_its_name(
    make: Callable[[], str],
    there: Callable[[], tuple[Document, ...]],
    member: str,
    delete: Callable[[str], Any],
) -> Document:
    """Makes one unless there is one by now; of several that were made at the same time, only the oldest stays."""
    before = _oldest(there())
    if before is not None:
        return before
    own = make()
    found = seen(lambda: _oldest(there()))
    if found[member] != own:
        delete(own)
    return found


def _oldest(documents: Sequence[Document]) -> Document | None:
    return min(documents, key=lambda each: (each["createdAt"], str(sorted(each.items(), key=str))), default=None)


def _items(answer: Document, *place: str) -> tuple[Document, ...]:
    value: Any = answer
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    return tuple(each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()


def _vpc(each: Document) -> Document:
    return {
        "name": each.get("VpcName"),
        "vpcId": each.get("VpcId"),
        "cidrBlock": each.get("CidrBlock") or BLOCK,
        "status": each.get("Status"),
        "createdAt": str(each.get("CreationTime")),
    }


def _switch(each: Document) -> Document:
    return {
        "name": each.get("VSwitchName"),
        "vSwitchId": each.get("VSwitchId"),
        "vpcId": each.get("VpcId"),
        "zoneId": each.get("ZoneId"),
        "cidrBlock": each.get("CidrBlock"),
        "status": each.get("Status"),
        "createdAt": str(each.get("CreationTime")),
    }


def _group(each: Document) -> Document:
    return {
        "name": each.get("SecurityGroupName"),
        "securityGroupId": each.get("SecurityGroupId"),
        "vpcId": each.get("VpcId"),
        "createdAt": str(each.get("CreationTime")),
    }
