"""Reports as one HTML page: nothing from outside is markup, and nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from fc_guard.catalogs import in_language
from fc_guard.errors import BadInput, NeedsDecision
from fc_guard.model.reports import Report
from fc_guard.render.chapters import chapter_of
from fc_guard.render.html import LIMITS, html
from fc_guard.render.known import Secrets
from fc_guard.render.sink import Sink
from tests.unit.render.reports import HOSTILE, by_bob, changed, drifted_file, failed, report_of, sink, with_code
from tests.unit.render.test_markdown import SECRETS, hostile, large, planted, small

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "section", "p", "ul", "li", "pre"),
    *("code", "span", "b", "div", "dl", "dt", "dd", "details", "summary"),
}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "class"}
CHINESE = in_language("zh_CN")


class Seen(HTMLParser):
    """What a browser sees: the tags, their attributes, and the text outside of the style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: dict[str, set[str]] = {}
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


def written(*reports: Report, way_out: Sink | None = None) -> str:
    return html([chapter_of("one", report, report.status()) for report in reports], way_out or sink())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_is_markup(text: str) -> None:
    plain, seen = Seen(written(hostile("x"))), Seen(written(hostile(text)))
    assert seen.open == []
    assert set(seen.tags) <= TAGS
    assert set(seen.attributes) <= ATTRIBUTES
    assert seen.attributes == plain.attributes
    assert all(c in "\n\t" or c.isprintable() for c in seen.text)


def test_what_somebody_wrote_is_read_as_they_wrote_it() -> None:
    text = "<img src=x onerror=alert(1)> &amp; [x](javascript:alert(1)) @team"
    assert text in Seen(written(hostile(text))).text


def test_the_policy_of_the_page_allows_its_own_style_alone() -> None:
    page = written(small())
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    [policy] = [value for value in Seen(page).attributes["content"] if "default-src" in value]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'"
    assert not re.search(r"url\(|@import|src=|href=|style=|//", page)
    assert "prefers-color-scheme: dark" in style


def test_the_summary_stands_before_the_sections() -> None:
    text = Seen(written(small(), failed(BadInput("Wrong line 3.", hint="Mend it.")))).text
    order = ["1 resource to update", "To decide:", "deployed by bob", "--use-remote", "Wrong line 3.", "hint: Mend it."]
    order += ["Changed online since", "You change:"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("error", [BadInput("Wrong.", hint="Mend it."), NeedsDecision("Theirs.", hint="Choose.")])
def test_what_ended_a_step_is_in_it_with_the_status(error: BadInput | NeedsDecision) -> None:
    text = Seen(written(failed(error))).text
    assert [part for part in (error.message, error.hint, f"exit status {error.status}") if part not in text] == []


def test_it_has_the_whole() -> None:
    text = Seen(written(report_of(*large(2_000, 100)))).text
    names = {*re.findall(r"env\.K\d+|lib/m\d+\.py", text)}
    assert names == {*(f"env.K{place}" for place in range(2_000)), *(f"lib/m{place}.py" for place in range(100))}
    assert text.count("+b") == 100 * 50


def test_lines_past_the_limit_are_counted() -> None:
    lines = LIMITS.lines + 1
    result = with_code(changed({}, {}, {}), drifted_file("a.py", "a\n" * lines, "b\n" * lines))
    assert f"… {lines + 2:,} more lines" in Seen(written(report_of(result))).text


def test_a_long_value_is_not_cut() -> None:
    moved = changed({"description": "x"}, {"description": "long " * 500}, {"description": "x"})
    assert ("long " * 500).strip() in Seen(written(report_of(moved))).text


def test_no_secret_is_in_it_nor_a_part_of_one() -> None:
    page = written(planted(), way_out=sink(*SECRETS))
    assert "s3cr3t" not in page
    assert "(hidden)" in page


def test_it_is_in_the_language_of_the_person() -> None:
    page = written(small(), way_out=Sink(Secrets(), CHINESE))
    assert '<html lang="zh-CN">' in page
    assert [words for words in ("待决定", "上次部署", "线上", "本地", "只有线上改过") if words not in page] == []
    assert '<html lang="en">' in written(small())
    assert ("</code>：" in page, "</code>: " in page) == (True, False)


def test_who_deployed_is_told_at_the_field_and_at_the_file() -> None:
    moved = with_code(changed({}, {}, {}), drifted_file("a.py", "a", "b"), deployed=by_bob())
    text = Seen(written(report_of(moved))).text
    assert "changed by bob" in text
    assert text.count("deployed by bob") == 3
