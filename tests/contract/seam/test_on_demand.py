"""What s.yaml leaves to be found or made: planned, made once, waited for, shared, and removed if nobody else drinks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.contract.seam.farm import Farm
from tests.contract.seam.orchard import Killed
from tests.integration.project import Person

from fc_guard.model.plans import Verb
from fc_guard.model.reports import Report
from fc_guard.render.machine import plan_document

SPRING = ("spring", "the-spring")
GROVE = ("grove", "hill", "east")


@pytest.fixture
def dry(farm: Farm) -> Farm:
    """A farm whose grove gets its water from wherever there is some."""
    farm.steps["one"]["estate"]["grove"]["spring"] = "auto"
    farm.write()
    return farm


def verbs(report: Report) -> dict[str, Verb]:
    return {str(action.id): action.verb for action in report.plan.actions}


def made(farm: Farm) -> list[str]:
    return [call for call in farm.cloud.calls if call.startswith("Create:")]


def test_it_is_planned_made_first_and_its_value_is_filled_in(dry: Farm) -> None:
    report, person = dry.run("plan")
    assert verbs(report)["spring the-spring"] is Verb.CREATE
    assert "spring the-spring  new; the-spring costs a coin a day" in person.text
    assert dry.cloud.documents == {}
    dry.done("deploy")
    assert made(dry).index("Create:spring") < made(dry).index("Create:grove")
    assert dry.cloud.documents[GROVE]["water"] == f"pipe:{dry.cloud.documents[SPRING]['address']}"
    assert dry.is_same()
    dry.cloud.calls.clear()
    dry.done("deploy")
    assert made(dry) == []


def test_a_fresh_checkout_finds_it(dry: Farm) -> None:
    dry.done("deploy")
    shutil.rmtree(dry.root / ".s")
    dry.cloud.calls.clear()
    report, person = dry.run("deploy")
    assert report.status() == 0, person.text
    assert made(dry) == []


def test_what_is_online_stays_and_nothing_is_made(dry: Farm) -> None:
    dry.done("deploy")
    dry.cloud.edit("grove", "hill", "east", water="a river")
    del dry.cloud.documents[SPRING]
    dry.cloud.calls.clear()
    report, person = dry.run("deploy", Person(present=True))
    assert report.status() == 0, person.text
    assert (person.asked, made(dry)) == ([], [])
    assert dry.cloud.documents[GROVE]["water"] == "a river"


def test_one_that_was_there_is_used(dry: Farm) -> None:
    dry.cloud.put(SPRING, {"springName": "the-spring", "address": "old", "flow": "strong"})
    dry.done("deploy")
    assert "Create:spring" not in made(dry)
    assert dry.cloud.documents[GROVE]["water"] == "pipe:old"
    dry.done("remove -y")
    assert list(dry.cloud.documents) == [SPRING], "it was not made here"


def test_it_is_waited_for(dry: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.001)
    monkeypatch.setattr("fc_guard.engine.write.readiness.TELLS", 0.0)
    dry.cloud.trickles = 3
    person = Person()
    report, _ = dry.run("deploy", person)
    assert report.status() == 0
    assert "spring the-spring is not ready yet: waiting" in person.text


def test_a_wait_ends(dry: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.001)
    monkeypatch.setattr("fc_guard.engine.write.readiness.LONGEST", 0.02)
    dry.cloud.trickles = 10_000
    report, _ = dry.run("deploy")
    assert report.status() == 7
    assert "spring the-spring is not ready yet" in str(report.error)
    dry.cloud.trickles = 0
    dry.done("deploy")
    assert made(dry).count("Create:spring") == 1


def test_a_provider_that_has_not_heard_of_it_yet_is_asked_again(dry: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.001)
    dry.cloud.dry = 3
    dry.done("deploy")
    assert dry.cloud.documents[GROVE]["water"].startswith("pipe:valley")
    assert not [intent for intent in (dry.root / ".s").rglob("*.json") if '"pending": {' in intent.read_text("utf-8")]


@pytest.mark.parametrize("moment", ["Create:spring", "after Create:spring", "Create:grove", "after Create:grove"])
def test_a_killed_run_is_gone_on_with(dry: Farm, moment: str) -> None:
    dry.cloud.dies.append(moment)
    with pytest.raises(Killed):
        dry.run("deploy")
    dry.done("deploy")
    assert made(dry).count("Create:spring") == (2 if moment == "Create:spring" else 1)
    assert [key for key in dry.cloud.documents if key[0] == "spring"] == [SPRING]
    dry.done("remove -y")
    assert dry.cloud.documents == {}


def test_remove_takes_what_was_made_here(dry: Farm) -> None:
    dry.done("deploy")
    dry.done("remove -y")
    assert dry.cloud.documents == {}


def test_remove_leaves_what_somebody_else_uses(dry: Farm) -> None:
    dry.done("deploy")
    dry.cloud.drinkers = ["grove hill/east", "grove vale/west"]
    report, person = dry.run("remove -y")
    assert report.status() == 0, person.text
    assert list(dry.cloud.documents) == [SPRING]
    assert "stays: grove vale/west uses it" in person.text
    dry.done("deploy")
    dry.cloud.drinkers = []
    dry.done("remove -y")
    assert dry.cloud.documents == {}, "it is still known that it was made here"


def test_a_value_to_come_is_told_in_json(dry: Farm) -> None:
    dry.cloud.put(("service", "hill"), {"estateName": "hill"})
    dry.cloud.put(GROVE, {"groveName": "east", "age": 7})
    report, person = dry.run("plan --on-drift overwrite")
    changes = [change for action in plan_document(report.plan)["actions"] for change in action["changes"]]
    water = next(change for change in changes if change["path"] == ["water"])
    assert water["target"] == {"output": "address", "of": "spring the-spring", "form": "pipe:{}"}
    assert "the address of the new spring" in person.text


def test_a_saved_plan_with_a_value_to_come_is_carried_out(dry: Farm) -> None:
    dry.done(f"plan --out {dry.root / 'plan.json'}")
    dry.done(f"deploy --plan {dry.root / 'plan.json'}")
    assert dry.cloud.documents[GROVE]["water"].startswith("pipe:valley")


def test_nothing_of_it_is_pulled_or_drifts(dry: Farm) -> None:
    dry.done("deploy")
    dry.cloud.documents[SPRING]["flow"] = "weak"
    before = dry.yaml.read_text(encoding="utf-8")
    assert dry.run("drift --exit-code")[0].status(exit_code=True) == 0
    dry.done("pull -y")
    assert dry.yaml.read_text(encoding="utf-8") == before


def test_one_that_somebody_deleted_is_missed(dry: Farm) -> None:
    dry.done("deploy")
    del dry.cloud.documents[SPRING]
    assert dry.run("drift --exit-code")[0].status(exit_code=True) == 3


@pytest.mark.parametrize("moment", ["after Create:spring", "Create:grove", "after Create:grove"])
def test_somebody_else_s_run_comes_in_between(dry: Farm, tmp_path: Path, moment: str) -> None:
    dry.cloud.dies.append(moment)
    with pytest.raises(Killed):
        dry.run("deploy")
    other = Farm(tmp_path / "other", cloud=dry.cloud)
    shutil.copytree(dry.root, other.root, ignore=shutil.ignore_patterns(".s"))
    other.steps["one"]["estate"]["grove"]["spring"] = "auto"
    other.write()
    other.done("deploy")
    dry.done("deploy --use-remote")
    assert made(dry).count("Create:spring") == 1
    dry.done("remove -y --use-remote")
    assert [key for key in dry.cloud.documents if key[0] == "grove"] == []
