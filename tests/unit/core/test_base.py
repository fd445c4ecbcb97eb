"""The base of a comparison is the newest deployment that the checkout contains, not simply the last one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from fc_guard.core.base import Base, Everything, Found, Here, base_of
from fc_guard.core.values import Comparer
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CODE_ASPECT, CONFIG_ASPECT, CodeVersion, FieldPath, Json, Sealed
from fc_guard.model.origins import Doubt, Head, Origin, Standing, Way
from fc_guard.model.resources import Baseline, Entry, Record
from fc_guard.model.rules import FieldRules

ID = Address("fc2", "1", "cn-hangzhou", "service", ("svc",))


def baseline(value: int, **more: object) -> Baseline:
    return Baseline(ID, {("x",): value}, {("x",): value}, **more)  # type: ignore[arg-type]


def entry(serial: int, commit: str, after: Baseline | None = None, **origin: str) -> Entry:
    after = after or baseline(serial)
    return Entry(serial, Origin(commit=commit, clean=True, **origin), lambda: after, about=after.about)


def no_seal(path: FieldPath, value: Json) -> Sealed:
    raise AssertionError("nothing here is secret")


SAME = Comparer(FieldRules(), no_seal)


def base(checkout: Line | Everything, *entries: Entry, here: Here | None = None) -> Base:
    """The base among entries, which are newest first."""
    record = Record(ID, entries[0].after() if entries else None, entries=entries)
    return base_of(record, checkout, here)


def config(checkout: Line | Everything, *entries: Entry) -> Found:
    return base(checkout, *entries).found[CONFIG_ASPECT]


@dataclass
class Line:
    """A checkout whose history is one line of commits, the oldest first. `made_here` are commits of this folder."""

    commits: str
    made_here: str = ""
    same: bool = False
    ci: bool = False
    asked: list[str] = field(default_factory=list)

    def standing(self, origin: Origin | None) -> Standing:
        assert origin is not None
        self.asked.append(origin.commit)
        if origin.commit in self.made_here:
            return Standing(way=Way.FOLDER)
        if origin.commit in self.commits:
            return Standing(way=Way.COMMIT, commit=origin.commit)
        return Standing(doubt=Doubt.UNKNOWN_COMMIT)

    def precedes(self, one: str, other: str) -> bool:
        return self.commits.index(one) < self.commits.index(other)

    def renews(self, origin: Origin | None) -> bool:
        return False

    def same_settings(self, commit: str) -> bool:
        return self.same

    def origin(self) -> Origin | None:
        return None

    def uses(self, folder: str, files: Collection[str] | None = None) -> None:
        """Nothing is deployed."""

    @property
    def head(self) -> Head:
        return Head()

    @property
    def in_ci(self) -> bool:
        return self.ci

    @property
    def remark(self) -> str:
        return ""


@pytest.mark.parametrize(
    ("deployed", "checkout", "base", "newer"),
    [
        ("a", Line("a"), "a", {}),
        ("ab", Line("abc"), "b", {}),
        ("abc", Line("ab"), "b", {"c": Doubt.UNKNOWN_COMMIT}),
        ("axb", Line("ab"), "b", {}),
        ("abx", Line("ab"), "b", {"x": Doubt.UNKNOWN_COMMIT}),
        ("xy", Line("ab"), None, {"y": Doubt.UNKNOWN_COMMIT, "x": Doubt.UNKNOWN_COMMIT}),
        ("", Line("ab"), None, {}),
        ("xy", Line("ab", made_here="x"), "x", {"y": Doubt.UNKNOWN_COMMIT}),
    ],
)
def test_the_newest_that_is_contained(
    deployed: Sequence[str], checkout: Line, base: str | None, newer: Mapping[str, Doubt]
) -> None:
    entries = [entry(at + 1, commit) for at, commit in enumerate(deployed)][::-1]
    found = config(checkout, *entries)
    assert (found.entry.origin.commit if found.entry and found.entry.origin else None) == base
    assert {each.since.origin.commit: each.since.doubt for each in found.newer if each.since.origin} == newer


def test_a_rollback_is_not_contained_though_its_commit_is() -> None:
    found = config(Line("abc"), entry(3, "a"), entry(2, "b"), entry(1, "a"))
    assert found.entry is not None
    assert found.entry.serial == 2
    assert [(each.since.serial, each.since.doubt) for each in found.newer] == [(3, Doubt.ROLLED_BACK)]


def test_a_rollback_by_this_folder_is_its_own() -> None:
    found = config(Line("abc", made_here="a"), entry(3, "a"), entry(2, "b"))
    assert found.entry is not None
    assert found.entry.serial == 3


def test_deploying_the_same_commit_again_is_no_rollback() -> None:
    found = config(Line("ab"), entry(2, "a"), entry(1, "a"))
    assert found.entry is not None
    assert found.entry.serial == 2


def test_a_removal_that_is_contained_leaves_no_baseline() -> None:
    removal = Entry(2, Origin(commit="b"), lambda: None)
    assert base(Line("ab"), removal, entry(1, "a")).baseline(None, SAME) is None
    lacking = base(Line("a"), removal, entry(1, "a"))
    assert lacking.baseline(None, SAME) == baseline(1)


def test_what_belongs_to_others_is_as_the_newest_record_says() -> None:
    mine, theirs = {("x",): 1}, {("y",): 2}
    first = baseline(1, origin="one")
    head = baseline(9, origin="two", others={"one": {("x",): 9}, "three": theirs}, made=True)
    found = base(Line("a"), entry(2, "z", head), entry(1, "a", first)).baseline(None, SAME, "one")
    assert found is not None
    assert (found.origin, found.applied, found.made) == ("one", mine, True)
    assert found.others == {"two": {("x",): 9}, "three": theirs}


def test_a_folder_without_others_contains_everything() -> None:
    found = config(Everything(), entry(2, "z"), entry(1, "a"))
    assert found.entry is not None
    assert found.entry.serial == 2
    assert found.newer == ()


def test_watching_goes_by_the_last_deployment_where_none_is_contained() -> None:
    watched = base(Line("ab"), entry(2, "y"), entry(1, "x")).watched.found[CONFIG_ASPECT]
    assert watched.entry is not None
    assert (watched.entry.serial, watched.newer) == (2, ())
    contained = base(Line("ab"), entry(2, "y"), entry(1, "a"))
    assert contained.watched.found == contained.found
    assert base(Line("ab")).watched.found[CONFIG_ASPECT].entry is None


def code(number: int) -> dict[FieldPath, Any]:
    return {CODE: CodeVersion(str(number), str(number) * 64)}


def about(aspect: str, value: int, **more: Any) -> Baseline:
    """The baseline of a write of one aspect, by somebody whose other side was old."""
    return replace(baseline(value, **more), about=frozenset({aspect}))


def test_configuration_and_code_have_a_base_each() -> None:
    whole = Baseline(ID, {("x",): 1} | code(1), {("x",): 1} | code(1))
    old = about(CONFIG_ASPECT, 2)
    found = base(Line("ab"), entry(2, "b", old), entry(1, "a", whole)).baseline(None, SAME)
    assert found is not None
    assert found.applied == {("x",): 2} | code(1)
    alone = base(Line("b"), entry(2, "b", old), entry(1, "a", whole))
    known = alone.baseline(None, SAME)
    assert known is not None
    assert (known.applied, known.covers) == ({("x",): 2}, {CONFIG_ASPECT})
    assert [each.since.serial for each in alone.newer] == [1]
    assert alone.found[CODE_ASPECT].entry is None


def test_what_was_kept_is_of_the_deployment_that_it_is_from() -> None:
    kept = Baseline(ID, {("x",): 1}, {("x",): 2}, kept={("x",): "2026-01-01"})
    entries = (entry(3, "c", kept), entry(2, "b", baseline(2)), entry(1, "a", baseline(1)))
    both = base(Line("abc"), *entries).baseline(None, SAME)
    assert both is not None
    assert (both.applied, both.kept) == ({("x",): 2}, {})
    behind = base(Line("ac"), *entries).baseline(None, SAME)
    assert behind is not None
    assert (behind.applied, behind.observed, behind.kept) == ({("x",): 1}, {("x",): 2}, kept.kept)


def test_what_was_kept_and_has_moved_since_is_of_no_deployment() -> None:
    kept = Baseline(ID, {("x",): 1}, {("x",): 3}, kept={("x",): "2026-01-01"})
    found = base(Line("abc"), entry(3, "c", kept), entry(2, "b", baseline(2))).baseline(None, SAME)
    assert found is not None
    assert found.kept == kept.kept


def test_a_value_that_was_changed_and_put_back_has_moved() -> None:
    entries = (entry(2, "z", baseline(30)), entry(1, "a", baseline(10)))
    back = base(Line("a"), *entries).baseline({("x",): 10}, SAME)
    assert back is not None
    assert (back.applied, back.observed) == ({("x",): 10}, {("x",): 30})
    stays = base(Line("a"), *entries).baseline({("x",): 30}, SAME)
    assert stays is not None
    assert stays.observed == {("x",): 10}


@pytest.mark.parametrize(
    ("checkout", "said", "more", "doubt"),
    [
        (Line("a", same=True), 2, {}, Doubt.OTHER_VALUES),
        (Line("a", same=True), 1, {}, None),
        (Line("a"), 2, {}, None),
        (Line("a", made_here="a", same=True), 2, {}, None),
        (Line("a", same=True, ci=True), 2, {"ci": "github"}, None),
        (Line("a", same=True), 2, {"ci": "github"}, Doubt.OTHER_VALUES),
    ],
)
def test_other_values_out_of_the_same_files(
    checkout: Line, said: int, more: dict[str, str], doubt: Doubt | None
) -> None:
    found = base(checkout, entry(1, "a", baseline(1), **more), here=Here({("x",): said}, SAME))
    assert [each.since.doubt for each in found.newer] == ([] if doubt is None else [doubt])


def test_a_rollback_is_known_by_writes_that_are_remembered_no_more() -> None:
    record = Record(ID, None, entries=(entry(9, "a"),), passed=(Origin(commit="b", clean=True),))
    found = base_of(record, Line("ab"))
    assert [each.since.doubt for each in found.newer] == [Doubt.ROLLED_BACK]
