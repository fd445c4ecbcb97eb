"""The page in a real browser: somebody edits a function online, and exactly that changes."""

from __future__ import annotations

import http.client
import io
import json
import zipfile
from urllib.parse import urlsplit

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from tests.contract.fc_local_console.conftest import PLACE

FUNCTION = "/2021-04-06/services/svc/functions/fn"


def settings(server):
    """The function as the API shows it, without what every write moves."""
    function = server.admin.state()["services"]["svc"]["functions"]["fn"]
    return {key: value for key, value in function.items() if key not in ("etag", "lastModifiedTime")}


def package(server):
    """The files of the function, fetched the way a client does."""
    url = urlsplit(json.loads(ask(server, "GET", f"{FUNCTION}/code"))["url"])
    with zipfile.ZipFile(io.BytesIO(ask(server, "GET", f"{url.path}?{url.query}"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def invoke(server):
    return ask(server, "POST", f"{FUNCTION}/invocations")


def ask(server, method, target, status=200):
    """A request of a client; these tests are not about signatures."""
    server.admin.switches(auth="off")
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        assert answer.status == status
        return answer.read()
    finally:
        connection.close()


def last_event(server):
    event = server.admin.audit()[-1]
    return {key: event[key] for key in ("who", "what", "resource", "client")}


UPDATED = {"who": "bob", "what": "UpdateFunction", "resource": "services/svc/functions/fn", "client": "console"}


def test_an_environment_variable_edited_by_bob_is_the_only_change(page, server):
    before, files = settings(server), package(server)
    assert invoke(server) == b"slow"
    page.open(f"{PLACE}/svc/fn", who="bob")
    page.find(".variables .key")
    value = page.value_row("MODE").find_element(By.CSS_SELECTOR, ".value")
    value.clear()
    value.send_keys("fast")
    page.click("[data-panel=configuration] .primary")
    assert page.said("[data-panel=configuration]").startswith("Saved at ")
    assert settings(server) == {**before, "environmentVariables": {"MODE": "fast", "KEPT": "1"}}
    assert package(server) == files
    assert last_event(server) == UPDATED
    assert invoke(server) == b"fast"


def test_a_line_of_code_edited_by_bob_is_the_only_change(page, server):
    before, files = settings(server), package(server)
    page.open(f"{PLACE}/svc/fn/code", who="bob")
    area = page.find(".editor textarea")
    assert area.get_attribute("value") == files["index.py"].decode()
    area.send_keys(Keys.CONTROL, Keys.HOME)
    area.send_keys(Keys.END, "  # 修复")
    page.click("[data-panel=code] .primary")
    assert page.said("[data-panel=code]").startswith("Saved at ")
    changed = files["index.py"].replace(b"import os\n", "import os  # 修复\n".encode(), 1)
    assert package(server) == {**files, "index.py": changed}
    moved = ("codeSize", "codeChecksum")
    after = settings(server)
    assert {key: after[key] for key in after if key not in moved} == {
        key: before[key] for key in before if key not in moved
    }
    assert after["codeChecksum"] != before["codeChecksum"]
    assert last_event(server) == UPDATED


def test_files_are_added_and_deleted_and_keep_their_line_ends(page, server):
    files = package(server)
    page.open(f"{PLACE}/svc/fn/code", who="bob")
    page.click(".files button[title='lib/windows.py']")
    page.find(".editor textarea").send_keys(Keys.CONTROL, Keys.END)
    page.find(".editor textarea").send_keys("THREE = 3\n")
    page.click(".files button[title='logo.png']")
    assert "cannot be edited here (256 bytes)" in page.find(".pane > p").text
    page.click(".paneHead button", "Delete file")
    page.click(".columns aside > button", "Add file")
    page.fill("dialog input", "../evil.py")
    page.click("dialog .primary")
    assert page.said("[data-panel=code]") == "A path like src/index.py, please."
    page.click(".columns aside > button", "Add file")
    page.fill("dialog input", "new/empty.py")
    page.click("dialog .primary")
    page.click("[data-panel=code] > section > .actions .primary")
    page.find("[data-panel=code] .notice.good")
    expected = {**files, "lib/windows.py": b"ONE = 1\r\nTWO = 2\r\nTHREE = 3\r\n", "new/empty.py": b""}
    del expected["logo.png"]
    assert package(server) == expected


def test_variables_are_added_renamed_and_removed(page, server):
    page.open(f"{PLACE}/svc/fn")
    page.find(".variables .key")
    page.value_row("KEPT").find_element(By.CSS_SELECTOR, "button").click()
    key = page.value_row("MODE").find_element(By.CSS_SELECTOR, ".key")
    key.clear()
    key.send_keys("PACE")
    page.click(".variables > button", "Add variable")
    row = page.value_row("")
    row.find_element(By.CSS_SELECTOR, ".key").send_keys("MORE")
    row.find_element(By.CSS_SELECTOR, ".value").send_keys("2")
    page.click("[data-panel=configuration] .primary")
    page.find("[data-panel=configuration] .notice.good")
    assert settings(server)["environmentVariables"] == {"PACE": "slow", "MORE": "2"}
    assert last_event(server)["who"] == "somebody else"


def test_custom_domains_are_shown_with_their_routes(page, server):
    route = {"path": "/*", "serviceName": "svc", "functionName": "fn", "qualifier": "1", "methods": ["GET", "PUT"]}
    page.open()
    page.find("table.list")
    assert page.browser.find_elements(By.CSS_SELECTOR, "table.domains") == []
    server.admin.edit("CreateCustomDomain", ["www.example.com"], {"routeConfig": {"routes": [route]}})
    page.open()
    cells = page.find("table.domains tbody tr").find_elements(By.CSS_SELECTOR, "td")
    assert [cell.text for cell in cells] == ["www.example.com", "HTTP", "/* → svc/fn@1 GET PUT"]
    assert page.browser.find_elements(By.CSS_SELECTOR, "table.domains .missing") == []
    page.click("table.domains a")
    page.find("[data-panel=configuration]")


def test_a_route_to_a_function_that_is_not_there_says_so(page, server):
    route = {"path": "/*", "serviceName": "svc", "functionName": "gone"}
    server.admin.edit("CreateCustomDomain", ["www.example.com"], {"routeConfig": {"routes": [route]}})
    page.open()
    assert page.find("table.domains .missing").text == "no such function: deploy it, or change the route"


def test_an_error_of_the_api_is_shown_and_what_was_written_stays(page, server):
    before = settings(server)
    page.open(f"{PLACE}/svc/fn")
    page.fill("input[name=memorySize]", "100")
    page.click("[data-panel=configuration] .primary")
    assert (
        page.said("[data-panel=configuration]") == "InvalidArgument: MemorySize is too small (min: 128, actual: '100')"
    )
    assert page.find("input[name=memorySize]").get_attribute("value") == "100"
    page.fill("input[name=memorySize]", "512")
    page.click("[data-panel=configuration] .primary")
    page.find("[data-panel=configuration] .notice.good")
    assert settings(server) == {**before, "memorySize": 512}


def test_an_edit_somebody_else_was_faster_with_is_not_lost_over_it(page, server):
    page.open(f"{PLACE}/svc/fn")
    page.find("input[name=timeout]")
    server.admin.edit("UpdateFunction", ["svc", "fn"], {"timeout": 7})
    page.fill("input[name=timeout]", "9")
    page.click("[data-panel=configuration] .primary")
    assert page.said("[data-panel=configuration]").startswith("Somebody changed this after you opened the page.")
    assert settings(server)["timeout"] == 7


def test_code_is_saved_without_losing_what_is_being_written_elsewhere(page, server):
    page.open(f"{PLACE}/svc/fn")
    page.fill("input[name=description]", "not saved yet")
    page.click("[data-tab=code]")
    page.find(".editor textarea").send_keys("#")
    page.click("[data-panel=code] .primary")
    page.find("[data-panel=code] .notice.good")
    page.click("[data-tab=configuration]")
    assert page.find("input[name=description]").get_attribute("value") == "not saved yet"
    assert settings(server)["description"] == ""
    page.click("[data-panel=configuration] .primary")
    page.find("[data-panel=configuration] .notice.good")
    assert settings(server)["description"] == "not saved yet"


def test_triggers_are_made_edited_and_deleted(page, server):
    def triggers():
        found = server.admin.state()["services"]["svc"]["functions"]["fn"]["triggers"]
        return {name: json.loads(one["triggerConfig"]) for name, one in found.items()}

    page.open(f"{PLACE}/svc/fn/triggers", who="bob")
    page.click("[data-panel=triggers] .actions button", "New trigger")
    page.fill("input[name=triggerName]", "web")
    page.click(".trigger.new .primary")
    page.click("[data-trigger=web] input[value=DELETE]")
    Select(page.find("[data-trigger=web] select")).select_by_value("function")
    assert triggers() == {"web": {"authType": "anonymous", "methods": ["GET", "POST"]}}
    page.click("[data-trigger=web] .primary")
    page.find("[data-trigger=web] .notice.good")
    assert triggers() == {"web": {"authType": "function", "methods": ["GET", "POST", "DELETE"]}}
    page.click("[data-panel=triggers] .actions button", "New trigger")
    page.fill("input[name=triggerName]", "often")
    Select(page.find("select[name=triggerType]")).select_by_visible_text("timer")
    page.fill("input[name=cronExpression]", "0 0 4 * * *")
    page.click("input[name=enable]")
    page.fill("textarea[name=payload]", "wake up")
    page.click(".trigger.new .primary")
    page.find("[data-trigger=often]")
    assert triggers()["often"] == {"cronExpression": "0 0 4 * * *", "enable": False, "payload": "wake up"}
    page.click("[data-trigger=web] .danger")
    page.click("dialog .danger")
    page.find("[data-panel=triggers] > section > .actions .good")
    assert list(triggers()) == ["often"]
    assert last_event(server) == {
        "who": "bob",
        "what": "DeleteTrigger",
        "resource": "services/svc/functions/fn/triggers/web",
        "client": "console",
    }


def test_a_service_is_made_edited_and_deleted(page, server):
    page.open()
    page.click("#tree button", "New service")
    page.fill("dialog input", "billing")
    page.click("dialog .primary")
    page.find("h1", "billing")
    page.fill("input[name=description]", "账单")
    page.click("input[name=internetAccess]")
    page.click(".settings .primary")
    page.find(".settings .notice.good")
    service = server.admin.state()["services"]["billing"]
    assert (service["description"], service["internetAccess"], service["role"]) == ("账单", False, "")
    page.click(".heading button", "New function")
    page.fill("dialog input", "hello")
    page.click("dialog .primary")
    page.find("h1", "hello")
    page.click(".heading .danger")
    page.click("dialog .danger")
    page.find("h1", "billing")
    page.click(".heading .danger")
    page.click("dialog button", "Cancel")
    assert "billing" in server.admin.state()["services"]
    page.click(".heading .danger")
    page.click("dialog .danger")
    page.find("h1", "Services")
    assert list(server.admin.state()["services"]) == ["svc"]


def test_a_service_with_functions_is_not_deleted(page, server):
    page.open(f"{PLACE}/svc")
    page.click(".heading .danger")
    page.click("dialog .danger")
    assert page.said(".heading") == "ServiceNotEmpty: service 'svc' has active functions. Delete its functions first."
    assert list(server.admin.state()["services"]) == ["svc"]


def test_what_is_unsaved_is_not_left_without_a_question(page, server):
    page.open(f"{PLACE}/svc/fn")
    page.fill("input[name=description]", "unsaved")
    page.click("#tree a.service")
    page.click("dialog button", "Cancel")
    assert page.find("input[name=description]").get_attribute("value") == "unsaved"
    assert page.browser.current_url.endswith(f"{PLACE}/svc/fn")
    page.click("#tree a.service")
    page.click("dialog .danger")
    page.find("h1", "svc")
    assert page.find("input[name=description]").get_attribute("value") == "made by alice"


def test_the_audit_page_says_who_did_what_through_what(page, server):
    server.admin.edit("UpdateService", ["svc"], {"description": "<b>bold</b>"}, who="<i>mallory</i>")
    page.open("#/audit")
    page.find(".audit tbody tr")
    rows = [
        [cell.text.split("\n")[0] for cell in row.find_elements(By.CSS_SELECTOR, "td")[1:]]
        for row in page.browser.find_elements(By.CSS_SELECTOR, ".audit tbody tr")
    ]
    assert rows == [
        ["<i>mallory</i>", "UpdateService", "services/svc", "admin"],
        ["alice", "CreateFunction", "services/svc/functions/fn", "admin"],
        ["alice", "CreateService", "services/svc", "admin"],
    ]


def test_the_audit_page_shows_the_fields_as_they_were_and_as_they_are(page, server):
    changes = {"timeout": 9, "environmentVariables": {"MODE": "<b>fast</b>"}}
    server.admin.edit("UpdateFunction", ["svc", "fn"], changes, who="bob")
    page.open("#/audit")
    page.find(".audit tbody tr")
    newest = page.find(".audit .changes").find_elements(By.CSS_SELECTOR, "li")
    assert [line.text for line in newest] == [
        "timeout 3 → 9",
        "environmentVariables.MODE slow → <b>fast</b>",
        "environmentVariables.KEPT 1 → –",
    ]


def test_the_console_speaks_chinese_and_remembers_it(page, server):
    page.open()
    page.find("h1", "Services")
    page.click("button.language", "中文")
    page.find("h1", "服务")
    page.browser.refresh()
    page.find("h1", "服务")
    assert page.find("html").get_attribute("lang") == "zh"


def test_another_account_and_region_can_be_chosen(page, server):
    made = server.admin.edit("CreateService", ["far"], region="us-west-1", account="1234567890123456")
    assert made["status"] == 200
    page.open()
    page.find("#tree a.service", "svc")
    Select(page.find("#place")).select_by_visible_text("1234567890123456 / us-west-1")
    page.find("#tree a.service", "far")
    page.click("#tree a.service")
    page.find("h1", "far")


def test_a_page_that_is_not_there_says_so(page, server):
    page.open(f"{PLACE}/svc/none")
    assert page.find("[role=alert]").text == (
        "FunctionNotFound: function 'none' does not exist in service 'svc'. Choose another from the list, or deploy it."
    )


def test_the_traceback_of_an_http_function_is_on_its_page(page, server):
    code = "def handler(environ, start_response):\n    raise ValueError('on purpose')\n"
    trigger = {"authType": "anonymous", "methods": ["GET"]}
    for op, path, body in (
        ("UpdateFunction", ["svc", "fn"], {"files": {"index.py": code}}),
        ("CreateTrigger", ["svc", "fn"], {"triggerName": "web", "triggerType": "http", "triggerConfig": trigger}),
    ):
        assert server.admin.edit(op, path, body)["status"] < 300
    ask(server, "GET", "/2016-08-15/proxy/svc/fn/", status=502)
    page.open(f"{PLACE}/svc/fn/configuration")
    page.click(".failure summary")
    assert "ValueError: on purpose" in page.find(".failure pre").text
