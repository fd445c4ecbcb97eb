"""pull, where it is easily wrong: references, secrets, what comes whole, lines that move, steps that say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tests.integration.written as host
from fc_guard.errors import BadInput
from fc_local.server import LocalServer
from tests.integration.project import Project
from tests.integration.test_pull_shared import DOMAIN, HOST, Two, route
from tests.integration.written import S_YAML, Written, resolved

FC = ("demo", "hello")
TWICE = S_YAML + S_YAML[S_YAML.index("  one:") :].replace("  one:", "  two:", 1)


def test_a_function_of_two_steps_is_not_put_back(tmp_path: Path, server: LocalServer) -> None:
    two = Two(tmp_path / "a", server, TWICE)
    assert [report.status() for report, _ in two.run("deploy")] == [0, 0]
    two.projects["one"].edit("UpdateFunction", *FC, timeout=30)
    two.run("pull -y")  # into the first; the other one says something else from now on
    server.admin.clear_journal()
    with pytest.raises(BadInput, match=r"function demo/hello is said twice, and not the same: timeout is 30 at"):
        two.run("deploy")
    assert two.writes() == []


def test_a_reference_to_the_edited_prop_is_seen(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    text = S_YAML.replace("NAME: demo\n", "NAME: demo\n          SECONDS: ${that.props.function.timeout}\n")

    def as_host(text: str, step: str = "one") -> dict[str, Any]:
        timeout = resolved(text, step)["function"]["timeout"]
        return resolved(text.replace("${that.props.function.timeout}", str(timeout)), step)

    monkeypatch.setattr(host, "resolved", as_host)
    written = Written(project, text)
    written.deploy()
    project.edit("UpdateFunction", *FC, timeout=30)
    lines, told = written.pull(status=3)
    assert lines == ""
    assert "function.timeout  (${that.props.function.timeout} at line" in told


def test_a_reference_from_another_step_is_seen(tmp_path: Path, server: LocalServer) -> None:
    other = TWICE[: TWICE.index("  two:")] + (
        "  two:\n    component: fc-guard\n    props:\n      region: cn-hangzhou\n      service: {name: demo}\n"
        "      function:\n        name: second\n        runtime: python3\n        codeUri: code\n"
        "        timeout: ${resources.one.props.function.timeout}\n"
    )

    class Host(Two):
        def run(self, line: str) -> list:
            kept = self.file.read_text(encoding="utf-8")
            found = []
            for name, one in self.projects.items():
                text = self.file.read_text(encoding="utf-8")
                value = str(resolved(text, "one")["function"]["timeout"])
                one.props = resolved(text.replace("${resources.one.props.function.timeout}", value), name)
                found.append(one.run(line))
            assert kept
            return found

    two = Host(tmp_path / "a", server, other)
    assert [report.status() for report, _ in two.run("deploy")] == [0, 0]
    two.projects["one"].edit("UpdateFunction", *FC, timeout=30)
    one = two.projects["one"]
    one.props = resolved(two.file.read_text(encoding="utf-8"), "one")
    report, person = one.run("pull -y")
    assert report.status() == 3
    assert "function.timeout  (${resources.one.props.function.timeout} at line" in person.text
    assert two.file.read_text(encoding="utf-8") == other


def test_triggers_of_a_function_that_was_deleted_stay(project: Project) -> None:
    written = Written(project)
    written.deploy()
    for name in ("http", "tick"):
        project.edit("DeleteTrigger", *FC, name)
    project.edit("DeleteFunction", *FC)
    lines, told = written.pull(status=3)
    assert "or deploy it again" in told
    assert lines == ""  # deployed again it would have no triggers


def _host_with_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        host, "resolved", lambda text, step="one": resolved(text.replace("@${vars.region}", "@cn-hangzhou"), step)
    )


PART = S_YAML.replace("NAME: demo\n", 'NAME: "pg://u:s3cret@${vars.region}/x"\n')


def test_the_reason_tells_no_secret(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    _host_with_parts(monkeypatch)
    written = Written(project, PART)
    written.deploy()
    project.edit("UpdateFunction", *FC, environmentVariables={"LEVEL": "info"})
    _, told = written.pull(status=3)
    assert "s3cret" not in told


def test_the_lines_around_an_edit_tell_no_secret(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    _host_with_parts(monkeypatch)
    written = Written(project, PART)
    written.deploy()
    project.edit("UpdateFunction", *FC, environmentVariables={"NAME": "pg://u:s3cret@cn-hangzhou/x"})
    _, told = written.pull()
    assert "s3cret" not in told


def test_an_error_tells_no_secret(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "resolved", lambda text, step="one": resolved(text.replace("\t", " "), step))
    written = Written(project, S_YAML.replace("NAME: demo\n", "NAME: s3cret\t# js-yaml takes the tab\n"))
    written.deploy()
    project.edit("UpdateFunction", *FC, timeout=30)
    with pytest.raises(BadInput) as caught:
        written.run("pull -y")
    assert "s3cret" not in str(caught.value)


def test_what_comes_whole_comes_whole(project: Project) -> None:
    written = Written(project)
    written.deploy()
    point = {"serverAddr": "a.cn-hangzhou.nas.aliyuncs.com:/x", "mountDir": "/mnt/x"}
    project.edit(
        "UpdateService",
        "demo",
        role="acs:ram::1234567890123456:role/x",
        vpcConfig={"vpcId": "vpc-1", "vSwitchIds": ["vsw-1"], "securityGroupId": "sg-1"},
        nasConfig={"userId": 0, "groupId": 0, "mountPoints": [point]},
    )
    written.pull()
    assert "userId: 0" in written.text
    assert written.pull()[0] == ""


def test_a_gpu_comes_with_its_memory(project: Project) -> None:
    text = S_YAML.replace("memorySize: ${vars.memory}", "memorySize: 128").replace("        codeUri: code\n", "")
    image = "        customContainerConfig:\n          image: registry.cn-hangzhou.aliyuncs.com/a/b:v1\n"
    written = Written(project, text.replace("runtime: python3\n", f"runtime: custom-container\n{image}"))
    written.deploy()
    gpu = {"instanceType": "fc.gpu.tesla.1", "gpuMemorySize": 8192, "memorySize": 16384, "cpu": 4, "diskSize": 512}
    project.edit("UpdateFunction", *FC, **gpu)
    written.pull()
    assert "gpuMemorySize: 8192" in written.text


def test_the_line_of_what_is_told_is_that_of_the_file_as_it_is_then(project: Project) -> None:
    written = Written(project, S_YAML.replace("timeout: 10", "timeout: !!int 10"))
    written.deploy()
    project.edit("UpdateFunction", *FC, timeout=30)
    project.edit("UpdateService", "demo", internetAccess=False)
    _, told = written.pull(status=3)
    line = next(number for number, line in enumerate(written.text.splitlines(), 1) if "timeout:" in line)
    assert f"s.yaml:{line}: function.timeout" in told


def test_routes_are_told_apart_by_letter_case(project: Project) -> None:
    written = Written(project, S_YAML + DOMAIN.replace("/*\n", "/Api\n", 1).replace("/admin/*", "/api"))
    written.deploy()
    routes = [route("/Api", methods=["GET"]), route("/api", methods=["PUT"])]
    project.edit("UpdateCustomDomain", HOST, routeConfig={"routes": routes})
    lines, _ = written.pull()
    assert lines == "+              methods:\n+                - PUT"


def test_a_patch_says_each_thing_once(project: Project) -> None:
    written = Written(project, S_YAML + DOMAIN.replace("/*\n", "/Api\n", 1).replace("/admin/*", "/api"))
    written.deploy()
    routes = [route("/Api", methods=["GET"]), route("/api", methods=["PUT"])]
    project.edit("UpdateCustomDomain", HOST, routeConfig={"routes": routes})
    _, person = written.run("pull -y")
    assert person.text.count("+   - PUT") <= 1


def test_nothing_to_pull_does_not_say_that_all_is_the_same(project: Project) -> None:
    written = Written(project)
    written.deploy()
    written.save(written.text.replace("timeout: 10 #", "timeout: 20 #"))
    _, told = written.pull()
    assert "as it is online" not in told, told


def test_two_references_are_not_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    both = "${vars.region}${vars.memory}"
    monkeypatch.setattr(host, "resolved", lambda text, step="one": resolved(text.replace(both, "cn-hangzhou128"), step))
    written = Written(project, S_YAML.replace("description: 'demo service'", f"description: {both}"))
    written.deploy()
    project.edit("UpdateService", "demo", description="x")
    _, told = written.pull(status=3)
    assert "s.yaml:15: service.description  (made of ${vars.region}, ${vars.memory})" in told, told


def test_the_line_told_is_the_one_where_the_value_stands(project: Project) -> None:
    text = S_YAML.replace("vars:\n", "base: &b\n  timeout: 10\nvars:\n").replace("timeout: 10 # seconds", "<<: *b")
    written = Written(project, text)
    written.deploy()
    project.edit("UpdateFunction", *FC, timeout=30)
    _, told = written.pull(status=3)
    assert "s.yaml:5: function.timeout" in told, told
