"""Odd input of every sort: files that are none, depth, sizes, names. It ends in a message and never as a defect."""

from __future__ import annotations

import contextlib
import copy
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fc_guard.artifacts.folder import entries, reserved
from fc_guard.disk import open_regular, read_bounded
from fc_guard.errors import BadInput, GuardError
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from tests.integration.project import PROPS, Project

pytestmark = pytest.mark.whatever_fc_answers

EXAMPLES = int(os.environ.get("FC_GUARD_FUZZ", "1000"))
ODD: list[Any] = [
    *(None, "", " ", "x" * 5000, "${", "${vars.x}", "{{ x }}", "\x00", "\u202e", "\ud800", "auto", "acs:ram::1:role/x"),
    *(0, -1, 2**63, 2**200, 1e308, float("nan"), float("inf"), True, [], {}, [[]], {"": ""}, {"name": None}),
    *(["a", 1, None], {"a": {"b": {"c": []}}}, [{}], "local", "oss://x/y", "http://[", "-----BEGIN "),
]


# files that are none


@pytest.fixture
def fifo(project: Project) -> Path:
    path = project.root / "fifo"
    os.mkfifo(path)
    return path


@pytest.mark.timeout(20)
@pytest.mark.parametrize("special", ["fifo", "/dev/zero", "folder", "large"])
@pytest.mark.parametrize("place", ["fcignore", "zip", "certificate"])
def test_only_regular_files_of_bearable_size_are_read(project: Project, fifo: Path, special: str, place: str) -> None:
    """A FIFO has no end until somebody opens the other one; /dev/zero never has."""
    target = {"fifo": fifo, "/dev/zero": Path("/dev/zero"), "folder": project.root / "code"}.get(special)
    if target is None:
        target = project.root / "large"
        with target.open("wb") as file:
            file.truncate(600 * 1024 * 1024)  # sparse: no disk is used for it
    if place == "fcignore":
        (project.root / "code" / ".fcignore").symlink_to(target)
        named = ".fcignore"
    elif place == "zip":
        (project.root / "code.zip").symlink_to(target)
        project.props["function"]["codeUri"] = named = "code.zip"
    else:
        (project.root / "cert.pem").symlink_to(target)
        project.props["customDomains"] = [
            {
                "domainName": "www.example.com",
                "protocol": "HTTPS",
                "routeConfigs": [{"path": "/"}],
                "certConfig": {"certName": "c", "certificate": "cert.pem", "privateKey": "cert.pem"},
            }
        ]
        named = "cert.pem"
    if (special, place) == ("folder", "zip"):
        return  # a folder whose name ends in .zip is a code folder
    with pytest.raises(BadInput) as caught:
        project.run("plan")
    assert named in caught.value.message
    assert "Errno" not in caught.value.message


