"""NAS's file systems and mount targets. What is made is ready a little later; deleting takes effect at once."""

from __future__ import annotations

import re
from typing import Final

from fc_local.errors import FcError
from fc_local.neighbourhood import FILE_SYSTEM, MOUNT_TARGET, is_ready
from fc_local.neighbours.frame import Asked, Operation, fits, invalid, new_id, page
from fc_local.neighbours.frame import shown as shown_of
from fc_local.neighbours.networks import found_switch, found_vpc
from fc_local.neighbours.repeats import once
from fc_local.shape import Document

STORAGES: Final = {"standard": ("Performance", "Capacity"), "extreme": ("standard", "advance")}
ZONES: Final = ("b", "h")
"""The last letters of the zones with file systems: not all zones of a region have them."""
USUAL_GROUP: Final = "DEFAULT_VPC_GROUP_NAME"
_DESCRIPTION: Final = re.compile(r"(?!https?://)[A-Za-z\u4e00-\u9fff][\w:\u4e00-\u9fff-]{1,127}\Z", re.ASCII)
_MOST_TARGETS: Final = {"standard": 2, "extreme": 1}


def zones(asked: Asked) -> Document:
    kind = asked.one_of("FileSystemType", *STORAGES)
    offered = [{"StorageType": storage, "ProtocolType": "nfs"} for storage in STORAGES[kind]]
    return {"Zones": {"Zone": [_zone(zone, kind, offered) for zone in _zone_ids(asked)]}}


def create(asked: Asked) -> Document:
    kind = asked.one_of("FileSystemType", *STORAGES)
    storage, protocol = asked.need("StorageType"), asked.need("ProtocolType")
    if storage not in STORAGES[kind]:
        raise invalid("StorageType")
    if protocol != "NFS":
        raise invalid("ProtocolType")
    description = asked.get("Description")
    if description and not _DESCRIPTION.match(description):
        raise invalid("Description")
    extreme = kind == "extreme"
    zone = asked.need("ZoneId") if extreme else asked.get("ZoneId") or _zone_ids(asked)[0]
    if zone not in _zone_ids(asked):
        raise invalid("ZoneId")
    if extreme:
        asked.need("Capacity")
    name = new_id("extreme-", 16) if extreme else new_id("", 10)
    document = {
        "FileSystemId": name,
        "FileSystemType": kind,
        "StorageType": storage,
        "ProtocolType": protocol,
        "Description": "" if extreme and asked.switches["extreme_loses_description"] else description,
        "ZoneId": zone,
        "RegionId": asked.scope.region,
        "Capacity": asked.whole("Capacity", 0, 100, 262144) if extreme else 10 * 2**50,
        "MeteredSize": 0,
        "ChargeType": "PayAsYouGo",
        "CreateTime": asked.now(),
        **asked.times(),
    }
    asked.keep(FILE_SYSTEM, (name,), document)
    return {"FileSystemId": name}


def create_once(asked: Asked) -> Document:
    """Makes a file system. Only the extreme ones know a ClientToken, as is documented."""
    return (once(create) if asked.get("FileSystemType") == "extreme" else create)(asked)


def describe(asked: Asked) -> Document:
    wanted = asked.get("FileSystemId")
    if wanted:
        found = [found_file_system(asked, wanted)]
    else:
        kind = asked.one_of("FileSystemType", "all", *STORAGES)
        found = [each for each in asked.listed(FILE_SYSTEM) if kind in ("all", each["FileSystemType"])]
    shown = []
    for document in found:
        targets = asked.listed(MOUNT_TARGET, document["FileSystemId"])
        if asked.get("VpcId") and all(not fits(target, asked, "VpcId") for target in targets):
            continue
        shown.append(_shown_file_system(asked, document, targets))
    return page(asked, shown, "FileSystems", "FileSystem", 100)


def modify(asked: Asked) -> Document:
    document = found_file_system(asked, asked.need("FileSystemId"))
    description = asked.get("Description")
    if description and not _DESCRIPTION.match(description):
        raise invalid("Description")
    _require_ready(asked, document)
    asked.keep(FILE_SYSTEM, (document["FileSystemId"],), {**document, "Description": description})
    return {}


def delete(asked: Asked) -> Document:
    document = found_file_system(asked, asked.need("FileSystemId"))
    if asked.all(MOUNT_TARGET, document["FileSystemId"]):
        # That it is refused is documented, with which code is not.
        raise FcError(403, "OperationDenied.MountTargetExists", "The file system has mount targets.")
    _require_ready(asked, document)
    asked.drop(FILE_SYSTEM, document["FileSystemId"])
    return {}


