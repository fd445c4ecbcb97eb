"""What can be told without a quiet machine. The figures are in docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.measure import Bench, Case, bench
from tests.bench.subjects import GUARD, MIXED, PLAIN, SHAPES
from tests.bench.table import markdown

pytestmark = pytest.mark.timeout(400)  # the first deployments of 100 functions are part of what is waited for

LATENCY_MS = 50.0
FUNCTIONS = 50
A_FIFTH = FUNCTIONS // 5
READS = {"GetService": 1, "ListFunctions": 1, "ListTriggers": FUNCTIONS}
WORKER_MIB = 120
AT_ONCE = 8
"""16 reads are under way at once; a loaded machine may not start all of them within one answer's time."""
ADDED_SECONDS = 2.0
"""A quiet machine shows half a second. What must be caught is of another order: the 52 reads one after the other
(+2.6 s), a Python for each step (+25 s), all baselines decoded in every step (+1 s, growing with the square)."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("bench"), [FUNCTIONS], ["3.0.0"], LATENCY_MS, SHAPES) as prepared:
        yield prepared


@pytest.fixture(scope="module")
def measured(prepared: Bench) -> tuple[Case, ...]:
    """One round."""
    return prepared.rounds(1, lambda text: None)


@pytest.fixture(scope="module")
def cases(measured: tuple[Case, ...]) -> dict[str, Case]:
    return {case.command: case for case in measured if case.shape == PLAIN}


@pytest.fixture(scope="module")
def mixed(measured: tuple[Case, ...]) -> dict[str, Case]:
    return {case.command: case for case in measured if case.shape == MIXED}


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_fifty_unchanged_functions_cost_one_read_each_and_no_write(cases: dict[str, Case], command: str) -> None:
    [sample] = cases[command].guard
    assert sample.requests == READS
    assert sample.writes == 0


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_mixed_kinds_cost_the_lists_and_a_read_for_each_trigger_bearing_function_and_domain(
    mixed: dict[str, Case], command: str
) -> None:
    [sample] = mixed[command].guard
    lists = {"GetService": 1, "ListFunctions": 1, "ListVpcBindings": 1, "ListFunctionAsyncInvokeConfigs": A_FIFTH}
    assert sample.requests == {**lists, "ListTriggers": 3 * A_FIFTH, "GetCustomDomain": A_FIFTH}
    assert sample.writes == 0
    assert sample.in_flight > AT_ONCE
    assert mixed[command].added_seconds < ADDED_SECONDS


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_one_python_serves_the_whole_run_and_stays_small(cases: dict[str, Case], command: str) -> None:
    [sample] = cases[command].guard
    assert sample.worker_starts == 1
    assert 0 < sample.worker_peak_mib <= WORKER_MIB


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_reads_run_ahead_together(cases: dict[str, Case], command: str) -> None:
    [sample] = cases[command].guard
    assert sample.in_flight > AT_ONCE


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_the_host_decides_how_long_it_takes(cases: dict[str, Case], command: str) -> None:
    assert cases[command].added_seconds < ADDED_SECONDS


def test_the_no_op_component_asks_for_nothing(cases: dict[str, Case]) -> None:
    for case in cases.values():
        [sample] = case.noop
        assert sample.requests == {}
        assert sample.worker_starts == 0


def test_an_idle_deployment_leaves_every_state_file_as_it_is(prepared: Bench) -> None:
    [subject] = [subject for subject in prepared.subjects if (subject.component, subject.shape) == (GUARD, PLAIN)]
    records = sorted(subject.folder.glob(".s/fc-guard/*/*/*/*.json"))
    assert len(records) == 1 + 2 * FUNCTIONS
    before = [file.stat().st_ino for file in records]
    prepared.sample(subject, "deploy")
    assert [file.stat().st_ino for file in records] == before


def test_the_table_has_a_row_for_each_case(cases: dict[str, Case]) -> None:
    head, rule, *rows = markdown(cases.values()).splitlines()
    assert head.count("|") == rule.count("|")
    assert [row.split(" | ")[0] for row in rows] == ["| `plan`", "| `deploy`"]
    assert all(PLAIN in row for row in rows)
