"""Sides shown together: cut around what differs, and never alike where they are not."""

from __future__ import annotations

import pytest

from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING, Cause, CodeVersion, FieldChange, Value
from fc_guard.model.files import FileChange, FileSide, FileState
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.render.cutting import look
from fc_guard.render.fields import kept_text, resource_lines, three_sides
from fc_guard.render.file_lines import cut_lines, file_lines, folded_lines, unified
from fc_guard.render.values import LONGEST, shown_sides

ARN = "acs:fc:cn-hangzhou:1234567890123456:layers/a-layer-with-a-long-name-as-many-have-them/versions/"
LONG = "a" * 300


def plain(text: str, colour: str) -> str:
    return text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((f"{ARN}1", f"{ARN}2"), (f"…{ARN[-20:]}1", f"…{ARN[-20:]}2")),
        ((LONG + "x", LONG + "y"), (f"…{'a' * 20}x", f"…{'a' * 20}y")),
        ((LONG, LONG + "!"), (f"…{'a' * 20}", f"…{'a' * 20}!")),
        (("x" + LONG, "y" + LONG), (f"x{'a' * 79}…", f"y{'a' * 79}…")),
        (
            ("x" + LONG + "x", "y" + LONG + "y"),
            (f"x{'a' * 79}… (222 more characters differ)", f"y{'a' * 79}… (222 more characters differ)"),
        ),
        (("short", LONG), ("short", f"{'a' * 80}… (220 more characters differ)")),
        ((MISSING, LONG), ("(absent)", f"{'a' * 80}… (220 more characters differ)")),
        ((LONG, LONG), (f"{'a' * 80}…", f"{'a' * 80}…")),
    ],
)
def test_long_values_are_cut_around_what_differs(values: tuple[Value, ...], texts: tuple[str, ...]) -> None:
    assert shown_sides(values) == texts


def test_three_sides_are_told_apart_wherever_two_of_them_part() -> None:
    told = shown_sides(["x", f"{LONG}1{LONG}", f"{LONG}2{LONG}"])
    assert len(set(told)) == 3
    assert told[0] == "x"
    assert all(text.startswith("a") for text in told[1:])


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((1, "1"), ("1", '"1"')),
        ((True, "true"), ("true", '"true"')),
        ((1, True), ("1", "true")),
        ((None, ""), ("(empty)", '""')),
        ((MISSING, "(absent)"), ("(absent)", '"(absent)"')),
        ((None, "(empty)"), ("(empty)", '"(empty)"')),
        (("a", "a "), ("a", '"a "')),
        (("a", "a\u200b"), ("a", "a\\u200b")),
        (("a\u3164", "a"), ("a\\u3164", "a")),
        (("é", "e\u0301"), ('"\\u00e9"', '"e\\u0301"')),
        (("❤", "❤\ufe0f"), ('"\\u2764"', '"\\u2764\\ufe0f"')),
        (("Ａ", "A"), ('"\\uff21"', '"A"')),
        (("a\x1b", "a\\x1b"), ('"a\\u001b"', '"a\\\\x1b"')),
        (("a\nb", "a\\nb"), ('"a\\nb"', '"a\\\\nb"')),
        ((("a",), '["a"]'), ('["a"]', '"[\\"a\\"]"')),
        (({"a": 1}, '{"a": 1}'), ('{"a": 1}', '"{\\"a\\": 1}"')),
        (("a\u3000b", "a b"), ("a\\u3000b", "a b")),
        (("admin", "\u0430dmin"), ('"admin"', '"\\u0430dmin"')),
        (
            ("\u041f\u0440\u0438\u0432\u0435\u0442", "\u041f\u043e\u043a\u0430"),
            ("\u041f\u0440\u0438\u0432\u0435\u0442", "\u041f\u043e\u043a\u0430"),
        ),
        (("a-b", "a\u2010b"), ('"a-b"', '"a\\u2010b"')),
    ],
)
def test_values_that_would_look_alike_are_told_apart(values: tuple[Value, ...], texts: tuple[str, ...]) -> None:
    assert shown_sides(values) == texts
    assert shown_sides(values, full=True) == texts


