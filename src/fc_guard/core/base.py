"""Chooses the base of a comparison: the newest deployment that this checkout contains (DESIGN §9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fc_guard.model.origins import Checkout, Doubt, Origin, Since, Standing, Way
from fc_guard.model.resources import Baseline, Entry


@dataclass(frozen=True, slots=True)
class Newer:
    """A deployment after the base, which this checkout does not contain."""

    entry: Entry
    since: Since


@dataclass(frozen=True, slots=True)
class Base:
    """`entry` is None where this checkout contains no deployment. `newer` are those after it, newest first."""

    entry: Entry | None
    newer: tuple[Newer, ...] = ()

    @property
    def watched(self) -> Base:
        """Returns the base for watching what is online: where this checkout contains no deployment, the last one. What
        was edited online since then would be overlooked otherwise."""
        return self if self.entry is not None or not self.newer else Base(self.newer[0].entry)

    def baseline(self, head: Baseline | None, step: str = "") -> Baseline | None:
        """Returns the base, with a step's share in front where several share the resource. What belongs to others, and
        who made the resource, is as the newest record says."""
        found = self.entry.after() if self.entry is not None else None
        if found is None:
            return None
        found = found.seen_by(step) if step else found
        if head is None or not self.newer:
            return found
        made = head.made_entries | found.made_entries
        others = head.seen_by(step).others if step else head.others
        return replace(found, others=others, made=head.made or found.made, made_entries=made)


class Everything:
    """A checkout that contains every deployment, as a folder does whose deployments are all its own."""

    def standing(self, origin: Origin | None) -> Standing:
        return Standing(way=Way.FOLDER)

    def precedes(self, one: str, other: str) -> bool:
        return False

    def origin(self) -> Origin | None:
        return None

    def uses(self, folder: str) -> None:
        """It has nothing to tell by it."""

    @property
    def in_ci(self) -> bool:
        return False

    @property
    def remark(self) -> str:
        return ""


def base_of(entries: Sequence[Entry], checkout: Checkout) -> Base:
    """Returns the base among the entries of a resource, which are newest first."""
    newer: list[Newer] = []
    for at, entry in enumerate(entries):
        standing, older = checkout.standing(entry.origin), entries[at + 1 :]
        lacking = _lacks(entry, standing, older, checkout)
        if standing.contained and not lacking and not _rolled_back(standing, older, checkout):
            return Base(entry, tuple(newer))
        doubt = standing.doubt or (Doubt.NOT_HERE if lacking else Doubt.ROLLED_BACK)
        newer.append(Newer(entry, Since(entry.serial, entry.origin, doubt)))
    return Base(None, tuple(newer))


def _lacks(entry: Entry, standing: Standing, older: Sequence[Entry], checkout: Checkout) -> bool:
    """Says whether this folder's own deployment had a commit of somebody else that HEAD does not contain, as after a
    switch to a branch from before it."""
    origin = entry.origin
    if standing.way is not Way.FOLDER or origin is None or not origin.commit:
        return False
    others = (each.origin for each in older if each.origin is not None and each.origin.folder != origin.folder)
    return any(
        (other.commit == origin.commit or checkout.precedes(other.commit, origin.commit))
        and not checkout.standing(other).contained
        for other in others
        if other.commit
    )


def _rolled_back(standing: Standing, older: Sequence[Entry], checkout: Checkout) -> bool:
    """Says whether an older commit was deployed over a newer one. This checkout has both commits, yet what it says of
    them is from before the rollback."""
    if not standing.commit or standing.way is Way.FOLDER:
        return False
    return any(_is_after(entry, standing.commit, checkout) for entry in older)


def _is_after(entry: Entry, commit: str, checkout: Checkout) -> bool:
    """Says whether a deployment that this checkout contains is of a newer commit than this one. What no commit has was
    made on top of its own."""
    standing, origin = checkout.standing(entry.origin), entry.origin
    if not standing.commit:
        return False
    loose = standing.way is Way.FOLDER and origin is not None and not origin.clean
    return (loose and standing.commit == commit) or checkout.precedes(commit, standing.commit)
