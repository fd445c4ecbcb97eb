"""What is run: one project per size, edition and component, deployed before anything is measured."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.host.harness import HERE, ROOT, Host, project_v1, project_v3, quiet_component

PLAIN = "plain"
MIXED = "mixed"
SHAPES = (PLAIN, MIXED)
ROLE = "acs:ram::1234567890123456:role/bench"
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
    shape: str
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.component}, {self.edition}, {self.size}, {self.shape}"


def make_subjects(
    folder: Path, sizes: Iterable[int], editions: Iterable[str], shapes: Iterable[str]
) -> tuple[Subject, ...]:
    noop = folder / "noop"
    shutil.copytree(HERE.parent / "bench" / "noop", noop)
    quiet_component(noop)
    paths = {GUARD: str(ROOT), NOOP: str(noop)}
    subjects = []
    for shape, edition, size in itertools.product(shapes, editions, sizes):
        for component, path in paths.items():
            home = folder / f"{component}-{edition}-{size}-{shape}"
            PROJECTS[edition](home, _steps(edition, size, shape), files=CODE, component=path)
            subjects.append(Subject(component, edition, size, shape, home))
    return tuple(subjects)


def deploy(subject: Subject, host: Host) -> None:
    """The first deployment, after which every other one is idle."""
    done = host.run(subject.folder, "deploy", "-y", timeout=600)
    if done.status != 0:
        raise RuntimeError(f"the first deployment of {subject.name} failed:\n{done.text}")


def _steps(edition: str, size: int, shape: str) -> dict[str, dict[str, Any]]:
    """One service; each function its own step; one code folder for all."""
    service = f"bench-{edition.replace('.', '')}-{size}-{shape}"
    steps = {f"step{index:03d}": _props(service, f"function{index:03d}") for index in range(size)}
    if shape == MIXED:
        for index, props in enumerate(steps.values()):
            _mix(index, props)
    return steps


def _mix(index: int, props: dict[str, Any]) -> None:
    """A fifth each: without triggers, with two, called asynchronously, with a custom runtime, behind a domain."""
    props["service"] |= {"vpcBinding": ["vpc-bench"], "logConfig": {"project": "p", "logstore": "l"}}
    match index % 5:
        case 0:
            del props["triggers"]
        case 1:
            source = {
                "bucketName": "b",
                "events": ["oss:ObjectCreated:*"],
                "filter": {"Key": {"Prefix": "", "Suffix": ""}},
            }
            props["triggers"].append({"name": "oss", "type": "oss", "role": ROLE, "config": source})
        case 2:
            del props["triggers"]
            props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
        case 3:
            props["function"] |= {
                "runtime": "custom",
                "caPort": 9000,
                "customRuntimeConfig": {"command": ["python3", "index.py"]},
                "layers": ["acs:fc:cn-hangzhou:official:layers/Python310/versions/2"],
            }
        case _:
            http = {"authType": "anonymous", "methods": ["GET", "POST"]}
            props["triggers"] = [{"name": "http", "type": "http", "config": http}]
            host = f"f{index}.{props['service']['name']}.example.com"
            routes = [{"path": "/*", "methods": ["GET", "POST"]}]
            props["customDomains"] = [{"domainName": host, "protocol": "HTTP", "routeConfigs": routes}]


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
