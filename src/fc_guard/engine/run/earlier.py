"""The history in a project's folder, where a step goes by another one since: what it knows can be taken along."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.state.store import BaselineReader

PROGRAM: Final = "FC_GUARD_SHELL"
"""Where the host's side tells what runs `fc-guard` on the shell."""


@dataclass(slots=True)
class Earlier:
    """`reader` reads the folder's own history, None where the step goes by that one. `command` takes it along; `local`
    says that the bucket is the local FC's. It is told by one step of a run."""

    reader: BaselineReader | None = None
    command: str = ""
    local: bool = False
    _told_by: str = ""

    def told(self, step: str, strange: Iterable[Address], known: Sequence[Address]) -> tuple[str, ...]:
        """Returns the note for resources that are online and in no history of the step, if the folder's own has one of
        them. `known` is all that the step's history has: what has begun takes no other along."""
        reader = self.reader
        if reader is None or known or self._told_by not in ("", step):
            return ()
        records = (reader.read(id) for id in strange)
        if not any(record is not None and record.baseline is not None for record in records):
            return ()
        self._told_by = step
        return (self._note(),)

    def _note(self) -> str:
        if self.local:
            return t(
                "What this folder has deployed is not in the shared history yet. This takes it along:\n  {command}",
                command=self.command,
            )
        return t(
            "What this folder has deployed is not in the shared history yet. With the access key in\n"
            "ALIBABA_CLOUD_ACCOUNT_ID, ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET this takes it "
            "along:\n  {command}",
            command=self.command,
        )


def moving(state: Path, project: Path, cwd: Path, bucket: str, region: str, *, local: bool) -> str:
    """Returns the command that moves a folder's history into a bucket, as it is to be typed in `cwd`."""
    program = os.environ.get(PROGRAM, "")
    words = [*(["node", program] if program else ["fc-guard"]), "state", "move", _from(cwd, state), bucket]
    words += ["--region", region]
    if project.resolve() != cwd.resolve():
        words += ["--project", _from(cwd, project)]
    return shlex.join([*words, *(["--local"] if local else [])])


def _from(cwd: Path, place: Path) -> str:
    return str(place.relative_to(cwd)) if place.is_relative_to(cwd) else str(place)
