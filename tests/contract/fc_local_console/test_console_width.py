"""Every page fits a telephone and a small laptop: nothing is wider than the window, and the page has no bar below."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from tests.contract.fc_local_console.conftest import PLACE

LONG = "a-name-of-the-night-" * 3 + "end"  # 63 characters: under some answers of FC 64 are the most
WIDER = """
const scrolled = (one) => {
  for (let above = one.parentElement; above; above = above.parentElement) {
    if (above.id !== "page" && above !== document.body && getComputedStyle(above).overflowX !== "visible") return true;
  }
  return false;
};
const page = document.getElementById("page");
const bars = [document.documentElement, page].filter((one) => one.scrollWidth > one.clientWidth);
const all = [...document.querySelectorAll("body *")];
const wide = all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
return [...bars, ...wide.filter((one) => !scrolled(one))].map((one) => `${one.tagName} ${one.className}`);
"""
PAGES = (
    (PLACE, "table.domains"),
    (f"{PLACE}/svc", ".settings"),
    *((f"{PLACE}/svc/fn/{tab}", f"[data-panel={tab}]") for tab in ("configuration", "code", "triggers", "test")),
    (f"{PLACE}/svc/{LONG}/test", "[data-panel=test]"),
    (f"{PLACE}/svc/none", "[role=alert]"),
    ("#/audit", ".audit tbody tr"),
)


@pytest.fixture
def full(server):
    """Long names and values everywhere."""
    routes = [{"path": f"/{LONG}/*", "serviceName": "svc", "functionName": name} for name in (LONG, "gone")]
    timer = {"cronExpression": "@every 5m", "enable": True, "payload": LONG * 3}
    made = [
        server.admin.edit(op, path, body, who="x" * 64)
        for op, path, body in (
            ("UpdateService", ["svc"], {"description": LONG * 2}),
            ("UpdateFunction", ["svc", "fn"], {"environmentVariables": {f"V{n}": "v" * 300 for n in range(3)}}),
            (
                "CreateFunction",
                ["svc", LONG],
                {"runtime": "python3", "handler": "index.h", "files": {f"{LONG}/{LONG}.py": "x = 1 " * 80}},
            ),
            ("CreateTrigger", ["svc", "fn", "web"], {"triggerType": "http", "triggerConfig": {}}),
            ("CreateTrigger", ["svc", "fn", LONG], {"triggerType": "timer", "triggerConfig": timer}),
            ("CreateCustomDomain", ["w" * 60 + ".example.com"], {"routeConfig": {"routes": routes}}),
        )
    ]
    assert [answer["status"] for answer in made] == [200] * 6
    return server


@pytest.fixture(params=[1280, 400])
def sized(request, page):
    size = {"width": request.param, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield page
    page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_is_wider_than_the_window(sized, full, language):
    sized.open()
    sized.browser.execute_script("localStorage.setItem('fc-local.language', arguments[0])", language)
    for address, part in PAGES:
        sized.open(address)
        sized.find(part)
        for closed in sized.browser.find_elements(By.CSS_SELECTOR, "#page details:not([open])"):
            sized.browser.execute_script("arguments[0].open = true", closed)
        assert sized.browser.execute_script(WIDER) == [], address


def test_a_result_of_long_lines_fits_as_well(sized, full):
    code = f"def handler(event, context):\n    print('{LONG * 3}')\n    raise ValueError('{LONG * 3}')\n"
    full.admin.edit("UpdateFunction", ["svc", "fn"], {"files": {"index.py": code}})
    sized.open(f"{PLACE}/svc/fn/test")
    sized.find("select[name=way]").send_keys("Event")
    sized.click("[data-panel=test] .primary")
    sized.find(".result .tag")
    assert sized.browser.execute_script(WIDER) == []
