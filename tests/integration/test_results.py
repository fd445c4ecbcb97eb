"""What a run hands to the host, and counts, is what is online."""

from __future__ import annotations

import pytest

from tests.integration.project import Person, Project
from tests.integration.test_undo import done

NOWHERE = {"system_url": "", "system_intranet_url": "", "custom_domain": []}


def without_trigger(project: Project) -> None:
    project.edit("DeleteTrigger", "demo", "hello", "http")


def without_function(project: Project) -> None:
    for name in ("http", "tick"):
        project.edit("DeleteTrigger", "demo", "hello", name)
    project.edit("DeleteFunction", "demo", "hello")


def test_a_deleted_trigger_that_is_kept_so_has_no_url(deployed: Project) -> None:
    without_trigger(deployed)
    report, person = deployed.run("deploy --on-drift keep")
    assert report.output["url"] == NOWHERE
    assert report.output["triggers"] == [{"type": "timer", "name": "tick"}]
    assert "http://" not in person.text.partition("\n")[2]


@pytest.mark.parametrize("command", ["deploy", "plan", "drift"])
def test_a_deleted_function_that_is_kept_so_is_in_no_result(deployed: Project, command: str) -> None:
    without_function(deployed)
    done(deployed, "deploy --on-drift keep")
    report, _ = deployed.run(command)
    assert report.output["function"] == {"name": ""}  # a later step may refer to it: the host ends at what is missing
    assert (report.output["triggers"], report.output["url"]) == ([], NOWHERE)
    assert report.output["service"] == {"name": "demo"}


def test_what_was_deleted_online_is_not_counted_as_unchanged(deployed: Project) -> None:
    without_function(deployed)
    done(deployed, "deploy --on-drift keep")
    _, person = deployed.run("plan")
    assert "Nothing to do: 3 resources left as online, 1 unchanged" in person.text
    _, person = deployed.run("drift")
    assert person.text.endswith("\n3 resources left as online, 1 as last deployed")


def test_a_part_that_is_deployed_alone_has_no_url_of_a_trigger_that_is_not_there(deployed: Project) -> None:
    without_trigger(deployed)
    assert deployed.run("deploy function")[0].output["url"] == NOWHERE


def test_a_part_that_is_deployed_alone_has_the_url_of_a_trigger_that_is_there(deployed: Project) -> None:
    url = done(deployed, "deploy").output["url"]
    assert done(deployed, "deploy function").output["url"] == url != NOWHERE


def test_a_first_plan_has_the_url_that_later_steps_refer_to(project: Project) -> None:
    report, _ = project.run("plan", Person())
    assert report.output["url"] != NOWHERE
