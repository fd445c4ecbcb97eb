"""Holds how each command speaks of what is online and not what this project last deployed, of one thing or several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from fc_guard.language import joined, t, tn
from fc_guard.model.plans import Unit
from fc_guard.render.stories import Story

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
    would: str
    answers: Mapping[str, str]
    when_stopped: str
    when_alone: str
    alone: str
    told: bool = False
    why: Mapping[Unit, str] = field(default_factory=dict)
    by: Mapping[Unit, str] = field(default_factory=dict)


class Phrases(NamedTuple):
    """The words for every story, and for several at once."""

    of: Mapping[Story, Wording]
    mixed: Wording


Speech = Callable[[int], Phrases]
"""Takes the number of things that are spoken of."""


def _or_asked(words: str) -> str:
    """Returns what a deployment says where nobody can be asked, with the two ways that need no policy word."""
    asked = t("Or decide at a terminal, or bring what is online into s.yaml and the code folder first: s pull -y.")
    return joined((words, asked))


CHANGED: Final = Wording(
    happened=Story.CHANGED.value,
    would=t("deploying would undo that"),
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


def deploying(number: int) -> Phrases:
    made = replace(
        CHANGED,
        happened=Story.DELETED.value,
        would=tn("deploying would make it again", "deploying would make them again", number),
        answers={
            **CHANGED.answers,
            "o": tn("make it again", "make them again", number),
            "k": tn("leave it deleted, deploy the rest", "leave them deleted, deploy the rest", number),
        },
        when_stopped=tn(
            "Deploy again and choose, or take it out of s.yaml first.",
            "Deploy again and choose, or take them out of s.yaml first.",
            number,
        ),
        when_alone=_or_asked(
            tn(
                "--use-remote makes it again, --on-drift keep leaves it deleted and deploys the rest.",
                "--use-remote makes them again, --on-drift keep leaves them deleted and deploys the rest.",
                number,
            )
        ),
        alone=t("What was deleted online would be made again"),
    )
    never_ours = replace(
        CHANGED,
        happened=Story.NEVER_OURS.value,
        would=tn("deploying would overwrite it", "deploying would overwrite them", number),
        alone=t("What is online was never deployed from this project"),
    )
    deployed = replace(
        CHANGED,
        happened=Story.DEPLOYED.value,
        alone=t("A deployment that this checkout does not contain would be undone"),
    )
    put_back = replace(
        CHANGED,
        happened=Story.PUT_BACK.value,
        would=t("deploying would overwrite that"),
        alone=t("What undo put back would be overwritten"),
    )
    kept = replace(CHANGED, happened=Story.KEPT.value, alone=t("What was kept online until now would be overwritten"))
    merged = replace(CHANGED, happened=Story.MERGED.value, alone=t("What was merged before would be overwritten"))
    of = {
        Story.CHANGED: CHANGED,
        Story.DELETED: made,
        Story.NEVER_OURS: never_ours,
        Story.DEPLOYED: deployed,
        Story.PUT_BACK: put_back,
        Story.KEPT: kept,
        Story.MERGED: merged,
    }
    return Phrases(of, mixed=UNDECIDED)


def undoing(number: int) -> Phrases:
    changed = Wording(
        happened=tn(
            "changed online since this project wrote it", "changed online since this project wrote them", number
        ),
        would=t("putting back the saved state would undo that"),
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
    made = replace(
        changed,
        happened=tn(
            "deleted online since this project wrote it", "deleted online since this project wrote them", number
        ),
        would=tn("undo would make it again", "undo would make them again", number),
        answers={
            **changed.answers,
            "o": tn("make it again", "make them again", number),
            "k": tn("leave it deleted, put back the rest", "leave them deleted, put back the rest", number),
        },
        when_alone=tn(
            "--use-remote makes it again, --on-drift keep leaves it deleted and puts back the rest.",
            "--use-remote makes them again, --on-drift keep leaves them deleted and puts back the rest.",
            number,
        ),
    )
    never_ours = replace(
        changed,
        happened=t("already online, not written by this project"),
        would=tn(
            "putting back the saved state would overwrite it",
            "putting back the saved state would overwrite them",
            number,
        ),
        answers={**changed.answers, "k": t("keep what is online, put back the rest")},
        alone=t("What is online was not written by this project"),
    )
    of = {Story.CHANGED: changed, Story.DELETED: made, Story.NEVER_OURS: never_ours}
    mixed = replace(changed, happened="", told=True, alone=t("What is online is not what this project wrote"))
    return Phrases(of, mixed)
