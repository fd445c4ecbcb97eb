"""The command line: our options out of the host's."""

from __future__ import annotations

import pytest

from fc_guard.commands import COMMANDS
from fc_guard.errors import BadInput
from fc_guard.inputs.command_line import as_planned, parse
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.options import Options
from fc_guard.kinds.support.table import OF_SERVICE
from fc_guard.model.plans import Policy


def parsed(line: str, command: str = "deploy") -> Options:
    return parse(line.split(), command, "one", COMMANDS[command].options, LAYOUTS)


@pytest.mark.parametrize(
    "line",
    [
        "deploy",
        "one deploy",
        "deploy -t s.yaml -a default --debug --silent",
        "deploy -o json --skip-actions --env testing",
        "-t other.yaml deploy",
        "-t other.yaml one deploy",
        "cli ./component deploy -p {}",
        "deploy --skip-push",
    ],
)
def test_the_host_s_own_words_mean_nothing_to_us(line: str) -> None:
    assert parsed(line) == Options()


def test_every_way_to_force() -> None:
    for words in ("--use-remote", "--use-local", "--on-drift overwrite", "--on-drift=overwrite"):
        assert parsed(f"deploy {words}").policy is Policy.OVERWRITE
    assert parsed("deploy --use-remote").forced_by == "--use-remote"


def test_y_accepts_and_decides_nothing() -> None:
    options = parsed("deploy -y")
    assert (options.assume_yes, options.policy) == (True, None)


def test_a_value_may_look_like_the_command() -> None:
    assert parsed("deploy -t deploy") == Options()


def test_another_command_s_words_are_not_ours() -> None:
    """`info` called by the host on behalf of `s deploy --use-remote`."""
    assert parsed("deploy --use-remote --nonsense", "info") == Options()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("deploy --use-remot", "Did you mean --use-remote?"),
        ("deploy --on-drift sometimes", "ask, fail, overwrite, keep, merge"),
        ("deploy --on-drift", "(nothing)"),
        ("deploy --use-remote --on-drift keep", "contradict"),
        ("deploy functoin", "Did you mean function?"),
        ("deploy service function", "only one part at a time"),
        ("deploy service --type code", "does not go with service"),
        ("deploy --type half", "must be one of code, config"),
        ("deploy function --trigger-name t", "goes with `s deploy trigger`"),
        ("deploy trigger --trigger-name", "a value must follow"),
        ("deploy --region cn-beijing", "names come from s.yaml"),
        ("deploy --exit-code", "Unknown option --exit-code"),
    ],
)
def test_what_is_not_understood_is_an_error_and_not_ignored(line: str, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parsed(line)
    assert text in caught.value.message


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        parsed("deploy --on-drift x --bogus")
    assert len(caught.value.message.splitlines()) == 2


def test_a_part_of_a_step_can_be_named() -> None:
    assert parsed("deploy function").scope.kinds == {("fc2", "function"), ("fc2", "asyncConfig")}
    left_to_us = {("support", kind.name) for kind in OF_SERVICE}
    assert parsed("deploy service").scope.kinds == {("fc2", "service"), ("fc2", "vpcBinding"), *left_to_us}
    assert parsed("deploy trigger --trigger-name a --trigger-name=b").scope.names == {("fc2", "trigger"): {"a", "b"}}
    assert parsed("remove domain --domain-name My.Example.com", "remove").scope.names == {
        ("fc2", "customDomain"): {"my.example.com"}
    }


def test_all_is_the_same_as_no_part() -> None:
    assert parsed("deploy all").scope == parsed("deploy").scope
    assert parsed("remove all -y", "remove").scope == parsed("remove -y", "remove").scope


def test_code_is_a_function_s_alone_and_configuration_everything_else() -> None:
    code, config = parsed("deploy --type code").scope, parsed("plan --type config", "plan").scope
    assert (code.kinds, code.aspects) == ({("fc2", "function")}, {"code"})
    assert (config.kinds, config.aspects) == (None, {"config"})


def test_a_rescue_copy_is_named_with_all_of_its_name() -> None:
    name = "20261126T221430Z-asyncConfig-demo.hello.=4c=41=54=45=53=54-ac2a"
    assert parsed(f"undo {name}", "undo").named == name


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("plan", ()),
        ("one plan --full-diff --report r.json --out f --exit-code", ()),
        ("plan all", ()),
        ("plan --on-drift=keep", ("--on-drift", "keep")),
        ("plan --use-local --ask-again --prune", ("--use-local", "--ask-again", "--prune")),
        ("plan function --type code -t s.yaml", ("function", "--type", "code")),
        (
            "plan trigger --trigger-name a --out f --trigger-name b",
            ("trigger", "--trigger-name", "a", "--trigger-name", "b"),
        ),
        ("plan domain --domain-name WWW.example.com", ("domain", "--domain-name", "WWW.example.com")),
    ],
)
def test_what_a_plan_was_made_under_is_what_it_is_carried_out_under(line: str, words: tuple[str, ...]) -> None:
    made = parsed(line, "plan")
    assert made.words == words
    plain = parsed("deploy --plan f --full-diff")
    carried = as_planned(plain, made.words, "deploy", LAYOUTS)
    for name in ("policy", "forced_by", "ask_again", "prune", "scope"):
        assert getattr(carried, name) == getattr(made, name)
    assert (carried.full_diff, carried.plan_file) == (True, "f")


@pytest.mark.parametrize("words", [("-y",), ("--plan", "f"), ("--on-drift", "never"), ("nothing",)])
def test_a_plan_is_carried_out_under_no_other_words(words: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        as_planned(Options(), words, "deploy", LAYOUTS)


def test_one_file_is_not_written_twice() -> None:
    with pytest.raises(BadInput, match="--out and --report name the same file"):
        parsed("plan --out f --report f", "plan")
