"""Deployments out of records: serials order them, whatever clocks say, and nothing is claimed of what is cut."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fc_guard.core.base import Everything
from fc_guard.core.histories import Historian
from fc_guard.core.turns import turns
from fc_guard.core.values import Comparer
from fc_guard.model.address import Address
from fc_guard.model.fields import ASPECTS, CODE, MISSING, CodeVersion, Sealed
from fc_guard.model.files import FileState, Manifest
from fc_guard.model.histories import Deed, Fate, FieldMove, History
from fc_guard.model.moments import moment
from fc_guard.model.origins import Checkout, Doubt, Origin, Standing, Way
from fc_guard.model.resources import Baseline, Entry, Intent, Record
from fc_guard.model.rules import FieldRules
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose

A = Address("fc2", "1", "r", "function", ("s", "a"))
B = Address("fc2", "1", "r", "function", ("s", "b"))
C = Address("fc2", "1", "r", "function", ("s", "c"))
MOST = 10
RULES = FieldRules(maps=frozenset({("env",)}), secret=frozenset({("env",)}))


def by(who: str, at: str = "", **more: Any) -> Origin:
    return Origin(by=who, at=at, commit=f"{who}-commit", clean=True, **more)


def base(id: Address = A, **fields: Any) -> Baseline:
    """A baseline of these fields, all of them applied and online."""
    values = {tuple(name.split("__")): value for name, value in fields.items()}
    return Baseline(id, values, values, recorded_at="2026-01-01T00:00:00+00:00")


def record(id: Address, *entries: tuple[int, Origin | None, Baseline | None], **more: Any) -> Record:
    """A record with these entries, the newest first."""
    made = tuple(Entry(serial, origin, lambda after=after: after) for serial, origin, after in entries)
    return Record(id, entries[0][2], serial=entries[0][0], entries=made, **more)


def wrote(id: Address, *writes: tuple[int, Origin]) -> Record:
    return record(id, *((serial, origin, base(id)) for serial, origin in writes))


def told(
    *records: Record,
    limit: int = 0,
    checkout: Checkout | None = None,
    packages: dict[str, Manifest] | None = None,
    aspects: frozenset[str] = ASPECTS,
    most: int = MOST,
) -> History:
    def seal(path: Any, value: Any) -> Sealed:
        return Sealed(f"sealed {value}")

    historian = Historian(
        checkout or Everything(),
        most,
        lambda id: RULES,
        lambda rules: Comparer(rules, seal),
        (packages or {}).get,
        aspects,
    )
    return historian.history(records, limit, {})


def people(*records: Record) -> list[str]:
    return [turn[0].origin.by if turn[0].origin else "" for turn in turns(records)]


def deeds(*records: Record, **options: Any) -> list[Deed]:
    return [deed for each in told(*records, **options).deployments for deed in each.deeds]


# the order


def test_the_serials_decide_where_the_clocks_say_otherwise() -> None:
    early, late = by("ann", "2026-01-09T00:00:00+00:00"), by("ben", "2026-01-01T00:00:00+00:00")
    assert people(wrote(A, (4, late), (2, early))) == ["ben", "ann"]


def test_an_order_follows_from_another_resource() -> None:
    """A is of ann before ben, B of ben before cas; every clock says the opposite."""
    ann, ben, cas = by("ann", "2026-03-01"), by("ben", "2026-02-01"), by("cas", "2026-01-01")
    assert people(wrote(B, (4, cas), (2, ben)), wrote(A, (4, ben), (2, ann))) == ["cas", "ben", "ann"]


def test_times_order_what_the_serials_leave_open_in_any_zone() -> None:
    ann, ben = by("ann", "2026-01-01T09:00:00+08:00"), by("ben", "2026-01-01T02:00:00Z")
    assert people(wrote(A, (9, ann)), wrote(B, (1, ben))) == ["ben", "ann"]
    assert people(wrote(A, (9, by("ann", "soon"))), wrote(B, (1, ben))) == ["ben", "ann"], "what is no time is oldest"


def test_one_run_is_one_deployment_also_where_it_met_a_changed_folder_on_its_way() -> None:
    ann = by("ann", "2026-01-01")
    (only,) = told(wrote(A, (2, ann)), wrote(B, (2, replace(ann, clean=False)))).deployments
    assert [deed.id for deed in only.deeds] == [A, B]
    assert only.origin == replace(ann, clean=False)


def test_two_runs_that_wrote_in_turns_are_split_and_no_serial_is_turned_round() -> None:
    ann, ben = by("ann", "2026-01-02"), by("ben", "2026-01-01")
    found = turns([wrote(A, (4, ann), (2, ben)), wrote(B, (4, ben), (2, ann))])
    assert [[(w.record.id, w.entry.serial, w.origin and w.origin.by) for w in turn] for turn in found] == [
        [(A, 4, "ann")],
        [(A, 2, "ben"), (B, 4, "ben")],
        [(B, 2, "ann")],
    ]


def test_every_entry_is_told_once_and_in_the_order_of_its_record() -> None:
    names = [by(f"p{n}", f"2026-01-{n + 1:02}") for n in range(7)]
    records = [
        wrote(id, *((20 - at, names[(at * step + step) % 7]) for at in range(6)))
        for id, step in ((A, 1), (B, 3), (C, 5))
    ]
    found = [(w.record.id, w.entry.serial) for turn in turns(records) for w in turn]
    assert len(found) == len(set(found)) == 18
    for id in (A, B, C):
        serials = [serial for of, serial in found if of == id]
        assert serials == sorted(serials, reverse=True)


def test_entries_without_an_origin_are_not_put_together_because_of_that() -> None:
    older = record(A, (0, None, replace(base(), recorded_at="2026-01-01T00:00:00+00:00")))
    other = record(B, (0, None, replace(base(B), recorded_at="2026-01-02T00:00:00+00:00")))
    same = record(C, (0, None, replace(base(C), recorded_at="2026-01-02T00:00:00+00:00")))
    found = told(older, other, same).deployments
    assert [[deed.id for deed in each.deeds] for each in found] == [[B, C], [A]]
    assert [each.origin for each in found] == [None, None]
    assert found[0].at == "2026-01-02T00:00:00+00:00"


def test_the_limit_counts_deployments_and_what_is_left_out_is_not_decoded() -> None:
    def fails() -> Baseline | None:
        raise AssertionError("nobody asked")

    ann, ben, cas = by("ann"), by("ben"), by("cas")
    entries = (Entry(6, ann, lambda: base(t=2)), Entry(4, ben, lambda: base(t=1)), Entry(2, cas, fails))
    found = told(Record(A, base(), entries=entries), limit=1)
    assert [each.origin for each in found.deployments] == [ann]
    assert found.older == 2
    assert len(told(wrote(A, (6, ann), (4, ben), (2, cas))).deployments) == 3


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "99999-01-01"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert moment(text) is None


# what each changed


def test_fields_are_compared_with_the_entry_before() -> None:
    newer, older = base(timeout=60, memory=128, tags="x"), base(timeout=30, memory=128, name="n")
    (changed, made) = deeds(record(A, (4, by("ben"), newer), (2, by("ann"), replace(older, made=True))))
    assert changed.fate is Fate.CHANGED
    assert changed.fields == (
        FieldMove(("name",), "n", MISSING),
        FieldMove(("tags",), MISSING, "x"),
        FieldMove(("timeout",), 30, 60),
    )
    assert made == Deed(A, 2, Fate.MADE)


def test_what_a_secret_became_is_not_told_whether_it_is_sealed_or_not() -> None:
    one, other = Sealed("hmac-sha256:1:aa"), Sealed("hmac-sha256:1:bb")
    newer = base(env__SAME=one, env__TOKEN=other, other=other, env__PLAIN="word")
    older = base(env__SAME=one, env__TOKEN=one, other=one, env__PLAIN="words")
    (changed, _) = deeds(record(A, (4, by("b"), newer), (2, by("a"), older)))
    assert [(move.name, move.secret) for move in changed.fields] == [
        ("env.PLAIN", True),
        ("env.TOKEN", True),
        ("other", True),
    ]


def test_a_deployment_that_moved_nothing_has_no_deeds() -> None:
    newest = told(record(A, (4, by("b"), replace(base(t=1), etag="e")), (2, by("a"), base(t=1)))).deployments[0]
    assert newest.deeds == ()


def test_what_was_kept_is_told_as_kept_and_not_as_what_was_wanted() -> None:
    kept = Baseline(A, {("t",): 60}, {("t",): 90}, kept={("t",): "2026-01-01"})
    sent = base(t=60)
    first, second, again = base(t=30), kept, replace(kept, etag="e")
    history = record(A, (6, by("d"), sent), (5, by("c"), again), (4, by("b"), second), (2, by("a"), first))
    later, decided, _ = deeds(history)
    assert decided.fields == (FieldMove(("t",), 30, 90, kept=True),)
    assert later.fields == (FieldMove(("t",), 90, 60),)


def test_what_other_steps_share_counts_whoever_is_in_front() -> None:
    one = Baseline(A, {("x",): 1}, {}, origin="s.yaml#one", others={"s.yaml#two": {("y",): 2}})
    two = Baseline(A, {("y",): 3}, {}, origin="s.yaml#two", others={"s.yaml#one": {("x",): 1}})
    (changed, _) = deeds(record(A, (4, by("b"), two), (2, by("a"), one)))
    assert changed.fields == (FieldMove(("y",), 2, 3),)


def test_made_adopted_removed_and_left_deleted() -> None:
    made = replace(base(), made=True)
    gone = Baseline(A, {}, None, kept_absent="2026-01-01")
    history = record(
        A,
        (12, by("f"), made),
        (10, by("e"), gone),
        (9, by("e2"), replace(gone, etag="e")),
        (8, by("d"), base(t=1)),
        (6, by("c"), None),
        (2, by("a"), base()),
    )
    assert [deed.fate for deed in deeds(history)] == [
        Fate.MADE,
        Fate.LEFT_DELETED,
        Fate.ADOPTED,
        Fate.REMOVED,
        Fate.ADOPTED,
    ]


@pytest.mark.parametrize(
    ("serials", "fate"),
    [((0,), Fate.FIRST_KEPT), ((1,), Fate.MADE), ((2,), Fate.MADE), ((5,), Fate.MADE), ((3, 0), Fate.FIRST_KEPT)],
)
def test_only_a_history_with_its_beginning_says_who_made_it(serials: tuple[int, ...], fate: Fate) -> None:
    made = replace(base(), made=True)
    assert deeds(record(A, *((serial, by(f"p{serial}"), made) for serial in serials)))[-1].fate is fate


def test_the_oldest_entry_of_a_history_that_may_be_cut_claims_nothing() -> None:
    full = [(serial, by(f"p{serial}"), replace(base(t=serial), made=True)) for serial in range(30, 30 - MOST, -1)]
    found = deeds(record(A, *full))
    assert [deed.fate for deed in found] == [Fate.CHANGED] * (MOST - 1) + [Fate.FIRST_KEPT]
    assert deeds(record(A, *full[:-1]))[-1].fate is Fate.MADE, "a shorter one was never cut"


BOB = Whose(Means.CONSOLE, "bob")
OVER = Theirs(Becomes.OVERWRITTEN, ("t",), BOB)
AGAIN = Theirs(Becomes.OVERWRITTEN, (), BOB)


def with_theirs(*entries: tuple[int, Baseline | None, tuple[Theirs, ...]]) -> Record:
    told = tuple(
        Entry(serial, by(f"p{serial}"), lambda after=after: after, theirs=theirs) for serial, after, theirs in entries
    )
    return Record(A, entries[0][1], serial=entries[0][0], entries=told)


def test_what_it_did_with_changes_of_others_is_a_deed_where_no_field_moved() -> None:
    made = replace(base(t=1), made=True)
    found = told(with_theirs((6, made, (OVER,)), (4, made, ()), (2, made, ()))).deployments
    assert [each.deeds for each in found] == [
        (Deed(A, 6, Fate.CHANGED, theirs=(OVER,)),),
        (),
        (Deed(A, 2, Fate.MADE),),
    ]


def test_every_fate_tells_what_it_did_with_changes_of_others() -> None:
    gone = replace(OVER, becomes=Becomes.DELETED)
    removed, changed, first = deeds(
        with_theirs((6, None, (gone,)), (4, base(t=2), (OVER,)), (3, base(t=1), (OVER,))), most=1
    )
    assert (removed.fate, removed.theirs) == (Fate.REMOVED, (gone,))
    assert (changed.fate, changed.theirs, len(changed.fields)) == (Fate.CHANGED, (OVER,), 1)
    assert (first.fate, first.theirs) == (Fate.FIRST_KEPT, (OVER,))


def test_what_somebody_deleted_and_was_made_again_is_made() -> None:
    newest, _ = deeds(with_theirs((4, base(t=1), (AGAIN,)), (2, base(t=1), ())))
    assert newest == Deed(A, 4, Fate.MADE, theirs=(AGAIN,))


def test_what_it_did_with_the_other_aspect_is_not_told() -> None:
    of_code = replace(OVER, path=CODE)
    history = with_theirs((4, base(t=1), (OVER, of_code, AGAIN)), (2, base(t=1), ()))
    assert deeds(history, aspects=frozenset({"code"}))[0].theirs == (of_code, AGAIN)
    assert deeds(history, aspects=frozenset({"config"}))[0].theirs == (OVER, AGAIN)


def code(digest: str) -> CodeVersion:
    return CodeVersion(checksum=f"c{digest}", digest=digest)


def packed(**files: str) -> Manifest:
    return Manifest(tuple(FileState(f"{name}.py", False, text) for name, text in sorted(files.items())))


def test_code_is_told_by_file_as_far_as_its_packages_are_kept() -> None:
    history = record(
        A,
        (6, by("c"), base(code=code("3"))),
        (4, by("b"), base(code=code("2"))),
        (2, by("a"), base(code=code("1"))),
    )
    packages = {"1": packed(a="1", b="1", c="1"), "2": packed(a="2", b="1", d="1")}
    unknown, known, _ = deeds(history, packages=packages)
    assert known.files is not None
    assert [(file.name, file.before is None, file.after is None) for file in known.files] == [
        ("a.py", False, False),
        ("c.py", False, True),
        ("d.py", True, False),
    ]
    assert unknown.files is None
    assert [move.path for move in unknown.fields] == [CODE]


def test_code_that_was_only_zipped_again_is_no_change() -> None:
    again = CodeVersion(checksum="other", digest="1")
    newest = told(record(A, (4, by("b"), base(code=again)), (2, by("a"), base(code=code("1"))))).deployments[0]
    assert newest.deeds == ()


def test_only_the_aspects_of_the_scope_are_told() -> None:
    history = record(A, (4, by("b"), base(code=code("2"), t=2)), (2, by("a"), base(code=code("1"), t=1)))
    assert [move.name for move in deeds(history, aspects=frozenset({"config"}))[0].fields] == ["t"]
    assert [move.name for move in deeds(history, aspects=frozenset({"code"}))[0].fields] == ["code"]


# what a checkout contains, and what is open


class Knows(Everything):
    """A checkout with the commits of a line, the oldest first."""

    def __init__(self, *line: str) -> None:
        self._line = line

    def standing(self, origin: Origin | None) -> Standing:
        if origin is None:
            return Standing(way=Way.BEFORE)
        if origin.commit in self._line:
            return Standing(way=Way.COMMIT, commit=origin.commit)
        return Standing(doubt=Doubt.NOT_HERE)

    def precedes(self, one: str, other: str) -> bool:
        return self._line.index(one) < self._line.index(other)


def test_each_deployment_says_whether_this_checkout_contains_it() -> None:
    found = told(wrote(A, (4, by("ben")), (2, by("ann"))), checkout=Knows("ann-commit")).deployments
    assert [each.standing for each in found] == [
        Standing(doubt=Doubt.NOT_HERE),
        Standing(way=Way.COMMIT, commit="ann-commit"),
    ]


def test_an_older_commit_over_a_newer_one_is_a_rollback() -> None:
    ann, ben, again = by("ann"), by("ben"), replace(by("ann"), at="later")
    found = told(wrote(A, (6, again), (4, ben), (2, ann)), checkout=Knows("ann-commit", "ben-commit")).deployments
    assert found[0].standing == Standing(doubt=Doubt.ROLLED_BACK)
    assert [each.standing.contained for each in found[1:]] == [True, True]


def test_a_write_without_an_end_and_what_undo_put_back_are_told() -> None:
    intent = Intent("UpdateFunction", None, frozenset(), base(t=9), "2026-01-02", by=by("ben"))
    restored = replace(base(t=1), put_back=frozenset({("t",)}))
    (write,) = told(record(A, (2, by("ann"), base()), pending=intent)).open
    assert (write.id, write.operation, write.by) == (A, "UpdateFunction", by("ben"))
    (put_back,) = told(record(A, (2, by("ann"), base()), restored=restored)).put_back
    assert (put_back.id, put_back.fields) == (A, (("t",),))
