"""Wiring: the only place where stores, gateways and terminals are put together."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fc_guard.artifacts.packages import Packages
from fc_guard.cloud.gateway import Credential, Gateway, Hide
from fc_guard.cloud.local import find_or_start
from fc_guard.engine.run.agreement import Agreement, Where
from fc_guard.engine.run.refresh import ListKey, Refresh
from fc_guard.engine.run.terminal import Terminal
from fc_guard.errors import BadInput, GuardError
from fc_guard.inputs.certificates import with_certificates
from fc_guard.inputs.foreseen import Foreseen, access_of, foreseen
from fc_guard.inputs.options import Options
from fc_guard.inputs.outlook import Guess, outlook
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from fc_guard.kinds import REGISTRY
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import root_of
from fc_guard.model.plans import Policy
from fc_guard.model.resources import Desired
from fc_guard.model.scope import Scope
from fc_guard.render.known import Secrets
from fc_guard.state.directory import DirectoryReader, DirectoryStore
from fc_guard.state.memory import Memory
from fc_guard.state.overview import looked_over
from fc_guard.state.place import Place, beside
from fc_guard.state.rescue import name_of_run
from fc_guard.state.store import BaselineReader, BaselineStore
from fc_guard.state.tracked import Tracking

LOCAL = "local"
READS_FILES = ("deploy", "plan", "pull")
"""Commands that need what s.yaml only names: code and certificates."""
LOOKS_FOR_ITSELF = ("rescue", "undo")
"""Commands that read something else online than s.yaml names, or nothing."""
BELIEVES_NOTHING = ("info", "rescue", "sync")
"""Commands that decide nothing by what a state directory says."""


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

    `desired` is what s.yaml asks for, parents first; code comes later, in the survey. `told` are resources that an
    earlier step of the run names too, and has spoken for. `believes` raises `BaselineUnusable` where the baselines came
    with the repository; it is asked once there are answers of FC, and before anything is written.
    """

    step: Step
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
    told: frozenset[ResourceId] = frozenset()
    believes: Callable[[], None] = lambda: None

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

    gateway: Gateway
    later: Callable[[], tuple[Later, ...]] = tuple
    wrote: Callable[[], None] = lambda: None
    hide: Hide = lambda *keys: None


GatewayMaker = Callable[[str, str, Credential], Gateway]


def sdk_gateway(endpoint: str, region: str, credential: Credential) -> Gateway:
    """The real gateway. The SDK is imported here, late: it takes half a second, and not every run needs it."""
    from fc_guard.cloud.sdk import SdkGateway  # noqa: PLC0415

    return SdkGateway(endpoint, region, credential)


