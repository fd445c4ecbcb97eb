"""What NAS's answers say, and the documents that are made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fc_guard.cloud.support.product import Document

LEAVING: Final = ("Stopped", "Stopping", "Deleting", "Inactive")
"""The states of what is as good as deleted; the predecessor does not use it either."""


def oldest(file_systems: Sequence[Document]) -> Document | None:
    there = [each for each in file_systems if each.get("Status") not in LEAVING]
    return min(there, key=lambda each: (str(each.get("CreateTime")), str(each.get("FileSystemId"))), default=None)


def targets(around: Document) -> list[Document]:
    return [each for each in items(around, "MountTargets", "MountTarget") if each.get("Status") not in LEAVING]


def in_network(around: Document, vpc: str) -> Document | None:
    there = [each for each in targets(around) if each.get("VpcId") == vpc]
    return min(there, key=lambda each: str(each.get("MountTargetDomain")), default=None)


def storages(zone: Document) -> set[str]:
    """Returns what a zone offers: the members Performance and Capacity tell it of general file systems."""
    listed = {str(each.get("StorageType")) for each in items(zone, "InstanceTypes", "InstanceType")}
    told = {name for name in ("Performance", "Capacity") if (zone.get(name) or {}).get("Protocol")}
    return listed | told


def mounted(service: Document) -> set[str]:
    points = (service.get("nasConfig") or {}).get("mountPoints") or ()
    return {str(point.get("serverAddr")).partition(":")[0] for point in points}


def items(answer: Document, *place: str) -> tuple[Document, ...]:
    value: Any = answer
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    return tuple(each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()


def of_file_system(each: Document) -> Document:
    return {
        "name": each.get("Description"),
        "fileSystemId": each.get("FileSystemId"),
        "fileSystemType": each.get("FileSystemType"),
        "storageType": each.get("StorageType"),
        "zoneId": each.get("ZoneId"),
        "stored": each.get("MeteredSize"),
        "status": each.get("Status"),
    }


def of_target(each: Document, around: Document, name: str) -> Document:
    return {
        "name": name,
        "fileSystemId": around.get("FileSystemId"),
        "domain": each.get("MountTargetDomain"),
        "vpcId": each.get("VpcId"),
        "vSwitchIds": [each.get("VswId")],
        "status": each.get("Status"),
    }
