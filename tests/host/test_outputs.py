"""The real host prints, writes and hands on what a step returned, whatever keeps it from copying that all the time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.host.conftest import FakeWorker
from tests.host.harness import Host, project_v3

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
    assert given["outputs"]["a"].items() >= VALUE.items()


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
