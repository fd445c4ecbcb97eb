"""--explain: for every field that is not told, the rule that makes it no change."""

from __future__ import annotations

from fc_guard.model.fields import Silence
from tests.integration.project import Project


def rules(project: Project, line: str) -> dict[str, str]:
    report, _ = project.run(line)
    return {
        ".".join(each["path"]): each["rule"]
        for each in report.output["explained"]
        if each["resource"].startswith("function ")
    }


def test_a_field_that_is_not_told_has_its_rule(deployed: Project) -> None:
    deployed.props["function"]["timeout"] = 60
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=1024, description="theirs")
    found = rules(deployed, "plan --explain")
    assert found["handler"] == Silence.SAME.name.lower()
    assert not {"timeout", "memorySize", "description"} & found.keys()
    deployed.edit("UpdateFunction", "demo", "hello", timeout=60)
    assert "timeout" not in rules(deployed, "plan --explain")  # converged: it is told


def test_what_is_there_already_as_s_yaml_says_is_as_wanted(deployed: Project) -> None:
    deployed.props["function"]["description"] = ""
    assert rules(deployed, "plan --explain")["description"] == Silence.AS_WANTED.name.lower()


def test_without_a_baseline_defaults_are_usual_and_the_rest_as_wanted(deployed: Project) -> None:
    import shutil

    shutil.rmtree(deployed.root / ".s")
    found = rules(deployed, "plan --explain")
    assert found["handler"] == Silence.AS_WANTED.name.lower()
    assert found["caPort"] in (Silence.USUAL.name.lower(), Silence.FILLED.name.lower())


def test_the_text_says_it_under_each_resource_and_no_values(deployed: Project) -> None:
    deployed.props["function"]["environmentVariables"] = {"TOKEN": "canary-9f"}
    assert deployed.run("deploy -y")[0].status() == 0
    _, person = deployed.run("plan --explain")
    assert "Not told:" in person.text
    assert f"{Silence.SAME.value}: " in person.text
    assert "environmentVariables.TOKEN" in person.text
    assert "canary-9f" not in person.text
    _, quiet = deployed.run("plan")
    assert "Not told:" not in quiet.text
    assert "explained" not in deployed.run("drift")[0].output
    assert deployed.run("drift --explain")[0].output["explained"]
