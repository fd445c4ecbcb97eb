"""Takes the fingerprint of a plan, and tells by two of them what moved in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from fc_guard.core.resolve import told
from fc_guard.core.values import Comparer, Seal
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, MISSING, Cause, CodeVersion, FieldPath, Fields, Json, Sealed, Value, path_text
from fc_guard.model.files import FileSide
from fc_guard.model.fingerprints import Fingerprint, Fingerprints, Moved, OwnWrite, Seals, Side
from fc_guard.model.plans import Action, Call
from fc_guard.model.resources import Baseline, Desired, ResourceDiff
from fc_guard.model.rules import FieldRules

SIZE = 32
"""Hexadecimal digits of a seal, 128 bits."""
NO_FIELDS: Seals = MappingProxyType({})
NO_FILES: Mapping[str, str] = MappingProxyType({})


def fingerprint(action: Action, serial: int, rules: FieldRules, seal: Seal) -> Fingerprint:
    """Returns what identifies one action and all that it was decided by. `serial` is that of the resource's record."""
    taking = _Taking(action.id, Comparer(rules, seal), seal)
    diff = action.diff
    live, desired, files = diff.live, diff.desired, diff.files
    return Fingerprint(
        verb=action.verb.value,
        serial=serial,
        etag=None if live is None else live.etag,
        base=taking.of("base", _base(diff.baseline, taking)),
        live=None if live is None else taking.fields(live.fields, _online),
        desired=None if desired is None else taking.fields(_wanted(desired, diff), _here),
        does=taking.of("does", _does(action, taking)),
        files_live={
            file.name: taking.of(file.name, _file(file.live)) for file in files if _moved(file.base, file.live)
        },
        files_here={
            file.name: taking.of(file.name, _file(file.local)) for file in files if _moved(file.base, file.local)
        },
    )


def moved(before: Fingerprints, now: Fingerprints) -> tuple[Moved, ...]:
    """Returns what is not as it was, by resource."""
    found: list[Moved] = []
    for id in sorted({*before, *now}):
        old, new = before.get(id), now.get(id)
        if old is None or new is None:
            found += _came_or_went(id, old or new, gone=new is None)
        elif old != new:
            found += _of_one(id, old, new)
    return tuple(found)


def with_own_writes(
    before: Fingerprints, now: Fingerprints, own: Mapping[Address, OwnWrite], diffs: Mapping[Address, ResourceDiff]
) -> tuple[Moved, ...]:
    """Returns what moved, leaving out what the same run has done of the plan already.

    What it carried out has to be as its own record says, and still to be wanted as it was; of what it began and gave up
    only the record may have moved.
    """
    expected, found, met = dict(before), dict(now), list[Moved]()
    for id, write in own.items():
        old, new = before.get(id), now.get(id)
        if old is None or (new is not None and new.serial != write.serial):
            continue
        if not write.done:
            expected[id] = replace(old, serial=write.serial)
        elif new is None:
            del expected[id]
        else:
            expected[id] = replace(new, desired=old.desired, files_here=new.files_here)
            met += _drift_of(diffs[id])
    return (*met, *moved(expected, found))


def _drift_of(diff: ResourceDiff) -> Iterator[Moved]:
    if not diff.drifted:
        return
    causes = (Cause.DRIFT, Cause.CONFLICT, Cause.UNKNOWN, Cause.ONLINE_ONLY)
    names = [change.name for change in diff.changes if change.cause in causes]
    yield from (Moved(diff.id, Side.ONLINE, name) for name in names or [""])


def _came_or_went(id: Address, there: Fingerprint | None, *, gone: bool) -> Iterator[Moved]:
    side = Side.HERE if there is not None and there.desired is not None else Side.ONLINE
    yield Moved(id, side, t("no longer there") if gone else t("not there then"))


def _of_one(id: Address, old: Fingerprint, new: Fingerprint) -> list[Moved]:
    found = [
        *_side(id, Side.ONLINE, (old.live, old.files_live), (new.live, new.files_live)),
        *_side(id, Side.HERE, (old.desired, old.files_here), (new.desired, new.files_here)),
    ]
    if not found and old.etag != new.etag and None not in (old.etag, new.etag):
        found.append(Moved(id, Side.ONLINE, t("its version (ETag)")))
    if old.serial != new.serial:
        found.append(Moved(id, Side.HISTORY, t("record {old} → {new}", old=old.serial, new=new.serial)))
    elif old.base != new.base:
        found.append(Moved(id, Side.HISTORY, t("the deployment that this checkout contains")))
    if not found and (old.verb, old.does) != (new.verb, new.does):
        found.append(Moved(id, Side.PLAN, "" if old.verb == new.verb else f"{old.verb} → {new.verb}"))
    return found


