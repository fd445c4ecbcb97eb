"""Layers have two spellings: `acs:fc:<region>:<account>:layers/<name>/versions/<n>`, and the older `<id>#<name>#<n>`.

The id of the old spelling is not the account of the new one, so neither follows from the other: FC answers with both
(`layers`, `layersArnV2`), and s.yaml may have either.
"""

from __future__ import annotations

import re

from fc_guard.model.fields import Json

ARN = re.compile(r"acs:fc:[^:]*:[^:]*:layers/([^/]+)/versions/(\d+)\Z")
SHORT = re.compile(r"[^#]*#([^#]+)#(\d+)\Z")


def same_layers(left: Json, right: Json) -> bool:
    """Says whether two lists name the same layers in the same order, each in either spelling."""
    return len(left) == len(right) and all(_same(a, b) for a, b in zip(left, right, strict=True))


def _same(left: str, right: str) -> bool:
    if left == right:
        return True
    arn, short = ARN.match(left) or ARN.match(right), SHORT.match(left) or SHORT.match(right)
    return arn is not None and short is not None and arn.groups() == short.groups()
