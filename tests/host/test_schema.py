"""schema/props.json as the host uses it: `s verify`, and `validation: true` before every step."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from tests.host.harness import Host, project_v3
from tests.integration.project import CODE, PROPS

FILES = {f"code/{name}": text for name, text in CODE.items()}


def props(**function: Any) -> dict[str, Any]:
    result = copy.deepcopy(PROPS)
    result["function"] |= function
    return result


def test_the_host_s_validator_takes_the_schema_and_good_props(host: Host, tmp_path: Path) -> None:
    """Two steps: an $id in the schema would break on the second one."""
    other = props(name="other", memorySize="${resources.one.output.size}")
    project = project_v3(tmp_path / "p", {"one": props(), "two": other}, files=FILES)
    done = host.run(project, "verify")
    assert done.status == 0, done.text
    assert "strict mode" not in done.text


def test_the_host_s_validator_finds_what_the_schema_forbids(host: Host, tmp_path: Path) -> None:
    project = project_v3(tmp_path / "p", {"one": props(memorySize=100)}, files=FILES, validation=True)
    done = host.run(project, "plan")
    assert done.status == 100, done.text
    assert "memorySize" in done.text


def test_props_with_keys_of_other_tools_pass_the_host_s_validator(host: Host, tmp_path: Path) -> None:
    project = project_v3(tmp_path / "p", {"one": props(someKey=1)}, files=FILES)
    assert host.run(project, "verify").status == 0
