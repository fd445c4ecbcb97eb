"""Kinds as unlike Function Compute as the model allows go through all stages."""

from __future__ import annotations

import copy

import pytest
import yaml
from tests.contract.seam.farm import PROPS, SECRET, Farm, zipped
from tests.contract.seam.orchard import Killed
from tests.integration.project import Person

from fc_guard.errors import BadInput
from fc_guard.model.plans import Verb
from fc_guard.model.reports import Report


def verbs(report: Report) -> dict[str, Verb]:
    return {str(action.id): action.verb for action in report.plan.actions}


TREE = ("function", "hill", "east", "old")


def test_everything_is_deployed_and_then_the_same(farm: Farm) -> None:
    report, _ = farm.run("plan")
    assert set(verbs(report).values()) == {Verb.CREATE}
    farm.done("deploy")
    assert sorted(key[0] for key in farm.cloud.documents) == [
        "fruit", "fruit", "function", "grove", "hive", "queen", "service", "sign"
    ]  # fmt: skip
    assert set(farm.cloud.packages) == {TREE, ("hive", "north")}
    assert farm.is_same()
    assert farm.run("drift --exit-code")[0].status(exit_code=True) == 0
    farm.done("info")


def test_what_has_code_is_called_and_two_of_them_are_not(planted: Farm) -> None:
    with pytest.raises(BadInput, match="more than one function"):
        planted.run("invoke")
    planted.steps["one"].pop("hive")
    planted.steps["one"].pop("signs")
    planted.write()
    report, person = planted.run("invoke -e apples")
    assert report.output["invocation"] == {"answer": "pressed apples", "log": "crack\n", "error": "", "requestId": "1"}
    assert "pressed apples" in person.text


def test_remove_takes_all_of_it_away(planted: Farm) -> None:
    planted.done("remove -y")
    assert planted.cloud.documents == {}
    assert not list((planted.root / ".s").rglob("orchard.*/*.json"))


def test_what_was_deployed_is_remembered(planted: Farm) -> None:
    planted.cloud.calls.clear()
    history = planted.done("history").output["history"]
    made = {deed["resource"]: deed["fate"] for each in history["deployments"] for deed in each["resources"]}
    assert set(made.values()) == {"made"}
    assert {"grove hill/east", "fruit hill/east/old/early", "hive north"} <= set(made)
    assert SECRET not in str(history)
    assert planted.cloud.calls == []


def test_a_pull_brings_all_that_was_changed(planted: Farm) -> None:
    cloud = planted.cloud
    cloud.edit("service", "hill", slope=6, owner="bob")
    cloud.edit("grove", "hill", "east", kindOfSoil="sand")
    cloud.edit(*TREE, height=10, watering={"mon": "much", "wed": "some"})
    cloud.edit("fruit", "hill", "east", "old", "early", colour="red")
    cloud.put(("fruit", "hill", "east", "old", "wild"), {"sort": "wild", "colour": "black", "variety": "berry"})
    cloud.edit("queen", "north", "REGENT", mark="blue")
    cloud.edit("hive", "north", boxes=5)
    report, person = planted.run("pull -y")
    assert report.status() == 0, person.text
    props = planted.props
    assert (props["estate"]["slope"], props["estate"]["farmer"]) == (6, "bob"), person.text
    assert props["estate"]["grove"]["soil"] == "sand"
    tree = props["estate"]["grove"]["tree"]
    assert (tree["height"], tree["water"]) == (10, {"mon": "much", "wed": "some"})
    assert tree["fruits"][0]["colour"] == "red"
    assert tree["fruits"][2] == {"sort": "wild", "colour": "black", "variety": "berry"}
    assert props["hive"]["queen"] == {"mark": "blue"}
    assert props["hive"]["boxes"] == 5
    assert planted.is_same()


def test_a_pull_brings_the_code_of_both_kinds(planted: Farm) -> None:
    planted.cloud.edit(*TREE, package=zipped(a_txt="one\ntwo\nTHREE\n", b_txt="b\n"))
    planted.cloud.edit("hive", "north", package=zipped(c_txt="c1\nc2\nC3\n"))
    report, person = planted.run("pull -y")
    assert (planted.root / "wood" / "a.txt").read_text() == "one\ntwo\nTHREE\n", person.text
    assert (planted.root / "comb" / "c.txt").read_text() == "c1\nc2\nC3\n", person.text
    assert report.status() == 0
    assert planted.is_same()


