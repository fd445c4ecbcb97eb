"""A step, and the sessions in which commands work on it: one reads, one also writes here, one also writes online."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fc_guard.artifacts.packages import Packages
from fc_guard.cloud.gateway import Hide
from fc_guard.cloud.providers import Gateways
from fc_guard.core.base import Everything
from fc_guard.core.one_name import one_name
from fc_guard.engine.run.audit import Audit
from fc_guard.engine.run.earlier import Earlier
from fc_guard.engine.run.findings import Findings
from fc_guard.engine.run.naming import Naming
from fc_guard.engine.run.refresh import Refresh
from fc_guard.engine.run.saved_plans import SavedPlans
from fc_guard.engine.run.terminal import Terminal
from fc_guard.errors import GuardError
from fc_guard.inputs.options import Options
from fc_guard.inputs.plugins import Plugin
from fc_guard.language import t
from fc_guard.model.address import Address, Key
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import Reveal
from fc_guard.model.kinds import Kind
from fc_guard.model.layouts import Layout, Note
from fc_guard.model.origins import Workplace
from fc_guard.model.outputs import Output
from fc_guard.model.plans import Policy
from fc_guard.model.resources import Desired
from fc_guard.model.scope import Scope
from fc_guard.state.place import Place, beside
from fc_guard.state.plan_file import PlanFile
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
    alone: bool = False  # no other step runs, or none that the file shows
    reviewed: PlanFile | None = None  # the saved plan that is to be carried out, and nothing else
    shared: bool = False  # its state is shared by several checkouts

    @property
    def origin(self) -> str:
        """Identifies the step in a baseline, with its s.yaml: two files may have steps of one name."""
        if self.yaml is None:
            return self.name
        if self.shared:
            return f"{in_checkout(self.yaml)}#{self.name}"
        return f"{self.yaml if moved_state() else self.yaml.name}#{self.name}"

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self.yaml.parent if self.yaml is not None else self.cwd


@dataclass(frozen=True, slots=True)
class ReadSession:
    """The session of a read-only command: nothing in it can write to FC or to the baselines.

    `place` is what a person is told of an endpoint that is not the provider's own, `console` the address of its
    console, at a run's first step. `others` are the steps that the host runs besides this one, None where only the host
    can tell; `naming` knows which of the names on the command line the steps have, `findings` what each step found.
    `decided_at` is noted as the time of all decisions of the step, so that one plan made twice is the same.
    `desired` is what s.yaml asks for, parents first; the survey adds code. `spoken_for` are resources of which an
    earlier step of the run has said all already; `said` returns what each says of a resource now. `plugin` may still
    change the props before they are deployed; `decider` may do so before each deployment, whether or not it did for
    this command. `slips` are the warnings about
    keys that are probably misspelled, with the place of the key that was meant. `checkout` is what the working folder
    contains of what was deployed. `believes` raises `BaselineUnusable`
    where the baselines came with the repository; it is called once FC has answered, and before anything is written.
    `audit` is asked who changed something online.
    `named` is the endpoint that the user names, '' for the provider's own. `earlier` is the folder's own history, where
    the step goes by another one. `known_by` are values by which s.yaml names what is online: ids.
    """

    step: Step
    catalog: Catalog
    layout: Layout
    account: str
    region: str
    endpoint: str
    place: str
    refresh: Refresh
    baselines: BaselineReader
    terminal: Terminal
    packages: Packages
    now: Callable[[], datetime]
    decided_at: str
    desired: tuple[Desired, ...]
    warnings: tuple[str, ...] = ()
    console: str = ""
    others: frozenset[str] | None = frozenset()
    naming: Naming = field(default_factory=Naming)
    findings: Findings = field(default_factory=Findings)
    slips: tuple[Note, ...] = ()
    plugin: Plugin | None = None
    decider: Plugin | None = None
    spoken_for: frozenset[Address] = frozenset()
    said: Callable[[Address], Mapping[str, Desired]] = lambda id: {}
    checkout: Workplace = field(default_factory=Everything)
    believes: Callable[[], None] = lambda: None
    audit: Audit = field(default_factory=Audit)
    named: str = ""
    saved_plans: SavedPlans = field(default_factory=SavedPlans)
    earlier: Earlier = field(default_factory=Earlier)
    known_by: frozenset[Output] = frozenset()

    def kind(self, id: Address) -> Kind:
        """Returns a resource's kind, at home where the step's layout says it."""
        return self.layout.own(self.catalog.kind(id))

    def below(self, id: Address) -> tuple[Kind, ...]:
        """Returns the kinds that lie directly in a resource's, each at home where the step's layout says it."""
        return tuple(self.layout.own(kind) for kind in self.catalog.below(self.catalog.kind(id)))

    def deploys(self, id: Address) -> str:
        """Returns the command that deploys the part which a resource is in."""
        return t("s deploy {part_of}", part_of=self.layout.part_of(self.kind(id))).rstrip()

    def asked_by(self, props: Mapping[str, Any]) -> dict[Address, Desired]:
        """Returns what these props would ask for in place of the step's own."""
        found = desired_from(self.layout.kinds, props, self.account, self.region)
        return {desired.id: desired for desired in one_name(found, self.known_by)}

    @property
    def scope(self) -> Scope:
        """What the run is about, with the names that the step has for what the command line says."""

        def name_of(key: Key, said: str) -> str:
            return self.layout.name_of(key, said, self.step.props, self.account, self.region)

        return self.step.options.scope.called(name_of)

    @property
    def reveal(self) -> Reveal:
        """Returns which values of secret fields may stand in the text that people read. Reports hold none."""
        if self.step.options.show_values:
            return Reveal.ALL
        return Reveal.PLAIN if self.terminal.private else Reveal.NOTHING

    @property
    def policy(self) -> Policy:
        """The policy for every unit that was not decided on its own."""
        asked = self.step.options.policy
        if asked in (None, Policy.ASK):
            asks = self.terminal.can_ask and self.step.reviewed is None
            return Policy.ASK if asks else Policy.FAIL
        return asked or Policy.FAIL


