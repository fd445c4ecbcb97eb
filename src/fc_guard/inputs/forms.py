"""Forms of props that are recognised even where no layout claims them, so that the user learns what a file is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fc_guard.core.homes import value_at
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.fields import MISSING


@dataclass(frozen=True, slots=True)
class Form:
    """Marks by which props of one form are recognised.

    called   what they are meant for
    marks    places that something stands at in this form alone
    without  a key whose mapping means that they are not of this form, whatever else they say
    hint     what to do about a file that is meant for this
    """

    called: str
    marks: tuple[Place, ...]
    without: str
    hint: str
    reference: str

    def mark(self, props: Mapping[str, Any]) -> Place | None:
        """Returns the first place that shows props to be of this form; None where they are not."""
        if isinstance(props.get(self.without), Mapping):
            return None
        return next((place for place in self.marks if value_at(props, place) is not MISSING), None)


FC3: Final = Form(
    called=t("Function Compute 3.0"),
    marks=(
        ("functionName",),
        ("handler",),
        ("runtime",),
        ("code",),
        ("function", "functionName"),
        ("function", "code"),
    ),
    without="service",
    hint=t("fc-guard deploys FC 2.0 (service, function, triggers). Use the component fc3 for this file."),
    reference="fc3-file",
)
KNOWN: Final = (FC3,)
