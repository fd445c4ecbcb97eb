"""The worker as the kernel sees it: how often it was started, its peak memory, its processor time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

EVERY_SECONDS = 0.02
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watch:
    """Looks at a process's Python workers while the block runs. The kernel keeps the peak; the last look has it."""

    pid: int
    peaks_kib: dict[int, int] = field(default_factory=dict)
    ticks: dict[int, int] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def starts(self) -> int:
        return len(self.peaks_kib)

    @property
    def peak_mib(self) -> float:
        return max(self.peaks_kib.values(), default=0) / 1024

    @property
    def cpu_seconds(self) -> float:
        return sum(self.ticks.values()) / TICKS

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(EVERY_SECONDS):
            for pid in _workers(self.pid):
                try:
                    self._note(pid)
                except (OSError, ValueError):
                    continue  # it ended while we looked

    def _note(self, pid: int) -> None:
        process = Path("/proc", str(pid))
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        if "VmHWM" not in status:
            return  # it has ended and was not waited for yet
        self.peaks_kib[pid] = max(self.peaks_kib.get(pid, 0), int(status["VmHWM"].split()[0]))
        after_name = (process / "stat").read_text().rpartition(")")[2].split()
        self.ticks[pid] = int(after_name[11]) + int(after_name[12])


def _workers(host: int) -> Iterator[int]:
    """The host's children that run our worker."""
    try:
        children = Path("/proc", str(host), "task", str(host), "children").read_text().split()
    except OSError:
        return
    for child in children:
        try:
            command = Path("/proc", child, "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"worker" in command and any(b"fc_guard" in argument for argument in command):
            yield int(child)
