"""Describes rescue copies: what was saved, when, by which run, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import FieldPath
from fc_guard.model.outputs import Output


@dataclass(frozen=True, slots=True)
class Occasion:
    """The run that saved a copy, and what it was about to do.

    All copies of one run share `run`. `word` is what decided on the command line ('--use-remote'), '' if nothing did;
    `policy` is the one that held then. `reason` is overwritten, deleted or replaced. `step` is the step of s.yaml, as a
    baseline names it. `changed` are the fields that the write was about to change; None if that was not noted.
    `outputs` maps texts in the copy to what they were of: s.yaml leaves that to be found or made, and it may be another
    one by the time the copy is put back.
    """

    run: str
    command: str
    policy: str
    word: str
    step: str
    reason: str
    changed: frozenset[FieldPath] | None = None
    outputs: Mapping[str, Output] = field(default_factory=dict)

    @property
    def by(self) -> str:
        """Returns the command and what decided, in words."""
        if self.word:
            return f"{self.command} {self.word}"
        if self.policy == "ask":
            return t("{command}, decided at the question", command=self.command)
        return self.command or t("an older release")


@dataclass(frozen=True, slots=True)
class RescueCopy:
    """A copy of what was live before it was overwritten or deleted. `directory` holds live.json and, for code,
    code.zip.

    `number` is larger than that of every earlier copy of the resource, whatever the clock said; 0 if it was not noted.
    `size` is that of its files, in bytes. `unfinished` says that the run which saved it did not come to its end,
    `unused` that it did, without overwriting or deleting this. `sha256` is that of live.json; '' if it was not noted.
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
        """Returns a key that sorts copies from the oldest to the newest."""
        return (self.number, self.saved_at, self.name)

    @property
    def run(self) -> str:
        """Returns the run that saved it; the copy's own name if it was saved before runs had names."""
        return self.occasion.run or self.name


@dataclass(frozen=True, slots=True)
class DamagedCopy:
    """A folder among the rescue copies that is not a whole copy, and why. `at` is when it was last written. `copy` is
    the copy it was, if that can still be read. `unused` says that nothing was overwritten or deleted after it was
    saved."""

    name: str
    directory: str
    at: datetime
    why: str
    size: int = 0
    unused: bool = False
    copy: RescueCopy | None = None

    @property
    def order(self) -> tuple[int, datetime, str]:
        """Returns a key that sorts it before all whole copies: nothing is known of when it was saved."""
        return (-1, self.at, self.name)
