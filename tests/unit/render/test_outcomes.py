"""What a run says at its end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fc_guard.render.outcomes import outcome_text
from fc_guard.render.paint import painter
from tests.unit.render.reports import changed, report_of

PUBLIC = "https://shop-hello-x.cn-hangzhou.fcapp.run"
INTRANET = "https://shop-hello-x.cn-hangzhou-vpc.fcapp.run"


@pytest.mark.parametrize(
    ("public", "intranet", "line"),
    [
        (PUBLIC, INTRANET, f"→ {PUBLIC}"),
        ("", INTRANET, f"→ {INTRANET} (from inside a VPC alone)"),
        ("", "", ""),
    ],
)
def test_a_deployment_ends_with_the_address_that_answers(public: str, intranet: str, line: str) -> None:
    url: dict[str, Any] = {"system_url": public, "system_intranet_url": intranet, "custom_domain": []}
    report = replace(report_of(changed({}, {}, {})), command="deploy", output={"url": url})
    last = outcome_text(report, painter(False)).splitlines()[-1:]
    assert [each.strip() for each in last if "→" in each] == ([line] if line else [])
