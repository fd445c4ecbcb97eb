"""The network that `vpcConfig: auto` asks for: a VPC with a switch and a security group. Names and settings are the
predecessor's, so that what it made is found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fc_guard.core.rows import rules_of
from fc_guard.kinds.support.auto import is_auto
from fc_guard.kinds.support.provider import SUPPORT
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields
from fc_guard.model.kinds import Holder, Home, Kind, Lifecycle, Operations
from fc_guard.model.outputs import Output
from fc_guard.model.resources import Desired
from fc_guard.model.rows import given, servers

NAME: Final = "fc-deploy-component-generated-{what}-{region}"
AVAILABLE: Final = "Available"
USERS: Final = (Holder("users", "users", lambda item, id: str(item)),)


def asks(props: Mapping[str, Any]) -> bool:
    """Says whether a service is to be in a network of ours: a file system is reached through one, too."""
    service = props["service"]
    return is_auto(service.get("vpcConfig")) or (is_auto(service.get("nasConfig")) and not service.get("vpcConfig"))


def vpc(account: str, region: str) -> Address:
    return Address(SUPPORT, account, region, "vpc", (NAME.format(what="vpc", region=region),))


def switch(account: str, region: str) -> Address:
    return vpc(account, region).child("vSwitch", NAME.format(what="vswitch", region=region))


def group(account: str, region: str) -> Address:
    return vpc(account, region).child("securityGroup", NAME.format(what="securityGroup", region=region))


def of_service(props: Mapping[str, Any], account: str, region: str) -> Fields:
    """Returns the network that a service gets where online has none."""
    if not asks(props):
        return {}
    return {
        ("vpcConfig", "vpcId"): Output(vpc(account, region), "vpcId"),
        ("vpcConfig", "vSwitchIds"): (Output(switch(account, region), "vSwitchId"),),
        ("vpcConfig", "securityGroupId"): Output(group(account, region), "securityGroupId"),
    }


def named(props: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the network that s.yaml names by its ids; {} if that is left to us."""
    said = props["service"].get("vpcConfig")
    return said if isinstance(said, Mapping) else {}


def named_switches(props: Mapping[str, Any]) -> tuple[str, ...]:
    said = named(props)
    return tuple(said.get("vswitchIds") or said.get("vSwitchIds") or ())


def vpcs(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    return _asked(props, vpc(account, region), "vpcId", [named(props).get("vpcId")])


def switches(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    return _asked(props, switch(account, region), "vSwitchId", named_switches(props))


def groups(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    return _asked(props, group(account, region), "securityGroupId", [named(props).get("securityGroupId")])


def meant(props: Mapping[str, Any], account: str, region: str) -> frozenset[Address]:
    """Returns what s.yaml may mean by the ids of the network that it names."""
    found = (each for of in (vpcs, switches, groups) for each in of(props, account, region))
    return frozenset(each.id for each in found if each.named_by)


def _asked(props: Mapping[str, Any], id: Address, member: str, said: Iterable[Any]) -> tuple[Desired, ...]:
    """Returns what a service asks for. A file system is reached through the network that s.yaml names, which may be
    this one all the same."""
    if asks(props):
        return (Desired(id, {}, on_demand=True),)
    reached = is_auto(props["service"].get("nasConfig"))
    ids = tuple(Output(id, member, text=each) for each in said if each) if reached else ()
    return (Desired(id, {}, on_demand=True, named_by=ids),) if ids else ()


def no_props(fields: Fields) -> dict[str, Any]:
    """Returns nothing: s.yaml says `auto`, whatever is online."""
    return {}


def is_available(document: Mapping[str, Any]) -> bool:
    return document.get("status") == AVAILABLE


VPC = Kind(
    name="vpc",
    provider=SUPPORT,
    api="VPC",
    parent=None,
    home=Home(("support", "vpc")),
    name_field="name",
    list_field="vpcs",
    operations=Operations("CreateVpc", "DescribeVpcs", "", "DeleteVpc", ""),
    rules=rules_of((*given("vpcId"), *servers("name", "cidrBlock", "status", "createdAt"))),
    desired=vpcs,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    ready=is_available,
    late=True,
    holders=USERS,
)
V_SWITCH = Kind(
    name="vSwitch",
    provider=SUPPORT,
    api="VPC",
    parent="vpc",
    home=Home(("support", "vSwitch")),
    name_field="name",
    list_field="vSwitches",
    operations=Operations("CreateVSwitch", "DescribeVSwitches", "", "DeleteVSwitch", "DescribeVSwitches"),
    rules=rules_of((*given("vSwitchId"), *servers("name", "vpcId", "zoneId", "cidrBlock", "status", "createdAt"))),
    desired=switches,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    ready=is_available,
    late=True,
    holders=USERS,
)
SECURITY_GROUP = Kind(
    name="securityGroup",
    provider=SUPPORT,
    api="ECS",
    parent="vpc",
    home=Home(("support", "securityGroup")),
    name_field="name",
    list_field="securityGroups",
    operations=Operations(
        "CreateSecurityGroup", "DescribeSecurityGroups", "", "DeleteSecurityGroup", "DescribeSecurityGroups"
    ),
    rules=rules_of((*given("securityGroupId"), *servers("name", "vpcId", "createdAt"))),
    desired=groups,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    late=True,
    holders=USERS,
)
