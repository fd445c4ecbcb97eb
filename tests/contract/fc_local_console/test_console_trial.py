"""A function is called from its page in a real browser, and the page shows what came of it."""

from __future__ import annotations

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from tests.contract.fc_local_console.conftest import PLACE

TEST = f"{PLACE}/svc/fn/test"
WEB = """
def handler(environ, start_response):
    print("asked for", environ["PATH_INFO"].encode("latin-1").decode())
    start_response("404 Not Found", [("X-Mark", environ.get("HTTP_X_MARK", "none"))])
    return [b"<b>" + environ["wsgi.input"].read() + b"</b>"]
"""


def shown(page, part):
    return page.find(f"[data-panel=test] [data-part={part}]").text


def facts(page):
    found = page.browser.find_elements(By.CSS_SELECTOR, ".result .facts div")
    return {one.find_element(By.TAG_NAME, "dt").text: one.find_element(By.TAG_NAME, "dd").text for one in found}


def write(server, code):
    assert server.admin.edit("UpdateFunction", ["svc", "fn"], {"files": {"index.py": code}})["status"] == 200


def test_an_event_is_typed_in_and_the_result_and_the_end_of_the_log_are_shown(page, server):
    write(server, "def handler(event, context):\n    print('got', event)\n    return b'<i>' + event\n")
    page.open(TEST)
    page.fill("textarea[name=event]", '{"n": 1}')
    page.click("[data-panel=test] .primary")
    assert page.find(".result .tag").text == "Succeeded"
    assert shown(page, "answer") == '<i>{"n": 1}'
    assert """got b'{"n": 1}'""" in shown(page, "logTail")
    assert {"Duration", "Request id"} == set(facts(page))


def test_a_failed_call_shows_its_error_and_its_traceback(page, server):
    write(server, "def handler(event, context):\n    raise ValueError('on purpose')\n")
    page.open(TEST)
    page.click("[data-panel=test] .primary")
    assert page.find(".result .tag").text == "Failed"
    assert facts(page)["Error"] == "UnhandledInvocationError"
    assert "on purpose" in shown(page, "answer")
    assert "ValueError: on purpose" in shown(page, "logTail")


def test_an_http_function_is_sent_a_request(page, server):
    write(server, WEB)
    config = {"authType": "function", "methods": ["PUT", "GET"]}
    server.admin.edit("CreateTrigger", ["svc", "fn", "web"], {"triggerType": "http", "triggerConfig": config})
    page.open(TEST)
    assert page.find("[data-panel=test] select[name=method]").get_attribute("value") == "PUT"
    page.fill("[data-panel=test] input[name=path]", "订单/7?full=1")
    page.fill("[data-panel=test] textarea[name=headers]", "X-Mark: yes")
    page.fill("[data-panel=test] textarea[name=body]", "hello")
    page.click("[data-panel=test] .primary")
    assert page.find(".result .tag").text == "Succeeded"
    assert facts(page)["Status"] == "404"
    assert shown(page, "answerHeaders") == "X-Mark: yes"
    assert shown(page, "answer") == "<b>hello</b>"
    assert shown(page, "logTail") == "asked for /订单/7"


def test_a_request_that_cannot_be_sent_says_why(page, server):
    write(server, WEB)
    config = {"methods": ["GET"]}
    server.admin.edit("CreateTrigger", ["svc", "fn", "web"], {"triggerType": "http", "triggerConfig": config})
    page.open(TEST)
    Select(page.find("[data-panel=test] select[name=method]")).select_by_visible_text("PUT")
    page.click("[data-panel=test] .primary")
    refused = page.said("[data-panel=test]")
    assert refused.startswith("MethodNotAllowed: method 'PUT' is not allowed by the http trigger (allowed: GET). ")
    assert refused.endswith("Choose another method, or allow this one in the tab Triggers.")
    Select(page.find("[data-panel=test] select[name=method]")).select_by_visible_text("GET")
    page.fill("[data-panel=test] textarea[name=headers]", "no colon here")
    page.click("[data-panel=test] .primary")
    page.find(
        "[data-panel=test] .notice.bad",
        "InvalidRequest: a header is a line such as Accept: text/plain, not ['no colon here', '']",
    )


def test_what_is_called_is_what_was_saved_and_what_was_typed_stays(page, server):
    page.open(f"{PLACE}/svc/fn/test")
    page.fill("textarea[name=event]", "mine")
    page.click("[data-tab=code]")
    page.find(".editor textarea").send_keys("#")
    page.click("[data-tab=test]")
    page.click("[data-panel=test] .primary")
    assert "as it was saved last" in page.said("[data-panel=test]")
    page.click("[data-tab=code]")
    page.click("[data-panel=code] .primary")
    page.find("[data-panel=code] .notice.good")
    page.click("[data-tab=test]")
    assert page.find("textarea[name=event]").get_attribute("value") == "mine"
    page.click("[data-panel=test] .primary")
    assert page.said("[data-panel=test]") == "The function was called."


def test_a_function_that_does_not_run_here_has_no_button(page, server):
    body = {"runtime": "nodejs14", "handler": "index.handler", "files": {"index.js": "1"}}
    assert server.admin.edit("CreateFunction", ["svc", "js"], body)["status"] == 200
    page.open(f"{PLACE}/svc/js/test")
    assert "runs python3 functions only, not nodejs14" in page.find("[data-panel=test] p").text
    assert page.browser.find_elements(By.CSS_SELECTOR, "[data-panel=test] button") == []
