"""Every failure a user can meet, as one tree.

    GuardError              reference, message, hint, status
    ├── BadInput            2   s.yaml, options, code folder, credentials
    ├── NeedsDecision       3   somebody else's change; nothing was written
    ├── BaselineLocked      4   another run is using the baseline
    ├── LiveMoved           5   live changed again and again while we looked
    ├── PlanMoved           5   something is not as it was when the plan was saved; nothing was written
    ├── Unreadable          6   a read failed for another reason than NotFound
    ├── OutcomeUnknown      6   a write was sent and its answer is lost
    ├── PartlyApplied       7   something was written, then something failed
    ├── BaselineUnusable    8   corrupt, foreign or newer baseline
    ├── Interrupted       130   Ctrl-C (143 for SIGTERM)
    ├── FunctionFailed      1   a function was called and failed
    └── CallFailed          1   FC refused a call; nothing changed by it

A `GuardError` prints as

    error: <reference>
      <message>
      hint: <hint>
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final

from fc_guard.language import joined, sentences, t, then


class Effect(Enum):
    """Says what a run has written when it ends. The hint tells `NOTHING`, in words that fit what earlier steps of the
    run did; a message that tells it itself is made by a `Telling`."""

    NOTHING = t("nothing was written")
    EARLIER_STAYS = t("what was written before stays")
    SAID_ELSEWHERE = ""

    @property
    def sentence(self) -> str:
        return SENTENCES[self]


SENTENCES: Final = {
    Effect.NOTHING: t("Nothing was written."),
    Effect.EARLIER_STAYS: t("What was written before stays."),
    Effect.SAID_ELSEWHERE: "",
}
Telling = Callable[[Effect], str]
"""Makes a message that says what has been written."""


class GuardError(Exception):
    """Says what happened, where, and what to do next; `status` is the process's exit status.

    `summary` is the message without its `details`, which are a line each. `earlier` are the steps of s.yaml that the
    same run had written before the one that failed.
    """

    reference = "failed"
    status = 1

    def __init__(
        self,
        message: str | Telling,
        *,
        details: Iterable[str] = (),
        hint: str = "",
        reference: str = "",
        effect: Effect = Effect.SAID_ELSEWHERE,
    ) -> None:
        self._telling = None if isinstance(message, str) else message
        self.summary = message if isinstance(message, str) else message(Effect.NOTHING)
        self.message = joined((self.summary, *details))
        super().__init__(self.message)
        self.hint = hint
        self.effect = effect
        self.earlier: tuple[str, ...] = ()
        if reference:
            self.reference = reference

    def told_after_a_part(self) -> str:
        """Returns the message for a run that had written something before."""
        if self._telling is not None:
            return self._telling(Effect.EARLIER_STAYS)
        return joined((self.message, Effect.EARLIER_STAYS.sentence))

    def __str__(self) -> str:
        text = t("error: {reference}\n", reference=self.reference) + hanging("  ", self.message)
        if self.earlier:
            text += "\n" + t(
                "  Written before this step, by the same run: {earlier}. That stays.",
                earlier=joined(self.earlier, ", "),
            )
        hint = sentences(part for part in (self._effect(), self.hint) if part)
        if hint:
            text += "\n" + hanging(t("  hint: "), hint)
        return text

    def _effect(self) -> str:
        if self.effect is not Effect.NOTHING:
            return ""
        return t("Nothing of this step was written.") if self.earlier else t("Nothing was written.")


def hanging(first: str, text: str) -> str:
    """Returns text of which the first line begins with `first`, and the others below its end."""
    if not text:
        return ""
    return joined((first, then(text, lambda said: f"\n{' ' * len(first)}".join(said.splitlines()))), "")


def capital(text: str) -> str:
    """Returns a sentence's beginning in upper case."""
    return then(text, lambda said: said[:1].upper() + said[1:])


class BadInput(GuardError):
    reference = "bad-input"
    status = 2


class NeedsDecision(GuardError):
    reference = "changed-online"
    status = 3


class BaselineLocked(GuardError):
    reference = "baseline-locked"
    status = 4


class LiveMoved(GuardError):
    reference = "live-moved"
    status = 5


class PlanMoved(GuardError):
    reference = "plan-moved"
    status = 5


class Unreadable(GuardError):
    reference = "unreadable"
    status = 6


class FunctionFailed(GuardError):
    reference = "function-failed"
    status = 1


class OutcomeUnknown(GuardError):
    reference = "outcome-unknown"
    status = 6


class PartlyApplied(GuardError):
    reference = "partly-applied"
    status = 7


class BaselineUnusable(GuardError):
    reference = "baseline-unusable"
    status = 8


class Interrupted(GuardError):
    """`in_doubt` says that it ended a write: whether that happened, the next run finds out."""

    reference = "interrupted"
    status = 130
    in_doubt = False


class CallFailed(GuardError):
    """FC answered with an error: `code` is FC's, `http_status` the answer's."""

    reference = "refused-by-fc"

    def __init__(self, message: str, *, code: str, http_status: int, request_id: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.http_status = http_status
        self.request_id = request_id


class PreconditionFailed(CallFailed):
    """FC answered 412: the resource is not the one that was shown. The run compares again; the user never sees this
    error."""


class AlreadyExists(CallFailed):
    """A create found something that was absent a moment ago. The run compares again."""
