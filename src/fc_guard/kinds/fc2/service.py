"""A service is the namespace of functions, with what they share (log, role, network, folders, tracing)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fc_guard.core.normal import nested, normalise
from fc_guard.core.rows import document_of, rules_of
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.kinds.fc2.service_storage import (
    NAS,
    NAS_CONFIG,
    OSS,
    OSS_CONFIG,
    nas_props,
    tidy_nas_point,
    tidy_oss_point,
)
from fc_guard.kinds.spelling import described, flag
from fc_guard.kinds.support import unseen
from fc_guard.kinds.support.auto import is_auto
from fc_guard.kinds.support.grants import role_of_service
from fc_guard.kinds.support.network import meant
from fc_guard.kinds.support.of_service import derived_fields, together
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.edits import Writing
from fc_guard.model.fields import FieldPath, Fields, Json
from fc_guard.model.kinds import Events, Holder, Home, Kind, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rows import CASE_BLIND, UNORDERED, Field, canonical, plain, servers, struct

DEFAULT_ROLE = "acs:ram::{account}:role/aliyunfcdefaultrole"
ANY_DEFAULT_ROLE = re.compile(r"acs:ram::([0-9]*):role/aliyunfcdefaultrole", re.IGNORECASE)
"""The default role of any account. A copied s.yaml names that of its author, and the predecessor takes the own one."""
TRACING_PARAMS: FieldPath = ("tracingConfig", "params")
TRACING_TYPE: FieldPath = ("tracingConfig", "type")
TRACER = "Jaeger"
"""The only type there is: documents of UpdateService, 2021-04-06."""
TRACES = "traces"
"""The provider is asked under this word where the traces of a region go."""


def tidied(document: Mapping[str, Json]) -> dict[str, Json]:
    """Brings mount points to their one spelling before they are told apart, since their folders do that."""
    tidy = dict(document)
    for (name, member), spell in ((NAS, tidy_nas_point), (OSS, tidy_oss_point)):
        config = tidy.get(name)
        if isinstance(config, Mapping):
            tidy[name] = {**config, member: [spell(point) for point in config.get(member) or ()]}
    return tidy


def _tracing(switch: Json) -> dict[str, Json]:
    return {"type": TRACER if switch == "Enable" else ""}


ROWS = (
    Field("description", noise=canonical(described)),
    Field("internetAccess", flag, default=True),
    Field("role", noise=CASE_BLIND),
    struct(
        "logConfig",
        *plain("project", "logstore"),
        Field("logBeginRule", default="None"),
        Field("enableRequestMetrics", flag, default=False),
        Field("enableInstanceMetrics", flag, default=False),
    ),
    struct(
        "vpcConfig",
        *plain("vpcId", "securityGroupId"),
        # s.yaml's spelling, and the API's, which the predecessor takes too
        Field("vSwitchIds", props=("vswitchIds", "vSwitchIds"), noise=UNORDERED, cleared=[]),
        *servers("role", "anytunnelViaENI"),
    ),
    NAS_CONFIG,
    OSS_CONFIG,
    # Tracing is switched off by an empty object; FC knows no type '': UpdateService, 2021-04-06.
    # Its params are the endpoint of the region's tracing service, looked up whenever tracing is switched on.
    struct("tracingConfig", Field("type"), *servers("params"), spell=_tracing, cleared={}),
    # FC adds these on its own: facts of CreateService/GetService answers, 2021-04-06.
    *servers("serviceName", "serviceId", "createdTime", "lastModifiedTime"),
    *servers("useSLRAuthentication", "vendorConfig", "tags"),
)
RULES = rules_of(ROWS, tidied)

FROM_AUTO = ("logConfig", "vpcConfig", "nasConfig")
"""What s.yaml may leave to be found or made."""
NEEDS_ROLE = {
    "logConfig": ("project", "logstore"),
    "vpcConfig": ("vpcId", "vSwitchIds", "securityGroupId"),
    "nasConfig": ("mountPoints",),
    "ossMountConfig": ("mountPoints",),
}
"""Maps each prop with which FC acts in the account's name to the members that say so."""
ASKS_FOR_ROLE = (("service", "vpcBinding"), ("function", "customContainerConfig"), ("function", "asyncConfiguration"))
"""Props that need the role and become resources of their own."""


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    service = {name: value for name, value in props["service"].items() if name not in FROM_AUTO or not is_auto(value)}
    made = role_of_service(props, account, region)
    if made is not None:
        del service["role"]
    document = dict(document_of(ROWS, service))
    if strange_account(document.get("role"), account) is not None:
        document["role"] = DEFAULT_ROLE.format(account=account)
    id = Address(FC2, account, region, "service", (service["name"],))
    declared = frozenset(path for path in (NAS, OSS) if path[0] in document)
    found = derived_fields(props, account, region)
    fields, asked = normalise(document, RULES), together(found)
    needs = meant(props, account, region)
    if made is not None:
        role, attached = made
        needs |= attached
        return (Desired(id, {**fields, ("role",): role}, declared, derived=found, needs=needs, asked=asked),)
    derived = {**_derived(props, document, account, found), **found}
    return (Desired(id, fields, declared, derived=derived, needs=needs, asked=asked),)


