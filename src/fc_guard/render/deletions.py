"""Holds how each command speaks of what it would delete, and is not only this project's: of one thing or several."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fc_guard.language import t, tn
from fc_guard.render.phrases import EACH, SHOW, STOP, VALUES, VALUES_SHOWN, Phrases, Wording
from fc_guard.render.stories import Story


def removing(number: int) -> Phrases:
    return _of_deletion(_removal(number), number)


def pruning(number: int) -> Phrases:
    return _of_deletion(_prune(number), number)


def leaving(number: int) -> Phrases:
    """Speaks of what a deployment deletes without being told to prune: parts, which go with their lines of s.yaml."""
    words = replace(
        _prune(number),
        would=tn(
            "deploying would delete it, since s.yaml names it no longer",
            "deploying would delete them, since s.yaml names them no longer",
            number,
        ),
        when_stopped=tn(
            "Deploy again and choose, or name it in s.yaml again.",
            "Deploy again and choose, or name them in s.yaml again.",
            number,
        ),
    )
    return _of_deletion(words, number)


def _removal(number: int) -> Wording:
    return Wording(
        happened=Story.CHANGED.value,
        would=tn("removing would delete it", "removing would delete them", number),
        answers={
            "o": tn(
                "delete it all the same (a rescue copy is kept)",
                "delete them all the same (rescue copies are kept)",
                number,
            ),
            "k": tn("leave it online, remove the rest", "leave them online, remove the rest", number),
            SHOW: t("show the difference in full"),
            VALUES: VALUES_SHOWN,
            EACH: t("each on its own"),
            STOP: t("stop, delete nothing"),
        },
        when_stopped=t("Remove again and choose."),
        when_alone=tn(
            "--use-remote deletes it all the same (a rescue copy is kept),\n"
            "--on-drift keep leaves it online and removes the rest.",
            "--use-remote deletes them all the same (rescue copies are kept),\n"
            "--on-drift keep leaves them online and removes the rest.",
            number,
        ),
        alone=t("What is not only this project's would be deleted"),
    )


def _prune(number: int) -> Wording:
    words = _removal(number)
    left = tn("leave it online, deploy the rest", "leave them online, deploy the rest", number)
    return replace(
        words,
        would=tn("deploying with --prune would delete it", "deploying with --prune would delete them", number),
        answers={**words.answers, "k": left, STOP: t("stop, write nothing")},
        when_stopped=t("Deploy again and choose, or without --prune."),
        when_alone=tn(
            "--use-remote deletes it all the same (a rescue copy is kept),\n"
            "--on-drift keep leaves it online and deploys the rest.",
            "--use-remote deletes them all the same (rescue copies are kept),\n"
            "--on-drift keep leaves them online and deploys the rest.",
            number,
        ),
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


def _of_deletion(words: Wording, number: int) -> Phrases:
    of = {story: replace(words, happened=story.value, alone=alone) for story, alone in ALONE.items()}
    answers = {key: text for key, text in words.answers.items() if key not in ("o", EACH)}
    held = tn(
        "leave it online with all that it still holds, delete the rest",
        "leave them online with all that they still hold, delete the rest",
        number,
    )
    of[Story.NEVER_OURS] = replace(of[Story.NEVER_OURS], happened=t("never deployed from this project"))
    of[Story.WAS_THERE] = replace(of[Story.WAS_THERE], happened=t("there before this project"), told=True)
    of[Story.IN_USE] = replace(
        words,
        happened=Story.IN_USE.value,
        told=True,
        would=tn("the rest would be deleted around it", "the rest would be deleted around them", number),
        answers={**answers, "k": held},
        when_alone=tn(
            "--on-drift keep and --use-remote both leave it online, and delete the rest.",
            "--on-drift keep and --use-remote both leave them online, and delete the rest.",
            number,
        ),
        alone=tn(
            "Something inside is not this project's, and keeps it in being",
            "Something inside is not this project's, and keeps them in being",
            number,
        ),
    )
    return Phrases(of, mixed=replace(words, happened="", told=True))
