"""Asks providers in parallel, and remembers each answer while it is fresh."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from fc_guard.cloud.gateway import Reader
from fc_guard.model.address import Address
from fc_guard.model.kinds import Holder, Kind

IN_FLIGHT: Final = 16
FRESH_SECONDS: Final = 30.0
"""An older answer is asked for again: a person may have thought about a question in between."""


class Question(Protocol):
    """One request, as a value. Two equal questions share one answer."""

    @property
    def provider(self) -> str: ...

    def of(self, reader: Reader) -> Any: ...


class ReadOf(NamedTuple):
    id: Address

    @property
    def provider(self) -> str:
        return self.id.provider

    def of(self, reader: Reader) -> Any:
        return reader.read(self.id)


@dataclass(frozen=True, slots=True)
class ListOf:
    """Lists all resources of a kind in their parent or, for a kind without one, in the whole account and region."""

    provider: str
    parent: Address | None
    name: str
    kind: Kind = field(compare=False, repr=False)

    def of(self, reader: Reader) -> Any:
        return reader.list(self.parent, self.kind)


class HeldBy(NamedTuple):
    """Lists what of one sort would hold a resource in being."""

    id: Address
    holder: Holder

    @property
    def provider(self) -> str:
        return self.id.provider

    def of(self, reader: Reader) -> Any:
        return reader.held_by(self.id, self.holder)


class StoredAt(NamedTuple):
    provider: str
    bucket: str
    key: str

    def of(self, reader: Reader) -> Any:
        return reader.stored(self.bucket, self.key)


class LookupOf(NamedTuple):
    """Looks up a value that props leave to the account."""

    provider: str
    what: str

    def of(self, reader: Reader) -> Any:
        return reader.lookup(self.what)


@dataclass(frozen=True, slots=True)
class _Answer:
    future: Future[Any]
    at: float

    @property
    def failed(self) -> bool:
        """Says whether asking failed; then whoever asks next asks again."""
        return self.future.done() and self.future.exception() is not None


class Answers:
    """The memory of a run."""

    def __init__(self, readers: Callable[[str], Reader], now: Callable[[], float]) -> None:
        self._readers = readers
        self._now = now
        self._pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="refresh")
        self._known: dict[Question, _Answer] = {}

    def start(self, question: Question) -> Future[Any]:
        """Asks, unless a fresh answer is known or on its way."""
        known = self._known.get(question)
        if known is None or self._now() - known.at > FRESH_SECONDS or known.failed:
            known = _Answer(self._pool.submit(self._ask, question), self._now())
            self._known[question] = known
        return known.future

    def to(self, question: Question) -> Any:
        """Returns the answer. Raises what asking raised."""
        return self.start(question).result()

    def anew(self, question: Question) -> Future[Any]:
        """Asks now, and does not remember the answer."""
        return self._pool.submit(self._ask, question)

    def arrived(self, question: Question) -> Future[Any] | None:
        """Returns the answer that is known, however old it is; None if there is none yet, or asking failed."""
        known = self._known.get(question)
        return known.future if known is not None and known.future.done() and not known.failed else None

    def keep(self, question: Question, answer: Any) -> None:
        """Remembers `answer` as fresh, though nobody asked."""
        done: Future[Any] = Future()
        done.set_result(answer)
        self._known[question] = _Answer(done, self._now())

    def drop(self, concerns: Callable[[Question], bool]) -> None:
        for question in [question for question in self._known if concerns(question)]:
            del self._known[question]

    def drop_all(self) -> None:
        self._known.clear()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, question: Question) -> Any:
        return question.of(self._readers(question.provider))
