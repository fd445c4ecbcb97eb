"""Which Python the bridge runs, the environment it builds, and the copy of the code it runs from."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.host.harness import ROOT, Finished, Host, component_copy, project_v3, write_files
from tests.host.packages import build_tool, source, wheel

BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
BARE_VENV = f'exec "{BASE_PYTHON}" -m venv --without-pip "$last"'

NO_INDEX: dict[str, str | None] = {
    **dict.fromkeys(("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "XDG_CONFIG_HOME")),
    **dict.fromkeys(("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE")),
    "UV_NO_CONFIG": "1",
}
"""The variables of somebody who has named no package index, whatever this machine's are."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A machine on which the component was just installed: it has one small dependency and the fake worker as its code.

    `bin` is the whole PATH; the package comes from a folder instead of the network.
    """

    host: Host
    component: Path
    project: Path
    bin: Path
    cache: Path
    log: Path

    def variables(self, **more: str | None) -> dict[str, str | None]:
        return {
            "PATH": str(self.bin),
            "FC_GUARD_PYTHON": None,
            "FC_GUARD_HOME": str(self.cache),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.component.parent / "wheels"),
            "PIP_CONFIG_FILE": os.devnull,
            **NO_INDEX,
            "FAKE_WORKER_LOG": str(self.log),
            **more,
        }

    def run(self, *args: str, **more: str | None) -> Finished:
        return self.host.run(self.project, *(args or ("info",)), env=self.variables(**more))

    def start(self, *args: str, **more: str | None) -> subprocess.Popen[str]:
        return self.host.start(self.project, *args, env=self.variables(**more))

    def program(self, name: str, script: str) -> None:
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def build_quickly(self) -> None:
        """A uv that installs nothing, where the test is not about installing."""
        self.program("uv", f'test "$1" != venv && exit\nfor last; do :; done\n{BARE_VENV}')

    def environments(self) -> list[Path]:
        return sorted(path for path in (self.cache / "envs").glob("*") if path.is_dir())

    def leftovers(self) -> list[str]:
        """What lies beside the environments and their logs: nothing should."""
        names = [path.name for path in (self.cache / "envs").glob("*")]
        return [name for name in names if ".tmp-" in name or name.endswith(".lock")]

    def starts(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if line["what"] == "start"]


@pytest.fixture
def newcomer(host: Host, tmp_path: Path) -> Newcomer:
    component = component_copy(tmp_path / "component", fake=True)
    wheels = tmp_path / "wheels"
    tools = "--only-binary :all:\n" + build_tool(wheels, "1.0")
    write_files(component, {"requirements.lock": wheel(wheels), "requirements-build.lock": tools})
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("node", "sh", "sleep", "touch"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    machine = Newcomer(
        host,
        component,
        project_v3(tmp_path / "app", {"one": {}}, component=str(component)),
        folder,
        tmp_path / "cache",
        tmp_path / "worker.log",
    )
    machine.program("python3", f'exec "{BASE_PYTHON}" "$@"')
    return machine


# --- the environment ------------------------------------------------------------------------------------------------


def test_the_first_run_builds_the_environment_and_the_second_uses_it(newcomer: Newcomer) -> None:
    first = newcomer.run()
    assert first.status == 0, first.text
    [folder] = newcomer.environments()
    assert f"This happens once and takes about a minute: {folder}" in first.stdout
    assert newcomer.leftovers() == []
    check = "import fcguarddemo; print(fcguarddemo.VERSION)"
    done = subprocess.run([folder / "bin/python", "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "1.0\n"
    # Not even looked for: there is no Python on the PATH any more.
    (newcomer.bin / "python3").unlink()
    second = newcomer.run()
    assert second.status == 0, second.text
    assert "Python environment" not in second.text
    assert newcomer.environments() == [folder]


def test_two_runs_that_start_together_build_it_once(newcomer: Newcomer) -> None:
    newcomer.program("uv", f'test "$1" != venv && exec sleep 1\nfor last; do :; done\n{BARE_VENV}')
    runs = [newcomer.start("info"), newcomer.start("info")]
    outputs = [process.communicate(timeout=60)[0] for process in runs]
    assert [process.returncode for process in runs] == [0, 0], outputs
    assert sum("This happens once" in output for output in outputs) == 1
    assert sum("Another run is preparing" in output for output in outputs) == 1
    assert len(newcomer.environments()) == 1
    assert newcomer.leftovers() == []


def test_other_locked_dependencies_get_another_environment(newcomer: Newcomer, tmp_path: Path) -> None:
    newcomer.build_quickly()
    newcomer.run()
    write_files(newcomer.component, {"requirements.lock": wheel(tmp_path / "wheels", "2.0")})
    done = newcomer.run()
    assert done.status == 0, done.text
    assert "This happens once" in done.stdout
    assert len(newcomer.environments()) == 2


def test_an_environment_whose_interpreter_is_gone_is_built_again(newcomer: Newcomer) -> None:
    newcomer.build_quickly()
    newcomer.run()
    [folder] = newcomer.environments()
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to("/nowhere/python3")
    done = newcomer.run()
    assert done.status == 0, done.text
    assert "This happens once" in done.stdout
    assert newcomer.environments() == [folder]


def test_a_package_with_another_hash_is_refused(newcomer: Newcomer) -> None:
    lock = newcomer.component / "requirements.lock"
    lock.write_text("fcguarddemo==1.0 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    done = newcomer.run("deploy")
    assert done.status == 1
    assert "DO NOT MATCH THE HASHES" in done.text
    assert newcomer.environments() == []


def test_without_a_network_it_says_what_to_do_and_leaves_nothing_half_built(newcomer: Newcomer) -> None:
    index = "http://127.0.0.1:9/simple"
    done = newcomer.run("deploy", PIP_NO_INDEX=None, PIP_FIND_LINKS=None, PIP_INDEX_URL=index, PIP_RETRIES="0")
    assert done.status == 1, done.text
    assert "could not be prepared; nothing was changed" in done.stdout
    [log] = (newcomer.cache / "envs").glob("*.log")
    assert f"the whole log: {log}" in done.stdout
    assert "No matching distribution found for setuptools==1.0" in log.read_text(encoding="utf-8")
    assert f"-m pip install --require-hashes -r {newcomer.component}/requirements-build.lock" in done.stdout
    last = f"-m pip install --require-hashes --no-build-isolation -r {newcomer.component}/requirements.lock"
    assert last in done.stdout
    assert "export FC_GUARD_PYTHON=" in done.stdout
    assert newcomer.environments() == []
    assert newcomer.leftovers() == []
    again = newcomer.run("deploy")
    assert again.status == 0, again.text


def test_a_signal_ends_the_build_and_leaves_nothing_half_built(newcomer: Newcomer, tmp_path: Path) -> None:
    mark = tmp_path / "building"
    # A child of the builder's, as pip and uv have them: it must end too.
    newcomer.program("uv", f"touch '{mark}'\nsh -c 'sleep 2; touch \"{mark}-outlived\"'\n")
    process = newcomer.start("deploy")
    deadline = time.monotonic() + 20
    while not mark.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    stdout, _ = process.communicate(timeout=10)
    assert process.returncode == 143, stdout
    assert "Interrupted while the Python environment was prepared" in stdout
    assert newcomer.environments() == []
    assert newcomer.leftovers() == []
    time.sleep(2.2)
    assert not Path(f"{mark}-outlived").exists()


def test_what_a_killed_build_left_behind_is_cleared_away(newcomer: Newcomer) -> None:
    newcomer.build_quickly()
    newcomer.run()
    [folder] = newcomer.environments()
    folder.rename(f"{folder}.tmp-999999999-1")
    lock = Path(f"{folder}.lock")
    lock.write_text(json.dumps({"pid": 999999999, "host": os.uname().nodename}), encoding="utf-8")
    done = newcomer.run()
    assert done.status == 0, done.text
    assert newcomer.environments() == [folder]
    assert newcomer.leftovers() == []


@pytest.mark.slow
def test_the_locked_dependencies_install_for_real(newcomer: Newcomer, tmp_path: Path) -> None:
    """The whole requirements.lock by pip, from the package index this machine is set up for. What is newest of the
    build tools there would break it: it is not what was locked."""
    component = component_copy(tmp_path / "real")
    trap = tmp_path / "trap"
    for name in ("setuptools", "wheel"):
        build_tool(trap, "9999", name)
    project = project_v3(tmp_path / "app2", {"one": {}}, component=str(component))
    env = newcomer.variables(PIP_NO_INDEX=None, PIP_FIND_LINKS=None, PIP_CONFIG_FILE=None)
    env.update({name: value for name, value in os.environ.items() if name.startswith("PIP_")})
    env["PIP_FIND_LINKS"] = f"{trap} {env.get('PIP_FIND_LINKS') or ''}"
    env["PIP_NO_CACHE_DIR"] = "1"
    done = newcomer.host.run(project, "info", env=env, timeout=110)
    assert "The Python environment is ready" in done.stdout
    [folder] = newcomer.environments()
    check = "import alibabacloud_fc_open20210406.client, yaml, jsonschema, fastcrc, pathspec, aiohttp"
    subprocess.run([folder / "bin/python", "-c", check], check=True)
    assert not list(folder.glob("lib/python*/site-packages/setuptools*"))


# --- what builds a package that has no wheel ------------------------------------------------------------------------


def built_by(python: Path) -> str:
    code = "import fcguardsource; print(fcguardsource.BUILT_BY)"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def building(newcomer: Newcomer, tmp_path: Path) -> Newcomer:
    """One of the packages has to be built, and the index has newer build tools than those that are locked."""
    wheels = tmp_path / "wheels"
    lines = "--only-binary :all:\n--no-binary fcguardsource\n" + wheel(wheels) + source(wheels)
    write_files(newcomer.component, {"requirements.lock": lines})
    for name in ("setuptools", "wheel"):
        build_tool(wheels, "9999", name)
    return newcomer


@pytest.mark.parametrize("pip", ["the base's", "older than 22.3"])
def test_what_has_no_wheel_is_built_by_what_is_locked_and_nothing_else(building: Newcomer, pip: str) -> None:
    if pip == "older than 22.3":
        told = json.dumps({"version": sys.version_info[:3], "executable": str(building.bin / "python3"), "pip": "21.0"})
        script = f'test "$1" = -c && test $# = 2 && echo \'{told}\' && exit\nexec "{BASE_PYTHON}" "$@"'
        building.program("python3", script)
    done = building.run()
    assert done.status == 0, done.text
    [folder] = building.environments()
    assert built_by(folder / "bin/python") == "setuptools 1.0"
    assert not (folder / "build-tools").exists()
    assert not [path for path in folder.glob("lib/python*/site-packages/setuptools*") if "1.0" in path.name]


def test_a_build_tool_with_another_hash_is_refused(building: Newcomer) -> None:
    lock = building.component / "requirements-build.lock"
    lock.write_text("setuptools==1.0 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    done = building.run("deploy")
    assert done.status == 1
    assert "DO NOT MATCH THE HASHES" in done.text
    assert building.environments() == []
    assert building.leftovers() == []


def test_what_has_no_wheel_and_is_not_named_is_not_built(building: Newcomer) -> None:
    lock = building.component / "requirements.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace("--no-binary fcguardsource\n", ""), encoding="utf-8")
    done = building.run("deploy")
    assert done.status == 1
    assert "No matching distribution found for fcguardsource==1.0" in done.text


def test_a_user_who_wants_no_wheels_gets_what_is_locked(building: Newcomer) -> None:
    done = building.run(PIP_NO_BINARY=":all:", PIP_NO_BUILD_ISOLATION="1")
    assert done.status == 0, done.text


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_the_lock_files_let_nothing_be_built_that_has_a_wheel(name: str) -> None:
    """A package with one hash has one file: an archive of its source, if it is named, and a wheel if it is not."""
    options, *packages = (ROOT / name).read_text(encoding="utf-8").replace(" \\\n", " ").split("--only-binary :all:\n")
    assert options == ""
    lines = "".join(packages).splitlines()
    named = {line.split()[1] for line in lines if line.startswith("--no-binary ")}
    hashes = {line.split("==")[0]: line.count("--hash=") for line in lines if not line.startswith("--")}
    assert all(hashes.values())
    assert {package for package in named if hashes[package] != 1} == set()


def test_developers_get_what_is_locked_and_nothing_else(building: Newcomer, tmp_path: Path) -> None:
    """The same from script/setup."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "script", clone / "script")
    shutil.copy2(building.component / "requirements-build.lock", clone)
    shutil.copy2(building.component / "requirements.lock", clone / "requirements-dev.lock")
    for tests in ("tests/host", "tests/host/v2"):
        (clone / tests / "node_modules").mkdir(parents=True)
    building.program("npm", "exit 0")
    env = building.host.environment(
        {**building.variables(), "PATH": f"{building.bin}:/usr/bin:/bin", "PYTHON": "python3"}
    )
    done = subprocess.run([clone / "script/setup"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pip: .venv" in done.stdout
    assert built_by(clone / ".venv/bin/python") == "setuptools 1.0"


def test_developers_with_uv_get_what_is_locked_too(building: Newcomer, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "script", clone / "script")
    for name in ("requirements-build.lock", "requirements-dev.lock"):
        write_files(clone, {name: ""})
    for tests in ("tests/host", "tests/host/v2"):
        (clone / tests / "node_modules").mkdir(parents=True)
    building.program("npm", "exit 0")
    building.program("uv", FAKE_UV)
    log = tmp_path / "uv.log"
    env = building.host.environment(
        {**building.variables(), "PATH": f"{building.bin}:/usr/bin:/bin", "UV_LOG": str(log)}
    )
    done = subprocess.run([clone / "script/setup"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    hashed_and_not_isolated(log, "requirements-dev.lock")


def test_the_unit_tests_need_no_hosts(building: Newcomer, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "script", clone / "script")
    for name in ("requirements-build.lock", "requirements-dev.lock"):
        write_files(clone, {name: ""})
    building.program("npm", "exit 1")
    building.program("uv", FAKE_UV)
    env = building.host.environment(
        {**building.variables(), "PATH": f"{building.bin}:/usr/bin:/bin", "UV_LOG": str(tmp_path / "uv.log")}
    )
    done = subprocess.run([clone / "script/setup", "python"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (clone / "tests").exists()


def hashed_and_not_isolated(log: Path, lock: str) -> None:
    """What uv was asked for: the build tools first, into a folder that it then builds with."""
    venv, tools, packages = log.read_text(encoding="utf-8").splitlines()
    assert "uv venv" in venv
    for line in (tools, packages):
        assert "uv pip install" in line
        assert "--require-hashes" in line
        assert "--no-deps" in line
    assert tools.endswith("requirements-build.lock")
    assert "--no-build-isolation" in packages
    assert packages.endswith(lock)
    _, _, folder = tools.partition("--target ")
    assert packages.split()[0] == f"PYTHONPATH={folder.split()[0]}"


# --- uv -------------------------------------------------------------------------------------------------------------

FAKE_UV = f"""
echo "PYTHONPATH=$PYTHONPATH uv $*" >> "$UV_LOG"
case "$1" in
  venv) for last; do :; done; {BARE_VENV};;
  pip) test -z "$UV_FAILS";;
esac
"""


def test_uv_is_used_where_there_is_one(newcomer: Newcomer, tmp_path: Path) -> None:
    newcomer.program("uv", FAKE_UV)
    log = tmp_path / "uv.log"
    done = newcomer.run(UV_LOG=str(log))
    assert done.status == 0, done.text
    hashed_and_not_isolated(log, f"{newcomer.component}/requirements.lock")


def test_uv_can_be_declined(newcomer: Newcomer, tmp_path: Path) -> None:
    newcomer.program("uv", FAKE_UV)
    done = newcomer.run(UV_LOG=str(tmp_path / "uv.log"), FC_GUARD_NO_UV="1")
    assert done.status == 0, done.text
    assert not (tmp_path / "uv.log").exists()


def test_where_uv_fails_pip_is_tried(newcomer: Newcomer, tmp_path: Path) -> None:
    newcomer.program("uv", FAKE_UV)
    done = newcomer.run(UV_LOG=str(tmp_path / "uv.log"), UV_FAILS="1")
    assert done.status == 0, done.text
    [folder] = newcomer.environments()
    assert list(folder.glob("lib/python*/site-packages/fcguarddemo.py"))


MIRROR = "https://bob:s3cret@mirror.example.com/simple"
"""The index that a user has named, which is never asked: the packages are in a folder, and PIP_NO_INDEX is set."""


@pytest.fixture
def uv_log(newcomer: Newcomer, tmp_path: Path) -> Path:
    """Somebody who has uv."""
    newcomer.program("uv", FAKE_UV)
    return tmp_path / "uv.log"


@pytest.mark.parametrize("where", ["a variable", "a named file", "the home folder", "an index beside the usual one"])
def test_an_index_that_only_pip_knows_is_asked_by_pip(newcomer: Newcomer, uv_log: Path, where: str) -> None:
    files = {
        "a named file": (uv_log.parent / "pip.conf", f"[install]\nindex-url = {MIRROR}\n"),
        "the home folder": (newcomer.host.home / ".pip/pip.conf", f"[global]\nindex-url = {MIRROR}\n"),
        "an index beside the usual one": (uv_log.parent / "pip.conf", f"[global]\nextra-index-url = {MIRROR}\n"),
    }
    variables: dict[str, str | None] = {"PIP_INDEX_URL": MIRROR}
    if where in files:
        file, text = files[where]
        write_files(file.parent, {file.name: text})
        variables = {"PIP_CONFIG_FILE": None if where == "the home folder" else str(file)}
    done = newcomer.run(UV_LOG=str(uv_log), **variables)
    assert done.status == 0, done.text
    assert not uv_log.exists()
    [folder] = newcomer.environments()
    assert list(folder.glob("lib/python*/site-packages/fcguarddemo.py"))
    log = Path(f"{folder}.log").read_text(encoding="utf-8")
    assert "with pip, whose configuration names a package index" in log
    assert "s3cret" not in log + done.text


@pytest.mark.parametrize("where", ["a variable", "the home folder"])
def test_where_uv_knows_an_index_too_it_is_used(newcomer: Newcomer, uv_log: Path, where: str) -> None:
    variables: dict[str, str | None] = {"UV_DEFAULT_INDEX": MIRROR}
    if where == "the home folder":
        write_files(newcomer.host.home / ".config/uv", {"uv.toml": f'[[index]]\nurl = "{MIRROR}"\ndefault = true\n'})
        variables = {"UV_NO_CONFIG": None}
    done = newcomer.run(UV_LOG=str(uv_log), PIP_INDEX_URL=MIRROR, **variables)
    assert done.status == 0, done.text
    hashed_and_not_isolated(uv_log, f"{newcomer.component}/requirements.lock")


def test_where_pip_fails_at_an_index_that_it_alone_knows_uv_is_tried(newcomer: Newcomer, uv_log: Path) -> None:
    done = newcomer.run(UV_LOG=str(uv_log), PIP_INDEX_URL=MIRROR, PIP_FIND_LINKS=None)
    assert done.status == 0, done.text
    hashed_and_not_isolated(uv_log, f"{newcomer.component}/requirements.lock")
    assert newcomer.leftovers() == []


# --- the base Python ------------------------------------------------------------------------------------------------


def test_a_python_that_is_too_old_is_named(newcomer: Newcomer) -> None:
    newcomer.program("python3", 'echo \'{"version": [3, 6, 8], "executable": "/x/python3.6", "pip": null}\'')
    done = newcomer.run("deploy")
    assert done.status == 1
    assert "fc-guard needs Python 3.10 or later" in done.stdout
    assert f"{newcomer.bin}/python3: Python 3.6.8, too old" in done.stdout
    for install in ("apt-get install python3 python3-venv", "yum, install python3.11", "brew install python"):
        assert install in done.stdout
    assert newcomer.leftovers() == []


def test_no_python_at_all_is_told(newcomer: Newcomer) -> None:
    (newcomer.bin / "python3").unlink()
    done = newcomer.run("deploy")
    assert done.status == 1
    assert "there is none on PATH; nothing was changed" in done.stdout
    assert "looked for: python3.13, " in done.stdout


def test_a_python_that_does_not_run_is_passed_over(newcomer: Newcomer) -> None:
    newcomer.build_quickly()
    newcomer.program("python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    assert newcomer.run().status == 0
    (newcomer.bin / "python3").unlink()
    shutil.rmtree(newcomer.cache)
    done = newcomer.run()
    assert "python3.13: does not run (pyenv: python3.13: command not found)" in done.stdout


def test_an_old_python_is_passed_over_for_a_recent_one(newcomer: Newcomer) -> None:
    newcomer.build_quickly()
    newcomer.program("python3.12", 'echo \'{"version": [3, 6, 8], "executable": "/x/python3.6", "pip": null}\'')
    done = newcomer.run()
    assert done.status == 0, done.text


def test_a_named_interpreter_is_used_as_it_is(newcomer: Newcomer) -> None:
    done = newcomer.run(FC_GUARD_PYTHON=sys.executable)
    assert done.status == 0, done.text
    assert not (newcomer.cache / "envs").exists()


def test_variables_of_the_users_python_do_not_reach_the_worker(newcomer: Newcomer, tmp_path: Path) -> None:
    write_files(tmp_path / "evil", {"json.py": "raise SystemExit('the wrong json')\n"})
    write_files(newcomer.project, {"threading.py": "raise SystemExit('the wrong threading')\n"})
    done = newcomer.run(
        FC_GUARD_PYTHON=sys.executable,
        PYTHONPATH=str(tmp_path / "evil"),
        PYTHONHOME="/nowhere",
        PYTHONINSPECT="1",
        PYTHONOPTIMIZE="2",
    )
    assert done.status == 0, done.text


# --- the copy of the code -------------------------------------------------------------------------------------------


def test_an_update_in_place_that_keeps_size_and_date_runs_the_new_code(newcomer: Newcomer) -> None:
    """The host's update unzips over the component, every file dated the same."""
    project = newcomer.project
    code = newcomer.component / "src/fc_guard"
    date = (1698768000, 1698768000)

    def release(word: str) -> None:
        text = f'WORD = "{word}"\n'
        write_files(code, {"word.py": text})
        os.utime(code / "word.py", date)

    main = (code / "__main__.py").read_text(encoding="utf-8")
    main = main.replace('"argv": call["argv"]', '"argv": call["argv"], "word": WORD')
    main = main.replace("import json\n", "import json\nfrom fc_guard.word import WORD\n", 1)
    write_files(code, {"__main__.py": main})
    for word in ("one", "two"):
        release(word)
        for _ in range(2):
            done = newcomer.host.run(
                project,
                *("info", "--silent", "--output", "json"),
                env=newcomer.variables(FC_GUARD_PYTHON=sys.executable, PYTHONDONTWRITEBYTECODE="1"),
            )
            assert done.json()["word"] == word
    copies = sorted((newcomer.cache / "code").iterdir())
    assert len(copies) == 2
    for copy in copies:
        assert copy.name.startswith("0.1.0-")
        assert list(copy.glob("src/fc_guard/__pycache__/word.*.pyc"))
    assert not (code / "__pycache__").exists()


def test_the_copy_holds_what_python_reads_and_nothing_else(newcomer: Newcomer) -> None:
    newcomer.run(FC_GUARD_PYTHON=sys.executable)
    [copy] = (newcomer.cache / "code").iterdir()
    assert {path.name for path in copy.iterdir()} == {"package.json", "publish.yaml", "schema", "src"}
    names = {path.name for path in copy.rglob("*")}
    assert "__main__.py" in names
    assert "props.json" in names
    assert "places.js" not in names
    assert not (copy / "src" / "index.js").exists()
    console = "src/fc_local/console"
    assert {path.name for path in (copy / console).iterdir()} >= {
        path.name for path in (newcomer.component / console).iterdir()
    }


def test_where_the_cache_cannot_be_written_the_component_runs_in_place(newcomer: Newcomer) -> None:
    done = newcomer.run(FC_GUARD_PYTHON=sys.executable, FC_GUARD_HOME="/dev/null/cache")
    assert done.status == 0, done.text
    [start] = newcomer.starts()
    assert start["python_path"] == str(newcomer.component / "src")
    assert not (newcomer.component / "src/fc_guard/__pycache__").exists()


def test_where_the_cache_cannot_be_written_an_environment_cannot_be_built(newcomer: Newcomer) -> None:
    done = newcomer.run("deploy", FC_GUARD_HOME="/dev/null/cache")
    assert done.status == 1
    assert "The folder for the Python environment cannot be made" in done.stdout
    assert "FC_GUARD_PYTHON" in done.stdout


def test_what_was_not_used_for_long_is_removed_when_something_new_comes(newcomer: Newcomer) -> None:
    day = 24 * 60 * 60
    now = time.time()
    for days in (2, 31):
        old = newcomer.cache / "code" / f"0.0.{days}-0123456789abcdef"
        old.mkdir(parents=True)
        os.utime(old, (now - days * day, now - days * day))
    newcomer.run(FC_GUARD_PYTHON=sys.executable)
    names = {path.name.split("-")[0] for path in (newcomer.cache / "code").iterdir()}
    assert names == {"0.0.2", "0.1.0"}


def test_a_copy_in_use_is_marked_as_used(newcomer: Newcomer) -> None:
    newcomer.run(FC_GUARD_PYTHON=sys.executable)
    [copy] = (newcomer.cache / "code").iterdir()
    os.utime(copy, (1, 1))
    newcomer.run(FC_GUARD_PYTHON=sys.executable)
    assert time.time() - copy.stat().st_mtime < 60


# --- the host's root folder -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "workspace", "root"),
    [
        ({}, None, "home/.s"),
        ({"serverless_devs_config_home": "{}/other"}, None, "other/.s"),
        ({}, "~/work", "home/work"),
        ({"PIPELINE_ID": "1"}, None, "home/.cache/.s"),
        ({"PIPELINE_ID": "1", "SERVERLESS_CD": "1"}, None, "home/.s"),
        ({"PIPELINE_ID": "1"}, "~/work", "home/work"),
    ],
    ids=["home", "config home", "workspace", "yunxiao", "serverless-cd", "yunxiao with workspace"],
)
def test_the_cache_lies_in_the_hosts_root_folder(
    tmp_path: Path, variables: dict[str, str], workspace: str | None, root: str
) -> None:
    if workspace:
        write_files(tmp_path / "home/.s/config", {"s.json": json.dumps({"workspace": workspace})})
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home")}
    env.update({name: value.format(tmp_path) for name, value in variables.items()})
    code = f"console.log(require({json.dumps(str(ROOT / 'src/bridge/places.js'))}).cacheHome())"
    done = subprocess.run(["node", "-e", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(tmp_path / root / "cache/fc-guard")
