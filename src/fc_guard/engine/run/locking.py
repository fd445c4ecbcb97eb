"""The locks that a run holds while it writes: on the service it deploys into and the domains it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from fc_guard.artifacts import leftovers
from fc_guard.engine.run.session import LocalSession, ReadSession
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.state.overview import sweep


def roots(read: ReadSession) -> tuple[Address, ...]:
    """Returns the resources without a parent that the step names, or has named. All that it can write lies in these."""
    named = {desired.id for desired in read.desired if read.catalog.kind(desired.id).parent is None}
    recorded = read.baselines.named_by(read.account, read.region, read.step.origin)
    left = {id for id in recorded if _may_be_left(id, read.catalog)}
    if read.step.options.prune:  # deletes what the step deployed into other roots
        left |= {read.catalog.root(id) for id in recorded}
    return tuple(sorted(named | left))


@contextmanager
def held(session: LocalSession, command: str, also: Iterable[Address] = ()) -> Iterator[tuple[Address, ...]]:
    """Locks the step's roots, and those of `also`; at the end, removes what killed runs left in the project.

    Raises `BaselineLocked` when another run holds one of them. Roots are locked in sorted order, and determined again
    under the lock. What was read before is kept only where no other run had the lock since.
    """
    read = session.read
    wanted = {*roots(read), *(read.catalog.root(id) for id in also)}
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


def _lock(session: LocalSession, stack: ExitStack, root: Address, command: str) -> None:
    read = session.read
    lock = session.store.lock(root, f"{command} {read.step.name}", read.terminal.interruptible)
    read.refresh.locked(root, stack.enter_context(lock))


def _may_be_left(id: Address, catalog: Catalog) -> bool:
    """A resource without a parent may be ours though s.yaml names it no more, unless others share what is inside."""
    kind = catalog.kind(id)
    return kind.parent is None and not (kind.shared and catalog.below(kind))
