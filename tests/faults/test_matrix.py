"""A sample of all cases; the whole: `python -m tests.faults`."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from tests.faults.matrix import FOR_GOOD, Case, Stage
from tests.faults.proxy import FAULTS
from tests.faults.world import VERBS

SEED = int(os.environ.get("FC_GUARD_SEED", "1"))
PICKED = int(os.environ.get("FC_GUARD_FAULTS", "24"))
WORST = ("cut", "status 408", "200 {}", "NaN", "status 502")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = Stage(tmp_path_factory.mktemp("faults"))
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_killed_at_a_write_of_each_verb_nothing_is_lost_and_the_next_run_makes_it_whole(stage: Stage) -> None:
    for number, verb in enumerate(VERBS):
        writes = stage.size(verb)[1]
        for moment in ("kill before", "kill after"):
            if writes:
                stage.play(Case(verb, moment, 1 + (number + SEED) % writes))


@pytest.mark.timeout(300)
def test_odd_answers_to_the_writes_of_each_verb_are_settled_by_reading(stage: Stage) -> None:
    for number, verb in enumerate(VERBS):
        requests, writes = stage.size(verb)
        fault = WORST[(number + SEED) % len(WORST)]
        if writes:
            stage.play(Case(verb, fault, requests))


@pytest.mark.timeout(600)
def test_a_sample_of_faults_at_any_request(stage: Stage) -> None:
    rng = random.Random(SEED)
    for _ in range(PICKED):
        verb = rng.choice(VERBS)
        at = rng.randint(1, stage.size(verb)[0])
        stage.play(Case(verb, rng.choice(FAULTS), at, rng.choice((1, FOR_GOOD))))
