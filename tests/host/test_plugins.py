"""A plugin fills in props before a deployment, as the real host runs it: only for `deploy`."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from tests.host.harness import write_files
from tests.host.scenes import Project, assert_told

pytest_plugins = ("tests.host.stage",)

FILL = """\
module.exports = async (inputs, args) => {
  const filled = { ...inputs.props.function, ...args };
  return { ...inputs, props: { ...inputs.props, function: filled } };
};
"""
ARGS = {"runtime": "python3", "memorySize": 512, "environmentVariables": {"LEVEL": "info"}}
NOTE = "the plugin ./fill may change these props before they are deployed; only deploy runs it."


@pytest.fixture
def filled(fresh: Project) -> Project:
    """Its s.yaml leaves to a plugin what `ARGS` says."""
    write_files(fresh.folder, {"fill/index.js": FILL, "fill/package.json": json.dumps({"main": "index.js"})})
    for key in ARGS:
        del fresh.props["function"][key]
    fresh.save()
    document = said(fresh)
    document["resources"]["one"]["actions"] = {"pre-deploy": [{"plugin": "./fill", "args": ARGS}]}
    write_files(fresh.folder, {"s.yaml": yaml.safe_dump(document, sort_keys=False)})
    return fresh


def said(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((project.folder / "s.yaml").read_text(encoding="utf-8"))
    return found


def test_commands_that_do_not_run_the_plugin_say_so_and_compare_what_they_can(filled: Project) -> None:
    before = (filled.folder / "s.yaml").read_bytes()
    for line in ("plan", "drift", "info", "pull -y"):
        run = filled.run(line)
        assert run.status == 0, run.text
        assert_told(run.text, ("s.yaml:", NOTE, "Left to the plugin:", "function: 'runtime' is missing"))

    run = filled.run("deploy")
    assert run.status == 0, run.text
    assert NOTE not in run.text
    assert (filled.function["memorySize"], filled.function["environmentVariables"]) == (512, {"LEVEL": "info"})

    run = filled.run("plan --exit-code")
    assert run.status == 0, run.text
    taken = "function shop/hello: environmentVariables.LEVEL, memorySize, runtime"
    assert_told(run.text, (NOTE, "taken as it was last deployed", taken, "No differences"))
    for line in ("drift --exit-code", "info", "pull -y"):
        run = filled.run(line)
        assert run.status == 0, run.text
    assert (filled.folder / "s.yaml").read_bytes() == before

    filled.edit("UpdateFunction", "shop", "hello", memorySize=1024, timeout=60)
    run = filled.run("drift --exit-code")
    assert run.status == 3, run.text
    assert_told(run.text, ("memorySize", "last deployed 512 → online 1024", "timeout", "last deployed 10 → online 60"))
    run = filled.run("pull -y")
    assert_told(run.text, ("function.memorySize", "the plugin of s.yaml:", "may set it", "1 change not done"))
    function = said(filled)["resources"]["one"]["props"]["function"]
    assert function["timeout"] == 60
    assert function.keys().isdisjoint(ARGS)
