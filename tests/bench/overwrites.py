"""`python -m tests.bench.overwrites`: what is lost where FC ties a write to no version.

One deploys with --use-remote again and again, somebody edits the same asynchronous configuration online at random
moments. The local FC's audit trail says which edit each write replaced; an edit that is in no rescue copy is lost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from fc_local.remote import Admin
from tests.bench.cloud import cloud
from tests.integration.project import KEYS, Project

PUT: Final = "PutFunctionAsyncInvokeConfig"
GET: Final = "GetFunctionAsyncInvokeConfig"
AGE: Final = "maxAsyncEventAgeInSeconds"


@dataclass(frozen=True, slots=True)
class Cloud:
    """A local FC in another process, as a project wants it."""

    url: str
    admin: Admin


@dataclass(frozen=True, slots=True)
class Losses:
    """`replaced` counts our writes that replaced an edit, `shown` those that had shown and saved it before, `caught`
    those that saved it at the same moment. `window_ms` is the time between the last read that FC answered before a
    write and that write; `statuses` how the runs ended."""

    writes: int
    replaced: int
    shown: int
    caught: int
    window_ms: float
    statuses: Mapping[int, int]

    @property
    def lost(self) -> int:
        return self.replaced - self.shown - self.caught

    @property
    def text(self) -> str:
        share = 100 * self.lost / self.writes if self.writes else 0.0
        return (
            f"{self.writes} overwrites, {self.replaced} of an edit: {self.shown} shown and saved before, {self.caught} "
            f"saved at the same moment, {self.lost} lost ({share:.2f} %); median window {self.window_ms:.1f} ms; "
            f"statuses {dict(self.statuses)}"
        )


@dataclass
class Editor:
    """Somebody who edits at random moments, each time to another value. Its edits are numbered from 1."""

    project: Project
    every_ms: float
    made: int = 0
    _done: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        chance = random.Random(8)
        while not self._done.wait(chance.uniform(0, 2 * self.every_ms) / 1000):
            self.project.edit(PUT, "demo", "hello", **{AGE: 1000 + self.made + 1})
            self.made += 1

    def __enter__(self) -> Editor:
        self._thread = threading.Thread(target=self.work)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()


def measure(folder: Path, seconds: float, latency_ms: float, every_ms: float) -> Losses:
    """Deploys for a while beside an editor. FC_GUARD_KEEP_RESCUES has to allow for every copy."""
    with cloud(folder / "fc-local", ":".join(KEYS)) as url:
        admin = Admin(url)
        admin.switches(etag_on_domains_and_configs=False)
        project = Project(folder / "app", Cloud(url, admin))  # type: ignore[arg-type]
        project.props["triggers"] = []
        project.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1, AGE: 1000}
        project.run("deploy")
        start = max(event["seq"] for event in admin.audit())
        admin.clear_journal()
        admin.latency(latency_ms)
        statuses: Counter[int] = Counter()
        shown: set[str] = set()
        end = time.monotonic() + seconds
        with Editor(project, every_ms):
            while time.monotonic() < end:
                report, person = project.run("deploy --use-remote")
                statuses[report.status()] += 1
                if "at the same moment, and" not in person.text:
                    shown |= {copy.name for copy in report.rescues}
                else:
                    shown |= {copy.name for copy in report.rescues[:-1]}
        events = [event for event in admin.audit(start) if event["what"] == PUT]
        return _told_apart(events, _saved(project.root), shown, _windows(admin.journal()), statuses)


def _saved(root: Path) -> dict[str, int]:
    """Rescue copies by name, each with the value in it."""
    places = (root / ".s" / "fc-guard" / "rescue").glob("*/live.json")
    return {place.parent.name: json.loads(place.read_bytes())[AGE] for place in places}


def _told_apart(
    events: Sequence[Mapping[str, Any]],
    saved: Mapping[str, int],
    shown: set[str],
    windows: Sequence[float],
    statuses: Mapping[int, int],
) -> Losses:
    before = {value for name, value in saved.items() if name in shown}
    beside = set(saved.values()) - before
    edits, replaced, last = 0, [], None
    for event in events:
        if event["who"] == "bob":
            edits += 1
            last = 1000 + edits
        elif last is not None:
            replaced.append(last)
            last = None
    return Losses(
        writes=sum(1 for event in events if event["who"] != "bob"),
        replaced=len(replaced),
        shown=sum(1 for value in replaced if value in before),
        caught=sum(1 for value in replaced if value in beside),
        window_ms=median(windows) if windows else 0.0,
        statuses=statuses,
    )


def _windows(journal: Iterable[Mapping[str, Any]]) -> list[float]:
    """The milliseconds from the last read to each write."""
    found, read = [], None
    for request in journal:
        at = datetime.fromisoformat(request["time"].replace("Z", "+00:00")).timestamp() * 1000
        if request["op"] == GET:
            read = at
        elif request["op"] == PUT and read is not None:
            found.append(at - read)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.overwrites", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long to deploy (60)")
    parser.add_argument("--latency", type=float, default=20, help="milliseconds added to every request (20)")
    parser.add_argument("--every", type=float, default=150, help="milliseconds between two edits, in the mean (150)")
    given = parser.parse_args()
    os.environ["FC_GUARD_KEEP_RESCUES"] = "100000"
    with tempfile.TemporaryDirectory(prefix="fc-guard-bench-") as folder:
        print(measure(Path(folder), given.seconds, given.latency, given.every).text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
