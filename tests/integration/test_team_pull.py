"""A pull that another run's deployment overtakes: what is written is recorded, or told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fc_guard.commands import pull as command
from fc_guard.errors import GuardError, LiveMoved, PartlyApplied
from fc_local.server import LocalServer
from tests.integration.checkouts import STATE, begun, cloned, git
from tests.integration.project import Person
from tests.integration.written import S_YAML, Written

FUNCTION = ("demo", "hello")
SHARED = S_YAML.replace("      region:", f"      state: {STATE}\n      region:")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    monkeypatch.setenv("FC_GUARD_LOCK_TIMEOUT", "0.3")
    monkeypatch.setattr("fc_guard.state.shared.POLL_SECONDS", 0.05)


@pytest.fixture
def ann(tmp_path: Path, server: LocalServer) -> Written:
    """Has deployed; then somebody changed the timeout online, and a file."""
    project = begun(tmp_path / "ann", server)
    written = Written(project, SHARED)
    git(project.root.parent, "add", "-A")
    git(project.root.parent, "commit", "-q", "-m", "s.yaml")
    written.deploy()
    project.edit("UpdateFunction", *FUNCTION, timeout=77)
    return written


@pytest.fixture
def ben(tmp_path: Path, ann: Written) -> Written:
    return Written(cloned(ann.project, tmp_path / "ben"), SHARED)


def files(written: Written) -> dict[str, str]:
    places = [path for path in written.project.root.rglob("*") if path.is_file() and ".s" not in path.parts]
    return {str(path.relative_to(written.project.root)): path.read_text(encoding="utf-8") for path in places}


def quietly(written: Written, line: str) -> None:
    report, person = written.run(line)
    assert report.status() == 0, person.text


def at_the_question(ann: Written, meanwhile: Callable[[], None]) -> tuple[Any, Person]:
    person = Person(present=True, answers=["y"], on_question=meanwhile)
    return ann.run("pull", person)


def test_nothing_is_written_where_another_run_undid_what_was_shown(ann: Written, ben: Written) -> None:
    before = files(ann)
    with pytest.raises(LiveMoved) as told:
        at_the_question(ann, lambda: quietly(ben, "deploy --use-remote"))
    assert files(ann) == before
    assert told.value.status == 5
    assert "Nothing was written" in str(told.value)
    ann.project.server.admin.clear_journal()
    lines, _ = ann.pull()
    assert lines == ""


def test_what_another_run_kept_is_pulled_and_recorded_above(ann: Written, ben: Written) -> None:
    report, person = at_the_question(ann, lambda: quietly(ben, "deploy --on-drift keep"))
    assert report.status() == 0, person.text
    assert "timeout: 77" in ann.text
    ann.project.server.admin.clear_journal()
    ann.require_quiet()


def during_the_writing(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]) -> None:
    write = command.replace_text

    def overtaken(path: Path, text: str) -> None:
        write(path, text)
        meanwhile()

    monkeypatch.setattr(command, "replace_text", overtaken)


def test_a_record_that_is_overtaken_goes_above_where_online_is_as_pulled(
    ann: Written, ben: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    during_the_writing(monkeypatch, lambda: quietly(ben, "deploy --on-drift keep"))
    quietly(ann, "pull -y")
    monkeypatch.undo()
    assert "timeout: 77" in ann.text
    ann.project.server.admin.clear_journal()
    ann.require_quiet()


def test_what_was_written_and_is_undone_meanwhile_is_told(
    ann: Written, ben: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    during_the_writing(monkeypatch, lambda: quietly(ben, "deploy --use-remote"))
    with pytest.raises(GuardError) as told:
        ann.run("pull -y")
    assert (type(told.value), told.value.status) == (PartlyApplied, 7)
    assert "timeout: 77" in ann.text
    assert "wrote s.yaml" in str(told.value)
    assert "what was replaced is in" in str(told.value)
    assert "Nothing was written" not in str(told.value)


def test_code_that_was_pulled_after_a_deployment_of_the_configuration_alone_is_recorded(ann: Written) -> None:
    quietly(ann, "pull -y")
    ann.save(ann.text.replace("timeout: 77", "timeout: 30"))
    quietly(ann, "deploy --type config")
    ann.project.edit("UpdateFunction", *FUNCTION, files={"index.py": "online = 1\n"})
    quietly(ann, "pull -y")
    assert files(ann)["code/index.py"] == "online = 1\n"
    ann.project.write({"index.py": "mine = 2\n"})
    quietly(ann, "deploy")
