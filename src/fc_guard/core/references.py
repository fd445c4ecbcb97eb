"""What a resource has of others: the ids, addresses and names in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from fc_guard.core.normal import effective
from fc_guard.core.resolve import found_or_made, in_use, outputs_in
from fc_guard.core.values import LISTS, frozen, same, spelled
from fc_guard.model.fields import FieldPath, Fields, Value
from fc_guard.model.outputs import HERE, Output
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules

Alike = Callable[[FieldPath, Value, Value], bool]
WHOLE: Final = r"(?<![\w.-]){}(?![\w.-])"
"""Matches a name or an id, but not as a part of another one."""


def still_as_given(desired: Desired, applied: Fields, live: Fields, rules: FieldRules, alike: Alike) -> Fields:
    """Returns what online has as it was given before, where s.yaml leaves it to us now. What somebody changed a part of
    is all theirs: a part alone may mean nothing."""
    found: dict[FieldPath, Value] = {}
    for together in desired.asked:
        inside = [path for path in {*applied, *live} if any(path[: len(whole)] == whole for whole in together)]
        sides = ((path, effective(applied, path, rules), effective(live, path, rules)) for path in inside)
        if desired.stale.isdisjoint(inside) and all(alike(*each) for each in sides):
            found |= {path: applied[path] for path in inside if path in applied}
    return found


def had_of_it(said: Desired, saved: Fields, given: Mapping[str, Output], rules: FieldRules) -> Fields:
    """Returns the fields that had, when they were saved, what s.yaml leaves to be found or made, and nothing else.
    `given` are the texts that they may have had of it."""
    left = found_or_made(said)
    named = in_use(left, saved, lambda output: None, rules)  # whatever letter case a name has online
    had = {path: spelled(_refers(saved.get(path), given), path, rules) for path in left}
    return {path: value for path, value in left.items() if path in named or same(had[path], frozen(value))}


def given_of(said: Desired, noted: Mapping[str, Output]) -> dict[str, Output]:
    """Returns which of the noted texts are of what s.yaml still leaves to be found or made, and what of."""
    left = [replace(output, form=HERE) for value in found_or_made(said).values() for output in outputs_in(value)]
    return {
        text: output
        for text, was in noted.items()
        for output in left
        if (output.of, output.member) == (was.of, was.member) and output.text in ("", text)
    }


def with_references(saved: Desired, said: Desired, given: Mapping[str, Output]) -> Desired:
    """Returns what is to be made as it was saved, with references in place of the texts that it had, among others, of
    what s.yaml leaves to be found or made."""
    places = {path[0] for path in found_or_made(said)}
    fields = {path: _refers(value, given) if path[0] in places else value for path, value in saved.fields.items()}
    return replace(saved, fields=fields)


def _refers(value: Value, outputs: Mapping[str, Output]) -> Value:
    if isinstance(value, Mapping):
        return {key: _refers(item, outputs) for key, item in value.items()}
    if isinstance(value, LISTS):
        return type(value)(_refers(item, outputs) for item in value)
    if not isinstance(value, str) or HERE in value:
        return value
    for text, output in outputs.items():
        form = re.sub(WHOLE.format(re.escape(text)), HERE, value)
        if form != value:
            return replace(output, form=form)
    return value


def given_texts(fields: Fields, rules: FieldRules) -> list[str]:
    """Returns the ids and addresses that a supporting resource was given: what others have of it."""
    return [value for path, value in fields.items() if isinstance(value, str) and path not in rules.server_owned]


def mentions(value: Value, text: str) -> bool:
    """Says whether a value has a text in it, not as a part of another name or id."""
    if isinstance(value, Mapping):
        return any(mentions(item, text) for item in value.values())
    if isinstance(value, LISTS):
        return any(mentions(item, text) for item in value)
    return bool(text) and isinstance(value, str) and re.search(WHOLE.format(re.escape(text)), value) is not None
