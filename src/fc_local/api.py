"""The API over the store, for a signed request, the console and an admin edit alike.

This module holds what the operations share. Each operation is a deed; the table of deeds is handed in (see `deeds`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from random import Random

from fc_local import conditions, errors, qualifiers
from fc_local.addresses import CODE, origin
from fc_local.calls import Call, Outcome
from fc_local.changes import changes
from fc_local.clock import Clock
from fc_local.kinds import Kind, Making
from fc_local.objects import Objects
from fc_local.operations import Operation
from fc_local.packages import Package, Packages
from fc_local.scope import Scope
from fc_local.shape import Document, Struct, without_later_twins
from fc_local.staging import Staging
from fc_local.store import Row, Store, make_row
from fc_local.switches import Switches

LONGEST_TOLD = 256
Deed = Callable[["Api", Call], Awaitable[Outcome]]


class Api:
    """The API. It is not thread-safe: one event loop calls it, and a commit never awaits."""

    def __init__(
        self,
        deeds: Mapping[str, Deed],
        store: Store,
        packages: Packages,
        objects: Objects,
        switches: Switches,
        clock: Clock,
    ) -> None:
        self._deeds = deeds
        self.store = store
        self.packages = packages
        self.objects = objects
        self.switches = switches
        self.clock = clock
        self.staging = Staging(packages, objects, switches)
        self._noise: Counter[str] = Counter()

    async def perform(self, call: Call) -> Outcome:
        return await self._deeds[call.operation.action](self, call)

    def row(self, scope: Scope, kind: Kind, path: tuple[str, ...], version: str | None = None) -> Row:
        """Returns the resource, as of `version` if given. Raises the error of the outermost missing resource."""
        if version is None:
            row = self.store.get(scope, kind.name, path)
        else:
            row = self.store.get(scope, f"version_{kind.name}", qualifiers.snapshot(path, version))
        if row is None:
            conditions.parents(self.store, scope, kind, path)
            raise errors.not_found(kind.name, path)
        return row

    def made_row(self, name: str, document: Document, package: Package | None, revision: int) -> Row:
        return make_row(name, document, package, revision, content_only=self.switches["etag_is_content_only"])

    def retire(self, scope: Scope, package: Package | None) -> None:
        """Removes a package, unless another row still uses it."""
        if package is not None and not self.store.uses(scope, package):
            self.packages.retire(package)

    def download_url(self, call: Call, package: Package) -> str:
        expires = int(time.time()) + self.switches["code_url_seconds"]
        signature = self.packages.sign(package.function_id, package.uuid, expires)
        return (
            f"{origin(call.server)}{CODE}{package.function_id}/{package.uuid}?Expires={expires}&Signature={signature}"
        )

    def note(
        self, call: Call, resource: str, path: tuple[str, ...], before: Document | None, after: Document | None
    ) -> None:
        """Records an accepted write, in its own transaction. `path` starts with the service above, if there is one.
        `before` and `after` are what is stored of the resource, None where there is none."""
        if len(path) > 1 and self.switches["service_etag_covers_children"]:
            self._touch_service(call.scope, path[0])
        self.store.add_event(
            {
                "time": self.clock.now(),
                "who": call.who,
                "what": call.operation.name,
                "resource": resource,
                "client": call.client,
                "source": call.source,
                "account": call.scope.account,
                "region": call.scope.region,
                "changes": changes(before, after),
                "request_id": call.request_id,
                "agent": call.agent,
                "fields": _told(call.body),
            }
        )

    def _touch_service(self, scope: Scope, name: str) -> None:
        row = self.store.get(scope, "service", (name,))
        if row is not None:
            moved = make_row(row.name, row.document, row.package, row.revision + 1)
            self.store.put(scope, "service", (name,), moved)

    def read_body(self, shape: Struct, body: Document) -> Document:
        return shape.read(body if self.switches["duplicate_keys_last_wins"] else without_later_twins(shape, body))

    def making(self, call: Call, kind: str, path: tuple[str, ...], package: Package | None) -> Making:
        scope = call.scope

        def siblings() -> list[Document]:
            rows = self.store.page(scope, kind, path[:-1])
            return [row.document for row in rows if row.name != path[-1]]

        def find(kind: str, path: tuple[str, ...]) -> Document | None:
            row = self.store.get(scope, kind, path)
            return row.document if row else None

        def require_qualifier(service: str, qualifier: str | None) -> None:
            qualifiers.resolve(self.store, scope, service, qualifier)

        return Making(scope, path, self.switches, call.api, package, siblings, find, require_qualifier)

    def noise(self, call: Call) -> Random | None:
        """Returns a random source for an answer, None for no variation. Seed, operation and call count decide."""
        seed = self.switches["noise"]
        if not seed or call.inside:
            return None
        asked = f"{seed} {call.operation.name} {'/'.join(call.names)}"
        self._noise[asked] += 1
        return Random(f"{asked} {self._noise[asked]}")  # noqa: S311 - for tests, to be repeated

    def reset(self) -> None:
        self.store.clear()
        self.packages.sweep(())
        self.objects.sweep()
        self.switches.reset()
        self.clock.freeze(None)
        self._noise.clear()


def _told(body: Document) -> Document:
    """Returns the fields of a body for the audit: what may hold secrets or code is named and not shown."""
    spelled = {"code" if name == "files" else name: value for name, value in body.items()}
    return {
        name: str(value)[:LONGEST_TOLD] if isinstance(value, (str, int, float)) else "***"
        for name, value in spelled.items()
    }


def stored_etag(api: Api, operation: Operation, names: tuple[str, ...], scope: Scope) -> str | None:
    """Returns the present ETag of an operation's resource, for the journal of a refused write."""
    if operation.action not in ("update", "delete") or operation.kind is None:
        return None
    row = api.store.get(scope, operation.kind.name, names)
    return row.etag if row else None
