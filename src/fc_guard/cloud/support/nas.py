"""File systems and their mount targets (NAS, 2017-06-26).

Names are not unique here. Of several file systems of one name the oldest counts, for everybody, and of several mount
targets in one network the first by its address: see `network`. A mount target has no name, and is called after its
network.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from fc_guard.cloud.support.fc import FunctionCompute
from fc_guard.cloud.support.nas_answers import (
    in_network,
    items,
    mounted,
    of_file_system,
    of_target,
    oldest,
    storages,
    targets,
)
from fc_guard.cloud.support.network import Network
from fc_guard.cloud.support.product import Actions, Document, Rpc, every, made_id, seen
from fc_guard.cloud.support.reach import Reach
from fc_guard.errors import CallFailed
from fc_guard.kinds.support import network
from fc_guard.kinds.support.storage import CAPACITY, EXTREME, STANDARD
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call

PAGE: Final = 100
GROUP: Final = "DEFAULT_VPC_GROUP_NAME"
"""The permission group that every account has."""
CLOSED: Final = "User.Disabled"
"""The account has not opened NAS, so nothing is there: an answer that the predecessor has seen."""
GONE: Final = ("InvalidFileSystem.NotFound", "InvalidMountTarget.NotFound", "InvalidParam.MountTargetDomain")
BUSY: Final = ("State", "Status")
"""Parts of the codes that say that something is being made or deleted: OperationDenied.InvalidState and its kin."""
STORAGES: Final[Mapping[str, tuple[str, ...]]] = {
    STANDARD: ("Performance", "Capacity"),
    EXTREME: ("standard", "advance"),
}
"""By the sort of file system, first choice first; of the extreme ones the cheaper, where the predecessor takes any."""
TRIES: Final = 12
"""Tries, over some twenty seconds in all."""
ACTIONS: Final[Mapping[str, Actions]] = {
    "fileSystem": Actions(
        ("nas:DescribeFileSystems",),
        ("nas:DescribeZones", "nas:CreateFileSystem", "nas:ModifyFileSystem", "vpc:DescribeVSwitches"),
        ("nas:DeleteFileSystem",),
    ),
    "mountTarget": Actions(
        ("nas:DescribeFileSystems", "vpc:DescribeVpcs"),
        ("nas:CreateMountTarget", "vpc:DescribeVSwitches"),
        ("nas:DeleteMountTarget", "fc:ListServices"),
    ),
}


class FileSystems:
    """The file systems of one account and region."""

    def __init__(self, reach: Reach, sleep: Callable[[float], None] = time.sleep) -> None:
        self._nas = Rpc(reach, "nas", "2017-06-26")
        self._vpc = Rpc(reach, "vpc", "2016-04-28")
        self._network = Network(reach)
        self._fc = FunctionCompute(reach)
        self._region = reach.region
        self._sleep = sleep

    def read(self, id: Address) -> Document | None:
        around = self._named(id.parts[0])
        if around is None or id.kind == "fileSystem":
            return None if around is None else of_file_system(around)
        vpc = self._vpc_of(id.name)
        found = None if vpc is None else in_network(around, vpc)
        return None if found is None else of_target(found, around, id.name)

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        around = self._named(parent.name) if parent is not None else None
        if around is None:
            return None
        ours = network.vpc("", self._region).name
        called = {self._vpc_of(ours): ours} if targets(around) else {}
        vpcs = sorted({str(target.get("VpcId")) for target in targets(around)})
        found = ((vpc, in_network(around, vpc)) for vpc in vpcs)
        return tuple(of_target(target, around, called.get(vpc, vpc)) for vpc, target in found if target is not None)

    def users(self, id: Address) -> tuple[str, ...]:
        there = self.read(id)
        if there is None:
            return ()
        if id.kind == "fileSystem":  # who mounts it is told by its mount targets
            return _writers(there["stored"])
        return self._fc.users(lambda service: there["domain"] in mounted(service))

    def send(self, call: Call) -> Document:
        return {
            "CreateFileSystem": self._make,
            "CreateMountTarget": self._make_target,
            "DeleteFileSystem": self._delete,
            "DeleteMountTarget": self._delete_target,
        }[call.operation](call)

    # making

    def _make(self, call: Call) -> Document:
        body = call.body or {}
        name, sort = str(body["name"]), str(body["fileSystemType"])
        found = self._named(name)
        if found is None:
            own = self._made(name, sort, *self._place(sort, body.get("vSwitchIds") or ()))
            found = seen(lambda: self._named(name), self._sleep)
            if found["FileSystemId"] != own:
                self._patiently("DeleteFileSystem", {"FileSystemId": own})
        return of_file_system(found)

    def _made(self, name: str, sort: str, zone: str, storage: str) -> str:
        """Makes one. An extreme one may come without its description, by which it is found again."""
        said = {
            "RegionId": self._region,
            "FileSystemType": sort,
            "StorageType": storage,
            "ProtocolType": "NFS",
            "ZoneId": zone,
            "Description": name,
            "Capacity": CAPACITY if sort == EXTREME else None,
        }
        try:
            own = made_id(self._nas.do("CreateFileSystem", said), "FileSystemId")
        except CallFailed as error:
            if error.code == CLOSED:
                error.hint = t("Open NAS in its console for this account, or name a file system of your own in s.yaml.")
            raise
        if sort == EXTREME:
            made = seen(lambda: oldest(self._all({"FileSystemId": own})), self._sleep)
            if made.get("Description") != name:
                self._patiently("ModifyFileSystem", {"FileSystemId": own, "Description": name})
        return own

    def _place(self, sort: str, switches: Sequence[str]) -> tuple[str, str]:
        """Returns a zone and a sort of storage: a zone of the functions' switches rather than another, then the better
        storage."""
        answer = self._nas.ask("DescribeZones", {"RegionId": self._region, "FileSystemType": sort}) or {}
        zones = sorted(items(answer, "Zones", "Zone"), key=lambda zone: str(zone.get("ZoneId")))
        near = self._zones(switches).values()
        offered = [
            (zone.get("ZoneId") not in near, rank, str(zone.get("ZoneId")), storage)
            for zone in zones
            for rank, storage in enumerate(STORAGES[sort])
            if storage in storages(zone)
        ]
        if not offered:
            raise CallFailed(
                t("{region} has no zone for such a file system.", region=self._region),
                code="NoZone",
                http_status=0,
                hint=t("Name a file system of your own in s.yaml."),
            )
        _, _, zone, storage = min(offered)
        return zone, storage

    def _make_target(self, call: Call) -> Document:
        body, around = call.body or {}, self._needed(call)
        vpc, switches = str(body["vpcId"]), tuple(body.get("vSwitchIds") or ())
        found = in_network(around, vpc)
        if found is None:
            near = [id for id, zone in self._zones(switches).items() if zone == around.get("ZoneId")]
            said = {
                "RegionId": self._region,
                "FileSystemId": around["FileSystemId"],
                "NetworkType": "Vpc",
                "AccessGroupName": GROUP,
                "VpcId": vpc,
                "VSwitchId": (*near, *switches)[0],
            }
            own = made_id(self._nas.do("CreateMountTarget", said), "MountTargetDomain")
            found = seen(lambda: in_network(self._needed(call), vpc), self._sleep)
            if found["MountTargetDomain"] != own:
                self._remove_target(around, own)
        return of_target(found, around, str(body["name"]))

    def _zones(self, switches: Sequence[str]) -> dict[str, str]:
        """Returns the zone of each switch, in their order."""
        zones: dict[str, str] = {}
        for switch in switches:
            said = {"RegionId": self._region, "VSwitchId": switch}
            for each in items(self._vpc.ask("DescribeVSwitches", said) or {}, "VSwitches", "VSwitch"):
                if each.get("VSwitchId") == switch:
                    zones[switch] = str(each.get("ZoneId"))
        return zones

    # deleting

    def _delete(self, call: Call) -> Document:
        found = self._named(call.path[-1])
        if found is not None:
            self._patiently("DeleteFileSystem", {"FileSystemId": found["FileSystemId"]})
        return {}

    def _delete_target(self, call: Call) -> Document:
        around, vpc = self._named(call.path[0]), self._vpc_of(call.path[-1])
        found = in_network(around, vpc) if around is not None and vpc is not None else None
        if around is not None and found is not None:
            self._remove_target(around, str(found["MountTargetDomain"]))
        return {}

    def _remove_target(self, around: Document, domain: str) -> None:
        """Returns once it is gone: until then the file system and the network cannot be deleted."""
        own = {"FileSystemId": around["FileSystemId"]}
        self._patiently("DeleteMountTarget", {**own, "MountTargetDomain": domain})
        for pause in _pauses():
            left = [target for each in self._all(own) for target in items(each, "MountTargets", "MountTarget")]
            if all(target.get("MountTargetDomain") != domain for target in left):
                return
            self._sleep(pause)
        raise CallFailed(
            t("the mount target {domain} is still being deleted", domain=domain),
            code="NotGone",
            http_status=0,
            hint=t("Run it again in a minute: it goes on from here."),
        )

    def _patiently(self, operation: str, said: Mapping[str, Any]) -> None:
        """Carries out what is refused while something is still being made."""
        asked = {"RegionId": self._region, **said}
        for pause in _pauses():
            try:
                self._nas.do(operation, asked, GONE)
                return
            except CallFailed as error:
                if not any(word in error.code for word in BUSY):
                    raise
            self._sleep(pause)
        self._nas.do(operation, asked, GONE)

    # reading

    def _needed(self, call: Call) -> Document:
        found = self._named(call.path[0])
        if found is None:
            raise CallFailed(t("there is no file system {name}", name=call.path[0]), code="NotThere", http_status=0)
        return found

    def _named(self, name: str) -> Document | None:
        return oldest([each for each in self._all({}) if each.get("Description") == name])

    def _all(self, said: Mapping[str, Any]) -> tuple[Document, ...]:
        def page(number: int) -> tuple[tuple[Document, ...], int]:
            asked = {"RegionId": self._region, "PageSize": PAGE, "PageNumber": number, **said}
            answer = self._nas.ask("DescribeFileSystems", asked, (CLOSED, *GONE)) or {}
            return items(answer, "FileSystems", "FileSystem"), int(answer.get("TotalCount") or 0)

        return every(page)

    def _vpc_of(self, name: str) -> str | None:
        """Returns the id of the network that a mount target is called after; None if that does not exist."""
        ours = network.vpc("", self._region)
        if name != ours.name:
            return name
        found = self._network.read(ours)
        return None if found is None else str(found["vpcId"])


def _writers(stored: Any) -> tuple[str, ...]:
    """Returns whom the files belong to, in words; nobody only where NAS says that there are none."""
    if type(stored) is not int:
        return (t("whoever may have written to it (NAS does not tell how much)"),)
    return (t("whoever wrote the {stored:,} bytes in it", stored=stored),) if stored else ()


def _pauses() -> Iterator[float]:
    return (min(3.0, 0.1 * 2**attempt) for attempt in range(TRIES))
