"""What a service mounts: NAS file systems and OSS buckets, as s.yaml and as FC write them.

Neither knows an order of mount points: the folder that the function sees tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.kinds.text import flag, whole
from fc_guard.model.fields import FieldPath

NAS: FieldPath = ("nasConfig", "mountPoints")
OSS: FieldPath = ("ossMountConfig", "mountPoints")
MOUNT_KEYS: Mapping[FieldPath, str] = {NAS: "mountDir", OSS: "mountDir"}

Document = Mapping[str, Any]


def nas_document(config: Document) -> dict[str, Any]:
    """`nasConfig` of s.yaml as FC's."""
    document: dict[str, Any] = {name: whole(config[name]) for name in ("userId", "groupId") if name in config}
    document["mountPoints"] = [
        {
            "serverAddr": f"{point['serverAddr']}:{point['nasDir']}",
            "mountDir": point["fcDir"],
            "enableTLS": flag(point.get("enableTLS", False)),
        }
        for point in config["mountPoints"]
    ]
    return document


def oss_document(config: Document) -> dict[str, Any]:
    """`ossMountConfig` of s.yaml as FC's."""
    members = ("endpoint", "bucketName", "bucketPath", "mountDir")
    return {
        "mountPoints": [
            {name: point[name] for name in members if name in point} | {"readOnly": flag(point.get("readOnly", False))}
            for point in config["mountPoints"]
        ]
    }


def nas_props(config: Document) -> dict[str, Any]:
    """FC's `nasConfig` as s.yaml's."""
    props: dict[str, Any] = {name: config[name] for name in ("userId", "groupId") if name in config}
    props["mountPoints"] = [_nas_point_props(point) for point in config.get("mountPoints", ())]
    return props


def _nas_point_props(point: Document) -> dict[str, Any]:
    address, _, folder = str(point.get("serverAddr", "")).partition(":")
    tls = {"enableTLS": True} if point.get("enableTLS") else {}
    return {"serverAddr": address, "nasDir": folder, "fcDir": point["mountDir"], **tls}


def tidy_nas_point(point: Document) -> dict[str, Any]:
    """One mount point in its one spelling: no slash at the end, no switch that is off."""
    address, colon, folder = str(point.get("serverAddr") or "").partition(":")
    tidy = {"serverAddr": f"{address}:{_folder(folder)}" if colon else address, "mountDir": _mount(point)}
    return {**tidy, "enableTLS": True} if point.get("enableTLS") else tidy


def tidy_oss_point(point: Document) -> dict[str, Any]:
    """The same for a bucket. FC fills in the whole bucket, writable, where nothing else is said."""
    tidy: dict[str, Any] = {name: point[name] for name in ("endpoint", "bucketName") if point.get(name)}
    tidy["mountDir"] = _mount(point)
    folder = _folder(str(point.get("bucketPath") or "/"))
    if folder != "/":
        tidy["bucketPath"] = folder
    return {**tidy, "readOnly": True} if point.get("readOnly") else tidy


def _mount(point: Document) -> str:
    return _folder(str(point.get("mountDir") or ""))


def _folder(text: str) -> str:
    return text.rstrip("/") or "/"
