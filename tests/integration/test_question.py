"""The question offers what makes a difference, and shows what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import count

import pytest

from fc_guard.core.choices import WAS_THERE
from fc_guard.errors import BadInput
from fc_guard.host.standard import standard_run
from tests.integration.project import Person, Project
from tests.integration.test_code_merge import somebody
from tests.integration.test_results import without_function, without_trigger


def asked(project: Project, *answers: str) -> Person:
    return project.run("deploy", Person(list(answers), present=True))[1]


def test_merge_is_not_offered_where_it_means_the_same_as_keep(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", timeout=90)
    assert asked(deployed).offered == [("o", "k", "p", "d", "s")]


def test_nor_where_time_goes_by_while_that_is_found_out(deployed: Project) -> None:
    """Decisions are noted with their time, which is no difference between them."""
    ticks = count(datetime.now(timezone.utc).timestamp(), 7)
    deployed.edit("UpdateFunction", "demo", "hello", timeout=90)
    deployed.make_run = lambda: standard_run(now=lambda: datetime.fromtimestamp(next(ticks), timezone.utc))
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


@dataclass
class Reader(Person):
    """Remembers what each answer was said to do."""

    meanings: list[Mapping[str, str]] = field(default_factory=list)

    def ask(self, question: str, keys: Mapping[str, str], default: str) -> str:
        self.meanings.append({key: str(word) for key, word in keys.items()})
        return super().ask(question, keys, default)


@pytest.fixture
def pruned(project: Project) -> Project:
    """A trigger that was there before and has left s.yaml, beside a function that somebody changed."""
    Project(project.root.parent / "elsewhere", project.server).run("deploy")
    project.run("deploy --use-remote")
    project.props["triggers"] = project.props["triggers"][:1]
    project.edit("UpdateFunction", "demo", "hello", timeout=90)
    return project


def test_an_answer_that_overwrites_one_thing_and_deletes_another_says_both(pruned: Project) -> None:
    person = Reader(present=True)
    pruned.run("deploy --prune", person)
    assert person.asked == [
        "2 things are to be decided before this goes on:\n"
        "  function demo/hello (config): changed online\n"
        f"  trigger demo/hello/tick: was {WAS_THERE}, and deploying with --prune would delete it\n"
        "What should happen?"
    ]
    assert person.meanings[0]["o"] == "overwrite or delete what is online (a rescue copy is kept)"
    report, _ = pruned.run("deploy --prune -y")
    assert report.error is not None
    assert "--use-remote overwrites or deletes what is online" in report.error.hint


def test_one_by_one_the_answer_that_deletes_says_so(pruned: Project) -> None:
    person = Reader(["e", "k"], present=True)
    pruned.run("deploy --prune", person)
    _, function, trigger = person.meanings
    assert function["o"] == "overwrite what is online (a rescue copy is kept)"
    assert trigger["o"] == "delete it all the same (a rescue copy is kept)"
    assert trigger["k"] == "leave it online, deploy the rest"


def test_an_answer_about_several_things_speaks_of_several(project: Project) -> None:
    """Whatever is deleted or made again: nothing is said of several things as of one."""
    project.run("deploy")
    project.edit("DeleteTrigger", "demo", "hello", "http")
    project.edit("DeleteTrigger", "demo", "hello", "tick")
    person = Reader(present=True)
    report, _ = project.run("deploy", person)
    assert "2 things were deleted online, and deploying would make them again:" in person.asked[0]
    assert person.meanings[0]["o"] == "make them again"
    assert person.meanings[0]["k"] == "leave them deleted, deploy the rest"
    assert report.error is not None
    assert report.error.hint == "Deploy again and choose, or take them out of s.yaml first."
    report, _ = project.run("deploy")
    assert report.error is not None
    assert "--use-remote makes them again, --on-drift keep leaves them deleted" in report.error.hint


def test_what_is_confirmed_is_one_thing_or_several(project: Project) -> None:
    project.run("deploy")
    triggers = project.props["triggers"]
    for left, asks, tells in ((triggers[:1], "Delete this?", "This would"), ([], "Delete these?", "These would")):
        project.props["triggers"] = left
        person = Person(present=True)
        project.run("deploy --prune", person)
        assert person.asked[0].splitlines()[0] == asks
        with pytest.raises(BadInput, match=f"{tells} be deleted, and there is nobody to confirm it"):
            project.run("deploy --prune")


def test_a_pull_that_could_bring_nothing_says_so(deployed: Project) -> None:
    (deployed.root / "s.yaml").write_text("resources:\n  one:\n    props: {}\n")
    without_function(deployed)
    report, _ = deployed.run("deploy", Person(["p"], present=True))
    assert report.error is not None
    assert "Nothing could be pulled." in report.error.hint
    assert "Look at what was pulled" not in str(report.error)
