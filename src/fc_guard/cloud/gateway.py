"""The two protocols of the cloud. A read-only run is given a `Reader` and cannot write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Protocol

from fc_guard.errors import GuardError
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import Json
from fc_guard.model.invocations import Answer, Event
from fc_guard.model.kinds import Holder, Kind
from fc_guard.model.plans import Call
from fc_guard.model.trail import TrailEvent


@dataclass(frozen=True, slots=True)
class Credential:
    """Keys of one account. They are never printed, logged or stored."""

    account: str
    access_key_id: str
    access_key_secret: str
    security_token: str = ""

    def __repr__(self) -> str:
        return f"Credential(account={self.account!r})"


@dataclass(frozen=True, slots=True)
class Reply:
    """FC's answer to a call: its JSON unchanged ({} for a deletion), its ETag if it has one, and FC's request id.
    `note` is what else is to be told of a write that was done.

    A document that is read names its resource by the kind's `name_field`: without it, no rescue copy is made of it, and
    nothing of it is overwritten. Where an API leaves the name out, its gateway adds it.
    """

    document: Mapping[str, Any]
    etag: str | None = None
    request_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Odd:
    """A flawed item of a list. `short`: it lacks a member, which a read may show; otherwise it cannot be FC's."""

    name: str
    problem: GuardError
    short: bool


Item = Mapping[str, Any] | Odd


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in OSS. `checksum` is the CRC-64 of its bytes, like FC's codeChecksum; None if OSS does not have it."""

    checksum: str | None
    size: int | None


class Content(Protocol):
    """A package to upload. It is never whole in memory."""

    @property
    def size(self) -> int: ...

    @property
    def checksum(self) -> str:
        """CRC-64, like FC's codeChecksum."""

    def chunks(self) -> Iterator[bytes]:
        """Yields all bytes, each time it is called."""


class Parts(Protocol):
    """A package of which any part can be fetched."""

    @property
    def size(self) -> int: ...

    def read(self, start: int, end: int) -> bytes:
        """Returns the bytes from `start` up to, but not including, `end`. Raises `Unreadable`."""


Watch = Callable[[int], None]
"""It is told how many bytes are done."""
Hide = Callable[..., None]
"""It is told the secrets of the keys that FC lends for an upload."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the audit trail answered: writes, the newest first; and why there are none, or not all, '' if they are all
    there. `denied` says that the access may not read it."""

    events: tuple[TrailEvent, ...] = ()
    why: str = ""
    denied: bool = False


Lookup = Callable[[datetime, datetime], Heard]
"""Looks up the writes between two times. It raises nothing: a failure is an answer too."""


class Pause(Protocol):
    """A wait. It is the engine's: bounded, told with the time that has passed, and ended by Ctrl-C."""

    @property
    def over(self) -> bool:
        """Says whether it has been too long."""

    def on(self) -> None:
        """Waits a moment. Raises `Interrupted`; `CallFailed` where the wait is over."""


Waits = Callable[[str, float], Pause]
"""(what is not so yet, the longest it may take in seconds) -> the wait for it"""


class Never:
    """The wait of whoever was given none: it is over at once."""

    over = True

    def __init__(self, what: str, longest: float) -> None:
        pass

    def on(self) -> None:
        raise ValueError(t("nothing waits here"))


class Reader(Protocol):
    """Reads the cloud. None means that FC said NotFound; any other failure raises `Unreadable`."""

    def read(self, id: Address) -> Reply | None: ...

    def list(self, parent: Address | None, kind: Kind) -> tuple[Item, ...] | None:
        """Returns all resources of a kind inside its parent, from all pages; None if the parent does not exist."""

    def flaw(self, id: Address, document: Mapping[str, Any]) -> str:
        """Says why a document cannot be the provider's answer about a resource; '' if it can."""

    def held_by(self, id: Address, holder: Holder) -> tuple[str, ...] | None:
        """Returns, by their names for people, the holders of one sort that would keep a resource in being when it is
        deleted; None if the resource does not exist."""

    def package(self, id: Address, into: IO[bytes]) -> None:
        """Writes a function's code package, as FC stores it, into a file."""

    def parts(self, id: Address, checksum: str | None, into: IO[bytes]) -> Parts | None:
        """Opens the package for reading in parts. Returns None if it came whole and was written to `into`.

        Raises `LiveMoved` if the package no longer has this checksum.
        """

    def stored(self, bucket: str, key: str) -> Stored | None:
        """Returns an object of the account's own OSS, in the run's region; None if there is none."""

    def lookup(self, what: str) -> Json:
        """Returns a value that props leave to the account. `what` is a word from a kind's `lookups`."""


class Gateway(Reader, Protocol):
    """Writes as well. Raises `CallFailed` if FC refused, `OutcomeUnknown` if its answer is lost."""

    def waiting(self, waits: Waits) -> Gateway:
        """Returns the same gateway. Where one of its operations ends later than its answer, it waits by `waits`."""

    def send(self, call: Call, code: Mapping[str, Any] | None = None) -> Reply:
        """Sends one request. `code` becomes the body's `code`: the package itself, or where it lies."""

    def invoke(self, id: Address, event: Event) -> Answer | None:
        """Calls a function once. Returns None if it, or the version or alias that is named, does not exist."""

    def inline(self, content: Content) -> Mapping[str, Any]:
        """Returns a package as the body's `code`, when it is small enough for a request."""

    def placed(self, bucket: str, key: str) -> Mapping[str, Any]:
        """Returns where a package lies in the account's own storage, as the body's `code`."""

    def temporary(
        self, function: Address, instance_type: str, content: Content, watch: Watch, hide: Hide
    ) -> Mapping[str, Any]:
        """Uploads a package to FC's own temporary bucket. It changes nothing visible, so it may be repeated.

        Returns where the package lies, as the body's `code`. Raises `BadInput` if it is larger than FC takes.
        """

    def put(self, bucket: str, id: Address, content: Content, watch: Watch) -> Mapping[str, Any]:
        """Uploads a package to a bucket of the account, under a name of the provider's. Returns the body's `code`."""
