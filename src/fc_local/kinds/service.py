"""Services: fields, defaults and checks (facts 4.1, 4.5)."""

from __future__ import annotations

import copy
import re

from fc_local.errors import bad_format, required
from fc_local.kinds import checks
from fc_local.kinds.kind import Kind, Making, View, drop_newer
from fc_local.shape import Anything, Document, Flag, FreeMap, ListOf, Struct, Text, Whole

_MOUNT_DIR = re.compile(r"^/(home|mnt)/.+$")
_LOG = {
    "project": "",
    "logstore": "",
    "enableRequestMetrics": False,
    "enableInstanceMetrics": False,
    "logBeginRule": "None",
}
_VPC = {"vpcId": "", "vSwitchIds": [], "securityGroupId": "", "role": ""}
_NAS = {"userId": -1, "groupId": -1, "mountPoints": []}
_OSS: Document = {"mountPoints": []}
_TRACING = {"type": None, "params": None}

_SHAPE = Struct(
    {
        "serviceName": Text(),
        "description": Text(),
        "role": Text(),
        "internetAccess": Flag(),
        "logConfig": Struct(
            {
                "project": Text(),
                "logstore": Text(),
                "enableRequestMetrics": Flag(),
                "enableInstanceMetrics": Flag(),
                "logBeginRule": Text(),
            },
            zero=_LOG,
        ),
        "vpcConfig": Struct(
            {"vpcId": Text(), "vSwitchIds": ListOf(Text()), "securityGroupId": Text(), "role": Text()}, zero=_VPC
        ),
        "nasConfig": Struct(
            {
                "userId": Whole(),
                "groupId": Whole(),
                "mountPoints": ListOf(Struct({"serverAddr": Text(), "mountDir": Text(), "enableTLS": Flag()})),
            },
            zero=_NAS,
        ),
        "ossMountConfig": Struct(
            {
                "mountPoints": ListOf(
                    Struct(
                        {
                            "bucketName": Text(),
                            "bucketPath": Text(),
                            "endpoint": Text(),
                            "mountDir": Text(),
                            "readOnly": Flag(),
                        }
                    )
                )
            },
            zero=_OSS,
        ),
        "tracingConfig": Struct({"type": Text(), "params": FreeMap(Anything())}, zero=_TRACING),
    }
)

_DEFAULTS: Document = {
    "description": "",
    "role": "",
    "internetAccess": True,
    "logConfig": _LOG,
    "vpcConfig": _VPC,
    "nasConfig": _NAS,
    "ossMountConfig": _OSS,
    "tracingConfig": _TRACING,
    "vendorConfig": None,
    "useSLRAuthentication": False,
}
_SINCE = {"ossMountConfig": 2022, "useSLRAuthentication": 2023}


def _create(body: Document, making: Making) -> Document:
    checks.name("ServiceName", body.get("serviceName"))
    return _checked({**copy.deepcopy(_DEFAULTS), **_settings(body)}, making)


def _update(old: Document, body: Document, making: Making) -> Document:
    return _checked({**old, **_settings(body)}, making)


def _settings(body: Document) -> Document:
    return {key: value for key, value in body.items() if key != "serviceName"}


def _checked(document: Document, making: Making) -> Document:
    checks.role("Role", document["role"], making.scope.account, making.switches["foreign_role"])
    _check_log(document["logConfig"])
    _check_network(document["vpcConfig"])
    _check_mounts(document)
    kind = document["tracingConfig"]["type"]
    if kind:
        checks.one_of("TracingConfig.Type", kind, ("Jaeger",))
    return document


def _check_log(log: Document) -> None:
    checks.one_of("LogBeginRule", log["logBeginRule"], ("None", "DefaultRegex"))
    if bool(log["project"]) != bool(log["logstore"]):
        raise required("LogConfig.Logstore" if log["project"] else "LogConfig.Project")


def _check_network(vpc: Document) -> None:
    """Checks that all three members are set, or none."""
    parts = ("vpcId", "vSwitchIds", "securityGroupId")
    if any(vpc[part] for part in parts):
        for part in parts:
            checks.given(f"VPCConfig.{part[0].upper()}{part[1:]}", vpc[part])


def _check_mounts(document: Document) -> None:
    nas, oss = document["nasConfig"], document["ossMountConfig"]
    for field in ("userId", "groupId"):
        checks.within(f"NASConfig.{field[0].upper()}{field[1:]}", nas[field], -1, 65534)
    for name, config, needed in (
        ("NASConfig", nas, ("serverAddr", "mountDir")),
        ("OSSMountConfig", oss, ("bucketName", "mountDir", "endpoint")),
    ):
        points = config["mountPoints"]
        checks.within(f"{name}.MountPoints", len(points), 0, 5)
        for point in points:
            for field in needed:
                checks.given(f"{name}.MountPoints.{field[0].upper()}{field[1:]}", (point or {}).get(field))
            if not _MOUNT_DIR.match(point["mountDir"]):
                raise bad_format("MountDir", _MOUNT_DIR.pattern, point["mountDir"])


def _show(document: Document, view: View) -> Document:
    shown = drop_newer(document, view.year, _SINCE, _DEFAULTS)
    log = shown["logConfig"]
    if log is not None:  # noise may make it null
        shown["logConfig"] = drop_newer(log, view.year, {"logBeginRule": 2022}, _LOG)
    return shown


SERVICE = Kind(
    name="service",
    label="Service",
    collection="services",
    parent=None,
    child="function",
    blockers=("function", "version"),
    shape=_SHAPE,
    name_field="serviceName",
    id_field="serviceId",
    account_limit=50,
    create=_create,
    update=_update,
    show=_show,
)
