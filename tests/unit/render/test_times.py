"""Every time in a text looks the same: to the minute, where the reader is, with its offset."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from fc_guard.render.times import shown_time

AT = datetime(2026, 1, 31, 20, 30, 59, 999, tzinfo=timezone.utc)


def zone(patch: pytest.MonkeyPatch, name: str) -> None:
    patch.setenv("TZ", name)
    time.tzset()


@pytest.fixture(autouse=True)
def _china(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    zone(monkeypatch, "CST-8")
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "at",
    [
        AT,
        AT.astimezone(timezone(timedelta(hours=-3, minutes=-30))),
        "2026-01-31T20:30:00Z",
        "2026-01-31T20:30:59+00:00",
        "2026-01-31T15:30:59-05:00",
        "2026-01-31T20:30:59",
    ],
)
def test_one_time_is_told_in_one_way_however_it_was_written(at: datetime | str) -> None:
    assert shown_time(at) == "2026-02-01 04:30 +08:00"


@pytest.mark.parametrize(("name", "offset"), [("UTC", "20:30 +00:00"), ("NST3:30", "17:00 -03:30")])
def test_it_names_the_offset_of_the_reader(monkeypatch: pytest.MonkeyPatch, name: str, offset: str) -> None:
    zone(monkeypatch, name)
    assert shown_time(AT) == f"2026-01-31 {offset}"


@pytest.mark.parametrize("at", ["", "yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59+00:00"])
def test_what_is_no_time_here_stays_as_it_was_written(at: str) -> None:
    assert shown_time(at) == at


def test_it_steers_no_terminal() -> None:
    assert shown_time("now\x1b[2J\u202e").isprintable()


def test_a_day_stays_a_day() -> None:
    """Records of before have the day of a decision alone."""
    assert shown_time("2026-01-31") == "2026-01-31"
