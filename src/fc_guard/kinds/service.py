"""Service: the namespace of functions, with what they share (log, role, network)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.normal import nested, normalise
from fc_guard.model.fields import Fields
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import Kind, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules

RULES = FieldRules(
    # FC adds these on its own: facts of CreateService/GetService answers, 2021-04-06.
    server_owned=frozenset(
        {
            ("serviceName",),
            ("serviceId",),
            ("createdTime",),
            ("lastModifiedTime",),
            ("useSLRAuthentication",),
            ("vendorConfig",),
            ("vpcConfig", "role"),
            ("vpcConfig", "anytunnelViaENI"),
            ("tags",),
        }
    ),
    structs=frozenset({("logConfig",), ("vpcConfig",), ("nasConfig",), ("ossMountConfig",), ("tracingConfig",)}),
    sets=frozenset({("vpcConfig", "vSwitchIds")}),
    case_blind=frozenset({("role",)}),
    defaults={
        ("internetAccess",): True,
        ("logConfig", "enableRequestMetrics"): False,
        ("logConfig", "enableInstanceMetrics"): False,
        ("logConfig", "logBeginRule"): "None",
        ("nasConfig", "userId"): -1,
        ("nasConfig", "groupId"): -1,
    },
)

PLAIN = ("description", "internetAccess", "role")
LOG = ("project", "logstore", "enableRequestMetrics", "enableInstanceMetrics", "logBeginRule")


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    service = props["service"]
    document = {name: service[name] for name in PLAIN if name in service}
    if "logConfig" in service:
        config = service["logConfig"]
        document["logConfig"] = {name: config[name] for name in LOG if name in config}
    id = ResourceId(account, region, "service", (service["name"],))
    return (Desired(id, normalise(document, RULES)),)


def props_of(fields: Fields) -> dict[str, Any]:
    """Live fields as s.yaml spells them below `service`."""
    return nested({path: value for path, value in fields.items() if value is not None}, RULES)


SERVICE = Kind(
    name="service",
    rank=0,
    parent=None,
    name_field="serviceName",
    list_field="services",
    operations=Operations("CreateService", "GetService", "UpdateService", "DeleteService", "ListServices"),
    rules=RULES,
    desired=desired,
    props=props_of,
    shared=True,
)
