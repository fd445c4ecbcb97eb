"""Questions to the user about a plan that has been shown. Nothing is written before an answer; Enter means stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from fc_guard.engine.run.terminal import Terminal
from fc_guard.errors import BadInput, Effect, GuardError, NeedsDecision, PartlyApplied, capital
from fc_guard.language import joined, t, tn
from fc_guard.model.fields import CODE_ASPECT, Reveal
from fc_guard.model.plans import Action, Plan, Policy, Unit, Verb
from fc_guard.render.merge import clashing, ways_past
from fc_guard.render.phrases import EACH, MERGE, PULL, SHOW, STOP, VALUES, VALUES_SHOWN, Wording
from fc_guard.render.plan import undecided_text
from fc_guard.render.values import safe
from fc_guard.render.wordings import DEPLOYING, Wordings, fitting

ANSWERS: Final = {
    "o": Policy.OVERWRITE,
    "k": Policy.KEEP,
    MERGE: Policy.MERGE,
}
PULLED: Final = t("Look at what was pulled, and deploy again.")
ONE_SIDE: Final = t("Take one side: --on-drift overwrite or --on-drift keep, or edit s.yaml first.")
NOT_PULLED: Final = t("Nothing could be pulled. Change s.yaml yourself, or deploy again and choose something else.")


class PullInstead(NeedsDecision):
    """The user wants to pull, and to deploy nothing now."""


class Shows(Protocol):
    def __call__(self, units: Sequence[Unit], *, full: bool, reveal: Reveal) -> str:
        """Returns the text of what is to be decided. `full` folds nothing, `reveal` says what may be read in it."""


class Asked(NamedTuple):
    """What is asked about: the undecided units, how they are shown and how much of their secrets unasked, the words,
    and whether merging some of them would be anything else than keeping them."""

    units: Sequence[Unit]
    shows: Shows
    reveal: Reveal
    wordings: Wordings
    merges: Callable[[Sequence[Unit]], bool]

    def keys(self, units: Sequence[Unit], *without: str) -> dict[str, str]:
        """Returns the answers that make sense for these units, with their words."""
        left_out = {*without}
        if not self.merges(units):
            left_out.add(MERGE)
        if not hides(lambda reveal: self.shows(units, full=False, reveal=reveal), self.reveal):
            left_out.add(VALUES)
        return {key: word for key, word in fitting(units, self.wordings).answers.items() if key not in left_out}


Showing = Callable[[Reveal], str]
"""Returns one text with more or less of the values of secret fields in it."""


def hides(text: Showing, reveal: Reveal) -> bool:
    """Says whether there are values in it that are not shown yet."""
    return text(reveal) != text(Reveal.ALL)


def decide(terminal: Terminal, asked: Asked) -> dict[Unit, Policy]:
    """Asks what to do about each undecided unit. Raises `NeedsDecision` when the answer is stop."""
    units = asked.units
    keys = asked.keys(units) if len(units) > 1 else asked.keys(units, EACH)
    question = joined((*asked.wordings.ways_of(units), _question(units, fitting(units, asked.wordings))))
    answer = _answer(terminal, question, keys, partial(asked.shows, units), asked.reveal)
    if answer == STOP:
        raise stopped(units, asked.wordings)
    if answer == PULL:
        raise PullInstead(t("Nothing was deployed."), hint=PULLED, reference="stopped")
    if answer in ANSWERS:
        return dict.fromkeys(units, ANSWERS[answer])
    return {unit: _decide_one(terminal, unit, asked) for unit in units}


def _decide_one(terminal: Terminal, unit: Unit, asked: Asked) -> Policy:
    shows = partial(asked.shows, [unit])
    terminal.say("\n" + shows(full=False, reveal=asked.reveal), asked.reveal)
    keys = asked.keys([unit], EACH, PULL)
    answer = _answer(terminal, t("{unit}: what should happen?", unit=unit), keys, shows, asked.reveal)
    if answer == STOP:
        raise stopped(asked.units, asked.wordings)
    return ANSWERS[answer]


class _Shown(Protocol):
    def __call__(self, *, full: bool, reveal: Reveal) -> str: ...


def _answer(terminal: Terminal, question: str, keys: Mapping[str, str], shown: _Shown, reveal: Reveal) -> str:
    while (answer := terminal.ask(question, keys, STOP)) in (SHOW, VALUES):
        if answer == SHOW:
            terminal.say(shown(full=True, reveal=reveal), reveal)
        else:
            terminal.show(shown(full=False, reveal=Reveal.ALL))
    return answer


def confirm_deletion(terminal: Terminal, actions: Sequence[Action]) -> None:
    """Raises `NeedsDecision` unless the user says yes (Enter means no), `BadInput` where nobody can be asked."""
    listed = joined(t("  {id}{anew}", id=safe(str(action.id)), anew=_anew(action)) for action in actions)
    if not terminal.can_ask:
        raise BadInput(
            lambda effect: tn(
                "This would be deleted, and there is nobody to confirm it. {sentence}\n{listed}",
                "These would be deleted, and there is nobody to confirm it. {sentence}\n{listed}",
                len(actions),
                sentence=effect.sentence,
                listed=listed,
            ),
            hint=t("Add -y."),
            reference="not-confirmed",
        )
    question = tn("Delete this?\n{listed}", "Delete these?\n{listed}", len(actions), listed=listed)
    if terminal.ask(question, {"y": t("yes"), "n": t("no")}, "n") != "y":
        raise NeedsDecision(just_stopped, reference="stopped")


def confirm_undo(terminal: Terminal, shown: Showing, reveal: Reveal) -> None:
    """Raises `NeedsDecision` unless the user says yes (Enter means stop), `BadInput` where nobody can be asked."""
    if not terminal.can_ask:
        raise BadInput(
            lambda effect: t(
                "The saved state would be put back, and there is nobody to confirm it. {sentence}",
                sentence=effect.sentence,
            ),
            hint=t("Add -y."),
            reference="not-confirmed",
        )
    if confirmed(terminal, t("Put this back?"), {"y": t("yes"), STOP: t("stop, write nothing")}, shown, reveal) != "y":
        raise NeedsDecision(just_stopped, reference="stopped")


def confirmed(terminal: Terminal, question: str, keys: Mapping[str, str], shown: Showing, reveal: Reveal) -> str:
    """Returns the answer to a question about what was shown already; the last of the keys is that of Enter."""
    *_, default = keys
    if hides(shown, reveal):
        keys = {**keys, VALUES: VALUES_SHOWN}
    while (answer := terminal.ask(question, keys, default)) == VALUES:
        terminal.show(shown(Reveal.ALL))
    return answer


def just_stopped(effect: Effect) -> str:
    return t("Stopped; {effect}.", effect=effect.value)


def _anew(action: Action) -> str:
    return t(": deleted and made anew, since {reason}", reason=action.reason) if action.verb is Verb.REPLACE else ""


def stopped(units: Sequence[Unit], wordings: Wordings = DEPLOYING) -> NeedsDecision:
    spoken = fitting(units, wordings)
    open_units = undecided_text(units, spoken.why, spoken.by)
    not_decided = (
        t("{happened}, not decided", happened=capital(spoken.happened)) if spoken.happened else t("Not decided")
    )
    return NeedsDecision(
        lambda effect: t(
            "{just_stopped} {not_decided}:\n{open_units}",
            just_stopped=just_stopped(effect),
            not_decided=not_decided,
            open_units=open_units,
        ),
        hint=wordings.hint(units, spoken.when_stopped),
        reference="stopped",
    )


def nobody_to_ask(units: Sequence[Unit], wordings: Wordings, advice: str = "") -> NeedsDecision:
    """`advice` is what would have kept it from coming to this."""
    spoken = fitting(units, wordings)
    open_units = undecided_text(units, spoken.why, spoken.by)
    return NeedsDecision(
        lambda effect: t(
            "{alone}, and there is nobody to ask. {sentence}\n{open_units}",
            alone=spoken.alone,
            sentence=effect.sentence,
            open_units=open_units,
        ),
        hint=joined(text for text in (advice, wordings.hint(units, spoken.when_alone)) if text),
    )


def after_a_part(error: GuardError) -> GuardError:
    """Returns the error for a run that had written something before this error ended it."""
    if isinstance(error, PullInstead):
        pull = PullInstead(t("The rest was not deployed."), hint=error.hint, reference=error.reference)
        pull.status = PartlyApplied.status
        return pull
    return PartlyApplied(error.told_after_a_part(), hint=error.hint)


def in_conflict(
    plans: Sequence[Plan], files: Sequence[str] = (), folders: Sequence[Path] = (), hint: str = ONE_SIDE
) -> NeedsDecision:
    """`files` tell what cannot be settled inside the code, `folders` hold files with both sides in them."""
    clashes = {unit: names for plan in plans for unit, names in clashing(plan).items()}
    ways = dict.fromkeys(way for plan in plans for way in ways_past(plan))
    if files:
        hint = t(
            "`s pull` takes over all that can be merged, and tells where the rest is, with both "
            "sides in it. Once\n"
            "that is settled and in your code folder: s deploy --type code --use-remote. Or take "
            "one side:\n"
            "--on-drift overwrite or --on-drift keep."
        )
    if folders:
        places = joined((str(folder) for folder in folders), ", ")
        hint = t("Files with both sides in them, between markers, are in\n{places}\n{hint}", places=places, hint=hint)
    hint = joined((*ways, hint))
    told = joined([undecided_text(clashes, clashes), *(safe(file) for file in files)])
    return NeedsDecision(
        lambda effect: t(
            "Merge cannot settle what differs on both sides. {sentence}\n{told}", sentence=effect.sentence, told=told
        ),
        hint=hint,
        reference="conflict",
    )


def decide_write_back(
    terminal: Terminal, action: Action, folder: Path | None, count: int, shown: Callable[[], str]
) -> bool:
    """Asks whether merged files go into the code folder as well. Raises `NeedsDecision` when the answer is stop."""
    deploys = action.call is not None and action.call.with_code
    go_on = t("deploy it") if deploys else t("leave it online")
    files = tn("the merged file", "the {number} merged files", count)
    keys = {
        "w": t("{go_on}, and write {files} into {folder}", go_on=go_on, files=files, folder=folder),
        "l": t("{go_on}, leave your folder as it is", go_on=go_on),
    }
    if folder is None:  # packed, or made by a build
        keys = {"l": t("{go_on}; your packed code stays as it is", go_on=go_on)}
    keys |= {SHOW: t("show the merge in full"), STOP: t("stop, write nothing")}
    question = t("The code of {id} would be merged like this. What should happen?", id=action.id)
    while (answer := terminal.ask(question, keys, STOP)) == SHOW:
        terminal.say(shown())
    if answer == STOP:
        raise stopped([Unit(action.id, CODE_ASPECT)])
    return answer == "w"


def _question(units: Sequence[Unit], spoken: Wording) -> str:
    if len(units) == 1:
        why = spoken.why.get(units[0], t("was {happened}", happened=spoken.happened))
        if by := spoken.by.get(units[0]):
            return t(
                "{units} {why}, and {one}.\n  {by}\nWhat should happen?",
                units=units[0],
                why=why,
                one=spoken.would,
                by=by,
            )
        return t("{units} {why}, and {one}. What should happen?", units=units[0], why=why, one=spoken.would)
    listed = undecided_text(units, spoken.why, spoken.by)
    if not spoken.happened:
        return t(
            "{units} things are to be decided before this goes on:\n{listed}\nWhat should happen?",
            units=len(units),
            listed=listed,
        )
    return t(
        "{units} things were {happened}, and {several}:\n{listed}\nWhat should happen?",
        units=len(units),
        happened=spoken.happened,
        several=spoken.would,
        listed=listed,
    )
