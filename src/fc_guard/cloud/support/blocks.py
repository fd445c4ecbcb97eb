"""The addresses of a network, and where in it a switch has room."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

from fc_guard.cloud.support.lists import odd
from fc_guard.errors import CallFailed
from fc_guard.language import t
from fc_guard.render.values import safe

USUAL: Final = ipaddress.IPv4Network("10.20.0.0/16")
"""The predecessor's."""
LARGEST: Final = 16
SMALLEST: Final = 29
"""The prefixes that a switch may have: documents of CreateVSwitch."""


def free_block(around: str, taken: Sequence[str]) -> str:
    """Returns the first block that no other switch has, from the predecessor's on: of 65,536 addresses, or as large as
    the VPC if that is smaller."""
    vpc, others = _block("DescribeVpcs", around), [_block("DescribeVSwitches", block) for block in taken]
    prefix = max(LARGEST, vpc.prefixlen)
    blocks = vpc.subnets(new_prefix=prefix) if prefix <= SMALLEST else ()
    free = [block for block in blocks if not any(block.overlaps(other) for other in others)]
    if not free:
        raise CallFailed(
            t("the VPC {block} has no addresses left for a switch", block=around),
            code="NoAddresses",
            http_status=0,
            hint=t("Name a network of your own in s.yaml."),
        )
    return str(USUAL if USUAL in free else free[0])


def _block(operation: str, text: str) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(text)
    except ValueError as error:
        raise odd(operation, t("{text} is no block of addresses", text=safe(text))) from error
