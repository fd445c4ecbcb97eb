"""What a run prints of its results is what is online, and a name that is nowhere is told, through the real host."""

from __future__ import annotations

from tests.host.scenes import Project

pytest_plugins = ("tests.host.stage",)


def test_no_url_is_printed_of_a_trigger_that_stays_deleted(deployed: Project) -> None:
    deployed.edit("DeleteTrigger", "shop", "hello", "http")
    kept = deployed.run("deploy --on-drift keep")
    assert kept.status == 0, kept.text
    assert "trigger shop/hello/http stays deleted, as it is online" in kept.text
    assert "/proxy/shop/hello/" not in kept.text
    assert "name: http" not in kept.text
    told = deployed.run("info").text
    assert "/proxy/shop/hello/" not in told
    assert "name: http" not in told


def test_a_scope_that_names_nothing_is_status_2_with_the_names_there_are(deployed: Project) -> None:
    deployed.server.admin.clear_journal()
    done = deployed.run("deploy trigger --trigger-name nope")
    assert done.status == 2
    assert "No trigger is called 'nope': there are " in done.text
    assert "http" in done.text
    assert deployed.writes() == []
