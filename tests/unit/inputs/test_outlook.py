"""What the steps of s.yaml seem to name."""

from __future__ import annotations

from pathlib import Path

from fc_guard.inputs.outlook import same_code
from tests.known import kind_named

S_YAML = """\
vars:
  image: custom-container
resources:
  one:
    props: {function: {name: a, runtime: python3, codeUri: ./code}}
  two:
    props: {function: {name: b, runtime: nodejs16, codeUri: code/}}
  built:
    props: {function: {name: c, runtime: custom-container, codeUri: code}}
  named:
    props: {function: {name: d, runtime: "${vars.image}", codeUri: code}}
  other:
    props: {function: {name: e, runtime: python3, codeUri: elsewhere}}
  odd:
    props: {function: [code]}
"""


def test_a_folder_that_an_image_is_built_of_is_no_code_of_that_step(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    file.write_text(S_YAML, encoding="utf-8")
    function = kind_named("function")
    assert same_code(file, "one", function) == ("two",)
    assert same_code(file, "built", function) == ()