def test_merge_settles_the_code_of_both_kinds(planted: Farm) -> None:
    planted.cloud.edit(*TREE, package=zipped(a_txt="one\ntwo\nTHREE\n", b_txt="b\n"))
    planted.cloud.edit("hive", "north", package=zipped(c_txt="c1\nc2\nC3\n"))
    planted.code("wood", a_txt="ONE\ntwo\nthree\n")
    planted.code("comb", c_txt="C1\nc2\nc3\n")
    planted.done("deploy --on-drift merge --write-back")
    assert (planted.root / "wood" / "a.txt").read_text() == "ONE\ntwo\nTHREE\n"
    assert (planted.root / "comb" / "c.txt").read_text() == "C1\nc2\nC3\n"
    assert planted.is_same()


def test_keep_keeps_and_overwriting_is_undone(planted: Farm) -> None:
    cloud = planted.cloud
    cloud.edit(*TREE, height=10, package=zipped(a_txt="theirs\n"))
    cloud.edit("queen", "north", "REGENT", mark="blue")
    cloud.edit("fruit", "hill", "east", "old", "early", colour="red")
    cloud.edit("hive", "north", boxes=7, package=zipped(c_txt="theirs\n"))
    kept = copy.deepcopy(cloud.documents)
    planted.done("deploy --on-drift keep")
    assert cloud.documents == kept
    assert planted.is_same()
    planted.done("deploy --use-remote")
    assert cloud.documents[TREE]["height"] == 9
    assert cloud.documents["queen", "north", "REGENT"]["mark"] == "red"
    planted.done("rescue")
    planted.done("undo -y")
    assert cloud.documents[TREE]["height"] == 10
    assert cloud.documents["hive", "north"]["boxes"] == 7
    assert cloud.documents["queen", "north", "REGENT"]["mark"] == "blue"
    assert cloud.documents["fruit", "hill", "east", "old", "early"]["colour"] == "red"
    assert cloud.packages[TREE] == zipped(a_txt="theirs\n")
    assert cloud.packages["hive", "north"] == zipped(c_txt="theirs\n")
    report, _ = planted.run("drift --exit-code")
    assert report.status(exit_code=True) == 3


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("plan ground", {"service", "grove"}),
        ("plan function", {"function", "fruit"}),
        ("plan trigger", {"hive", "queen"}),
        ("plan domain", {"sign"}),
        ("plan --type code", {"function", "hive"}),
    ],
)
def test_a_part_has_its_own_kinds(planted: Farm, line: str, kinds: set[str]) -> None:
    report, person = planted.run(line)
    assert {action.id.kind for action in report.plan.actions} == kinds, person.text


def test_a_part_is_deployed_and_removed_alone(farm: Farm) -> None:
    farm.done("deploy ground")
    assert {key[0] for key in farm.cloud.documents} == {"service", "grove"}
    farm.done("deploy function")
    assert {key[0] for key in farm.cloud.documents} == {"service", "grove", "function", "fruit"}
    farm.done("deploy")
    farm.done("remove function -y")
    assert {key[0] for key in farm.cloud.documents} == {"service", "grove", "hive", "queen", "sign"}
    farm.done("deploy function --fruit-sort late")
    farm.done("remove ground -y")
    assert {key[0] for key in farm.cloud.documents} == {"hive", "queen", "sign"}


def test_what_leaves_s_yaml_is_pruned(planted: Farm) -> None:
    del planted.steps["one"]["estate"]["grove"]["tree"]["fruits"][0]
    del planted.steps["one"]["hive"]["queen"]
    planted.write()
    planted.done("deploy --prune -y")
    assert {key[0] for key in planted.cloud.documents} == {"service", "grove", "function", "fruit", "hive", "sign"}
    planted.steps["one"]["estate"]["grove"].pop("tree")
    planted.write()
    planted.done("deploy --prune -y")
    assert {key[0] for key in planted.cloud.documents} == {"service", "grove", "hive", "sign"}


def test_what_is_replaced_has_only_what_fits(planted: Farm) -> None:
    planted.steps["one"]["estate"]["grove"]["tree"]["fruits"][1] = {"sort": "late", "colour": "blue", "variety": "fig"}
    planted.write()
    planted.done("deploy -y")
    late = planted.cloud.documents["fruit", "hill", "east", "old", "late"]
    assert late == {"sort": "late", "colour": "blue", "variety": "fig"}
    assert planted.is_same()


