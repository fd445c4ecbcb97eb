"""An edit of s.yaml that a pull would make is held to the checks of props."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from fc_guard.artifacts.yaml_masks import Veil
from fc_guard.engine.pull.draft import Draft, NotSaid
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.plugins import Plugin
from fc_guard.inputs.unfinished import settling
from fc_guard.model.edits import Edit
from tests.props import PROPS


def test_what_is_missing_for_a_plugin_stops_no_edit_but_what_would_be_wrong_after_it_does(tmp_path: Path) -> None:
    props: dict[str, Any] = copy.deepcopy(PROPS)
    del props["function"]["runtime"]
    text = yaml.safe_dump({"edition": "3.0.0", "resources": {"one": {"props": props}}}, sort_keys=False)
    settle = settling(Plugin("./fill", "s.yaml:8"))
    draft = Draft(text, tmp_path / "s.yaml", "one", props, LAYOUTS[0], Veil(frozenset()), settle)
    draft.make([Edit(("function", "timeout"), 60)], lambda props: "")
    assert "timeout: 60" in draft.text
    with pytest.raises(NotSaid, match=r"function\.timeout: -1 must be at least 1"):
        draft.make([Edit(("function", "timeout"), -1)], lambda props: "")
