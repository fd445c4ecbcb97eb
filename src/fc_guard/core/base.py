"""Chooses the base of a comparison: the newest deployment that this checkout contains (DESIGN §9).

Configuration and code are two decisions, so each has a base of its own: the newest write that was about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fc_guard.core.joining import joined_aspects, last_but, of_step, with_values
from fc_guard.core.values import Comparer
from fc_guard.model.fields import ASPECTS, CODE_ASPECT, CONFIG_ASPECT, FieldPath, Fields, Value, aspect_of
from fc_guard.model.origins import Checkout, Doubt, Head, Origin, Since, Standing, Way, Workplace
from fc_guard.model.resources import Baseline, Entry, Record


@dataclass(frozen=True, slots=True)
class Newer:
    """A deployment after the base, which this checkout does not contain."""

    entry: Entry
    since: Since


@dataclass(frozen=True, slots=True)
class Here:
    """What a step says of the resource's configuration, and its name where several share the resource, else ''."""

    fields: Fields
    comparer: Comparer
    step: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The base of one aspect. `entry` is None where this checkout contains no deployment. `newer` are those after it,
    newest first, and `older` those before it."""

    entry: Entry | None
    newer: tuple[Newer, ...] = ()
    older: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """The base of each aspect."""

    found: Mapping[str, Found]
    _line: _Line = field(repr=False)

    @property
    def newer(self) -> tuple[Newer, ...]:
        """Returns the deployments after either base, newest first."""
        every = {each.entry: each for found in self.found.values() for each in found.newer}
        return tuple(sorted(every.values(), key=lambda each: each.entry.serial, reverse=True))

    @property
    def watched(self) -> Base:
        """Returns the base for watching what is online: where this checkout contains no deployment, the last one. What
        was edited online since then would be overlooked otherwise."""
        return replace(self, found={aspect: _watched(found) for aspect, found in self.found.items()})

    def baseline(self, live: Fields | None, comparer: Comparer, step: str = "") -> Baseline | None:
        """Returns the base, with a step's share in front where several share the resource. What belongs to others, and
        who made the resource, is as the newest record says. `live` is what is online, None if nothing is."""
        chosen = {aspect: found.entry for aspect, found in self.found.items() if found.entry is not None}
        if not chosen:
            return None
        newest = max(chosen.values(), key=lambda entry: entry.serial)
        main = of_step(newest.after(), step)
        if main is None:
            return None
        if main.observed is not None:
            others = {
                aspect: of_step(chosen[aspect].after(), step) if aspect in chosen else None
                for aspect in ASPECTS
                if chosen.get(aspect) is not newest
            }
            main = joined_aspects(main, others)
            main = self._decided(main, comparer, step)
            main = main if live is None else self._moved_back(main, live, comparer)
        head = self._line.head
        if head is None or not self.newer:
            return main
        made = head.made_entries | main.made_entries
        shares = head.seen_by(step).others if step else head.others
        return replace(main, others=shares, made=head.made or main.made, made_entries=made)

    def _decided(self, main: Baseline, comparer: Comparer, step: str) -> Baseline:
        """What was kept is whoever's it was: where this checkout contains the deployment that the online value is from,
        nobody has to decide about it any more."""
        observed = main.observed or {}
        for path in main.kept:
            after = self._source(path, observed.get(path), comparer, step)
            if after is not None:
                main = with_values(main, after, path)
        return main

    def _source(self, path: FieldPath, value: Value, comparer: Comparer, step: str) -> Baseline | None:
        """Returns the baseline of the contained deployment that an online value is from, if it is from one."""
        aspect = aspect_of(path)
        for entry in self.found[aspect].older if aspect in self.found else ():
            after = of_step(entry.after(), step)
            if after is None or after.observed is None:
                return None
            if not comparer.same(path, after.observed.get(path), value):
                return None
            if path not in after.kept and self._line.doubt(entry, aspect) is None:
                return after
        return None

    def _moved_back(self, main: Baseline, live: Fields, comparer: Comparer) -> Baseline:
        """A value that somebody changed and put back is somebody's, too: it counts as moved from what it was last."""
        for aspect, found in self.found.items():
            afters = [each.entry.after() for each in found.newer]
            known = [after for after in afters if after is not None and after.observed is not None]
            main = last_but(main, live, known, aspect, comparer)
        return main


