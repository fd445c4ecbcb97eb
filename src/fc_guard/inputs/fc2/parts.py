"""The parts of a step: `s deploy service` and the like."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.async_config import ASYNC_CONFIG
from fc_guard.kinds.custom_domain import CUSTOM_DOMAIN
from fc_guard.kinds.function import FUNCTION
from fc_guard.kinds.service import SERVICE
from fc_guard.kinds.trigger import TRIGGER
from fc_guard.kinds.vpc_binding import VPC_BINDING
from fc_guard.model.layouts import ByName, Part

PARTS: Final = (
    Part("service", (SERVICE, VPC_BINDING)),
    Part("function", (FUNCTION, ASYNC_CONFIG)),
    Part("trigger", (TRIGGER,), ByName("--trigger-name", TRIGGER, "Only this trigger (may be given again)")),
    Part(
        "domain",
        (CUSTOM_DOMAIN,),
        ByName("--domain-name", CUSTOM_DOMAIN, "Only this custom domain (may be given again)"),
    ),
)
