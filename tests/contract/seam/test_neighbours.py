"""Kinds of two providers share their names, a state directory, and an s.yaml."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.contract.seam import cellar
from tests.contract.seam.conftest import PROPS as WINE
from tests.contract.seam.farm import PROPS, Farm
from tests.contract.seam.orchard import FRUIT, GROVE, HIVE, LAYOUT, QUEEN, SERVICE, SIGN, SPRING, TREE
from tests.integration.project import ACCOUNT, CODE, KEYS
from tests.props import PROPS as FC_PROPS

from fc_guard.cloud.gateway import Credential, Gateway
from fc_guard.cloud.providers import Provider
from fc_guard.commands import COMMANDS
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.layouts import Layout, Part
from fc_guard.model.scope import Scope
from fc_guard.state.record import _checksum, _message
from fc_local.server import LocalServer


def scope(line: str, layouts: Sequence[Layout]) -> Scope:
    return parse(line.split(), "deploy", "one", COMMANDS["deploy"].options, layouts).scope


def test_a_word_of_two_layouts_takes_no_kind_of_the_other_that_has_the_same_name() -> None:
    rest = Part("rest", (SPRING, GROVE, TREE, FRUIT, QUEEN, SIGN))
    odd = replace(LAYOUT, parts=(Part("function", (SERVICE, HIVE)), rest))
    found = scope("deploy function", (*LAYOUTS, odd))
    assert found.holds(Address("orchard", "1", "cn", "service", ("a",)))
    assert found.holds(Address("fc2", "1", "cn", "function", ("a", "b")))
    assert not found.holds(Address("fc2", "1", "cn", "service", ("a",)))


def test_code_of_one_layout_makes_no_code_of_a_kind_of_the_same_name_in_another() -> None:
    trigger = replace(TREE, name="trigger")
    odd = replace(LAYOUT, kinds=(trigger,), parts=(Part("function", (trigger,)),))
    found = scope("deploy --type code", (*LAYOUTS, odd))
    assert found.holds(Address("orchard", "1", "cn", "trigger", ("a", "b", "c")))
    assert not found.holds(Address("fc2", "1", "cn", "trigger", ("a", "b", "c")))


def with_wine(farm: Farm, cloud: cellar.Cloud, provider: Provider | None = None) -> None:
    farm.others = (provider or cloud.provider,)
    farm.kinds = (*farm.kinds, *cellar.KINDS)
    farm.layouts = (*farm.layouts, cellar.LAYOUT)


def test_steps_of_two_layouts_go_through_one_run(farm: Farm) -> None:
    wine = cellar.Cloud()
    with_wine(farm, wine)
    farm.steps["two"] = WINE
    farm.write()
    for command in ("plan", "deploy", "drift", "info", "pull -y", "deploy", "remove -y"):
        run = farm.new_run()
        for step in ("one", "two"):
            report, person = farm.run(command, step=step, run=run)
            assert report.status() == 0, person.text
    assert wine.documents == farm.cloud.documents == {}


@pytest.mark.parametrize(("first", "second"), [("one", "two"), ("two", "one")])
def test_what_is_undecided_in_a_later_step_of_another_layout_stops_the_first(
    farm: Farm, first: str, second: str
) -> None:
    wine = cellar.Cloud()
    with_wine(farm, wine)
    farm.steps = {first: copy.deepcopy(PROPS), second: copy.deepcopy(WINE)}
    farm.write()
    for step in farm.steps:
        farm.done("deploy", step=step)
    wine.edit("bottle", "north", "red", vintage=1)
    farm.steps[first]["hive"]["boxes"] = 17
    farm.write()
    report, person = farm.run("deploy", step=first)
    assert report.status() == 3, person.text
    assert farm.cloud.documents["hive", "north"]["boxes"] == 4


def test_what_a_step_left_with_another_provider_is_read_at_that_ones_endpoint(farm: Farm) -> None:
    wine, ends = cellar.Cloud(), list[str]()

    def gateway(endpoint: str, region: str, credential: Credential, catalog: Catalog) -> Gateway:
        ends.append(endpoint)
        return cellar.InMemory(wine, catalog)

    with_wine(farm, wine, Provider(cellar.CELLAR, lambda account, region: "https://wine.example", gateway))
    farm.steps["one"] = WINE
    farm.write()
    farm.done("deploy")
    farm.steps["one"] = copy.deepcopy(PROPS)
    farm.write()
    report, person = farm.run("deploy")
    assert "bottle north/red" in person.text
    assert report.status() == 0, person.text
    assert set(ends) == {"https://wine.example"}
    assert set(farm.cloud.endpoints) == {"https://cn-hangzhou.orchard.example"}


def test_function_compute_and_an_orchard_share_a_directory_and_their_names(farm: Farm, tmp_path: Path) -> None:
    with LocalServer(home=tmp_path / "home", keys=[KEYS], port=0) as server:
        props: dict[str, Any] = copy.deepcopy(FC_PROPS)
        props["service"]["name"], props["function"]["name"] = "hill", "old"
        farm.steps["fc"] = {**props, "endpoint": server.url}
        farm.code("code", **{name.replace(".", "_"): text for name, text in CODE.items()})
        farm.write()
        for command in ("plan", "deploy", "drift", "pull -y"):
            run = farm.new_run()
            for step in ("one", "fc"):
                report, person = farm.run(command, step=step, run=run)
                assert report.status() == 0, person.text
        folders = {path.parent.name for path in (farm.root / ".s").rglob("hill*.json")}
        assert folders >= {"fc2.service", "orchard.service", "fc2.function", "orchard.function"}
        farm.done("deploy function")
        farm.done("remove function -y")
        assert farm.is_same("fc")
        farm.done("deploy")
        farm.done("remove -y", step="fc")
        assert farm.is_same("one")
        farm.cloud.edit("service", "hill", slope=9)
        farm.done("deploy --use-remote")
        farm.done("undo -y")
        assert farm.cloud.documents["service", "hill"]["slope"] == 9


def test_a_record_of_format_1_is_nothing_to_a_kind_of_another_provider(planted: Farm) -> None:
    state = planted.root / ".s" / "fc-guard" / ACCOUNT / "cn-hangzhou"
    record = json.loads((state / "orchard.service" / "hill.json").read_bytes())
    envelope = {name: value for name, value in record.items() if name not in ("checksum", "seal", "provider")}
    envelope["format_version"] = 1
    before = json.dumps({**envelope, "checksum": _checksum(_message(envelope), None)})
    (state / "service").mkdir()
    (state / "service" / "hill.json").write_text(before, encoding="utf-8")
    assert planted.is_same()
    planted.cloud.edit("service", "hill", slope=8)
    planted.done("deploy --use-remote")
    planted.done("remove -y")
    assert (state / "service" / "hill.json").read_text(encoding="utf-8") == before
