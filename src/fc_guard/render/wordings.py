"""Finds the words in which a command asks about what is online and not what this project last deployed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fc_guard.language import joined, t
from fc_guard.model.plans import Plan, Unit, Verb
from fc_guard.render.deletions import leaving, pruning, removing
from fc_guard.render.edits import by_whom
from fc_guard.render.phrases import DELETED_OR_NOT, Speech, Wording, deploying, undoing
from fc_guard.render.stories import Story, reason_of, stories_of
from fc_guard.render.whose import deployments_of, ways_out


@dataclass(frozen=True, slots=True)
class Wordings:
    """How one command speaks. `stories` and `reasons` are those of the units that are to be decided, `by` who changed
    them. `doomed` has the words for those of them that would be deleted. `ways` are what would settle a unit without
    deciding between sides. `instead` is the hint where decisions are not made in this run."""

    speech: Speech
    stories: Mapping[Unit, Story] = field(default_factory=dict)
    reasons: Mapping[Unit, str] = field(default_factory=dict)
    by: Mapping[Unit, str] = field(default_factory=dict)
    doomed: Mapping[Unit, Speech] = field(default_factory=dict)
    ways: Mapping[Unit, tuple[str, ...]] = field(default_factory=dict)
    instead: str = ""

    def ways_of(self, units: Sequence[Unit]) -> tuple[str, ...]:
        """Returns what would settle these units without a decision, each way once."""
        return tuple(dict.fromkeys(way for unit in units for way in self.ways.get(unit, ())))

    def hint(self, units: Sequence[Unit], decisions: str) -> str:
        """Returns what to do about these units: what settles them without a decision first."""
        return joined((*self.ways_of(units), self.instead or decisions))


DEPLOYING: Final = Wordings(deploying)


def of_deployment(plan: Plan, pruned: bool) -> Wordings:
    doomed = {action.id for action in plan.actions if action.verb is Verb.DELETE or action.held}
    deleting = pruning if pruned else leaving
    units = (unit for unit in plan.undecided if unit.id in doomed)
    return _about(plan, replace(DEPLOYING, doomed=dict.fromkeys(units, deleting)))


def of_removal(plan: Plan) -> Wordings:
    return _about(plan, Wordings(removing))


def of_undo(plan: Plan) -> Wordings:
    return _about(plan, Wordings(undoing))


def _about(plan: Plan, wordings: Wordings) -> Wordings:
    actions, stories = {action.id: action for action in plan.actions}, stories_of(plan, plan.undecided)
    reasons = {unit: reason_of(actions[unit.id], story) for unit, story in stories.items()}
    ways = {unit: ways_out(deployments_of(actions[unit.id].diff, [unit.aspect])) for unit in plan.undecided}
    changed = (unit for unit, story in stories.items() if story in (Story.CHANGED, Story.DELETED))
    by = {unit: told for unit in changed if (told := by_whom(actions[unit.id].diff, [unit.aspect]))}
    return replace(wordings, stories=stories, reasons=reasons, by=by, ways=ways)


def fitting(units: Sequence[Unit], wordings: Wordings) -> Wording:
    """Returns the words for these units: those of their story, or those for several, each then told beside its unit."""
    by = {unit: whom for unit, whom in wordings.by.items() if unit in units}
    return replace(_worded(units, wordings), by=by) if by else _worded(units, wordings)


def _worded(units: Sequence[Unit], wordings: Wordings) -> Wording:
    told = {unit: reason for unit, reason in wordings.reasons.items() if unit in units}
    doomed = {unit: wordings.doomed[unit] for unit in units if unit in wordings.doomed}
    if 0 < len(doomed) < len(units):
        would = {unit: _of_stories([wordings.stories[unit]], speech).would for unit, speech in doomed.items()}
        of_doomed = {unit: t("{reason}, and {one}", reason=told[unit], one=one) for unit, one in would.items()}
        return replace(DELETED_OR_NOT, why={**told, **of_doomed})
    stories = [wordings.stories.get(unit, Story.CHANGED) for unit in units]
    spoken = _of_stories(stories, doomed[units[0]] if doomed else wordings.speech)
    return replace(spoken, why=told) if spoken.told else spoken


def _of_stories(stories: Sequence[Story], speech: Speech) -> Wording:
    phrases = speech(len(stories))
    if len({*stories}) > 1:
        return phrases.mixed
    return phrases.of.get(stories[0], phrases.of[Story.CHANGED])
