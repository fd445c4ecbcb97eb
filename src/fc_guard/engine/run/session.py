"""What a step is, and the sessions in which commands work on it: one reads, one writes here, one writes online."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fc_guard.artifacts.packages import Packages
from fc_guard.cloud.gateway import Hide
from fc_guard.cloud.providers import Gateways
from fc_guard.engine.run.refresh import Refresh
from fc_guard.engine.run.terminal import Terminal
from fc_guard.errors import GuardError
from fc_guard.inputs.options import Options
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.kinds import Kind
from fc_guard.model.layouts import Layout
from fc_guard.model.plans import Policy
from fc_guard.model.resources import Desired
from fc_guard.model.scope import Scope
from fc_guard.state.place import Place, beside
from fc_guard.state.store import BaselineReader, BaselineStore


@dataclass(frozen=True, slots=True)
class Step:
    """One step of s.yaml, as the host hands it over."""

    name: str
    command: str
    props: Mapping[str, Any]
    yaml: Path | None
    cwd: Path
    options: Options
    host: str = ""
    app: str = ""
    component: str = ""
    access: str = ""
    alone: bool = False  # the host runs no other step of the s.yaml, or none that the file tells

    @property
    def origin(self) -> str:
        """What a baseline remembers of the step that deployed it: two s.yaml files may name their steps alike."""
        if self.yaml is None:
            return self.name
        return f"{self.yaml if moved_state() else self.yaml.name}#{self.name}"

    @property
    def base(self) -> Path:
        """What relative paths are relative to."""
        return self.yaml.parent if self.yaml is not None else self.cwd


@dataclass(frozen=True, slots=True)
class ReadSession:
    """What a read-only command gets: nothing in it can write to FC or to the baselines.

    `desired` is what s.yaml asks for, parents first; code comes later, in the survey. `spoken_for` are resources of
    which an earlier step of the run has said all already. `believes` raises `BaselineUnusable` where the baselines came
    with the repository; it is asked once there are answers of FC, and before anything is written.
    """

    step: Step
    catalog: Catalog
    layout: Layout
    account: str
    region: str
    endpoint: str
    refresh: Refresh
    baselines: BaselineReader
    terminal: Terminal
    packages: Packages
    now: Callable[[], datetime]
    desired: tuple[Desired, ...]
    warnings: tuple[str, ...] = ()
    spoken_for: frozenset[Address] = frozenset()
    believes: Callable[[], None] = lambda: None

    def kind(self, id: Address) -> Kind:
        return self.catalog.kind(id)

    def asked_by(self, props: Mapping[str, Any]) -> dict[Address, Desired]:
        """What these props would ask for in place of the step's own."""
        found = desired_from(self.layout.kinds, props, self.account, self.region)
        return {desired.id: desired for desired in found}

    @property
    def scope(self) -> Scope:
        return self.step.options.scope

    @property
    def today(self) -> str:
        return self.now().strftime("%Y-%m-%d")

    @property
    def policy(self) -> Policy:
        """The policy that holds when no single decision was made."""
        asked = self.step.options.policy
        if asked in (None, Policy.ASK):
            return Policy.ASK if self.terminal.can_ask else Policy.FAIL
        return asked or Policy.FAIL


@dataclass(frozen=True, slots=True)
class LocalSession:
    """A read session, and the means to write here, not to FC: into the baselines and the state directory. `run` names
    the run of the host, all its steps, for what it saves. `left` are temporary files that were in the state directory
    when the run began; `said` is what need not be told again by another step."""

    read: ReadSession
    store: BaselineStore
    state: Place
    run: str
    left: tuple[Place, ...]
    said: set[str]


@dataclass(frozen=True, slots=True)
class Later:
    """Another step of the s.yaml, whose turn has not come. `session` reads for it, as far as its keys are known to be
    those of this step; `problem` is what is wrong with it."""

    name: str
    session: ReadSession | None = None
    problem: GuardError | None = None
    builds: bool = False


@dataclass(frozen=True, slots=True)
class WriteSession(LocalSession):
    """A read session and the means to write. `later` are the steps whose turn has not come, asked for before the first
    write of the run; afterwards there are none. `wrote` is told of the first write of a step, `hide` of keys that are
    met on the way."""

    gateways: Gateways
    later: Callable[[], tuple[Later, ...]] = tuple
    wrote: Callable[[], None] = lambda: None
    hide: Hide = lambda *keys: None


def desired_from(kinds: Iterable[Kind], props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    """What a step's props ask for, in the order of the kinds."""
    return tuple(item for kind in kinds for item in kind.desired(props, account, region))


def moved_state() -> str:
    """FC_GUARD_CACHE_DIR: several projects may share it."""
    return os.environ.get("FC_GUARD_CACHE_DIR", "")


def state_directory(step: Step) -> Place:
    """Where this project's baselines are: beside s.yaml, or in FC_GUARD_CACHE_DIR."""
    if moved := moved_state():
        return Place((step.cwd / moved).absolute())
    return beside(step.base.absolute())
