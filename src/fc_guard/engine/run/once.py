"""What is found out once a run, however many steps ask for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fc_guard.cloud.providers import Gateways
from fc_guard.engine.run.audit import Audit
from fc_guard.engine.run.earlier import Earlier, moving
from fc_guard.engine.run.folders import Workplaces
from fc_guard.engine.run.histories import Bucket, Histories, Reach
from fc_guard.engine.run.reaching import Reached
from fc_guard.engine.run.session import Step, moved_state
from fc_guard.model.origins import Workplace
from fc_guard.state.copies import name_of_run
from fc_guard.state.overview import looked_over
from fc_guard.state.place import Place
from fc_guard.state.tracked import Tracking

AUDIT = "FC_GUARD_AUDIT"
OFF = "off"
BELIEVES_NOTHING = ("info", "invoke", "rescue", "sync")
"""Commands that decide nothing by the contents of a state directory."""


@dataclass(slots=True)
class Once:
    now: Callable[[], datetime]
    workplaces: Workplaces
    histories: Histories
    _name: str = ""
    _audits: dict[tuple[Gateways, str], Audit] = field(default_factory=dict)
    _unheard: set[str] = field(default_factory=set)
    _overviews: dict[Place, tuple[Place, ...]] = field(default_factory=dict)
    _trackings: dict[Place, Tracking] = field(default_factory=dict)
    _workplaces: dict[tuple[Path, Place], Workplace] = field(default_factory=dict)
    _earlier: dict[tuple[Place, Bucket], Earlier] = field(default_factory=dict)
    _consoles: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The name of the run, for what it saves."""
        self._name = self._name or name_of_run(self.now())
        return self._name

    def workplace(self, step: Step, state: Place, *, shared: bool) -> Workplace:
        """Returns a step's working folder."""
        if (step.base, state) not in self._workplaces:
            self._workplaces[step.base, state] = self.workplaces(step, state, shared or bool(moved_state()), self.now)
        return self._workplaces[step.base, state]

    def left(self, step: Step, state: Place) -> tuple[Place, ...]:
        """Checks the state directory, and returns the temporary files in it. Raises `BaselineUnusable` where it has a
        link."""
        if step.command in BELIEVES_NOTHING:
            return ()
        if state not in self._overviews:
            self._overviews[state] = looked_over(state)
        return self._overviews[state]

    def tracking(self, step: Step, state: Place) -> Callable[[], None]:
        """Returns what refuses a state directory that lies in git."""
        if step.command in BELIEVES_NOTHING:
            return lambda: None
        if state not in self._trackings:
            self._trackings[state] = Tracking(state)
        return self._trackings[state].refuse

    def earlier(self, step: Step, state: Place, bucket: Bucket | None, reach: Reach, *, local: bool) -> Earlier:
        """Returns what this folder deployed before its state was shared."""
        if bucket is None:
            return Earlier()
        if (state, bucket) not in self._earlier:
            command = moving(state.path, step.base.absolute(), step.cwd, bucket.url, reach.region, local=local)
            self._earlier[state, bucket] = Earlier(self.histories.reader(state, None, reach), command, local)
        return self._earlier[state, bucket]

    def console(self, reached: Reached) -> str:
        """Returns the console's address the first time; '' afterwards."""
        if reached.console in self._consoles:
            return ""
        self._consoles.add(reached.console)
        return reached.console

    def audit(self, gateways: Gateways, provider: str) -> Audit:
        if os.environ.get(AUDIT, "").strip().lower() == OFF:
            return Audit()
        if (gateways, provider) not in self._audits:
            self._audits[gateways, provider] = Audit(gateways.audit(provider), self._unheard)
        return self._audits[gateways, provider]
