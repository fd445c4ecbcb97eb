"""A type of trigger as data: what its config holds, where its events come from, and what FC cannot change of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fc_guard.model.fields import FieldPath, Fields
from fc_guard.model.rules import FieldRules

CONFIG: FieldPath = ("triggerConfig",)

Shape = Mapping[str, Any]
"""The keys of a config; below each its own shape, or None where it holds a value."""

Source = Callable[[Mapping[str, Any], str, str], str | None]
"""(config, account, region) -> the ARN of what sends the events; None where the config does not name it."""


def at(*path: str) -> FieldPath:
    """A path inside the config."""
    return (*CONFIG, *path)


@dataclass(frozen=True, slots=True)
class TriggerType:
    """One type.

    shape     what the API's triggerConfig holds; what s.yaml's config holds beyond it only names the source
    rules     what is special about fields of the config, by their full path
    initial   what the predecessor filled in, sent when the trigger is created
    source    computes the sourceArn; None where there is none to compute
    named     the members of config that `source` needs, for the message when both they and sourceArn are missing
    role      who has to be let in to call the function, and what the role must allow; '' where FC needs no role
    fixed     paths that UpdateTrigger does not change, with everything below them
    """

    name: str
    shape: Shape
    rules: FieldRules = field(default_factory=FieldRules)
    initial: Fields = field(default_factory=dict)
    source: Source | None = None
    named: tuple[str, ...] = ()
    role: str = ""
    fixed: tuple[FieldPath, ...] = ()

    def holds(self, path: FieldPath) -> bool:
        """Whether FC's triggerConfig of this type has the field. What else s.yaml says there names the source."""
        shape: Shape | None = self.shape
        for key in path[len(CONFIG) :]:
            if shape is None:
                return True
            if key not in shape:
                return False
            shape = shape[key]
        return True

    def structs(self) -> frozenset[FieldPath]:
        return frozenset(_structs(self.shape, CONFIG))

    def known(self) -> frozenset[FieldPath]:
        """Every field of the config, and what leads to it."""
        return frozenset(_known(self.shape, CONFIG))


def _known(shape: Shape, path: FieldPath) -> Iterator[FieldPath]:
    yield path
    for key, below in shape.items():
        yield from _known(below or {}, (*path, key))


def _structs(shape: Shape, path: FieldPath) -> Iterator[FieldPath]:
    yield path
    for key, below in shape.items():
        if below is not None:
            yield from _structs(below, (*path, key))


def values(*names: str) -> Shape:
    """A shape of plain values."""
    return dict.fromkeys(names)