def test_a_file_is_read_up_to_its_bound_and_no_further(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_bounded(path, 4)
    with pytest.raises(OSError, match="folder"):
        open_regular(tmp_path)


# depth


def test_folders_may_be_in_each_other_as_deep_as_the_file_system_has_them(tmp_path: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1500):
            Path("d").mkdir()
            os.chdir("d")
        Path("file").touch()
        found = entries(tmp_path)
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # Python's own way does not get so deep
    assert [entry.name.count("/") for entry in found] == [1500]


def deep(levels: int, within: Any = "x") -> Any:
    value = within
    for level in range(levels):
        value = {"a": value} if level % 2 else [value]
    return value


@pytest.mark.parametrize("levels", [33, 200, 900])
@pytest.mark.parametrize("place", ["top", "environment", "trigger"])
def test_props_that_are_nested_without_end_are_bad_props(levels: int, place: str) -> None:
    props = copy.deepcopy(PROPS)
    if place == "top":
        props["custom"] = deep(levels)
    elif place == "environment":
        props["function"]["environmentVariables"]["A"] = deep(levels)
    else:
        props["triggers"][0]["config"]["authConfig"] = deep(levels)
    with pytest.raises(BadInput, match="nested deeper than 32 levels"):
        check(props, Places(None, "one"), LAYOUTS)


def test_a_value_of_a_user_s_own_may_have_some_levels() -> None:
    props = copy.deepcopy(PROPS)
    props["triggers"][0]["config"]["authConfig"] = {"a": deep(20)}
    check(props, Places(None, "one"), LAYOUTS)


# names that mean something to tools here


@pytest.mark.parametrize(
    "name",
    [
        *(".git/config", ".GIT/config", "a/.Git/hooks/x", ".git ", ".git.", ".g\u200cit/config", "GIT~1/config"),
        *(".git::$INDEX_ALLOCATION/config", ".S/fc-guard/key", ".hg/hgrc", ".Env", "\u2024git/.git/config"),
    ],
)
def test_names_are_reserved_in_every_spelling_of_them(name: str) -> None:
    assert reserved(name)


@pytest.mark.parametrize("name", ["git/config", ".gitignore", "a.git/x", "index.py", ".github/x.yml", ".env.py"])
def test_other_names_are_free(name: str) -> None:
    assert not reserved(name)


HARM = "[core]\n\tfsmonitor = touch harmed\n"
hostile = pytest.mark.parametrize("name", [".GIT/config", "lib/.Git /config", "GIT~1/config", ".git/config"])


def put_online(project: Project, name: str) -> None:
    source = (project.root / "code" / "index.py").read_text(encoding="utf-8").replace("one", "theirs")
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": source, name: HARM})


@hostile
def test_a_pull_writes_nothing_that_tools_here_go_by(deployed: Project, name: str) -> None:
    (deployed.root / "s.yaml").write_text("resources:\n  one:\n    props: {}\n", encoding="utf-8")
    put_online(deployed, name)
    _, person = deployed.run("pull -y")
    found = sorted(path.relative_to(deployed.root / "code").as_posix() for path in (deployed.root / "code").rglob("*"))
    assert found == ["index.py"]
    assert "theirs" in (deployed.root / "code" / "index.py").read_text(encoding="utf-8")
    assert name in person.text


@hostile
def test_a_sync_writes_nothing_that_tools_here_go_by(deployed: Project, name: str) -> None:
    put_online(deployed, name)
    report, person = deployed.run("sync --target-dir online")
    found = sorted(path.name for path in (deployed.root / "online").rglob("*") if path.is_file())
    assert found == ["index.py", "s.yaml"]
    assert f"Left out: {name}" in person.text
    assert report.status() == 0


def test_code_online_does_not_replace_s_yaml_in_any_spelling_of_its_name(deployed: Project) -> None:
    """A code folder may be the project's own; its file system may not know letter case."""
    for name in ("s.yaml", "S.YAML", "s.Yaml"):
        project = Project(deployed.root / name, deployed.server)
        project.props["function"]["codeUri"] = "."
        project.props["service"]["name"] = "own"
        (project.root / "s.yaml").write_text("resources:\n  one:\n    props: {}\n", encoding="utf-8")
        assert project.run("deploy")[0].status() == 0
        files = {"code/index.py": "def handler(e, s): pass\n", name: "resources: {}\n"}
        project.edit("UpdateFunction", "own", "hello", files=files)
        with contextlib.suppress(BadInput):
            project.run("pull -y")
        assert "one" in (project.root / "s.yaml").read_text(encoding="utf-8")
        assert not (project.root / name).exists() or name == "s.yaml"
        project.run("remove -y --use-remote")


# anything


def spoiled(props: Any, rng: random.Random) -> Any:
    """The props with one to three values replaced, renamed, dropped or doubled."""
    result = copy.deepcopy(props)
    for _ in range(rng.randint(1, 3)):
        node: Any = result
        while isinstance(node, dict | list) and node:
            key = rng.choice(list(node) if isinstance(node, dict) else range(len(node)))
            if not isinstance(node[key], dict | list) or not node[key] or rng.random() < 0.3:
                break
            node = node[key]
        else:
            continue
        choice = rng.random()
        if choice < 0.7:
            node[key] = copy.deepcopy(rng.choice(ODD))
        elif choice < 0.8 and isinstance(node, dict):
            node[rng.choice(["nam", "type", "", "config", "auto", "\x1b[31m"])] = node.pop(key)
        elif choice < 0.9:
            del node[key]
        elif isinstance(node, list):
            node.append(copy.deepcopy(node[key]))
    return result


FULL = {
    **copy.deepcopy(PROPS),
    "service": {
        "name": "demo",
        "role": "acs:ram::1234567890123456:role/x",
        "logConfig": {"project": "p", "logstore": "l", "enableRequestMetrics": True},
        "vpcConfig": {"vpcId": "v", "vswitchIds": ["s"], "securityGroupId": "g"},
        "nasConfig": {"userId": 1, "groupId": 1, "mountPoints": [{"serverAddr": "a", "nasDir": "/", "fcDir": "/m"}]},
        "vpcBinding": ["v"],
        "tracingConfig": "Enable",
    },
    "customDomains": [
        {"domainName": "www.example.com", "protocol": "HTTP", "routeConfigs": [{"path": "/*", "methods": ["GET"]}]}
    ],
}
FULL["function"] = {
    **FULL["function"],
    "asyncConfiguration": {"destination": {"onSuccess": "acs:mns:::/queues/q/messages"}, "maxAsyncRetryAttempts": 1},
    "customHealthCheckConfig": {"httpGetUrl": "/", "periodSeconds": 3},
    "instanceLifecycleConfig": {"preFreeze": {"handler": "x.y", "timeout": 3}},
    "layers": ["acs:fc:cn-hangzhou:1:layers/a/versions/1"],
}


@pytest.mark.timeout(300)
def test_no_props_end_as_a_defect(project: Project) -> None:
    """`FC_GUARD_FUZZ=20000` tries more of them."""
    seed = int(os.environ.get("FC_GUARD_SEED", "1"))
    ends: dict[str, int] = {}
    for number in range(EXAMPLES):
        rng = random.Random(f"{seed}-{number}")
        project.props = spoiled(FULL, rng)
        try:
            end = str(project.run(rng.choice(["plan", "drift", "info"]))[0].status())
        except GuardError as error:
            end = error.reference
            str(error)
        except Exception as error:
            raise AssertionError(f"seed {seed}, number {number}: {project.props!r}") from error
        ends[end] = ends.get(end, 0) + 1
    assert ends.get("bad-props", 0) > EXAMPLES / 10, ends
    assert ends.get("0", 0) > EXAMPLES / 20, ends
