"""Holds how each command speaks of what is online and not what this project last deployed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fc_guard.language import joined, t
from fc_guard.model.plans import Plan, Unit, Verb
from fc_guard.render.edits import by_whom
from fc_guard.render.stories import Story, reason_of, stories_of
from fc_guard.render.whose import deployments_of, ways_out

STOP: Final = "s"
SHOW: Final = "d"
VALUES: Final = "v"
VALUES_SHOWN: Final = t("show the values that are hidden, on this screen alone")
PULL: Final = "p"
MERGE: Final = "m"
EACH: Final = "e"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for one story: what happened, what going on would do, the answers, the hints.

    `happened` is '' where the units have different stories. `why` has each unit's reason where it is `told` beside it,
    `by` who changed it, where that is known.
    """

    happened: str
    one: str
    several: str
    answers: Mapping[str, str]
    when_stopped: str
    when_alone: str
    alone: str
    told: bool = False
    why: Mapping[Unit, str] = field(default_factory=dict)
    by: Mapping[Unit, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wordings:
    """The words of one command for every story, and for several at once. `stories` and `reasons` are those of the units
    that are to be decided, `by` who changed them. `doomed` has the words for those of them that would be deleted.
    `ways` are what would settle a unit without deciding between sides. `instead` is the hint where decisions are not
    made in this run."""

    of: Mapping[Story, Wording]
    mixed: Wording
    stories: Mapping[Unit, Story] = field(default_factory=dict)
    reasons: Mapping[Unit, str] = field(default_factory=dict)
    by: Mapping[Unit, str] = field(default_factory=dict)
    doomed: Mapping[Unit, Wordings] = field(default_factory=dict)
    ways: Mapping[Unit, tuple[str, ...]] = field(default_factory=dict)
    instead: str = ""

    def ways_of(self, units: Sequence[Unit]) -> tuple[str, ...]:
        """Returns what would settle these units without a decision, each way once."""
        return tuple(dict.fromkeys(way for unit in units for way in self.ways.get(unit, ())))

    def hint(self, units: Sequence[Unit], decisions: str) -> str:
        """Returns what to do about these units: what settles them without a decision first."""
        return joined((*self.ways_of(units), self.instead or decisions))


def _or_asked(words: str) -> str:
    """Returns what a deployment says where nobody can be asked, with the two ways that need no policy word."""
    asked = t("Or decide at a terminal, or bring what is online into s.yaml and the code folder first: s pull -y.")
    return joined((words, asked))


CHANGED: Final = Wording(
    happened=Story.CHANGED.value,
    one=t("deploying would undo that"),
    several=t("deploying would undo that"),
    answers={
        "o": t("overwrite what is online (a rescue copy is kept)"),
        "k": t("keep what is online, deploy the rest"),
        MERGE: t("merge: theirs where only they changed, yours where only you did"),
        PULL: t("pull it into s.yaml and the code folder, and stop"),
        SHOW: t("show the difference in full"),
        VALUES: VALUES_SHOWN,
        EACH: t("each on its own"),
        STOP: t("stop, write nothing"),
    },
    when_stopped=t("Deploy again and choose, or bring what is online into s.yaml and the code first: s pull."),
    when_alone=_or_asked(
        t(
            "--use-remote overwrites what is online (a rescue copy is kept),\n"
            "--on-drift keep leaves it and deploys the rest, --on-drift merge keeps what only "
            "they changed."
        )
    ),
    alone=t("Somebody else's change is online"),
)
UNDECIDED: Final = replace(
    CHANGED, happened="", told=True, alone=t("What is online is not what this project last deployed")
)
DELETED_OR_NOT: Final = replace(
    UNDECIDED,
    answers={**UNDECIDED.answers, "o": t("overwrite or delete what is online (a rescue copy is kept)")},
    when_alone=_or_asked(
        t(
            "--use-remote overwrites or deletes what is online (a rescue copy is kept),\n"
            "--on-drift keep leaves it and deploys the rest, --on-drift merge keeps what only "
            "they changed."
        )
    ),
)
"""For what would be overwritten and what would be deleted, at once."""
DEPLOYING: Final = Wordings(
    of={
        Story.CHANGED: CHANGED,
        Story.DELETED: replace(
            CHANGED,
            happened=Story.DELETED.value,
            one=t("deploying would make it again"),
            several=t("deploying would make them again"),
            answers={**CHANGED.answers, "o": t("make it again"), "k": t("leave it deleted, deploy the rest")},
            when_stopped=t("Deploy again and choose, or take it out of s.yaml first."),
            when_alone=_or_asked(
                t("--use-remote makes it again, --on-drift keep leaves it deleted and deploys the rest.")
            ),
            alone=t("What was deleted online would be made again"),
        ),
        Story.NEVER_OURS: replace(
            CHANGED,
            happened=Story.NEVER_OURS.value,
            one=t("deploying would overwrite it"),
            several=t("deploying would overwrite them"),
            alone=t("What is online was never deployed from this project"),
        ),
        Story.DEPLOYED: replace(
            CHANGED,
            happened=Story.DEPLOYED.value,
            alone=t("A deployment that this checkout does not contain would be undone"),
        ),
        Story.PUT_BACK: replace(
            CHANGED,
            happened=Story.PUT_BACK.value,
            one=t("deploying would overwrite that"),
            several=t("deploying would overwrite that"),
            alone=t("What undo put back would be overwritten"),
        ),
        Story.KEPT: replace(
            CHANGED, happened=Story.KEPT.value, alone=t("What was kept online until now would be overwritten")
        ),
        Story.MERGED: replace(
            CHANGED, happened=Story.MERGED.value, alone=t("What was merged before would be overwritten")
        ),
    },
    mixed=UNDECIDED,
)
PUTTING_BACK: Final = Wording(
    happened=t("changed online since this project wrote it"),
    one=t("putting back the saved state would undo that"),
    several=t("putting back the saved state would undo that"),
    answers={
        "o": t("put it back over what is online (a rescue copy is kept)"),
        "k": t("keep what was changed since, put back the rest"),
        MERGE: t("merge: theirs where only they changed since, the saved state elsewhere"),
        SHOW: t("show the difference in full"),
        VALUES: VALUES_SHOWN,
        EACH: t("each on its own"),
        STOP: t("stop, write nothing"),
    },
    when_stopped=t("Undo again and choose."),
    when_alone=t(
        "--use-remote puts the saved state back all the same (a rescue copy is kept),\n"
        "--on-drift keep leaves what was changed since and puts back the rest."
    ),
    alone=t("Somebody else's change is online"),
)
UNDOING: Final = Wordings(
    of={
        Story.CHANGED: PUTTING_BACK,
        Story.DELETED: replace(
            PUTTING_BACK,
            happened=t("deleted online since this project wrote it"),
            one=t("undo would make it again"),
            several=t("undo would make them again"),
            answers={**PUTTING_BACK.answers, "o": t("make it again"), "k": t("leave it deleted, put back the rest")},
            when_alone=t("--use-remote makes it again, --on-drift keep leaves it deleted and puts back the rest."),
        ),
        Story.NEVER_OURS: replace(
            PUTTING_BACK,
            happened=t("already online, not written by this project"),
            one=t("putting back the saved state would overwrite it"),
            several=t("putting back the saved state would overwrite them"),
            answers={**PUTTING_BACK.answers, "k": t("keep what is online, put back the rest")},
            alone=t("What is online was not written by this project"),
        ),
    },
    mixed=replace(PUTTING_BACK, happened="", told=True, alone=t("What is online is not what this project wrote")),
)
DELETING: Final = Wording(
    happened=Story.CHANGED.value,
    one=t("removing would delete it"),
    several=t("removing would delete them"),
    answers={
        "o": t("delete it all the same (a rescue copy is kept)"),
        "k": t("leave it online, remove the rest"),
        SHOW: t("show the difference in full"),
        VALUES: VALUES_SHOWN,
        EACH: t("each on its own"),
        STOP: t("stop, delete nothing"),
    },
    when_stopped=t("Remove again and choose."),
    when_alone=t(
        "--use-remote deletes it all the same (a rescue copy is kept),\n"
        "--on-drift keep leaves it online and removes the rest."
    ),
    alone=t("What is not only this project's would be deleted"),
)
PRUNING: Final = replace(
    DELETING,
    one=t("deploying with --prune would delete it"),
    several=t("deploying with --prune would delete them"),
    answers={**DELETING.answers, "k": t("leave it online, deploy the rest"), STOP: t("stop, write nothing")},
    when_stopped=t("Deploy again and choose, or without --prune."),
    when_alone=t(
        "--use-remote deletes it all the same (a rescue copy is kept),\n"
        "--on-drift keep leaves it online and deploys the rest."
    ),
)
LEAVING: Final = replace(
    PRUNING,
    one=t("deploying would delete it, since s.yaml names it no longer"),
    several=t("deploying would delete them, since s.yaml names them no longer"),
    when_stopped=t("Deploy again and choose, or name it in s.yaml again."),
)
ALONE: Final = {
    Story.CHANGED: t("Somebody else's change is online"),
    Story.NEVER_OURS: t("What was never deployed from this project would be deleted"),
    Story.WAS_THERE: t("What this project did not make would be deleted"),
    Story.DEPLOYED: t("What was deployed from elsewhere since would be deleted"),
    Story.PUT_BACK: t("What undo put back would be deleted"),
    Story.KEPT: t("What was kept online until now would be deleted"),
    Story.MERGED: t("What was merged before would be deleted"),
}
"""What a deletion says where nobody can be asked."""


def of_deployment(plan: Plan, pruned: bool) -> Wordings:
    doomed = {action.id for action in plan.actions if action.verb is Verb.DELETE or action.held}
    deleting = _of_deletion(PRUNING if pruned else LEAVING)
    units = (unit for unit in plan.undecided if unit.id in doomed)
    return _about(plan, replace(DEPLOYING, doomed=dict.fromkeys(units, deleting)))


def of_removal(plan: Plan) -> Wordings:
    return _about(plan, _of_deletion(DELETING))


def of_undo(plan: Plan) -> Wordings:
    return _about(plan, UNDOING)


def _about(plan: Plan, wordings: Wordings) -> Wordings:
    actions, stories = {action.id: action for action in plan.actions}, stories_of(plan, plan.undecided)
    reasons = {unit: reason_of(actions[unit.id], story) for unit, story in stories.items()}
    ways = {unit: ways_out(deployments_of(actions[unit.id].diff, [unit.aspect])) for unit in plan.undecided}
    changed = (unit for unit, story in stories.items() if story in (Story.CHANGED, Story.DELETED))
    by = {unit: told for unit in changed if (told := by_whom(actions[unit.id].diff, [unit.aspect]))}
    return replace(wordings, stories=stories, reasons=reasons, by=by, ways=ways)


def _of_deletion(wording: Wording) -> Wordings:
    of = {story: replace(wording, happened=story.value, alone=alone) for story, alone in ALONE.items()}
    answers = {key: text for key, text in wording.answers.items() if key not in ("o", EACH)}
    of[Story.NEVER_OURS] = replace(of[Story.NEVER_OURS], happened=t("never deployed from this project"))
    of[Story.WAS_THERE] = replace(of[Story.WAS_THERE], happened=t("there before this project"), told=True)
    of[Story.IN_USE] = replace(
        wording,
        happened=Story.IN_USE.value,
        told=True,
        one=t("the rest would be deleted around it"),
        several=t("the rest would be deleted around them"),
        answers={**answers, "k": t("leave it online with all that it still holds, delete the rest")},
        when_alone=t("--on-drift keep and --use-remote both leave it online, and delete the rest."),
        alone=t("Something inside is not this project's, and keeps it in being"),
    )
    return Wordings(of, mixed=replace(wording, happened="", told=True))


def fitting(units: Sequence[Unit], wordings: Wordings) -> Wording:
    """Returns the words for these units: those of their story, or those for several, each then told beside its unit."""
    by = {unit: whom for unit, whom in wordings.by.items() if unit in units}
    return replace(_worded(units, wordings), by=by) if by else _worded(units, wordings)


def _worded(units: Sequence[Unit], wordings: Wordings) -> Wording:
    told = {unit: reason for unit, reason in wordings.reasons.items() if unit in units}
    doomed = {unit: wordings.doomed[unit] for unit in units if unit in wordings.doomed}
    if 0 < len(doomed) < len(units):
        would = {unit: _of_stories([wordings.stories[unit]], words).one for unit, words in doomed.items()}
        of_doomed = {unit: t("{reason}, and {one}", reason=told[unit], one=one) for unit, one in would.items()}
        return replace(DELETED_OR_NOT, why={**told, **of_doomed})
    stories = [wordings.stories.get(unit, Story.CHANGED) for unit in units]
    spoken = _of_stories(stories, doomed[units[0]] if doomed else wordings)
    return replace(spoken, why=told) if spoken.told else spoken


def _of_stories(stories: Sequence[Story], wordings: Wordings) -> Wording:
    if len({*stories}) > 1:
        return wordings.mixed
    return wordings.of.get(stories[0], wordings.of[Story.CHANGED])
