"""Whatever the schema allows and FC takes, in whatever words FC answers: once deployed, there is nothing to say.

FC_GUARD_EXAMPLES says how many configurations are tried.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fc_local.server import LocalServer
from fc_local.switches import OTHER, VARIABLE
from tests.integration.project import Project
from tests.integration.silence import assert_plans_empty, assert_silent, deployed, fresh
from tests.property.places import leaves
from tests.property.steps import NARROW, steps

EXAMPLES = int(os.environ.get("FC_GUARD_EXAMPLES") or (200 if os.environ.get("CI") else 50))
SEEDS = st.integers(1, 2**31)
ANSWERS = st.sampled_from([{}, OTHER])
"""The open questions about FC, all answered in one way or all in the other."""


@pytest.mark.slow
@pytest.mark.skipif(bool(os.environ.get(VARIABLE)), reason="both answers to every open question are drawn here anyway")
@pytest.mark.timeout(600 + EXAMPLES * 3)  # a failure is made smaller for five minutes at most
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(props=steps(), seed=SEEDS, switches=ANSWERS)
def test_what_the_schema_allows_is_deployed_once_and_then_there_is_nothing_to_say(
    running: LocalServer,
    tmp_path_factory: pytest.TempPathFactory,
    props: dict[str, Any],
    seed: int,
    switches: dict[str, Any],
) -> None:
    running.admin.reset()
    running.admin.switches(**{**switches, "noise": seed, "foreign_role": "accept"})  # roles are drawn, too
    folder = tmp_path_factory.mktemp("step")
    try:
        project = Project(folder / "a", running, props=props)
        deployed(project)
        assert_silent(project)
        assert_plans_empty(fresh(project))
    finally:
        shutil.rmtree(folder)


def test_what_is_drawn_otherwise_than_the_schema_says_is_in_the_schema() -> None:
    places = leaves()
    unknown = {place for place in NARROW if not any(leaf.startswith(place.removesuffix("[]")) for leaf in places)}
    assert unknown == set()
