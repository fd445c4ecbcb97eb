"""Words that are no command here, through the real hosts: the component `fc`'s, and slips of the finger."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.host.conftest import FakeWorker
from tests.host.harness import ROOT, Host, project_v1, project_v3

from fc_local.server import LocalServer

INSTEAD: dict[str, str] = json.loads((ROOT / "src" / "elsewhere.json").read_text(encoding="utf-8"))
# A word that the host keeps for itself reaches a component only behind the name of a step.
THE_HOST_S = {"env"}
# Props that no command would take, and no keys: for a word that is no command neither is looked at.
WRONG = {"region": 7}


@pytest.fixture(params=["3.1.10 with 3.0.0", "3.1.10 with 1.0.0", "2.2.2 with 1.0.0"])
def any_host(request: pytest.FixtureRequest, host: Host, host2: Host) -> tuple[Host, Callable[..., Path]]:
    """Each host with each edition of s.yaml: the host, and what writes a project for it."""
    return {
        "3.1.10 with 3.0.0": (host, project_v3),
        "3.1.10 with 1.0.0": (host, project_v1),
        "2.2.2 with 1.0.0": (host2, project_v1),
    }[request.param]


AnyHost = tuple[Host, Callable[..., Path]]


@pytest.mark.parametrize("word", INSTEAD)
def test_a_word_of_the_predecessor_is_status_2_and_says_what_to_use(
    host: Host, fake: FakeWorker, tmp_path: Path, word: str
) -> None:
    words = ["one", word] if word in THE_HOST_S else [word]
    done = host.run(project_v3(tmp_path / "app", {"one": WRONG}), *words)
    assert done.status == 2, done.text
    assert f"fc-guard has no command {word}; nothing was done.\nhint: {INSTEAD[word]}\n" in done.text
    assert done.text.count("has no command") == 1
    assert fake.records("call") == []


def test_a_word_of_the_predecessor_fails_in_every_host(any_host: AnyHost, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": WRONG, "two": WRONG})
    for words in (["build", "--use-docker"], ["two", "build"], ["version", "publish", "--description", "x"]):
        done = host.run(folder, *words)
        assert done.status == 2, done.text
        assert "fc-guard has no command" in done.text


def test_the_help_of_a_word_of_the_predecessor_says_what_to_use(any_host: AnyHost, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": WRONG})
    for words in (["build"], ["one", "build"], ["version", "publish"]):
        done = host.run(folder, *words, "-h")
        assert done.status == 0, done.text
        word = "version" if "version" in words else "build"
        assert f"fc-guard has no command {word}. {INSTEAD[word]}" in " ".join(done.text.split())


def test_the_list_of_commands_has_no_word_that_is_none(host: Host, tmp_path: Path) -> None:
    folder = project_v3(tmp_path / "app", {"one": WRONG})
    for words in (["-h"], ["one", "-h"]):
        shown = host.run(folder, *words).stdout
        assert "deploy" in shown
        assert "fun2s" not in shown


def test_a_build_before_a_deployment_stops_it(host: Host, local_fc: LocalServer, tmp_path: Path) -> None:
    """`s build && s deploy` would ship the code without what it imports."""
    host.with_keys().variables["FC_GUARD_ENDPOINT"] = local_fc.url
    function = {"name": "f", "runtime": "python3", "handler": "index.handler", "codeUri": "./code"}
    props = {"region": "cn-hangzhou", "service": {"name": "s"}, "function": function}
    folder = project_v3(tmp_path / "app", {"one": props}, files={"code/index.py": "", "code/requirements.txt": "x\n"})
    first, then = (shlex.join(host.command([word])) for word in ("build", "deploy"))
    release = ["sh", "-c", f"{first} && {then}"]
    done = subprocess.run(release, cwd=folder, env=host.environment(), stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 2, done.stdout
    assert local_fc.admin.journal() == []


def test_the_host_s_output_option_does_not_hide_it(host: Host, tmp_path: Path) -> None:
    done = host.run(project_v3(tmp_path / "app", {"one": WRONG}), "build", "-o", "json")
    assert done.status == 2, done.text
    assert INSTEAD["build"] in done.stderr


def test_a_misspelled_command_is_status_2_with_the_one_that_was_meant(any_host: AnyHost, tmp_path: Path) -> None:
    host, project = any_host
    folder = project(tmp_path / "app", {"one": WRONG})
    for words in (["depoly"], ["depoly", "-y", "--debug"], ["one", "depoly"], ["depoly", "-t", "s.yaml"]):
        done = host.run(folder, *words)
        assert done.status == 2, done.text
        assert "fc-guard has no command depoly; nothing was done." in done.text
        assert "Did you mean deploy?" in done.text


def test_a_misspelled_word_of_the_predecessor_says_what_that_word_would_say(host: Host, tmp_path: Path) -> None:
    done = host.run(project_v3(tmp_path / "app", {"one": WRONG}), "biuld")
    assert done.status == 2, done.text
    assert f"build is no command either. {INSTEAD['build']}" in done.text


def test_a_word_that_is_near_none_is_status_2_with_all_commands(host: Host, tmp_path: Path) -> None:
    done = host.run(project_v3(tmp_path / "app", {"one": WRONG}), "frobnicate")
    assert done.status == 2, done.text
    assert "The commands are deploy, plan, drift," in done.text
    assert "`s <step> frobnicate`" in done.text


def test_a_misspelled_step_is_status_2_and_names_one_that_is_there(any_host: AnyHost, tmp_path: Path) -> None:
    host, project = any_host
    done = host.run(project(tmp_path / "app", {"one": WRONG}), "oen", "deploy")
    assert done.status == 2, done.text
    assert "There is no step oen in s.yaml; nothing was done." in done.text
    assert "There is one;" in done.text


def test_what_a_host_asks_of_any_component_is_never_a_word(host: Host, fake: FakeWorker, tmp_path: Path) -> None:
    """A method `then` would make a promise of the component, one that the host waits for without end."""
    names = ["then", "toJSON", "getShownProps", "schemaPath", "length", "constructor", "s"]
    folder = project_v3(tmp_path / "app", {"one": {"region": "cn-hangzhou"}})
    done = host.run(folder, "info", *(part for name in names for part in ("--trigger-name", name)))
    assert done.status == 0, done.text
    assert [call["message"]["method"] for call in fake.records("call")] == ["info"]
