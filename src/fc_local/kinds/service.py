"""Services: fields, defaults and checks (facts 4.1, 4.5)."""

from __future__ import annotations

import copy

from fc_local.kinds import checks
from fc_local.kinds.kind import Kind, Making, View, drop_newer
from fc_local.shape import Anything, Document, Flag, FreeMap, ListOf, Struct, Text, Whole

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
    return _checked({**copy.deepcopy(_DEFAULTS), **_settings(body)})


def _update(old: Document, body: Document, making: Making) -> Document:
    return _checked({**old, **_settings(body)})


def _settings(body: Document) -> Document:
    return {key: value for key, value in body.items() if key != "serviceName"}


def _checked(document: Document) -> Document:
    checks.one_of("LogBeginRule", document["logConfig"]["logBeginRule"], ("None", "DefaultRegex"))
    for field in ("nasConfig", "ossMountConfig"):
        points = document[field]["mountPoints"]
        checks.within(f"{field[0].upper()}{field[1:]}.MountPoints", len(points), 0, 5)
    return document


def _show(document: Document, view: View) -> Document:
    shown = drop_newer(document, view.year, _SINCE, _DEFAULTS)
    log = shown["logConfig"]
    shown["logConfig"] = drop_newer(log, view.year, {"logBeginRule": 2022}, _LOG)
    return shown


SERVICE = Kind(
    name="service",
    collection="services",
    parent=None,
    child="function",
    shape=_SHAPE,
    name_field="serviceName",
    id_field="serviceId",
    account_limit=50,
    create=_create,
    update=_update,
    show=_show,
)
