"""Reports of made-up steps, for the tests of what is written of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fc_guard.core.choices import Choice
from fc_guard.core.planning import plan_deployment
from fc_guard.errors import GuardError
from fc_guard.model.fields import CODE, Came, Cause, CodeVersion, FieldChange
from fc_guard.model.files import FileChange, FileSide, FileState
from fc_guard.model.origins import Doubt, Origin, Since
from fc_guard.model.plans import Plan, Policy
from fc_guard.model.reports import Report
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.known import Secrets
from fc_guard.render.sink import Sink
from tests.unit.sides import KINDS, diff

EVERY_SIGN = "".join(map(chr, range(0x20, 0x7F)))
HOSTILE = (
    "`x` ``y`` ```` z",
    "a | b | c\n|---|---|---|",
    "@team and @org/team, #12, GH-12, org/repo#12, 0123456789abcdef0123456789abcdef01234567",
    "<img src=x onerror=alert(1)><script>alert(1)</script></code></pre></details>",
    "[x]( javascript:alert(1)) ![x](https://evil.example/x.png) <https://evil.example> www.evil.example",
    "\n\n# heading\n\n- [ ] task\n/close\n",
    "```\n</details>\n````\n@team\n",
    "~~~\n::set-output name=x::y\n##[group]x\n##vso[task.x]",
    "\u202etxt.exe\u2066 \u200f\u05d0\u05d1\u05d2 \u0627\u0644",
    "\x1b[31mred\x07\x00 &amp; &#64;team \\",
    " leads and ends ",
    EVERY_SIGN,
)
"""What somebody outside may have written, each of which means something to some renderer."""


def side(name: str, text: str | None) -> FileSide | None:
    if text is None:
        return None
    return FileSide(FileState(name, False, hashlib.sha256(text.encode()).hexdigest(), len(text)), text)


def drifted_file(name: str, base: str | None, live: str | None) -> FileChange:
    return FileChange(name, Cause.DRIFT, side(name, base), side(name, live), side(name, base))


def by_bob(**origin: str) -> Since:
    """A deployment that this checkout does not contain."""
    known = {"by": "bob", "at": "2026-02-03T04:05:06+00:00", "commit": "0123456789abcdef", "branch": "main"}
    return Since(7, Origin(**{**known, "subject": "fix: timeout", **origin}, clean=True), Doubt.UNKNOWN_COMMIT)


def with_code(result: ResourceDiff, *files: FileChange, deployed: Since | None = None) -> ResourceDiff:
    """The same resource, whose code was changed online in these files."""
    base, live = CodeVersion(checksum="1", size=100), CodeVersion(checksum="2", size=120)
    came = Came.ELSEWHERE if deployed is None else Came.DEPLOYED
    code = FieldChange(CODE, Cause.DRIFT, base, live, base, base, came=came, deployed=deployed)
    listed = tuple(replace(file, deployed=deployed) for file in files)
    return replace(result, changes=(*result.changes, code), files=listed)


def report_of(*diffs: ResourceDiff, command: str = "plan", **more: Any) -> Report:
    plan = plan_deployment(diffs, KINDS, Choice(Policy.FAIL, {}, "2026-02-03"))
    return Report(command, "1234567890123456", "cn-hangzhou", plan, **more)


def changed(before: Mapping[str, Any], online: Mapping[str, Any], here: Mapping[str, Any]) -> ResourceDiff:
    return diff(here, online, before)


def failed(error: GuardError) -> Report:
    return Report("plan", "", "", Plan(()), error=error)


def sink(*values: str) -> Sink:
    """A sink that knows these values to be secret."""
    secrets = Secrets()
    for value in values:
        secrets.learn(value)
    return Sink(secrets)
