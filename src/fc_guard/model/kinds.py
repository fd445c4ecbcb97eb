"""A resource kind as data: everything the stages need to know about it, so that none of them names a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fc_guard.model.fields import FieldPath, Json
from fc_guard.model.ids import ResourceId
from fc_guard.model.resources import Desired
from fc_guard.model.rules import FieldRules


@dataclass(frozen=True, slots=True)
class Operations:
    """The API's operation names for one kind (2021-04-06)."""

    create: str
    read: str
    update: str
    delete: str
    list: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    rank            parents have smaller ranks; writes go up, deletions go down
    name_field      the name's key in a create body and in a list item
    list_field      the key of the list in a list answer
    created_with    what a new resource gets where s.yaml is silent (the predecessor's defaults)
    has_code        whether it carries a code package
    desired         props of one s.yaml step → the resources of this kind it asks for
    props_path      where the resource stands in the props, for messages: ("function",), ("triggers", "0")
    """

    name: str
    rank: int
    parent: str | None
    name_field: str
    list_field: str
    operations: Operations
    rules: FieldRules
    desired: Callable[[Mapping[str, Any], str, str], tuple[Desired, ...]]
    created_with: Mapping[FieldPath, Json] = field(default_factory=dict)
    has_code: bool = False


def parent_of(kinds: Mapping[str, Kind], id: ResourceId) -> ResourceId | None:
    """The resource that must exist before this one."""
    parent = kinds[id.kind].parent
    return None if parent is None else ResourceId(id.account, id.region, parent, id.parts[:-1])