@dataclass(slots=True)
class Run:
    """What the steps of one host process share: connections, what was read, code folders."""

    make_gateway: GatewayMaker = sdk_gateway
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)
    secrets: Secrets = field(default_factory=Secrets)
    """All that is secret to any step; whoever prints something leaves it out."""
    _gateways: dict[tuple[str, str, Credential], tuple[Gateway, Refresh]] = field(default_factory=dict)
    _packages: dict[Path, Packages] = field(default_factory=dict)
    _memory: Memory = field(default_factory=Memory)
    _ahead: set[tuple[Path | None, str]] = field(default_factory=set)
    _agreement: Agreement = field(default_factory=Agreement)
    _begun: dict[Where, list[str]] = field(default_factory=dict)
    _foreseen: set[Where] = field(default_factory=set)
    _written: dict[str, None] = field(default_factory=dict)
    _overviews: dict[Place, tuple[Place, ...]] = field(default_factory=dict)
    _trackings: dict[Place, Tracking] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)
    _name: str = ""

    def reading(self, step: Step, terminal: Terminal, credential: Callable[[], Credential]) -> ReadSession:
        """A session that cannot write. Raises `BadInput` for everything wrong with the step."""
        return self._session(step, terminal, credential, None)[0]

    def writing(self, step: Step, terminal: Terminal, credential: Callable[[], Credential]) -> WriteSession:
        state = state_directory(step)
        store = DirectoryStore(state, self._memory)
        session, gateway = self._session(step, terminal, credential, store)
        self._begun.setdefault((step.yaml, step.command), []).append(step.name)
        return WriteSession(
            session,
            store,
            state,
            self._named(),
            self._left(step, state),
            self._said,
            gateway,
            later=lambda: self._later(step, session, credential),
            wrote=lambda: self._note_write(step.name),
            hide=self.secrets.learn_keys,
        )

    @property
    def written(self) -> tuple[str, ...]:
        """The steps that this run has written something of."""
        return tuple(self._written)

    def _note_write(self, step: str) -> None:
        self._written[step] = None

    def _later(self, step: Step, session: ReadSession, credential: Callable[[], Credential]) -> tuple[Later, ...]:
        """The steps of the same s.yaml that the host will run after this one, as far as they can be foreseen."""
        mark = (step.yaml, step.command)
        if mark in self._foreseen or step.alone:
            return ()
        self._foreseen.add(mark)
        access, agreement = access_of(step.yaml, step.name), Agreement()
        agreement.hear(mark, step.name, session.desired, Places(step.yaml, step.name))
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
            props = check(other.props, places).props
            if step.command in READS_FILES and not other.builds:
                props = with_certificates(props, step.base, places)
            region = str(props["region"])
            desired = desired_from(props, session.account, region)
            agreement.hear((step.yaml, step.command), other.name, desired, places)
            endpoint, keys = _endpoint(props, region, credential)
        except GuardError as error:
            return Later(other.name, problem=error)
        reading = replace(
            session,
            step=replace(step, name=other.name, props=props),
            region=region,
            endpoint=endpoint,
            refresh=self._gateway(endpoint, region, keys)[1],
            desired=desired,
            warnings=(),
            told=frozenset(),
        )
        return Later(other.name, reading, builds=other.builds)

    def recording(self, step: Step, terminal: Terminal, credential: Callable[[], Credential]) -> LocalSession:
        """A session that cannot write to FC, but here. Reading makes nothing in the state directory."""
        state = state_directory(step)
        session = self._session(step, terminal, credential, None)[0]
        store = DirectoryStore(state, self._memory)
        return LocalSession(session, store, state, self._named(), self._left(step, state), self._said)

    def _named(self) -> str:
        self._name = self._name or name_of_run(self.now())
        return self._name

    def _left(self, step: Step, state: Place) -> tuple[Place, ...]:
        """Looks the state directory over, once a run. Raises `BaselineUnusable` where there is a link."""
        if step.command in BELIEVES_NOTHING:
            return ()
        if state not in self._overviews:
            self._overviews[state] = looked_over(state)
        return self._overviews[state]

    def _tracking(self, step: Step, state: Place) -> Callable[[], None]:
        if step.command in BELIEVES_NOTHING:
            return lambda: None
        if state not in self._trackings:
            self._trackings[state] = Tracking(state)
        return self._trackings[state].refuse

    def _session(
        self,
        step: Step,
        terminal: Terminal,
        credential: Callable[[], Credential],
        store: BaselineStore | None,
    ) -> tuple[ReadSession, Gateway]:
        self.secrets.learn_props(step.props)
        places = Places(step.yaml, step.name)
        checked = check(step.props, places)
        props = checked.props
        if step.command in READS_FILES:
            props = with_certificates(props, step.base, places)
            self.secrets.learn_props(props)
        state = state_directory(step)
        self._left(step, state)
        believes = self._tracking(step, state)
        region = str(checked.props["region"])
        endpoint, keys = _endpoint(checked.props, region, credential)
        self.secrets.learn_open(endpoint, keys.account, keys.access_key_id)
        self.secrets.learn_keys(keys.access_key_secret, keys.security_token)
        gateway, refresh = self._gateway(endpoint, region, keys)
        packages = self._packages.setdefault(state.path, Packages((state.path,)))
        session = ReadSession(
            step=replace(step, props=props),
            account=keys.account,
            region=region,
            endpoint=endpoint,
            refresh=refresh,
            baselines=store if store is not None else DirectoryReader(state, self._memory),
            terminal=terminal,
            packages=packages,
            now=self.now,
            desired=desired_from(props, keys.account, region),
            warnings=checked.warnings,
            believes=believes,
        )
        told = self._agreement.hear((step.yaml, step.command), step.name, session.desired, places)
        session = replace(session, told=told)
        self._read_ahead(session)
        return session, gateway

    def _gateway(self, endpoint: str, region: str, keys: Credential) -> tuple[Gateway, Refresh]:
        known = (endpoint, region, keys)
        if known not in self._gateways:
            gateway = self.make_gateway(endpoint, region, keys)
            self._gateways[known] = (gateway, Refresh(gateway, secrets=self.secrets))
        return self._gateways[known]

    def _read_ahead(self, session: ReadSession) -> None:
        """At a run's first step, starts the reads of all its steps."""
        mark = (session.step.yaml, session.step.command)
        if mark in self._ahead or session.step.command in LOOKS_FOR_ITSELF:
            return
        self._ahead.add(mark)
        ids: set[ResourceId] = set()
        lists: set[ListKey] = set()
        for guess in outlook(session.step.yaml):
            if guess.region == session.region:
                _guessed(session, guess, ids, lists)
        for root in {root_of(REGISTRY, id) for id in ids}:
            session.refresh.begin(root, session.baselines.mark(root))
        in_scope = sorted(id for id in ids if session.scope.holds(id))
        session.refresh.ahead(in_scope, sorted(key for key in lists if session.scope.lists(key[1])))


