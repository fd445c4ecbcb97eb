"""`plan --out FILE`, `deploy --plan FILE`: what was reviewed is deployed, or nothing is."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from fc_guard.errors import BadInput, NeedsDecision, PlanMoved
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.fields import Reveal
from fc_guard.model.reports import Report, Result
from fc_guard.model.resources import Intent
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place
from tests.integration.outlet import let_out
from tests.integration.project import ACCOUNT, REGION, Person, Project

OUT = "plan.json"
SCHEMAS = Path(__file__).parents[2] / "schema"
MENDED = {"index.py": "def handler(environ, start_response):\n    return [b'mended by bob']\n"}


def planned(project: Project, words: str = "", **run: Any) -> dict[str, Any]:
    report, _ = project.run(f"plan {words} --out {OUT}", **run)
    assert report.error is None
    project.server.admin.clear_journal()
    return document(project)


def document(project: Project) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((project.root / OUT).read_text(encoding="ascii"))
    return read


def carried_out(project: Project, person: Person | None = None, words: str = "") -> Report:
    return project.run(f"deploy --plan {OUT} {words}", person)[0]


def refused(project: Project) -> str:
    """Returns why nothing was deployed, after it is certain that nothing was written."""
    person = Person(present=True)
    report = carried_out(project, person)
    assert isinstance(report.error, PlanMoved), report.error
    assert (report.status(), project.writes(), report.rescues) == (5, [], ())
    assert (report.outcomes, person.asked) == ((), [])
    return str(report.error)


def not_taken(project: Project, words: str = "") -> BadInput:
    with pytest.raises(BadInput) as caught:
        carried_out(project, words=words)
    assert (caught.value.status, project.writes()) == (2, [])
    return caught.value


def function(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.server.admin.state()["services"]["demo"]["functions"]["hello"]
    return found


@pytest.fixture
def changed(deployed: Project) -> Project:
    """A project with a change of its own, in configuration and code, that is to be deployed."""
    deployed.props["function"]["timeout"] = 30
    deployed.write({"index.py": deployed.code["index.py"].replace("one", "two")})
    return deployed


def test_what_was_planned_is_deployed_without_a_question(changed: Project) -> None:
    planned(changed)
    person = Person(present=True)
    report = carried_out(changed, person)
    assert (report.status(), person.asked, changed.writes()) == (0, [], ["UpdateFunction"])
    assert function(changed)["timeout"] == 30


def test_a_first_deployment_can_be_planned_and_reviewed_too(project: Project) -> None:
    planned(project)
    assert carried_out(project).status() == 0
    assert "CreateFunction" in project.writes()


def test_a_code_folder_that_was_made_again_with_the_same_contents_is_the_same(changed: Project) -> None:
    planned(changed)
    text = (changed.root / "code" / "index.py").read_text(encoding="utf-8")
    shutil.rmtree(changed.root / "code")
    changed.write({"index.py": text})
    assert carried_out(changed).status() == 0


def online(**body: Any) -> Callable[[Project], None]:
    return lambda project: project.edit("UpdateFunction", "demo", "hello", **body)


def here(**function: Any) -> Callable[[Project], None]:
    return lambda project: project.props["function"].update(function)


def code(**files: str) -> Callable[[Project], None]:
    return lambda project: project.write({f"{name}.py": text for name, text in files.items()})


def deployed_from_elsewhere(project: Project) -> None:
    """Deploys other things, and puts all but the history back as it was."""
    wanted = project.props["function"]["timeout"]
    project.props["function"]["timeout"] = 44
    assert project.run("deploy")[0].status() == 0
    project.edit("UpdateFunction", "demo", "hello", timeout=10)
    project.props["function"]["timeout"] = wanted
    project.server.admin.clear_journal()


ONLINE, HERE = "moved online: ", "moved in s.yaml or the code folder: "


@pytest.mark.parametrize(
    ("move", "told"),
    [
        pytest.param(online(timeout=90), f"function demo/hello: {ONLINE}timeout", id="a field that is planned"),
        pytest.param(online(memorySize=256), f"function demo/hello: {ONLINE}memorySize", id="another field"),
        pytest.param(online(timeout=30), f"function demo/hello: {ONLINE}timeout", id="to what is wanted"),
        pytest.param(
            online(environmentVariables={"LEVEL": "debug", "NAME": "demo"}),
            f"function demo/hello: {ONLINE}environmentVariables.LEVEL",
            id="a secret field",
        ),
        pytest.param(
            online(environmentVariables={"LEVEL": "info", "NAME": "demo", "NEW": "1"}),
            f"function demo/hello: {ONLINE}environmentVariables.NEW",
            id="what s.yaml says nothing about",
        ),
        pytest.param(online(files=MENDED), f"function demo/hello: {ONLINE}index.py", id="code"),
        pytest.param(
            lambda project: project.edit("UpdateService", "demo", description="bob's"),
            f"service demo: {ONLINE}description",
            id="a resource that is not written",
        ),
        pytest.param(
            lambda project: project.edit("DeleteTrigger", "demo", "hello", "tick"),
            f"trigger demo/hello/tick: {ONLINE}no longer there",
            id="deleted",
        ),
        pytest.param(here(timeout=31), f"function demo/hello: {HERE}timeout", id="s.yaml"),
        pytest.param(here(memorySize=512), f"function demo/hello: {HERE}memorySize", id="another line of s.yaml"),
        pytest.param(code(index="x = 1\n"), f"function demo/hello: {HERE}index.py", id="a file of the code"),
        pytest.param(code(new="x = 1\n"), f"function demo/hello: {HERE}new.py", id="a new file"),
        pytest.param(
            lambda project: project.props["triggers"].pop(),
            f"trigger demo/hello/tick: {HERE}no longer there",
            id="a resource that left s.yaml",
        ),
        pytest.param(
            deployed_from_elsewhere, "function demo/hello: moved in the recorded history: record", id="the history"
        ),
    ],
)
def test_whatever_moved_since_is_named_and_nothing_is_written(
    changed: Project, move: Callable[[Project], None], told: str
) -> None:
    planned(changed)
    move(changed)
    changed.server.admin.clear_journal()
    why = refused(changed)
    assert told in why
    assert "Nothing was written." in why
    assert "s plan --out" in why


def test_what_did_not_move_is_not_named(changed: Project) -> None:
    planned(changed)
    changed.edit("UpdateFunction", "demo", "hello", memorySize=256)
    changed.server.admin.clear_journal()
    lines = [line.strip() for line in refused(changed).splitlines() if ": moved " in line]
    assert lines == [f"function demo/hello: {ONLINE}memorySize"]


@pytest.mark.switches_at_default("etag_is_content_only")
def test_a_change_that_was_taken_back_is_another_version(changed: Project) -> None:
    """What FC says besides may have moved with it."""
    planned(changed)
    for size in (256, 128):
        changed.edit("UpdateFunction", "demo", "hello", memorySize=size)
    changed.server.admin.clear_journal()
    assert f"function demo/hello: {ONLINE}its version (ETag)" in refused(changed)


@pytest.mark.switches_at_default("etag_is_content_only")
def test_so_is_one_of_what_is_read_from_a_list_that_tells_no_version(deployed: Project) -> None:
    deployed.props["triggers"][1]["config"]["cronExpression"] = "@every 9m"
    planned(deployed)
    for minutes in (7, 5):
        config = {"cronExpression": f"@every {minutes}m", "enable": False}
        deployed.edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig=config)
    deployed.server.admin.clear_journal()
    assert f"trigger demo/hello/tick: {ONLINE}its version (ETag)" in refused(deployed)


def test_a_change_made_online_is_overwritten_as_it_was_reviewed_and_saved_first(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", timeout=90)
    planned(deployed, "--on-drift overwrite")
    report = carried_out(deployed)
    assert (report.status(), deployed.writes(), len(report.rescues)) == (0, ["UpdateFunction"], 1)
    assert function(deployed)["timeout"] == 10


def test_a_change_made_online_is_kept_as_it_was_reviewed(changed: Project) -> None:
    changed.edit("UpdateFunction", "demo", "hello", memorySize=256)
    planned(changed, "--on-drift keep")
    assert carried_out(changed).status() == 0
    assert (function(changed)["memorySize"], function(changed)["timeout"]) == (256, 30)


def test_code_of_both_sides_is_merged_as_it_was_reviewed_and_asks_nothing(project: Project) -> None:
    project.write({"index.py": "a\n", "other.py": "b\n"})
    assert project.run("deploy")[0].status() == 0
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": "a\n", "other.py": "theirs\n"})
    project.write({"index.py": "ours\n"})
    planned(project, "--on-drift merge")
    person = Person(present=True)
    assert (carried_out(project, person).status(), person.asked) == (0, [])
    assert project.writes() == ["UpdateFunction"]


def test_what_is_undecided_stops_and_says_when_it_is_decided(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", timeout=90)
    _, person = deployed.run(f"plan --out {OUT}")
    assert f"Saved in {OUT}, but it cannot be deployed: one leaves something undecided" in person.text
    assert "carries out this" not in person.text
    deployed.server.admin.clear_journal()
    person = Person(["o"], present=True)
    report = carried_out(deployed, person)
    assert isinstance(report.error, NeedsDecision)
    assert (report.status(), deployed.writes(), person.asked) == (3, [], [])
    assert f"s plan --on-drift overwrite --out {OUT}" in report.error.hint
    assert "--use-remote" not in report.error.hint


@pytest.mark.parametrize(
    ("words", "decided"),
    [
        ("function --type config", "s plan function --type config --on-drift overwrite --out"),
        ("--on-drift fail --prune", "s plan --prune --on-drift overwrite --out"),
    ],
)
def test_what_decides_an_undecided_plan_repeats_its_words_and_makes_one_that_deploys(
    deployed: Project, words: str, decided: str
) -> None:
    deployed.edit("UpdateFunction", "demo", "hello", timeout=90)
    _, person = deployed.run(f"plan {words} --out {OUT}")
    assert f"Decide when the plan is made: {decided} {OUT}, or keep, or merge." in person.text
    assert decided in str(carried_out(deployed).error.hint)
    planned(deployed, decided.removeprefix("s plan ").removesuffix(" --out"))
    assert carried_out(deployed).status() == 0


def test_a_plan_whose_merge_ends_in_conflict_is_told_to_take_a_side(changed: Project) -> None:
    changed.edit("UpdateFunction", "demo", "hello", timeout=90)
    _, person = changed.run(f"plan --on-drift merge --out {OUT}")
    assert "but it cannot be deployed" in person.text
    assert f"s plan --on-drift overwrite --out {OUT}, or keep." in person.text


def test_a_deletion_that_was_reviewed_is_not_asked_about_again(deployed: Project) -> None:
    deployed.props["triggers"].pop()
    planned(deployed, "--prune")
    assert carried_out(deployed).status() == 0
    assert deployed.writes() == ["DeleteTrigger"]


def test_a_part_that_was_planned_is_the_part_that_is_deployed(changed: Project) -> None:
    changed.props["service"]["description"] = "new"
    planned(changed, "function --type config")
    assert carried_out(changed).status() == 0
    assert changed.writes() == ["UpdateFunction"]


def test_used_twice_it_says_that_nothing_is_left_to_do(changed: Project) -> None:
    planned(changed)
    carried_out(changed)
    changed.server.admin.clear_journal()
    person = Person()
    assert (carried_out(changed, person).status(), changed.writes()) == (0, [])
    assert "all that it plans is online already; there is nothing left to do" in person.text


def test_used_twice_after_something_moved_it_is_refused(changed: Project) -> None:
    planned(changed)
    carried_out(changed)
    changed.edit("UpdateFunction", "demo", "hello", memorySize=256)
    changed.server.admin.clear_journal()
    why = refused(changed)
    assert "Something was deployed since, perhaps this very plan." in why
    assert f"{ONLINE}memorySize" in why


class Watched(Person):
    """Somebody changes something online while the plan is being shown."""

    def say(self, text: str, reveal: Reveal = Reveal.NOTHING) -> None:
        super().say(text, reveal)
        if self.on_question is not None and "UpdateFunction" not in text and "timeout" in text:
            meanwhile, self.on_question = self.on_question, None
            meanwhile()


def test_what_moves_while_it_is_carried_out_is_compared_with_the_file_again(changed: Project) -> None:
    planned(changed)
    person = Watched(on_question=lambda: changed.edit("UpdateFunction", "demo", "hello", memorySize=256))
    report = carried_out(changed, person)
    assert isinstance(report.error, PlanMoved)
    assert f"{ONLINE}memorySize" in str(report.error)
    assert (report.status(), function(changed)["timeout"], function(changed)["memorySize"]) == (5, 10, 256)


@pytest.mark.switches_at_default("service_etag_covers_children")
def test_what_moves_after_a_part_was_written_stops_the_rest(changed: Project) -> None:
    changed.props["service"]["description"] = "new"
    planned(changed)
    person = Watched(on_question=lambda: changed.edit("UpdateFunction", "demo", "hello", memorySize=256))
    report = carried_out(changed, person)
    assert report.status() == 7
    assert report.error is not None
    assert f"function demo/hello: {ONLINE}memorySize" in report.error.message
    assert "service demo" not in report.error.message
    assert function(changed)["timeout"] == 10


def test_what_moves_with_the_service_around_it_stops_all_of_it(changed: Project) -> None:
    """Where the version of a service covers what is inside, nothing was written before the refusal."""
    changed.server.admin.switches(service_etag_covers_children=True)
    changed.props["service"]["description"] = "new"
    planned(changed)
    person = Watched(on_question=lambda: changed.edit("UpdateFunction", "demo", "hello", memorySize=256))
    report = carried_out(changed, person)
    assert report.status() == 5
    assert f"function demo/hello: {ONLINE}memorySize" in str(report.error)
    assert [entry for entry in report.outcomes if entry.result is Result.DONE] == []


def test_a_refusal_without_any_move_is_compared_again_and_goes_on(changed: Project) -> None:
    changed.props["service"]["description"] = "new"
    planned(changed)
    moved = {"status": 412, "code": "PreconditionFailed", "message": "x"}
    changed.server.admin.faults([{"op": "UpdateFunction", "times": 1, "action": moved}])
    assert carried_out(changed).status() == 0
    assert function(changed)["timeout"] == 30


def test_no_secret_is_in_the_file_wherever_it_stands(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    values = {"TOKEN": "s3cr3t-token-of-production", "PIN": "4711-0815"}
    project.props["function"]["environmentVariables"] = values
    let_out(project, "deploy", capsys)
    project.props["function"]["environmentVariables"] = {**values, "TOKEN": "another-s3cr3t-token"}
    project.write({"index.py": "token = 'another-s3cr3t-token'\n"})
    assert let_out(project, f"plan --show-values --full-diff --out {OUT}", capsys).status == 0
    text = (project.root / OUT).read_text(encoding="ascii")
    assert "environmentVariables" in text
    assert "token = '" in text
    for value in (*values.values(), "another-s3cr3t-token"):
        assert value not in text


def test_no_hash_in_the_file_is_one_that_anybody_can_make(project: Project, tmp_path: Path) -> None:
    """With another key every one of them is another: so none is a plain hash, by which a value could be guessed."""
    there = Project(tmp_path / "b", project.server)
    one, other = (seals(planned(each)) for each in (project, there))
    assert len(one) > 10
    assert one.isdisjoint(other)


def seals(written: dict[str, Any]) -> set[str]:
    """All that decides."""
    return set(re.findall(r"\b[0-9a-f]{32,}\b", json.dumps([step["resources"] for step in written["steps"]])))


def test_only_its_owner_can_read_it(changed: Project) -> None:
    planned(changed)
    assert stat.S_IMODE((changed.root / OUT).stat().st_mode) == 0o600
    assert [path.name for path in changed.root.glob(f".{OUT}*")] == []


def test_the_schema_describes_it(changed: Project) -> None:
    written = planned(changed, "--on-drift keep")
    schema = json.loads((SCHEMAS / "plan-file.json").read_text(encoding="utf-8"))
    Draft7Validator(schema).validate(written)
    plan = json.loads((SCHEMAS / "plan.json").read_text(encoding="utf-8"))
    [step] = written["steps"]
    Draft7Validator(plan).validate(step["plan"])
    assert "UpdateFunction" not in step
    assert [item["verb"] for item in step["plan"]["actions"] if item["kind"] == "function"] == ["update"]


# what is no plan of this


def test_a_plan_of_another_region_is_refused(changed: Project) -> None:
    planned(changed)
    changed.props["region"] = "cn-shanghai"
    error = not_taken(changed)
    assert "its region is cn-hangzhou, and here it is cn-shanghai" in error.message
    assert error.reference == "plan-file-foreign"


def test_a_plan_of_another_endpoint_is_refused(changed: Project) -> None:
    planned(changed)
    changed.endpoint = changed.server.url.replace("127.0.0.1", "localhost")
    assert "its endpoint is" in not_taken(changed).message


def test_a_plan_of_another_s_yaml_is_refused(changed: Project) -> None:
    planned(changed)
    changed.file = "other.yaml"
    assert "its s.yaml and step are s.yaml#one, and here it is other.yaml#one" in not_taken(changed).message


def test_a_plan_without_the_step_is_refused(changed: Project) -> None:
    planned(changed)
    changed.step = "two"
    assert "has no plan of the step two" in not_taken(changed).message


def test_a_plan_by_another_release_is_refused(changed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    planned(changed)
    monkeypatch.setattr("fc_guard.engine.look.reviewed.__version__", "99.0.0")
    assert "was made by fc-guard" in not_taken(changed).message


def test_a_plan_of_another_state_folder_is_refused_with_the_way_out(changed: Project) -> None:
    planned(changed)
    shutil.rmtree(changed.root / ".s")
    error = not_taken(changed)
    assert "was made with another state folder" in error.message
    assert "keep .s/fc-guard" in error.hint


def test_a_plan_that_was_edited_is_refused_however_well(changed: Project) -> None:
    written = planned(changed)
    written["options"] = ["--on-drift", "overwrite"]
    rewrite(changed, written)
    assert "it was edited since it was made" in not_taken(changed).message


def rewrite(project: Project, written: dict[str, Any]) -> None:
    """Writes a file as anybody can who has read the code."""
    written.pop("checksum", None)
    text = json.dumps(written, sort_keys=True, ensure_ascii=True)
    whole = {**written, "checksum": hashlib.sha256(text.encode()).hexdigest()}
    (project.root / OUT).write_text(json.dumps(whole), encoding="ascii")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--use-remote", "--use-remote does not go with --plan"),
        ("--on-drift keep", "--on-drift keep does not go with --plan"),
        ("--prune", "--prune does not go with --plan"),
        ("--ask-again", "--ask-again does not go with --plan"),
        ("--type code", "--type code does not go with --plan"),
        ("--report plan.json", "--plan and --report name the same file"),
    ],
)
def test_what_was_decided_in_the_plan_is_not_said_again(changed: Project, words: str, told: str) -> None:
    planned(changed)
    assert told in not_taken(changed, words).message


# where it may be written


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no/where/plan.json", "does not exist"),
        ("s.yaml/plan.json", "File exists"),
        ("code", "folder"),
        ("s.yaml", "something else is there"),
        ("code/plan.json", "it lies in the code of function demo/hello"),
    ],
)
def test_where_no_plan_can_be_written_it_is_said(changed: Project, name: str, told: str) -> None:
    (changed.root / "s.yaml").write_text("edition: 3.0.0\n", encoding="utf-8")
    with pytest.raises(BadInput, match=told):
        changed.run(f"plan --out {name}")
    assert (changed.root / "s.yaml").read_text(encoding="utf-8") == "edition: 3.0.0\n"


def test_the_state_folder_is_a_place_for_it_before_there_is_any(project: Project) -> None:
    project.props["function"]["codeUri"] = "."
    project.write(project.code, folder=".")
    assert project.run("plan --out .s/plan.json")[0].error is None
    assert project.run("deploy --plan .s/plan.json")[0].status() == 0


def test_a_file_that_is_secret_by_its_name_is_not_in_it_and_neither_is_its_hash(changed: Project) -> None:
    text = "the private key, 4711\n"
    changed.write({"server.key": text})
    written = json.dumps(planned(changed))
    assert "server.key" in written
    assert text.strip() not in written
    assert hashlib.sha256(text.encode()).hexdigest() not in written


def test_a_run_that_was_killed_since_has_moved_the_history(changed: Project) -> None:
    planned(changed)
    key = changed.root / ".s" / "fc-guard"
    id = Address("fc2", ACCOUNT, REGION, "function", ("demo", "hello"))
    DirectoryStore(Place(key), CATALOG).intend(id, Intent("UpdateFunction", "e", frozenset(), None, "2026-01-01"))
    assert "function demo/hello: moved in the recorded history" in refused(changed)


def test_a_plan_that_fails_leaves_none_of_an_earlier_run(changed: Project) -> None:
    planned(changed)
    changed.props["function"]["timeout"] = "soon"
    with pytest.raises(BadInput):
        changed.run(f"plan --out {OUT}")
    assert not (changed.root / OUT).exists()
