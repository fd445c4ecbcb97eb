"""A project with every kind of resource, through the real host: deployed, quiet, and deployed by parts."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.host.harness import ROOT, Host, write_files

from fc_local.remote import Admin

DOMAIN = "shop.example.com"


@dataclass(frozen=True, slots=True)
class Shop:
    """The example, at a place of its own, with a local Function Compute of its own."""

    host: Host
    folder: Path
    home: Path

    def types(self, *words: str, status: int = 0) -> str:
        done = self.host.run(self.folder, *words)
        assert done.status == status, done.text
        return done.text

    @property
    def admin(self) -> Admin:
        return Admin(json.loads((self.home / "server.json").read_text(encoding="utf-8"))["url"])

    def writes(self) -> list[str]:
        found = [str(entry["op"]) for entry in self.admin.writes()]
        self.admin.clear_journal()
        return found


@pytest.fixture
def shop(host: Host, tmp_path: Path) -> Iterator[Shop]:
    folder, home = tmp_path / "shop", tmp_path / "fc-local"
    shutil.copytree(ROOT / "examples" / "shop", folder, ignore=shutil.ignore_patterns(".s"))
    text = (folder / "s.yaml").read_text(encoding="utf-8")
    write_files(folder, {"s.yaml": text.replace("${path('../..')}", str(ROOT))})
    host.variables["FC_LOCAL_HOME"] = str(home)
    yield Shop(host, folder, home)
    subprocess.run([sys.executable, "-m", "fc_local", "stop", "--home", str(home)], check=True, cwd=ROOT / "src")


def test_the_shop_deploys_is_quiet_and_can_be_deployed_by_parts(shop: Shop) -> None:
    shop.types("deploy")
    assert sorted(set(shop.writes())) == [
        "CreateCustomDomain",
        "CreateFunction",
        "CreateService",
        "CreateTrigger",
        "CreateVpcBinding",
        "PutFunctionAsyncInvokeConfig",
    ]
    assert shop.types("plan", "--exit-code").count("No differences") == 4  # of two steps, and once more at the end
    shop.types("deploy")
    assert shop.writes() == []

    # A part is a part: the description waits for `deploy service`.
    text = (shop.folder / "s.yaml").read_text(encoding="utf-8")
    changed = text.replace("Orders and mails", "Orders").replace("timeout: 10", "timeout: 20")
    write_files(shop.folder, {"s.yaml": changed, "api/index.py": "def handler(*_):\n    return [b'new']\n"})
    shop.types("api", "deploy", "function", "--type", "code")
    assert shop.writes() == ["UpdateFunction"]
    shop.types("api", "deploy", "function")
    assert shop.writes() == ["UpdateFunction"]
    assert "description" in shop.types("plan", "service", "--exit-code", status=10)
    shop.types("deploy", "service")
    assert shop.writes() == ["UpdateService"]
    assert shop.types("plan", "--exit-code").count("No differences") == 4  # of two steps, and once more at the end

    # A route that somebody took over is found, and theirs beside it stays.
    routes = [
        {"path": "/*", "serviceName": "other", "functionName": "theirs"},
        {"path": "/theirs", "serviceName": "other", "functionName": "theirs"},
    ]
    shop.admin.edit("UpdateCustomDomain", [DOMAIN], {"routeConfig": {"routes": routes}}, who="bob")
    shop.admin.clear_journal()
    assert "routeConfig.routes./*" in shop.types("drift", "domain", "--exit-code", status=3)
    shop.types("api", "deploy", "domain", status=3)
    assert shop.writes() == []
    shop.types("api", "deploy", "domain", "--domain-name", DOMAIN, "--use-remote")
    assert shop.writes() == ["UpdateCustomDomain"]
    live = shop.admin.state()["customDomains"][DOMAIN]["routeConfig"]["routes"]
    assert {route["path"]: route["functionName"] for route in live} == {"/*": "api", "/theirs": "theirs"}

    # What FC cannot update is made anew once that is confirmed.
    write_files(shop.folder, {"s.yaml": changed.replace("BACKOFF_RETRY", "EXPONENTIAL_DECAY_RETRY")})
    assert "deleted and made anew" in shop.types("worker", "deploy", status=2)
    assert shop.writes() == []
    shop.types("worker", "deploy", "trigger", "--trigger-name", "mails", "-y")
    assert shop.writes() == ["DeleteTrigger", "CreateTrigger"]

    # What is online, written out, plans empty.
    shop.types("worker", "sync", "--target-dir", "online")
    assert "No differences" in shop.types("plan", "-t", "online/s.yaml", "--exit-code")

    shop.types("remove", "-y")
    assert shop.admin.state()["services"] == {}
