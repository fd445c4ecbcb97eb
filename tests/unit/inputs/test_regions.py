"""A region that does not exist is told before anybody asks there; one that may be new is not refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from fc_guard.errors import BadInput
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.regions import one_slip_apart, require_region
from fc_guard.kinds.fc2.regions import REGIONS
from tests.flat import FLAT

NEW = ("cn-nanjing", "cn-guangzhou", "cn-fuzhou", "cn-wulanchabu", "ap-southeast-7", "me-central-1", "na-south-1")
"""Regions of the cloud that the table does not have."""


def require(region: str) -> tuple[str, ...]:
    return require_region({"region": region}, LAYOUTS[0], Places(None, "one"))


@pytest.mark.parametrize(
    ("region", "meant"),
    [
        ("cn-hangzou", "cn-hangzhou"),
        ("cn-hanghzou", "cn-hangzhou"),
        ("cn-beijinga", "cn-beijing"),
        ("us-west1", "us-west-1"),
        ("hangzhou", "cn-hangzhou"),
        ("cn_hangzhou", "cn-hangzhou"),
        ("CN-Hangzhou", "cn-hangzhou"),
        ("cn-hangzhou\n", "cn-hangzhou"),
    ],
)
def test_a_region_that_does_not_exist_is_told_with_the_nearest_one(region: str, meant: str) -> None:
    with pytest.raises(BadInput) as caught:
        require(region)
    assert f"did you mean {meant}?" in caught.value.message
    assert caught.value.status == 2


def test_its_line_is_told(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("resources:\n  one:\n    props:\n      region: cn-hangzou\n")
    with pytest.raises(BadInput, match=r"s\.yaml:4: region \"cn-hangzou\""):
        require_region({"region": "cn-hangzou"}, LAYOUTS[0], Places(file, "one"))


def test_where_none_is_near_all_are_told() -> None:
    with pytest.raises(BadInput) as caught:
        require("杭州")
    assert "cn-hangzhou, " in caught.value.hint


@pytest.mark.parametrize("region", NEW)
def test_a_region_that_may_be_new_is_a_warning(region: str) -> None:
    (warning,) = require(region)
    assert region in warning


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_a_known_region_is_none(region: str) -> None:
    assert require(region) == ()


def test_no_known_region_would_be_refused_if_it_were_the_only_one_missing() -> None:
    assert not [(one, other) for one in REGIONS for other in REGIONS if one != other and one_slip_apart(one, other)]


def test_a_layout_without_regions_takes_any() -> None:
    assert require_region({"zone": "elsewhere"}, FLAT, Places(None, "one")) == ()
