"""Props against the schema: every problem at once, in the user's words, with its place."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BadInput
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from tests.props import PROPS

YAML = """\
edition: 3.0.0
vars:
  svc:
    name: demo
resources:
  one:
    component: fc-guard
    props:
      region: cn-hangzhou
      service: ${vars.svc}
      function:
        name: hello
        memorySize: 100
      triggers:
        - name: http
          type: htp
"""


def props(**changes: Any) -> dict[str, Any]:
    result = copy.deepcopy(PROPS)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place: Any = result
        for key in parents:
            place = place[int(key)] if key.isdigit() else place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return result


def problems(given: Any, places: Places | None = None) -> list[str]:
    with pytest.raises(BadInput) as caught:
        check(given, places or Places(None, "one"), LAYOUTS)
    assert caught.value.status == 2
    return caught.value.message.splitlines()


def test_good_props_pass() -> None:
    assert check(props(), Places(None, "one"), LAYOUTS).warnings == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"function__memorySize": 100}, "function.memorySize: 100 must be at least 128"),
        ({"function__memorySize": 130}, "function.memorySize: 130 must be a multiple of 64"),
        ({"function__memorySize": "many"}, 'function.memorySize: "many" must be a whole number'),
        ({"function__runtime": "pyton3"}, "did you mean python3?"),
        ({"function__timeout": 0}, "function.timeout: 0 must be at least 1"),
        ({"service__name": "9lives"}, "starts with a letter or _"),
        ({"service__name": "a b"}, "a name has letters, digits"),
        ({"function__name": "f" * 129}, "longer than 128 characters"),
        ({"region": None}, "'region' is missing"),
        ({"function__codeUri": None}, "function: the code is missing: give codeUri, or ossBucket and ossKey"),
        ({"function__codeUri": None, "function__ossBucket": "mine"}, "the code is missing"),
        ({"function__codeUri": None, "function__ossKey": "a.zip"}, "ossBucket is missing"),
        ({"function__ossBucket": "mine", "function__ossKey": "a.zip"}, "keep one of the two"),
        ({"function__ossBucket": "My_Bucket"}, "a bucket's name has 3 to 63 lower-case letters"),
        ({"triggers__0__config__methods": ["get"]}, "must be one of GET, POST"),
        ({"triggers__0__config__methods": []}, "must not be empty"),
        ({"triggers__0__config__authType": None}, "'authType' is missing"),
        ({"triggers__1__name": "http"}, "'http' stands twice"),
        ({"triggers": {}}, "triggers: {} must be a list"),
        ({"function__environmentVariables": {"A": ""}}, "FC refuses an empty value"),
        ({"function__handler": "${resources.x.output.y}"}, "was not resolved"),
        ({"service__role": "admin"}, "a role is an ARN"),
    ],
)
def test_a_problem_is_told_with_value_and_remedy(changes: dict[str, Any], expected: str) -> None:
    assert any(expected in line for line in problems(props(**changes)))


def test_a_secret_is_not_repeated_in_its_error() -> None:
    (line,) = problems(props(function__environmentVariables={"TOKEN": ["canary"]}))
    assert "canary" not in line


def test_of_a_secret_that_was_not_resolved_a_mere_reference_is_told() -> None:
    told = {"A": "${vars.token}", "B": "canary${ss", "C": "${canary}", "D": "canary ${vars.token}"}
    first, *rest = problems(props(function__environmentVariables=told))
    assert "${vars.token}" in first
    assert len(rest) == 3
    assert not any("canary" in line or "vars.token" in line for line in rest)


def test_all_problems_are_told_at_once() -> None:
    assert len(problems(props(function__memorySize=100, function__timeout=0, service__name="a b"))) == 3


def test_a_file_for_fc_3_is_recognised() -> None:
    (line,) = problems({"region": "cn-hangzhou", "functionName": "f", "runtime": "python3", "code": "./code"})
    assert "Function Compute 3.0" in line


@pytest.mark.parametrize("function", [{"name": "f", "code": "./"}, {"functionName": "f", "runtime": "nodejs20"}])
def test_a_file_for_fc_3_is_recognised_by_its_function(function: dict[str, Any]) -> None:
    (line,) = problems({"region": "cn-hangzhou", "function": function})
    assert "and no service: this is a file for Function Compute 3.0" in line


def test_a_template_that_was_not_rendered_is_recognised() -> None:
    told = problems(
        props(region="{{ region }}", service__role="acs:ram::{{ account }}:role/x", function__memorySize=100)
    )
    assert told == [
        "This s.yaml is a template that was not rendered. Still to be filled in:",
        "region: {{ region }}",
        "service.role: {{ account }}",
    ]


def test_a_placeholder_without_quotes_is_recognised_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("services:\n  one:\n    props:\n      region: {{ region }}\n      service: { { service } }\n")
    told = problems({"region": {}, "service": {}}, Places(file, "one"))
    assert told[1:] == ["s.yaml:4: region: {{ region }}", "s.yaml:5: service: {{ service }}"]


@pytest.mark.parametrize("key", ["description", "environmentVariables"])
def test_a_placeholder_in_free_text_may_be_meant(key: str) -> None:
    value: Any = "Hello {{ name }}" if key == "description" else {"GREETING": "Hello {{ name }}"}
    (warning,) = check(props(**{f"function__{key}": value}), Places(None, "one"), LAYOUTS).warnings
    assert "{{ name }} is sent as it is" in warning
    assert "Hello" not in warning


def test_unknown_keys_are_warnings_with_the_nearest_name() -> None:
    checked = check(props(function__memorysize=1, service__color="red"), Places(None, "one"), LAYOUTS)
    assert any("did you mean memorySize?" in warning for warning in checked.warnings)
    assert len(checked.warnings) == 2


def test_a_problem_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(YAML)
    places = Places(file, "one")
    assert places.of(("function", "memorySize")) == "s.yaml:13"
    assert places.of(("triggers", 0, "type")) == "s.yaml:16"
    assert places.of(("triggers", 0, "config")) == "s.yaml:15"
    assert places.of(("service", "name")) == "s.yaml:10"
    assert places.of(("function", "runtime")) == "s.yaml:11"


@pytest.mark.parametrize("content", ["[" * 100_000, "- " * 100_000, "a: [", "\x00", "a: &a [*a]"])
def test_a_file_that_cannot_be_read_costs_the_line_only(tmp_path: Path, content: str) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(content)
    assert Places(file, "one").of(("function",)).startswith("s.yaml")


@pytest.mark.parametrize("given", [None, [], "text", 3])
def test_no_props_are_an_error_and_not_a_crash(given: Any) -> None:
    assert problems(given)


def test_the_line_end_that_a_variable_brings_along_is_dropped() -> None:
    given = props(function__handler="index.handler\n", function__description="kept\n", service__name="demo\r\n")
    given["function"]["layers"] = ["acs:fc:::layers/a/versions/1\n"]
    checked = check(given, Places(None, "one"), LAYOUTS).props
    assert (checked["service"]["name"], checked["function"]["handler"]) == ("demo", "index.handler")
    assert checked["function"]["layers"] == ["acs:fc:::layers/a/versions/1"]
    assert checked["function"]["description"] == "kept\n"  # free text


def test_an_unquoted_date_is_told_to_be_quoted(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(YAML.replace("memorySize: 100", "description: 2024-01-31\n        role: {}"), encoding="utf-8")
    given = props(function__description={})  # as the host hands a date over
    assert problems(given, Places(file, "one")) == [
        "s.yaml:13: function.description: 2024-01-31 is a date; quote it to have it as text"
    ]


def test_a_bad_value_of_a_file_that_is_extended_is_told_with_that_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "common.yaml").write_text(YAML.replace("edition: 3.0.0", "extend: ../base.yaml"))
    (tmp_path / "base.yaml").write_text("resources:\n  one:\n    props:\n      function:\n        timeout: 0\n")
    file = tmp_path / "s.yaml"
    own = "extend: ./base/common.yaml\nresources:\n  one:\n    props:\n      service: {name: 7}\n"
    file.write_text(own, encoding="utf-8")
    given = props(function__memorySize=100, function__timeout=0, service__name=7)
    assert problems(given, Places(file, "one")) == [
        "s.yaml:5: service.name: 7 must be text",
        "base/common.yaml:13: function.memorySize: 100 must be at least 128",
        "base.yaml:5: function.timeout: 0 must be at least 1",
    ]


def test_files_that_extend_one_another_end_the_search(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text("extend: s.yaml\n")
    assert problems(props(function__timeout=0), Places(file, "one")) == [
        "s.yaml:1: function.timeout: 0 must be at least 1"
    ]
