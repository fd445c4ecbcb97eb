"""Scene 1: new locally, absent online. It deploys without a question, again after an edit, and the URL answers."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.host.harness import ROOT, Host, write_files
from tests.host.scenes import Project, browse

pytest_plugins = ("tests.host.stage",)


def test_what_is_new_deploys_without_a_question_and_so_does_the_next_edit(fresh: Project) -> None:
    status, seen = fresh.answers("deploy")
    assert status == 0, seen
    assert fresh.writes() == ["CreateService", "CreateFunction", "CreateTrigger", "CreateTrigger"]
    assert "Plan: 4 resources to create" in seen
    (url,) = re.findall(r"→ (http://\S+)", seen)
    assert browse(url) == "one"

    fresh.server.admin.clear_journal()
    fresh.code("two, the new feature")
    status, seen = fresh.answers("deploy")
    assert status == 0, seen
    assert fresh.writes() == ["UpdateFunction"]  # the code and nothing else
    assert "function shop/hello updated" in seen
    assert browse(url) == "two, the new feature"
    assert fresh.rescues() == []  # nothing of anybody else's was in the way


def test_the_quickstart_deploys_without_an_account_and_without_a_key(host: Host, tmp_path: Path) -> None:
    """`endpoint: local` brings its own Function Compute, which goes on answering after the run."""
    app = tmp_path / "quickstart"
    shutil.copytree(ROOT / "examples" / "quickstart", app, ignore=shutil.ignore_patterns(".s"))
    text = (app / "s.yaml").read_text(encoding="utf-8")
    write_files(app, {"s.yaml": text.replace("${path('../..')}", str(ROOT))})
    cloud = tmp_path / "fc-local"
    host.variables["FC_LOCAL_HOME"] = str(cloud)
    try:
        with host.terminal(app, "deploy") as person:
            assert person.finish() == 0, person.transcript
            (url,) = re.findall(r"→ (http://\S+)", person.transcript)
        assert browse(url) == "Hello, world!\n"
    finally:
        stop = [sys.executable, "-m", "fc_local", "stop", "--home", str(cloud)]
        subprocess.run(stop, check=True, cwd=ROOT / "src")
