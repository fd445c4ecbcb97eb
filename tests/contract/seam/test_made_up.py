"""A kind and a provider that nobody has heard of go through all stages, with no line of them changed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.seam.cellar import BOTTLE, CELLAR, KINDS, RACK, Cloud
from tests.contract.seam.conftest import PROPS, Checkout
from tests.integration.project import Person

from fc_guard.host.standard import standard_run
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.plans import Verb
from fc_guard.model.reports import Report

SECRET = "open-sesame-42"


def verbs(report: Report) -> dict[str, Verb]:
    return {str(action.id): action.verb for action in report.plan.actions}


def test_what_is_new_is_planned_and_deployed_without_a_question_parents_first(checkout: Checkout) -> None:
    report, person = checkout.run("plan")
    assert list(verbs(report)) == ["rack north", "board hall", "bottle north/red", "bottle north/white"]
    assert set(verbs(report).values()) == {Verb.CREATE}
    report, person = checkout.run("deploy")
    assert report.status() == 0, person.text
    assert [call for call in checkout.cloud.calls if call.startswith("Make")] == [
        "MakeRack",
        "MakeBoard",
        "MakeBottle",
        "MakeBottle",
    ]
    assert report.output["online"] == ["board hall", "bottle north/red", "bottle north/white", "rack north"]
    assert SECRET not in person.text
    assert checkout.run("plan --exit-code")[0].status(exit_code=True) == 0


def test_nothing_of_the_secret_is_in_the_baseline(deployed: Checkout) -> None:
    records = list((deployed.root / ".s" / "fc-guard").rglob("*.json"))
    assert len(records) == 4
    assert all(SECRET not in record.read_text(encoding="utf-8") for record in records)
    assert sum(CELLAR in record.relative_to(deployed.root).as_posix() for record in records) == 4


def test_drift_finds_what_was_changed_online_by_field_and_by_key(deployed: Checkout) -> None:
    assert deployed.run("drift --exit-code")[0].status(exit_code=True) == 0
    deployed.cloud.edit("bottle", "north", "red", vintage=1991, notes={"nose": "plum", "palate": "oak"})
    report, person = deployed.run("drift --exit-code")
    assert report.status(exit_code=True) == 3
    assert "1990 → online 1991" in person.text
    assert "palate" in person.text


def test_what_is_online_is_told_with_what_lies_inside(deployed: Checkout) -> None:
    deployed.cloud.edit("bottle", "north", "red", vintage=1991)
    report, _ = deployed.run("info")
    assert report.output["online"] == ["board hall", "bottle north/red", "bottle north/white", "rack north"]


def test_a_change_online_stops_a_deployment_that_nobody_can_be_asked_about(deployed: Checkout) -> None:
    deployed.cloud.edit("bottle", "north", "red", vintage=1991)
    before = dict(deployed.cloud.documents)
    report, person = deployed.run("deploy")
    assert report.status() == 3, person.text
    assert deployed.cloud.documents == before


@pytest.mark.parametrize(("answer", "vintage"), [("o", 1990), ("k", 1991)])
def test_the_user_decides(deployed: Checkout, answer: str, vintage: int) -> None:
    deployed.cloud.edit("bottle", "north", "red", vintage=1991)
    report, person = deployed.run("deploy", Person([answer], present=True))
    assert report.status() == 0, person.text
    assert len(person.asked) == 1
    assert deployed.cloud.documents["bottle", "north", "red"]["vintage"] == vintage


def test_a_pull_writes_what_is_online_into_its_own_place(deployed: Checkout) -> None:
    deployed.cloud.edit("rack", "north", humidity=80)
    deployed.cloud.edit("bottle", "north", "red", vintage=1991, notes={"nose": "plum", "palate": "oak"})
    deployed.cloud.put(("bottle", "north", "rose"), {"bottleName": "rose", "vintage": 2020, "madeAt": "now"})
    report, person = deployed.run("pull -y")
    assert report.status() == 0, person.text
    assert deployed.props["rack"]["humidity"] == 80
    red, white, rose = deployed.props["bottles"]
    assert (red["vintage"], red["notes"], red["lock"]) == (1991, {"nose": "plum", "palate": "oak"}, SECRET)
    assert white == PROPS["bottles"][1]  # type: ignore[index]
    assert rose == {"tag": "rose", "vintage": 2020}
    assert deployed.run("plan --exit-code")[0].status(exit_code=True) == 0
    assert SECRET not in person.text


def test_what_was_overwritten_is_saved_and_can_be_put_back(deployed: Checkout) -> None:
    deployed.cloud.edit("bottle", "north", "red", vintage=1991, lock="theirs-and-secret-1")
    report, person = deployed.run("deploy --use-remote")
    assert report.status() == 0, person.text
    assert deployed.cloud.documents["bottle", "north", "red"]["vintage"] == 1990
    assert [str(copy.id) for copy in report.rescues] == ["bottle north/red"]
    assert "theirs-and-secret-1" not in person.text
    _, listed = deployed.run("rescue")
    assert report.rescues[0].name in listed.text
    report, person = deployed.run("undo -y")
    assert report.status() == 0, person.text
    assert deployed.cloud.documents["bottle", "north", "red"]["vintage"] == 1991
    assert deployed.cloud.documents["bottle", "north", "red"]["lock"] == "theirs-and-secret-1"
    assert deployed.run("drift --exit-code")[0].status(exit_code=True) == 3


def test_strangers_keep_their_entries(deployed: Checkout) -> None:
    pins = deployed.cloud.documents["board", "hall"]["wall"]["pins"]
    theirs = {"at": "right", "rack": "south", "says": "lunch"}
    deployed.cloud.edit("board", "hall", wall={"pins": [*pins, theirs]})
    deployed.say(**{**PROPS, "boards": [{"title": "hall", "pins": [{"at": "left", "says": "supper"}]}]})
    report, person = deployed.run("deploy")
    assert report.status() == 0, person.text
    assert said(deployed.cloud) == {"left": "supper", "right": "lunch"}
    before = deployed.yaml.read_text(encoding="utf-8")
    deployed.run("pull -y")
    assert deployed.yaml.read_text(encoding="utf-8") == before
    report, person = deployed.run("remove -y")
    assert report.status() == 0, person.text
    assert said(deployed.cloud) == {"right": "lunch"}
    assert list(deployed.cloud.documents) == [("board", "hall")]


def said(cloud: Cloud) -> dict[str, str]:
    pins: list[dict[str, Any]] = cloud.documents["board", "hall"]["wall"]["pins"]
    return {pin["at"]: pin["says"] for pin in pins}


def test_a_removal_goes_children_first_and_stops_at_what_is_held(deployed: Checkout) -> None:
    deployed.cloud.mice.append("jerry")
    report, person = deployed.run("remove -y")
    assert report.status() == 3, person.text
    assert "mouse jerry" in person.text + str(report.error)
    assert len(deployed.cloud.documents) == 4
    deployed.cloud.mice.clear()
    report, person = deployed.run("remove -y")
    assert report.status() == 0, person.text
    assert deployed.cloud.documents == {}
    drops = [call for call in deployed.cloud.calls if call.startswith("Drop")]
    assert drops.index("DropRack") == len(drops) - 1


def test_what_was_there_before_is_shown_and_asked_about(checkout: Checkout) -> None:
    checkout.cloud.put(("rack", "north"), {"rackName": "north", "humidity": 50, "madeAt": "then"})
    report, person = checkout.run("deploy")
    assert report.status() == 3, person.text
    assert "never deployed from this project" in person.text
    report, person = checkout.run("deploy --use-remote")
    assert report.status() == 0, person.text
    assert [str(copy.id) for copy in report.rescues] == ["rack north"]


def test_a_write_that_somebody_was_quicker_than_is_compared_again(deployed: Checkout) -> None:
    deployed.say(**{**PROPS, "rack": {"name": "north", "humidity": 66}})
    person = Person(["o"], present=True)
    person.on_question = lambda: deployed.cloud.edit("rack", "north", door="oak")
    deployed.cloud.edit("rack", "north", humidity=90)
    report, person = deployed.run("deploy", person)
    assert report.status() in (0, 3), person.text
    assert "It changed online just now; comparing again." in person.text


def test_what_is_said_in_no_other_catalog_fails_when_a_run_is_put_together() -> None:
    with pytest.raises(ValueError, match="no gateway for"):
        standard_run(catalog=Catalog((*CATALOG.kinds, *KINDS)))
    with pytest.raises(ValueError, match="refers to"):
        Catalog((BOTTLE,))
    with pytest.raises(ValueError, match="twice"):
        Catalog((RACK, RACK))


def test_names_alone_contain_nothing() -> None:
    catalog = Catalog((*CATALOG.kinds, *KINDS))
    service = Address("fc2", "1", "cn-hangzhou", "service", ("north",))
    rack, bottle = (
        Address(CELLAR, "1", "cn-hangzhou", *of) for of in (("rack", ("north",)), ("bottle", ("north", "red")))
    )
    assert catalog.contains(rack, bottle)
    assert not catalog.contains(service, bottle)
