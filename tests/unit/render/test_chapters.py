"""What a page says of the reports of each command."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from fc_guard.core.choices import Choice
from fc_guard.core.compare_fields import View
from fc_guard.core.planning import plan_deployment, plan_removal
from fc_guard.model.plans import Plan, Policy
from fc_guard.model.reports import Outcome, Report, Result
from fc_guard.model.trail import How, OnlineEdit
from fc_guard.render.chapters import chapter_of
from fc_guard.render.page import Chapter, Limits, told
from tests.unit.core.test_planning import THREE, code_diff
from tests.unit.render.reports import changed, drifted_file, report_of, sink, with_code
from tests.unit.sides import KINDS, diff

LIMITS = Limits(value=80, lines=10)


def chapter(report: Report) -> Chapter:
    return told(chapter_of("one", report, report.status()), sink(), LIMITS)


def titles(of: Chapter) -> list[str]:
    return [section.title for section in of.sections]


def policied(policy: Policy, *diffs: Any, **more: Any) -> Report:
    plan = plan_deployment(diffs, KINDS, Choice(policy, {}, "2026-02-03"))
    return replace(report_of(**more), plan=plan)


def test_nothing_to_do_is_one_line() -> None:
    same = chapter(report_of(changed({"size": 1}, {"size": 1}, {"size": 1})))
    assert (same.count, same.points, same.sections, same.hint) == ("No differences: 1 resource unchanged.", (), (), "")


def test_a_new_resource_is_told_with_all_that_s_yaml_sets() -> None:
    created = chapter(report_of(diff({"size": 1, "name": "x"}, None, None)))
    [section] = created.sections
    [entry] = section.entries
    assert (section.title, entry.mark, entry.name) == ("You change:", "+", "function svc/fn")
    assert [(field.name, field.sides) for field in entry.fields] == [("name", (("", "x"),)), ("size", (("", "1"),))]


def test_files_are_told_only_where_something_is_told_of_the_code() -> None:
    moved = changed({"size": 1}, {"size": 1}, {"size": 2})
    report = report_of(with_code(moved, drifted_file("a.py", "a", "b")))
    theirs, ours = chapter(report).sections
    assert [len(section.entries[0].files) for section in (theirs, ours)] == [1, 0]


def test_what_was_decided_in_advance_is_a_point_all_the_same() -> None:
    drifted = changed({"size": 1}, {"size": 2}, {"size": 1})
    forced = chapter(policied(Policy.OVERWRITE, drifted))
    assert [(points.title, points.points[0].reason) for points in forced.points] == [
        ("Online, and not as last deployed:", "changed online")
    ]


def test_a_conflict_is_a_point_of_its_own() -> None:
    both = chapter(policied(Policy.MERGE, changed({"size": 1}, {"size": 2}, {"size": 3})))
    assert [points.title for points in both.points] == ["In conflict:"]


def test_drift_speaks_of_online_alone() -> None:
    drifted = changed({"size": 1}, {"size": 2}, {"size": 3})
    watched = chapter(report_of(drifted, command="drift"))
    [field] = watched.sections[0].entries[0].fields
    assert [label for label, _ in field.sides] == ["last deployed", "online"]
    assert "You change:" not in titles(watched)


def test_what_is_left_alone_and_what_was_done_are_the_lines_of_the_terminal() -> None:
    report = policied(Policy.KEEP, changed({"size": 1}, {"size": 2}, {"size": 1}), command="deploy")
    outcomes = tuple(Outcome(action, Result.DONE) for action in report.plan.actions)
    done = chapter(replace(report, outcomes=outcomes, notes=("mind this",)))
    assert titles(done)[:2] == ["What was done:", "Notes:"]
    assert done.sections[0].lines[0].strip() == "= function svc/fn left as it is online"
    assert done.sections[1].lines == ("mind this",)


def test_a_removal_tells_what_was_there_before_and_what_is_deleted() -> None:
    found = diff({"size": 1}, {"size": 1}, {"size": 1}, made=False, view=View.WATCHING)
    plan = plan_removal([found], KINDS, Choice(Policy.OVERWRITE, {}, "2026-02-03"))
    removed = chapter(replace(report_of(command="remove"), plan=plan))
    assert titles(removed) == ["Already online when this project first deployed it, and to be deleted:", "Removing:"]
    assert removed.sections[1].lines[0].strip().startswith("- function svc/fn")


def test_an_undo_tells_what_moved_since_and_what_is_put_back() -> None:
    undone = chapter(
        report_of(changed({"size": 1, "name": "a"}, {"size": 2, "name": "a"}, {"size": 1, "name": "b"}), command="undo")
    )
    assert titles(undone)[0] == "Changed online since this project wrote it:"
    assert [label for label, _ in undone.sections[0].entries[0].fields[0].sides] == ["last written", "online", "saved"]


def test_merged_code_is_told_as_it_is_to_be_sent() -> None:
    both = code_diff(THREE, "one\n2\n3\n", "1\n2\nthree\n")
    merged = chapter(policied(Policy.MERGE, both))
    [entry] = next(section.entries for section in merged.sections if section.title == "Merged code:")
    [file] = entry.files
    assert (file.name, file.words) == ("a.py", "both sides' changes; yours → merged:")
    assert file.diffs[0].lines == ("@@ -1,3 +1,3 @@", "-1", "+one", " 2", " three")


@pytest.mark.parametrize("command", ["info", "rescue", "sync", "invoke"])
def test_what_a_command_without_a_plan_found_is_told_whole(command: str) -> None:
    report = Report(command, "1", "cn-hangzhou", Plan(()), output={"name": "x\u202e", "k\u202ey": 1})
    found = chapter(report)
    assert (found.count, found.sections) == ("", ())
    assert found.found == '{\n  "name": "x\\\\u202e",\n  "k\\u202ey": 1\n}'


def test_who_changed_it_online_is_told_in_the_summary_and_at_the_resource() -> None:
    at = datetime(2026, 2, 3, 4, 5, tzinfo=timezone.utc)
    edited = replace(
        changed({"size": 1}, {"size": 2}, {"size": 1}),
        edits=(OnlineEdit("bob", at, How.CONSOLE, "UpdateFunction"),),
    )
    told_of = chapter(report_of(edited))
    assert told_of.points[0].points[0].whose == ("by bob in the console, 2026-02-03 04:05 +00:00",)
    assert "changed online by bob in the console, 2026-02-03 04:05 +00:00" in told_of.sections[0].entries[0].notes
