"""What an account may ask about itself: its settings, its limits, a place to put large packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fc_local import bucket
from fc_local.calls import Call, Outcome

if TYPE_CHECKING:
    from fc_local.api import Api


async def settings(api: Api, call: Call) -> Outcome:
    zones = [f"{call.scope.region}-{letter}" for letter in "fgh"]
    return Outcome(200, {"availableAZs": zones, "defaultRole": ""})


async def configs(api: Api, call: Call) -> Outcome:
    """The limit is text here (facts 2.1), whatever is asked for."""
    return Outcome(200, {"CodeSizeLimit": str(api.switches["code_size_limit"])})


async def temporary_bucket(api: Api, call: Call) -> Outcome:
    return Outcome(200, bucket.token(api.objects, call, api.switches["oss_code_size_limit"]))


DEEDS = {"settings": settings, "account.configs": configs, "bucket.token": temporary_bucket}