def test_sync_writes_a_project_that_plans_empty(planted: Farm) -> None:
    report, person = planted.run("sync --target-dir out")
    assert report.status() == 0, person.text
    found = yaml.safe_load((planted.root / "out" / "s.yaml").read_text())
    (step,) = found["resources"].values()
    props = step["props"]
    tree = props["estate"]["grove"]["tree"]
    assert tree.pop("wood")
    assert props["estate"]["called"] == "hill"
    assert props["estate"]["grove"]["id"] == "east"
    assert [fruit["sort"] for fruit in tree["fruits"]] == ["early", "late"]
    assert "hive" not in props
    assert "hive north was left out: a project is written of one resource with code." in person.text


def test_sync_of_code_without_a_parent_takes_its_excerpt_and_its_only_part(planted: Farm) -> None:
    del planted.steps["one"]["estate"]
    planted.write()
    report, person = planted.run("sync --target-dir out")
    assert report.status() == 0, person.text
    found = yaml.safe_load((planted.root / "out" / "s.yaml").read_text())
    (step,) = found["resources"].values()
    assert step["props"]["hive"]["queen"] == {"mark": "red"}
    assert step["props"]["signs"][0]["bees"] == PROPS["signs"][0]["bees"]


def test_two_steps_share_a_root_and_a_sign(farm: Farm) -> None:
    farm.steps["two"] = {
        "land": "cn-hangzhou",
        "estate": {"called": "hill", "slope": 5},
        "signs": [{"title": "gate", "bees": [{"at": "right", "hive": "south", "does": "hum"}]}],
        "hive": {"name": "south", "comb": "./comb"},
    }
    farm.write()
    run = farm.new_run()
    for step in ("one", "two"):
        report, person = farm.run("deploy", step=step, run=run)
        assert report.status() == 0, f"{person.text} {report.error}"
    assert [bee["at"] for bee in farm.cloud.documents["sign", "gate"]["roll"]["bees"]] == ["left", "right"]
    for step in ("one", "two"):
        assert farm.run("plan --exit-code", step=step)[0].status(exit_code=True) == 0
    farm.done("remove -y", step="two")
    assert [bee["at"] for bee in farm.cloud.documents["sign", "gate"]["roll"]["bees"]] == ["left"]
    assert ("service", "hill") in farm.cloud.documents
    farm.done("remove -y")
    assert farm.cloud.documents == {}


def test_a_later_step_that_is_wrong_stops_the_first(farm: Farm) -> None:
    farm.steps["two"] = {"land": "cn-hangzhou", "estate": {"called": "hill", "slope": "steep"}}
    farm.write()
    with pytest.raises(BadInput, match="steep"):
        farm.run("deploy")
    assert farm.cloud.documents == {}


@pytest.mark.parametrize("kind", ["service", "grove", "function", "fruit", "hive", "sign"])
@pytest.mark.parametrize("after", [False, True])
def test_a_killed_creation_is_settled(farm: Farm, kind: str, after: bool) -> None:
    operation = f"{'after ' if after else ''}Create:{kind}"
    farm.cloud.dies.append(operation)
    with pytest.raises(Killed):
        farm.run("deploy")
    report, person = farm.run("deploy")
    assert report.status() == 0, f"{person.text} {report.error}"
    assert person.asked == []
    assert ("it had been carried out" if after else "it had changed nothing") in person.text
    assert farm.is_same()


@pytest.mark.parametrize("after", [False, True])
def test_a_killed_update_and_a_killed_replacement_are_settled(planted: Farm, after: bool) -> None:
    tree = planted.steps["one"]["estate"]["grove"]["tree"]
    tree["height"] = 11
    tree["fruits"][0]["variety"] = "pear"
    planted.steps["one"]["hive"]["queen"]["mark"] = "white"
    planted.write()
    when = "after " if after else ""
    for operation in ("Update:function", "Put:queen", "Delete:fruit", "Create:fruit"):
        planted.cloud.dies.append(f"{when}{operation}")
        with pytest.raises(Killed):
            planted.run("deploy -y")
        report, person = planted.run("plan")
        assert report.status() == 0
    report, person = planted.run("deploy -y")
    assert report.status() == 0, f"{person.text} {report.error}"
    assert planted.is_same()


def test_lost_answers_are_read_back(farm: Farm) -> None:
    farm.cloud.lost += ["Create:service", "Create:function", "Create:fruit", "Create:hive", "Put:queen", "Create:sign"]
    farm.done("deploy")
    assert farm.is_same()
    farm.cloud.lost += ["Delete:fruit", "Delete:queen", "Delete:sign", "Delete:service"]
    farm.done("remove -y")
    assert farm.cloud.documents == {}


