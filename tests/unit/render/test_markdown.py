"""Reports as Markdown: what a comment on a pull request says, and what nobody outside can make it say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fc_guard.catalogs import in_language
from fc_guard.errors import BadInput, NeedsDecision
from fc_guard.model.fields import Reveal
from fc_guard.model.reports import Report
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.chapters import chapter_of
from fc_guard.render.known import Secrets
from fc_guard.render.markdown import MOST, code, depths, fenced, markdown, phrase, prose
from fc_guard.render.revealing import revealed
from fc_guard.render.sink import Sink
from tests.unit.render.reports import HOSTILE, by_bob, changed, drifted_file, failed, report_of, sink, with_code
from tests.unit.sides import ID

GOLDEN = Path(__file__).parent / "golden" / "plan.md"
OURS = re.compile(r"<details><summary>[\w &#;]*</summary>|</details>|<!-- fc-guard \w+ -->")
"""The only HTML that stands in a comment."""

GFM = MarkdownIt("gfm-like", {"linkify": False})
NEVER = {"link_open", "image", "table_open", "code_block", "s_open", "em_open", "ordered_list_open"}
MEANS_SOMETHING = re.compile(r"[@<>`]|://|www\.|#\d|GH-\d|[0-9a-f]{7}")
"""Matches what GitHub makes a mention, a reference or a link of."""


def written(*reports: Report, way_out: Sink | None = None, **options: int) -> str:
    names = [f"step{place}" if place else "one" for place in range(len(reports))]
    chapters = [chapter_of(name, report, report.status()) for name, report in zip(names, reports, strict=True)]
    return markdown(chapters, way_out or sink(), **options)


def small() -> Report:
    """Somebody changed the timeout and a file, and deployed neither from here; the size is changed here."""
    moved = changed({"timeout": 3, "size": 1}, {"timeout": 60, "size": 1}, {"timeout": 3, "size": 2})
    return report_of(with_code(moved, drifted_file("index.py", "a\nb\n", "a\nB\n"), deployed=by_bob()))


def test_a_small_plan_is_written_as_in_the_golden_file() -> None:
    assert written(small()) == GOLDEN.read_text(encoding="utf-8")


def test_the_first_line_is_a_hidden_mark_by_which_the_comment_is_found() -> None:
    assert written(small()).splitlines()[0] == "<!-- fc-guard plan -->"
    assert written(report_of(command="deploy")).splitlines()[0] == "<!-- fc-guard deploy -->"


def test_what_is_to_be_decided_and_whose_it_is_comes_before_the_fields() -> None:
    told = written(small())
    order = [
        "1 resource to update",
        "2 decisions to make",
        "To decide:",
        "deployed by bob",
        "--use-remote",
        "`timeout`",
        "```diff",
    ]
    places = [told.index(text) for text in order]
    assert places == sorted(places)


def test_several_steps_share_one_summary_before_the_first_section() -> None:
    told = written(small(), small(), failed(BadInput("No.", hint="Say yes.")))
    summary, _, rest = told.partition("###")
    assert [name for name in ("`one`", "`step1`", "`step2`") if name not in summary] == []
    assert "hint: Say yes." in summary
    assert told.count("<!-- fc-guard") == 1
    assert [f"## `{name}`" in rest or f"## `{name}`" in summary for name in ("one", "step1", "step2")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "error", [BadInput("Wrong line 3.", hint="Mend it."), NeedsDecision("Theirs.", hint="Choose.")]
)
def test_what_ended_a_step_is_in_the_summary_with_the_next_step_and_the_status(
    error: BadInput | NeedsDecision,
) -> None:
    told = written(failed(error))
    assert [text for text in (error.message, error.hint, f"exit status {error.status}") if text not in told] == []


# what comes from outside


def hostile(text: str) -> Report:
    """The text stands wherever something from outside can."""
    moved = changed(
        {"description": "x", "env.A": "1"},
        {"description": text, "env.A": "1", "env.B": "2"},
        {"description": text[::-1], "env.A": "1"},
    )
    since = by_bob(by=text, subject=text, branch=text, at=text, run=text)
    result = with_code(moved, drifted_file(text, "a\n" + text, text + "\nb\n"), deployed=since)
    error = NeedsDecision(text, hint=text)
    return report_of(result, notes=(text,), error=error)


def inline(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *(token.children or ()))]


def required_harmless(told: str) -> None:
    """Raises if a renderer would see anything but what we write: code, our own words and our own HTML."""
    tokens = inline(GFM.parse(told))
    assert not {token.type for token in tokens} & NEVER
    of_html = [token.content for token in tokens if token.type in ("html_block", "html_inline")]
    assert [html for html in of_html if OURS.sub("", html).strip()] == []
    assert "".join(of_html).count("<details>") == "".join(of_html).count("</details>")
    assert [t.content for t in tokens if t.type == "text" and MEANS_SOMETHING.search(t.content)] == []
    assert {token.tag for token in tokens if token.type == "heading_open"} <= {"h2", "h3"}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_means_anything(text: str) -> None:
    told = written(hostile(text))
    required_harmless(told)
    assert all(c == "\n" or c.isprintable() or c == "\t" for c in told)
    assert not re.search(r"^\s*::|##\[|##vso\[", told, re.MULTILINE)


@given(st.text(alphabet="`~\\ *_[]()<>|@#-+=:/.a1\n\t\u202e\u05d0é", max_size=60))
def test_no_code_ends_before_its_end(text: str) -> None:
    [block] = GFM.parse(fenced(text, "diff"))
    assert (block.type, block.content) == ("fence", text + "\n")
    line = text.replace("\n", " ").replace("\t", " ")
    [spanned, after] = [t for t in inline(GFM.parse(f"- {code(line)}!")) if t.type in ("code_inline", "text")]
    assert (spanned.type, spanned.content.strip()) == ("code_inline", line.strip())
    assert (after.type, after.content) == ("text", "!")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("changed online", "changed online"),
        ("在线上改过", "在线上改过"),
        ("deployed by bob", "deployed by bob"),
        ("deployed by bob7", "`deployed by bob7`"),
        ("by @team", "`by @team`"),
        ("", "`  `"),
    ],
)
def test_only_letters_stand_outside_of_code(text: str, told: str) -> None:
    assert phrase(text) == told


def test_our_own_words_are_no_markup() -> None:
    assert prose("*a* [b](c) <d> `e` #f") == r"\*a\* \[b\](c) \<d\> \`e\` \#f"


def test_lines_stand_as_deep_as_the_terminal_indents_them() -> None:
    told = list(depths(["    a", "      b", "          c", "      d", "    e", "  f"]))
    assert told == [(0, "a"), (1, "b"), (2, "c"), (1, "d"), (0, "e"), (0, "f")]


def test_a_page_in_chinese_has_its_colons() -> None:
    told = written(small(), way_out=Sink(Secrets(), in_language("zh_CN")))
    assert ("`：" in told, "`:" in told) == (True, False)


# secrets


SECRETS = [f"s3cr3t-{place:02}-`<&>`-value" for place in range(40)]


def planted() -> Report:
    """Every secret stands in a secret field, in a description, in a file and in what an error says."""
    before = {f"env.K{place}": value for place, value in enumerate(SECRETS)}
    online = {**before, "env.K0": SECRETS[1], "description": "x" * 70 + " ".join(SECRETS)}
    moved = changed({**before, "description": "y"}, online, {**before, "description": "y"})
    long = "z" * 150 + " ".join(SECRETS)
    lines = "\n".join([*SECRETS, long])
    result = with_code(moved, drifted_file("a.py", lines, lines.replace("\n", "\n+\n")), deployed=by_bob(subject=long))
    return report_of(result, notes=tuple(SECRETS), error=NeedsDecision(lines, hint=long))


def test_no_secret_is_in_it_nor_a_part_of_one() -> None:
    told = written(planted(), way_out=sink(*SECRETS))
    assert "s3cr3t" not in told
    assert "(hidden)" in told


def test_not_even_where_values_were_shown_to_a_person() -> None:
    report = planted()
    shown = revealed(report.plan, Reveal.ALL)
    assert "s3cr3t" in str(shown)
    assert "s3cr3t" not in written(report, way_out=sink(*SECRETS))


# room


def large(fields: int, files: int) -> tuple[ResourceDiff, ...]:
    """Functions of at most 500 fields each, and as many files in the first of them."""
    found = []
    for first in range(0, max(fields, 1), 500):
        before = {f"env.K{place}": "1" for place in range(first, min(first + 500, fields))}
        moved = changed(before, dict.fromkeys(before, "2"), before)
        id = replace(ID, parts=("svc", f"fn{first}"))
        found.append(replace(moved, id=id))
    many = [drifted_file(f"lib/m{place}.py", "a\n" * 50, "b\n" * 50) for place in range(files)]
    return (with_code(found[0], *many, deployed=by_bob()), *found[1:])


@pytest.mark.parametrize(("fields", "files"), [(5_000, 0), (0, 3_000), (3_000, 1_000)])
def test_however_much_differs_it_fits_and_says_what_is_left_out(fields: int, files: int) -> None:
    told = written(report_of(*large(fields, files)))
    assert MOST - 5_000 < len(told) <= MOST
    summary = told.partition("\n###")[0]
    assert [
        text for text in ("To decide:", "`function svc/fn0 (code)`", "--on-drift keep") if text not in summary
    ] == []
    note = next(line for line in told.splitlines() if line.startswith("> Left out here"))
    assert "FILE.html has the whole" in note
    assert told.count("<details>") == told.count("</details>")
    assert told.count("\n```") % 2 == 0


def test_names_come_before_differences_where_not_all_has_room() -> None:
    told = written(report_of(*large(0, 200)), most=30_000)
    assert all(f"`lib/m{place}.py`" in told for place in range(200))
    assert 0 < told.count("<details>") < 200
    left_out = 200 - told.count("<details>")
    assert f"{left_out} differences" in told


def test_what_fits_is_whole() -> None:
    assert "Left out" not in written(small())


def test_a_summary_of_thousands_of_steps_counts_the_rest_with_the_worst_status() -> None:
    reports = [*[small()] * 60, *[failed(BadInput("x" * 5_000)) for _ in range(60)]]
    told = written(*reports)
    assert len(told) <= MOST
    assert re.search(r"… and \d+ more steps · exit status 2", told)


@pytest.mark.parametrize("text", ["`" * 3_000, "x" * 200_000, "@" * 5_000])
def test_long_texts_from_outside_never_take_the_room_of_the_summary(text: str) -> None:
    told = written(hostile(text), small())
    assert len(told) <= MOST
    assert "`step1`" in told.partition("###")[0]
    required_harmless(told)
