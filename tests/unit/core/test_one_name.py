"""One thing has one name, whichever way s.yaml names it."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.core.one_name import met, one_name
from fc_guard.core.resolve import known_from
from fc_guard.model.address import Address
from fc_guard.model.outputs import Output
from fc_guard.model.resources import Desired

LAKE = Address("made-up", "1", "here", "lake", ("the-lake",))
ISLE = LAKE.child("isle", "the-isle")
BY_LAKE = Output(LAKE, "number", text="lake-7")
BY_ISLE = (Output(ISLE, "number", text="isle-1"), Output(ISLE, "number", text="isle-2"))
PORT = Address("made-up", "1", "here", "port", ("old", "lake-7"))
BOAT = Address("made-up", "1", "here", "boat", ("lake-7",))

ASKED = (
    Desired(LAKE, {}, on_demand=True, named_by=(BY_LAKE,)),
    Desired(ISLE, {}, on_demand=True, named_by=BY_ISLE),
    Desired(PORT, {}, carried={("lake",): "lake-7"}, on_demand=True, called_after=BY_LAKE),
    Desired(
        BOAT,
        {("lake",): "lake-7"},
        initial={("home",): (Output(PORT, "berth"),)},
        derived={("berth",): {"at": Output(PORT, "berth", "quay {}")}},
        needs=frozenset({LAKE, ISLE, PORT}),
        first=frozenset({PORT}),
    ),
)
RENAMED = replace(PORT, parts=("old", "the-lake"))


def test_what_is_called_after_a_resource_goes_by_its_name_wherever_it_is_meant() -> None:
    lake, port, boat = one_name(ASKED, frozenset({BY_LAKE}))
    assert (lake, port) == (ASKED[0], replace(ASKED[2], id=RENAMED))
    assert boat == replace(
        ASKED[3],
        initial={("home",): (Output(RENAMED, "berth"),)},
        derived={("berth",): {"at": Output(RENAMED, "berth", "quay {}")}},
        needs=frozenset({LAKE, RENAMED}),
        first=frozenset({RENAMED}),
    )


def test_another_thing_of_that_name_keeps_its_own() -> None:
    assert one_name(ASKED, frozenset()) == (ASKED[2], replace(ASKED[3], needs=frozenset({PORT})))


def test_one_of_several_ids_is_enough() -> None:
    assert one_name(ASKED, frozenset({BY_LAKE, BY_ISLE[1]}))[:2] == ASKED[:2]


def test_what_online_has_is_met() -> None:
    known = known_from({ISLE: {"number": "isle-2"}, LAKE: {"number": "lake-8"}})
    assert [met(each, known) for each in ASKED[:3]] == [frozenset(), frozenset({BY_ISLE[1]}), frozenset()]
