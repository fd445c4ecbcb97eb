"""Makes and deletes file systems and their mount targets (NAS, 2017-06-26)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from fc_guard.cloud.support.nas_reading import CLOSED, GONE, FileSystemList, mounted, storages
from fc_guard.cloud.support.patience import gone, patiently, until
from fc_guard.cloud.support.product import Actions, Document, Rpc, made_id
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.support.service_users import LOOKED_AT, ServiceUsers
from fc_guard.cloud.support.twins import LISTED, first, one_of_its_name
from fc_guard.errors import CallFailed, GuardError, Interrupted
from fc_guard.kinds.support import network
from fc_guard.kinds.support.storage import CAPACITY, EXTREME, STANDARD
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call

GROUP: Final = "DEFAULT_VPC_GROUP_NAME"
"""The permission group that every account has."""
STORAGES: Final[Mapping[str, tuple[str, ...]]] = {
    STANDARD: ("Performance", "Capacity"),
    EXTREME: ("standard", "advance"),
}
"""By the sort of file system, first choice first; of the extreme ones the cheaper, where the predecessor takes any."""
ACTIONS: Final[Mapping[str, Actions]] = {
    "fileSystem": Actions(
        ("nas:DescribeFileSystems",),
        ("nas:DescribeZones", "nas:CreateFileSystem", "nas:ModifyFileSystem", "vpc:DescribeVSwitches"),
        ("nas:DeleteFileSystem",),
    ),
    "mountTarget": Actions(
        ("nas:DescribeFileSystems", "vpc:DescribeVpcs"),
        ("nas:CreateMountTarget", "vpc:DescribeVSwitches"),
        ("nas:DeleteMountTarget", *LOOKED_AT),
    ),
}


class FileSystems:
    """The file systems of one account and region."""

    def __init__(self, reach: Reach) -> None:
        self._nas = Rpc(reach, "nas", "2017-06-26")
        self._there = FileSystemList(reach)
        self._services = ServiceUsers(reach)
        self._region = reach.region
        self._waits = reach.waits

    def read(self, id: Address) -> Document | None:
        around = first(self._there.named(id.parts[0]))
        if around is None or id.kind == "fileSystem":
            return around
        vpc = self._there.vpc_of(id.name)
        return None if vpc is None else first(self._there.in_network(around, vpc, id.name))

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        around = first(self._there.named(parent.name)) if parent is not None else None
        if around is None:
            return None
        targets = self._there.targets(around)
        ours = network.vpc("", self._region).name
        called = {self._there.vpc_of(ours): ours} if targets else {}
        found = {str(each["vpcId"]): each for each in reversed(targets)}
        return tuple({**found[vpc], "name": called.get(vpc, vpc)} for vpc in sorted(found))

    def users(self, id: Address) -> tuple[str, ...]:
        there = self.read(id)
        if there is None:
            return ()
        if id.kind == "fileSystem":  # who mounts it is told by its mount targets
            return _writers(there["stored"])
        return self._services.of(lambda service: there["domain"] in mounted(service))

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
        return one_of_its_name(
            self._waits,
            name,
            "fileSystemId",
            lambda: self._there.named(name),
            lambda: self._made(name, sort, *self._place(sort, body.get("vSwitchIds") or ())),
            self._drop,
        )

    def _made(self, name: str, sort: str, zone: str, storage: str) -> str:
        """Makes one. Returns its id."""
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
            self._name(own, name)
        return own

    def _name(self, own: str, name: str) -> None:
        """Gives an extreme file system its description, by which it is found again: it may come without. Whatever ends
        that, none is left that nobody finds, or its id is told."""
        try:
            what = t("file system {id} is not listed yet", id=own)
            made = until(self._waits, what, LISTED, lambda: self._there.by_id(own, EXTREME))
            if made is None or made["name"] != name:
                self._patiently("ModifyFileSystem", {"FileSystemId": own, "Description": name})
        except GuardError as error:
            self._drop_unnamed(own, error)
            if isinstance(error, Interrupted):
                raise
            raise CallFailed(
                t("{message}\nThe file system {id}, which was made, is deleted again.", message=error.message, id=own),
                code="NotNamed",
                http_status=0,
                hint=error.hint,
            ) from error

    def _drop_unnamed(self, own: str, error: GuardError) -> None:
        try:
            self._drop(own)
        except GuardError as left:
            raise CallFailed(
                t(
                    "{message}\nThe file system {id}, which was made and costs money, could not be deleted: {problem}",
                    message=error.message,
                    id=own,
                    problem=left.message,
                ),
                code="LeftBehind",
                http_status=0,
                hint=t("Delete {own} in the console; nothing is in it.", own=own),
            ) from error

    def _place(self, sort: str, switches: Sequence[str]) -> tuple[str, str]:
        """Returns a zone and a sort of storage: a zone of the functions' switches rather than another, then the better
        storage."""
        near = self._there.zones_of(switches).values()
        offered = [
            (zone["ZoneId"] not in near, rank, str(zone["ZoneId"]), storage)
            for zone in self._there.zones(sort)
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
        body, around = call.body or {}, self._there.needed(call.path[0])
        name, vpc, switches = str(body["name"]), str(body["vpcId"]), tuple(body.get("vSwitchIds") or ())
        near = [id for id, zone in self._there.zones_of(switches).items() if zone == around["zoneId"]]
        said = {
            "FileSystemId": around["fileSystemId"],
            "NetworkType": "Vpc",
            "AccessGroupName": GROUP,
            "VpcId": vpc,
            "VSwitchId": (*near, *switches)[0],
        }
        return one_of_its_name(
            self._waits,
            t("the mount target in {name}", name=name),
            "domain",
            lambda: self._there.in_network(around, vpc, name),
            lambda: made_id(self._patiently("CreateMountTarget", said), "MountTargetDomain"),
            lambda own: self._drop_target(around, own),
        )

    # deleting

    def _delete(self, call: Call) -> Document:
        found = first(self._there.named(call.path[-1]))
        if found is None:
            return {}
        writers = _writers(found["stored"])
        if writers:  # they came after it was looked at
            raise CallFailed(
                t("{id} stays: {writers} uses it", id=found["fileSystemId"], writers=writers[0]),
                code="NotEmpty",
                http_status=0,
            )
        own = found["fileSystemId"]
        self._drop(own)
        gone(self._waits, found["name"], lambda: self._there.by_id(own, found["fileSystemType"]) is not None)
        return {}

    def _delete_target(self, call: Call) -> Document:
        file_system, name = call.path
        around, vpc = first(self._there.named(file_system)), self._there.vpc_of(name)
        found = first(self._there.in_network(around, vpc, name)) if around is not None and vpc is not None else None
        if around is not None and found is not None:
            self._drop_target(around, str(found["domain"]))
        return {}

    def _drop(self, own: str) -> None:
        self._patiently("DeleteFileSystem", {"FileSystemId": own}, GONE)

    def _drop_target(self, around: Document, domain: str) -> None:
        """Returns once it is gone: until then the file system and the network cannot be deleted."""
        said = {"FileSystemId": around["fileSystemId"], "MountTargetDomain": domain}
        self._patiently("DeleteMountTarget", said, GONE)
        called = t("the mount target {domain}", domain=domain)
        gone(self._waits, called, lambda: self._there.has_target(around, domain))

    def _patiently(self, operation: str, said: Mapping[str, Any], done: Collection[str] = ()) -> Document:
        asked = {"RegionId": self._region, **said}
        return patiently(self._waits, operation, lambda: self._nas.do(operation, asked, done))


def _writers(stored: Any) -> tuple[str, ...]:
    """Returns whom the files belong to, in words; nobody only where NAS says that there are none."""
    if type(stored) is not int:
        return (t("whoever may have written to it (NAS does not tell how much)"),)
    return (t("whoever wrote the {stored:,} bytes in it", stored=stored),) if stored else ()
