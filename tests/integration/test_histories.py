"""Random histories of edits here, edits online and deployments: nothing of anybody's is lost unseen, ever."""

from __future__ import annotations

import copy
import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fc_local.server import LocalServer
from tests.integration.project import PROPS, Project

SIZES = st.sampled_from([128, 256, 512])
WORDS = st.sampled_from(["a", "b", "c"])
KEYS = st.sampled_from(["LEVEL", "NAME", "EXTRA"])

HERE = st.one_of(
    st.tuples(st.just("memorySize"), SIZES),
    st.tuples(st.just("description"), st.none() | WORDS),
    st.tuples(st.just("env"), KEYS, st.none() | WORDS),
    st.tuples(st.just("code"), WORDS),
    st.tuples(st.just("tick"), st.booleans()),
)
ONLINE = st.one_of(
    st.tuples(st.just("memorySize"), SIZES),
    st.tuples(st.just("timeout"), st.sampled_from([5, 10, 20])),
    st.tuples(st.just("description"), WORDS),
    st.tuples(st.just("env"), KEYS, st.none() | WORDS),
    st.tuples(st.just("code"), WORDS),
    st.tuples(st.just("tick"), st.booleans()),
    st.tuples(st.just("no tick")),
    st.tuples(st.just("service"), WORDS),
)
RUNS = st.sampled_from(["", " --on-drift keep", " --on-drift merge", " --on-drift overwrite", " --use-remote"])
STEPS = st.one_of(
    st.tuples(st.just("here"), HERE), st.tuples(st.just("online"), ONLINE), st.tuples(st.just("deploy"), RUNS)
)


class World:
    """A project, what is online, and what was online when our last deployment ended: the last that was shown."""

    def __init__(self, root: Path, server: LocalServer) -> None:
        self.project = Project(root, server, props=copy.deepcopy(PROPS))
        self.shown: dict[str, Any] = {}

    def here(self, what: str, *values: Any) -> None:
        function = self.project.props["function"]
        if what == "env":
            _put(function["environmentVariables"], *values)
        elif what == "code":
            self.project.write({"index.py": f"# {values[0]}\n"})
        elif what == "tick":
            self.project.props["triggers"][1]["config"]["enable"] = values[0]
        else:
            _put(function, what, values[0])

    def online(self, what: str, *values: Any) -> None:
        live = self.live()
        if "memorySize" not in live:
            return
        if what == "env":
            variables = {key[4:]: value for key, value in live.items() if key.startswith("env.")}
            _put(variables, *values)
            self.project.try_edit("UpdateFunction", "demo", "hello", environmentVariables=variables)
        elif what == "code":
            self.project.try_edit("UpdateFunction", "demo", "hello", files={"index.py": f"# {values[0]}\n"})
        elif what == "service":
            self.project.try_edit("UpdateService", "demo", description=values[0])
        elif what == "no tick":
            self.project.try_edit("DeleteTrigger", "demo", "hello", "tick")
        elif what == "tick":
            self.project.try_edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig={"enable": values[0]})
        else:
            self.project.try_edit("UpdateFunction", "demo", "hello", **{what: values[0]})

    def live(self) -> dict[str, Any]:
        """Everything online that these histories touch, flat."""
        service = self.project.server.admin.state()["services"].get("demo")
        if service is None:
            return {}
        found = {"service": service["description"]}
        function = service["functions"].get("hello")
        if function is None:
            return found
        found |= {key: function[key] for key in ("memorySize", "timeout", "description", "codeChecksum")}
        found |= {f"env.{key}": value for key, value in (function["environmentVariables"] or {}).items()}
        tick = function["triggers"].get("tick")
        found["tick"] = None if tick is None else json.loads(tick["triggerConfig"])["enable"]
        return found

    def deploy(self, words: str) -> None:
        before = self.live()
        self.project.server.admin.clear_journal()
        report, person = self.project.run(f"deploy{words}")
        after = self.live()
        assert report.status() in (0, 3), person.text
        if report.status() == 3:
            assert self.project.writes() == [], person.text
            assert "overwrite" not in words and "remote" not in words and "keep" not in words
            return
        self.nothing_is_lost_unseen(before, after, report.rescues, forced="overwrite" in words or "remote" in words)
        self.nothing_is_left_to_do()
        self.shown = self.live()

    def nothing_is_lost_unseen(
        self, before: dict[str, Any], after: dict[str, Any], rescues: tuple[Any, ...], forced: bool
    ) -> None:
        lost = {key for key in before if before[key] is not None and before[key] != after.get(key)}
        theirs = {key for key in lost if before[key] != self.shown.get(key)}
        assert forced or not theirs, f"overwritten without a word: {theirs}"
        saved = json.dumps([_saved(Path(copy.directory)) for copy in rescues])
        for key in theirs:
            assert json.dumps(before[key]) in saved, f"{key} = {before[key]!r} is in no rescue copy"

    def nothing_is_left_to_do(self) -> None:
        self.project.server.admin.clear_journal()
        report, person = self.project.run("plan")
        assert report.status(exit_code=True) == 0, person.text
        report, person = self.project.run("deploy")
        assert (report.status(), self.project.writes()) == (0, []), person.text


def _put(mapping: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        mapping.pop(key, None)
    else:
        mapping[key] = value


def _saved(folder: Path) -> list[Any]:
    live = json.loads((folder / "live.json").read_text())
    config = live.get("triggerConfig")
    saved = [live, json.loads(config) if isinstance(config, str) else config]
    if (folder / "code.zip").exists():
        with zipfile.ZipFile(BytesIO((folder / "code.zip").read_bytes())) as package:
            assert package.testzip() is None
    return saved


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
def test_nothing_is_lost_unseen_and_every_deployment_settles(
    running: LocalServer, tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    running.admin.reset()
    world = World(tmp_path_factory.mktemp("history"), running)
    world.deploy("")
    for kind, step in steps:
        if kind == "here":
            world.here(*step)
        elif kind == "online":
            world.online(*step)
        else:
            world.deploy(step)
