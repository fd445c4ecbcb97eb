"""Laws of merging: of lines, of files, of fields. Whatever was changed, these hold."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.core.choices import Choice
from fc_guard.core.file_changes import FileSides, changed_files
from fc_guard.core.hunks import BASE, MIDDLE, ONLINE, YOURS, merged_text
from fc_guard.core.merge import merged_code
from fc_guard.core.planning import plan_deployment
from fc_guard.model.fields import Cause
from fc_guard.model.files import FileChange, FileSide, FileState, Manifest, lines_of
from fc_guard.model.merges import CodeMerge, Source
from fc_guard.model.plans import Policy
from tests.property.test_laws import KINDS, LEAVES, equal, redeployed, value
from tests.unit.sides import diff

# lines


@dataclass(frozen=True)
class Edit:
    """One hunk: the lines from `at` up to `until` become `lines`."""

    at: int
    until: int
    lines: tuple[str, ...]


def edited(base: list[str], edits: list[Edit]) -> str:
    lines = list(base)
    for edit in sorted(edits, key=lambda edit: -edit.at):
        lines[edit.at : edit.until] = edit.lines
    return "".join(lines)


@st.composite
def apart(draw: st.DrawFn) -> tuple[list[str], list[Edit], list[Edit]]:
    """A text, and two sides' edits, with an untouched line between any two of them."""
    base = [f"line {number}\n" for number in range(draw(st.integers(2, 25)))]
    sides: tuple[list[Edit], list[Edit]] = ([], [])
    at = draw(st.integers(0, 2))
    while at < len(base):
        until = min(len(base), at + draw(st.integers(0, 3)))
        side = draw(st.integers(0, 1))
        fresh = draw(st.integers(0 if until > at else 1, 3))
        sides[side].append(Edit(at, until, tuple(f"side {side} at {at} {number}\n" for number in range(fresh))))
        at = until + draw(st.integers(1, 4))
    return base, sides[0], sides[1]


ANY_TEXT = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d\r\n"]), max_size=8).map("".join)
ENDED_OR_NOT = st.tuples(ANY_TEXT, st.booleans()).map(lambda pair: pair[0].rstrip("\n") if pair[1] else pair[0])


@given(apart())
def test_edits_to_disjoint_hunks_give_both_in_either_order(drawn: tuple[list[str], list[Edit], list[Edit]]) -> None:
    base, ours, theirs = drawn
    text, both = "".join(base), edited(base, ours + theirs)
    for one, other in ((ours, theirs), (theirs, ours)):
        result = merged_text(text, edited(base, one), edited(base, other))
        assert (result.text, result.conflicts) == (both, 0)


@given(apart())
def test_merging_twice_equals_once(drawn: tuple[list[str], list[Edit], list[Edit]]) -> None:
    base, ours, theirs = drawn
    text, mine, other = "".join(base), edited(base, ours), edited(base, theirs)
    once = merged_text(text, mine, other).text
    assert merged_text(text, once, other).text == once
    assert merged_text(text, mine, once).text == once
    assert merged_text(mine, once, once).text == once


@given(ENDED_OR_NOT, ENDED_OR_NOT)
def test_equal_edits_converge(base: str, edit: str) -> None:
    assert merged_text(base, edit, edit).text == edit
    assert merged_text(base, edit, edit).conflicts == 0


@given(ENDED_OR_NOT, ENDED_OR_NOT)
def test_a_side_that_did_not_move_adds_nothing(base: str, edit: str) -> None:
    assert merged_text(base, edit, base).text == edit
    assert merged_text(base, base, edit).text == edit


@given(ENDED_OR_NOT, ENDED_OR_NOT, ENDED_OR_NOT)
def test_swapping_sides_gives_the_same_text_or_the_same_conflicts(base: str, mine: str, other: str) -> None:
    there, back = merged_text(base, mine, other), merged_text(base, other, mine)
    assert there.conflicts == back.conflicts
    if not there.conflicts:
        assert there.text == back.text


