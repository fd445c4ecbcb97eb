"""The local FC's open questions in these tests.

`FC_LOCAL_SWITCHES=other` runs them with the other answer to every open question. A test that speaks of one answer says
so: `@pytest.mark.switches_at_default("not_empty_status")` holds that switch at its default for the test."""

from __future__ import annotations

import json
import os

import pytest

from fc_local.switches import SWITCHES, VARIABLE, from_environment


@pytest.fixture(autouse=True)
def _held_switches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [name for mark in request.node.iter_markers("switches_at_default") for name in mark.args]
    start = from_environment(os.environ)
    if held and start:
        values = {**start, **{name: SWITCHES[name].default for name in held}}
        monkeypatch.setenv(VARIABLE, json.dumps(values))
