"""VPCs and their switches. What is made is ready a little later; deleting takes effect at once."""

from __future__ import annotations

import ipaddress
from typing import Final

from fc_local.errors import FcError
from fc_local.neighbourhood import GROUP, MOUNT_TARGET, VPC, VSWITCH, is_ready, services_using
from fc_local.neighbours.frame import Asked, Operation, fits, new_id, page, shown
from fc_local.neighbours.repeats import once
from fc_local.shape import Document

ZONES: Final = ("b", "g", "h")
"""The last letters of a region's zones."""
_PRIVATE: Final = tuple(ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_USUAL_BLOCK: Final = "172.16.0.0/12"


def zones(asked: Asked) -> Document:
    found = [{"ZoneId": zone, "LocalName": zone, "ZoneType": "AvailabilityZone"} for zone in zone_ids(asked)]
    return {"Zones": {"Zone": found}}


def zone_ids(asked: Asked) -> list[str]:
    return [f"{asked.scope.region}-{letter}" for letter in ZONES]


def create(asked: Asked) -> Document:
    block = _block(asked.get("CidrBlock") or _USUAL_BLOCK, "InvalidCidrBlock")
    if not any(block.subnet_of(private) for private in _PRIVATE):
        raise FcError(400, "InvalidCidrBlock", "Specified CidrBlock is not valid.")
    vpc, router, table = new_id("vpc-bp1"), new_id("vrt-bp1"), new_id("vtb-bp1")
    document = {
        "VpcId": vpc,
        "VpcName": asked.get("VpcName"),
        "Description": asked.get("Description"),
        "CidrBlock": str(block),
        "RegionId": asked.scope.region,
        "VRouterId": router,
        "CreationTime": asked.now(),
        "IsDefault": False,
        **asked.times(),
    }
    asked.keep(VPC, (vpc,), document)
    return {"VpcId": vpc, "VRouterId": router, "RouteTableId": table}


def describe(asked: Asked) -> Document:
    wanted = [name for name in asked.get("VpcId").split(",") if name]
    found = [_shown(asked, each) for each in asked.listed(VPC) if fits(each, asked, "VpcName")]
    return page(asked, [each for each in found if not wanted or each["VpcId"] in wanted], "Vpcs", "Vpc")


def attribute(asked: Asked) -> Document:
    return _shown(asked, found_vpc(asked, asked.need("VpcId")))


def delete(asked: Asked) -> Document:
    document = found_vpc(asked, asked.need("VpcId"))
    require_ready(asked, document)
    for kind, what in ((VSWITCH, "VSwitch"), (GROUP, "SecurityGroup")):
        if any(each["VpcId"] == document["VpcId"] for each in asked.all(kind)):
            raise FcError(400, f"DependencyViolation.{what}", "Specified object has dependent resources.")
    asked.drop(VPC, document["VpcId"])
    return {}


def create_switch(asked: Asked) -> Document:
    vpc = found_vpc(asked, asked.need("VpcId"))
    zone, text = asked.need("ZoneId"), asked.need("CidrBlock")
    require_ready(asked, vpc)
    if zone not in zone_ids(asked):
        raise FcError(404, "InvalidZoneId.NotFound", "Specified value of ZoneId is not exists.")
    block = _block(text, "InvalidCidrBlock.Malformed")
    if not 16 <= block.prefixlen <= 29 or not block.subnet_of(ipaddress.IPv4Network(vpc["CidrBlock"])):
        raise FcError(400, "InvalidCidrBlock.Malformed", "Specified CidrBlock is not valid.")
    if any(block.overlaps(ipaddress.IPv4Network(each["CidrBlock"])) for each in _switches(asked, vpc["VpcId"])):
        raise FcError(400, "InvalidCidrBlock.Overlapped", "Specified CIDR block overlapped with other subnets.")
    name = new_id("vsw-bp1")
    document = {
        "VSwitchId": name,
        "VSwitchName": asked.get("VSwitchName"),
        "Description": asked.get("Description"),
        "VpcId": vpc["VpcId"],
        "ZoneId": zone,
        "CidrBlock": str(block),
        "AvailableIpAddressCount": block.num_addresses - 4,  # the first and the last three are the network's own
        "CreationTime": asked.now(),
        "IsDefault": False,
        **asked.times(),
    }
    asked.keep(VSWITCH, (name,), document)
    return {"VSwitchId": name}


def describe_switches(asked: Asked) -> Document:
    names = ("VpcId", "VSwitchName", "ZoneId", "VSwitchId")
    found = [_with_status(asked, each) for each in asked.listed(VSWITCH) if fits(each, asked, *names)]
    return page(asked, found, "VSwitches", "VSwitch")


def switch_attributes(asked: Asked) -> Document:
    return _with_status(asked, found_switch(asked, asked.need("VSwitchId")))


def delete_switch(asked: Asked) -> Document:
    document = found_switch(asked, asked.need("VSwitchId"))
    name = document["VSwitchId"]
    if not is_ready(document, asked.now()):
        raise FcError(400, "IncorrectVSwitchStatus", "The status of the vSwitch does not support this operation.")
    mounted = any(each["VswId"] == name for each in asked.all_below(MOUNT_TARGET))
    if mounted or services_using(asked.services(), "vSwitchIds", name):
        raise FcError(400, "DependencyViolation", "Specified object has dependent resources.")
    asked.drop(VSWITCH, name)
    return {}


def found_vpc(asked: Asked, name: str) -> Document:
    document = asked.find(VPC, name)
    if document is None:
        raise FcError(404, "InvalidVpcId.NotFound", "Specified VPC does not exist.")
    return document


def found_switch(asked: Asked, name: str) -> Document:
    document = asked.find(VSWITCH, name)
    if document is None:
        raise FcError(404, "InvalidVSwitchId.NotFound", "Specified virtual switch does not exist.")
    return document


def require_ready(asked: Asked, vpc: Document, status: int = 400) -> None:
    if not is_ready(vpc, asked.now()):
        raise FcError(status, "IncorrectVpcStatus", "Current VPC status does not support this operation.")


def _shown(asked: Asked, document: Document) -> Document:
    switches = [each["VSwitchId"] for each in _switches(asked, document["VpcId"])]
    return {**_with_status(asked, document), "VSwitchIds": {"VSwitchId": switches}}


def _with_status(asked: Asked, document: Document) -> Document:
    status = "Available" if is_ready(document, asked.now()) else "Pending"
    return {**shown(document), "Status": status}


def _switches(asked: Asked, vpc: str) -> list[Document]:
    return [each for each in asked.all(VSWITCH) if each["VpcId"] == vpc]


def _block(text: str, code: str) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(text)
    except ValueError as error:
        raise FcError(400, code, "Specified CidrBlock is not valid.") from error


OPERATIONS: Final[dict[str, Operation]] = {
    "DescribeZones": zones,
    "CreateVpc": once(create),
    "DescribeVpcs": describe,
    "DescribeVpcAttribute": attribute,
    "DeleteVpc": delete,
    "CreateVSwitch": once(create_switch),
    "DescribeVSwitches": describe_switches,
    "DescribeVSwitchAttributes": switch_attributes,
    "DeleteVSwitch": delete_switch,
}
