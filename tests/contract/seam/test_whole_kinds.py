"""What a kind or a layout lacks, or says and nobody could carry out, fails before anything runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.contract.seam.orchard import HIVE, KINDS, LAYOUT, ORCHARD, QUEEN, Orchard

from fc_guard.cloud.providers import PROVIDERS
from fc_guard.host.standard import standard_run
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.catalog import Catalog
from fc_guard.model.kinds import Home, Kind


def operations(kind: str, **without: str) -> dict[str, Any]:
    found = next(each for each in KINDS if each.name == kind)
    return {"operations": found.operations._replace(**without)}


@pytest.mark.parametrize(
    ("kind", "members", "why"),
    [
        ("fruit", {"name": "fruit-2"}, "letters alone"),
        ("hive", operations("hive", create=""), "makes it"),
        ("hive", operations("hive", delete=""), "deletes it"),
        ("hive", operations("hive", update=""), "updates it"),
        ("function", operations("function", read=""), "reads it"),
        ("fruit", operations("fruit", list=""), "no list"),
        ("hive", {"listed": True}, "has no parent"),
        ("hive", {"part": True}, "is a part"),
        ("hive", {"replaced": lambda live, path: True}, "would be lost"),
        ("service", {"replaced": lambda live, path: True}, "would be lost"),
        ("function", {"home": Home(("trees",), many=True)}, "whose code"),
        ("sign", {"strangers": frozenset({("roll",)})}, "no keyed list"),
        ("sign", {"home": Home(("signs",), always="GATE", many=True)}, "one name"),
    ],
)
def test_a_kind_that_no_stage_could_carry_out_is_in_no_catalog(kind: str, members: dict[str, Any], why: str) -> None:
    kinds = tuple(replace(each, **members) if each.name == kind else each for each in KINDS if each is not QUEEN)
    with pytest.raises(ValueError, match=why):
        Catalog(kinds)


@pytest.mark.parametrize(
    ("kinds", "members", "why"),
    [
        ((), {}, "which the catalog does not have"),
        (KINDS, {"kinds": tuple(reversed(KINDS))}, "before, or without"),
        (KINDS, {"schema": "nothing"}, "no schema nothing.json"),
    ],
)
def test_a_run_with_a_layout_that_lacks_something_is_none(
    kinds: tuple[Kind, ...], members: dict[str, Any], why: str
) -> None:
    layout = replace(LAYOUT, **members)
    with pytest.raises(ValueError, match=why):
        standard_run(
            catalog=Catalog((*CATALOG.kinds, *kinds)),
            providers=(*PROVIDERS, Orchard().provider),
            layouts=(layout, *LAYOUTS),
        )


def test_what_is_whole_is_in_one() -> None:
    assert {kind.provider for kind in Catalog(KINDS).kinds} == {ORCHARD}
    assert HIVE in KINDS
