"""A runner with its own event loop, and functions made from a few lines of text."""

from __future__ import annotations

import asyncio
import itertools
import zipfile
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from fc_local.runner import FunctionSpec, HttpAnswer, HttpCall, Invocation, Runner

T = TypeVar("T")
numbers = itertools.count(1)


class Bench:
    """Calls functions one after the other; `wait` runs anything else on the runner's loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.loop = asyncio.new_event_loop()
        self.runner = Runner(self.work)

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(asyncio.wait_for(coroutine, 60))

    def package(self, files: dict[str, str | bytes]) -> Path:
        path = self.folder / f"package-{next(numbers)}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    def function(self, code: str | Path | dict[str, str | bytes], **changes: object) -> FunctionSpec:
        """A function whose index.py is `code`; a dict is a whole package, a path one already packed."""
        package = (
            code if isinstance(code, Path) else self.package({"index.py": code} if isinstance(code, str) else code)
        )
        spec = FunctionSpec(
            account="1000000000000000",
            region="cn-hangzhou",
            service="svc",
            function="fn",
            runtime="python3",
            handler="index.handler",
            initializer="",
            timeout=20,
            memory=128,
            environment={},
            checksum=package.stem,
            package=package,
        )
        return replace(spec, **changes)  # type: ignore[arg-type]

    def invoke(self, spec: FunctionSpec, event: bytes = b"") -> Invocation:
        return self.wait(self.runner.invoke(spec, event))

    def http(self, spec: FunctionSpec, **changes: Any) -> HttpAnswer:
        call = HttpCall(
            method="GET",
            path="/",
            query_string="",
            headers=(("Host", "localhost:9580"),),
            body=b"",
            request_uri="/2016-08-15/proxy/svc/fn/",
            client_addr="127.0.0.1",
            request_id="1-00000000-00000000-000000000000",
        )
        return self.wait(self.runner.serve_http(spec, replace(call, **changes)))

    def close(self) -> None:
        self.wait(self.runner.close())
        self.loop.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    if not bench.loop.is_closed():
        bench.close()


@pytest.fixture
def ended() -> Callable[[int], bool]:
    """Whether a process is gone; a zombie nobody has fetched yet is."""

    def ended(pid: int) -> bool:
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return True
        return status.rpartition(")")[2].split()[0] == "Z"

    return ended
