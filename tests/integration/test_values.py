"""Values of environment variables and other secrets: who sees them, and where they never are."""

from __future__ import annotations

import io
import os
import sys

import pytest
import yaml

from tests.integration.outlet import LetOut, let_out
from tests.integration.project import Person, Project

TOKEN = "tok-4711-abcdef"
BEFORE = "old-4711-abcdef"
HIDDEN_SIDES = "last deployed (hidden) → online (hidden, another value) → yours (hidden, as last deployed)"
REPORTS = ("report.json", "report.md", "report.html")
SHOWS = ("plan", "drift", "deploy", "deploy --use-remote", "remove -y --use-remote", "pull --dry-run")


@pytest.fixture
def edited(project: Project) -> Project:
    """Somebody changed a variable that looks plain and one that looks secret, both deployed from here."""
    project.props["function"]["environmentVariables"] = {"STAGE": "prod", "TOKEN": BEFORE}
    document = {"resources": {"one": {"component": "fc-guard", "props": project.props}}}
    project.write({"s.yaml": yaml.safe_dump(document)}, folder=".")
    assert project.run("deploy")[0].status() == 0
    project.edit("UpdateFunction", "demo", "hello", environmentVariables={"STAGE": "canary", "TOKEN": TOKEN})
    return project


def at_terminal(project: Project, line: str, *answers: str) -> Person:
    return project.run(line, Person(list(answers), present=True))[1]


def sides_of(text: str, name: str) -> str:
    """The sides of one variable, whether they share a line or not."""
    _, _, rest = text.partition(f"environmentVariables.{name} ")
    own, _, _ = rest.partition("\n\n")
    own, _, _ = own.partition("environmentVariables.")
    return " ".join(own.split())


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_at_a_terminal_what_looks_plain_is_shown_on_all_sides(edited: Project, command: str) -> None:
    told = at_terminal(edited, command).text
    assert "last deployed prod → online canary → yours prod" in sides_of(told, "STAGE")
    assert HIDDEN_SIDES in sides_of(told, "TOKEN")


def test_without_a_terminal_no_value_is_shown(edited: Project) -> None:
    told = edited.run("plan")[1].text
    for name in ("STAGE", "TOKEN"):
        assert HIDDEN_SIDES in sides_of(told, name)


def test_show_values_shows_them_without_a_terminal_too(edited: Project) -> None:
    told = edited.run("plan --show-values")[1].text
    assert f"last deployed {BEFORE} → online {TOKEN} → yours {BEFORE}" in sides_of(told, "TOKEN")
    told = edited.run("drift --show-values")[1].text
    assert f"last deployed {BEFORE} → online {TOKEN}" in sides_of(told, "TOKEN")


def test_what_was_deployed_is_not_known_once_both_sides_moved(edited: Project) -> None:
    edited.props["function"]["environmentVariables"]["STAGE"] = "test"
    told = at_terminal(edited, "plan").text
    assert "last deployed (kept as a hash) → online canary → yours test" in sides_of(told, "STAGE")


def test_v_at_the_question_shows_them_on_the_screen_alone(edited: Project) -> None:
    person = at_terminal(edited, "deploy", "v", "s")
    assert person.offered[0] == ("o", "k", "p", "d", "v", "s")
    [shown] = person.shown
    assert f"online {TOKEN} → yours {BEFORE}" in sides_of(shown, "TOKEN")
    assert TOKEN not in person.text


def test_v_is_offered_only_where_something_is_hidden(edited: Project) -> None:
    assert "v" not in at_terminal(edited, "deploy --show-values", "s").offered[0]
    edited.edit("UpdateFunction", "demo", "hello", environmentVariables={"STAGE": "canary", "TOKEN": BEFORE})
    assert "v" not in at_terminal(edited, "deploy", "s").offered[0]


def test_one_by_one_v_shows_the_one(edited: Project) -> None:
    edited.edit("UpdateService", "demo", description="theirs")
    person = at_terminal(edited, "deploy", "e", "v", "s")
    assert person.offered == [("o", "k", "p", "d", "v", "e", "s"), ("o", "k", "d", "s")]
    person = at_terminal(edited, "deploy", "e", "k", "v", "s")
    [shown] = person.shown
    assert (TOKEN in shown, "theirs" in shown) == (True, False)


def test_v_at_the_question_of_a_removal_and_of_an_undo(edited: Project) -> None:
    person = at_terminal(edited, "remove", "v", "s")
    assert TOKEN in person.shown[0]
    assert edited.run("deploy --use-remote")[0].status() == 0
    person = at_terminal(edited, "undo", "v", "s")
    assert f"online {BEFORE} → saved {TOKEN}" in sides_of(person.shown[0], "TOKEN")
    assert TOKEN not in person.text
    assert TOKEN in at_terminal(edited, "undo --show-values", "s").text


# on the way out


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("line", SHOWS)
def test_no_value_leaves_a_run_unasked(
    edited: Project, line: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = let_out(edited, f"{line} --report {name}", capsys)
    report = (edited.root / name).read_text(encoding="utf-8")
    assert not [value for value in (TOKEN, BEFORE, "canary") if value in out.everything or value in report]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("line", SHOWS)
def test_with_show_values_they_are_in_the_text_and_in_no_report(
    edited: Project, line: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = let_out(edited, f"{line} --show-values --report {name} --output json", capsys)
    assert TOKEN in "\n".join(out.texts)
    report = (edited.root / name).read_text(encoding="utf-8")
    assert "TOKEN" in report
    assert not [value for value in (TOKEN, BEFORE) if value in str(out.data) or value in report or value in out.printed]


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_tells_which_sides_of_a_hidden_value_differ(
    edited: Project, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    let_out(edited, f"plan --report {name}", capsys)
    report = (edited.root / name).read_text(encoding="utf-8")
    told = name != "report.json"
    assert ("(hidden, another value)" in report, "(hidden, as last deployed)" in report) == (told, told)
    assert "hidden" in report


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def seated(
    edited: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, typed: str = ""
) -> LetOut:
    """Runs it at a terminal where lines are typed."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(os, "isatty", lambda fd: True)
    monkeypatch.setattr(sys, "stdin", Screen(typed))
    return let_out(edited, line, capsys)


def test_a_terminal_gets_what_looks_plain_and_not_the_secret(
    edited: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = seated(edited, monkeypatch, capsys, "plan --output json")
    told = "\n".join(out.texts)
    assert ("canary" in told, TOKEN in told, BEFORE in told) == (True, False, False)
    assert "canary" not in str(out.data)


def test_what_v_shows_goes_past_the_log_of_the_host(
    edited: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = seated(edited, monkeypatch, capsys, "deploy", "v\ns\n")
    assert TOKEN in out.printed
    assert TOKEN not in "\n".join(out.texts)
    assert TOKEN not in str(out.data)


def test_in_ci_a_terminal_is_none(
    edited: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "isatty", lambda fd: True)
    monkeypatch.setenv("CI", "true")
    assert "canary" not in let_out(edited, "plan", capsys).everything


def test_where_the_output_goes_into_a_file_no_value_is_shown(
    edited: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(os, "isatty", lambda fd: fd != 1)
    assert "canary" not in let_out(edited, "plan", capsys).everything
