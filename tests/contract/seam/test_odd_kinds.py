"""Kinds that lie, are listed and are named in other ways than Function Compute's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from tests.contract.seam.farm import Farm, zipped
from tests.contract.seam.orchard import FRUIT_ROWS, KINDS, fruits

from fc_guard.core.normal import nested, normalise
from fc_guard.core.rows import rules_of
from fc_guard.engine.run.locking import roots
from fc_guard.errors import BadInput
from fc_guard.model.resources import Desired
from fc_guard.model.rows import CASE_BLIND, Access, Field, Shape, plain, struct


def test_a_root_that_nobody_shares_is_locked_when_it_leaves_s_yaml(planted: Farm) -> None:
    planted.steps["one"]["hive"]["name"] = "south"
    planted.write()
    assert "hive north" in map(str, roots(planted.session("deploy")))
    planted.done("deploy --prune -y")
    assert ("hive", "north") not in planted.cloud.documents


def test_what_info_says_of_nothing_has_the_layout_s_shape(farm: Farm) -> None:
    assert farm.done("info").output == {"land": "cn-hangzhou", "online": []}


def test_a_hint_names_the_part_and_not_the_kind(farm: Farm) -> None:
    with pytest.raises(BadInput) as error:
        farm.run("deploy function")
    assert error.value.hint == "Deploy the grove first: s deploy ground, or everything: s deploy."


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_an_answer_may_leave_out_the_name(farm: Farm, kind: str) -> None:
    farm.cloud.mute.add(kind)
    for line in ("deploy", "pull -y", "info"):
        farm.done(line)
    assert farm.is_same()
    farm.done("remove -y")
    assert farm.cloud.documents == {}


def test_letter_case_means_as_little_in_a_list_as_elsewhere(farm: Farm) -> None:
    rules = rules_of((*FRUIT_ROWS[:-1], Field("sort", props=(), noise=CASE_BLIND, access=Access.SERVER)))

    def lower(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
        found = fruits(props, account, region)
        return tuple(
            replace(each, id=replace(each.id, parts=(*each.id.parts[:-1], each.id.name.lower()))) for each in found
        )

    farm.change("fruit", rules=rules, desired=lower)
    farm.steps["one"]["estate"]["grove"]["tree"]["fruits"][0]["sort"] = "Early"
    farm.write()
    farm.cloud.spelled["early"] = "EARLY"
    farm.done("deploy")
    assert farm.is_same()
    farm.done("remove -y")
    assert farm.cloud.documents == {}


def test_a_kind_that_props_have_one_of_is_pulled_and_synced_with_its_name(farm: Farm) -> None:
    farm.change("grove", listed=True)
    farm.change("function", code=None, listed=True)
    farm.steps["one"]["estate"].pop("grove")
    farm.write()
    farm.done("deploy")
    farm.cloud.put(("grove", "hill", "west"), {"groveName": "west", "age": 1})
    farm.done("pull -y")
    assert farm.props["estate"]["grove"] == {"id": "west", "age": 1}
    assert farm.is_same()


def test_a_second_one_finds_no_room_and_takes_none(farm: Farm) -> None:
    farm.change("grove", listed=True)
    farm.done("deploy")
    farm.cloud.put(("grove", "hill", "west"), {"groveName": "west", "age": 1})
    before = farm.yaml.read_text(encoding="utf-8")
    farm.done("pull -y")
    assert farm.yaml.read_text(encoding="utf-8") == before


def test_what_holds_somebody_else_s_things_stays(farm: Farm) -> None:
    farm.change("grove", listed=True)
    farm.done("deploy")
    cloud = farm.cloud
    cloud.put(("grove", "hill", "west"), {"groveName": "west", "age": 1})
    cloud.put(("function", "hill", "west", "young"), {"treeName": "young", "height": 1}, zipped(x_txt="1"))
    farm.done("remove -y --use-remote")
    assert {key[0] for key in cloud.documents} == {"service", "grove", "function"}


def test_json_text_may_lie_in_an_object() -> None:
    rules = rules_of((struct("outer", Field("inner", shape=Shape.JSON_TEXT, rows=plain("one"))),))
    document = {"outer": {"inner": '{"one": 1}'}}
    assert nested(normalise(document, rules), rules) == document


def test_both_kinds_with_code_may_have_it_in_one_folder(farm: Farm) -> None:
    farm.steps["one"]["hive"]["comb"] = "./wood"
    farm.write()
    farm.done("deploy")
    farm.cloud.edit("function", "hill", "east", "old", package=zipped(a_txt="tree\n", b_txt="b\n"))
    farm.cloud.edit("hive", "north", package=zipped(a_txt="hive\n", b_txt="b\n"))
    report, person = farm.run("pull -y")
    assert report.open, person.text
    assert (farm.root / "wood" / "a.txt").read_text(encoding="utf-8") == "tree\n"
    assert "goes into that folder" in person.text


def test_sync_takes_a_kind_that_props_have_one_of(planted: Farm) -> None:
    planted.change("grove", listed=True)
    planted.done("sync --target-dir out")
    found = yaml.safe_load((planted.root / "out" / "s.yaml").read_text(encoding="utf-8"))
    (step,) = found["resources"].values()
    assert step["props"]["estate"]["grove"]["tree"]["tag"] == "old"
