"""The two protocols of the cloud. A read-only run is given a `Reader` and cannot write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Protocol

from fc_guard.errors import GuardError
from fc_guard.model.address import Address
from fc_guard.model.fields import Json
from fc_guard.model.kinds import Holder, Kind
from fc_guard.model.plans import Call


@dataclass(frozen=True, slots=True)
class Credential:
    """Keys of one account. Never printed, logged or stored."""

    account: str
    access_key_id: str
    access_key_secret: str
    security_token: str = ""

    def __repr__(self) -> str:
        return f"Credential(account={self.account!r})"


@dataclass(frozen=True, slots=True)
class Reply:
    """FC's answer to a call: its JSON as it came ({} for a deletion), the ETag if it carries one, and FC's name for
    the request."""

    document: Mapping[str, Any]
    etag: str | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Odd:
    """An item of a list that does not tell what there is. `short`: it lacks a member, which a read of its own may
    show; otherwise what it says is none of FC's."""

    name: str
    problem: GuardError
    short: bool


Item = Mapping[str, Any] | Odd


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in OSS. `checksum` is the CRC-64 of its bytes, as FC's codeChecksum; None where OSS knows none."""

    checksum: str | None
    size: int | None


class Content(Protocol):
    """A package on its way out: never whole in memory."""

    @property
    def size(self) -> int: ...

    @property
    def checksum(self) -> str:
        """CRC-64, as FC's codeChecksum."""

    def chunks(self) -> Iterator[bytes]:
        """All bytes, as often as asked."""


class Parts(Protocol):
    """A package of which any part can be fetched."""

    @property
    def size(self) -> int: ...

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`. Raises `Unreadable`."""


Watch = Callable[[int], None]
"""Is told how many bytes are done."""
Hide = Callable[..., None]
"""Is told the keys that FC lends for it."""


class Reader(Protocol):
    """Reads. None means that FC said NotFound; any other failure is raised (`Unreadable`)."""

    def read(self, id: Address) -> Reply | None: ...

    def list(self, parent: Address | None, kind: Kind) -> tuple[Item, ...] | None:
        """Every resource of a kind inside its parent, all pages; None when the parent does not exist."""

    def flaw(self, id: Address, document: Mapping[str, Any]) -> str:
        """What of a document cannot be the provider's answer about a resource; '' where it can be that."""

    def held_by(self, id: Address, holder: Holder) -> tuple[str, ...] | None:
        """What of one sort would hold a resource in being were it to be deleted, by what people call it; None when the
        resource does not exist."""

    def package(self, id: Address, into: IO[bytes]) -> None:
        """Writes a function's code package, as FC stores it, into a file."""

    def parts(self, id: Address, checksum: str | None, into: IO[bytes]) -> Parts | None:
        """The same package, to be looked into in parts; None where it came whole, into the file, instead.

        Raises `LiveMoved` when it is no longer the one with this checksum.
        """

    def stored(self, bucket: str, key: str) -> Stored | None:
        """An object of the account's own OSS, in the run's region."""

    def lookup(self, what: str) -> Json:
        """A value that props leave to the account: what a kind's `lookups` ask for by this word."""


class Gateway(Reader, Protocol):
    """Writes too. Raises `CallFailed` when FC refused, `OutcomeUnknown` when its answer is lost."""

    def send(self, call: Call, code: Mapping[str, Any] | None = None) -> Reply:
        """`code` is what goes into the body's `code`: the package itself or where it lies."""

    def temporary(
        self, function: Address, instance_type: str, content: Content, watch: Watch, hide: Hide
    ) -> Mapping[str, Any]:
        """Uploads a package to FC's own temporary bucket. Changes nothing that anybody sees, so it may be repeated.

        Returns where it lies, as the body's `code`. Raises `BadInput` when FC does not take so much.
        """

    def put(self, bucket: str, key: str, content: Content, watch: Watch) -> Mapping[str, Any]:
        """Uploads a package to a bucket of the account's own, and says the same."""
