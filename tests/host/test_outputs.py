"""The real host prints, writes and hands on what a step returned, whatever keeps it from copying that all the time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.host.conftest import FakeWorker
from tests.host.harness import Host, project_v1, project_v3, quiet_component, write_files

VALUE = {"url": {"system_url": "http://a.example", "custom_domain": []}, "triggers": [{"name": "t", "type": "http"}]}


@pytest.fixture
def project(fake: FakeWorker, tmp_path: Path) -> Path:
    """Two steps; the second is given the first one's whole output and a part of it."""
    first: dict[str, Any] = {"on": {"deploy": [{"do": "result", "value": VALUE}]}}
    second = {"all": "${resources.a.output}", "part": "${resources.a.output.triggers}"}
    return project_v3(tmp_path / "app", {"a": first, "b": second})


def test_an_output_is_handed_on_whole_and_in_parts(host: Host, project: Path, fake: FakeWorker) -> None:
    done = host.run(project, "deploy")
    assert done.status == 0, done.text
    given = fake.records("call")[1]["message"]["inputs"]
    assert given["props"] == {"all": VALUE, "part": VALUE["triggers"]}


def test_an_output_is_printed(host: Host, project: Path) -> None:
    done = host.run(project, "deploy", env={"FORCE_COLOR": "0"})
    assert done.status == 0, done.text
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["system_url:", "http://a.example"] in lines
    assert ["name:", "t"] in lines


@pytest.mark.parametrize("flags", ["--silent --output json", "--silent -o json", "--silent --output-format=yaml"])
def test_an_output_is_printed_for_programs(host: Host, project: Path, flags: str) -> None:
    done = host.run(project, "deploy", *flags.split())
    assert done.status == 0, done.text
    assert yaml.safe_load(done.stdout)["a"].items() >= VALUE.items()


@pytest.mark.parametrize("flags", ["", "-o json"])
def test_an_output_is_written_to_a_file(host: Host, project: Path, flags: str) -> None:
    done = host.run(project, "deploy", *flags.split(), "--output-file", "out.txt")
    assert done.status == 0, done.text
    text = (project / "out.txt").read_text(encoding="utf-8")
    assert "http://a.example" in text
    if flags:
        assert json.loads(text)["a"].items() >= VALUE.items()


@pytest.mark.parametrize("flags", ["", "--silent --output json", "--output yaml"])
def test_in_edition_1_an_output_is_handed_on_and_printed_however_many_steps_come_between(
    host: Host, fake: FakeWorker, tmp_path: Path, flags: str
) -> None:
    """From the second step on, the host does not go through the first one's output."""
    first: dict[str, Any] = {"on": {"deploy": [{"do": "result", "value": VALUE}]}}
    refers = {"all": "${a.output}", "part": "${a.output.triggers}", "text": "at ${a.output.url.system_url}"}
    between = {"b1": {"x": 1}, "b2": {"x": 2}}
    steps = {"a": first, **between, "c": {**refers, "after": "${b1.output.method} ${b2.output.method}"}}
    done = host.run(project_v1(tmp_path / "app", steps), "deploy", *flags.split(), env={"FORCE_COLOR": "0"})
    assert done.status == 0, done.text
    given = {call["message"]["inputs"]["resource"]["name"]: call["message"]["inputs"] for call in fake.records("call")}
    assert [*given] == ["a", "b1", "b2", "c"]
    expected = {"all": VALUE, "part": VALUE["triggers"], "text": "at http://a.example", "after": "deploy deploy"}
    assert given["c"]["props"] == expected
    assert re.search(r"system_url\W+http://a\.example", done.stdout)


def test_in_edition_1_the_host_goes_through_our_outputs_once(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    """Another component sees what it is handed on as. What others return stays as it is."""
    tells = "console.log(...services.map(({ output }) => String(output)));"
    seer = f"module.exports = class {{ deploy({{ services }}) {{ {tells} return {{}}; }} }};"
    write_files(tmp_path / "seer", {"index.js": seer, "package.json": '{"name": "seer", "version": "0.0.1"}'})
    quiet_component(tmp_path / "seer")
    first: dict[str, Any] = {"on": {"deploy": [{"do": "result", "value": VALUE}]}}
    folder = project_v1(tmp_path / "app", {"a": first, "b": {"x": 1}, "c": {"x": 2}, "d": {"x": 3}})
    content = yaml.safe_load((folder / "s.yaml").read_text(encoding="utf-8"))
    for name in ("b", "d"):
        content["services"][name]["component"] = str(tmp_path / "seer")
    (folder / "s.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    done = host.run(folder, "deploy")
    assert done.status == 0, done.text
    assert "[object Output] [object Object] [object Object]" in done.stdout
