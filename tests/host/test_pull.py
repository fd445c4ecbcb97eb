"""Somebody mends code and configuration in the console, and `s pull` brings exactly that into the project: through the
real host, at a terminal, from an s.yaml that people wrote."""

from __future__ import annotations

import difflib
import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from tests.host.harness import ROOT, write_files
from tests.host.scenes import ACCOUNT, REGION, Project, assert_told, handler

pytest_plugins = ("tests.host.stage",)

S_YAML = f"""\
# 商店 · the shop. Ask Li before you change the name!
edition: 3.0.0
name: app
access: default

vars:
  region: {REGION}
  memory: 128     # MB, shared

resources:
  one:
    component: {ROOT}
    props:
      region: ${{vars.region}}
      service:
        name: shop
        description: "the shop"      # 描述
      function:
        name: hello
        description: >-
          says hello
          to everybody
        runtime: python3
        handler: index.handler
        codeUri: ./code
        memorySize: ${{vars.memory}}
        timeout: 10    # seconds; the gateway gives up after 30
        environmentVariables: {{ LEVEL: info }}   # no secrets here
      triggers:
        - {{ name: http, type: http, config: {{ authType: anonymous, methods: [GET] }} }}
        # the clock, switched off since March
        - name: tick
          type: timer
          config:
            cronExpression: '@every 5m'
            enable: false"""
CODE = {"index.py": handler("one"), "lib/prices.py": "TAX = 19\n", "lib/old.py": "OLD = True\n"}
MENDED = handler("mended by bob")


@pytest.fixture
def written(fresh: Project) -> Project:
    """Deployed from the s.yaml above."""
    (fresh.folder / "code" / "index.py").unlink()
    write_files(fresh.folder, {"s.yaml": S_YAML, **{f"code/{name}": text for name, text in CODE.items()}})
    run = fresh.run("deploy")
    assert run.status == 0, run.text
    fresh.server.admin.clear_journal()
    return fresh