def test_a_secret_whose_prop_has_another_name_is_hidden(planted: Farm) -> None:
    assert all(SECRET not in path.read_text() for path in (planted.root / ".s").rglob("*.json"))
    planted.cloud.edit("hive", "north", alarmCode="theirs-and-secret-1")
    texts = [planted.run(line)[1].text for line in ("plan", "drift", "pull", "pull --include-secrets --dry-run")]
    texts.append(planted.run("deploy")[1].text)
    assert not any("theirs-and-secret-1" in text or SECRET in text for text in texts), texts
    planted.steps["one"]["hive"]["password"] = {"oops": "my-secret-9"}
    planted.write()
    with pytest.raises(BadInput) as error:
        planted.run("plan")
    assert "my-secret-9" not in str(error.value)


def test_what_is_never_read_goes_along_with_its_object(farm: Farm) -> None:
    late = farm.steps["one"]["estate"]["grove"]["tree"]["fruits"][1]
    late["pin"] = "0000-secret"
    farm.write()
    farm.done("deploy")
    assert farm.is_same()
    late["stone"] = {"size": 7}
    farm.write()
    farm.cloud.bodies.clear()
    farm.done("deploy")
    assert farm.cloud.bodies == [("Update:fruit", {"stone": {"size": 7, "pin": "0000-secret"}})]
    farm.cloud.edit("fruit", "hill", "east", "old", "late", stone={"size": 8, "pin": "theirs"})
    _, person = farm.run("pull -y")
    assert "the orchard never shows the pin that belongs to it" in person.text
    assert "0000-secret" not in person.text


def test_what_was_pruned_with_all_in_it_is_made_again(planted: Farm) -> None:
    cloud, theirs = planted.cloud, zipped(c_txt="theirs")
    cloud.edit("hive", "north", boxes=9, alarmCode="theirs-1", package=theirs)
    del planted.steps["one"]["hive"]
    planted.write()
    planted.done("deploy --prune --use-remote -y")
    assert not {key for key in cloud.documents if key[0] in ("hive", "queen")}
    planted.done("undo -y")
    hive = cloud.documents["hive", "north"]
    assert (hive["boxes"], hive["alarmCode"]) == (9, "theirs-1")
    assert cloud.packages["hive", "north"] == theirs
    assert ("queen", "north", "REGENT") in cloud.documents


def test_two_steps_share_what_has_code(farm: Farm) -> None:
    farm.change("hive", shared=True)
    farm.steps["two"] = {"land": "cn-hangzhou", "hive": copy.deepcopy(PROPS["hive"])}
    farm.write()
    run, theirs = farm.new_run(), zipped(c_txt="theirs")
    for step in ("one", "two"):
        report, person = farm.run("deploy", step=step, run=run)
        assert report.status() == 0, person.text
    farm.cloud.edit("hive", "north", package=theirs)
    for step in ("one", "two"):
        farm.done("deploy --on-drift keep", step=step)
    assert farm.cloud.packages["hive", "north"] == theirs
    farm.done("deploy --use-remote")
    assert farm.is_same("one")
    assert farm.is_same("two")


@pytest.mark.parametrize(
    ("key", "member", "value"),
    [
        (("service", "hill"), "slope", 50),
        (TREE, "note", "hi"),
        (("queen", "north", "REGENT"), "mark", "odd"),
        (("fruit", "hill", "east", "old", "early"), "colour", "odd"),
    ],
)
def test_a_write_without_a_version_is_compared_again(
    planted: Farm, key: tuple[str, ...], member: str, value: str | int
) -> None:
    estate = planted.steps["one"]["estate"]
    estate["slope"], estate["grove"]["tree"]["height"] = 6, 6
    estate["grove"]["tree"]["fruits"][0]["variety"] = "pear"
    planted.steps["one"]["hive"]["queen"]["mark"] = "white"
    planted.write()
    planted.cloud.edit("grove", "hill", "east", age=99)
    person = Person(["o", "k", "k"], present=True)

    def quicker() -> None:
        if len(person.asked) == 1:
            planted.cloud.edit(*key, **{member: value})

    person.on_question = quicker
    _, person = planted.run("deploy -y", person)
    assert "It changed online just now; comparing again." in person.text
    assert planted.cloud.documents[key][member] == value


def test_what_was_replaced_is_put_back_by_another_replacement(planted: Farm) -> None:
    early = ("fruit", "hill", "east", "old", "early")
    planted.cloud.edit(*early, variety="fig", colour="red")
    planted.done("deploy --use-remote -y")
    assert planted.cloud.documents[early]["variety"] == "apple"
    planted.done("undo -y --use-remote")
    assert planted.cloud.documents[early] == {"sort": "early", "variety": "fig", "colour": "red"}
