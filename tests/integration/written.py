"""A project with an s.yaml that people wrote, read as the host reads it as far as these tests go."""

from __future__ import annotations

import difflib
import re
from typing import Any

import yaml

from fc_guard.model.plans import Verb
from fc_guard.model.reports import Report
from tests.integration.project import Person, Project

REFERENCE = re.compile(r"\$\{vars\.([\w.]+)\}")

S_YAML = """\
# 商店的函数 · the shop's function
edition: 3.0.0
name: shop      # the app
vars:
  region: cn-hangzhou
  memory: 128   # MB

resources:
  one:
    component: fc-guard
    props:
      region: ${vars.region}
      service:
        name: demo
        description: 'demo service'   # 描述
        # internetAccess: false
      function:
        name: hello
        runtime: python3
        handler: index.handler
        codeUri: code
        memorySize: ${vars.memory}
        timeout: 10 # seconds
        environmentVariables:
          # how much is told
          LEVEL: "info"
          NAME: demo
      triggers:
        - name: http
          type: http
          config:
            authType: anonymous
            methods: [POST, GET]   # in our order
        # every five minutes
        - name: tick
          type: timer
          config:
            cronExpression: '@every 5m'
            enable: false
"""


def resolved(text: str, step: str = "one") -> dict[str, Any]:
    """The step's props, with variables of the file put in."""
    document = yaml.safe_load(text)
    return dict(_put(document["resources"][step]["props"], document.get("vars") or {}))


def _put(value: Any, variables: Any) -> Any:
    if isinstance(value, dict):
        return {key: _put(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_put(item, variables) for item in value]
    found = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    result = variables
    for key in found[1].split("."):
        result = result[key]
    return _put(result, variables)


class Written:
    """A project and its s.yaml."""

    def __init__(self, project: Project, text: str = S_YAML, step: str = "one") -> None:
        self.project = project
        self.project.step = step
        self.file = project.root / "s.yaml"
        self.save(text)

    @property
    def text(self) -> str:
        return self.file.read_bytes().decode()

    def save(self, text: str) -> None:
        self.file.write_bytes(text.encode())

    def run(self, line: str, person: Person | None = None) -> tuple[Report, Person]:
        self.project.props = resolved(self.text, self.project.step)
        return self.project.run(line, person)

    def deploy(self) -> None:
        report, person = self.run("deploy")
        assert report.status() == 0, person.text
        self.project.server.admin.clear_journal()

    def pull(self, line: str = "", status: int = 0, person: Person | None = None) -> tuple[str, str]:
        """The changed lines of s.yaml, and what was said."""
        before = self.text
        report, someone = self.run(f"pull -y {line}" if person is None else f"pull {line}", person)
        assert report.status() == status, someone.text
        assert self.project.writes() == []
        return changed(before, self.text), someone.text

    def require_quiet(self) -> None:
        """Nothing differs, and nothing is sent."""
        report, person = self.run("plan")
        assert report.plan.writes == () and report.plan.undecided == (), person.text
        assert "No differences" in person.text
        assert report.status(exit_code=True) == 0, person.text
        report, person = self.run("deploy")
        assert report.status() == 0, person.text
        assert {outcome.action.verb for outcome in report.outcomes} <= {Verb.NOTHING, Verb.RECORD}, person.text
        assert self.project.writes() == []


def changed(before: str, after: str) -> str:
    """The lines that went and came."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0)
    return "\n".join(line for line in lines if line[:3] not in ("---", "+++") and line[:2] != "@@")
