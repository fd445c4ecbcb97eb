"""Finds the places where this layout has certificates and private keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fc_guard.inputs.fc2.domain_checks import domains_of
from fc_guard.kinds.fc2.custom_domain import CUSTOM_DOMAIN
from fc_guard.model.edits import Place


def certificates(props: Mapping[str, Any]) -> Iterator[Place]:
    members = sorted(CUSTOM_DOMAIN.fetched)
    for index, domain in domains_of(props):
        said = domain.get("certConfig") or {}
        yield from (("customDomains", index, "certConfig", member) for member in members if said.get(member))
