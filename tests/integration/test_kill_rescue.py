"""kill -9 while something of somebody else's is overwritten or put back: it is online or in a whole copy, and the next
run says which."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fc_local.checksum import crc64
from tests.integration.killed import killed_at
from tests.integration.project import Project
from tests.integration.test_rescue import listed
from tests.integration.test_undo import baselines, done, function, service, steady

BOBS = {"index.py": "# mended by bob\n"}


def mended(root: Path, project: Project) -> tuple[Project, Any]:
    """A deployed project that bob mended, and what is online then."""
    project.server.admin.reset()
    here = Project(root, project.server)
    done(here, "deploy")
    here.edit("UpdateFunction", "demo", "hello", files=BOBS, memorySize=512)
    here.server.admin.clear_journal()
    return here, steady(service(here))


def assert_whole(project: Project) -> list[dict[str, Any]]:
    """Every copy that does not say that it is none holds all of what bob made."""
    whole = [copy for copy in listed(project) if "problem" not in copy]
    for copy in whole:
        folder = Path(copy["directory"])
        live = json.loads((folder / "live.json").read_bytes())
        assert live["memorySize"] == 512
        assert crc64((folder / "code.zip").read_bytes()) == live["codeChecksum"]
    return whole


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
def test_killed_anywhere_while_overwriting_nothing_is_lost_and_the_next_run_tells(
    tmp_path: Path, project: Project
) -> None:
    at, steps, seen = 0, None, set()
    while steps is None:
        at += 1
        here, theirs = mended(tmp_path / str(at), project)
        steps = killed_at(here, at, "deploy --use-remote")
        overwritten = function(here)["memorySize"] == 128
        whole = assert_whole(here)
        assert whole or not overwritten
        unfinished = steps is None and bool(whole) and (Path(whole[0]["directory"]) / "unfinished").exists()
        _, plan = here.run("plan")
        assert ("an earlier run was interrupted here" in plan.text) >= unfinished
        report, person = here.run("deploy")
        assert report.status() == (0 if overwritten else 3), person.text
        if unfinished:
            told = "since then it has been overwritten" if overwritten else "nothing of it was overwritten"
            assert f"had saved function demo/hello as rescue copy {whole[0]['name']}" in person.text
            assert told in person.text
            seen.add(told)
        _, again = here.run("deploy")
        assert "interrupted" not in again.text
        report, person = here.run("undo -y")
        assert report.status() == 0, person.text
        assert steady(service(here)) == theirs
        assert overwritten or "Nothing to undo here" in person.text
    assert len(seen) == 2
    assert steps >= 10


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
def test_killed_anywhere_while_putting_back_what_is_put_back_is_never_ours(tmp_path: Path, project: Project) -> None:
    at, steps = 0, None
    while steps is None:
        at += 1
        here, theirs = mended(tmp_path / str(at), project)
        done(here, "deploy --use-remote")
        (copy,) = listed(here)
        before = baselines(here)
        steps = killed_at(here, at, "undo -y")
        put_back = function(here)["memorySize"] == 512
        report, person = here.run("deploy -y")
        assert report.status() == (3 if put_back else 0), person.text
        assert {name: fields["observed"] for name, fields in baselines(here).items()} == {
            name: fields["observed"] for name, fields in before.items()
        }
        report, person = here.run(f"undo -y {copy['name']}")
        assert report.status() == 0, person.text
        assert steady(service(here)) == theirs
    assert steps >= 10


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
def test_killed_anywhere_while_making_again_what_was_removed_it_is_made_once(tmp_path: Path, project: Project) -> None:
    at, steps = 0, None
    while steps is None:
        at += 1
        here, theirs = mended(tmp_path / str(at), project)
        run = done(here, "remove -y --use-remote").rescues[0].run
        steps = killed_at(here, at, f"undo -y {run}")
        report, person = here.run(f"undo -y {run}")
        assert report.status() == 0, person.text
        assert steady(service(here)) == theirs
        made = [event["resource"] for event in here.server.admin.audit() if event["what"].startswith("Create")]
        assert max(made.count(name) for name in made) == 2  # by the deployment, and by one undo
    assert steps >= 12


@pytest.mark.slow
@pytest.mark.killed
@pytest.mark.timeout(300)
def test_an_undo_passes_over_what_a_killed_run_saved_and_never_overwrote(tmp_path: Path, project: Project) -> None:
    for at in range(1, 40):
        here, _ = mended(tmp_path / str(at), project)
        done(here, "deploy --use-remote")
        here.edit("UpdateService", "demo", description="carol's")
        killed_at(here, at, "deploy --use-remote")
        whole = [copy for copy in listed(here) if "problem" not in copy]
        if len(whole) == 2 and service(here)["description"] == "carol's":
            break
    _, person = here.run("undo -y")
    assert "nothing of it was overwritten" in person.text
    assert function(here)["memorySize"] == 512
    assert service(here)["description"] == "carol's"
