"""An s.yaml that is being edited for one step: its text, and the props that the host would read from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fc_guard.artifacts.yaml_edits import edited
from fc_guard.artifacts.yaml_masks import HIDDEN_ONLINE, Veil, masked, masked_text
from fc_guard.artifacts.yaml_nodes import CannotEdit
from fc_guard.artifacts.yaml_places import Elsewhere, StepText
from fc_guard.core.edits import applied
from fc_guard.core.values import thawed
from fc_guard.errors import BadInput
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import Settle, check, refused
from fc_guard.language import t
from fc_guard.model.edits import Edit, Place
from fc_guard.model.layouts import Layout

Check = Callable[[Mapping[str, Any]], str]
"""Returns why props after an edit do not say what they should; '' if they do."""


class NotHere(Exception):
    """The edit cannot be made in the file."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        super().__init__(elsewhere.why)
        self.elsewhere = elsewhere


class NotSaid(Exception):
    """The edit would not say what it should; together with others it might."""


class Draft:
    """`text` is what the file would hold, `props` what the host would read. What is shown of it is veiled.
    `settle` decides about problems; those that were there before an edit are no reason against it."""

    def __init__(
        self,
        text: str,
        file: Path,
        step: str,
        props: Mapping[str, Any],
        layout: Layout,
        veil: Veil,
        settle: Settle = refused,
    ) -> None:
        self.before = text
        self._layout = layout
        self._settle = settle
        self._veil = veil
        self.text = text
        self.props: Mapping[str, Any] = thawed(props)
        self.file = file.name
        self._file = file
        self._step = step
        self._edits: list[Edit] = []

    def make(self, edits: Sequence[Edit], means: Check) -> None:
        """Makes all of the edits, or none. Raises `NotHere` and `NotSaid`."""
        self._require_own(edits)
        props = applied(self.props, edits)
        try:
            wrong = self._wrong(props)
        except BadInput as error:
            raise NotSaid(error.summary) from error
        before = self._wrong(self.props) if wrong else ()
        why = next((told for told in wrong if told not in before), "") or means(props)
        if why:
            raise NotSaid(why)
        prefix = self._source().prefix
        placed = [edit.below(prefix) for edit in edits]
        try:
            text = edited(self.text, placed)
        except CannotEdit as error:
            raise NotHere(Elsewhere(self.at(edits[0].place), str(error))) from error
        self.text, self.props = text, props
        self._edits += placed

    def _wrong(self, props: Mapping[str, Any]) -> tuple[str, ...]:
        return check(props, Places(None, self._step), (self._layout,), self._settle).open

    def at(self, place: Place) -> str:
        """Returns the `file:line` of a prop."""
        return self._source().at(place)

    def shown(self) -> tuple[str, str]:
        """Returns the text before and after without what the veil hides; what is changed still shows as a change."""
        before = masked_text(self.before, self._veil)
        edits = [edit if edit.removes else self._masked(edit) for edit in self._edits]
        try:
            return before, edited(before, edits)
        except CannotEdit:  # a mask has another form than the value that it hides
            return before, masked_text(self.text, self._veil)

    def _masked(self, edit: Edit) -> Edit:
        return Edit(edit.place, masked(edit.value, self._veil, edit.place, HIDDEN_ONLINE), edit.inserted)

    def _source(self) -> StepText:
        return StepText.of(self.text, self._file, self._step)

    def _require_own(self, edits: Sequence[Edit]) -> None:
        source, props = self._source(), self.props
        for edit in edits:
            found = source.elsewhere(edit, props)
            if found is not None:
                raise NotHere(found)
            if not edit.removes and _refers(edit.value):
                why = t("its value holds ${{…}}, which the host would try to resolve: s.yaml cannot say it")
                raise NotHere(Elsewhere(source.at(edit.place), why))
            if len(edits) > 1:  # the next edit is made after this one
                props = applied(props, [edit])
                source = self._after(source, edit)

    def _after(self, source: StepText, edit: Edit) -> StepText:
        try:
            text = edited(source.document.text, [edit.below(source.prefix)])
            return StepText.of(text, self._file, self._step)
        except CannotEdit as error:
            raise NotHere(Elsewhere(source.at(edit.place), str(error))) from error


def _refers(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_refers(key) or _refers(item) for key, item in value.items())
    if isinstance(value, list):
        return any(_refers(item) for item in value)
    return isinstance(value, str) and "${" in value
