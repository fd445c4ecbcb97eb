"""What was mended online is pulled into s.yaml and the code folder, through the real host at a terminal."""

from __future__ import annotations

from tests.host.scenes import Project, assert_told
from tests.host.test_online_fix import FIX, INDEX, mend, released

pytest_plugins = ("tests.host.stage",)
__all__ = ["released"]


def test_the_question_of_a_deployment_offers_it(released: Project) -> None:
    mend(released, *FIX)
    released.server.admin.clear_journal()
    with released.terminal("deploy") as person:
        person.expect("Enter = s: ")
        person.line("p")
        person.expect("Enter = n: ")
        person.line("y")
        assert person.finish() == 3, person.transcript
    assert_told(person.transcript, ("pull it into s.yaml and the code folder, and stop", "Nothing was deployed."))
    assert released.writes() == []
    assert (released.folder / "code" / "index.py").read_text() == INDEX.replace(*FIX)
    assert released.run("plan --exit-code").status == 0


def test_a_pull_changes_the_lines_that_are_meant_and_no_other(released: Project) -> None:
    file = released.folder / "s.yaml"
    file.write_text(file.read_text().replace("timeout: 10", "timeout: 10   # seconds; the caller waits for 12"))
    text = file.read_text()
    assert "waits for 12" in text
    mend(released, *FIX)
    released.edit("UpdateFunction", "shop", "hello", timeout=60)
    run = released.run("pull --dry-run")
    assert_told(run.text, ("60",))
    assert file.read_text() == text
    with released.terminal("pull") as person:
        person.expect("Enter = ")
        person.line("y")
        assert person.finish() == 0, person.transcript
    assert file.read_text() == text.replace("timeout: 10 ", "timeout: 60 ")
    assert (released.folder / "code" / "index.py").read_text() == INDEX.replace(*FIX)
    run = released.run("plan --exit-code")
    assert run.status == 0, run.text
    released.server.admin.clear_journal()
    assert released.run("deploy").status == 0
    assert released.writes() == []
