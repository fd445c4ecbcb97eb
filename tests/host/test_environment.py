"""Which Python the bridge runs, the environment it builds, and the copy of the code it runs from."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.host.harness import ROOT, Finished, Host, component_copy, project_v3, write_files

BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
BARE_VENV = f'exec "{BASE_PYTHON}" -m venv --without-pip "$last"'


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


def wheel(folder: Path, version: str = "1.0") -> str:
    """Writes a wheel with one module; returns the line that locks it."""
    folder.mkdir(exist_ok=True)
    file = folder / f"fcguarddemo-{version}-py3-none-any.whl"
    info = f"fcguarddemo-{version}.dist-info"
    contents = {
        "fcguarddemo.py": f"VERSION = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: fcguarddemo\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},{_digest(text)},{len(text)}\n" for name, text in contents.items())
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in {**contents, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(name, text)
    return f"fcguarddemo=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def _digest(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def newcomer(host: Host, tmp_path: Path) -> Newcomer:
    component = component_copy(tmp_path / "component", fake=True)
    write_files(component, {"requirements.lock": wheel(tmp_path / "wheels")})
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
    assert "fcguarddemo" in log.read_text(encoding="utf-8")
    assert f"-m pip install --require-hashes -r {newcomer.component}/requirements.lock" in done.stdout
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
    """The whole requirements.lock by pip, from the package index this machine is set up for."""
    component = component_copy(tmp_path / "real")
    project = project_v3(tmp_path / "app2", {"one": {}}, component=str(component))
    env = newcomer.variables(PIP_NO_INDEX=None, PIP_FIND_LINKS=None, PIP_CONFIG_FILE=None)
    env.update({name: value for name, value in os.environ.items() if name.startswith("PIP_")})
    done = newcomer.host.run(project, "info", env=env, timeout=110)
    assert "The Python environment is ready" in done.stdout
    [folder] = newcomer.environments()
    check = "import alibabacloud_fc_open20210406.client, yaml, jsonschema, fastcrc, pathspec, aiohttp"
    subprocess.run([folder / "bin/python", "-c", check], check=True)


# --- uv -------------------------------------------------------------------------------------------------------------

FAKE_UV = f"""
echo "uv $*" >> "$UV_LOG"
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
    venv, install = log.read_text(encoding="utf-8").splitlines()
    assert venv.startswith("uv venv")
    assert "--require-hashes" in install
    assert f"-r {newcomer.component}/requirements.lock" in install


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


# --- the base Python ------------------------------------------------------------------------------------------------


def test_a_python_that_is_too_old_is_named(newcomer: Newcomer) -> None:
    newcomer.program("python3", 'echo \'{"version": [3, 6, 8], "executable": "/x/python3.6", "pip": null}\'')
    done = newcomer.run("deploy")
    assert done.status == 1
    assert "fc-guard needs Python 3.10 or later" in done.stdout
    assert f"{newcomer.bin}/python3: Python 3.6.8, too old" in done.stdout
    assert "apt-get install python3 python3-venv" in done.stdout
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
