"""Wiring: the only place where stores, gateways and terminals are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from fc_guard.artifacts.packages import Packages
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.providers import Gateways, Provider, require_gateways
from fc_guard.engine.run.agreement import Agreement, Where
from fc_guard.engine.run.ahead import read_ahead, recognised
from fc_guard.engine.run.findings import Findings
from fc_guard.engine.run.folders import Workplaces, working_folder
from fc_guard.engine.run.histories import Histories, Reach, shared_by
from fc_guard.engine.run.naming import Naming, other_steps
from fc_guard.engine.run.once import Once
from fc_guard.engine.run.reaching import doubts_about, endpoint_named, reached_by
from fc_guard.engine.run.refresh import Refresh
from fc_guard.engine.run.saved_plans import SavedPlans
from fc_guard.engine.run.session import (
    Later,
    LocalSession,
    ReadSession,
    Step,
    WriteSession,
    desired_from,
    state_directory,
)
from fc_guard.engine.run.terminal import Terminal
from fc_guard.errors import GuardError
from fc_guard.inputs.certificates import Open
from fc_guard.inputs.claims import require_layouts
from fc_guard.inputs.foreseen import Foreseen, access_of, foreseen
from fc_guard.inputs.outlook import outlook
from fc_guard.inputs.places import Places
from fc_guard.inputs.plugins import plugin_before_deploy, plugin_to_come
from fc_guard.inputs.props import Checked, check, told_of_account
from fc_guard.inputs.unfinished import note_of, settling, with_files
from fc_guard.model.catalog import Catalog
from fc_guard.model.layouts import Layout
from fc_guard.model.vaults import Vault
from fc_guard.render.known import Secrets
from fc_guard.render.sink import Sink
from fc_guard.state.store import BaselineStore

READS_FILES = ("deploy", "plan", "pull")
"""Commands that need the files that s.yaml names: code and certificates."""
LOOKS_FOR_ITSELF = ("history", "invoke", "rescue", "undo")
"""Commands that read nothing online, or something else than s.yaml names."""


@dataclass(slots=True)
class Run:
    """Holds what the steps of one host process share: connections, answers, code folders."""

    catalog: Catalog
    providers: tuple[Provider, ...]
    layouts: tuple[Layout, ...]
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    workplace: Workplaces = working_folder
    secrets: Secrets = field(init=False)
    """The secrets of all steps. Whoever prints something leaves them out."""
    _gateways: dict[tuple[str, str, Credential], tuple[Gateways, Refresh]] = field(default_factory=dict)
    _packages: dict[Path, Packages] = field(default_factory=dict)
    _histories: Histories = field(init=False)
    _once: Once = field(init=False)
    _ahead: set[tuple[Path | None, str]] = field(default_factory=set)
    _agreement: Agreement = field(default_factory=Agreement)
    _begun: dict[Where, list[str]] = field(default_factory=dict)
    _foreseen: set[Where] = field(default_factory=set)
    _written: dict[str, None] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)
    _findings: dict[Where, Findings] = field(default_factory=dict)
    _namings: dict[Where, Naming] = field(default_factory=dict)
    _saved_plans: SavedPlans = field(init=False)

    def __post_init__(self) -> None:
        """Raises `ValueError` for a kind without a gateway, and for a layout with a kind that is not in the catalog."""
        require_gateways(self.providers, self.catalog)
        require_layouts(self.layouts, self.catalog, {provider.name for provider in self.providers})
        self._histories = Histories(self.catalog)
        self._once = Once(self.now, self.workplace, self._histories)
        self.secrets = Secrets(self.catalog.secret_names, self.catalog.fetched_names)
        self._saved_plans = SavedPlans(Sink(self.secrets).document)

    def reading(self, step: Step, terminal: Terminal, credential: Callable[[], Credential]) -> ReadSession:
        """Returns a session that cannot write. Raises `BadInput` that lists everything wrong with the step."""
        if step.options.out:
            self._saved_plans.files.begin(step.cwd / step.options.out)
        return self._session(step, terminal, credential)[0]

    def writing(self, step: Step, terminal: Terminal, credential: Callable[[], Credential]) -> WriteSession:
        step = self._as_reviewed(step)
        state = state_directory(step)
        session, gateways, store = self._session(step, terminal, credential, writes=True)
        self._begun.setdefault((step.yaml, step.command), []).append(step.name)
        return WriteSession(
            session,
            store,
            state,
            self._once.name,
            self._once.left(step, state),
            self._said,
            gateways,
            later=lambda: self._later(step, session, credential),
            wrote=lambda: self._note_write(step.name),
            hide=self.secrets.learn_keys,
        )

    def _as_reviewed(self, step: Step) -> Step:
        """Returns the step with the saved plan that it is to carry out, and the options of that."""
        if not step.options.plan_file:
            return step
        path = step.cwd / step.options.plan_file
        options, file = self._saved_plans.reviewed(path, step.options, step.command, self.layouts)
        return replace(step, options=options, reviewed=file)

    @property
    def written(self) -> tuple[str, ...]:
        """The names of the steps of which this run has written something."""
        return tuple(self._written)

    def _note_write(self, step: str) -> None:
        self._written[step] = None

    def _later(self, step: Step, session: ReadSession, credential: Callable[[], Credential]) -> tuple[Later, ...]:
        """Returns the steps that the host will run after this one, as far as they can be foreseen."""
        mark = (step.yaml, step.command)
        if mark in self._foreseen or step.alone:
            return ()
        self._foreseen.add(mark)
        access, agreement = access_of(step.yaml, step.name), Agreement()
        agreement.hear(mark, step.name, session.desired, Places(step.yaml, step.name), session.layout)
        found = (
            each
            for each in foreseen(step.yaml, step.command, step.name, step.props)
            if each.name not in self._begun[mark]
        )
        return tuple(self._looked_ahead(step, session, each, agreement, access, credential) for each in found)

    def _looked_ahead(
        self,
        step: Step,
        session: ReadSession,
        other: Foreseen,
        agreement: Agreement,
        access: str,
        credential: Callable[[], Credential],
    ) -> Later:
        places = Places(step.yaml, other.name)
        self.secrets.learn_props(other.props)
        if access != other.access:  # perhaps another account, in which the same names mean something else
            return Later(other.name)
        try:
            plugin = plugin_to_come(step.yaml, other.name, step.command)
            checked = check(other.props, places, self.layouts, settling(plugin))
            if step.command in READS_FILES and not other.builds:
                checked = with_files(checked, plugin, step.base, places, self._vault(checked, credential))
                self.secrets.learn_props(checked.props)
            props, layout = checked.props, checked.layout
            region = str(props[layout.region])
            props = layout.in_account(props, session.account, region)
            desired = desired_from(layout.kinds, props, session.account, region)
            agreement.hear((step.yaml, step.command), other.name, desired, places, layout)
            doubts_about(props, layout, places)
            way = reached_by(props, layout, credential)
            gateways, refresh = self._gateway(way.endpoint, region, way.keys)
            bucket = shared_by(props, layout)
            reach = Reach(gateways.endpoint(layout.provider), region, way.keys)
            baselines = self._histories.reader(state_directory(step), bucket, reach)
        except GuardError as error:
            return Later(other.name, problem=error)
        reading = replace(
            session,
            step=replace(step, name=other.name, props=props, shared=bucket is not None),
            layout=layout,
            region=region,
            endpoint=gateways.endpoint(layout.provider),
            place=way.place,
            named=endpoint_named(props, layout),
            refresh=refresh,
            baselines=baselines,
            desired=desired,
            warnings=(),
            slips=checked.slips,
            plugin=plugin,
            decider=plugin_before_deploy(step.yaml, other.name),
            spoken_for=frozenset(),
            said=partial(agreement.said, (step.yaml, step.command)),
        )
        if refresh is not session.refresh:  # nothing of this region or endpoint has been read yet
            for root in {self.catalog.root(wanted.id) for wanted in desired}:
                refresh.begin(root, baselines.mark(root))
        try:
            return Later(other.name, recognised(reading), builds=other.builds)
        except GuardError as error:
            return Later(other.name, problem=error)

    def recording(self, step: Step, terminal: Terminal, credential: Callable[[], Credential]) -> LocalSession:
        """Returns a session that can write here, but not to FC. Reading creates nothing in the state directory."""
        state = state_directory(step)
        session, _, store = self._session(step, terminal, credential)
        return LocalSession(session, store, state, self._once.name, self._once.left(step, state), self._said)

    def _session(
        self,
        step: Step,
        terminal: Terminal,
        credential: Callable[[], Credential],
        *,
        writes: bool = False,
    ) -> tuple[ReadSession, Gateways, BaselineStore]:
        """Returns the step's session, with its gateways and its store. One that `writes` also reads through the store,
        which may then make what it needs."""
        self.secrets.learn_props(step.props)
        places = Places(step.yaml, step.name)
        plugin = plugin_to_come(step.yaml, step.name, step.command)
        checked = check(step.props, places, self.layouts, settling(plugin))
        if step.command in READS_FILES:
            checked = with_files(checked, plugin, step.base, places, self._vault(checked, credential))
            self.secrets.learn_props(checked.props)
        props, layout = checked.props, checked.layout
        to_come = () if plugin is None else (note_of(plugin, checked.open),)
        state = state_directory(step)
        self._once.left(step, state)
        believes = self._once.tracking(step, state)
        region = str(checked.props[layout.region])
        doubts = doubts_about(props, layout, places)
        way = reached_by(props, layout, credential)
        keys = way.keys
        props = layout.in_account(props, keys.account, region)
        gateways, refresh = self._gateway(way.endpoint, region, keys)
        endpoint = gateways.endpoint(layout.provider)
        self.secrets.learn_open(endpoint, keys.account, keys.access_key_id)
        self.secrets.learn_keys(keys.access_key_secret, keys.security_token)
        packages = self._packages.setdefault(state.path, Packages((state.path,)))
        bucket, reach = shared_by(props, layout), Reach(endpoint, region, keys)
        workplace = self._once.workplace(step, state, shared=bucket is not None)
        store = self._histories.store(state, bucket, reach, workplace.origin)
        session = ReadSession(
            step=replace(step, props=props, shared=bucket is not None),
            catalog=self.catalog,
            layout=layout,
            account=keys.account,
            region=region,
            endpoint=endpoint,
            place=way.place,
            console=self._once.console(way),
            others=other_steps(step.yaml, step.command, step.name, alone=step.alone),
            naming=self._namings.setdefault((step.yaml, step.command), Naming()),
            findings=self._findings.setdefault((step.yaml, step.command), Findings()),
            refresh=refresh,
            baselines=store if writes else self._histories.reader(state, bucket, reach, seals=bool(step.options.out)),
            terminal=terminal,
            packages=packages,
            now=self.now,
            decided_at=self.now().isoformat(timespec="seconds"),
            desired=desired_from(layout.kinds, props, keys.account, region),
            warnings=(*to_come, *doubts, *checked.warnings, *told_of_account(checked, keys.account, places)),
            slips=checked.slips,
            plugin=plugin,
            decider=plugin_before_deploy(step.yaml, step.name),
            checkout=workplace,
            believes=believes,
            audit=self._once.audit(gateways, layout.provider),
            named=endpoint_named(props, layout),
            saved_plans=self._saved_plans,
            earlier=self._once.earlier(step, state, bucket, reach, local=way.local),
        )
        self._read_ahead(session)
        with terminal.interruptible():
            session = recognised(session)
        where = (step.yaml, step.command)
        spoken_for = self._agreement.hear(where, step.name, session.desired, places, layout)
        return replace(session, spoken_for=spoken_for, said=partial(self._agreement.said, where)), gateways, store

    def _vault(self, checked: Checked, credential: Callable[[], Credential]) -> Open:
        """Returns what opens the certificates that are read with keys. Until then it needs no keys."""

        def opened() -> Vault:
            way = reached_by(checked.props, checked.layout, credential)
            self.secrets.learn_keys(way.keys.access_key_secret, way.keys.security_token)
            region = str(checked.props[checked.layout.region])
            gateways, _ = self._gateway(way.endpoint, region, way.keys)
            return gateways.vault(checked.layout.provider)

        return opened

    def _gateway(self, named: str, region: str, keys: Credential) -> tuple[Gateways, Refresh]:
        known = (named, region, keys)
        if known not in self._gateways:
            gateways = Gateways(self.providers, self.catalog, named, region, keys)
            self._gateways[known] = (gateways, Refresh(gateways.of, self.catalog, secrets=self.secrets))
        return self._gateways[known]

    def _read_ahead(self, session: ReadSession) -> None:
        """At a run's first step, starts the reads of all its steps."""
        mark = (session.step.yaml, session.step.command)
        if mark in self._ahead or session.step.command in LOOKS_FOR_ITSELF:
            return
        self._ahead.add(mark)
        read_ahead(session, outlook(session.step.yaml, session.layout, self.layouts))
