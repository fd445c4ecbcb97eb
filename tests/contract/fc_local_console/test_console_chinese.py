"""The console in Chinese: errors and placeholders too, and each refusal says what to do next."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from tests.contract.fc_local_console.conftest import PLACE

import fc_local
from fc_local import errors

ROOT = Path(fc_local.__file__).parent
REACHED = (
    *("errors", "conditions", "qualifiers", "staging", "packages", "shape", "insider", "invocation", "front"),
    *("kinds/checks", "kinds/service", "kinds/function", "kinds/function_checks", "kinds/trigger"),
    *("kinds/event_sources", "kinds/eventbridge", "console/trial", "console/listing"),
)
NOT_FOR_A_PERSON = (  # a page cannot bring them about: they are about signatures, addresses and downloads
    *("required HTTP header", "against", "The specified key", "The URL's signature", "Request has expired"),
    *("the access key does not belong", "must be a text", "event or request"),
    "has active 7",  # `known_kinds` has what it is filled with
)


def sample(node: ast.expr) -> str | None:
    """A text as it would be told, with 7 for what is filled in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{\d\}", "7", node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "7" for part in node.values]
        return "".join(str(part) for part in parts)
    return None


def messages() -> Iterator[str]:
    """Every message in the modules that a page's edits reach: each text with a space in it."""
    raising = {"invalid", "FcError", "ValueError"}
    for name in REACHED:
        for node in ast.walk(ast.parse((ROOT / f"{name}.py").read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                found = [sample(one) for one in node.args] if called in raising else []
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "message":
                found = [sample(node.value)]
            else:
                continue
            yield from (text for text in found if text and " " in text)


def known_kinds() -> Iterator[str]:
    names = ("one", "two", "three")
    for kind in ("service", "function", "trigger", "alias", "version", "custom_domain"):
        yield errors.not_found(kind, names).message
        yield errors.already_exists(kind, names).message
    yield errors.not_empty("service", "one", "functions").message
    yield errors.not_empty("service", "one", "versions").message
    yield errors.not_empty("function", "one", "triggers").message


@pytest.fixture
def chinese(page):
    page.open()
    page.browser.execute_script("localStorage.setItem('fc-local.language', 'zh')")
    page.open()
    return page


def test_every_refusal_has_its_chinese(chinese):
    found = sorted({*messages(), *known_kinds()})
    for_people = [text for text in found if not any(part in text for part in NOT_FOR_A_PERSON)]
    assert len(for_people) > 50
    script = """
      const [texts, done] = arguments;
      import("/console/errors.js").then(({ inChinese }) => done(texts.filter((text) => inChinese(text) === null)));
    """
    assert chinese.browser.execute_async_script(script, for_people) == []


def delete(page):
    page.click(".heading .danger")
    page.click("dialog .danger")
    return page.said(".heading")


@pytest.mark.switches_at_default("not_empty_status")
def test_what_holds_a_resource_is_told_with_the_next_step(chinese, server):
    config = {"triggerType": "http", "triggerConfig": {}}
    assert server.admin.edit("CreateTrigger", ["svc", "fn", "web"], config)["status"] == 200
    chinese.open(f"{PLACE}/svc/fn")
    assert delete(chinese) == "函数 fn 还有触发器（FunctionNotEmpty）。请先删除它的触发器。"
    chinese.open(f"{PLACE}/svc")
    assert delete(chinese) == "服务 svc 里还有函数（ServiceNotEmpty）。请先删除其中的函数。"


def test_a_service_with_versions_says_to_delete_them_first(chinese, server):
    for op, path in (("PublishServiceVersion", ["svc"]), ("DeleteFunction", ["svc", "fn"])):
        assert server.admin.edit(op, path)["status"] < 300
    chinese.open(f"{PLACE}/svc")
    assert delete(chinese) == "服务 svc 还有已发布的版本（ServiceNotEmpty）。请先用 API 客户端删除这些版本。"


def test_a_value_that_is_refused_and_a_page_that_is_not_there_are_told_in_chinese(chinese, server):
    chinese.open(f"{PLACE}/svc/fn")
    chinese.fill("input[name=memorySize]", "100")
    chinese.click("[data-panel=configuration] .primary")
    assert chinese.said("[data-panel=configuration]") == "MemorySize 过小（最小 128；实际：100）（InvalidArgument）。"
    chinese.open(f"{PLACE}/svc/none")
    told = "服务 svc 里没有函数 none（FunctionNotFound）。请从列表中选择其他的，或先部署它。"
    assert chinese.find("[role=alert]").text == told


def test_a_qualifier_that_is_not_there_is_told_in_chinese(chinese, server):
    script = """
      const done = arguments[0];
      import("/console/errors.js").then(({ told }) =>
        done(told("AliasNotFound", "alias 'live' of service 'svc' does not exist")));
    """
    expected = "服务 svc 没有别名 live（AliasNotFound）。请先用 API 客户端发布它，或不指定版本与别名。"
    assert chinese.browser.execute_async_script(script) == expected


def test_a_package_that_cannot_be_read_is_told_in_chinese(chinese):
    script = """
      const done = arguments[0];
      import("/console/errors.js").then(({ translated }) =>
        done(translated("the code package cannot be read: no zip")));
    """
    assert chinese.browser.execute_async_script(script) == "代码包无法读取：no zip"


def test_no_placeholder_and_no_label_is_in_english(chinese, server):
    server.admin.edit("CreateTrigger", ["svc", "fn", "web"], {"triggerType": "http", "triggerConfig": {}})
    for address in (PLACE, f"{PLACE}/svc", f"{PLACE}/svc/fn/configuration", f"{PLACE}/svc/fn/test", "#/audit"):
        chinese.open(address)
        chinese.find("#page h1")
        shown = chinese.browser.find_elements(
            By.CSS_SELECTOR, "[placeholder], label, button:not(.language), h2, th, dt"
        )
        texts = [one.get_attribute("placeholder") or one.text for one in shown if one.is_displayed()]
        own = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}
        assert [text for text in texts if text.isascii() and text and text not in own] == [], address