@given(apart(), st.data())
def test_an_overlapping_edit_is_a_conflict_and_never_a_loss(
    drawn: tuple[list[str], list[Edit], list[Edit]], data: st.DataObject
) -> None:
    base, ours, theirs = drawn
    untouched = [line for line in range(len(base)) if all(not (e.at - 1 <= line <= e.until) for e in ours + theirs)]
    if not untouched:
        return
    at = data.draw(st.sampled_from(untouched))
    mine = edited(base, [*ours, Edit(at, at + 1, ("mine\n",))])
    other = edited(base, [*theirs, Edit(at, at + 1, ("other\n",))])
    result = merged_text("".join(base), mine, other)
    assert result.conflicts == 1
    block = "".join(
        f"{line}\n" if line in (YOURS, BASE, MIDDLE, ONLINE) else line
        for line in (YOURS, "mine\n", BASE, base[at], MIDDLE, "other\n", ONLINE)
    )
    assert block in result.text
    assert result.text.replace(block, "?\n") == edited(base, [*ours, *theirs, Edit(at, at + 1, ("?\n",))])


@given(ENDED_OR_NOT, st.lists(st.integers(0, 8), max_size=3), st.lists(st.integers(0, 8), max_size=3))
def test_no_line_that_anybody_added_is_ever_lost(base: str, mine: list[int], other: list[int]) -> None:
    """Lines that are nowhere else, put in anywhere: they are in the merge, or in its conflicts."""

    def with_lines(places: list[int], name: str) -> str:
        lines = lines_of(base)
        for number, place in enumerate(places):
            lines.insert(min(place, len(lines)), f"{name} {number}\n")
        return "".join(lines)

    result = merged_text(base, with_lines(mine, "mine"), with_lines(other, "other")).text
    for number in range(len(mine)):
        assert f"mine {number}\n" in result
    for number in range(len(other)):
        assert f"other {number}\n" in result


# files

NAMES = ("a.py", "b.py", "c.bin")
CONTENTS = st.sampled_from([None, "1\n2\n3\n", "1\n2\nthree\n", "one\n2\n3\n", "0\n", "1\n2\n3\n!"])
BITS = st.booleans()
Package = dict[str, tuple[str, bool]]


@st.composite
def packages(draw: st.DrawFn) -> Package:
    drawn = {name: (draw(CONTENTS), draw(BITS)) for name in NAMES}
    return {name: (content, bit) for name, (content, bit) in drawn.items() if content is not None}


def manifest(package: Package) -> Manifest:
    states = []
    for name, (content, bit) in sorted(package.items()):
        data = content.encode()
        states.append(FileState(name, bit, hashlib.sha256(data).hexdigest(), len(data), zlib.crc32(data)))
    return Manifest(tuple(states))


def compared(base: Package, local: Package, live: Package) -> tuple[FileChange, ...]:
    """The change of each file, with its texts; those of a .bin are none."""
    sides = FileSides(manifest(live), manifest(local), manifest(base), manifest(base), manifest(base))
    result = []
    for change in changed_files(sides):
        name = change.name

        def side(found: FileSide | None, package: Package, name: str = name) -> FileSide | None:
            text = None if name.endswith(".bin") else package.get(name, ("", False))[0]
            return None if found is None else FileSide(found.state, text)

        result.append(
            FileChange(name, change.cause, side(change.base, base), side(change.live, live), side(change.local, local))
        )
    return tuple(result)


def after(merge: CodeMerge, local: Package, live: Package) -> Package:
    """The package that a merge comes to."""
    result = dict(live)
    for file in merge.files:
        result.pop(file.name, None)
        if file.present:
            texts = {Source.ONLINE: live, Source.HERE: local}
            content = file.text if file.source is Source.BOTH else texts[file.source][file.name][0]
            assert content is not None
            result[file.name] = (content, file.executable)
    return result


@given(packages(), packages(), packages())
def test_swapping_sides_swaps_the_owners_of_files(base: Package, local: Package, live: Package) -> None:
    swapped = {Cause.DRIFT: Cause.CHANGE, Cause.CHANGE: Cause.DRIFT}
    there = {file.name: file.cause for file in compared(base, local, live)}
    back = {file.name: file.cause for file in compared(base, live, local)}
    assert there == {name: swapped.get(cause, cause) for name, cause in back.items()}


