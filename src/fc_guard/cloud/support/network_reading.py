"""What networks there are: VPCs, their switches (VPC, 2016-04-28) and their security groups (ECS, 2014-05-26).

None of their names is unique: see `twins`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.cloud.support.fc import FunctionCompute
from fc_guard.cloud.support.lists import every, items
from fc_guard.cloud.support.product import Document, Rpc
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.support.twins import first, oldest_first
from fc_guard.errors import CallFailed
from fc_guard.language import t

PAGE: Final = 50
IDS: Final[Mapping[str, str]] = {"vpc": "vpcId", "vSwitch": "vSwitchId", "securityGroup": "securityGroupId"}


class Networks:
    """The networks of one account and region, the oldest of a name first."""

    def __init__(self, reach: Reach) -> None:
        self._vpc = Rpc(reach, "vpc", "2016-04-28")
        self._ecs = Rpc(reach, "ecs", "2014-05-26")
        self._fc = FunctionCompute(reach)
        self._region = reach.region

    def vpc(self, name: str) -> Document | None:
        """Returns the VPC that counts."""
        return first(self.vpcs(name))

    def needed(self, name: str) -> Document:
        """Returns the VPC that counts. Raises `CallFailed` if there is none."""
        found = self.vpc(name)
        if found is None:
            raise CallFailed(t("there is no VPC {name}", name=name), code="NotThere", http_status=0)
        return found

    def vpcs(self, name: str) -> tuple[Document, ...]:
        needed = ("VpcId", "CidrBlock", "CreationTime")
        found = self._all(self._vpc, "DescribeVpcs", {"VpcName": name}, ("Vpcs", "Vpc"), needed)
        return oldest_first([_vpc(each) for each in found if each.get("VpcName") == name], "vpcId")

    def below(self, vpc: str, kind: str, name: str) -> tuple[Document, ...]:
        """Returns what is called that in a VPC, which is named by its name."""
        around = self.vpc(vpc)
        return () if around is None else self.inside(kind, around["vpcId"], name)

    def inside(self, kind: str, vpc: str, name: str | None) -> tuple[Document, ...]:
        """Returns the switches or groups in a VPC, which is named by its id."""
        found = self._switches(vpc, name) if kind == "vSwitch" else self._groups(vpc, name)
        here = [each for each in found if each["vpcId"] == vpc and name in (None, each["name"])]
        return oldest_first(here, IDS[kind])

    def zone(self) -> str:
        """Returns the first zone in which both a switch and functions can be. Raises `CallFailed` if there is none."""
        answer = self._vpc.ask("DescribeZones", {"RegionId": self._region}) or {}
        zones = {str(zone["ZoneId"]) for zone in items("DescribeZones", answer, ("Zones", "Zone"), ("ZoneId",))}
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

    def _switches(self, vpc: str, name: str | None) -> list[Document]:
        said, needed = {"VpcId": vpc, "VSwitchName": name}, ("VSwitchId", "VpcId", "CidrBlock", "CreationTime")
        found = self._all(self._vpc, "DescribeVSwitches", said, ("VSwitches", "VSwitch"), needed)
        return [_switch(each) for each in found]

    def _groups(self, vpc: str, name: str | None) -> list[Document]:
        said, needed = {"VpcId": vpc, "SecurityGroupName": name}, ("SecurityGroupId", "CreationTime")
        found = self._all(self._ecs, "DescribeSecurityGroups", said, ("SecurityGroups", "SecurityGroup"), needed)
        return [_group(each) for each in found]

    def _all(
        self,
        product: Rpc,
        operation: str,
        said: Mapping[str, Any],
        place: tuple[str, str],
        needed: tuple[str, ...],
    ) -> tuple[Document, ...]:
        def page(number: int) -> Document:
            asked = {"RegionId": self._region, "PageSize": PAGE, "PageNumber": number, **said}
            return product.ask(operation, asked) or {}

        return every(operation, page, place, needed)


def _vpc(each: Document) -> Document:
    return {
        "name": each["VpcName"],
        "vpcId": each["VpcId"],
        "cidrBlock": each["CidrBlock"],
        "status": each.get("Status"),
        "createdAt": each["CreationTime"],
    }


def _switch(each: Document) -> Document:
    return {
        "name": each.get("VSwitchName"),
        "vSwitchId": each["VSwitchId"],
        "vpcId": each["VpcId"],
        "zoneId": each.get("ZoneId"),
        "cidrBlock": each["CidrBlock"],
        "status": each.get("Status"),
        "createdAt": each["CreationTime"],
    }


def _group(each: Document) -> Document:
    return {
        "name": each.get("SecurityGroupName"),
        "securityGroupId": each["SecurityGroupId"],
        "vpcId": each.get("VpcId"),
        "createdAt": each["CreationTime"],
    }