Known = tuple[Seals | None, Mapping[str, str]]
"""The fields of one side, and its files."""


def _side(id: Address, side: Side, old: Known, new: Known) -> Iterator[Moved]:
    if (old[0] is None) is not (new[0] is None):
        yield Moved(id, side, t("not there then") if old[0] is None else t("no longer there"))
        return
    before, now = old[0] or NO_FIELDS, new[0] or NO_FIELDS
    for path in sorted({*before, *now}):
        if before.get(path) == now.get(path):
            continue
        names = _differing(old[1], new[1]) if path == CODE else []
        yield from (Moved(id, side, name) for name in names or [path_text(path)])


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    return [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]


class _Taking:
    """Seals the values of one resource. Equal values of two resources have different seals."""

    def __init__(self, id: Address, comparer: Comparer, seal: Seal) -> None:
        self._place = (id.provider, id.kind, *id.parts)
        self._comparer = comparer
        self._seal = seal

    def of(self, what: str, value: Json) -> str:
        return self._seal((*self._place, what), value).tag.rpartition(":")[2][:SIZE]

    def fields(self, fields: Fields, version: Callable[[CodeVersion], Json]) -> Seals:
        return {path: self.of(path_text(path), self.plain(path, value, version)) for path, value in fields.items()}

    def plain(self, path: FieldPath, value: Value, version: Callable[[CodeVersion], Json]) -> Json:
        """Returns a value in which nothing but its meaning counts, as JSON."""
        if value is MISSING:
            return []
        if isinstance(value, Sealed):
            return ["sealed", value.tag]
        if isinstance(value, CodeVersion):
            return ["code", version(value)]
        return ["value", list(path), told(self._comparer.comparable(path, value))]

    def listed(self, fields: Fields) -> Json:
        return [[list(path), self.plain(path, value, _whole)] for path, value in sorted(fields.items())]


def _wanted(desired: Desired, diff: ResourceDiff) -> Fields:
    """Returns all that s.yaml and the code folder say of a resource, also what is only sent with something else."""
    said: dict[FieldPath, Value] = dict(desired.fields)
    more = {"initial": desired.initial, "derived": desired.derived, "carried": desired.carried}
    for word, fields in more.items():
        said |= {(*path, f"({word})"): value for path, value in fields.items()}
    return said | {(*path, "(declared)"): True for path in desired.declared}


def _online(code: CodeVersion) -> Json:
    return _first(code.checksum, code.digest, code.source)


def _here(code: CodeVersion) -> Json:
    return _first(code.digest, code.checksum, code.source)


def _first(*known: str | None) -> Json:
    """Returns the first that is known, and which it is."""
    return next(([at, each] for at, each in enumerate(known) if each is not None), [])


def _whole(code: CodeVersion) -> Json:
    return [code.checksum, code.digest, code.source]


def _base(baseline: Baseline | None, taking: _Taking) -> Json:
    if baseline is None:
        return None
    return {
        "applied": taking.listed(baseline.applied),
        "observed": None if baseline.observed is None else taking.listed(baseline.observed),
        "kept": sorted(list(path) for path in baseline.kept),
        "kept_absent": bool(baseline.kept_absent),
        "covers": sorted(baseline.covers),
        "common": baseline.common,
        "made": baseline.made,
    }


def _does(action: Action, taking: _Taking) -> Json:
    """Returns all that an action does, but for dates and the version that a write is tied to."""
    merge = action.merge
    return {
        "verb": action.verb.value,
        "presence": action.diff.presence.value,
        "aspects": sorted(action.diff.aspects),
        "causes": sorted([list(change.path), change.cause.value] for change in action.diff.changes),
        "sends": [[list(change.path), taking.plain(change.path, change.target, _here)] for change in action.sends],
        "keeps": sorted(list(path) for path in action.keeps),
        "keeps_absent": bool(action.keeps_absent),
        "calls": [_call(call) for call in (action.call, action.then) if call is not None],
        "leaves": action.leaves,
        "held": list(action.held),
        "merge": None if merge is None else [[file.name, file.source.value, file.present] for file in merge.files],
    }


def _call(call: Call) -> Json:
    return [call.operation, list(call.path), told(call.body), call.with_code]


def _moved(base: FileSide | None, side: FileSide | None) -> bool:
    return _file(base) != _file(side)


def _file(side: FileSide | None) -> list[str] | None:
    return None if side is None else [side.state.mark, side.state.sha256]
