"""The working folder of a step, and what identifies it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from fc_guard.engine.run.session import Step
from fc_guard.inputs.workplace import WorkingFolder
from fc_guard.model.origins import Workplace
from fc_guard.state.lineage import open_lineage, read_lineage
from fc_guard.state.place import Place

Workplaces = Callable[[Step, Place, bool, Callable[[], datetime]], Workplace]
"""(step, the place of its state, whether other folders share its history, the clock) -> its working folder."""


def working_folder(step: Step, state: Place, shared: bool, now: Callable[[], datetime]) -> Workplace:
    """A history that lies in the folder is the folder's own, wherever the folder is moved to. Where several share one,
    a copy of a folder is another folder. What was deployed before the history moved has the folder's other name."""
    project = step.base.absolute()

    def named(make: bool) -> tuple[str, ...]:
        lineage = open_lineage(state) if make else read_lineage(state)
        if not lineage:
            return ()
        copy = hashlib.sha256(f"{lineage}\0{project.resolve()}".encode("utf-8", "surrogateescape")).hexdigest()
        return (copy, lineage) if shared else (lineage, copy)

    return WorkingFolder(project, step.yaml.name if step.yaml is not None else "", named, now, shared)
