"""What a run holds while it writes: the service it deploys into, and the domains it names, in one order for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from fc_guard.artifacts import leftovers
from fc_guard.engine.run.session import LocalSession, ReadSession
from fc_guard.kinds import REGISTRY
from fc_guard.model.ids import ResourceId
from fc_guard.model.kinds import root_of
from fc_guard.state.overview import sweep


def roots(read: ReadSession) -> tuple[ResourceId, ...]:
    """The resources without a parent that the step names, or has named: everything it can write lies in these."""
    named = {desired.id for desired in read.desired if REGISTRY[desired.id.kind].parent is None}
    left = {id for id in read.baselines.ids(read.account, read.region) if _may_be_left(id) and _was_named(read, id)}
    return tuple(sorted(named | left))


@contextmanager
def held(session: LocalSession, command: str, also: Iterable[ResourceId] = ()) -> Iterator[tuple[ResourceId, ...]]:
    """Locks the step's roots, and what `also` lies in; at the end, removes what killed runs left in the project.

    Raises `BaselineLocked` when another run has one of them. What was read before stands only where no other run had
    the lock since, and so do the roots.
    """
    read = session.read
    wanted = {*roots(read), *(root_of(REGISTRY, id) for id in also)}
    while True:
        with ExitStack() as stack:
            for root in sorted(wanted):
                _lock(session, stack, root, command)
            named = set(roots(read))
            if named <= wanted:
                yield tuple(sorted(wanted))
                sweep(session.left)
                leftovers.sweep([*read.packages.left, *leftovers.found_in(read.step.base)])
                return
        wanted |= named  # a run that ended meanwhile recorded one more


def _lock(session: LocalSession, stack: ExitStack, root: ResourceId, command: str) -> None:
    read = session.read
    lock = session.store.lock(root, f"{command} {read.step.name}", read.terminal.interruptible)
    read.refresh.locked(root, stack.enter_context(lock))


def _was_named(read: ReadSession, id: ResourceId) -> bool:
    record = read.baselines.read(id)
    return record is not None and record.baseline is not None and record.baseline.named_by(read.step.origin)


def _may_be_left(id: ResourceId) -> bool:
    """A shared resource with nothing inside, such as a domain: it may be ours, though s.yaml names it no more."""
    kind = REGISTRY[id.kind]
    return kind.shared and kind.parent is None and not any(other.parent == kind.name for other in REGISTRY.values())
