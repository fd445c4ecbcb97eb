"""The corpus is resolved as host 3.1.10 resolves it: these files are also deployed with `s` itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.corpus.corpus import ABSENT, present
from tests.corpus.resolve import Block, Resolved, made_up_variables
from tests.host.harness import Host
from tests.integration.project import ACCOUNT, KEYS

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

REFERENCES = {
    "1464206376__fc-stable-diffusion-plus-151__s": "outputs of another step, into a domain",
    "Serverless-Devs__core__test__fixtures__start-fc-event-nodejs14__s": "a file to extend",
    "Serverless-Devs__serverless-cd__src__example__s": "variables of a file to extend, whole triggers among them",
    "Serverless-Devs__toolkit__packages__engine____tests____mock__base": "another file, this step, the account",
    "devsapp__fc__examples__custom-container-function__s": "a component's path, an environment variable",
    "a1714516139__test1__backend__s": "what this edition leaves as it is",
}
KEY_VARIABLES = {"AccountID": ACCOUNT, "AccessKeyID": KEYS[0], "AccessKeySecret": KEYS[1]}


@pytest.mark.parametrize("name", REFERENCES)
def test_a_file_is_resolved_as_the_host_itself_resolves_it(
    name: str, files: Mapping[str, Resolved], corpus_host: Host, tmp_path: Path
) -> None:
    resolved = files.get(f"{name}.yaml")
    if resolved is None:
        pytest.skip(f"{name} is not in this corpus")
    record = tmp_path / "steps"
    variables = {**made_up_variables(resolved.file), **KEY_VARIABLES, "RECORDED": str(record)}
    place = resolved.file.parent
    run = corpus_host.run(place, "deploy", "-t", resolved.file.name, "--skip-actions", env=variables)
    assert run.status == 0, run.text
    steps = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert tuple(Block(step["name"], step["component"], step["props"]) for step in steps) == resolved.blocks
