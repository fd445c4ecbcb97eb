"""The base of a comparison is the newest deployment that the checkout contains, not simply the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from fc_guard.core.base import Everything, base_of
from fc_guard.model.address import Address
from fc_guard.model.origins import Doubt, Origin, Standing, Way
from fc_guard.model.resources import Baseline, Entry

ID = Address("fc2", "1", "cn-hangzhou", "service", ("svc",))


def baseline(value: int, **more: object) -> Baseline:
    return Baseline(ID, {("x",): value}, {("x",): value}, **more)  # type: ignore[arg-type]


def entry(serial: int, commit: str, after: Baseline | None = None) -> Entry:
    return Entry(serial, Origin(commit=commit, clean=True), lambda: after or baseline(serial))


@dataclass
class Line:
    """A checkout whose history is one line of commits, the oldest first. `made_here` are commits of this folder."""

    commits: str
    made_here: str = ""
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
    entries = tuple(entry(at + 1, commit) for at, commit in enumerate(deployed))[::-1]
    found = base_of(entries, checkout)
    assert (found.entry.origin.commit if found.entry and found.entry.origin else None) == base
    assert {each.since.origin.commit: each.since.doubt for each in found.newer if each.since.origin} == newer


def test_a_rollback_is_not_contained_though_its_commit_is() -> None:
    found = base_of((entry(3, "a"), entry(2, "b"), entry(1, "a")), Line("abc"))
    assert found.entry is not None
    assert found.entry.serial == 2
    assert [(each.since.serial, each.since.doubt) for each in found.newer] == [(3, Doubt.ROLLED_BACK)]


def test_a_rollback_by_this_folder_is_its_own() -> None:
    found = base_of((entry(3, "a"), entry(2, "b")), Line("abc", made_here="a"))
    assert found.entry is not None
    assert found.entry.serial == 3


def test_deploying_the_same_commit_again_is_no_rollback() -> None:
    found = base_of((entry(2, "a"), entry(1, "a")), Line("ab"))
    assert found.entry is not None
    assert found.entry.serial == 2


def test_a_removal_that_is_contained_leaves_no_baseline() -> None:
    removal = Entry(2, Origin(commit="b"), lambda: None)
    assert base_of((removal, entry(1, "a")), Line("ab")).baseline(None) is None
    lacking = base_of((removal, entry(1, "a")), Line("a"))
    assert lacking.baseline(None) == baseline(1)


def test_what_belongs_to_others_is_as_the_newest_record_says() -> None:
    mine, theirs = {("x",): 1}, {("y",): 2}
    first = baseline(1, origin="one")
    head = baseline(9, origin="two", others={"one": {("x",): 9}, "three": theirs}, made=True)
    found = base_of((entry(2, "z", head), entry(1, "a", first)), Line("a")).baseline(head, "one")
    assert found is not None
    assert (found.origin, found.applied, found.made) == ("one", mine, True)
    assert found.others == {"two": {("x",): 9}, "three": theirs}


def test_a_folder_without_others_contains_everything() -> None:
    found = base_of((entry(2, "z"), entry(1, "a")), Everything())
    assert found.entry is not None
    assert found.entry.serial == 2
    assert found.newer == ()


def test_watching_goes_by_the_last_deployment_where_none_is_contained() -> None:
    found = base_of((entry(2, "y"), entry(1, "x")), Line("ab"))
    assert found.watched.entry is not None
    assert found.watched.entry.serial == 2
    assert found.watched.newer == ()
    contained = base_of((entry(2, "y"), entry(1, "a")), Line("ab"))
    assert contained.watched is contained
    assert base_of((), Line("ab")).watched.entry is None
