"""Two runs of one folder at once: neither takes what the other wrote for somebody else's change."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fc_guard.engine.run import locking
from fc_guard.errors import BaselineLocked
from fc_guard.host.standard import standard_run
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.fields import Reveal
from fc_guard.model.plans import Verb
from fc_guard.model.resources import Intent
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place
from tests.integration.project import ACCOUNT, REGION, Person, Project
from tests.integration.written import Written

SERVICE = Address("fc2", ACCOUNT, REGION, "service", ("demo",))
FUNCTION = SERVICE.child("function", "hello")


@dataclass
class Onlooker(Person):
    """Somebody at whose first word something else happens: after the reads ahead, before the lock."""

    meanwhile: Callable[[], object] | None = None

    def say(self, text: str, reveal: Reveal = Reveal.NOTHING) -> None:
        super().say(text, reveal)
        what, self.meanwhile = self.meanwhile, None
        if what is not None:
            what()


def when_read_ahead(project: Project, what: Callable[[], object]) -> Callable[[], None]:
    """Waits until FC has answered the reads ahead of the run that begins, and then does it."""

    def wait() -> None:
        wanted = {"GetService", "GetFunction", "ListTriggers"}
        for _ in range(200):
            answered = {entry["op"] for entry in project.server.admin.journal()}
            if wanted <= answered:
                break
            time.sleep(0.02)
        else:
            raise AssertionError(f"only {answered} was read")
        time.sleep(0.1)  # from the journal to the reader
        what()

    return wait


def another_deploys(written: Written) -> Callable[[], None]:
    def deploy() -> None:
        report, person = written.run("deploy")
        assert report.status() == 0, person.text

    return deploy


@pytest.mark.parametrize("line", ["deploy", "plan --exit-code", "drift --exit-code"])
def test_a_first_deployment_by_another_run_is_nobody_s_deletion(project: Project, line: str) -> None:
    written = Written(project)
    person = Onlooker(meanwhile=when_read_ahead(project, another_deploys(written)))
    report, _ = written.run(line, person)
    assert report.status(exit_code="exit-code" in line) == 0, person.text
    assert "deleted" not in person.text
    assert project.writes() == ["CreateService", "CreateFunction", "CreateTrigger", "CreateTrigger"]


@pytest.mark.parametrize("line", ["deploy", "plan --exit-code", "drift --exit-code"])
def test_an_update_by_another_run_is_nobody_s_change(project: Project, line: str) -> None:
    written = Written(project)
    written.deploy()
    written.save(written.text.replace("timeout: 10", "timeout: 20"))
    person = Onlooker(meanwhile=when_read_ahead(project, another_deploys(written)))
    report, _ = written.run(line, person)
    assert report.status(exit_code="exit-code" in line) == 0, person.text
    assert project.writes() == ["UpdateFunction"]


def test_a_removal_by_another_run_is_nobody_s_deletion(project: Project) -> None:
    written = Written(project)
    written.deploy()
    person = Onlooker(meanwhile=when_read_ahead(project, lambda: written.run("remove -y")))
    report, _ = written.run("deploy", person)
    assert report.status() == 0, person.text
    assert {outcome.action.verb for outcome in report.outcomes} == {Verb.CREATE}


def test_what_somebody_changed_while_another_run_deployed_is_still_found(project: Project) -> None:
    written = Written(project)
    written.deploy()
    written.save(written.text.replace("timeout: 10", "timeout: 20"))

    def both() -> None:
        another_deploys(written)()
        project.edit("UpdateFunction", "demo", "hello", memorySize=512)

    person = Onlooker(meanwhile=when_read_ahead(project, both))
    report, _ = written.run("deploy", person)
    assert report.status() == 3
    assert "512" in person.text


def test_a_run_s_own_steps_do_not_make_it_read_again(project: Project) -> None:
    written = Written(project)
    written.deploy()
    run = standard_run()
    project.make_run = lambda: run
    for _ in range(3):  # three steps of one run, as far as the lock can tell
        assert written.run("deploy")[0].status() == 0
    reads = [entry["op"] for entry in project.server.admin.journal()]
    assert reads.count("GetService") == 1, reads


def test_another_run_between_two_steps_makes_the_second_read_again(project: Project) -> None:
    written = Written(project)
    written.deploy()
    run = standard_run()
    project.make_run = lambda: run
    assert written.run("deploy")[0].status() == 0
    written.save(written.text.replace("timeout: 10", "timeout: 20"))
    project.make_run = standard_run
    another_deploys(written)()
    project.make_run = lambda: run
    report, person = written.run("deploy")
    assert report.status() == 0, person.text
    assert project.writes() == ["UpdateFunction"]


def test_what_another_run_is_writing_is_waited_for_and_never_compared(
    deployed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FC_GUARD_LOCK_TIMEOUT", "0")
    store = DirectoryStore(Place(deployed.root / ".s" / "fc-guard"), CATALOG)
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    with store.lock(SERVICE, "deploy one"):
        assert "512" in deployed.run("plan")[1].text  # it has the lock, and writes nothing
        store.intend(FUNCTION, Intent("UpdateFunction", None, frozenset(), None, "2026-01-01T00:00:00"))
        with pytest.raises(BaselineLocked, match=r"deploy one .* is writing it"):
            deployed.run("plan")
        deployed.edit("UpdateFunction", "demo", "hello", memorySize=128)
        assert "deploy one" in deployed.run("plan")[1].text  # nothing to accuse anybody of, so it is shown
    deployed.edit("UpdateFunction", "demo", "hello", memorySize=512)
    report, person = deployed.run("plan --exit-code")
    assert report.status(exit_code=True) == 3
    assert "an earlier run was interrupted here" in person.text


def test_a_domain_that_another_run_came_to_own_is_locked_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written(project)
    domain = Address("fc2", ACCOUNT, REGION, "customDomain", ("www.example.com",))
    answers = [(SERVICE,), (domain, SERVICE)]
    monkeypatch.setattr(locking, "roots", lambda read: answers[0] if len(answers) == 1 else answers.pop(0))
    held = []
    lock = DirectoryStore.lock
    monkeypatch.setattr(
        DirectoryStore, "lock", lambda self, id, *rest, **more: held.append(id) or lock(self, id, *rest, **more)
    )
    assert written.run("deploy")[0].status() == 0
    assert held == [SERVICE, domain, SERVICE]


def test_what_is_pruned_in_a_renamed_service_is_locked_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project.run("deploy")[0].status() == 0
    project.props["service"]["name"] = "renamed"
    held: list[Address] = []
    lock = DirectoryStore.lock
    monkeypatch.setattr(
        DirectoryStore, "lock", lambda self, id, *rest, **more: held.append(id) or lock(self, id, *rest, **more)
    )
    report, person = project.run("deploy --prune -y")
    assert report.status() == 0, person.text
    assert "DeleteFunction" in project.writes()
    assert SERVICE in held
    held.clear()
    assert project.run("deploy")[0].status() == 0
    assert SERVICE not in held


def test_every_run_that_had_the_lock_leaves_another_mark(tmp_path: Path) -> None:
    store = DirectoryStore(Place(tmp_path), CATALOG)
    assert store.mark(SERVICE) == ""
    with store.lock(SERVICE, "deploy one") as turn:
        assert turn.before == ""
        assert "deploy one" in store.holder(SERVICE)
        between = store.mark(SERVICE)
    assert (store.mark(SERVICE), store.holder(SERVICE)) == (turn.after, "")
    assert len({"", between, turn.after}) == 3
    with store.lock(SERVICE, "deploy two") as second:
        assert second.before == turn.after
