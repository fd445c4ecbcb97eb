"""Who calls a function for a trigger, and what its role has to allow: the predecessor's principals and actions."""

from __future__ import annotations

from typing import Final, NamedTuple

SERVICE: Final = "Service"
ACCOUNT: Final = "RAM"


class Caller(NamedTuple):
    """`principal` is who assumes the role: a service of Alibaba Cloud or, `within` RAM, an account. `policy` tells the
    policy of this type from those of other types. `reads` is what the role allows besides calling the function."""

    principal: str
    policy: str
    reads: tuple[str, ...] = ()
    within: str = SERVICE
