"""The history in a record: one entry for each run that wrote, the newest first, each with whose it was."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fc_guard.errors import BaselineUnusable
from fc_guard.model.origins import Origin
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.state import changes
from fc_guard.state.record import decode, encode
from tests.forged import with_checksum
from tests.unit.state.test_record import ID

ANN = Origin(
    id="1", by="ann@laptop", at="2026-01-01T00:00:00", commit="a" * 40, tree="1" * 40, clean=True, folder="here"
)
BEN = replace(ANN, id="2", by="ben@laptop", commit="b" * 40, folder="there")
MOST = 3


def baseline(timeout: int) -> Baseline:
    return Baseline(ID, {("timeout",): timeout}, {("timeout",): timeout}, etag=f"e{timeout}")


def written(*writes: tuple[int | None, Origin | None]) -> Record:
    """Returns a record after these writes, each read back from its bytes."""
    record = Record(ID, None)
    for timeout, by in writes:
        if timeout is None:
            record = changes.removed(record, by, MOST)
        else:
            record = changes.recorded(record, baseline(timeout), by, MOST, saved=False)
        record = decode(encode(replace(record, serial=record.serial + 1), "lineage"), ID, "x.json")
    return record


def told(record: Record) -> list[tuple[int, str, object]]:
    return [
        (entry.serial, entry.origin.by if entry.origin else "", after.applied[("timeout",)] if after else None)
        for entry in record.entries
        for after in [entry.after()]
    ]


def test_each_run_appends_one_entry_and_the_newest_stay() -> None:
    record = written((1, ANN), (2, BEN), (3, ANN), (4, BEN))
    assert told(record) == [(4, "ben@laptop", 4), (3, "ann@laptop", 3), (2, "ben@laptop", 2)]
    assert record.entries[1].after() == baseline(3), "with its version"
    assert record.baseline == baseline(4)


def test_writes_of_one_run_are_one_entry() -> None:
    assert told(written((1, ANN), (2, BEN), (3, BEN))) == [(3, "ben@laptop", 3), (1, "ann@laptop", 1)]


def test_writes_by_nobody_known_are_one_entry_each() -> None:
    assert [serial for serial, *_ in told(written((1, None), (2, None)))] == [2, 1]


def test_the_requests_of_one_run_stay_together() -> None:
    record = Record(ID, None)
    for by, request in ((ANN, "r1"), (BEN, "r2"), (BEN, ""), (BEN, "r3")):
        record = changes.recorded(record, baseline(1), by, MOST, saved=False, request=request)
        record = decode(encode(replace(record, serial=record.serial + 1), "lineage"), ID, "x.json")
    assert [entry.requests for entry in record.entries] == [("r2", "r3"), ("r1",)]


def test_who_made_it_stays_known_until_an_undo_or_a_removal() -> None:
    made = changes.recorded(Record(ID, None), replace(baseline(1), made=True), ANN, MOST, saved=False)
    adopted = changes.recorded(made, baseline(2), BEN, MOST, saved=False)
    assert adopted.baseline is not None
    assert adopted.baseline.made
    undone = changes.recorded(changes.restored(made, baseline(2)), baseline(2), BEN, MOST, saved=False)
    assert undone.baseline is not None
    assert not undone.baseline.made
    again = changes.recorded(changes.removed(made, ANN, MOST), baseline(2), BEN, MOST, saved=False)
    assert again.baseline is not None
    assert not again.baseline.made


def test_a_removal_is_an_entry() -> None:
    assert told(written((1, ANN), (None, BEN))) == [(2, "ben@laptop", None), (1, "ann@laptop", 1)]


def test_an_interrupted_write_is_its_own_runs_whoever_settles_it() -> None:
    intent = Intent("UpdateFunction", "e", frozenset(), baseline(2), "2026-01-01")
    record = changes.intended(written((1, ANN)), intent, BEN)
    settled = changes.recorded(record, baseline(2), ANN, MOST, saved=False)
    assert settled.entries[0].origin == BEN


BOB = Whose(Means.CONSOLE, "bob")
OVER, KEPT = Theirs(Becomes.OVERWRITTEN, ("timeout",), BOB), Theirs(Becomes.KEPT, ("env", "A"), BOB)


def test_what_became_of_changes_of_others_is_of_the_write_that_announced_it() -> None:
    intent = Intent("UpdateFunction", "e", frozenset(), baseline(2), "2026-01-01", theirs=(OVER,))
    announced = changes.intended(written((1, ANN)), intent, BEN)
    settled = changes.recorded(announced, baseline(2), ANN, MOST, saved=False)
    assert [entry.theirs for entry in settled.entries] == [(OVER,), ()], "an interrupted write did it too"
    gone = changes.removed(announced, ANN, MOST)
    assert gone.entries[0].theirs == (OVER,)
    assert changes.withdrawn(announced).entries[0].theirs == (), "a refused write did nothing"


def test_what_one_run_did_with_changes_of_others_stays_together_and_comes_back() -> None:
    record = Record(ID, None)
    for by, theirs in ((ANN, ()), (BEN, (OVER,)), (BEN, (OVER, KEPT)), (BEN, ())):
        record = changes.recorded(record, baseline(1), by, MOST, saved=False, theirs=theirs)
        record = decode(encode(replace(record, serial=record.serial + 1), "lineage"), ID, "x.json")
    assert [entry.theirs for entry in record.entries] == [(OVER, KEPT), ()]


def test_an_older_record_does_not_say_what_became_of_changes_of_others() -> None:
    intent = Intent("UpdateFunction", "e", frozenset(), baseline(2), "2026-01-01", theirs=(OVER,))
    envelope = json.loads(encode(changes.intended(written((1, ANN), (2, BEN)), intent, BEN), "lineage"))
    del envelope["payload"]["pending"]["theirs"]
    for entry in envelope["payload"]["history"]:
        del entry["theirs"]
    record = decode(with_checksum(envelope), ID, "x.json")
    assert record.pending is not None
    assert (record.pending.theirs, [entry.theirs for entry in record.entries]) == ((), [(), ()])


def test_a_record_of_an_older_release_is_one_entry_without_an_origin() -> None:
    envelope = json.loads(encode(written((1, ANN)), "lineage"))
    del envelope["payload"]["history"]
    assert told(decode(with_checksum(envelope), ID, "x.json")) == [(0, "", 1)]


def test_an_older_entry_that_is_damaged_is_unusable_once_it_is_asked_for() -> None:
    envelope = json.loads(encode(written((1, ANN), (2, BEN)), "lineage"))
    envelope["payload"]["history"][1]["baseline"] = "{}"
    record = decode(with_checksum(envelope), ID, "x.json")
    assert record.baseline == baseline(2)
    with pytest.raises(BaselineUnusable, match=r"x\.json is damaged"):
        record.entries[1].after()
