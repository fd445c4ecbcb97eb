"""docs/permissions.md lists what is really called: commands are played with every `auto`, and their calls looked up."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.integration.project import KEYS, Project
from tests.unit.kinds.test_quiet_domains import KEY, PEM

from fc_guard.cloud.support import certificates
from fc_local.server import LocalServer

ROOT = Path(__file__).parents[3]
RAM_NAMES = {"sls": "log", "cas": "yundun-cert", "2021-04-06": "fc", "2016-08-15": "fc"}
NONE_NEEDED = ("code", "proxy", "test-domain", "")
FEATURES = ("logConfig: auto", "vpcConfig: auto", "nasConfig: auto", "role: {…}", "customDomains[].domainName: auto")

sys.path.insert(0, str(ROOT / "script"))
import permissions_docs  # noqa: E402


@pytest.fixture
def server(tmp_path: Path) -> LocalServer:
    return LocalServer(home=tmp_path / "fc", keys=[KEYS])


def called(server: LocalServer) -> set[str]:
    entries = (entry for entry in server.admin.journal() if entry["api"] not in NONE_NEEDED)
    return {f"{RAM_NAMES.get(entry['api'], entry['api'])}:{entry['op']}" for entry in entries}


def test_every_call_is_on_the_page(tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.engine.write.readiness.FIRST", 0.05)
    page = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    features = {
        action
        for name in FEATURES
        for table, kinds in (permissions_docs.FAMILIES[name],)
        for kind in kinds
        for part in table[kind]
        for action in part
    }
    features |= {*certificates.BY_NUMBER.read}
    with server:
        project = Project(tmp_path / "shop", server)
        project.props["service"] |= {
            "logConfig": "auto",
            "nasConfig": "auto",
            "role": {"name": "shop-role", "policies": []},
        }
        server.admin.put_certificate(42, "www", PEM, KEY)
        routes = [{"path": "/*"}]
        project.props["customDomains"] = [
            {"domainName": "auto", "protocol": "HTTP", "routeConfigs": routes},
            {"domainName": "www.example.com", "protocol": "HTTPS", "certId": 42, "routeConfigs": routes},
        ]
        for line, command in (
            ("plan", permissions_docs.READS),
            ("deploy", "deploy"),
            ("drift", permissions_docs.READS),
        ):
            _played(project, line, command, features)
        project.edit("UpdateFunction", "demo", "hello", timeout=77)
        _played(project, "deploy --use-remote", "deploy", features)
        _played(project, "undo -y", "undo", features)
        _played(project, "remove -y --use-remote", "remove", features)
    assert all(f"`{action}`" in page for action in features)


def _played(project: Project, line: str, command: str, features: set[str]) -> None:
    project.server.admin.clear_journal()
    report, person = project.run(line)
    assert report.status() == 0, f"{person.text}\n{report.error}"
    missing = called(project.server) - {*permissions_docs.of_command(command), *features}
    assert missing - {"actiontrail:LookupEvents"} == set(), line