def create_target(asked: Asked) -> Document:
    file_system = found_file_system(asked, asked.need("FileSystemId"))
    if asked.need("NetworkType") != "Vpc":
        raise invalid("NetworkType")
    vpc = found_vpc(asked, asked.need("VpcId"))
    switch = found_switch(asked, asked.need("VSwitchId"))
    group = asked.get("AccessGroupName") or USUAL_GROUP
    if group != USUAL_GROUP:  # none can be made here
        raise FcError(404, "InvalidAccessGroup.NotFound", "The specified access group does not exist.")
    if switch["VpcId"] != vpc["VpcId"]:
        raise FcError(404, "InvalidVSwitchId.NotFound", "The specified vSwitch is not in the specified VPC.")
    _require_ready(asked, file_system)
    if not is_ready(switch, asked.now()):
        raise _in_another_state()
    name = file_system["FileSystemId"]
    if len(asked.all(MOUNT_TARGET, name)) >= _MOST_TARGETS[file_system["FileSystemType"]]:
        raise FcError(403, "MountTarget.OverQuota", "The quota of mount targets of the file system is exceeded.")
    product = "extreme.nas" if file_system["FileSystemType"] == "extreme" else "nas"
    host = f"{name.removeprefix('extreme-')}-{new_id('', 5)}"
    domain = f"{host}.{asked.scope.region}.{product}.aliyuncs.com"
    document = {
        "FileSystemId": name,
        "MountTargetDomain": domain,
        "NetworkType": "Vpc",
        "VpcId": vpc["VpcId"],
        "VswId": switch["VSwitchId"],
        "AccessGroup": group,
        **asked.times(),
    }
    asked.keep(MOUNT_TARGET, (name, domain), document)
    return {"MountTargetDomain": domain}


def describe_targets(asked: Asked) -> Document:
    file_system = found_file_system(asked, asked.need("FileSystemId"))
    targets = asked.listed(MOUNT_TARGET, file_system["FileSystemId"])
    found = [_shown_target(asked, each) for each in targets if fits(each, asked, "MountTargetDomain")]
    return page(asked, found, "MountTargets", "MountTarget", 100)


def delete_target(asked: Asked) -> Document:
    file_system = found_file_system(asked, asked.need("FileSystemId"))
    path = (file_system["FileSystemId"], asked.need("MountTargetDomain"))
    document = asked.find(MOUNT_TARGET, *path)
    if document is None:
        raise FcError(404, "InvalidMountTarget.NotFound", "The specified mount target does not exist.")
    if not is_ready(document, asked.now()):
        raise _in_another_state()
    asked.drop(MOUNT_TARGET, *path)
    return {}


def found_file_system(asked: Asked, name: str) -> Document:
    document = asked.find(FILE_SYSTEM, name)
    if document is None:
        raise FcError(404, "InvalidFileSystem.NotFound", "The specified file system does not exist.")
    return document


def _zone_ids(asked: Asked) -> list[str]:
    return [f"{asked.scope.region}-{letter}" for letter in ZONES]


def _zone(zone: str, kind: str, offered: list[Document]) -> Document:
    """Returns a zone with what it offers, twice: general file systems are also listed by their performance."""
    by_storage = {storage: {"Protocol": ["nfs"] if kind == "standard" else []} for storage in STORAGES["standard"]}
    return {"ZoneId": zone, "InstanceTypes": {"InstanceType": offered}, **by_storage}


def _require_ready(asked: Asked, document: Document) -> None:
    if not is_ready(document, asked.now()):
        raise _in_another_state()


def _in_another_state() -> FcError:
    message = "The operation is not permitted when the status is processing."
    return FcError(403, "OperationDenied.InvalidState", message)


def _shown_file_system(asked: Asked, document: Document, targets: list[Document]) -> Document:
    mounts = []
    for target in targets:
        shown = _shown_target(asked, target)
        mounts.append({**shown, "AccessGroupName": shown.pop("AccessGroup")})
    status = "Running" if is_ready(document, asked.now()) else "Pending"
    return {**shown_of(document), "Status": status, "MountTargets": {"MountTarget": mounts}}


def _shown_target(asked: Asked, document: Document) -> Document:
    status = "Active" if is_ready(document, asked.now()) else "Pending"
    own = {key: value for key, value in shown_of(document).items() if key != "FileSystemId"}
    return {**own, "Status": status}


OPERATIONS: Final[dict[str, Operation]] = {
    "DescribeZones": zones,
    "CreateFileSystem": create_once,
    "DescribeFileSystems": describe,
    "ModifyFileSystem": modify,
    "DeleteFileSystem": delete,
    "CreateMountTarget": create_target,
    "DescribeMountTargets": describe_targets,
    "DeleteMountTarget": delete_target,
}
