"""Describes a type of trigger: what its config holds, where its events come from, and what FC cannot change of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fc_guard.core.rows import row_at
from fc_guard.core.values import frozen
from fc_guard.kinds.spelling import flag, number
from fc_guard.kinds.triggers.caller import Caller
from fc_guard.model.fields import FieldPath, Fields, Json
from fc_guard.model.rows import Field, canonical, struct

CONFIG: FieldPath = ("triggerConfig",)

Source = Callable[[Mapping[str, Any], str, str], str | None]
"""(config, account, region) -> the ARN of what sends the events; None if the config does not name it."""

FLAG = canonical(flag)
NUMBER = canonical(number)


def at(*path: str) -> FieldPath:
    return (*CONFIG, *path)


def count(name: str, **more: Any) -> Field:
    """Returns the row of a whole number for which FC takes null."""
    return Field(name, noise=NUMBER, cleared=None, **more)


def _spelled_filter(value: Json) -> Json:
    """Spells a filter as FC answers it, `key.prefix`; the predecessor's documents have `Key.Prefix`."""
    return dict(_filter_entry(name, item) for name, item in value.items())


def _filter_entry(name: str, item: Json) -> tuple[str, Json]:
    if name.lower() != "key":
        return name, item
    return "key", {inner.lower(): text for inner, text in item.items()} if isinstance(item, Mapping) else item


def filter_of(*rows: Field) -> Field:
    """Returns the row of the config's member `filter`, which has one spelling for all types."""
    return struct("filter", *rows, noise=canonical(_spelled_filter))


@dataclass(frozen=True, slots=True)
class TriggerType:
    """One type of trigger.

    rows      what the API's triggerConfig holds; what s.yaml's config holds beyond it only names the source
    initial   members of the config whose default is sent when the trigger is created, as the predecessor did
    source    computes the sourceArn; None if there is none to compute
    named     the members of config that `source` needs, for the message when both they and sourceArn are missing
    caller    who calls the function by a role; None if FC needs no role
    fixed     paths that UpdateTrigger does not change, with everything below them
    """

    name: str
    rows: tuple[Field, ...] = ()
    initial: tuple[str, ...] = ()
    source: Source | None = None
    named: tuple[str, ...] = ()
    caller: Caller | None = None
    fixed: tuple[FieldPath, ...] = ()

    def holds(self, path: FieldPath) -> bool:
        """Says whether FC's triggerConfig of this type has the field. What else s.yaml says there names the source."""
        return path == CONFIG or row_at(self.rows, path[len(CONFIG) :]) is not None

    def initial_fields(self) -> Fields:
        return {at(row.name): frozen(row.default) for row in self.rows if row.name in self.initial}
