"""A local server with one function in it, and a browser without a window."""

from __future__ import annotations

import base64
import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from fc_local.server import LocalServer

PLACE = "#/1000000000000000/cn-hangzhou"
CODE = "import os\n\n\ndef handler(event, context):\n    return os.environ['MODE']\n"
FILES: dict[str, bytes] = {
    "index.py": CODE.encode(),
    "lib/windows.py": b"ONE = 1\r\nTWO = 2\r\n",
    "lib/mixed.txt": b"one\r\ntwo\n",
    "logo.png": bytes(range(256)),
}
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--window-size=1280,940",
    "--lang=en",
)


def pack(files: dict[str, bytes]) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalServer]:
    with LocalServer(home=tmp_path / "home", keys=[], port=0) as server:
        made = [
            server.admin.edit("CreateService", ["svc"], {"description": "made by alice"}, who="alice"),
            server.admin.edit(
                "CreateFunction",
                ["svc", "fn"],
                {
                    "runtime": "python3",
                    "handler": "index.handler",
                    "memorySize": 256,
                    "environmentVariables": {"MODE": "slow", "KEPT": "1"},
                    "code": {"zipFile": pack(FILES)},
                },
                who="alice",
            ),
        ]
        assert [answer["status"] for answer in made] == [200, 200]
        yield server


@pytest.fixture(scope="session")
def session_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    yield from chrome(tmp_path_factory.mktemp("browser"))


def chrome(folder: Path, *flags: str) -> Iterator[webdriver.Chrome]:
    """A browser with a profile of its own in the folder; skips the test where there is none."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        if os.environ.get("FC_GUARD_REQUIRE_BROWSER") == "1":
            pytest.fail("FC_GUARD_REQUIRE_BROWSER=1, but chromium and chromedriver are not on PATH")
        pytest.skip("chromium and chromedriver are not on PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, *flags, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    running = webdriver.Chrome(options=options, service=Service(driver))
    yield running
    running.quit()


@pytest.fixture
def browser(session_browser: webdriver.Chrome, server: LocalServer) -> Iterator[webdriver.Chrome]:
    """At the end the page must not have logged an error, such as a refused script or an exception of its own.

    It is looked at while the server still runs: a page that is reading when its server goes away rightly says so.
    """
    session_browser.get("about:blank")
    session_browser.get_log("browser")
    yield session_browser
    refusals = "Failed to load resource: the server responded with a status of 4"
    assert [line for line in session_browser.get_log("browser") if refusals not in line["message"]] == []


class Page:
    """What a person does. Every step waits for what it needs."""

    def __init__(self, browser: webdriver.Chrome, server: LocalServer) -> None:
        self.browser, self.server = browser, server

    def open(self, address: str = PLACE, who: str | None = None) -> None:
        self.browser.get("about:blank")
        self.browser.get(f"{self.server.url}/{address}")
        if who:
            self.find("#who").send_keys(who)

    def find(self, css: str, text: str | None = None) -> WebElement:
        def look(_):
            found = [one for one in self.browser.find_elements(By.CSS_SELECTOR, css) if one.is_displayed()]
            return next((one for one in found if text is None or one.text == text), None)

        wait = WebDriverWait(self.browser, 20, poll_frequency=0.05, ignored_exceptions=[StaleElementReferenceException])
        return wait.until(look, f"{css} {text or ''}")

    def click(self, css: str, text: str | None = None) -> None:
        self.find(css, text).click()

    def fill(self, css: str, value: str) -> None:
        control = self.find(css)
        control.clear()
        control.send_keys(value)

    def said(self, panel: str) -> str:
        """The line beside the button, once a save is over."""

        def look(_):
            lines = self.browser.find_elements(By.CSS_SELECTOR, f"{panel} .notice.good, {panel} .notice.bad")
            return next((line.text for line in lines if line.text), None)

        return WebDriverWait(
            self.browser, 20, poll_frequency=0.05, ignored_exceptions=[StaleElementReferenceException]
        ).until(look)

    def value_row(self, name: str) -> WebElement:
        rows = self.browser.find_elements(By.CSS_SELECTOR, ".variables tr")
        keys = [row.find_element(By.CSS_SELECTOR, ".key").get_attribute("value") for row in rows]
        return rows[keys.index(name)]


@pytest.fixture
def page(browser: webdriver.Chrome, server: LocalServer) -> Page:
    return Page(browser, server)
