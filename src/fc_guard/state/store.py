"""The store that the stages need. Reading and writing are two protocols, so that a read-only run cannot write."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from fc_guard.core.values import Seal
from fc_guard.model.address import Address
from fc_guard.model.files import FileState, Manifest
from fc_guard.model.resources import Baseline, Intent, Record
from fc_guard.model.theirs import Theirs
from fc_guard.state.lock import Turn


class DeployedCode(Protocol):
    """The files of a package, and the texts that were kept of them."""

    @property
    def manifest(self) -> Manifest: ...

    def text(self, sha256: str) -> str | None:
        """Returns a text by its hash, None if it was not kept."""


class CodeReader(Protocol):
    def read(self, digest: str) -> DeployedCode | None:
        """Returns a package by its digest, None if it is not kept."""

    def has(self, digest: str) -> bool:
        """Says whether a package seems to be kept, which is cheaper than reading it."""


class CodeStore(CodeReader, Protocol):
    def keep(self, manifest: Manifest, texts: Callable[[FileState], str | None]) -> bool:
        """Keeps a package durably. Returns whether it is new."""

    def sweep(self, needed: Callable[[], Collection[str]]) -> None:
        """Drops packages that are not needed any more."""


class BaselineReader(Protocol):
    @property
    def dated(self) -> bool:
        """Says whether a mark also tells of writes right before it: then it may be taken while things are being read
        online, and not only before."""

    @property
    def code(self) -> CodeReader: ...

    @property
    def seal(self) -> Seal: ...

    def read(self, id: Address) -> Record | None:
        """Returns the record, None if there is none. Raises `BaselineUnusable` for anything else."""

    def ids(self, account: str, region: str) -> tuple[Address, ...]:
        """Returns all resources with a record, sorted."""

    def named_by(self, account: str, region: str, step: str) -> tuple[Address, ...]:
        """Returns every resource in whose baseline a step has a share, sorted."""

    def unsettled(self, account: str, region: str) -> tuple[Address, ...]:
        """Returns every resource whose record has an intent, or cannot be read, sorted."""

    def renew(self, roots: Collection[Address]) -> bool:
        """Looks again at what is elsewhere: from now on the answers are at least as new as this call. Says whether
        another run has written inside `roots` since the last look, or is writing. On this machine's disk every look is
        a new one."""

    def mark(self, id: Address) -> str:
        """Returns the mark on the lock of a resource without a parent. It differs after each run that had the lock."""

    def holder(self, id: Address) -> str:
        """Describes the run that has this lock now, '' if none has it."""


class BaselineStore(BaselineReader, Protocol):
    @property
    def code(self) -> CodeStore: ...

    def sweep_code(self) -> None:
        """Drops code that no baseline refers to."""

    def intend(self, id: Address, intent: Intent) -> None:
        """Makes an intent durable, beside the baseline that it may replace. Raises `PreconditionFailed` where another
        run has written since this one compared."""

    def record(
        self, baseline: Baseline, *, saved: bool = False, request: str = "", theirs: tuple[Theirs, ...] = ()
    ) -> None:
        """Replaces baseline and intent in one step. `saved` says that everything online that was not known from this
        user's own record is in a rescue copy; so the record counts as this user's from now on, whoever wrote it.
        `request` is the id that the provider gave the write, '' where nothing was sent or no answer came. `theirs` is
        what became of changes of others, where nothing was announced: an intent has it too."""

    def restored(self, written: Baseline) -> None:
        """Remembers what an undo put back, in place of its intent. The baseline stays."""

    def withdraw(self, id: Address) -> None:
        """Drops an intent that had no effect. The baseline stays."""

    def forget(self, id: Address) -> None: ...

    def lock(
        self, id: Address, command: str, waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> AbstractContextManager[Turn]:
        """Locks the baselines of a resource without a parent and of everything in it. Raises `BaselineLocked`.

        `waiting` surrounds the time spent waiting for another run.
        """

    def wait(self, id: Address, waiting: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """Waits until another run has ended its write of a resource, or has had its time: under the lock there may be
        one only where the lock keeps nobody away."""
