"""`domainName: auto`: a test domain is asked for when it is needed, its helper is cleaned up, and it fails first."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from fc_guard.cloud.support.helper import Helper
from fc_guard.errors import BadInput
from fc_local.server import LocalServer
from tests.integration.auto import done, everywhere, frozen, made, refused, state, write
from tests.integration.killed import EVERY, FIRST, killed_at
from tests.integration.project import ACCOUNT, REGION, Project

NAME = f"hello.demo.{ACCOUNT}.{REGION}.fc.devsapp.net"
HELPER = "serverless-devs-check"


def with_domain(project: Project, word: str = "auto") -> Project:
    project.props["customDomains"] = [{"domainName": word, "protocol": "HTTP", "routeConfigs": [{"path": "/*"}]}]
    return project


@pytest.fixture
def project(project: Project) -> Project:
    return with_domain(project)


def helpers(server: LocalServer) -> list[str]:
    return list(state(server)["services"].get(HELPER, {}).get("functions", {}))


@pytest.mark.parametrize("word", ["auto", "Auto", " AUTO "])
def test_it_is_given_out_once(project: Project, word: str) -> None:
    with_domain(project, word.strip())
    text = done(project, "plan")
    assert NAME in text
    assert "it may be taken back after 30 days" in text
    assert frozen(project.server) == '{"services": {}}'
    done(project)
    assert NAME in state(project.server)["customDomains"]
    assert helpers(project.server) == []
    project.server.admin.clear_journal()
    text = done(project)
    assert "30 days" not in text
    shutil.rmtree(project.root / ".s")
    done(project)
    assert made(project) == []
    assert [entry for entry in project.server.admin.journal() if entry["api"] == "test-domain"] == []


def test_the_output_has_the_real_name(project: Project) -> None:
    report, _ = project.run("deploy")
    assert report.output["url"]["custom_domain"] == [{"domain": NAME}]


def test_remove_takes_the_domain_and_forgets_the_name(project: Project) -> None:
    done(project)
    done(project, "remove -y")
    assert "customDomains" not in state(project.server) or not state(project.server)["customDomains"]
    assert list(state(project.server)["services"]) == [HELPER]
    assert not list((project.root / ".s").rglob("*testDomain*/*.json"))
    done(project)
    assert NAME in state(project.server)["customDomains"]


OTHER = {"domainName": "www.example.com", "protocol": "HTTP", "routeConfigs": [{"path": "/*"}]}


@pytest.mark.parametrize("word", ["auto", "AUTO", NAME])
def test_the_command_line_names_it_as_s_yaml_does(project: Project, word: str) -> None:
    project.props["customDomains"] += [OTHER]
    done(project)
    for domain in project.props["customDomains"]:
        domain["routeConfigs"][0]["methods"] = ["GET"]
    project.server.admin.clear_journal()
    line = f"domain --domain-name {word}"
    assert NAME in done(project, f"plan {line}")
    assert "www.example.com" not in done(project, f"plan {line}")
    done(project, f"deploy {line}")
    done(project, f"drift {line}")
    done(project, f"history {line}")
    write([project])
    done(project, f"pull {line} --dry-run")
    assert [(entry["op"], NAME in entry["path"]) for entry in project.server.admin.writes()] == [
        ("UpdateCustomDomain", True)
    ]
    done(project, f"remove {line} -y")
    assert list(state(project.server)["customDomains"]) == ["www.example.com"]
    done(project, f"deploy {line}")
    assert sorted(state(project.server)["customDomains"]) == [NAME, "www.example.com"]


def test_another_domain_that_is_named_asks_for_no_test_domain(project: Project) -> None:
    project.props["customDomains"] += [OTHER]
    for part in ("service", "function"):
        done(project, f"deploy {part}")
    done(project, "deploy domain --domain-name www.example.com")
    assert [entry for entry in project.server.admin.journal() if entry["api"] == "test-domain"] == []
    assert list(state(project.server)["customDomains"]) == ["www.example.com"]


def test_auto_is_no_name_where_s_yaml_does_not_say_it(project: Project) -> None:
    project.props["customDomains"] = [OTHER]
    with pytest.raises(BadInput, match=r"No customDomain is called 'auto': there are www\.example\.com"):
        project.run("plan domain --domain-name auto", argv=["one", "plan", "domain", "--domain-name", "auto"])


def test_steps_have_a_test_domain_each(tmp_path: Path, server: LocalServer) -> None:
    """Named once, it is that of each step, and a step without one is left alone."""
    steps = [with_domain(Project(tmp_path / "shop", server, step=name)) for name in ("one", "two", "three")]
    steps[1].props["function"]["name"] = "bye"
    steps[1].props["triggers"] = steps[2].props["triggers"] = []
    steps[2].props["function"]["name"] = "third"
    steps[2].props["customDomains"] = [OTHER]
    write(steps)
    for part in ("service", "function"):
        everywhere(steps, f"deploy {part}")
    everywhere(steps, "deploy domain --domain-name auto")
    assert sorted(state(server)["customDomains"]) == [NAME.replace("hello", "bye"), NAME]


def test_a_refusal_comes_before_anything_is_deployed(project: Project) -> None:
    before = frozen(project.server)
    project.server.admin.switches(test_domain="refuses")
    said = refused(project)
    assert "it refused: the service is not available for this account" in said
    assert "name a domain of your own" in said
    assert frozen(project.server) == before


def test_what_cannot_be_reached_comes_before_anything_is_deployed(project: Project) -> None:
    before = frozen(project.server)
    project.server.admin.faults([{"api": "test-domain", "action": {"cut": "before"}}])
    assert "cannot be reached" in refused(project)
    assert frozen(project.server) == before


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[]", b'{"Response": 5}', b'{"Response": {"Status": "Success", "Body": 7}}']
)
def test_an_answer_of_something_else(project: Project, answer: bytes) -> None:
    project.server.admin.faults(
        [{"api": "test-domain", "action": {"raw": {"status": 200, "headers": {}, "body": answer.decode()}}}]
    )
    assert "The service for test domains gave none" in refused(project)
    assert helpers(project.server) == []


def test_the_helper_goes_whatever_happens(project: Project) -> None:
    project.server.admin.faults([{"api": "test-domain", "op": "Domain", "action": {"cut": "answer"}}])
    assert "gave none" in refused(project)
    assert helpers(project.server) == []


def test_what_a_killed_run_left_is_deleted_later(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Helper, "_delete", lambda self, function: None)
    done(project)
    assert len(helpers(project.server)) == 1
    monkeypatch.undo()
    done(project, "remove -y")
    done(project)
    assert len(helpers(project.server)) == 1, "it may be in use"
    monkeypatch.setattr("fc_guard.cloud.support.helper.OLD_SECONDS", 0.0)
    done(project, "remove -y")
    done(project)
    assert helpers(project.server) == []


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path, server: LocalServer) -> None:
    projects = [with_domain(Project(tmp_path / name, server)) for name in "ab"]
    for name, project in zip("ab", projects, strict=True):
        project.props["service"] = {"name": f"demo-{name}"}
    said: list[Any] = []
    threads = [threading.Thread(target=lambda each=each: said.append(each.run("deploy")[0])) for each in projects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.status() for report in said] == [0, 0]
    assert len(state(server)["customDomains"]) == 2
    assert helpers(server) == []


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
def test_killed_at_every_step_the_next_run_goes_on(tmp_path: Path, project: Project) -> None:
    at, steps = FIRST, None
    while steps is None:
        project.server.admin.reset()
        here = with_domain(Project(tmp_path / f"killed-{at}", project.server))
        steps = killed_at(here, at, "deploy")
        done(here)
        assert NAME in state(here.server)["customDomains"]
        at += EVERY
    assert steps > 10


def test_info_says_nothing_of_what_nothing_tells(project: Project) -> None:
    done(project)
    report, person = project.run("info")
    assert (report.status(), "testDomain" in person.text) == (0, False), person.text
