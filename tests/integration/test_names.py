"""A name on the command line that names nothing stops the run; one that another step has does not."""

from __future__ import annotations

import pytest

from fc_guard.errors import BadInput
from tests.integration.project import Project

TWO = "resources:\n  one:\n    props: {}\n  two:\n    props: {}\n"
FROM_ELSEWHERE = "extend: base.yaml\nresources:\n  one:\n    props: {}\n"


@pytest.mark.parametrize("command", ["deploy", "plan", "drift", "remove -y", "pull"])
def test_a_name_that_names_nothing_stops_with_the_names_there_are(deployed: Project, command: str) -> None:
    word, *rest = command.split()
    with pytest.raises(BadInput, match="No trigger is called 'nope': there are http, tick") as caught:
        deployed.run(" ".join([word, "trigger", *rest, "--trigger-name", "nope"]), argv=_typed(word, rest))
    assert (caught.value.status, deployed.writes()) == (2, [])


def _typed(word: str, rest: list[str]) -> list[str]:
    return ["one", word, "trigger", *rest, "--trigger-name", "nope"]


def test_where_there_is_none_that_is_said(project: Project) -> None:
    line = "plan domain --domain-name www.example.com"
    with pytest.raises(BadInput, match="there is no customDomain at all"):
        project.run(line, argv=["one", *line.split()])


def test_what_is_deployed_and_no_longer_in_s_yaml_has_its_name(deployed: Project) -> None:
    deployed.props["triggers"] = deployed.props["triggers"][:1]
    assert deployed.run("plan trigger --trigger-name tick")[0].status() == 0


def test_a_name_that_another_step_may_have_is_no_mistake_yet(deployed: Project) -> None:
    (deployed.root / "s.yaml").write_text(TWO)
    assert deployed.run("plan trigger --trigger-name nope")[0].status() == 0


def test_where_only_the_host_knows_the_steps_it_is_told(deployed: Project) -> None:
    (deployed.root / "s.yaml").write_text(FROM_ELSEWHERE)
    report, person = deployed.run("plan trigger --trigger-name nope")
    assert report.status() == 0
    assert "No trigger is called 'nope'" in person.text
