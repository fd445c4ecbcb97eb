"""The test domain that `domainName: auto` asks for. The community gives it out, and may take it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fc_guard.core.rows import rules_of
from fc_guard.kinds.support.auto import is_auto
from fc_guard.kinds.support.provider import SUPPORT
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields
from fc_guard.model.kinds import Home, Kind, Lifecycle, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rows import servers

ZONE: Final = "fc.devsapp.net"
CAUTION: Final = t("for learning and testing only: it may be taken back after 30 days")


def name_of(domain: str, props: Mapping[str, Any], account: str, region: str) -> str:
    """Returns the name of a custom domain: what s.yaml says, or that of the step's test domain."""
    return test_domain_of(props, account, region) if is_auto(domain) else domain


def test_domain_of(props: Mapping[str, Any], account: str, region: str) -> str:
    """Returns the name that the service gives a function of a service."""
    function = (props.get("function") or {}).get("name") or ""
    return label_of(f"{function}.{props['service']['name']}.{account}.{region}.{ZONE}")


def label_of(name: str) -> str:
    """Returns a name as it stands in a host name."""
    return name.lower().replace("_", "-")


test_domain_of.__test__ = False  # type: ignore[attr-defined]  # for pytest


def address(name: str, account: str, region: str) -> Address:
    return Address(SUPPORT, account, region, "testDomain", (name,))


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    """Props have the real name by then. Whoever wrote it out instead of `auto` gets it, too."""
    name = test_domain_of(props, account, region)
    wanted = any(str(domain["domainName"]).lower() == name for domain in props.get("customDomains") or ())
    return (Desired(address(name, account, region), {}, on_demand=True),) if wanted else ()


def no_props(fields: Fields) -> dict[str, Any]:
    """Returns nothing: s.yaml says `auto`."""
    return {}


TEST_DOMAIN: Final = Kind(
    name="testDomain",
    provider=SUPPORT,
    api="domain.devsapp.net",
    parent=None,
    home=Home(("support", "testDomain")),
    name_field="name",
    list_field="testDomains",
    operations=Operations("RegisterTestDomain", "", "", "", ""),
    rules=rules_of(servers("name")),
    desired=desired,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.FLEETING,
    caution=lambda id: CAUTION,
)
