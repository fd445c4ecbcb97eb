"""Rounds of runs, interleaved: what one run of each subject costs, and how the two components compare."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from fc_local.remote import Admin
from tests.bench.cloud import cloud, most_in_flight
from tests.bench.subjects import GUARD, NOOP, PLAIN, Subject, deploy, make_subjects
from tests.bench.watch import Watch
from tests.host import harness
from tests.host.harness import Host

COMMANDS = {"plan": ("plan",), "deploy": ("deploy",)}
RUN_LIMIT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of the host. `requests` counts the operations that the local FC was asked for."""

    seconds: float
    requests: Mapping[str, int]
    writes: int
    in_flight: int
    worker_starts: int
    worker_peak_mib: float
    worker_cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Case:
    """All runs of one command on one size and edition, with both components."""

    command: str
    edition: str
    size: int
    shape: str
    guard: tuple[Sample, ...]
    noop: tuple[Sample, ...]

    @property
    def guard_seconds(self) -> float:
        return median(sample.seconds for sample in self.guard)

    @property
    def noop_seconds(self) -> float:
        return median(sample.seconds for sample in self.noop)

    @property
    def ratio(self) -> float:
        """The median of how many times as long fc-guard took as the no-op run next to it."""
        return median(ours.seconds / floor.seconds for ours, floor in zip(self.guard, self.noop, strict=True))

    @property
    def added_seconds(self) -> float:
        """The median of what fc-guard took more than the no-op run next to it."""
        return median(ours.seconds - floor.seconds for ours, floor in zip(self.guard, self.noop, strict=True))


@dataclass(frozen=True, slots=True)
class Bench:
    """A local FC with latency, a host, and projects that are deployed."""

    host: Host
    admin: Admin
    latency_ms: float
    subjects: tuple[Subject, ...]

    def sample(self, subject: Subject, command: str) -> Sample:
        """Runs `s COMMAND` once. Raises when it fails, since a failure costs something else."""
        self.admin.clear_journal()
        started = time.monotonic()
        process = self.host.start(subject.folder, *COMMANDS[command], stderr=subprocess.STDOUT)
        with process, Watch(process.pid) as watch:
            text, _ = process.communicate(timeout=RUN_LIMIT_SECONDS)
            seconds = time.monotonic() - started
        if process.returncode != 0:
            raise RuntimeError(f"s {command} of {subject.name} ended with {process.returncode}:\n{text}")
        requests = self.admin.journal()
        return Sample(
            seconds=seconds,
            requests=dict(sorted(Counter(str(request["op"]) for request in requests).items())),
            writes=sum(1 for request in requests if request["write"]),
            in_flight=most_in_flight(requests, self.latency_ms),
            worker_starts=watch.starts,
            worker_peak_mib=watch.peak_mib,
            worker_cpu_seconds=watch.cpu_seconds,
        )

    def rounds(self, count: int, tell: Callable[[str], None]) -> tuple[Case, ...]:
        """Every case in every round, the two components next to each other and taking turns in going first."""
        samples: dict[tuple[str, str, int, str, str], list[Sample]] = {}
        for number in range(count):
            for command in COMMANDS:
                for pair in _pairs(self.subjects):
                    for subject in pair if number % 2 else reversed(pair):
                        sample = self.sample(subject, command)
                        key = (command, subject.edition, subject.size, subject.shape, subject.component)
                        samples.setdefault(key, []).append(sample)
                        tell(f"round {number + 1}: s {command} of {subject.name}: {sample.seconds:.2f} s")
        return tuple(
            Case(command, edition, size, shape, tuple(found), tuple(samples[command, edition, size, shape, NOOP]))
            for (command, edition, size, shape, component), found in samples.items()
            if component == GUARD
        )


def _pairs(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Subject]]:
    by_shape: dict[tuple[str, int, str], dict[str, Subject]] = {}
    for subject in subjects:
        by_shape.setdefault((subject.edition, subject.size, subject.shape), {})[subject.component] = subject
    yield from ((pair[GUARD], pair[NOOP]) for pair in by_shape.values())


@contextmanager
def bench(
    folder: Path,
    sizes: Iterable[int],
    editions: Iterable[str],
    latency_ms: float,
    shapes: Iterable[str] = (PLAIN,),
) -> Iterator[Bench]:
    """Everything deployed and idle, with the latency switched on."""
    harness.use_shared_cache(folder / "cache")
    with cloud(folder / "fc-local") as url:
        host = Host(folder / "home").with_keys()
        host.variables["FC_GUARD_ENDPOINT"] = url
        subjects = make_subjects(folder, sizes, editions, shapes)
        for subject in subjects:
            deploy(subject, host)
        admin = Admin(url)
        admin.latency(latency_ms)
        yield Bench(host, admin, latency_ms, subjects)
