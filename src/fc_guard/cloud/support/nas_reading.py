"""What file systems and mount targets there are (NAS, 2017-06-26).

Names are not unique here: see `twins`. Of several mount targets in one network the first by its address counts. A mount
target has no name, and is called after its network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fc_guard.cloud.support.fc import member_of
from fc_guard.cloud.support.lists import every, items, struct
from fc_guard.cloud.support.network_reading import Networks
from fc_guard.cloud.support.product import Document, Rpc
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.support.twins import first, oldest_first
from fc_guard.errors import CallFailed
from fc_guard.kinds.support import network
from fc_guard.kinds.support.storage import EXTREME, NAMES, STANDARD, blocked
from fc_guard.language import t

PAGE: Final = 100
READ: Final = "DescribeFileSystems"
CLOSED: Final = "User.Disabled"
"""The account has not opened NAS, so nothing is there: an answer that the predecessor has seen."""
GONE: Final = ("InvalidFileSystem.NotFound", "InvalidMountTarget.NotFound", "InvalidParam.MountTargetDomain")
LEAVING: Final = ("Deleting",)
"""The state of what is as good as deleted. What is stopped or inactive is not: its files are in it."""
PERFORMANCE: Final = ("Performance", "Capacity")


class FileSystemList:
    """The file systems of one account and region, as documents of their kinds."""

    def __init__(self, reach: Reach) -> None:
        self._nas = Rpc(reach, "nas", "2017-06-26")
        self._vpc = Rpc(reach, "vpc", "2016-04-28")
        self._networks = Networks(reach)
        self._region = reach.region

    def needed(self, name: str) -> Document:
        """Returns the file system that counts. Raises `CallFailed` if there is none."""
        found = first(self.named(name))
        if found is None:
            raise CallFailed(t("there is no file system {name}", name=name), code="NotThere", http_status=0)
        return found

    def named(self, name: str) -> tuple[Document, ...]:
        """Returns the file systems of a name: those that are stopped last, since the predecessor makes others beside
        them."""
        there = [each for each in self._all(None, self._sort(name)) if _is_there(each)]
        found = [_file_system(each) for each in there if each.get("Description") == name]
        return tuple(sorted(oldest_first(found, "fileSystemId"), key=_is_stopped))

    def by_id(self, own: str, sort: str) -> Document | None:
        found = [each for each in self._all(own, sort) if each["FileSystemId"] == own]
        return _file_system(found[0]) if found else None

    def targets(self, around: Document) -> tuple[Document, ...]:
        """Returns the mount targets of a file system, which is looked up anew, by their addresses."""
        found = self._all(around["fileSystemId"], around["fileSystemType"])
        inside = [each for one in found for each in _targets(one)]
        there = [_target(each, around) for each in inside if _is_there(each)]
        return tuple(sorted(there, key=lambda each: (_is_stopped(each), str(each["domain"]))))

    def has_target(self, around: Document, domain: str) -> bool:
        """Says whether a mount target is still listed, in whichever state."""
        found = self._all(around["fileSystemId"], around["fileSystemType"])
        return any(each["MountTargetDomain"] == domain for one in found for each in _targets(one))

    def in_network(self, around: Document, vpc: str, name: str) -> tuple[Document, ...]:
        return tuple({**each, "name": name} for each in self.targets(around) if each["vpcId"] == vpc)

    def in_switch(self, switch: str, vpc: str) -> tuple[str, ...]:
        """Returns the mount targets in a switch, as addresses are written; `vpc` is the name of the network."""
        there = [each for sort in NAMES for each in self._all(None, sort)]
        return tuple(
            _called(each, target, vpc)
            for each in there
            for target in _targets(each)
            if _is_there(target) and target.get("VswId") == switch
        )

    def vpc_of(self, name: str) -> str | None:
        """Returns the id of the network that a mount target is called after; None if that does not exist."""
        ours = network.vpc("", self._region)
        if name != ours.name:
            return name
        found = self._networks.vpc(ours.name)
        return None if found is None else str(found["vpcId"])

    def zones(self, sort: str) -> tuple[Document, ...]:
        """Returns the zones that offer a sort of file system."""
        answer = self._nas.ask("DescribeZones", {"RegionId": self._region, "FileSystemType": sort}) or {}
        return items("DescribeZones", answer, ("Zones", "Zone"), ("ZoneId",))

    def zones_of(self, switches: Sequence[str]) -> dict[str, str]:
        """Returns the zone of each switch, in their order."""
        zones: dict[str, str] = {}
        for switch in switches:
            said = {"RegionId": self._region, "VSwitchId": switch}
            answer = self._vpc.ask("DescribeVSwitches", said) or {}
            for each in items("DescribeVSwitches", answer, ("VSwitches", "VSwitch"), ("VSwitchId", "ZoneId")):
                if each["VSwitchId"] == switch:
                    zones[switch] = str(each["ZoneId"])
        return zones

    def _sort(self, name: str) -> str:
        return EXTREME if name == NAMES[EXTREME].format(region=self._region) else STANDARD

    def _all(self, own: str | None, sort: str | None) -> tuple[Document, ...]:
        """Returns all file systems of a sort, or one of them. The sort is always said: without it, the list is of all
        sorts, and by the documents of 2019 of general ones alone."""

        def page(number: int) -> Document:
            said = {"FileSystemId": own, "FileSystemType": sort}
            asked = {"RegionId": self._region, "PageSize": PAGE, "PageNumber": number, **said}
            answer = self._nas.ask(READ, asked, (CLOSED, *GONE))
            return {"FileSystems": {"FileSystem": []}, "TotalCount": 0} if answer is None else answer

        return every(READ, page, ("FileSystems", "FileSystem"), ("FileSystemId", "CreateTime"))


def storages(zone: Document) -> set[str]:
    """Returns what a zone offers: the members Performance and Capacity tell it of general file systems."""
    types = struct("DescribeZones", zone, "InstanceTypes")
    listed = items("DescribeZones", types, ("InstanceType",)) if "InstanceType" in types else ()
    told = {name for name in PERFORMANCE if struct("DescribeZones", zone, name).get("Protocol")}
    return {str(each.get("StorageType")) for each in listed} | told


def mounted(service: Document) -> set[str]:
    """Returns the addresses of the mount targets that a service uses."""
    config = member_of(service, "nasConfig")
    points = items("ListServices", config, ("mountPoints",)) if config.get("mountPoints") is not None else ()
    return {str(point.get("serverAddr")).partition(":")[0] for point in points}


def _called(file_system: Document, target: Document, vpc: str) -> str:
    name = file_system.get("Description")
    return f"mountTarget {name}/{vpc}" if name else t("mount target {domain}", domain=target["MountTargetDomain"])


def _is_stopped(document: Document) -> bool:
    return bool(blocked(document))


def _is_there(each: Document) -> bool:
    return each.get("Status") not in LEAVING


def _targets(file_system: Document) -> tuple[Document, ...]:
    return items(READ, file_system, ("MountTargets", "MountTarget"), ("MountTargetDomain",))


def _file_system(each: Document) -> Document:
    return {
        "name": each.get("Description"),
        "fileSystemId": each["FileSystemId"],
        "fileSystemType": each.get("FileSystemType"),
        "storageType": each.get("StorageType"),
        "zoneId": each.get("ZoneId"),
        "stored": each.get("MeteredSize"),
        "status": each.get("Status"),
        "createdAt": each["CreateTime"],
    }


def _target(each: Document, around: Document) -> Document:
    return {
        "name": None,
        "fileSystemId": around["fileSystemId"],
        "domain": each["MountTargetDomain"],
        "vpcId": each.get("VpcId"),
        "vSwitchIds": [each.get("VswId")],
        "status": each.get("Status"),
    }
