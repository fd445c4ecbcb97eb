"""Policies of RAM as s.yaml writes them, the one spelling by which two of them are compared, and the predecessor's
names."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fc_guard.model.fields import Json

LONGEST: Final = 64
"""Characters of a name of RAM, for the predecessor."""
ASSUME: Final = "sts:AssumeRole"
LISTS: Final = (list, tuple)


class Policy(NamedTuple):
    """A policy to attach. Without `statements`, it is one of the system or of the account, and is there already."""

    name: str
    statements: tuple[Mapping[str, Json], ...] = ()
    description: str = ""


def ram_name(prefix: str, name: str, account: str) -> str:
    """Returns the name that the predecessor gives what it makes in RAM. It replaces _, which RAM refuses, except in a
    name that is too long: of such a name it never made anything."""
    if len(name) > LONGEST - len(prefix):
        digest = hmac.new(account.encode(), name.encode(), "md5").hexdigest()
        name = f"{name[:6].lower()}-{digest[:7]}-{prefix}"
    else:
        name = f"{prefix}{name}"
    return name.replace("_", "-")


def allowing(actions: tuple[str, ...], *resources: str) -> dict[str, Json]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def trusting(principals: Mapping[str, tuple[str, ...]]) -> dict[str, Json]:
    """Returns the statement of a trust policy. `principals` are by their sort: Service, RAM, Federated."""
    return {"Effect": "Allow", "Action": ASSUME, "Principal": {sort: list(who) for sort, who in principals.items()}}


def spelled(statements: Json) -> Json:
    """Returns the statements of a policy in the one spelling that all have that mean the same: their order means
    nothing, nor that of a list, and one item is as good as a list of it. What is no list of objects stays as it is."""
    if isinstance(statements, Mapping):
        statements = (statements,)
    if not isinstance(statements, LISTS) or not all(isinstance(each, Mapping) for each in statements):
        return statements
    return _ordered([{key: _member(key, value) for key, value in each.items()} for each in statements])


def _member(key: str, value: Json) -> Json:
    if key == "Effect":
        return value
    if key == "Principal" and isinstance(value, Mapping):
        return {sort: _many(who) for sort, who in value.items()}
    if key == "Condition" and isinstance(value, Mapping):
        return {sign: _condition(of) for sign, of in value.items()}
    return _many(value)


def _condition(of: Json) -> Json:
    return {name: _many(value) for name, value in of.items()} if isinstance(of, Mapping) else of


def _many(value: Json) -> Json:
    return _ordered(value if isinstance(value, LISTS) else [value])


def _ordered(items: Any) -> list[Json]:
    """Returns the items in one order, each once."""
    by_text = {json.dumps(item, sort_keys=True, ensure_ascii=False, default=list): item for item in items}
    return [by_text[text] for text in sorted(by_text)]
