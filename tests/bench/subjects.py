"""What is run: one project per size, edition and component, deployed before anything is measured."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.host.harness import HERE, ROOT, Host, project_v1, project_v3, quiet_component

GUARD = "fc-guard"
NOOP = "no-op"
PROJECTS: dict[str, Callable[..., Path]] = {"3.0.0": project_v3, "1.0.0": project_v1}
CODE = {"code/index.py": "def handler(event, context):\n    return event\n"}


@dataclass(frozen=True, slots=True)
class Subject:
    """One folder with an s.yaml. Both components are given the same text but for the component's path."""

    component: str
    edition: str
    size: int
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.component}, {self.edition}, {self.size}"


def make_subjects(folder: Path, sizes: Iterable[int], editions: Iterable[str]) -> tuple[Subject, ...]:
    noop = folder / "noop"
    shutil.copytree(HERE.parent / "bench" / "noop", noop)
    quiet_component(noop)
    paths = {GUARD: str(ROOT), NOOP: str(noop)}
    subjects = []
    for edition in editions:
        for size in sizes:
            for component, path in paths.items():
                home = folder / f"{component}-{edition}-{size}"
                PROJECTS[edition](home, _steps(edition, size), files=CODE, component=path)
                subjects.append(Subject(component, edition, size, home))
    return tuple(subjects)


def deploy(subject: Subject, host: Host) -> None:
    """The first deployment, after which every other one is idle."""
    done = host.run(subject.folder, "deploy", "-y", timeout=600)
    if done.status != 0:
        raise RuntimeError(f"the first deployment of {subject.name} failed:\n{done.text}")


def _steps(edition: str, size: int) -> dict[str, dict[str, Any]]:
    """One service; each function its own step with one timer; one code folder for all."""
    service = f"bench-{edition.replace('.', '')}-{size}"
    return {f"step{index:03d}": _props(service, f"function{index:03d}") for index in range(size)}


def _props(service: str, function: str) -> dict[str, Any]:
    return {
        "region": "cn-hangzhou",
        "service": {"name": service, "description": "measured", "internetAccess": True},
        "function": {
            "name": function,
            "description": "one of many",
            "runtime": "python3",
            "handler": "index.handler",
            "codeUri": "./code",
            "memorySize": 256,
            "timeout": 30,
            "environmentVariables": {"LEVEL": "info", "STAGE": "test"},
        },
        "triggers": [
            {
                "name": "tick",
                "type": "timer",
                "config": {"cronExpression": "@every 60m", "enable": False, "payload": "x"},
            }
        ],
    }
