"""A checkout whose s.yaml is written for the orchard, and the orchard."""

from __future__ import annotations

import copy
import io
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from tests.contract.seam.orchard import KINDS, LAYOUT, Orchard
from tests.integration.project import ACCOUNT, KEYS, Person

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.providers import PROVIDERS, Provider
from fc_guard.commands import COMMANDS
from fc_guard.commands.command import LocalCommand, ReadCommand
from fc_guard.engine.run.session import ReadSession, Step
from fc_guard.engine.run.wiring import Run
from fc_guard.host.standard import standard_run
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.catalog import Catalog
from fc_guard.model.kinds import Kind
from fc_guard.model.layouts import Layout
from fc_guard.model.reports import Report

SECRET = "sting-in-the-tail-42"
PROPS: dict[str, Any] = {
    "land": "cn-hangzhou",
    "estate": {
        "called": "hill",
        "slope": 5,
        "farmer": "ann",
        "grove": {
            "id": "east",
            "age": 10,
            "soil": "clay",
            "tree": {
                "tag": "old",
                "height": 9,
                "water": {"mon": "much", "tue": "none"},
                "wood": "./wood",
                "fruits": [
                    {"sort": "early", "colour": "green", "variety": "apple"},
                    {"sort": "late", "colour": "blue", "variety": "plum", "stone": {"size": 2}},
                ],
            },
        },
    },
    "hive": {"name": "north", "boxes": 4, "password": SECRET, "comb": "./comb", "queen": {"mark": "red"}},
    "signs": [{"title": "Gate", "bees": [{"at": "left", "hive": "north", "does": "buzz"}]}],
}


def zipped(**files: str) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name.replace("_", ".")), text)
    return into.getvalue()


def credential() -> Credential:
    return Credential(ACCOUNT, KEYS[0], KEYS[1])


@dataclass
class Farm:
    root: Path
    cloud: Orchard = field(default_factory=Orchard)
    steps: dict[str, dict[str, Any]] = field(default_factory=lambda: {"one": copy.deepcopy(PROPS)})
    kinds: tuple[Kind, ...] = KINDS
    layouts: tuple[Layout, ...] = (LAYOUT,)
    others: tuple[Provider, ...] = ()

    @property
    def yaml(self) -> Path:
        return self.root / "s.yaml"

    @property
    def props(self) -> dict[str, Any]:
        return self.said("one")

    def said(self, step: str) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load(self.yaml.read_text(encoding="utf-8"))["resources"][step]["props"]
        return found

    def write(self) -> None:
        steps = {name: {"component": "x", "props": props} for name, props in self.steps.items()}
        document = {"edition": "3.0.0", "name": "farm", "resources": steps}
        self.yaml.write_text(yaml.dump(document, sort_keys=False, Dumper=_NoAlias), encoding="utf-8")

    def code(self, folder: str, **files: str) -> None:
        for name, text in files.items():
            path = self.root / folder / name.replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def change(self, kind: str, **members: Any) -> None:
        """Puts another kind in the place of one, in catalog and layout."""
        self.kinds = tuple(replace(each, **members) if each.name == kind else each for each in self.kinds)
        by_name = {each.name: each for each in self.kinds}
        parts = (part._replace(kinds=tuple(by_name[of.name] for of in part.kinds)) for part in LAYOUT.parts)
        self.layouts = (replace(LAYOUT, kinds=self.kinds, parts=tuple(part._replace(by_name=None) for part in parts)),)

    def session(self, line: str) -> ReadSession:
        return self.new_run().reading(self._step(line, "one"), Person(), credential)

    def _step(self, line: str, step: str) -> Step:
        command = COMMANDS[line.split(maxsplit=1)[0]]
        options = parse(line.split(), command.name, step, command.options, (*self.layouts, *LAYOUTS))
        return Step(step, command.name, self.said(step), self.yaml, self.root, options, component="x")

    def run(
        self, line: str, person: Person | None = None, step: str = "one", run: Run | None = None
    ) -> tuple[Report, Person]:
        """As the host runs it: the props are what s.yaml says. Steps that share a `run` share its memory."""
        doing, someone, command = self._step(line, step), person or Person(), COMMANDS[line.split(maxsplit=1)[0]]
        run = run or self.new_run()
        if isinstance(command, ReadCommand):
            return command.run(run.reading(doing, someone, credential)), someone
        if isinstance(command, LocalCommand):
            return command.run(run.recording(doing, someone, credential)), someone
        return command.run(run.writing(doing, someone, credential)), someone

    def new_run(self) -> Run:
        return standard_run(
            catalog=Catalog((*CATALOG.kinds, *self.kinds)),
            providers=(*PROVIDERS, self.cloud.provider, *self.others),
            layouts=(*self.layouts, *LAYOUTS),
        )

    def done(self, line: str, person: Person | None = None, step: str = "one") -> Report:
        report, someone = self.run(line, person, step)
        assert report.status() == 0, f"{someone.text}\n{report.error}"
        return report

    def is_same(self, step: str = "one") -> bool:
        return self.run("plan --exit-code", step=step)[0].status(exit_code=True) == 0


class _NoAlias(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
