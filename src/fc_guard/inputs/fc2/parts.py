"""The parts of a step: `s deploy service` and the like."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.fc2.async_config import ASYNC_CONFIG
from fc_guard.kinds.fc2.custom_domain import CUSTOM_DOMAIN
from fc_guard.kinds.fc2.function import FUNCTION
from fc_guard.kinds.fc2.service import SERVICE
from fc_guard.kinds.fc2.trigger import TRIGGER
from fc_guard.kinds.fc2.vpc_binding import VPC_BINDING
from fc_guard.kinds.support.table import OF_DOMAIN, OF_SERVICE, OF_TRIGGER
from fc_guard.kinds.support.test_domain import name_of
from fc_guard.language import t
from fc_guard.model.layouts import ByName, Part

PARTS: Final = (
    Part("service", (*OF_SERVICE, SERVICE, VPC_BINDING)),
    Part("function", (FUNCTION, ASYNC_CONFIG)),
    Part(
        "trigger",
        (*OF_TRIGGER, TRIGGER),
        ByName("--trigger-name", TRIGGER, t("Only this trigger (may be given again)")),
    ),
    Part(
        "domain",
        (*OF_DOMAIN, CUSTOM_DOMAIN),
        ByName("--domain-name", CUSTOM_DOMAIN, t("Only this custom domain (may be given again)"), name_of),
    ),
)
