"""What a principal is not allowed to do: rules that tests set, and the refusal that each product has for it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from fc_local.errors import FcError

ANYBODY: Final = "*"
_NO_PERMISSION: Final = ("NoPermission", "You are not authorized to do this action. You should be authorized by RAM.")
_FORBIDDEN: Final = (
    "Forbidden.RAM",
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
)
_DENIED: Final = ("AccessDenied", "the caller is not authorized to perform '{action}'")
_UNAUTHORIZED: Final = ("Unauthorized", "denied by sts or ram, action: {action}")
# The name that a product's actions begin with, and its code and message for what is not allowed.
_PRODUCTS: Final = {
    "2021-04-06": ("fc", *_DENIED),
    "2016-08-15": ("fc", *_DENIED),
    "proxy": ("fc", *_DENIED),
    "ram": ("ram", *_NO_PERMISSION),
    "actiontrail": ("actiontrail", *_NO_PERMISSION),
    "vpc": ("vpc", *_FORBIDDEN),
    "ecs": ("ecs", *_FORBIDDEN),
    "nas": ("nas", *_FORBIDDEN),
    "xtrace": ("xtrace", *_FORBIDDEN),
    "cas": ("yundun-cert", *_FORBIDDEN),
    "sls": ("log", *_UNAUTHORIZED),
}


@dataclass(frozen=True, slots=True)
class Denial:
    """`actions` are names such as ram:CreateRole, vpc:Describe*, or *."""

    principal: str
    actions: tuple[str, ...]


class Permissions:
    """Everything is allowed, except what is denied."""

    def __init__(self) -> None:
        self._denials: tuple[Denial, ...] = ()

    def deny(self, denials: list[Any]) -> None:
        """Replaces all denials. Raises ValueError if one is malformed."""
        self._denials = tuple(_read(denial) for denial in denials)

    def clear(self) -> None:
        self._denials = ()

    def require(self, principal: str, api: str, op: str) -> None:
        """Raises the product's refusal if a principal, named by its access key, may not carry out an operation."""
        if api not in _PRODUCTS:
            return
        prefix, code, message = _PRODUCTS[api]
        action = f"{prefix}:{op}"
        for denial in self._denials:
            whom = denial.principal in (ANYBODY, principal)
            if whom and any(fnmatchcase(action.lower(), pattern.lower()) for pattern in denial.actions):
                raise FcError(403, code, message.format(action=action))


def _read(denial: Any) -> Denial:
    if not isinstance(denial, dict) or set(denial) - {"principal", "actions"}:
        raise ValueError(f"a denial is an object with 'actions' and perhaps 'principal': {denial!r}")
    actions, principal = denial.get("actions"), denial.get("principal", ANYBODY)
    if not isinstance(actions, list) or not actions or not all(isinstance(action, str) for action in actions):
        raise ValueError(f"'actions' is a list of names such as ram:CreateRole or vpc:*: {denial!r}")
    if not isinstance(principal, str):
        raise ValueError(f"'principal' is an access key, or * for anybody: {denial!r}")
    return Denial(principal, tuple(actions))
