"""The question offers what makes a difference, and shows what it is about."""

from __future__ import annotations

from tests.integration.project import Person, Project
from tests.integration.test_code_merge import somebody
from tests.integration.test_results import without_function, without_trigger


def asked(project: Project, *answers: str) -> Person:
    return project.run("deploy", Person(list(answers), present=True))[1]


def test_merge_is_not_offered_where_it_means_the_same_as_keep(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", timeout=90)
    assert asked(deployed).offered == [("o", "k", "p", "d", "s")]


def test_nor_for_what_was_deleted(deployed: Project) -> None:
    without_trigger(deployed)
    assert asked(deployed).offered == [("o", "k", "p", "d", "s")]


def test_merge_is_offered_for_code(deployed: Project) -> None:
    somebody(deployed, new_py="# theirs\n")
    assert asked(deployed).offered == [("o", "k", "m", "p", "d", "s")]


def test_merge_is_offered_where_both_changed_a_value(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", timeout=90)
    deployed.props["function"]["timeout"] = 80
    assert asked(deployed).offered == [("o", "k", "m", "p", "d", "s")]


def test_one_by_one_each_question_shows_its_fields(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", timeout=90)
    deployed.edit("UpdateService", "demo", description="theirs")
    person = asked(deployed, "e", "k", "k")
    one, other = person.said[-3:-1]
    assert ("description" in one, "timeout" in one) == (True, False)
    assert ("description" in other, "timeout" in other) == (False, True)


def test_a_pull_that_could_bring_nothing_says_so(deployed: Project) -> None:
    (deployed.root / "s.yaml").write_text("resources:\n  one:\n    props: {}\n")
    without_function(deployed)
    report, _ = deployed.run("deploy", Person(["p"], present=True))
    assert report.error is not None
    assert "Nothing could be pulled." in report.error.hint
    assert "Look at what was pulled" not in str(report.error)
