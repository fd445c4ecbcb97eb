"""Finds the places where this layout has certificates and private keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fc_guard.inputs.fc2.domain_checks import domains_of
from fc_guard.kinds.fc2.custom_domain import CUSTOM_DOMAIN
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Numbered

NAME: Final = "cret-{}"
"""What the predecessor calls a certificate that s.yaml names by its number; the spelling is its own."""


def certificates(props: Mapping[str, Any]) -> Iterator[Place]:
    members = sorted(CUSTOM_DOMAIN.fetched)
    for index, domain in domains_of(props):
        said = domain.get("certConfig") or {}
        yield from (("customDomains", index, "certConfig", member) for member in members if said.get(member))


def numbered(props: Mapping[str, Any]) -> Iterator[Numbered]:
    for index, domain in domains_of(props):
        number, place = domain.get("certId"), ("customDomains", index)
        if number is not None and not domain.get("certConfig"):
            known = {"certName": NAME.format(int(number))}
            yield Numbered((*place, "certId"), (*place, "certConfig"), known, "certificate", "privateKey")
