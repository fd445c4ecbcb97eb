"""Steps of one run may be written in several layouts: each goes by the one that claims its props."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.engine.run.session import Step
from fc_guard.errors import BadInput
from fc_guard.host.standard import standard_run
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.options import Options
from fc_local.server import LocalServer
from tests.flat import BOTH, FLAT
from tests.integration.project import ACCOUNT, KEYS, Person, Project
from tests.props import PROPS, REGION


def flat(root: Path, server: LocalServer) -> Project:
    run = standard_run(layouts=BOTH)
    props = {"zone": REGION, "door": server.url, "name": "flat", "description": "all at the top"}
    return Project(root, server, props=props, step="flat", make_run=lambda: run)


def test_a_step_of_another_layout_is_deployed_by_its_own_words(tmp_path: Path, server: LocalServer) -> None:
    project = flat(tmp_path / "a", server)
    report, _ = project.run("deploy")
    assert report.status() == 0
    assert project.writes() == ["CreateService"]
    assert report.output == {"zone": REGION, "made": ["flat"]}
    again, _ = project.run("plan --exit-code")
    assert again.status(exit_code=True) == 0


def test_each_step_of_a_run_goes_by_its_own_layout(tmp_path: Path, server: LocalServer) -> None:
    one = flat(tmp_path / "a", server)
    two = Project(one.root, server, make_run=one.make_run)
    assert [step.run("deploy")[0].status() for step in (one, two)] == [0, 0]
    assert two.run("plan")[0].output["service"] == {"name": "demo"}
    assert one.run("plan")[0].output == {"zone": REGION, "made": ["flat"]}


def test_what_its_layout_s_checks_refuse_stops_a_step(tmp_path: Path, server: LocalServer) -> None:
    project = flat(tmp_path / "a", server)
    project.props["name"] = "nothing"
    with pytest.raises(BadInput, match="no service is called nothing"):
        project.run("deploy")
    assert project.writes() == []


def test_a_session_carries_the_layout_that_claims_the_props(tmp_path: Path, server: LocalServer) -> None:
    run = standard_run(layouts=BOTH)
    flat_props = {"zone": REGION, "door": server.url, "name": "flat"}
    for props, layout in ((flat_props, FLAT), ({**PROPS, "endpoint": server.url}, LAYOUTS[0])):
        step = Step("one", "plan", props, None, tmp_path, Options())
        session = run.reading(step, Person(), lambda: Credential(ACCOUNT, KEYS[0], KEYS[1]))
        assert (session.layout, session.region, session.endpoint) == (layout, REGION, server.url)
