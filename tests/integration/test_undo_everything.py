"""Whatever somebody made of it online: overwritten or removed, and put back, it is as it was."""

from __future__ import annotations

import copy
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from fc_guard.core.normal import default, observed
from fc_guard.kinds.fc2.async_config import ASYNC_CONFIG
from fc_guard.kinds.fc2.function import FUNCTION
from fc_guard.kinds.fc2.trigger import TRIGGER
from fc_guard.model.kinds import Kind
from fc_local.server import LocalServer
from fc_local.switches import OTHER
from tests.integration.project import Project
from tests.integration.test_undo import done, steady
from tests.property.steps import steps

EXAMPLES = int(os.environ.get("FC_GUARD_EXAMPLES") or (50 if os.environ.get("CI") else 25))
often = settings(
    max_examples=EXAMPLES,
    derandomize=not os.environ.get("FC_GUARD_EXAMPLES"),
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.whatever_fc_answers,
    pytest.mark.timeout(600 + EXAMPLES * 6),
]
NOISE = st.sampled_from([0, 0, 1, 22, 333])
"""In which other words FC answers; 0: in its own."""
ANSWERS = st.sampled_from([{"domain_update_merges": True}, {**OTHER, "domain_update_merges": True}])
"""Where FC forgets what an update of a domain does not name, no domain with a certificate can be put back."""


def online(server: LocalServer) -> Any:
    """All that is online. A certificate cannot come back, so domains are told without theirs, and without TLS."""
    state = steady(_without_empty(_told(server.admin.state())))
    for domain in state.get("customDomains", {}).values():
        for name in ("certConfig", "protocol"):
            domain.pop(name, None)
    return state


def _told(value: Any) -> Any:
    """Functions and triggers in normal form: FC keeps a port and a package that mean nothing any more, and parameters
    of sources that an event trigger has left."""
    if not isinstance(value, dict):
        return value
    if "triggerConfig" in value:
        return _normal(value, TRIGGER)
    if "functionName" in value:
        beside = {key: _told(value.get(key)) for key in ("triggers", "codeChecksum")}
        if value.get("runtime") == "custom-container":
            del beside["codeChecksum"]  # a package from before it was a container, which does not run
        configs = {name: _normal(config, ASYNC_CONFIG) for name, config in (value.get("asyncConfigs") or {}).items()}
        return {**_normal(value, FUNCTION), **beside, "asyncConfigs": configs}
    return {key: _told(item) for key, item in value.items()}


def _normal(document: dict[str, Any], kind: Kind) -> dict[str, Any]:
    fields = observed(document, kind.rules)
    usual = (path for path, item in fields.items() if item is None or item == default(path, kind.rules))
    return {".".join(path): fields[path] for path in fields.keys() - set(usual)}


def _without_empty(value: Any) -> Any:
    """FC has several words for nothing."""
    if not isinstance(value, dict):
        return value
    members = {key: _without_empty(item) for key, item in value.items()}
    return {key: item for key, item in members.items() if item not in ({}, [], "", None)}


def differences(one: Any, other: Any, place: str = "") -> list[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            found
            for key in sorted({*one, *other})
            for found in differences(one.get(key), other.get(key), f"{place}.{key}")
        ]
    return [] if one == other else [(place, one, other)]


def theirs(root: Path, server: LocalServer, props: dict[str, Any]) -> Any:
    """Somebody makes what is online into what other props say. Returns what is online then."""
    bob = Project(root, server, props=props, code={"index.py": "# bob's\n"}, step="bob")
    report, _ = bob.run("deploy -y --use-remote")
    assume(report.error is None)  # of one function FC does not make every other one
    return online(server)


@often
@given(ours=steps(), bobs=steps(), noise=NOISE, switches=ANSWERS)
def test_what_was_overwritten_is_put_back_as_it_was(
    running: LocalServer,
    tmp_path_factory: pytest.TempPathFactory,
    ours: dict[str, Any],
    bobs: dict[str, Any],
    noise: int,
    switches: dict[str, Any],
) -> None:
    running.admin.reset()
    running.admin.switches(**{**switches, "noise": noise, "foreign_role": "accept"})  # roles are drawn, too
    folder = tmp_path_factory.mktemp("undo")
    try:
        project = Project(folder / "a", running, props=copy.deepcopy(ours))
        done(project, "deploy")
        before = theirs(folder / "b", running, bobs)
        report, _ = project.run("deploy -y --use-remote")
        assume(report.error is None)
        if report.rescues:
            done(project, "undo -y")
            _, person = project.run(f"undo {report.rescues[0].run}")
            assert "Nothing to put back" in person.text, person.text
            if not noise:  # else FC told the copies in other words than it keeps them
                assert differences(before, online(running)) == []
    finally:
        shutil.rmtree(folder)


@often
@given(ours=steps(), bobs=steps(), noise=NOISE, switches=ANSWERS)
def test_what_was_removed_is_made_again_as_it_was(
    running: LocalServer,
    tmp_path_factory: pytest.TempPathFactory,
    ours: dict[str, Any],
    bobs: dict[str, Any],
    noise: int,
    switches: dict[str, Any],
) -> None:
    running.admin.reset()
    running.admin.switches(**{**switches, "noise": noise, "foreign_role": "accept"})  # roles are drawn, too
    folder = tmp_path_factory.mktemp("undo")
    try:
        project = Project(folder / "a", running, props=copy.deepcopy(ours))
        done(project, "deploy")
        before = theirs(folder / "b", running, bobs)
        report = done(project, "remove -y --use-remote")
        assume("demo" not in running.admin.state()["services"])
        if any(saved.id.kind == "service" for saved in report.rescues):
            done(project, "undo -y")
            _, person = project.run(f"undo {report.rescues[0].run}")
            assert "Nothing to put back" in person.text, person.text
            if not noise:
                assert differences(before["services"], online(running)["services"]) == []
    finally:
        shutil.rmtree(folder)
