"""Rescue copies as facts: what was saved, when, by which run, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath


@dataclass(frozen=True, slots=True)
class Occasion:
    """The run that saved a copy, and what it was about to do.

    `run` is shared by all copies of one run. `word` is what decided on the command line ('--use-remote'), '' where
    nothing did; `policy` held then. `reason` is overwritten, deleted or replaced. `step` is the step of s.yaml, as a
    baseline remembers it. `changed` are the fields that the write was about to change; None where that was not noted.
    """

    run: str
    command: str
    policy: str
    word: str
    step: str
    reason: str
    changed: frozenset[FieldPath] | None = None

    @property
    def by(self) -> str:
        """The command and what decided, in words."""
        if self.word:
            return f"{self.command} {self.word}"
        if self.policy == "ask":
            return f"{self.command}, decided at the question"
        return self.command or "an older release"


@dataclass(frozen=True, slots=True)
class RescueCopy:
    """What was live before it was overwritten or deleted. `directory` holds live.json and, for code, code.zip.

    `number` is larger than that of every copy of the resource that was saved before, whatever the clock said; 0 where
    it was not noted. `size` is that of its files, in bytes. `unfinished` says that the run which saved it did not come
    to its end, `unused` that it did, without overwriting or deleting this. `sha256` is that of live.json; '' where it
    was not noted.
    """

    name: str
    id: Address
    directory: str
    saved_at: datetime
    occasion: Occasion
    size: int = 0
    code: bool = False
    unfinished: bool = False
    unused: bool = False
    number: int = 0
    sha256: str = ""

    @property
    def order(self) -> tuple[int, datetime, str]:
        """What sorts copies from the oldest to the newest."""
        return (self.number, self.saved_at, self.name)

    @property
    def run(self) -> str:
        """What belongs together; a copy from before runs had names stands for itself."""
        return self.occasion.run or self.name


@dataclass(frozen=True, slots=True)
class DamagedCopy:
    """A folder among the rescue copies that is none, and why. `at` is when it was last written, `copy` what it was,
    where that can still be read; `unused` says that nothing was overwritten or deleted after it was saved."""

    name: str
    directory: str
    at: datetime
    why: str
    size: int = 0
    unused: bool = False
    copy: RescueCopy | None = None

    @property
    def order(self) -> tuple[int, datetime, str]:
        """Before all whole copies: nothing is known of when it was saved."""
        return (-1, self.at, self.name)
