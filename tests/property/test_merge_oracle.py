"""Merging of lines, held against git's own merge, and against what a clean merge means."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fc_guard.core.alignment import aligned
from fc_guard.core.hunks import merged_text
from fc_guard.model.files import lines_of

Three = tuple[str, str, str]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def git_merge(folder: Path, three: Three) -> str | None:
    """What `git merge-file` makes of a base and two sides; None where it sees a conflict."""
    files = [folder / name for name in ("base", "local", "live")]
    for file, text in zip(files, three, strict=True):
        file.write_bytes(text.encode())
    base, local, live = files
    done = subprocess.run(["git", "merge-file", "-p", "-q", local, base, live], capture_output=True)
    assert 0 <= done.returncode < 128, done.stderr
    return done.stdout.decode() if done.returncode == 0 else None


def our_merge(three: Three) -> str | None:
    result = merged_text(*three)
    return None if result.conflicts else result.text


@st.composite
def edits(draw: st.DrawFn, lines: list[str], fresh: st.SearchStrategy[str]) -> str:
    result = list(lines)
    for at in sorted(draw(st.lists(st.integers(0, len(lines)), max_size=3, unique=True)), reverse=True):
        result[at : at + draw(st.integers(0, 2))] = draw(st.lists(fresh, max_size=2))
    return "".join(result)


def ended(draw: st.DrawFn, text: str) -> str:
    """The text as it is, or with its last line feed missing."""
    return text.removesuffix("\n") if draw(st.booleans()) else text


@st.composite
def told_apart(draw: st.DrawFn) -> Three:
    """No two lines of the base are the same, and no new line is one of them: what became of each is not in doubt. The
    two sides may say the same, in part or whole, and touch each other's hunks."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    base = [f"line {number}{end}" for number in range(draw(st.integers(0, 8)))]
    fresh = st.sampled_from([f"new{end}", f"other{end}", "new\n", end])
    return ended(draw, "".join(base)), ended(draw, draw(edits(base, fresh))), ended(draw, draw(edits(base, fresh)))


@st.composite
def alike(draw: st.DrawFn) -> Three:
    """Few different lines, so that there is more than one way to tell what became of which."""
    line = st.sampled_from(["a\n", "b\n", "\n"])
    base = draw(st.lists(line, max_size=5))
    return ended(draw, "".join(base)), ended(draw, draw(edits(base, line))), ended(draw, draw(edits(base, line)))


def is_read(three: Three, merged: str) -> bool:
    """Whether `merged` has a reading in which it holds both sides' changes, and neither touched the other's.

    That is: all four texts can be cut into the same pieces, in order. A piece is a line that all four have, or a hunk;
    a hunk was changed by one side, which the merge follows, or by both alike; and between two hunks there is a line
    that all four have.
    """
    base, local, live, result = (lines_of(text) for text in (*three, merged))
    most = max(len(base), len(local), len(live))

    def hunks(b: int, x: int, y: int, r: int) -> Iterator[tuple[int, int, int, int]]:
        """Where a hunk that starts here may end: `was` lines of the base become `now` lines."""
        for was in range(len(base) - b + 1):
            for now in range(most + 1):
                before, after = base[b : b + was], result[r : r + now]
                if len(after) < now:
                    break
                if local[x : x + now] == after and live[y : y + was] == before:
                    yield b + was, x + now, y + was, r + now
                if live[y : y + now] == after and local[x : x + was] == before:
                    yield b + was, x + was, y + now, r + now
                if local[x : x + now] == live[y : y + now] == after:
                    yield b + was, x + now, y + now, r + now

    @cache
    def rest(b: int, x: int, y: int, r: int, after_line: bool) -> bool:
        here = (b, x, y, r)
        if here == (len(base), len(local), len(live), len(result)):
            return True
        lines = {tuple(text[at : at + 1]) for text, at in zip((base, local, live, result), here, strict=True)}
        if len(lines) == 1 and rest(b + 1, x + 1, y + 1, r + 1, True):
            return True
        return after_line and any(rest(*end, False) for end in hunks(*here) if end != here)

    return rest(0, 0, 0, 0, True)


@given(told_apart())
def test_git_and_we_merge_alike_where_lines_are_told_apart(folder: Path, three: Three) -> None:
    assert our_merge(three) == git_merge(folder, three)


@given(alike())
def test_what_merges_cleanly_holds_both_sides_and_their_hunks_do_not_touch(three: Three) -> None:
    """So it is where git, which tells otherwise what became of which line, sees a conflict."""
    merged = our_merge(three)
    assert merged is None or is_read(three, merged)


@given(alike())
def test_where_git_merges_otherwise_either_holds_both_sides(folder: Path, three: Three) -> None:
    ours, theirs = our_merge(three), git_merge(folder, three)
    if ours is not None and theirs is not None and ours != theirs:
        assert is_read(three, ours)
        assert is_read(three, theirs)


@pytest.mark.parametrize(
    ("three", "merged"),
    [
        (("1\n2\n3\n", "one\n2\n3\n", "1\n2\nthree\n"), "one\n2\nthree\n"),
        (("1\n2\n", "1\ntwo\n", "1\n2\nthree\n"), "1\ntwo\nthree\n"),
        (("1\n2\n", "one\n2\n", "1\n"), "one\n"),
        (("1\n2\n3\n", "one\n2\n3\n", "2\n3\n"), "2\n3\n"),
        (("1\n2\n", "1\nours\n2\n", "1\ntheirs\n2\n"), "1\nours\n2\n"),
        (("1\n2\n", "1\nours\n2\n", "1\ntheirs\n2\n"), "1\nours\ntheirs\n2\n"),
        (("1\n2\n3\n", "1\n3\n", "1\n2\nthree\n"), "1\n3\n"),
    ],
)
def test_a_merge_that_is_wrong_has_no_reading(three: Three, merged: str) -> None:
    """But for the first: hunks that touch, and changes that are lost."""
    assert is_read(three, merged) == (merged == "one\n2\nthree\n")


@given(alike(), st.integers(0, 60))
def test_lines_go_together_with_the_same_lines_in_order(three: Three, effort: int) -> None:
    base, local, _ = (lines_of(text) for text in three)
    pairs = aligned(base, local, effort)
    assert all(base[number] == local[other] for number, other in pairs.items())
    assert all(one < next_ for one, next_ in pairwise(pairs))
    assert all(one < next_ for one, next_ in pairwise(pairs.values()))


@given(alike(), st.integers(0, 60))
def test_effort_only_ever_adds_partners(three: Three, effort: int) -> None:
    base, local, _ = (lines_of(text) for text in three)
    assert aligned(base, local, effort).keys() <= aligned(base, local).keys()