@dataclass(frozen=True, slots=True)
class LocalSession:
    """A read session that can also write here, into baselines and state directory, but not to FC. `run` names the
    host's run, with all its steps, for what it saves. `left` are temporary files found in the state directory when the
    run began. `said` are notes that no other step has to repeat."""

    read: ReadSession
    store: BaselineStore
    state: Place
    run: str
    left: tuple[Place, ...]
    said: set[str]


@dataclass(frozen=True, slots=True)
class Later:
    """Another step of the s.yaml, whose turn has not come. `session` is None where other keys may belong to it."""

    name: str
    session: ReadSession | None = None
    problem: GuardError | None = None
    builds: bool = False


@dataclass(frozen=True, slots=True)
class WriteSession(LocalSession):
    """A local session that can also write to FC. `later` returns the steps whose turn has not come when it is called
    before the first write of the run, and none afterwards. `wrote` is called when the step has written, `hide` with
    keys met on the way."""

    gateways: Gateways
    later: Callable[[], tuple[Later, ...]] = tuple
    wrote: Callable[[], None] = lambda: None
    hide: Hide = lambda *keys: None


def desired_from(kinds: Iterable[Kind], props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    return tuple(item for kind in kinds for item in kind.desired(props, account, region))


def in_checkout(file: Path) -> str:
    """Returns a file's path from the top of its git checkout, which is the same in every one; its name without git."""
    file = file.resolve()
    top = next((folder for folder in file.parents if (folder / ".git").exists()), file.parent)
    return file.relative_to(top).as_posix()


def moved_state() -> str:
    """Returns FC_GUARD_CACHE_DIR, or ''. Several projects may share that folder."""
    return os.environ.get("FC_GUARD_CACHE_DIR", "")


def state_directory(step: Step) -> Place:
    """Returns the place of this project's baselines: beside s.yaml, or in FC_GUARD_CACHE_DIR."""
    if moved := moved_state():
        return Place((step.cwd / moved).absolute())
    return beside(step.base.absolute())
