"""What a resource kind must say about itself: its fields, how a request becomes a document and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fc_local.packages import Package
from fc_local.scope import Scope
from fc_local.shape import Document, Struct
from fc_local.switches import Switches

V2016 = "2016-08-15"
V2021 = "2021-04-06"


@dataclass(frozen=True, slots=True)
class Making:
    """What a kind may look at while it makes or changes a document."""

    scope: Scope
    path: tuple[str, ...]
    switches: Switches
    package: Package | None
    siblings: Callable[[], Sequence[Document]]  # the other resources of the kind under the same parent


@dataclass(frozen=True, slots=True)
class View:
    """For whom a document is shown."""

    api: str
    year: int
    server: str  # http://127.0.0.1:PORT, with the path base a region other than the default needs
    scope: Scope
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    collection: str
    parent: str | None
    child: str | None
    shape: Struct
    name_field: str
    id_field: str
    account_limit: int
    create: Callable[[Document, Making], Document]
    update: Callable[[Document, Document, Making], Document]
    show: Callable[[Document, View], Document]

    @property
    def label(self) -> str:
        """As in CreateService, ListServices."""
        return self.name.capitalize()


def drop_newer(document: Document, year: int, since: dict[str, int], defaults: Document) -> Document:
    """Without the fields that came after `year`, as long as they hold their default."""
    return {key: value for key, value in document.items() if since.get(key, 0) <= year or value != defaults.get(key)}
