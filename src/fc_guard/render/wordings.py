"""Holds how each command speaks of somebody else's change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from fc_guard.core.choices import EXISTENCE, WAS_THERE, few
from fc_guard.model.plans import Action, Plan, Unit, Verb

STOP: Final = "s"
SHOW: Final = "d"
VALUES: Final = "v"
VALUES_SHOWN: Final = "show the values that are hidden, on this screen alone"
PULL: Final = "p"
MERGE: Final = "m"
EACH: Final = "e"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for somebody else's change: what happened, what going on would do, the answers, the hints."""

    happened: str
    one: str
    several: str
    answers: Mapping[str, str]
    when_stopped: str
    when_alone: str
    why: Mapping[Unit, str] = field(default_factory=dict)
    alone: str = "Somebody else's change is online"


DEPLOYING: Final = Wording(
    happened="changed online",
    one="deploying would undo that",
    several="deploying would undo that",
    answers={
        "o": "overwrite what is online (a rescue copy is kept)",
        "k": "keep what is online, deploy the rest",
        MERGE: "merge: theirs where only they changed, yours where only you did",
        PULL: "pull it into s.yaml and the code folder, and stop",
        SHOW: "show the difference in full",
        VALUES: VALUES_SHOWN,
        EACH: "each on its own",
        STOP: "stop, write nothing",
    },
    when_stopped="Deploy again and choose, or take the change over into s.yaml and the code first: s pull.",
    when_alone="--use-remote overwrites what is online (a rescue copy is kept),\n"
    "--on-drift keep leaves it and deploys the rest, --on-drift merge keeps what only they changed.",
)
RECREATING: Final = Wording(
    happened="deleted online",
    one="deploying would make it again",
    several="deploying would make them again",
    answers={**DEPLOYING.answers, "o": "make it again", "k": "leave it deleted, deploy the rest"},
    when_stopped="Deploy again and choose, or take it out of s.yaml first.",
    when_alone="--use-remote makes it again, --on-drift keep leaves it deleted and deploys the rest.",
)
UNDOING: Final = Wording(
    happened="changed online since this project wrote it",
    one="putting back the saved state would undo that",
    several="putting back the saved state would undo that",
    answers={
        "o": "put it back over what is online (a rescue copy is kept)",
        "k": "keep what was changed since, put back the rest",
        MERGE: "merge: theirs where only they changed since, the saved state elsewhere",
        SHOW: "show the difference in full",
        VALUES: VALUES_SHOWN,
        EACH: "each on its own",
        STOP: "stop, write nothing",
    },
    when_stopped="Undo again and choose.",
    when_alone="--use-remote puts the saved state back all the same (a rescue copy is kept),\n"
    "--on-drift keep leaves what was changed since and puts back the rest.",
)
REMAKING: Final = Wording(
    happened="deleted online since this project wrote it",
    one="undo would make it again",
    several="undo would make them again",
    answers={**UNDOING.answers, "o": "make it again", "k": "leave it deleted, put back the rest"},
    when_stopped=UNDOING.when_stopped,
    when_alone="--use-remote makes it again, --on-drift keep leaves it deleted and puts back the rest.",
)
REMOVING: Final = Wording(
    happened="changed or made online by somebody else",
    one="removing would delete it",
    several="removing would delete them",
    answers={
        "o": "delete it all the same (a rescue copy is kept)",
        "k": "leave it online, remove the rest",
        SHOW: "show the difference in full",
        VALUES: VALUES_SHOWN,
        EACH: "each on its own",
        STOP: "stop, delete nothing",
    },
    when_stopped="Remove again and choose.",
    when_alone="--use-remote deletes it all the same (a rescue copy is kept),\n"
    "--on-drift keep leaves it online and removes the rest.",
)
PRUNING: Final = replace(
    REMOVING,
    one="deploying with --prune would delete it",
    several="deploying with --prune would delete them",
    answers={**REMOVING.answers, "k": "leave it online, deploy the rest", STOP: "stop, write nothing"},
    when_stopped="Deploy again and choose, or without --prune.",
    when_alone="--use-remote deletes it all the same (a rescue copy is kept),\n"
    "--on-drift keep leaves it online and deploys the rest.",
)


LEAVING: Final = replace(
    PRUNING,
    one="deploying would delete it, since s.yaml names it no longer",
    several="deploying would delete them, since s.yaml names them no longer",
    when_stopped="Deploy again and choose, or name it in s.yaml again.",
)


def of_deployment(plan: Plan, pruned: bool) -> Wording:
    doomed = {action.id for action in plan.actions if action.verb is Verb.DELETE or action.held}
    if not all(unit.id in doomed for unit in plan.undecided):
        return DEPLOYING
    return _with_reasons(PRUNING if pruned else LEAVING, plan)


def of_removal(plan: Plan) -> Wording:
    return _with_reasons(REMOVING, plan)


def _with_reasons(wording: Wording, plan: Plan) -> Wording:
    """Adds to the wording of a deletion why it is to be decided, if that is not somebody's change."""
    actions = {action.id: action for action in plan.actions}
    why = {unit: reason for unit in plan.undecided if (reason := _reason(actions[unit.id]))}
    if not why:
        return wording
    if all(actions[unit.id].held for unit in plan.undecided):
        answers = {key: text for key, text in wording.answers.items() if key not in ("o", EACH)}
        answers["k"] = "leave it online with all that it still holds, delete the rest"
        return replace(
            wording,
            happened="still in use",
            one="the rest would be deleted around it",
            several="the rest would be deleted around them",
            answers=answers,
            when_alone="--on-drift keep and --use-remote both leave it online, and delete the rest.",
            why=why,
            alone="Something inside is not this project's, and keeps it in being",
        )
    alone = "What this project did not make would be deleted"
    happened = "there before this project, or changed, made or used online by others"
    return replace(wording, happened=happened, why=why, alone=alone)


def _reason(action: Action) -> str:
    if action.held:
        return f"still holds {few(action.held)}"
    return f"was {WAS_THERE}" if action.diff.was_there and not action.diff.drifted else ""


def fitting(units: Sequence[Unit], wording: Wording) -> Wording:
    """Returns the wording that fits these units: if all were deleted online, there is one of its own. To a removal,
    existence is all there ever is."""
    deleted = all(unit.aspect == EXISTENCE for unit in units)
    if wording is UNDOING:
        return REMAKING if deleted else wording
    return RECREATING if deleted and wording is DEPLOYING else wording
