"""Tells deployments out of records: who, when, from what, and what each changed against the one before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from fc_guard.core.base import base_of
from fc_guard.core.file_changes import alike
from fc_guard.core.turns import Turn, Written, turns
from fc_guard.core.values import Comparer
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, CODE_ASPECT, MISSING, CodeVersion, FieldPath, Fields, Sealed, Value, aspect_of
from fc_guard.model.files import FileSide, FileState, Manifest
from fc_guard.model.histories import Deed, Deployment, Fate, FieldMove, FileMove, History, OpenWrite, PutBack
from fc_guard.model.origins import Doubt, Origin, Standing, Workplace
from fc_guard.model.resources import Baseline, Entry, Record
from fc_guard.model.rules import FieldRules
from fc_guard.model.theirs import Becomes, Theirs


class Historian:
    """Knows what is needed to tell a history. `most` is the least number of entries that a store keeps: a shorter list
    has its beginning. `rules` and `comparer` are those of a resource's kind; `files` returns a package by its digest,
    None if it is not kept. `aspects` are those that are told."""

    def __init__(
        self,
        checkout: Workplace,
        most: int,
        rules: Callable[[Address], FieldRules],
        comparer: Callable[[FieldRules], Comparer],
        files: Callable[[str], Manifest | None],
        aspects: frozenset[str],
    ) -> None:
        self._checkout = checkout
        self._most = most
        self._rules = rules
        self._comparer = comparer
        self._files = files
        self._aspects = aspects

    def history(self, records: Sequence[Record], limit: int, writers: Mapping[Address, str]) -> History:
        """Returns the newest deployments, at most `limit` of them; 0 is all."""
        found = turns(records)
        shown = found[:limit] if limit else found
        over = {entry for record in records for entry in self._rolled_back(record)}
        return History(
            tuple(self._deployment(turn, over) for turn in shown),
            len(found) - len(shown),
            tuple(_open(records, writers)),
            tuple(_put_back(records)),
        )

    def _rolled_back(self, record: Record) -> Iterator[Entry]:
        """Yields the deployments of an older commit over a newer one, after which this checkout does not stand."""
        newer = base_of(record, self._checkout).newer
        return (each.entry for each in newer if each.since.doubt is Doubt.ROLLED_BACK)

    def _deployment(self, turn: Turn, over: set[Entry]) -> Deployment:
        origins = [written.origin for written in turn if written.origin is not None]
        origin = replace(origins[0], clean=all(each.clean for each in origins)) if origins else None
        deeds = (self._deed(written) for written in turn)
        return Deployment(
            origin,
            turn[0].when,
            self._standing(origin, rolled_back=any(written.entry in over for written in turn)),
            tuple(deed for deed in deeds if deed is not None),
        )

    def _standing(self, origin: Origin | None, *, rolled_back: bool) -> Standing:
        return Standing(doubt=Doubt.ROLLED_BACK) if rolled_back else self._checkout.standing(origin)

    def _deed(self, written: Written) -> Deed | None:
        """Returns what a deployment did to a resource; None if nothing that is remembered."""
        theirs = tuple(each for each in written.entry.theirs if self._is_told(each))
        done = self._done(written, again=any(_is_made_again(each) for each in theirs))
        if done is None:
            theirs = tuple(each for each in theirs if each.path)
            return Deed(written.record.id, written.entry.serial, Fate.CHANGED, theirs=theirs) if theirs else None
        return replace(done, theirs=theirs)

    def _is_told(self, each: Theirs) -> bool:
        return not each.path or aspect_of(each.path) in self._aspects

    def _done(self, written: Written, *, again: bool) -> Deed | None:
        """Returns the same without what it did with changes of others. `again` says that somebody had deleted it."""
        id, serial, after = written.record.id, written.entry.serial, written.entry.after()
        compared, before = written.before()
        if after is None:
            return Deed(id, serial, Fate.REMOVED)
        if not compared and not self._is_first(written):
            return Deed(id, serial, Fate.FIRST_KEPT)
        if after.observed is None:
            known = before is not None and before.observed is None
            return None if known else Deed(id, serial, Fate.LEFT_DELETED)
        if before is None:
            return Deed(id, serial, Fate.MADE if after.made else Fate.ADOPTED)
        if again or before.observed is None:
            return Deed(id, serial, Fate.MADE)
        fields, files = self._moves(id, before, after)
        return Deed(id, serial, Fate.CHANGED, fields, files) if fields else None

    def _is_first(self, written: Written) -> bool:
        """Says whether nothing was deployed before a record's oldest entry. An entry of an older release has serial 0;
        a first write has the serial 1, or 2 after its intent."""
        serial = written.entry.serial
        return serial in (1, 2) or (serial > 0 and len(written.record.entries) < self._most)

    def _moves(
        self, id: Address, before: Baseline, after: Baseline
    ) -> tuple[tuple[FieldMove, ...], tuple[FileMove, ...] | None]:
        rules = self._rules(id)
        same = self._comparer(rules).same
        then, now = _deployed(before), _deployed(after)
        moves = []
        files: tuple[FileMove, ...] | None = ()
        for path in sorted({*then, *now}):
            old, new = then.get(path, MISSING), now.get(path, MISSING)
            if aspect_of(path) not in self._aspects or same(path, old, new):
                continue
            secret = rules.is_secret(path) or isinstance(old, Sealed) or isinstance(new, Sealed)
            moves.append(FieldMove(path, old, new, secret, kept=path in after.kept))
            if path == CODE and CODE_ASPECT in self._aspects:
                files = self._file_moves(old, new)
        return tuple(moves), files

    def _file_moves(self, before: Value, after: Value) -> tuple[FileMove, ...] | None:
        old, new = self._manifest(before), self._manifest(after)
        if old is None or new is None:
            return None
        then, now = old.compared.by_name(), new.compared.by_name()
        pairs = ((name, then.get(name), now.get(name)) for name in sorted({*then, *now}))
        return tuple(FileMove(name, _side(one), _side(other)) for name, one, other in pairs if not alike(one, other))

    def _manifest(self, code: Value) -> Manifest | None:
        digest = code.digest if isinstance(code, CodeVersion) else None
        return self._files(digest) if digest else None


def _is_made_again(each: Theirs) -> bool:
    return not each.path and each.becomes is Becomes.OVERWRITTEN


def _deployed(baseline: Baseline) -> Fields:
    """Returns what a deployment left in place: what all steps sent, and the online value where that was kept."""
    fields: dict[FieldPath, Value] = {}
    for applied in (*baseline.others.values(), baseline.applied):
        fields |= applied
    observed = baseline.observed or {}
    for path in baseline.kept:
        fields.pop(path, None)
        if path in observed:
            fields[path] = observed[path]
    return fields


def _side(state: FileState | None) -> FileSide | None:
    return None if state is None else FileSide(state)


def _open(records: Iterable[Record], writers: Mapping[Address, str]) -> Iterator[OpenWrite]:
    for record in records:
        if (intent := record.pending) is not None:
            yield OpenWrite(record.id, intent.operation, intent.at, intent.by, writers.get(record.id, ""))


def _put_back(records: Iterable[Record]) -> Iterator[PutBack]:
    for record in records:
        if (written := record.restored) is not None:
            yield PutBack(record.id, written.recorded_at, tuple(sorted(written.put_back)))
