"""The layout, put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fc_guard.inputs.fc2 import across
from fc_guard.inputs.fc2.domain_checks import domain_problems, domain_remarks
from fc_guard.inputs.fc2.outputs import outputs
from fc_guard.inputs.fc2.parts import PARTS
from fc_guard.inputs.fc2.pem import certificates, numbered
from fc_guard.inputs.fc2.refusals import refusals
from fc_guard.inputs.fc2.role_checks import role_problems
from fc_guard.inputs.fc2.trigger_checks import trigger_problems, trigger_remarks
from fc_guard.inputs.fc2.words import WORDS
from fc_guard.inputs.forms import FC3
from fc_guard.kinds.fc2.async_config import ASYNC_CONFIG
from fc_guard.kinds.fc2.custom_domain import CUSTOM_DOMAIN
from fc_guard.kinds.fc2.function import FUNCTION
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.kinds.fc2.regions import REGIONS
from fc_guard.kinds.fc2.service import SERVICE
from fc_guard.kinds.fc2.trigger import TRIGGER
from fc_guard.kinds.fc2.vpc_binding import VPC_BINDING
from fc_guard.kinds.support.auto import is_auto
from fc_guard.kinds.support.table import ALL
from fc_guard.kinds.support.test_domain import name_of
from fc_guard.model.kinds import Props
from fc_guard.model.layouts import Checks, Layout, Note


def claims(props: Mapping[str, Any]) -> bool:
    """Claims whatever is not marked as FC 3.0: the checks say what is wrong with the rest."""
    return FC3.mark(props) is None


def in_account(props: Props, account: str, region: str) -> Props:
    """Returns props in which custom domains that are left to us have their names."""
    domains = props.get("customDomains") or ()
    if not any(is_auto(domain.get("domainName")) for domain in domains):
        return props
    named = [{**each, "domainName": name_of(str(each.get("domainName")), props, account, region)} for each in domains]
    return {**props, "customDomains": named}


def problems(props: Mapping[str, Any]) -> Iterator[Note]:
    yield from across.problems(props)
    yield from trigger_problems(props)
    yield from domain_problems(props)
    yield from role_problems(props)
    yield from refusals(props)


def doubts(props: Mapping[str, Any]) -> Iterator[Note]:
    yield from trigger_remarks(props)
    yield from domain_remarks(props)
    yield from across.doubts(props)


LAYOUT: Final = Layout(
    name=FC2,
    provider=FC2,
    kinds=(*ALL, SERVICE, VPC_BINDING, FUNCTION, ASYNC_CONFIG, TRIGGER, CUSTOM_DOMAIN),
    claims=claims,
    schema="props",
    region="region",
    endpoint="endpoint",
    state="state",
    regions=REGIONS,
    parts=PARTS,
    checks=Checks(
        problems=problems,
        doubts=doubts,
        understood=frozenset({across.VSWITCHES}),
        pem=certificates,
        numbered=numbered,
        of_account=across.of_account,
    ),
    words=WORDS,
    outputs=outputs,
    in_account=in_account,
    left_to_us=is_auto,
)