def strange_account(role: Json, account: str) -> str | None:
    """Returns the other account whose default role this is, '' where the ARN leaves the account out; None for all
    else."""
    found = ANY_DEFAULT_ROLE.fullmatch(role) if isinstance(role, str) else None
    return found[1] if found is not None and found[1] != account else None


def _derived(props: Mapping[str, Any], document: Mapping[str, Json], account: str, found: Fields) -> Fields:
    """Returns the account's default role, which the predecessor gives a service that needs one if s.yaml names none."""
    needs = any(_set(document, name, members) for name, members in NEEDS_ROLE.items())
    needs = needs or any(path[0] in NEEDS_ROLE for path in found)
    needs = needs or any((props.get(part) or {}).get(name) for part, name in ASKS_FOR_ROLE)
    return {("role",): DEFAULT_ROLE.format(account=account)} if needs and "role" not in document else {}


def props_of(fields: Fields) -> dict[str, Any]:
    """Returns live fields as s.yaml spells them below `service`. A part that is wholly as FC makes it is left out."""
    live = nested({path: value for path, value in fields.items() if value is not None}, RULES)
    props: dict[str, Any] = {name: live[name] for name in ("description", "role", "internetAccess") if name in live}
    if _set(live, "logConfig", ("project", "logstore")):
        props["logConfig"] = {"project": "", "logstore": "", **live["logConfig"]}
    if _set(live, "vpcConfig", ("vpcId", "vSwitchIds", "securityGroupId")):
        config = dict(live["vpcConfig"])
        switches = config.pop("vSwitchIds", [])
        props["vpcConfig"] = {**config, "vswitchIds": switches}
    if _set(live, "nasConfig", ("mountPoints",)):
        props["nasConfig"] = nas_props(live["nasConfig"])
    if _set(live, "ossMountConfig", ("mountPoints",)):
        props["ossMountConfig"] = live["ossMountConfig"]
    if _set(live, "tracingConfig", ("type",)):
        props["tracingConfig"] = "Enable"
    return props


def _set(live: Mapping[str, Any], name: str, members: tuple[str, ...]) -> bool:
    return any((live.get(name) or {}).get(member) for member in members)


def without_slash(folder: str) -> str:
    """Drops the slash at the end, which makes no other folder."""
    return folder.rstrip("/")


def lookups(wanted: Fields, live: Fields) -> Mapping[FieldPath, str]:
    """Asks where traces go when tracing is switched on; if it is on already, FC knows."""
    if wanted.get(TRACING_TYPE) != TRACER or live.get(TRACING_TYPE) == TRACER:
        return {}
    return {TRACING_PARAMS: TRACES}


SERVICE = Kind(
    name="service",
    provider=FC2,
    api="FC",
    parent=None,
    home=Home(("service",)),
    name_field="serviceName",
    list_field="services",
    operations=Operations("CreateService", "GetService", "UpdateService", "DeleteService", "ListServices"),
    rules=RULES,
    desired=desired,
    props=props_of,
    writing=Writing(dict.fromkeys(("fcDir", "mountDir"), without_slash), {"vswitchIds": "vSwitchIds"}),
    unit=lambda path: path[:1],
    lookups=lookups,
    unseen=unseen.logs_or_role,
    shared=True,
    holders=(
        Holder(
            "ListServiceVersions", "versions", lambda item, id: t("version {versionid}", versionid=item["versionId"])
        ),
        Holder("ListAliases", "aliases", lambda item, id: t("alias {aliasname}", aliasname=item["aliasName"])),
    ),
    tagged=True,
    absence="ServiceNotFound",
    events=Events(written=frozenset({"CreateService", "UpdateService"}), deleted=frozenset({"DeleteService"})),
)
