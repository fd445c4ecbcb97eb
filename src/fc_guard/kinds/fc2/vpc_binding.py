"""A VPC binding lets a service's functions be called from one VPC alone. It has a name and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.core.rows import rules_of
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields
from fc_guard.model.kinds import Events, Home, Kind, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rows import servers


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    service = props["service"]
    names = dict.fromkeys(service.get("vpcBinding") or ())
    return tuple(Desired(Address(FC2, account, region, "vpcBinding", (service["name"], name)), {}) for name in names)


def props_of(fields: Fields) -> dict[str, Any]:
    """Returns nothing: its name, one item of `service.vpcBinding`, is all that s.yaml says of it."""
    return {}


VPC_BINDING = Kind(
    name="vpcBinding",
    provider=FC2,
    api="FC",
    parent="service",
    home=Home(("service", "vpcBinding"), name="", many=True),
    name_field="vpcId",
    list_field="vpcIds",
    operations=Operations(
        create="CreateVpcBinding", read="", update="", delete="DeleteVpcBinding", list="ListVpcBindings"
    ),
    rules=rules_of(servers("vpcId")),
    desired=desired,
    props=props_of,
    keyless=True,
    listed=True,
    part=True,
    shared=True,
    events=Events(written=frozenset({"CreateVpcBinding"}), deleted=frozenset({"DeleteVpcBinding"})),
)