BEARS = {"triggers": "trigger", "asyncConfiguration": "asyncConfig", "vpcBinding": "vpcBinding"}
"""Props whose resources come from a list of their parent's."""


def _guessed(session: ReadSession, guess: Guess, ids: set[ResourceId], lists: set[ListKey]) -> None:
    service = ResourceId(session.account, session.region, "service", guess.parts[:1])
    ids.add(service)
    inner = {service.kind: service}
    if len(guess.parts) > 1:
        inner["function"] = service.child("function", guess.parts[1])
        ids.add(inner["function"])
    ids.update(ResourceId(session.account, session.region, "customDomain", (name,)) for name in guess.domains)
    for key in guess.bears:
        parent = inner.get(REGISTRY[BEARS[key]].parent or "")
        if parent is not None:
            lists.add((parent, BEARS[key]))


def desired_from(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    """What a step's props ask for, parents first."""
    kinds = sorted(REGISTRY.values(), key=lambda kind: kind.rank)
    return tuple(item for kind in kinds for item in kind.desired(props, account, region))


def moved_state() -> str:
    """FC_GUARD_CACHE_DIR: several projects may share it."""
    return os.environ.get("FC_GUARD_CACHE_DIR", "")


def state_directory(step: Step) -> Place:
    """Where this project's baselines are: beside s.yaml, or in FC_GUARD_CACHE_DIR."""
    if moved := moved_state():
        return Place((step.cwd / moved).absolute())
    return beside(step.base.absolute())


def _endpoint(props: Mapping[str, Any], region: str, credential: Callable[[], Credential]) -> tuple[str, Credential]:
    """The service's URL and the keys for it: the local FC, another FC-compatible service, or FC itself."""
    named = str(props.get("endpoint") or os.environ.get("FC_GUARD_ENDPOINT") or "").strip()
    if named == LOCAL:
        local = find_or_start()
        return f"{local.url}/~{region}", local.credential
    if named:
        _require_plain(named)
    keys = credential()
    if not named:
        return f"https://{keys.account}.{region}.fc.aliyuncs.com", keys
    return named.rstrip("/"), keys


def _require_plain(endpoint: str) -> None:
    """Refuses what is no plain address of a service. What may hold a password is not repeated."""
    try:
        url = urlsplit(endpoint)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        url, usable = urlsplit(""), False
    if not usable or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        shown = "" if set("@?#") & set(endpoint) else f" {endpoint!r}"
        raise BadInput(
            f"endpoint{shown} is neither `local` nor a URL.",
            hint="Write endpoint: local, or endpoint: https://…",
            reference="bad-endpoint",
        )
    if "@" in url.netloc or "?" in endpoint or "#" in endpoint:
        raise BadInput(
            "endpoint holds more than an address: a user name or password, a query or a fragment.",
            hint="Write endpoint: https://host or https://host/path. Keys come from the access (`s config add`).",
            reference="bad-endpoint",
        )
