"""What the stages need of a store. Reading and writing are two protocols, so that a read-only run cannot write."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from fc_guard.core.values import Seal
from fc_guard.model.address import Address
from fc_guard.model.files import FileState, Manifest
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.state.lock import Turn


class DeployedCode(Protocol):
    """What is remembered of a package: its files, and what the texts among them said."""

    @property
    def manifest(self) -> Manifest: ...

    def text(self, sha256: str) -> str | None:
        """A text by its hash; None where it was not kept."""


class CodeReader(Protocol):
    def read(self, digest: str) -> DeployedCode | None:
        """A package by its digest; None where it is not kept."""

    def has(self, digest: str) -> bool:
        """Whether it seems to be kept: cheaper than reading it."""


class CodeStore(CodeReader, Protocol):
    def keep(self, manifest: Manifest, texts: Callable[[FileState], str | None]) -> bool:
        """Keeps a package, durable. Returns whether it was new."""

    def sweep(self, needed: Callable[[], Collection[str]]) -> None:
        """Drops packages that are not needed any more."""


class BaselineReader(Protocol):
    @property
    def code(self) -> CodeReader: ...

    @property
    def seal(self) -> Seal: ...

    def read(self, id: Address) -> Record | None:
        """The record, or None when there is none. Raises `BaselineUnusable` for anything else."""

    def ids(self, account: str, region: str) -> tuple[Address, ...]:
        """Every resource with a record, sorted."""

    def mark(self, id: Address) -> str:
        """The mark on the lock of a resource without a parent: it is another one after each run that had the lock."""

    def holder(self, id: Address) -> str:
        """The run that has this lock now, in words; '' where none has it."""


class BaselineStore(BaselineReader, Protocol):
    @property
    def code(self) -> CodeStore: ...

    def sweep_code(self) -> None:
        """Drops the code that no baseline speaks of any more."""

    def intend(self, id: Address, intent: Intent) -> None:
        """Makes an intent durable, beside the baseline it may replace."""

    def record(self, baseline: Baseline, *, saved: bool = False) -> None:
        """Replaces baseline and intent in one step. `saved`: whatever was online before, and was not this user's on his
        own word, is in a rescue copy; so the record is his from now on, whosever it was."""

    def restored(self, written: Baseline) -> None:
        """Remembers what an undo put back, in place of its intent; the baseline stays."""

    def withdraw(self, id: Address) -> None:
        """Drops an intent that came to nothing; the baseline stays."""

    def forget(self, id: Address) -> None: ...

    def lock(
        self, id: Address, command: str, waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> AbstractContextManager[Turn]:
        """Holds the baselines of a resource without a parent, and of everything in it. Raises `BaselineLocked`.

        `waiting` surrounds the time spent waiting for another run.
        """
