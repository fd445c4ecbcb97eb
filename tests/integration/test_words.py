"""The words name what happened: what undo put back, what was kept or merged, what was never deployed from here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fc_guard.model.reports import Report
from tests.integration.project import Person, Project
from tests.integration.written import Written

ONLINE = {"index.py": "# mended by bob\n"}
ALL_OF_IT = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n"


def plan(project: Project, line: str = "plan") -> str:
    _, person = project.run(line)
    return person.text


def done(project: Project, line: str, *answers: str) -> tuple[Report, str]:
    report, person = project.run(line, Person(list(answers), present=bool(answers)))
    assert report.status() == 0, f"{person.text}\n{report.error}"
    return report, person.text


def asked(project: Project, line: str = "deploy") -> tuple[str, str]:
    """The question, and what is told when Enter stops it."""
    report, person = project.run(line, Person([""], present=True))
    assert report.status() == 3
    return person.asked[0], str(report.error)


@pytest.fixture
def mended(deployed: Project) -> Project:
    deployed.edit("UpdateFunction", "demo", "hello", files=ONLINE, timeout=30)
    return deployed


# what undo put back


@pytest.fixture
def undone(mended: Project) -> Project:
    done(mended, "deploy --use-remote")
    done(mended, "undo -y")
    return mended


def test_what_undo_put_back_is_no_change_of_somebody(undone: Project) -> None:
    told = plan(undone)
    assert "Put back by undo:" in told
    assert "Changed online" not in told
    assert "index.py  changed by undo" in told
    assert "timeout  last deployed 10 → online 30 → yours 10  put back by undo" in told
    assert plan(undone, "drift").endswith("\n1 resource put back by undo, 3 as last deployed")
    question, error = asked(undone)
    assert question.startswith("2 things were put back by undo, and deploying would overwrite that:")
    assert "Put back by undo, not decided:" in error
    report, _ = undone.run("deploy")
    assert "What undo put back would be overwritten, and there is nobody to ask." in str(report.error)


@pytest.mark.switches_at_default("trail_delay_seconds")
def test_what_somebody_changed_after_the_undo_is_somebody_s(undone: Project) -> None:
    undone.edit("UpdateFunction", "demo", "hello", timeout=31)
    told = plan(undone)
    assert "Changed online since this project last deployed:" in told
    assert "timeout  last deployed 10 → online 31 → yours 10  changed online only" in told
    assert "code  put back by undo" in told
    question, _ = asked(undone)
    assert re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d \+00:00", "TIME", question) == (
        "2 things are to be decided before this goes on:\n"
        "  function demo/hello (config): changed online by bob in the console, TIME\n"
        "  function demo/hello (code): put back by undo\n"
        "What should happen?"
    )


def test_what_undo_left_alone_is_not_put_back_by_it(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    mended.edit("UpdateFunction", "demo", "hello", memorySize=512)
    done(mended, "undo --on-drift keep -y")
    told = plan(mended)
    assert "memorySize  last deployed 128 → online 512 → yours 128  changed online only" in told
    assert "timeout     last deployed 10 → online 30 → yours 10  put back by undo" in told


def test_two_undos_are_both_named(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    mended.edit("UpdateService", "demo", description="theirs")
    done(mended, "deploy --use-remote")
    copies = sorted((mended.root / ".s" / "fc-guard" / "rescue").iterdir())
    for copy in copies:
        done(mended, f"undo {copy.name} -y")
    assert "Changed online" not in plan(mended)


def test_what_undo_made_again_is_not_said_to_be_there_by_itself(mended: Project) -> None:
    done(mended, "remove -y --use-remote")
    _, told = done(mended, "undo -y")
    assert "What was put back is not what this project last deployed" in told
    told = plan(mended)
    assert "Put back by undo:" in told
    assert "Already online" not in told
    question, _ = asked(mended, "remove")
    assert question.startswith("4 things were put back by undo, and removing would delete them:")


def test_what_somebody_changed_after_undo_made_it_again_is_somebody_s(mended: Project) -> None:
    done(mended, "remove -y --use-remote")
    done(mended, "undo -y")
    mended.edit("UpdateFunction", "demo", "hello", memorySize=1024)
    told = plan(mended)
    assert "Changed online since this project last deployed:" in told
    assert "never deployed" not in told
    question, _ = asked(mended)
    assert "function demo/hello (config): changed online" in question
    report, _ = mended.run("deploy")
    assert "never deployed" not in str(report.error)


def test_undo_says_so_where_it_put_back_what_was_deployed(undone: Project) -> None:
    _, told = done(undone, "undo -y")
    assert told.endswith("It is online again as it was after the last deployment from this project.")
    assert "No differences" in plan(undone)


# what was kept, and what was merged


def test_what_was_kept_is_no_news_when_it_is_asked_about_again(mended: Project) -> None:
    done(mended, "deploy --on-drift keep")
    for told in (plan(mended, "plan --ask-again"), plan(mended, "plan --use-remote")):
        assert "Kept online until now:" in told
        assert "Changed online" not in told
        assert "index.py  changed online" in told
        assert "crc64" not in told
    question, error = asked(mended, "deploy --ask-again")
    assert question.startswith("2 things were kept online until now, and deploying would undo that:")
    assert "Kept online until now, not decided:" in error


@pytest.fixture
def merged(project: Project) -> Project:
    project.write({"index.py": ALL_OF_IT, "two.py": "z = 1\n"})
    done(project, "deploy")
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": ALL_OF_IT + "f = 6\n", "two.py": "z = 2\n"})
    project.write({"index.py": ALL_OF_IT.replace("1", "0")})
    _, told = done(project, "deploy --on-drift merge")
    assert "function demo/hello updated, its code merged" in told
    assert "asks about what was kept" not in told
    return project


def test_merged_code_is_said_to_be_merged(merged: Project) -> None:
    told = plan(merged)
    assert "code: merged, and kept online since " in told
    assert "index.py  changed by the merge" in told
    assert "two.py  changed by the merge" in told
    told = plan(merged, "plan --ask-again")
    assert "Merged before, not in the code folder:" in told
    assert "last deployed" not in told
    question, _ = asked(merged, "deploy --ask-again")
    assert question.startswith("function demo/hello (code) was merged before, and deploying would undo that.")


def test_code_that_was_changed_after_the_merge_and_kept_is_kept(merged: Project) -> None:
    merged.edit("UpdateFunction", "demo", "hello", files={"index.py": ALL_OF_IT + "f = 7\n", "two.py": "z = 2\n"})
    assert "Changed online since this project last deployed:" in plan(merged)
    done(merged, "deploy --on-drift keep")
    told = plan(merged)
    assert "code: kept online since " in told
    assert "merge" not in told


# what was never deployed from here


@pytest.fixture
def fresh(mended: Project, tmp_path: Path) -> Project:
    return Project(tmp_path / "fresh", mended.server)


def test_nothing_is_said_to_be_changed_that_was_never_deployed_from_here(fresh: Project) -> None:
    question, error = asked(fresh)
    assert question.startswith(
        "2 things were already online, never deployed from this project, and deploying would overwrite them:"
    )
    assert "Already online, never deployed from this project, not decided:" in error
    report, person = fresh.run("deploy")
    assert "What is online was never deployed from this project, and there is nobody to ask." in str(report.error)
    _, merging = fresh.run("deploy --on-drift merge")
    removal = asked(fresh, "remove")
    everything = "\n".join([question, error, str(report.error), person.text, merging.text, *removal])
    assert "hanged online" not in everything.replace("changed-online", "")
    assert "omebody" not in everything


def test_what_was_deployed_in_part_is_shown_in_full(fresh: Project) -> None:
    done(fresh, "deploy function --type code --use-remote")
    told = plan(fresh)
    assert "Already online, never deployed from this project:" in told
    assert "timeout  online 30 → yours 10" in told


def test_what_undo_finds_and_never_wrote_is_not_said_to_be_changed(mended: Project) -> None:
    done(mended, "remove -y --use-remote")
    again = Project(mended.root.parent / "again", mended.server)
    again.props["function"]["timeout"] = 77
    done(again, "deploy")
    question, _ = asked(mended, "undo")
    assert "already online, not written by this project, and putting back the saved state would overwrite" in question


# counts


def test_the_count_is_of_resources_and_decisions_are_counted_apart(mended: Project) -> None:
    mended.edit("UpdateService", "demo", description="theirs")
    assert plan(mended).endswith("\nPlan: 2 resources to update, 2 unchanged; 3 decisions to make")
    done(mended, "deploy --on-drift keep")
    assert plan(mended).endswith("\nNothing to do: 2 resources left as online, 2 unchanged")
    assert plan(mended, "drift").endswith("\n2 resources left as online, 2 as last deployed")


def test_a_pull_counts_fields_resources_and_files_apart(project: Project) -> None:
    written = Written(project)
    written.deploy()
    project.edit("UpdateFunction", "demo", "hello", timeout=30, files={**project.code, "new.py": "x = 1\n"})
    project.edit("DeleteTrigger", "demo", "hello", "tick")
    _, person = project.run("pull")
    assert "Pull: 1 field into s.yaml, 1 resource out of s.yaml, 1 file" in person.text


# new resources


def test_a_new_resource_shows_what_s_yaml_sets_with_secrets_hidden_and_long_lists_cut(project: Project) -> None:
    project.props["function"]["environmentVariables"] = {f"KEY_{n:02}": "canary-4711" for n in range(30)}
    told = plan(project)
    assert "+ function demo/hello  new\n" in told
    assert "environmentVariables.KEY_00  (hidden)" in told
    assert "canary" not in told
    assert "… and 15 more fields (--full-diff shows them)" in told
    assert "triggerConfig.cronExpression  @every 5m" in told
    assert "crc64" not in told
    whole = plan(project, "plan --full-diff")
    assert "memorySize                   128" in whole
    assert "more field" not in whole


def test_what_only_online_has_and_is_overwritten_was_never_deployed_from_here_either(
    mended: Project, tmp_path: Path
) -> None:
    mended.edit(
        "UpdateFunction", "demo", "hello", environmentVariables={"LEVEL": "info", "NAME": "demo", "THEIRS": "1"}
    )
    other = Project(tmp_path / "b", mended.server)
    _, told = done(other, "deploy --use-remote")
    assert "Already online, never deployed from this project:" in told
    assert "environmentVariables.THEIRS" in told
    assert "Changed online" not in told
