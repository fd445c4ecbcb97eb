"""A list that is not the API's is unreadable, and never "nothing is there"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from fc_guard.cloud.support.lists import every, items, struct
from fc_guard.errors import Unreadable

PLACE = ("Vpcs", "Vpc")


def answer(*ids: Any, total: Any = None) -> dict[str, Any]:
    found = [{"Id": id} for id in ids]
    return {"TotalCount": len(ids) if total is None else total, "Vpcs": {"Vpc": found}}


def read(*pages: Mapping[str, Any]) -> list[str]:
    """Reads pages; beyond the last, each has what the last has."""
    asked: list[int] = []

    def page(number: int) -> Mapping[str, Any]:
        asked.append(number)
        return pages[min(len(asked), len(pages)) - 1]

    return [each["Id"] for each in every("DescribeVpcs", page, PLACE, ("Id",))]


def test_all_pages_are_read() -> None:
    assert read(answer()) == []
    assert read(answer("a", "b")) == ["a", "b"]
    assert read(answer("a", "b", total=3), answer("c", total=3)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"TotalCount": 0},
        {"TotalCount": 0, "Vpcs": None},
        {"TotalCount": 0, "Vpcs": []},
        {"TotalCount": 0, "Vpcs": {}},
        {"TotalCount": 0, "Vpcs": {"Vpc": None}},
        {"TotalCount": 0, "Vpcs": {"Vpc": {}}},
        {"TotalCount": 0, "Vpcs": {"Vpc": "none"}},
        {"Vpcs": {"Vpc": []}},
        answer(total="0"),
        answer(total=True),
        answer(total=-1),
        answer(total=1),
        answer(None),
        answer(7),
        answer(""),
        {"TotalCount": 1, "Vpcs": {"Vpc": [{}]}},
        {"TotalCount": 1, "Vpcs": {"Vpc": ["a"]}},
    ],
)
def test_an_answer_of_another_shape_is_unreadable(odd: Mapping[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(odd)


def test_a_list_that_ends_too_early_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="ends after 1 of 2 items"):
        read(answer("a", total=2), answer(total=2))


def test_a_list_that_changes_between_two_pages_is_read_again() -> None:
    """Of three, the first is deleted after the first page: the third moves to where nobody looks any more."""
    assert read(answer("a", "b", total=3), answer(total=2), answer("b", "c", total=2)) == ["b", "c"]
    assert read(answer("a", total=2), answer("a", total=2), answer("b", "a")) == ["b", "a"]


def test_a_list_that_never_holds_still_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="changes while it is read"):
        read(answer("a", total=2))


def test_what_is_inside_an_item_is_read_as_strictly() -> None:
    assert items("Op", {"Targets": {"Target": []}}, ("Targets", "Target")) == ()
    with pytest.raises(Unreadable, match=r"no list Targets\.Target"):
        items("Op", {"Targets": {}}, ("Targets", "Target"))
    assert struct("Op", {"vpcConfig": None}, "vpcConfig") == {}
    with pytest.raises(Unreadable, match="vpcConfig is not an object"):
        struct("Op", {"vpcConfig": []}, "vpcConfig")
