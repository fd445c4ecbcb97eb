"""The last lines of a run over several steps say what every step found."""

from __future__ import annotations

from fc_guard.engine.run.findings import Findings


def test_the_last_of_several_steps_has_the_lines_of_all() -> None:
    findings = Findings()
    assert findings.hear("one", {"another"}, "No differences.") == ""
    lines = findings.hear("another", {"one"}, "Plan: 1 to create").splitlines()
    assert lines == ["All steps:", "  one      No differences.", "  another  Plan: 1 to create"]


def test_a_step_alone_has_said_it_already() -> None:
    assert Findings().hear("one", frozenset(), "No differences.") == ""


def test_where_only_the_host_knows_the_steps_nobody_knows_the_last() -> None:
    assert Findings().hear("one", None, "No differences.") == ""
