"""What a cut leaves of a secret is hidden as the whole is."""

from __future__ import annotations

import time

import pytest

from fc_guard.render.machine import report_document
from fc_guard.render.paint import painter
from fc_guard.render.plan import plan_text
from tests.unit.render.reports import sink
from tests.unit.render.test_markdown import SECRETS, planted

SECRET = "tok-4711-abcdef-9a8b7c6d5e4f-the-end-of-it"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("it is tok-4711-ab… (30 more characters differ)", "it is (hidden)… (30 more characters differ)"),
        ("…the-end-of-it, and more", "…(hidden), and more"),
        ("…abcdef-9a8b7c6d…", "…(hidden)…"),
        ("tok-4711-a…7c6d5e4f-the-end-of-it", "(hidden)…(hidden)"),
        ("tok-4…", "tok-4…"),
        ("a talk… of tokens", "a talk… of tokens"),
        (f"{SECRET}… and {SECRET}", "(hidden)… and (hidden)"),
    ],
)
def test_a_part_beside_a_cut_is_hidden(text: str, told: str) -> None:
    assert sink(SECRET).text(text) == told


def test_no_part_of_a_secret_is_in_the_text_or_the_json_of_a_plan() -> None:
    report, way_out = planted(), sink(*SECRETS)
    assert "s3cr3t" not in way_out.text(plan_text(report.plan, painter(False)))
    assert "s3cr3t" not in way_out.json(report_document(report, report.status()))


def test_many_cuts_take_time_in_proportion_to_the_text() -> None:
    way_out = sink(*SECRETS, *(f"{SECRET}{number}" for number in range(200)))
    started = time.perf_counter()
    way_out.text("some words … of somebody…" * 4_000)
    assert time.perf_counter() - started < 5
