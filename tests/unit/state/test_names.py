"""File names of baselines: injective, inside the directory, whatever the resource is called."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from fc_guard.errors import BadInput
from fc_guard.model.address import Address
from fc_guard.state.names import directory_of, file_stem

NASTY = [
    "a",
    "A",
    "a-b",
    "b-c",
    "a.b",
    "..",
    ".",
    "CON",
    "nul",
    "x" * 300,
    "X" * 300,
    "é",
    "e\u0301",
    "ａ",
    "a/b",
    "a\0",
]


def stem(*parts: str) -> str:
    return file_stem(Address("fc2", "1", "r", "trigger", parts))


def test_no_two_resources_share_a_file_even_where_letter_case_is_lost() -> None:
    names = list(itertools.chain(((a,) for a in NASTY), itertools.product(NASTY, NASTY)))
    stems = {unicodedata.normalize("NFKC", stem(*parts)).casefold() for parts in names}
    assert len(stems) == len(names)


def test_the_predecessor_s_collision_does_not_happen() -> None:
    assert len({stem("a-b", "c"), stem("a", "b-c"), stem("a", "b", "c")}) == 3


@pytest.mark.parametrize(("account", "region"), [("../x", "r"), ("", "r"), ("1", "../r"), ("1", ""), ("１", "r")])
def test_account_and_region_must_look_like_what_they_are(account: str, region: str) -> None:
    with pytest.raises(BadInput):
        directory_of(account, region)
