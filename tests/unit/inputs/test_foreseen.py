"""The steps of an s.yaml as the host will read them, and what is left to the host alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from fc_guard.inputs import foreseen as module
from fc_guard.inputs.foreseen import foreseen, may_refer, steps_of
from fc_guard.inputs.host_words import runs_alone


def seen(tmp_path: Path, props: str, top: str = "") -> dict[str, Any] | None:
    """The props of a second step, as far as they can be told."""
    file = tmp_path / "s.yaml"
    file.write_text(f"{top}\nresources:\n  one:\n    props: {{}}\n  two:\n    props: {props}\n", encoding="utf-8")
    found = foreseen(file, "deploy", "one", {})
    return dict(found[0].props) if found else None


@pytest.mark.parametrize(
    ("props", "read"),
    [
        (
            "{a: 1, b: -2, c: 0.5, d: true, e: 'yes', f: text}",
            {"a": 1, "b": -2, "c": 0.5, "d": True, "e": "yes", "f": "text"},
        ),
        ("{a: [1, {b: ~}]}", {"a": [1, {"b": None}]}),
        ("{a: '${vars.n}', b: 'x-${vars.n}', c: '${vars.deep.er}'}", {"a": 5, "b": "x-5", "c": "five"}),
        ("{a: '${env(FORESEEN)}', b: \"${env('FORESEEN')}\"}", {"a": "set", "b": "set"}),
        ("{<<: *base, a: 2}", {"a": 2, "b": 1}),
        ("{a: '$PATH {{ x }}'}", {"a": "$PATH {{ x }}"}),
    ],
)
def test_what_is_certain_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, props: str, read: dict[str, Any]
) -> None:
    monkeypatch.setenv("FORESEEN", "set")
    top = "base: &base {a: 1, b: 1}\nvars: {n: 5, word: five, deep: {er: '${vars.word}'}}"
    assert seen(tmp_path, props, top) == read


@pytest.mark.parametrize(
    "props",
    [
        "{a: yes}",  # true to YAML 1.1, text to 1.2
        "{a: 010}",
        "{a: 1:30}",
        "{a: 1e3}",
        "{a: 0o17}",
        "{a: 2021-04-06}",
        "{a: '${resources.one.output.url}'}",
        "{a: '${vars.missing}'}",
        "{a: '${vars.round}'}",
        "{a: '${env(NO_SUCH_THING, 1)}'}",
        "{a: '${file(./x)}'}",
        "{a: '$${vars.n}'}",
    ],
)
def test_what_only_the_host_can_tell_is_left_to_it(tmp_path: Path, props: str) -> None:
    assert seen(tmp_path, props, "vars: {n: 5, round: '${vars.round}'}") is None


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("deploy", False),
        ("deploy -t other.yaml --use-remote", False),
        ("one deploy", True),
        ("one -a foo deploy", True),
        ("-a one deploy", False),
        ("-t other.yaml one deploy", True),
        ("cli fc-guard deploy -p {}", True),
        ("deploy --env testing", True),
        ("deploy service", False),
    ],
)
def test_a_step_that_runs_alone_is_known_by_the_line(line: str, alone: bool) -> None:
    assert runs_alone(line.split(), "deploy", "one") is alone


def test_aliases_that_multiply_end_soon(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    began = time.monotonic()
    assert seen(tmp_path, "{deep: *a11}", "\n".join(lines)) is None
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("text", "refers"),
    [
        ("resources: {}\n", False),
        ("a: ${resources.one.output.url}\n", True),
        ("a: ${one.output.url}\n", True),
        ("extend: base.yaml\n", True),
        ("a: output\n", False),
    ],
)
def test_whether_a_file_may_refer_to_an_output(tmp_path: Path, text: str, refers: bool) -> None:
    (tmp_path / "s.yaml").write_text(text)
    assert may_refer(tmp_path / "s.yaml") == refers


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("resources: {one: {component: a}, two: {component: a}}", {"one", "two"}),
        ("resources: {one: {component: a}, two: {component: b}}", {"one"}),
        ("resources: {one: {}, two: {}}\nflow: {plan: [[one]]}", {"one"}),
        ("resources: {one: {}, two: {}}\nflow: {deploy: [[one]]}", None),
        ("extend: base.yaml\nresources: {one: {}}", None),
        ("resources: {two: {}}", None),
    ],
)
def test_the_steps_that_a_command_runs(tmp_path: Path, text: str, steps: set[str] | None) -> None:
    (tmp_path / "s.yaml").write_text(text)
    assert steps_of(tmp_path / "s.yaml", "plan", "one") == steps


def test_a_file_is_parsed_once_for_all_its_steps_and_again_when_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    composed = module.composed

    def counted(data: bytes) -> Any:
        parsed.append(data)
        return composed(data)

    monkeypatch.setattr(module, "composed", counted)
    file = tmp_path / "s.yaml"
    file.write_text("resources: {one: {component: here}, two: {component: here}}\n", encoding="utf-8")
    assert steps_of(file, "deploy", "one") == steps_of(file, "deploy", "two") == {"one", "two"}
    assert len(parsed) == 1
    file.write_text("resources: {one: {component: here}, six: {component: here}}\n", encoding="utf-8")
    assert steps_of(file, "deploy", "one") == {"one", "six"}
    assert len(parsed) == 2


def test_however_many_steps_ask_a_file_is_gone_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of 200 steps asks, of a file whose length grows with them."""
    gone_through: list[str] = []
    running, pattern = module._running, module.OUTPUT

    def counted(*args: Any) -> list[str]:
        gone_through.append("steps")
        return running(*args)

    class Pattern:
        def search(self, text: bytes) -> object:
            gone_through.append("outputs")
            return pattern.search(text)

    monkeypatch.setattr(module, "_running", counted)
    monkeypatch.setattr(module, "OUTPUT", Pattern())
    file = tmp_path / "s.yaml"
    names = {f"step{number}" for number in range(20)}
    others = "  other: {component: another}\n  each: {component: [no, text]}\n"
    ours = "".join(f"  {name}: {{component: fc-guard}}\n" for name in names)
    file.write_text(f"resources:\n{ours}{others}", encoding="utf-8")
    for name in names:
        assert steps_of(file, "deploy", name) == names
        assert may_refer(file) is False
    assert steps_of(file, "deploy", "other") == {"other"}
    assert steps_of(file, "deploy", "each") == {"each"}
    assert steps_of(file, "deploy", "nowhere") is None
    assert sorted(gone_through) == ["outputs", "steps"]
    file.write_text(f"resources:\n{ours}# step0.output\n", encoding="utf-8")
    assert steps_of(file, "deploy", "other") is None, "the file has changed"
    assert may_refer(file) is True
