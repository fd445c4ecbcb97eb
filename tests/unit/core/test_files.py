"""Whose change is whose inside a code package, and how it is told."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace

import pytest

from fc_guard.core.file_changes import FileSides, changed_files
from fc_guard.model.fields import Cause
from fc_guard.model.files import MOST_LINES, FileChange, FileSide, FileState, Manifest, as_text, lines_of
from fc_guard.render.file_lines import MOST_FILES, differences, file_lines, owner, unified


def state(name: str, text: str) -> FileState:
    """`text` as the content; a leading `x:` makes it executable, `l:` a link."""
    mark, colon, rest = text.partition(":")
    content = rest if colon else text
    digest = hashlib.sha256(content.encode()).hexdigest()
    return FileState(name, mark == "x" and bool(colon), digest, len(content), zlib.crc32(content.encode()), mark == "l")


def manifest(files: dict[str, str]) -> Manifest:
    return Manifest(tuple(state(name, files[name]) for name in sorted(files)))


def found(
    live: str | None,
    local: str | None,
    base: str | None = None,
    applied: str | None = None,
    observed: str | None = None,
    *,
    based: bool = True,
    recorded: bool = True,
) -> FileChange | None:
    """The one file's change. None: not there. What was recorded is the base where nothing else is said."""

    def side(text: str | None) -> Manifest:
        return manifest({} if text is None else {"a.py": text})

    applied, observed = applied or base, observed or base
    changes = changed_files(
        FileSides(
            side(live),
            side(local),
            side(base) if based else None,
            side(applied) if recorded else None,
            side(observed) if recorded else None,
        )
    )
    return changes[0] if changes else None


def cause(*args: str | None, **options: bool) -> Cause | None:
    change = found(*args, **options)
    return None if change is None else change.cause


@pytest.mark.parametrize(
    ("live", "local", "base", "expected"),
    [
        ("1", "1", "1", None),
        ("2", "1", "1", Cause.DRIFT),
        ("1", "2", "1", Cause.CHANGE),
        ("2", "2", "1", Cause.CONVERGED),
        ("2", "3", "1", Cause.CONFLICT),
        (None, "1", "1", Cause.DRIFT),
        ("1", None, "1", Cause.CHANGE),
        (None, "2", "1", Cause.CONFLICT),
        (None, None, "1", Cause.CONVERGED),
        ("1", None, None, Cause.DRIFT),
        (None, "1", None, Cause.CHANGE),
        ("1", "2", None, Cause.CONFLICT),
        ("1", "1", None, Cause.CONVERGED),
        ("x:1", "1", "1", Cause.DRIFT),
        ("l:1", "1", "1", Cause.DRIFT),
    ],
)
def test_the_owner_is_whoever_moved_since_the_common_package(
    live: str | None, local: str | None, base: str | None, expected: Cause | None
) -> None:
    assert cause(live, local, base) is expected


def test_without_a_common_package_nobody_can_say_who_moved() -> None:
    assert cause("1", "2", based=False, recorded=False) is Cause.UNKNOWN
    assert cause(None, "2", based=False, recorded=False) is Cause.UNKNOWN
    assert cause("1", "1", based=False, recorded=False) is None


def test_what_was_kept_and_has_not_moved_since_is_kept() -> None:
    kept = {"base": "1", "applied": "1", "observed": "2"}
    assert found("2", "1", **kept) == replace(found("2", "1", "1"), cause=Cause.KEPT)  # type: ignore[type-var,arg-type]
    assert cause("2", "3", *kept.values()) is Cause.CONFLICT  # we go on: theirs is still theirs
    assert cause("3", "1", *kept.values()) is Cause.DRIFT  # they go on
    assert cause("2", "2", *kept.values()) is Cause.CONVERGED  # taken over here


def test_ours_that_was_not_deployed_stays_ours() -> None:
    """Keeping theirs left a file of ours undeployed: their package is as it was in that file."""
    assert cause("1", "2", "1", "2", "1") is Cause.KEPT
    assert cause("1", "3", "1", "2", "1") is Cause.CHANGE


def test_what_was_kept_at_an_adoption_has_no_common_package() -> None:
    assert cause("2", "1", None, "1", "2", based=False) is Cause.KEPT
    assert cause("3", "1", None, "1", "2", based=False) is Cause.UNKNOWN
    assert cause("3", "1", None, "1", "1", based=False) is Cause.DRIFT  # this file was the same on both sides


# how it is told


