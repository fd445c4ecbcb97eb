"""The plan files of one run: those that it writes, and those that it carries out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fc_guard.engine.run.plan_files import PlanFiles
from fc_guard.errors import BadInput
from fc_guard.inputs.command_line import as_planned
from fc_guard.inputs.options import Options
from fc_guard.model.address import Address
from fc_guard.model.fingerprints import OwnWrite
from fc_guard.model.layouts import Layout
from fc_guard.render.known import Secrets
from fc_guard.render.sink import Sink
from fc_guard.state.plan_file import PlanFile, damaged, read


@dataclass(slots=True)
class SavedPlans:
    """`hide` takes the secrets of the run out of a document. `own_writes` are what this run has made of the records of
    what it carried out: several steps may share one."""

    hide: Callable[[Any], Any] = Sink(Secrets()).document
    files: PlanFiles = field(default_factory=PlanFiles)
    own_writes: dict[Address, OwnWrite] = field(default_factory=dict)
    _read: dict[Path, PlanFile] = field(default_factory=dict)

    def reviewed(
        self, path: Path, options: Options, command: str, layouts: Sequence[Layout]
    ) -> tuple[Options, PlanFile]:
        """Returns a plan that is to be carried out, and the options with those that it was made under. Raises
        `BadInput` for a file that is none, or damaged."""
        if path not in self._read:
            self._read[path] = read(path)
        file = self._read[path]
        try:
            return as_planned(options, file.words, command, layouts), file
        except BadInput as error:
            raise damaged(path, error.summary) from error
