"""A checkout whose s.yaml is written for the made-up cloud, and the cloud."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.contract.seam import orchard
from tests.contract.seam.cellar import CELLAR, KINDS, LAYOUT, SCHEMA, Cloud
from tests.contract.seam.farm import Farm
from tests.integration.project import ACCOUNT, Person

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.providers import PROVIDERS
from fc_guard.commands import COMMANDS
from fc_guard.commands.command import LocalCommand, ReadCommand
from fc_guard.engine.run.session import Step
from fc_guard.engine.run.wiring import Run
from fc_guard.host.standard import standard_run
from fc_guard.inputs import schema
from fc_guard.inputs.command_line import parse
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.catalog import Catalog
from fc_guard.model.reports import Report

PROPS = {
    "where": "cn-hangzhou",
    "rack": {"name": "north", "humidity": 65},
    "bottles": [
        {"tag": "red", "vintage": 1990, "notes": {"nose": "plum"}, "lock": "open-sesame-42"},
        {"tag": "white", "vintage": 2001},
    ],
    "boards": [{"title": "hall", "pins": [{"at": "left", "says": "dinner"}]}],
}


@dataclass
class Checkout:
    root: Path
    cloud: Cloud = field(default_factory=Cloud)

    @property
    def yaml(self) -> Path:
        return self.root / "s.yaml"

    @property
    def props(self) -> dict[str, Any]:
        found: dict[str, Any] = yaml.safe_load(self.yaml.read_text(encoding="utf-8"))["resources"]["one"]["props"]
        return found

    def say(self, **props: Any) -> None:
        document = {"edition": "3.0.0", "name": "cellar", "resources": {"one": {"component": "x", "props": props}}}
        self.yaml.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    def run(self, line: str, person: Person | None = None) -> tuple[Report, Person]:
        """As the host runs it: the props are what s.yaml says."""
        someone, command = person or Person(), COMMANDS[line.split(maxsplit=1)[0]]
        options = parse(line.split(), command.name, "one", command.options, (LAYOUT, *LAYOUTS))
        step = Step("one", command.name, self.props, self.yaml, self.root, options)
        credential = Credential(ACCOUNT, "AK", "SK")
        run = self._run()
        if isinstance(command, ReadCommand):
            return command.run(run.reading(step, someone, lambda: credential)), someone
        if isinstance(command, LocalCommand):
            return command.run(run.recording(step, someone, lambda: credential)), someone
        return command.run(run.writing(step, someone, lambda: credential)), someone

    def _run(self) -> Run:
        return standard_run(
            catalog=Catalog((*CATALOG.kinds, *KINDS)),
            providers=(*PROVIDERS, self.cloud.provider),
            layouts=(LAYOUT, *LAYOUTS),
        )


@pytest.fixture(autouse=True)
def schemas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the made-up layouts' schemas beside the real ones."""
    folder = tmp_path / "schema"
    shutil.copytree(schema.directory(), folder)
    for name, content in ((CELLAR, SCHEMA), (orchard.ORCHARD, orchard.SCHEMA)):
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(schema, "directory", lambda: folder)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "project"
    root.mkdir()
    found = Checkout(root)
    found.say(**PROPS)
    return found


@pytest.fixture
def deployed(checkout: Checkout) -> Checkout:
    report, person = checkout.run("deploy")
    assert report.status() == 0, person.text
    assert person.asked == []
    return checkout


@pytest.fixture
def farm(tmp_path: Path) -> Farm:
    root = tmp_path / "farm"
    root.mkdir()
    found = Farm(root)
    found.write()
    found.code("wood", a_txt="one\ntwo\nthree\n", b_txt="b\n")
    found.code("comb", c_txt="c1\nc2\nc3\n")
    return found


@pytest.fixture
def planted(farm: Farm) -> Farm:
    report, person = farm.run("deploy")
    assert report.status() == 0, f"{person.text} {report.error}"
    assert person.asked == []
    farm.cloud.calls.clear()
    return farm
