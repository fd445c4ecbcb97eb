"""Plugins that the host runs before a deployment, and for no other command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from fc_guard.inputs.plugins import Plugin, plugin_to_come

FILL = [{"run": "make"}, {"plugin": "./fill", "args": {"memory": 512}}]


def to_come(folder: Path, of_step: Any = None, of_all: Any = None, command: str = "plan") -> Plugin | None:
    step = {"component": "fc-guard", **({"actions": of_step} if of_step else {}), "props": {}}
    document = {"edition": "3.0.0", **({"actions": of_all} if of_all else {}), "resources": {"one": step}}
    file = folder / "s.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return plugin_to_come(file, "one", command)


def test_a_plugin_before_a_deployment_is_still_to_come_for_another_command(tmp_path: Path) -> None:
    assert to_come(tmp_path, {"pre-deploy": FILL}) == Plugin("./fill", "s.yaml:8")
    assert to_come(tmp_path, of_all={"pre-deploy": FILL}) == Plugin("./fill", "s.yaml:5")


def test_the_host_has_run_it_for_a_deployment(tmp_path: Path) -> None:
    assert to_come(tmp_path, {"pre-deploy": FILL}, command="deploy") is None


@pytest.mark.parametrize(
    ("hook", "command", "comes"),
    [
        ("pre-${regex('.')}", "plan", False),
        ("pre-${regex('deploy|plan')}", "plan", False),
        ("pre-${regex('deploy|plan')}", "drift", True),
        ('pre-${regex("^deploy$")}', "plan", True),
        ("pre-${regex('(')}", "plan", False),
        ("pre-plan", "drift", False),
        ("success-deploy", "plan", False),
        ("pre-deploy", "info", True),
    ],
)
def test_the_rule_of_the_hook_says_for_which_commands_it_has_run(
    tmp_path: Path, hook: str, command: str, comes: bool
) -> None:
    assert (to_come(tmp_path, {hook: FILL}, command=command) is not None) is comes


def test_programs_and_components_change_no_props(tmp_path: Path) -> None:
    """The host ignores what they return."""
    assert to_come(tmp_path, {"pre-deploy": [{"run": "make"}, {"component": "fc build"}]}) is None


@pytest.mark.parametrize("odd", [None, "x", {"pre-deploy": "x"}, {"pre-deploy": ["x", None]}, {1: FILL}, [FILL]])
def test_odd_actions_are_none(tmp_path: Path, odd: Any) -> None:
    assert to_come(tmp_path, odd, odd) is None


def test_a_plugin_of_the_file_that_is_extended_is_told_with_that_file(tmp_path: Path) -> None:
    of_base = {"resources": {"one": {"actions": {"pre-deploy": FILL}}}}
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(of_base, sort_keys=False), encoding="utf-8")
    (tmp_path / "s.yaml").write_text("extend: base.yaml\nresources: {one: {props: {}}}\n", encoding="utf-8")
    assert plugin_to_come(tmp_path / "s.yaml", "one", "plan") == Plugin("./fill", "base.yaml:6")


def test_files_that_extend_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("extend: ./s.yaml\nresources: {one: {props: {}}}\n", encoding="utf-8")
    assert plugin_to_come(tmp_path / "s.yaml", "one", "plan") is None
    assert plugin_to_come(tmp_path / "missing.yaml", "one", "plan") is None
    assert plugin_to_come(None, "one", "plan") is None


def test_services_of_edition_1_have_them_too(tmp_path: Path) -> None:
    document = {"edition": "1.0.0", "services": {"one": {"actions": {"pre-deploy": FILL}, "props": {}}}}
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    assert plugin_to_come(tmp_path / "s.yaml", "one", "plan") == Plugin("./fill", "s.yaml:7")