def said(base: str | None, live: str | None, local: str | None, *, based: bool = True, full: bool = False) -> str:
    change = found(live, local, base, based=based, recorded=based)
    assert change is not None

    def text(side: FileSide | None, content: str | None) -> FileSide | None:
        return None if side is None else replace(side, text=None if content == "\0" else content)

    change = replace(
        change, base=text(change.base, base), live=text(change.live, live), local=text(change.local, local)
    )
    return "\n".join(file_lines([change], lambda text, colour: text, full=full))


@pytest.mark.parametrize(
    ("base", "live", "local", "words"),
    [
        ("1", "2", "1", "changed online"),
        (None, "2", None, "added online"),
        ("1", None, "1", "removed online"),
        ("1", "x:1", "1", "made executable online"),
        ("x:1", "1", "x:1", "made not executable online"),
        ("1", "1", "2", "changed here"),
        ("1", "2", "3", "changed on both sides"),
        ("1", None, "2", "removed online, changed here"),
        (None, "1", "2", "added on both sides"),
        ("1", "2", "2", "changed on both sides alike"),
    ],
)
def test_the_owner_is_told_in_words(base: str | None, live: str | None, local: str | None, words: str) -> None:
    change = found(live, local, base)
    assert change is not None
    assert owner(change) == words


@pytest.mark.parametrize(
    ("live", "local", "words"), [("1", "2", "differs"), (None, "1", "only yours"), ("1", None, "only online")]
)
def test_without_a_base_no_owner_is_made_up(live: str | None, local: str | None, words: str) -> None:
    change = found(live, local, based=False, recorded=False)
    assert change is not None
    assert owner(change) == words


def test_both_differences_are_shown_where_both_changed_it() -> None:
    assert said("a\nb\n", "a\nB\n", "A\nb\n") == (
        "        ! a.py  changed on both sides\n"
        "            last deployed → online:\n"
        "            @@ -1,2 +1,2 @@\n"
        "             a\n"
        "            -b\n"
        "            +B\n"
        "            last deployed → yours:\n"
        "            @@ -1,2 +1,2 @@\n"
        "            -a\n"
        "            +A\n"
        "             b"
    )


def test_what_is_no_text_is_told_by_its_sizes() -> None:
    assert said("\0", "\0\0", "\0") == "        ! a.py  changed online\n            (1 B → 2 B; not shown as text)"


def test_long_differences_are_folded_with_a_count_unless_all_is_asked_for() -> None:
    before = "".join(f"{number}\n" for number in range(50))
    folded = said(before, "", before)
    assert "… 31 more lines (--full-diff shows them)" in folded
    assert len(folded.splitlines()) == 22
    assert "more lines" not in said(before, "", before, full=True)
    assert len(said(before, "", before, full=True).splitlines()) == 52


def test_many_files_are_folded_with_a_count_and_theirs_come_first() -> None:
    names = {f"{number:02d}.py": "1" for number in range(30)}
    sides = FileSides(
        manifest({**names, "29.py": "2"}), manifest(dict.fromkeys(names, "3") | {"29.py": "1"}), manifest(names)
    )
    lines = list(file_lines(changed_files(sides), lambda text, colour: text))
    assert lines[0].startswith("        ! 29.py  changed online")
    assert lines[-1] == f"        … and {30 - MOST_FILES} more files (--full-diff shows them)"


def test_what_could_steer_a_terminal_is_made_visible() -> None:
    text = said("a\n", "\x1b[31mred\r\n", "a\n")
    assert "+\\x1b[31mred\\x0d" in text
    assert "\x1b" not in text


def test_a_missing_line_end_is_told() -> None:
    assert unified("a\n", "a") == ("@@ -1 +1 @@", "-a", "+a", "\\ no newline at the end")


def test_only_their_part_is_told_when_only_what_moved_online_counts() -> None:
    change = found("2", "3", "1")
    assert change is not None
    assert [each.after for each in differences(change, watch=True)] == ["online"]


@pytest.mark.parametrize("data", [b"a\0b", b"\xff\xfe", b"x" * 300_000, b"\n" * (MOST_LINES + 1)])
def test_what_is_not_taken_for_text(data: bytes) -> None:
    assert as_text(data) is None


def test_only_a_line_feed_ends_a_line() -> None:
    text = "a\r\nb\x0cc\u2028d\n\ne"
    assert lines_of(text) == ["a\r\n", "b\x0cc\u2028d\n", "\n", "e"]
    assert "".join(lines_of(text)) == text
