"""sync: what is online becomes a project that plans empty."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from fc_guard.errors import BadInput
from fc_guard.model.fields import Cause
from tests.integration.project import Project


def synced(project: Project, line: str = "sync") -> tuple[dict[str, Any], Path]:
    report, _ = project.run(line)
    assert report.status() == 0
    target = project.root / "demo-hello"
    document = yaml.safe_load((target / "s.yaml").read_text(encoding="utf-8"))
    return document["resources"]["one"]["props"], target


def test_what_is_online_becomes_a_project_that_plans_empty(deployed: Project) -> None:
    deployed.edit("UpdateService", "demo", description='it\'s said: "yes"')
    deployed.edit(
        "UpdateFunction",
        "demo",
        "hello",
        files={"index.py": "# theirs\n", "lib/deep.py": "X = 1\n"},
        environmentVariables={"A": "1e3", "B": "on", "C": "2026-01-01", "D": "line\\n", "E": "0x1F", "F": "~"},
        memorySize=512,
    )
    deployed.edit(
        "CreateTrigger",
        "demo",
        "hello",
        triggerName="hourly",
        triggerType="timer",
        triggerConfig={"cronExpression": "@every 60m", "enable": True, "payload": "{}"},
    )
    deployed.edit("PutFunctionAsyncInvokeConfig", "demo", "hello", maxAsyncRetryAttempts=1)
    deployed.edit("CreateVpcBinding", "demo", vpcId="vpc-1")
    deployed.edit(
        "CreateCustomDomain",
        domainName="www.example.com",
        protocol="HTTP",
        routeConfig={
            "routes": [
                {"path": "/*", "serviceName": "demo", "functionName": "hello"},
                {"path": "/other", "serviceName": "else", "functionName": "where"},
            ]
        },
    )
    props, target = synced(deployed)
    assert (target / "code" / "index.py").read_text(encoding="utf-8") == "# theirs\n"
    assert (target / "code" / "lib" / "deep.py").read_text(encoding="utf-8") == "X = 1\n"
    assert [route["path"] for route in props["customDomains"][0]["routeConfigs"]] == ["/*"]
    assert props["function"]["environmentVariables"] == {
        "A": "1e3",
        "B": "on",
        "C": "2026-01-01",
        "D": "line\\n",
        "E": "0x1F",
        "F": "~",
    }
    other = Project(target, deployed.server, props=props, code={})  # as somebody else would open it
    report, person = other.run("plan")
    differences = {
        (str(diff.id), change.name): change.cause
        for diff in report.plan.diffs
        for change in diff.changes
        if change.cause is not Cause.ONLINE_ONLY or diff.id.kind != "customDomain"
    }
    assert differences == {}, person.text
    assert report.plan.writes == ()
    assert "No differences" in person.text


def test_what_looks_secret_in_it_is_told_by_its_name(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", environmentVariables={"STAGE": "prod", "TOKEN": "s3cret"})
    person = deployed.run("sync --target-dir out")[1]
    told = "s.yaml has in clear what looks secret: function.environmentVariables.TOKEN. Do not commit it before"
    assert told in person.text
    assert "s3cret" not in person.text
    person = deployed.run("sync --target-dir other --type code")[1]
    assert "in clear" not in person.text


def test_s_yaml_is_for_its_owner_alone(deployed: Project) -> None:
    _, target = synced(deployed)
    assert stat.S_IMODE((target / "s.yaml").stat().st_mode) == 0o600


def test_what_is_there_already_stays_unless_forced(deployed: Project) -> None:
    _, target = synced(deployed)
    (target / "code" / "mine.py").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="already"):
        deployed.run("sync")
    assert (target / "code" / "mine.py").exists()
    report, _ = deployed.run("sync --force")
    assert report.status() == 0
    assert not (target / "code" / "mine.py").exists()
    assert [path.name for path in target.iterdir() if path.name.startswith(".")] == []


def test_code_or_configuration_alone(deployed: Project) -> None:
    deployed.run("sync --type code --target-dir c")
    assert sorted(path.name for path in (deployed.root / "c").iterdir()) == ["code"]
    deployed.run("sync --type config --target-dir y")
    assert sorted(path.name for path in (deployed.root / "y").iterdir()) == ["s.yaml"]


def test_nothing_online_nothing_written(project: Project) -> None:
    with pytest.raises(BadInput, match="not online"):
        project.run("sync")
    assert not (project.root / "demo-hello").exists()


def test_a_value_that_the_host_would_resolve_is_told(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", environmentVariables={"PATH_": "${HOME}/bin"})
    report, _ = deployed.run("sync")
    assert any("function.environmentVariables.PATH_" in note for note in report.notes)


def test_sync_writes_nothing_online(deployed: Project) -> None:
    synced(deployed)
    assert deployed.writes() == []


def test_each_of_several_steps_gets_a_folder_of_its_own(deployed: Project) -> None:
    (deployed.root / "s.yaml").write_text("resources:\n  one:\n    props: {}\n  two:\n    props: {}\n")
    for step in ("one", "two"):
        deployed.step = step
        deployed.run("sync --target-dir online")
    assert sorted(path.name for path in (deployed.root / "online").iterdir()) == ["one", "two"]


def test_a_step_that_is_synced_alone_gets_the_folder_that_was_named(deployed: Project) -> None:
    (deployed.root / "s.yaml").write_text("resources:\n  one:\n    props: {}\n  two:\n    props: {}\n")
    deployed.run("sync --target-dir online", argv=["one", "sync", "--target-dir", "online"])
    assert sorted(path.name for path in (deployed.root / "online").iterdir()) == ["code", "s.yaml"]
