"""What the operations of all products share: a request's parameters, and the refusals that any of them may make."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fc_local.clock import Clock, stamp
from fc_local.errors import FcError
from fc_local.interfaces import staying
from fc_local.scope import Scope
from fc_local.shape import Document
from fc_local.store import Row, Store, make_row
from fc_local.switches import Switches

_REGION = re.compile(r"[a-z][a-z0-9-]*\Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to a product. An empty parameter counts as none."""

    action: str
    parameters: Mapping[str, str]
    scope: Scope
    store: Store
    switches: Switches
    clock: Clock

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")

    def need(self, name: str) -> str:
        """Returns a parameter. Raises the error that the products' gateway has for a missing one."""
        value = self.get(name)
        if not value:
            raise FcError(400, f"Missing{name}", f"{name} is mandatory for this action.")
        return value

    def whole(self, name: str, usual: int, least: int, most: int) -> int:
        text = self.get(name) or str(usual)
        if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
            raise invalid(name)
        return int(text)

    def flag(self, name: str) -> bool:
        text = self.get(name).lower() or "false"
        if text not in ("true", "false"):
            raise invalid(name)
        return text == "true"

    def one_of(self, name: str, *allowed: str) -> str:
        """Returns a parameter, the first of `allowed` where it is missing."""
        value = self.get(name) or allowed[0]
        if value not in allowed:
            raise invalid(name)
        return value

    def now(self) -> str:
        return self.clock.now()

    def ready_at(self) -> str:
        """Returns when a resource that is made now is ready."""
        now = datetime.fromisoformat(self.now().replace("Z", "+00:00"))
        return stamp(now + timedelta(seconds=self.switches["ready_after_seconds"]))

    def times(self) -> Document:
        """Returns when a resource that is made now is ready, and when lists have it. Neither is shown."""
        now = datetime.fromisoformat(self.now().replace("Z", "+00:00"))
        listed = stamp(now + timedelta(seconds=self.switches["listed_after_seconds"]))
        return {"readyAt": self.ready_at(), "listedAt": listed}

    def find(self, kind: str, *path: str) -> Document | None:
        row = self.store.get(self.scope, kind, path)
        return row.document if row else None

    def all(self, kind: str, *parent: str) -> list[Document]:
        return [row.document for row in self.store.page(self.scope, kind, parent)]

    def listed(self, kind: str, *parent: str) -> list[Document]:
        """Returns what a list of a kind has by now."""
        return [each for each in self.all(kind, *parent) if str(each.get("listedAt", "")) <= self.now()]

    def all_below(self, kind: str) -> list[Document]:
        """Returns what there is of a kind, below any parent."""
        return [row.document for _, row in self.store.everywhere(self.scope, kind)]

    def services(self) -> list[Document]:
        """Returns the services of Function Compute beside, with their published versions, and what is left in a network
        of those that were there."""
        found = (self.store.everywhere(self.scope, kind) for kind in ("service", "version_service"))
        there = [row.document for rows in found for _, row in rows]
        return [*there, *staying(self.store, self.scope, self.now())]

    def keep(self, kind: str, path: tuple[str, ...], document: Document) -> None:
        old: Row | None = self.store.get(self.scope, kind, path)
        self.store.put(self.scope, kind, path, make_row(path[-1], document, None, old.revision + 1 if old else 1))

    def drop(self, kind: str, *path: str) -> None:
        self.store.remove(self.scope, kind, path)


def shown(document: Document) -> Document:
    """Returns a document without the times that are not shown."""
    return {key: value for key, value in document.items() if key not in ("readyAt", "listedAt")}


Operation = Callable[[Asked], Document]


@dataclass(frozen=True, slots=True)
class Product:
    """One version of a product's API. `everywhere` says that its resources belong to no region."""

    version: str
    operations: Mapping[str, Operation]
    everywhere: bool = False


def invalid(name: str) -> FcError:
    return FcError(400, f"InvalidParameter.{name}", f"The specified parameter {name} is not valid.")


def new_id(prefix: str, length: int = 20) -> str:
    letters = string.ascii_lowercase + string.digits
    return prefix + "".join(secrets.choice(letters) for _ in range(length))


def page(asked: Asked, items: Sequence[Document], list_name: str, item_name: str, most: int = 50) -> Document:
    """Returns the page that PageNumber and PageSize ask for, in the shape that these products share."""
    number, size = asked.whole("PageNumber", 1, 1, 10**6), asked.whole("PageSize", 10, 1, most)
    shown = list(items[(number - 1) * size : number * size])
    return {"TotalCount": len(items), "PageNumber": number, "PageSize": size, list_name: {item_name: shown}}


def fits(document: Mapping[str, Any], asked: Asked, *names: str) -> bool:
    """Says whether a document has every one of the named parameters that are given."""
    return all(not asked.get(name) or document.get(name) == asked.get(name) for name in names)


def check_region(region: str) -> None:
    if not _REGION.match(region):
        raise FcError(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.")
