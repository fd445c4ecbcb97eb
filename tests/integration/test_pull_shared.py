"""pull, of what several steps or several people share: domains with routes of others, one service in two steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fc_guard.host.standard import standard_run
from fc_local.server import LocalServer
from tests.integration.project import Person, Project
from tests.integration.written import S_YAML, Written, changed, resolved
from tests.unit.kinds.test_quiet_domains import KEY, PEM

HOST = "www.example.com"
DOMAIN = f"""\
      customDomains:
        - domainName: {HOST}   # ours
          protocol: HTTP
          routeConfigs:
            - path: /*
              methods: [GET]
            - path: /admin/*   # 管理
"""


def route(path: str, function: str = "hello", service: str = "demo", **more: Any) -> dict[str, Any]:
    return {"path": path, "serviceName": service, "functionName": function, **more}


def test_own_routes_come_and_go_and_those_of_others_are_left(project: Project) -> None:
    written = Written(project, S_YAML + DOMAIN)
    written.deploy()
    routes = [
        route("/*", methods=["GET", "POST"]),
        route("/new/*"),
        route("/theirs", "where", "else"),
    ]
    project.edit("UpdateCustomDomain", HOST, routeConfig={"routes": routes})
    lines, _ = written.pull()
    assert lines == (
        "-              methods: [GET]\n"
        "-            - path: /admin/*   # 管理\n"
        "+              methods: [GET, POST]\n"
        "+            - path: /new/*\n"
        "+              serviceName: demo\n"
        "+              functionName: hello"
    )
    report, person = written.run("plan")
    assert report.plan.writes == () and report.plan.undecided == (), person.text
    report, person = written.run("deploy")
    assert written.project.writes() == []


def test_a_route_that_leads_elsewhere_now_says_so(project: Project) -> None:
    written = Written(project, S_YAML + DOMAIN)
    written.deploy()
    project.edit(
        "UpdateCustomDomain", HOST, routeConfig={"routes": [route("/*", "other", methods=["GET"]), route("/admin/*")]}
    )
    lines, _ = written.pull()
    assert lines == "+              functionName: other"
    written.require_quiet()


def test_a_domain_that_was_deleted_goes(project: Project) -> None:
    written = Written(project, S_YAML + DOMAIN)
    written.deploy()
    project.edit("DeleteCustomDomain", HOST)
    written.pull()
    assert written.text.endswith("      customDomains: []\n")
    written.require_quiet()


@pytest.mark.switches_at_default("domain_update_merges")
def test_a_certificate_is_told_since_its_key_is_never_shown(project: Project, tmp_path: Path) -> None:
    (project.root / "cert.pem").write_text(PEM)
    (project.root / "key.pem").write_text(KEY)
    secure = DOMAIN.replace("protocol: HTTP", "protocol: HTTP,HTTPS") + (
        "          certConfig:\n            certName: one\n            certificate: ./cert.pem\n"
        "            privateKey: ./key.pem\n"
    )
    written = Written(project, S_YAML + secure)
    written.deploy()
    other = {"certName": "theirs", "certificate": PEM, "privateKey": KEY}
    project.edit("UpdateCustomDomain", HOST, certConfig=other)
    lines, told = written.pull(status=3)
    assert lines == ""
    assert "FC never shows the private key" in told
    assert "PRIVATE KEY" not in told


TWO = """\
edition: 3.0.0
name: app
resources:
  one:
    component: fc-guard
    props:
      region: cn-hangzhou
      service: {name: demo, description: said twice}   # one
      function: {name: hello, runtime: python3, codeUri: code}
  two:
    component: fc-guard
    props:
      region: cn-hangzhou
      service:
        name: demo
        description: said twice   # two
        internetAccess: true
      function: {name: second, runtime: python3, codeUri: code}
"""


class Two:
    """Two steps of one s.yaml in one host process."""

    def __init__(self, root: Path, server: LocalServer, text: str) -> None:
        self.server = server
        self.root = root
        self.file = root / "s.yaml"
        self.projects = {name: Project(root, server, step=name) for name in ("one", "two")}
        self.file.write_text(text, encoding="utf-8")

    def run(self, line: str) -> list[tuple[Any, Person]]:
        """The host reads s.yaml once, before the first step."""
        text, process = self.file.read_text(encoding="utf-8"), standard_run()
        found = []
        for name, project in self.projects.items():
            project.props, project.make_run = resolved(text, name), lambda: process
            found.append(project.run(line))
        return found

    def undecided(self) -> list[str]:
        return [str(unit) for report, _ in self.run("plan") for unit in report.plan.undecided]

    def writes(self) -> list[str]:
        return self.projects["one"].writes()


@pytest.fixture
def two(tmp_path: Path, server: LocalServer) -> Two:
    found = Two(tmp_path / "a", server, TWO)
    assert [report.status() for report, _ in found.run("deploy")] == [0, 0]
    server.admin.clear_journal()
    return found


def test_a_shared_service_is_pulled_into_each_step_that_says_it(two: Two) -> None:
    two.projects["one"].edit("UpdateService", "demo", description="theirs", internetAccess=False)
    before = two.file.read_text(encoding="utf-8")
    assert [report.status() for report, _ in two.run("pull -y")] == [0, 0]
    assert changed(before, two.file.read_text(encoding="utf-8")) == (
        "-      service: {name: demo, description: said twice}   # one\n"
        "+      service: {name: demo, description: theirs}   # one\n"
        "-        description: said twice   # two\n"
        "-        internetAccess: true\n"
        "+        description: theirs   # two\n"
        "+        internetAccess: false"
    )
    assert two.undecided() == []
    assert [report.status() for report, _ in two.run("deploy")] == [0, 0]
    assert two.writes() == []


def test_one_step_s_pull_does_not_hide_from_the_other_what_it_says_itself(two: Two) -> None:
    two.projects["one"].edit("UpdateService", "demo", description="theirs")
    one = two.projects["one"]
    one.props, one.make_run = resolved(two.file.read_text(encoding="utf-8"), "one"), standard_run
    assert one.run("pull -y")[0].status() == 0
    second = two.projects["two"]
    second.props, second.make_run = resolved(two.file.read_text(encoding="utf-8"), "two"), standard_run
    report, person = second.run("plan")
    assert [str(unit) for unit in report.plan.undecided] == ["service demo (config)"], person.text


@pytest.mark.parametrize("more", ["role: acs:ram::1234567890123456:role/mine", "logConfig: {project: p, logstore: l}"])
def test_what_a_pull_brings_agrees_with_what_another_step_says_of_the_role(two: Two, more: str) -> None:
    text = two.file.read_text(encoding="utf-8")
    two.file.write_text(text.replace("internetAccess: true", f"internetAccess: true\n        {more}"), encoding="utf-8")
    two.projects["one"].edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=1)
    assert [report.status() for report, _ in two.run("pull -y")] == [0, 0]
    for _ in range(3):
        assert [report.status() for report, _ in two.run("deploy")] == [0, 0]
        two.server.admin.clear_journal()
    assert [report.status() for report, _ in two.run("deploy")] == [0, 0]
    assert two.writes() == []


def test_what_is_said_under_vars_is_told_and_both_steps_are_left(tmp_path: Path, server: LocalServer) -> None:
    text = TWO.replace("resources:", "vars:\n  service:\n    name: demo\n    description: d   # once\nresources:")
    text = text.replace("service: {name: demo, description: said twice}   # one", "service: ${vars.service}")
    text = text.replace(
        "      service:\n        name: demo\n        description: said twice   # two\n        internetAccess: true\n",
        "      service: ${vars.service}\n",
    )
    two = Two(tmp_path / "a", server, text)
    assert [report.status() for report, _ in two.run("deploy")] == [0, 0]
    two.projects["one"].edit("UpdateService", "demo", description="theirs")
    for report, person in two.run("pull -y"):
        assert report.status() == 3
        assert "s.yaml:6: service.description  (vars.service.description, used as ${vars.service}" in person.text
    assert two.file.read_text(encoding="utf-8") == text
    assert two.undecided() == ["service demo (config)"]


def test_aliases_and_merges_are_told(project: Project) -> None:
    text = S_YAML.replace("vars:", "common: &common\n  timeout: 10\n  handler: index.handler\nvars:")
    text = text.replace("        handler: index.handler\n        codeUri", "        <<: *common\n        codeUri")
    text = text.replace("        timeout: 10 # seconds\n", "        description: d # d\n")
    written = Written(project, text)
    written.deploy()
    project.edit("UpdateFunction", "demo", "hello", timeout=30, description="theirs")
    lines, told = written.pull(status=3)
    assert lines == "-        description: d # d\n+        description: theirs # d"
    assert "function.timeout  (merged by << at line" in told


def test_a_code_folder_of_several_steps_is_said_to_be_one(project: Project) -> None:
    """What is pulled for one function is a change of the other's code too."""
    text = S_YAML + S_YAML[S_YAML.index("  one:") :].replace("  one:", "  two:", 1).replace("name: hello", "name: b")
    written = Written(project, text.replace("codeUri: code", "codeUri: ./code/", 1))
    written.deploy()
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": "# theirs\n"})
    _, told = written.pull()
    assert "it is the code of two too, where this counts as your change" in told


def test_a_route_whose_first_line_goes_keeps_its_comment(project: Project) -> None:
    text = DOMAIN.replace(
        "- path: /*\n              methods: [GET]", "- methods: [GET]   # the shop\n              path: /*"
    )
    written = Written(project, S_YAML + text)
    written.deploy()
    project.edit("UpdateCustomDomain", HOST, routeConfig={"routes": [route("/*"), route("/admin/*")]})
    lines, _ = written.pull()
    assert lines == (
        "-            - methods: [GET]   # the shop\n"
        "-              path: /*\n"
        "+            - path: /*   # the shop"
    )  # fmt: skip