@dataclass(frozen=True, slots=True)
class _Line:
    """The writes of a resource, as a checkout sees them."""

    record: Record | None
    checkout: Workplace
    here: Here | None

    @property
    def head(self) -> Baseline | None:
        return None if self.record is None else self.record.baseline

    def about(self, aspect: str) -> tuple[Entry, ...]:
        entries = () if self.record is None else self.record.entries
        return tuple(entry for entry in entries if aspect in entry.about)

    def found(self, aspect: str) -> Found:
        newer: list[Newer] = []
        entries = self.about(aspect)
        for at, entry in enumerate(entries):
            doubt = self.doubt(entry, aspect)
            if doubt is None:
                return Found(entry, tuple(newer), entries[at + 1 :])
            newer.append(Newer(entry, Since(entry.serial, entry.origin, doubt, self.checkout.head)))
        return Found(None, tuple(newer))

    def doubt(self, entry: Entry, aspect: str) -> Doubt | None:
        """Returns why a write is not contained; None if it is."""
        standing, older = self.checkout.standing(entry.origin), self._before(entry, aspect)
        if standing.doubt is not None:
            return standing.doubt
        if _lacks(entry.origin, standing, older, self.checkout):
            return Doubt.NOT_HERE
        if _rolled_back(standing, older, self.checkout):
            return Doubt.ROLLED_BACK
        return Doubt.OTHER_VALUES if aspect == CONFIG_ASPECT and self._says_else(entry, standing) else None

    def _before(self, entry: Entry, aspect: str) -> tuple[Origin, ...]:
        """Returns where the writes before it came from, as far as that is known."""
        entries = self.about(aspect)
        origins = [each.origin for each in entries[entries.index(entry) + 1 :]]
        passed = () if self.record is None else self.record.passed
        return (*(origin for origin in origins if origin is not None), *passed)

    def _says_else(self, entry: Entry, standing: Standing) -> bool:
        """Says whether another value was deployed than this step says, though the files that s.yaml is made of are the
        same: it is from the environment, and a commit does not tell which of the two is newer. Pipelines have one
        environment, and what a run number says may differ in each."""
        origin, here = entry.origin, self.here
        if here is None or origin is None or standing.way not in (Way.COMMIT, Way.TREE):
            return False
        if origin.ci and self.checkout.in_ci:
            return False
        after = of_step(entry.after(), here.step)
        applied = {} if after is None else after.applied
        both = [path for path in here.fields if path in applied and aspect_of(path) == CONFIG_ASPECT]
        if all(here.comparer.same(path, here.fields[path], applied[path]) for path in both):
            return False
        return self.checkout.same_settings(standing.commit)


class Everything:
    """A checkout that contains every deployment, as a folder does whose deployments are all its own."""

    def standing(self, origin: Origin | None) -> Standing:
        return Standing(way=Way.FOLDER)

    def precedes(self, one: str, other: str) -> bool:
        return False

    def same_settings(self, commit: str) -> bool:
        return False

    def origin(self) -> Origin | None:
        return None

    def renews(self, origin: Origin | None) -> bool:
        return False

    def uses(self, folder: str, files: Collection[str] | None = None) -> None:
        """It has nothing to tell by it."""

    @property
    def head(self) -> Head:
        return Head()

    @property
    def in_ci(self) -> bool:
        return False

    @property
    def remark(self) -> str:
        return ""


def base_of(record: Record | None, checkout: Workplace, here: Here | None = None) -> Base:
    """Returns the base among the writes of a resource. Without `here`, what a step says plays no part."""
    line = _Line(record, checkout, here)
    return Base({aspect: line.found(aspect) for aspect in (CONFIG_ASPECT, CODE_ASPECT)}, line)


def _watched(found: Found) -> Found:
    return found if found.entry is not None or not found.newer else Found(found.newer[0].entry)


def _lacks(origin: Origin | None, standing: Standing, older: Sequence[Origin], checkout: Checkout) -> bool:
    """Says whether this folder's own deployment had a commit of somebody else that HEAD does not contain, as after a
    switch to a branch from before it."""
    if standing.way is not Way.FOLDER or origin is None or not origin.commit:
        return False
    return any(
        (other.commit == origin.commit or checkout.precedes(other.commit, origin.commit))
        and not checkout.standing(other).contained
        for other in _others(origin, older)
    )


def _others(origin: Origin, older: Sequence[Origin]) -> Iterator[Origin]:
    return (other for other in older if other.folder != origin.folder and other.commit)


def _rolled_back(standing: Standing, older: Sequence[Origin], checkout: Checkout) -> bool:
    """Says whether an older commit was deployed over a newer one. This checkout has both commits, yet what it says of
    them is from before the rollback."""
    if not standing.commit or standing.way is Way.FOLDER:
        return False
    return any(_is_after(origin, standing.commit, checkout) for origin in older)


def _is_after(origin: Origin, commit: str, checkout: Checkout) -> bool:
    """Says whether a deployment that this checkout contains is of a newer commit than this one. What no commit has was
    made on top of its own."""
    standing = checkout.standing(origin)
    if not standing.commit:
        return False
    loose = standing.way is Way.FOLDER and not origin.clean
    return (loose and standing.commit == commit) or checkout.precedes(commit, standing.commit)
