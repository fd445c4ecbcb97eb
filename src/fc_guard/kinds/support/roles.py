"""RAM's roles, the policies made for them, and what is attached to which: a resource each, so that each is one request,
is known to be made here or found, and stays if others have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fc_guard.core.normal import normalise
from fc_guard.core.rows import rules_of
from fc_guard.kinds.support.grants import Grant, grants, policy_of, serves
from fc_guard.kinds.support.policies import Policy, spelled
from fc_guard.kinds.support.provider import SUPPORT
from fc_guard.model.fields import Fields
from fc_guard.model.kinds import Holder, Home, Kind, Lifecycle, Operations
from fc_guard.model.resources import Desired
from fc_guard.model.rows import CASE_BLIND, Access, Field, canonical, servers

USERS: Final = (Holder("users", "users", lambda item, id: str(item)),)
ROLE_RULES: Final = rules_of(
    (
        Field("trust", noise=canonical(spelled)),
        Field("name", props=(), noise=CASE_BLIND, access=Access.SERVER),
        *servers("arn", "description", "longestSession"),
    )
)
POLICY_RULES: Final = rules_of(
    (Field("statements", noise=canonical(spelled)), *servers("name", "description", "version"))
)


def roles(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    return tuple(
        Desired(grant.role, normalise({"trust": grant.trust}, ROLE_RULES), on_demand=grant.on_demand)
        for grant in grants(props, account, region)
    )


def policies(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    found = {}
    for grant, policy in _policies(props, account, region):
        if policy.statements:
            id = policy_of(grant, policy)
            fields = normalise({"statements": policy.statements}, POLICY_RULES)
            said: Fields = {("description",): policy.description} if policy.description else {}
            found[id] = Desired(id, fields, carried=said, on_demand=grant.on_demand)
    return tuple(found.values())


def attachments(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    return tuple(
        Desired(
            grant.attachment(policy),
            {},
            carried={("type",): "Custom"} if policy.statements else {},
            needs=frozenset((policy_of(grant, policy),)) if policy.statements else frozenset(),
            on_demand=grant.on_demand,
        )
        for grant, policy in _policies(props, account, region)
    )


def _policies(props: Mapping[str, Any], account: str, region: str) -> Iterator[tuple[Grant, Policy]]:
    return ((grant, policy) for grant in grants(props, account, region) for policy in grant.policies)


def no_props(fields: Fields) -> dict[str, Any]:
    """Returns nothing: what s.yaml says of them stands with the service and the triggers that use them."""
    return {}


ROLE = Kind(
    name="role",
    provider=SUPPORT,
    api="RAM",
    parent=None,
    home=Home(("support", "role")),
    name_field="name",
    list_field="roles",
    operations=Operations("CreateRole", "GetRole", "UpdateRole", "DeleteRole", ""),
    rules=ROLE_RULES,
    desired=roles,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    holders=USERS,
)
POLICY = Kind(
    name="ramPolicy",
    provider=SUPPORT,
    api="RAM",
    parent=None,
    home=Home(("support", "ramPolicy")),
    name_field="name",
    list_field="policies",
    operations=Operations("CreatePolicy", "GetPolicy", "CreatePolicyVersion", "DeletePolicy", ""),
    rules=POLICY_RULES,
    desired=policies,
    props=no_props,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    holders=USERS,
)
ROLE_POLICY = Kind(
    name="rolePolicy",
    provider=SUPPORT,
    api="RAM",
    parent="role",
    home=Home(("support", "rolePolicy")),
    name_field="name",
    list_field="policies",
    operations=Operations("AttachPolicyToRole", "", "", "DetachPolicyFromRole", "ListPoliciesForRole"),
    rules=rules_of(servers("name", "type")),
    desired=attachments,
    props=no_props,
    after=("ramPolicy",),
    listed=True,
    part=True,
    serves=serves,
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    holders=USERS,
)
