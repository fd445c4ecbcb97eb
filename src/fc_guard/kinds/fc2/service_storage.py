"""Spells what a service mounts, NAS file systems and OSS buckets, as s.yaml and as FC write it.

Mount points have no order: the folder that the function sees tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fc_guard.kinds.spelling import flag, whole
from fc_guard.model.fields import FieldPath
from fc_guard.model.rows import Field, always, keyed, struct

NAS: FieldPath = ("nasConfig", "mountPoints")
OSS: FieldPath = ("ossMountConfig", "mountPoints")
Document = Mapping[str, Any]


def _nas_points(points: Iterable[Document]) -> list[Document]:
    return [
        {
            "serverAddr": f"{point['serverAddr']}:{point['nasDir']}",
            "mountDir": point["fcDir"],
            "enableTLS": flag(point.get("enableTLS", False)),
        }
        for point in points
    ]


def _oss_points(points: Iterable[Document]) -> list[Document]:
    members = ("endpoint", "bucketName", "bucketPath", "mountDir")
    return [
        {name: point[name] for name in members if name in point} | {"readOnly": flag(point.get("readOnly", False))}
        for point in points
    ]


NAS_CONFIG = struct(
    "nasConfig",
    Field("userId", whole, default=-1, filled=always),
    Field("groupId", whole, default=-1, filled=always),
    keyed("mountPoints", "mountDir", spell=_nas_points),
)
OSS_CONFIG = struct("ossMountConfig", keyed("mountPoints", "mountDir", spell=_oss_points))


def nas_props(config: Document) -> dict[str, Any]:
    """Returns FC's `nasConfig` as s.yaml's."""
    props: dict[str, Any] = {name: config[name] for name in ("userId", "groupId") if name in config}
    props["mountPoints"] = [_nas_point_props(point) for point in config.get("mountPoints", ())]
    return props


def _nas_point_props(point: Document) -> dict[str, Any]:
    address, _, folder = str(point.get("serverAddr", "")).partition(":")
    tls = {"enableTLS": True} if point.get("enableTLS") else {}
    return {"serverAddr": address, "nasDir": folder, "fcDir": point["mountDir"], **tls}


def tidy_nas_point(point: Document) -> dict[str, Any]:
    """Brings a mount point to its one spelling: no slash at the end, no switch that is off."""
    address, colon, folder = str(point.get("serverAddr") or "").partition(":")
    tidy = {"serverAddr": f"{address}:{_folder(folder)}" if colon else address, "mountDir": _mount(point)}
    return {**tidy, "enableTLS": True} if point.get("enableTLS") else tidy


def tidy_oss_point(point: Document) -> dict[str, Any]:
    """Does the same for a bucket. FC fills in the whole bucket, writable, if nothing else is said."""
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
