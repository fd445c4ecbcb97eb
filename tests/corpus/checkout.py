"""A checkout of a corpus file's project: s.yaml and code in place, deployed in process against the local FC."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fc_guard.cloud.gateway import Credential
from fc_guard.commands import COMMANDS
from fc_guard.commands.command import LocalCommand, ReadCommand
from fc_guard.engine.run.session import Step
from fc_guard.engine.run.wiring import Run
from fc_guard.errors import GuardError
from fc_guard.host.standard import standard_run
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.model.reports import Report
from fc_local.server import LocalServer
from tests.corpus.code import lay_code, package
from tests.corpus.explicit import explicit
from tests.corpus.resolve import Block, Resolved
from tests.integration.project import ACCOUNT, KEYS, REGION, Person

OTHER_COMPONENTS = ("apigateway", "oss", "website", "devsapp/website", "fc-domain", "dns", "devsapp/fnf")
"""Components that are not for FC: their steps are not ours."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How one command of one step ended. `report` is absent where the step was refused before it began."""

    step: str
    report: Report | None
    error: GuardError | None
    warnings: tuple[str, ...]
    text: str


@dataclass
class Checkout:
    """`root` is the folder that stands for the repository's clone."""

    root: Path
    server: LocalServer
    resolved: Resolved
    files: Mapping[str, str] | None = None  # of every code folder, instead of files that fit the runtime
    as_written: bool = False  # with all that it leaves to the tool
    blocks: tuple[Block, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.update(self.resolved)

    def update(self, resolved: Resolved) -> None:
        """The checkout as it is after a pull of another version of s.yaml."""
        self.reread(resolved)
        self.yaml.parent.mkdir(parents=True, exist_ok=True)
        self.yaml.write_text(resolved.entry.text, encoding="utf-8", newline="")
        for block in self.blocks:
            lay_code(self.yaml.parent, block.props, self.files)
            self._lay_object(block.props)

    def reread(self, resolved: Resolved) -> None:
        """Takes what the host reads of s.yaml as it is now; no file is touched."""
        self.resolved = resolved
        found = (block for block in resolved.blocks if block.component not in OTHER_COMPONENTS)
        self.blocks = tuple(Block(block.step, block.component, self._said(block.props)) for block in found)

    def _said(self, props: Any) -> Any:
        return props if self.as_written else explicit(props)

    @property
    def yaml(self) -> Path:
        return self.root / "deep" / "er" / "than" / "it" / "climbs" / self.resolved.entry.path

    def code(self) -> dict[str, dict[str, bytes]]:
        """What is in the code folder of each step."""
        return {block.step: _content(self.yaml.parent, block.props) for block in self.blocks}

    def forget(self) -> None:
        """As after a fresh clone: without baselines."""
        shutil.rmtree(self.yaml.parent / ".s")

    def make_aliases(self) -> None:
        """The aliases that triggers are for, as a plugin of the file makes them."""
        for block in self.blocks:
            service, admin = block.props["service"]["name"], self.server.admin
            where = {"who": "plugin", "account": ACCOUNT, "region": block.props["region"]}
            version = admin.edit("PublishServiceVersion", (service,), {}, **where)["body"]["versionId"]
            names = {str(trigger.get("qualifier", "LATEST")) for trigger in block.props.get("triggers") or ()}
            for name in sorted(names - {"LATEST"}):
                admin.edit("CreateAlias", (service,), {"aliasName": name, "versionId": version}, **where)

    def run(self, line: str) -> tuple[Ended, ...]:
        """One command of the host: each step in turn, also after one that was refused."""
        host_process = standard_run()
        return tuple(self._run(host_process, block, line) for block in self.blocks)

    def _run(self, run: Run, block: Block, line: str) -> Ended:
        command = COMMANDS[line.split(maxsplit=1)[0]]
        person = Person()
        options = parse(line.split(), command.name, block.step, command.options, LAYOUTS)
        step = Step(block.step, command.name, self._props(block.props), self.yaml, self.yaml.parent, options)
        warnings: tuple[str, ...] = ()
        try:
            if isinstance(command, ReadCommand):
                reading = run.reading(step, person, _credential)
                warnings = reading.warnings
                report = command.run(reading)
            elif isinstance(command, LocalCommand):
                recording = run.recording(step, person, _credential)
                warnings = recording.read.warnings
                report = command.run(recording)
            else:
                writing = run.writing(step, person, _credential)
                warnings = writing.read.warnings
                report = command.run(writing)
        except GuardError as error:
            return Ended(block.step, None, error, warnings, person.text)
        return Ended(block.step, report, report.error, warnings, person.text)

    def _props(self, props: Any) -> Any:
        """The props with the local FC's address: each region has one of its own."""
        if not isinstance(props, Mapping):
            return props
        region = props.get("region")
        named = isinstance(region, str) and "${" not in region
        return {**props, "endpoint": f"{self.server.url}/~{region if named else REGION}"}

    def _lay_object(self, props: Any) -> None:
        """The package in OSS that a function names."""
        function = props.get("function") if isinstance(props, Mapping) else None
        if isinstance(function, Mapping) and "codeUri" not in function and function.get("ossKey"):
            self.server.admin.put_object(str(function.get("ossBucket")), str(function["ossKey"]), package())


def _content(base: Path, props: Any) -> dict[str, bytes]:
    function = props.get("function") if isinstance(props, Mapping) else None
    uri = function.get("codeUri") if isinstance(function, Mapping) else None
    place = base / str(uri)
    if place.is_file():
        return {".": place.read_bytes()}
    return {
        file.relative_to(place).as_posix(): file.read_bytes()
        for file in sorted(place.rglob("*"))
        if file.is_file() and ".s" not in file.relative_to(place).parts
    }


def _credential() -> Credential:
    return Credential(ACCOUNT, KEYS[0], KEYS[1])