def in_console(project: Project, method: str, path: str, body: dict[str, Any]) -> None:
    """What the console's page sends when Bob saves."""
    where = urlencode({"account": ACCOUNT, "region": REGION, "who": "bob"})
    connection = http.client.HTTPConnection(urlsplit(project.server.url).netloc, timeout=30)
    try:
        target = f"/__console/api/services/{path}?{where}"
        connection.request(method, target, json.dumps(body), {"X-Fc-Local-Admin": "1"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
    finally:
        connection.close()


def fix(project: Project) -> None:
    """At 02:14."""
    function = "shop/functions/hello"
    files = {"index.py": MENDED, "lib/prices.py": "TAX = 19\n", "lib/new.py": "NEW = True\n"}
    in_console(project, "PUT", function, {"timeout": 30, "files": files})
    in_console(project, "PUT", "shop", {"description": "the better shop"})
    config = json.dumps({"cronExpression": "@every 1m", "enable": True})
    in_console(project, "PUT", f"{function}/triggers/tick", {"triggerConfig": config})


def lines(project: Project) -> list[str]:
    """The changed lines of s.yaml."""
    now = (project.folder / "s.yaml").read_text(encoding="utf-8")
    return [line for line in difflib.ndiff(S_YAML.splitlines(), now.splitlines()) if line[:1] in "+-"]


def code(project: Project) -> dict[str, str]:
    root = project.folder / "code"
    return {file.relative_to(root).as_posix(): file.read_text() for file in sorted(root.rglob("*.py"))}


EXPECTED = [
    '-         description: "the shop"      # 描述',
    '+         description: "the better shop"      # 描述',
    "-         timeout: 10    # seconds; the gateway gives up after 30",
    "+         timeout: 30    # seconds; the gateway gives up after 30",
    "-             cronExpression: '@every 5m'",
    "+             cronExpression: '@every 1m'",
    "-             enable: false",
    "+             enable: true",
]


def test_exactly_the_right_lines_and_files_change_and_plan_is_empty(written: Project) -> None:
    fix(written)
    before = written.server.admin.writes()
    with written.terminal("pull") as person:
        seen = person.expect("n, Enter = n: ")
        person.line("y")
        assert person.finish() == 0, person.transcript
    for line in ("-        timeout: 10", "+        timeout: 30", "+ lib/new.py", "index.py", "Pull: "):
        assert line in seen
    assert lines(written) == EXPECTED
    text = (written.folder / "s.yaml").read_text(encoding="utf-8")
    assert not text.endswith("\n")
    assert code(written)["index.py"] == MENDED
    assert code(written)["lib/new.py"] == "NEW = True\n"
    assert written.server.admin.writes() == before  # nothing was written online

    run = written.run("plan --exit-code")
    assert run.status == 0, run.text
    assert "No differences" in run.text
    run = written.run("deploy")
    assert run.status == 0, run.text
    assert written.writes() == [entry["op"] for entry in before]
    assert written.url_says() == "mended by bob"


def test_enter_writes_nothing(written: Project) -> None:
    fix(written)
    baselines = written.baselines()
    with written.terminal("pull") as person:
        person.expect("n, Enter = n: ")
        person.line("")
        assert person.finish() == 3, person.transcript
        assert "Stopped; nothing was written." in person.transcript
    assert lines(written) == []
    assert code(written) == CODE
    assert written.baselines() == baselines


def test_the_question_of_a_deployment_offers_it(written: Project) -> None:
    fix(written)
    written.server.admin.clear_journal()
    with written.terminal("deploy") as person:
        person.expect("Enter = s: ")
        person.line("p")
        person.expect("Enter = n: ")
        person.line("y")
        assert person.finish() == 3, person.transcript
    assert_told(person.transcript, ("pull it into s.yaml and the code folder, and stop", "Nothing was deployed."))
    assert written.writes() == []
    assert lines(written) == EXPECTED
    assert written.run("plan --exit-code").status == 0


def test_in_ci_the_patch_is_shown_and_the_status_is_3(written: Project) -> None:
    fix(written)
    run = written.run("pull")
    assert run.status == 3
    assert "+        timeout: 30" in run.text
    assert lines(written) == []
    assert written.run("pull --dry-run").status == 0
    assert lines(written) == []
    run = written.run("pull -y")
    assert run.status == 0, run.text
    assert lines(written) == EXPECTED


def test_a_value_from_vars_is_told_with_its_line_and_the_rest_is_pulled(written: Project) -> None:
    in_console(written, "PUT", "shop/functions/hello", {"memorySize": 256, "description": "says hello twice"})
    in_console(written, "PUT", "shop/functions/hello", {"environmentVariables": {"LEVEL": "info", "TOKEN": "canary-7"}})
    run = written.run("pull -y")
    assert run.status == 3, run.text
    assert "s.yaml:8: function.memorySize" in run.text
    assert "function.environmentVariables.TOKEN  (secret: written only with --include-secrets)" in run.text
    assert "canary-7" not in run.text
    assert sorted(lines(written)) == [
        "+           says hello twice",
        "-           says hello",
        "-           to everybody",
    ]
    text = (written.folder / "s.yaml").read_text(encoding="utf-8")
    write_files(written.folder, {"s.yaml": text.replace("memory: 128 ", "memory: 256 ")})
    run = written.run("pull -y --include-secrets")
    assert run.status == 0, run.text
    assert "canary-7" not in run.text
    text = (written.folder / "s.yaml").read_text(encoding="utf-8")
    assert "environmentVariables: { LEVEL: info, TOKEN: canary-7 }   # no secrets here" in text
    run = written.run("plan --exit-code")
    assert run.status == 0, run.text


def test_the_result_is_one_document_where_that_is_asked_for(written: Project) -> None:
    fix(written)
    run = written.run("pull -y --silent --output json")
    assert run.status == 0, run.text
    pulled = run.json()["pull"]
    assert "function shop/hello timeout" in pulled["fields"]
    assert pulled["code"]["writes"] == ["index.py", "lib/new.py"]
    assert pulled["left"] == []
