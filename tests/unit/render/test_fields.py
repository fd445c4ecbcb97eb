"""Changed fields stand below each other."""

from __future__ import annotations

from dataclasses import replace

from fc_guard.catalogs import in_language
from fc_guard.language import said
from fc_guard.model.fields import Cause, FieldChange
from fc_guard.render.fields import field_lines, kept_text, moved_sides, own_change, three_sides
from fc_guard.render.paint import painter

PLAIN = painter(False)


def change(name: str, *values: object) -> FieldChange:
    baseline, live, desired = values
    return FieldChange((name,), Cause.DRIFT, baseline, live, desired, desired)


def test_those_of_one_line_are_aligned_to_each_other_alone() -> None:
    changes = [
        change("aFieldWithAVeryLongName", "x" * 40, "y" * 40, "x" * 40),
        change("timeout", 10, 30, 10),
        change("cpu", 1, 2, 1),
    ]
    told = list(field_lines(changes, PLAIN, three_sides(lambda change: None, {}), full=False))
    assert told[0] == "      aFieldWithAVeryLongName  changed online only"
    assert told[-2:] == [
        "      timeout  last deployed 10 → online 30 → yours 10  changed online only",
        "      cpu      last deployed 1 → online 2 → yours 1  changed online only",
    ]


def test_a_value_in_parentheses_has_no_space_before_them_in_chinese() -> None:
    hidden = replace(change("TOKEN", "a", "b", "a"), secret=True, since="2026-01-31")
    chinese = in_language("zh_CN")
    [line] = field_lines([hidden], PLAIN, moved_sides({}), full=False)
    assert "上次部署（已隐藏） → 线上（已隐藏，值不同）" in said(line, chinese)
    kept = said(kept_text(hidden, full=True), chinese)
    assert kept.startswith("线上（已隐藏），本地（已隐藏，值不同）（自")
    assert kept_text(replace(hidden, secret=False), full=True) == "online b, yours a (kept online since 2026-01-31)"


def test_a_field_of_its_own_needs_no_label() -> None:
    assert list(field_lines([change("cpu", 1, 1, 2)], PLAIN, own_change, full=False)) == ["      cpu  1 → 2"]
