"""The description of a resource kind: its fields, and how a request becomes a document and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fc_local.errors import FcError
from fc_local.packages import Package
from fc_local.scope import Scope
from fc_local.shape import Document, Struct
from fc_local.switches import Switches

V2016 = "2016-08-15"
V2021 = "2021-04-06"


@dataclass(frozen=True, slots=True)
class Making:
    """What a kind may use while it makes or changes a document."""

    scope: Scope
    path: tuple[str, ...]
    switches: Switches
    api: str
    package: Package | None
    siblings: Callable[[], Sequence[Document]]  # the other resources of the kind under the same parent
    find: Callable[[str, tuple[str, ...]], Document | None]  # any stored document, by kind and path
    require_qualifier: Callable[[str, str | None], None]  # of a service; raises VersionNotFound or AliasNotFound


@dataclass(frozen=True, slots=True)
class View:
    """The request for which a document is shown."""

    api: str
    switches: Switches
    server: str  # http://127.0.0.1:PORT, with the path base a region other than the default needs
    scope: Scope
    path: tuple[str, ...]

    @property
    def year(self) -> int:
        year: int = self.switches["legacy_fields"]
        return year


@dataclass(frozen=True, slots=True)
class Kind:
    """A resource with a name of its own, with operations to create, read, update, list and delete it."""

    name: str
    label: str  # as in CreateService, ListServices
    collection: str
    parent: str | None
    child: str | None  # what the state dump shows below it
    shape: Struct
    name_field: str
    id_field: str | None
    account_limit: int
    create: Callable[[Document, Making], Document]
    update: Callable[[Document, Document, Making], Document]
    show: Callable[[Document, View], Document]
    segment: str = ""  # in the path, where it is not the collection's name
    blockers: tuple[str, ...] = ()  # kinds that must have no resource below when it is deleted
    doubtful_etag: bool = False  # no source shows that the real service gives it an ETag

    @property
    def plural(self) -> str:
        return f"{self.label}es" if self.label.endswith("s") else f"{self.label}s"


@dataclass(frozen=True, slots=True)
class Setting:
    """A part of a function without a name of its own, at most one for each qualifier."""

    name: str
    collection: str
    shape: Struct
    put: Callable[[Document | None, Document, Making], Document]  # takes the stored document and the sent one
    show: Callable[[Document, View], Document]  # the view's path ends with the qualifier
    missing: Callable[[tuple[str, ...]], FcError]


def drop_newer(document: Document, year: int, since: dict[str, int], defaults: Document) -> Document:
    """Returns the document without the fields that came after `year` and hold their default."""
    return {key: value for key, value in document.items() if since.get(key, 0) <= year or value != defaults.get(key)}
