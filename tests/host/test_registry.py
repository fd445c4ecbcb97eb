"""The package that `s registry publish` uploads: what is in it, that the real host installs, runs and updates it."""

from __future__ import annotations

import io
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.host.conftest import FakeWorker
from tests.host.harness import ROOT, Host, component_copy, project_v3, write_files
from tests.host.registry import FakeRegistry, expire
from tests.host.scenes import Project, browse

pytest_plugins = ("tests.host.stage",)

# What a working clone has and users must not get.
PRIVATE = {
    ".git/config": "[core]\n",
    ".env": "AccessKeySecret=private\n",
    ".s/fc-guard/key": "private",
    ".venv/bin/python": "",
    ".pytest_cache/x": "",
    "access.yaml": "private",
    "id_rsa.pem": "private",
    "docs/page.md": "",
    "tests/test_x.py": "",
    "tests/host/node_modules/x/index.js": "",
    "script/test": "",
    "src/fc_guard/__pycache__/x.cpython-311.pyc": b"",
    "src/fc_guard/.hidden/key": "private",
    "src/fc_guard.egg-info/PKG-INFO": "",
}
PUBLIC = {
    *("src", "schema", "script", "publish.yaml", "package.json", "requirements.lock", "requirements-build.lock"),
    *("LICENSE", "README.md", "README.zh.md", "CHANGELOG.md", "SECURITY.md"),
}


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with FakeRegistry() as server:
        yield server


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A working clone, with all that gathers in one."""
    folder = component_copy(tmp_path / "clone")
    for name in (".signore", "LICENSE", "README.md", "README.zh.md", "CHANGELOG.md", "SECURITY.md", "script/fc-guard"):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return write_files(folder, PRIVATE)


def publish(host: Host, folder: Path) -> None:
    done = host.run(folder, "registry", "publish")
    assert done.status == 0, done.text
    assert "success" in done.text


def installed(host: Host) -> Path:
    return host.home / ".s/components/devsapp.cn/v3/fc-guard"


def test_the_package_holds_what_users_need_and_nothing_private(host: Host, registry: FakeRegistry, clone: Path) -> None:
    registry.use(host)
    publish(host, clone)
    names = registry.names("0.1.0")
    assert {name.split("/")[0] for name in names} <= PUBLIC
    assert not PRIVATE.keys() & set(names)
    assert not [name for name in names if re.search(r"(^|/)[.]|pyc$|egg-info|node_modules", name)]
    # Whole: every file of ours that Python or the bridge may read.
    ours = {
        str(path.relative_to(ROOT))
        for top in ("src", "schema")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and not re.search(r"__pycache__|egg-info", str(path))
    }
    assert ours <= set(names)
    assert {"publish.yaml", "package.json", "LICENSE", "script/fc-guard"} <= set(names)
    assert {"requirements.lock", "requirements-build.lock"} <= set(names)
    with zipfile.ZipFile(io.BytesIO(registry.published["0.1.0"])) as archive:
        mode = archive.getinfo("script/fc-guard").external_attr >> 16
        assert mode & 0o111
    assert len(registry.published["0.1.0"]) < 5_000_000


def test_an_installed_component_runs_scene_1(registry: FakeRegistry, clone: Path, fresh: Project) -> None:
    registry.use(fresh.host)
    publish(fresh.host, clone)
    fresh.save(component="fc-guard")
    status, seen = fresh.answers("deploy")
    assert status == 0, seen
    assert (installed(fresh.host) / "src/index.js").exists()
    (url,) = re.findall(r"→ (http://\S+)", seen)
    assert browse(url) == "one"
    fresh.server.admin.clear_journal()
    fresh.code("two")
    status, seen = fresh.answers("deploy")
    assert status == 0, seen
    assert fresh.writes() == ["UpdateFunction"]
    assert browse(url) == "two"


def test_an_update_in_place_runs_the_new_code(
    host: Host, registry: FakeRegistry, fake: FakeWorker, tmp_path: Path
) -> None:
    """The new files have the size and the date of the old ones: Python must not take the old bytecode for theirs."""
    registry.use(host)
    host.python = sys.executable
    folder = component_copy(tmp_path / "component", fake=True)
    publish(host, folder)
    project = project_v3(tmp_path / "app", {"one": {}}, component="fc-guard")
    # The host looks for updates in a process it leaves behind; here it waits for it.
    waits = {"serverless_devs_daemon_enable": "false"}
    for _ in range(2):
        done = host.run(project, "info", env=waits)
        assert done.status == 0, done.text

    main = "src/fc_guard/__main__.py"
    for name in ("package.json", "publish.yaml", main):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count("0.1.0") == 1
        write_files(folder, {name: text.replace("0.1.0", "0.1.1")})
    publish(host, folder)
    expire(installed(host))
    before = (installed(host) / main).stat()
    done = host.run(project, "info", env=waits)
    assert done.status == 0, done.text  # still the old one; the update comes after the run
    after = (installed(host) / main).stat()
    assert "0.1.1" in (installed(host) / main).read_text(encoding="utf-8")
    assert (after.st_size, after.st_mtime) == (before.st_size, before.st_mtime)

    # A worker of the old bytecode would greet with the old version, which the bridge refuses.
    done = host.run(project, "info", env=waits)
    assert done.status == 0, done.text
    copies = sorted(Path(start["python_path"]).parent.name.split("-")[0] for start in fake.records("start"))
    assert copies == ["0.1.0", "0.1.0", "0.1.0", "0.1.1"]
