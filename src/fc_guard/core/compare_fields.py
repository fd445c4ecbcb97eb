"""Compares the fields of one resource three ways: which moved, whose change it is, and what becomes of it."""

from __future__ import annotations

from enum import Enum

from fc_guard.core.normal import default, effective
from fc_guard.core.resolve import wanting
from fc_guard.core.values import Comparer
from fc_guard.language import t
from fc_guard.model.fields import (
    CODE,
    MISSING,
    Cause,
    FieldChange,
    FieldPath,
    Fields,
    Sealed,
    Silence,
    Value,
    aspect_of,
)
from fc_guard.model.resources import Baseline, Desired, Live
from fc_guard.model.rules import FieldRules


class View(Enum):
    """Says what a comparison is for."""

    DEPLOYING = "deploying"
    ASKING_AGAIN = t("asking again")  # what was kept counts as changed online since the last deployment
    WATCHING = "watching"  # only what moved online: s.yaml counts as unchanged since the last deployment


class FieldComparison:
    """One resource's fields, seen from all sides."""

    def __init__(
        self,
        view: View,
        desired: Desired | None,
        live: Live,
        baseline: Baseline | None,
        rules: FieldRules,
        comparer: Comparer,
    ) -> None:
        self._asks_again = view is View.ASKING_AGAIN
        self._watching = view is View.WATCHING or desired is None  # no s.yaml side: only what moved online counts
        self._here = desired.fields if desired is not None else {}
        self._whole = desired
        desired = None if self._watching else desired
        self._desired = _comparable(desired, rules)
        self._derived = desired.derived if desired is not None else {}
        self._wanting = wanting(desired, live.fields, rules) if desired is not None else frozenset()
        self._usual = {**desired.initial, **desired.derived} if desired is not None else {}
        self._live = live.fields
        self._baseline = baseline
        shares = baseline.others.values() if baseline is not None else ()
        self._of_others = frozenset(path for fields in shares for path in fields)
        self._rules = rules
        self._comparer = comparer

    def paths(self) -> list[FieldPath]:
        sides = [self._desired, self._derived, self._live]
        if self._baseline is not None:
            sides += [self._baseline.applied, self._baseline.observed or {}]
        return sorted({path for side in sides for path in side} - self._rules.write_only)

    def told(self, path: FieldPath) -> FieldChange | Silence:
        """Returns the change of a field, or the rule by which it is not listed."""
        if self._baseline is None or self._baseline.observed is None or aspect_of(path) not in self._baseline.covers:
            return self._against_nothing(path)
        if path == CODE and self._runs_no_code():
            return Silence.NO_CODE
        if path in self._baseline.kept:
            return self._against_kept(self._baseline, path)
        return self._against(self._baseline, path)

    def _runs_no_code(self) -> bool:
        """Says whether neither side has code any more, as with a container image: an older package means nothing."""
        return CODE not in self._live and CODE not in self._desired

    def _against_nothing(self, path: FieldPath) -> FieldChange | Silence:
        """Compares without a baseline: the sides differ or they do not; who moved cannot be said."""
        live = effective(self._live, path, self._rules)
        if self._is_wanting(path):
            return self._made(path, Cause.CHANGE, MISSING, live, self._derived[path])
        if path not in self._desired:
            return self._unsaid(path, live)
        target = effective(self._desired, path, self._rules)
        if self._comparer.same(path, live, target):
            return Silence.AS_WANTED
        return self._made(path, Cause.UNKNOWN, MISSING, live, target=target)

    def _unsaid(self, path: FieldPath, live: Value) -> FieldChange | Silence:
        """Judges a field that only live has, and that was never deployed from here."""
        if self._watching or path == CODE:
            return Silence.NEVER_OURS
        usual = (default(path, self._rules), self._usual.get(path, MISSING))
        if any(self._comparer.same(path, live, value) for value in usual):
            return Silence.USUAL
        if self._is_left(path):
            return Silence.LEFT
        if self._rules.filled(self._live, path):
            return Silence.FILLED
        return self._made(path, Cause.ONLINE_ONLY, MISSING, live, target=live)

    def _against(self, baseline: Baseline, path: FieldPath) -> FieldChange | Silence:
        live = effective(self._live, path, self._rules)
        applied = baseline.applied.get(path, MISSING)
        desired = self._own(path, applied)
        moved_here = field_moved(path, desired, applied, self._comparer, self._rules)
        observed = effective(baseline.observed or {}, path, self._rules)
        moved_online = not self._comparer.same(path, live, observed)
        wanting = self._is_wanting(path)
        if not moved_online and not moved_here and not wanting:
            return Silence.SAME
        if path == CODE and desired is MISSING and applied is not MISSING and moved_online:
            return self._made(path, Cause.DRIFT, observed, live, MISSING)  # deployed, it would not run any more
        target = self._target(path, applied, live)
        met = self._comparer.same(path, live, target)
        if not moved_online:
            return Silence.AS_WANTED if met else self._made(path, Cause.CHANGE, observed, live, target)
        unsaid = (desired is MISSING and applied is MISSING) or self._is_asked(path)
        if unsaid and not wanting:
            if self._moved_by_itself(path, baseline):
                return Silence.FILLED
            return self._made(path, Cause.ONLINE_ONLY, observed, live, target)
        if met:
            return self._made(path, Cause.CONVERGED, observed, live, target)
        return self._made(path, Cause.CONFLICT if moved_here else Cause.DRIFT, observed, live, target)

    def _against_kept(self, baseline: Baseline, path: FieldPath) -> FieldChange | Silence:
        """Judges a field whose online value was kept. It stays somebody else's: whatever would replace it is decided
        like any drift, and what was deployed before is the side that both came from."""
        live = effective(self._live, path, self._rules)
        observed = effective(baseline.observed or {}, path, self._rules)
        applied = baseline.applied.get(path, MISSING)
        before = observed if path == CODE else effective(baseline.applied, path, self._rules)
        stays = not self._asks_again and self._comparer.same(path, live, observed)
        since = baseline.kept[path] if stays else None
        desired = applied if self._watching else self._said(path)
        undone = self._asks_again and applied is not MISSING and not self._is_asked(path)
        if desired is MISSING and path != CODE and not undone:
            return self._kept_unsaid(baseline, path, before, since)
        moved_here = field_moved(path, self._own(path, applied), applied, self._comparer, self._rules)
        target = self._target(path, applied, live)
        if stays and not moved_here:
            return self._made(path, Cause.KEPT, before, live, target, since or "")
        if self._comparer.same(path, live, target):
            return Silence.KEPT_AND_MET if stays else self._made(path, Cause.CONVERGED, before, live, target)
        return self._made(path, Cause.CONFLICT if moved_here else Cause.DRIFT, before, live, target, since or "")

    def _kept_unsaid(
        self, baseline: Baseline, path: FieldPath, before: Value, since: str | None
    ) -> FieldChange | Silence:
        """Judges a kept field that s.yaml does not name, or no longer: the online value stays."""
        live = effective(self._live, path, self._rules)
        if since is not None:
            return self._made(path, Cause.KEPT, before, live, live, since)
        if self._comparer.same(path, live, before):
            return self._made(path, Cause.CONVERGED, before, live, live)
        if self._moved_by_itself(path, baseline):
            return Silence.FILLED
        return self._made(path, Cause.ONLINE_ONLY, before, live, live)

    def _own(self, path: FieldPath, applied: Value) -> Value:
        return applied if self._watching or self._is_asked(path) else self._desired.get(path, MISSING)

    def _said(self, path: FieldPath) -> Value:
        """Returns what s.yaml says, or the derived value if neither s.yaml nor online says anything."""
        return self._derived[path] if self._is_wanting(path) else self._desired.get(path, MISSING)

    def _is_wanting(self, path: FieldPath) -> bool:
        """Says whether a derived value is missing: s.yaml does not spell it out, and online there is nothing."""
        return path in self._wanting and path not in self._desired

    def _is_left(self, path: FieldPath) -> bool:
        """Says whether s.yaml leaves the field, or what it is in, to us."""
        return self._whole is not None and self._whole.leaves(path)

    def _is_asked(self, path: FieldPath) -> bool:
        """Says whether s.yaml leaves it to us by a word, with which it goes again."""
        return self._whole is not None and self._whole.asks(path)

    def _moved_by_itself(self, path: FieldPath, baseline: Baseline) -> bool:
        """Says whether FC filled the value in, left out what it had filled in, or worked it out anew from what
        moved."""
        before = baseline.observed or {}
        sides = [side for side in (self._live, before) if side.get(path) is not None]
        if not sides or not all(self._rules.filled(side, path) for side in sides):
            return False
        return len(sides) == 1 or any(
            not self._rules.filled(self._live, other)
            and not self._comparer.same(
                other, effective(self._live, other, self._rules), effective(before, other, self._rules)
            )
            for other in self.paths()
        )

    def _target(self, path: FieldPath, applied: Value, live: Value) -> Value:
        """Returns what live becomes if s.yaml is deployed. Absence in s.yaml undoes only what we had sent."""
        if self._watching:
            return applied if applied is not MISSING else live
        if path in self._desired:
            return effective(self._desired, path, self._rules)
        if self._is_wanting(path):
            return self._derived[path]
        stays = path in self._rules.sticky or self._is_left(path) or path in self._of_others
        if path == CODE or applied is MISSING or stays:
            return live
        return self._derived.get(path, default(path, self._rules))

    def _made(
        self, path: FieldPath, cause: Cause, baseline: Value, live: Value, target: Value, since: str = ""
    ) -> FieldChange:
        return FieldChange(
            path=path,
            cause=cause,
            baseline=self._unsealed(path, baseline, live),
            live=live,
            desired=self._said(path),
            target=target,
            secret=self._rules.is_secret(path),
            since=since,
        )

    def _unsealed(self, path: FieldPath, baseline: Value, live: Value) -> Value:
        """Returns what the baseline has sealed, if that is what online or s.yaml says: then it is known."""
        if not isinstance(baseline, Sealed):
            return baseline
        known = (live, self._here.get(path, MISSING))
        return next((value for value in known if self._comparer.same(path, value, baseline)), baseline)


def _comparable(desired: Desired | None, rules: FieldRules) -> Fields:
    """Returns what s.yaml says of fields that FC shows at all."""
    if desired is None:
        return {}
    return {path: value for path, value in desired.fields.items() if path not in rules.write_only}


def field_moved(path: FieldPath, desired: Value, applied: Value, comparer: Comparer, rules: FieldRules) -> bool:
    """Says whether s.yaml changed the field since the last deployment. Code that was not looked at did not move."""
    if path == CODE and desired is MISSING:
        return False
    if (desired is MISSING) != (applied is MISSING):
        return True
    if desired is None or applied is None:
        fallback = default(path, rules)
        desired = fallback if desired is None else desired
        applied = fallback if applied is None else applied
    return not comparer.same(path, desired, applied)
