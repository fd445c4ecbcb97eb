"""Every question to the user. The plan has been shown; nothing is written before an answer, and Enter means stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fc_guard.engine.terminal import Terminal
from fc_guard.errors import NeedsDecision
from fc_guard.model.plans import Policy, Unit
from fc_guard.render.text import undecided_text

STOP: Final = "s"
ANSWERS: Final = {
    "o": Policy.OVERWRITE,
    "k": Policy.KEEP,
    "m": Policy.MERGE,
}
WORDS: Final = {
    "o": "overwrite what is online (a rescue copy is kept)",
    "k": "keep what is online, deploy the rest",
    "m": "merge: theirs where only they changed, yours where only you did",
    "e": "each on its own",
    STOP: "stop, write nothing",
}


def decide(terminal: Terminal, units: Sequence[Unit]) -> dict[Unit, Policy]:
    """What to do about each undecided unit. Raises `NeedsDecision` when the answer is stop."""
    keys = {key: word for key, word in WORDS.items() if key != "e" or len(units) > 1}
    answer = terminal.ask(_question(units), keys, STOP)
    if answer == STOP:
        raise stopped(units)
    if answer in ANSWERS:
        return dict.fromkeys(units, ANSWERS[answer])
    return {unit: _decide_one(terminal, unit, units) for unit in units}


def _decide_one(terminal: Terminal, unit: Unit, units: Sequence[Unit]) -> Policy:
    keys = {key: word for key, word in WORDS.items() if key != "e"}
    answer = terminal.ask(f"{unit}: what should happen?", keys, STOP)
    if answer == STOP:
        raise stopped(units)
    return ANSWERS[answer]


def confirm(terminal: Terminal, question: str) -> bool:
    return terminal.ask(question, {"y": "yes", "n": "no"}, "n") == "y"


def stopped(units: Sequence[Unit]) -> NeedsDecision:
    return NeedsDecision(
        f"Stopped; nothing was written. Changed online, not decided:\n{undecided_text(units)}",
        hint="Deploy again and choose, or take the change over into s.yaml and the code first.",
        reference="stopped",
    )


def nobody_to_ask(units: Sequence[Unit]) -> NeedsDecision:
    return NeedsDecision(
        f"Somebody else's change is online, and there is nobody to ask. Nothing was written.\n{undecided_text(units)}",
        hint="--use-remote overwrites what is online (a rescue copy is kept),\n"
        "--on-drift keep leaves it and deploys the rest, --on-drift merge keeps what only they changed.",
    )


def in_conflict(units: Sequence[Unit]) -> NeedsDecision:
    return NeedsDecision(
        f"Merge cannot settle what was changed on both sides. Nothing was written.\n{undecided_text(units)}",
        hint="Take one side: --on-drift overwrite or --on-drift keep, or edit s.yaml first.",
        reference="conflict",
    )


def _question(units: Sequence[Unit]) -> str:
    if len(units) == 1:
        return f"{units[0]} was changed online, and deploying would undo that. What should happen?"
    return (
        f"{len(units)} things were changed online, and deploying would undo that:\n{undecided_text(units)}\nWhat now?"
    )