def test_files_whose_names_look_alike_are_told_apart() -> None:
    side = FileSide(FileState("a", executable=False, sha256="0"), "")
    names = ["caf\u00e9.py", "cafe\u0301.py", "main.py ", "index.py"]
    changes = [FileChange(name, Cause.CHANGE, None, None, side, based=False) for name in names]
    told = "\n".join(file_lines(changes, plain))
    for name in ("caf\\xe9.py ", "cafe\\u0301.py ", "main.py\\x20 ", "index.py "):
        assert f" {name} " in told


def test_what_looks_alike_once_it_is_cut_is_told_apart() -> None:
    told = shown_sides([f"é{LONG}1", f"e\u0301{LONG}2"])
    assert look(told[0]) != look(told[1])


def test_code_from_one_place_is_told_apart_by_what_is_known_of_it() -> None:
    told = shown_sides([CodeVersion(digest=c * 64, source="oss://b/k") for c in "ab"])
    assert told == ("oss://b/k (sha256 aaaaaaaaaaaa)", "oss://b/k (sha256 bbbbbbbbbbbb)")


@pytest.mark.parametrize("full", [False, True])
def test_a_long_field_is_readable_folded_and_whole_in_full(full: bool) -> None:
    id = Address("fc2", "1", "cn-hangzhou", "service", ("demo",))
    sides = (f"{LONG}one", f"{LONG}two", f"{LONG}three")
    change = FieldChange(("description",), Cause.CONFLICT, *sides, target=sides[2])
    diff = ResourceDiff(id, Presence.PRESENT, None, None, None, (change,))
    text = "\n".join(resource_lines(diff, [change], plain, three_sides(lambda _: None, ()), full=full))
    assert all(word in text for word in ("one", "two", "three"))
    assert (LONG in text) == full
    assert all(word in kept_text(change, full=full) for word in ("two", "three"))


def folded(before: str, after: str, *, full: bool = False) -> list[str]:
    return [line.strip() for line in folded_lines(unified(before, after), plain, full=full, indent=0)]


def test_a_call_added_at_the_end_of_a_long_line_is_seen() -> None:
    line = "x = " + " + ".join(f"value_{number}" for number in range(60))
    _, minus, plus = folded(f"{line}\n", f"{line}; os.system(payload)\n")
    assert minus == f"-…{line[-40:]}"
    assert plus == f"+…{line[-40:]}; os.system(payload)"
    assert folded(f"{line}\n", f"{line}; os.system(payload)\n", full=True)[1:] == [
        f"-{line}",
        f"+{line}; os.system(payload)",
    ]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\n", "a \n", ["-a", "+a\\x20"]),
        ("\ta\n", "        a\n", ["-\\ta", "+        a"]),
        ("é\n", "e\u0301\n", ["-\\xe9", "+e\\u0301"]),
        ("a\\x1b\n", "a\x1b\n", ["-a\\\\x1b", "+a\\x1b"]),
        ("a\n", "a\r\n", ["-a", "+a\\x0d"]),
        ("\ta\n", "\tb\n", ["-\ta", "+\tb"]),
        ("\n", " \n", ["-", "+\\x20"]),
    ],
)
def test_lines_that_would_look_alike_are_told_apart(before: str, after: str, lines: list[str]) -> None:
    assert folded(before, after)[1:] == lines
    assert folded(before, after, full=True)[1:] == lines


def test_lines_that_part_far_from_their_counterparts_are_told_apart() -> None:
    """More lines than before: by their place each has another counterpart than the one it nearly equals."""
    old = [f"{LONG}{number}{LONG}" for number in range(3)]
    lines = [f"-{line}" for line in old] + [f"+{line}" for line in (f"{LONG}0{LONG}!", *old[1:], "new")]
    cut = cut_lines(lines)
    assert len({line[1:] for line in cut}) == len({line[1:] for line in lines})


def test_a_long_line_on_its_own_keeps_its_beginning() -> None:
    (line,) = cut_lines([f" {LONG}"])
    assert line == f" {'a' * 159}…"
    assert len(shown_sides([LONG])[0]) == LONGEST + 1