@given(packages(), packages(), packages())
def test_swapping_sides_merges_to_the_same_package(base: Package, local: Package, live: Package) -> None:
    there, back = merged_code(compared(base, local, live)), merged_code(compared(base, live, local))
    assert {file.name for file in there.conflicts} == {file.name for file in back.conflicts}
    assert after(there, local, live) == after(back, live, local) or there.conflicts


@given(packages(), packages(), packages())
def test_each_file_has_the_change_of_whoever_made_it_or_is_a_conflict(
    base: Package, local: Package, live: Package
) -> None:
    merge = merged_code(compared(base, local, live))
    settled = after(merge, local, live)
    conflicts = {conflict.name for conflict in merge.conflicts}
    for name in set(NAMES) - conflicts:
        was, mine, other = (side.get(name) for side in (base, local, live))
        if mine == was:
            assert settled.get(name) == other
        elif other in (was, mine):
            assert settled.get(name) == mine
        else:  # both moved: lines of both, or the bit of one and the lines of the other
            assert None not in (was, mine, other)
            assert not name.endswith(".bin") or mine[0] in (was[0], other[0]) or other[0] == was[0]  # type: ignore[index]


@given(packages(), packages(), packages())
def test_merging_a_merge_with_either_side_changes_nothing(base: Package, local: Package, live: Package) -> None:
    merge = merged_code(compared(base, local, live))
    if merge.conflicts:
        return
    once = after(merge, local, live)
    for one, other in ((once, live), (local, once)):
        again = merged_code(compared(base, one, other))
        assert again.conflicts == ()
        assert after(again, one, other) == once


@given(packages(), packages(), packages())
def test_a_merge_says_truly_what_it_moves(base: Package, local: Package, live: Package) -> None:
    merge = merged_code(compared(base, local, live))
    if merge.conflicts:
        return
    once = after(merge, local, live)
    assert merge.moves_online == (once != live)
    moved = {name for name in NAMES if once.get(name) != local.get(name)}
    assert {file.name for file in merge.moves_here} == moved


@given(packages(), packages())
def test_files_changed_alike_converge(base: Package, edit: Package) -> None:
    merge = merged_code(compared(base, edit, edit))
    assert merge.conflicts == ()
    assert after(merge, edit, edit) == edit
    assert not merge.moves_online
    assert merge.moves_here == ()


@given(packages(), packages())
def test_of_what_is_not_known_nothing_is_guessed(local: Package, live: Package) -> None:
    changes = changed_files(FileSides(manifest(live), manifest(local)))
    merge = merged_code(changes)
    assert {conflict.name for conflict in merge.conflicts} == {
        name for name in NAMES if local.get(name) != live.get(name)
    }


# fields

FULL = st.fixed_dictionaries(LEAVES)


@given(FULL, FULL, FULL, st.sets(st.sampled_from(sorted(LEAVES))))
def test_edits_to_disjoint_fields_give_both_in_either_order(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any], mine: set[str]
) -> None:
    here = {name: ours[name] if name in mine else base[name] for name in LEAVES}
    online = {name: base[name] if name in mine else theirs[name] for name in LEAVES}
    both = {name: ours[name] if name in mine else theirs[name] for name in LEAVES}
    for one, other in ((here, online), (online, here)):
        result = redeployed(one, other, base, Policy.MERGE)
        assert result is not None
        *_, live = result
        assert all(equal(name, value(live, name), value(both, name)) for name in LEAVES)


@given(FULL, FULL)
def test_equal_edits_of_fields_converge(base: dict[str, Any], edit: dict[str, Any]) -> None:
    plan = plan_deployment([diff(edit, edit, base, declared=("env",))], KINDS, Choice(Policy.MERGE, {}, "d"))
    assert (plan.writes, plan.conflicts) == ((), ())


@given(FULL, FULL, FULL)
def test_a_field_that_both_moved_apart_is_a_conflict(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    def moved(name: str) -> bool:
        sides = [value(side, name) for side in (base, ours, theirs)]
        return not any(equal(name, sides[a], sides[b]) for a, b in ((0, 1), (0, 2), (1, 2)))

    plan = plan_deployment([diff(ours, theirs, base, declared=("env",))], KINDS, Choice(Policy.MERGE, {}, "d"))
    assert bool(plan.conflicts) == any(moved(name) for name in LEAVES)
