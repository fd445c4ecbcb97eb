"""Checks of the roles that a step asks for, which no schema can express."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fc_guard.inputs.values import dotted
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Note

OF_ROLE: Final = re.compile(r"[A-Za-z0-9.-]+")
OF_POLICY: Final = re.compile(r"[A-Za-z0-9-]+")
"""What RAM takes: documents of CreateRole and CreatePolicy, 2015-05-01."""


def role_problems(props: Mapping[str, Any]) -> Iterator[Note]:
    service = props.get("service")
    role = service.get("role") if isinstance(service, Mapping) else None
    if not isinstance(role, Mapping):
        return
    yield from _name(role.get("name"), ("service", "role", "name"), OF_ROLE, t("letters, digits, . and -"))
    policies = role.get("policies")
    seen: dict[str, Any] = {}
    for index, policy in enumerate(policies if isinstance(policies, list) else ()):
        place: Place = ("service", "role", "policies", index)
        if isinstance(policy, Mapping):
            yield from _name(policy.get("name"), (*place, "name"), OF_POLICY, t("letters, digits and -"))
        name = policy.get("name") if isinstance(policy, Mapping) else policy
        if isinstance(name, str) and seen.setdefault(name, policy) != policy:
            yield (
                place,
                t(
                    "{dotted}: the policy {name!r} stands twice, and not alike",
                    dotted=dotted(place),
                    name=name,
                ),
            )


def _name(name: Any, place: Place, allowed: re.Pattern[str], letters: str) -> Iterator[Note]:
    if isinstance(name, str) and name and "${" not in name and not allowed.fullmatch(name):
        yield (
            place,
            t(
                "{dotted}: {name!r}: RAM takes {letters} in such a name",
                dotted=dotted(place),
                name=name,
                letters=letters,
            ),
        )
