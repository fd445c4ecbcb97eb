"""The API over the store: what each operation does, whoever asks (a signed request, the console, an admin edit)."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fc_local import errors
from fc_local.backend import Answer
from fc_local.clock import Clock
from fc_local.errors import FcError
from fc_local.etags import matches
from fc_local.kinds import FUNCTION, KINDS, V2021, Kind, Making, View
from fc_local.kinds.function import is_container
from fc_local.operations import OPERATIONS, Operation
from fc_local.packages import Package, Packages, check_zip, decode, merge_files
from fc_local.paging import read_page, token_for
from fc_local.scope import Scope
from fc_local.shape import Document
from fc_local.store import Row, Store, make_row
from fc_local.switches import Switches


@dataclass(frozen=True, slots=True)
class Call:
    """One operation asked for: by whom, on what, with what."""

    operation: Operation
    names: tuple[str, ...]
    body: Document
    query: Mapping[str, Any]
    scope: Scope
    api: str
    server: str
    who: str
    client: str
    source: str
    if_match: str | None = None
    checksum: str | None = None
    files: Mapping[str, str | None] | None = None  # only from inside: text files to write over the package's


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation gave, with the resource's ETag before it for the journal."""

    status: int
    body: Document | None
    etag: str | None = None
    etag_before: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self) -> Answer:
        return Answer(self.status, self.body, self.etag)


class Api:
    """Everything a store answers. Not thread-safe: one event loop calls it, and a commit never awaits."""

    def __init__(self, store: Store, packages: Packages, switches: Switches, clock: Clock) -> None:
        self.store = store
        self.packages = packages
        self.switches = switches
        self.clock = clock

    async def perform(self, call: Call) -> Outcome:
        kind = call.operation.kind
        match call.operation.action:
            case "settings":
                zones = [f"{call.scope.region}-{letter}" for letter in "fgh"]
                return Outcome(200, {"availableAZs": zones, "defaultRole": ""})
            case "create":
                return await self._create(_kind(kind), call)
            case "update":
                return await self._update(_kind(kind), call)
            case "delete":
                return self._delete(_kind(kind), call)
            case "get":
                return self._get(_kind(kind), call)
            case "list":
                return self._list(_kind(kind), call)
            case "code":
                return self._code(call)
            case action:
                raise AssertionError(f"{action} is not an operation of the store")

    def row(self, scope: Scope, kind: Kind, path: tuple[str, ...]) -> Row:
        """The stored resource, or the error of the outermost one that is missing."""
        row = self.store.get(scope, kind.name, path)
        if row is None:
            self._require_parents(scope, kind, path)
            raise errors.not_found(kind.name, path)
        return row

    # reads

    def _get(self, kind: Kind, call: Call) -> Outcome:
        self._require_qualifier(call)
        row = self.row(call.scope, kind, call.names)
        shown = self._shown(kind, row, call, call.names)
        if kind is FUNCTION and is_container(shown) and shown["customContainerConfig"]:
            container = {**shown["customContainerConfig"], "accelerationInfo": {"status": "Ready"}}
            shown = {**shown, "customContainerConfig": container}
        return Outcome(200, shown, row.etag)

    def _list(self, kind: Kind, call: Call) -> Outcome:
        self._require_qualifier(call)
        self._require_parents(call.scope, kind, (*call.names, ""))
        page = read_page(call.query, strict=self.switches["strict_limit"])
        rows = self.store.page(
            call.scope, kind.name, call.names, start=page.start, prefix=page.prefix, limit=page.limit + 1
        )
        items = [self._shown(kind, row, call, (*call.names, row.name)) for row in rows[: page.limit]]
        body: Document = {kind.collection: items}
        if len(rows) > page.limit:
            body["nextToken"] = token_for(rows[page.limit].name)
        elif self.switches["empty_token_at_end"]:
            body["nextToken"] = ""
        etag = None
        if self.switches["etag_on_list"]:
            etag = hashlib.md5("".join(row.etag for row in rows).encode(), usedforsecurity=False).hexdigest()
        return Outcome(200, body, etag)

    def _code(self, call: Call) -> Outcome:
        self._require_qualifier(call)
        row = self.row(call.scope, FUNCTION, call.names)
        if row.package is None:
            return Outcome(200, {"url": "", "checksum": ""})
        function_id, name = row.package.function_id, row.package.uuid
        expires = int(time.time()) + self.switches["code_url_seconds"]
        signature = self.packages.sign(function_id, name, expires)
        origin = call.server.split("/~")[0]
        url = f"{origin}/__code/{function_id}/{name}?Expires={expires}&Signature={signature}"
        return Outcome(200, {"url": url, "checksum": row.package.checksum})

    # writes

    async def _create(self, kind: Kind, call: Call) -> Outcome:
        body = kind.shape.read(call.body)
        name = str(body.get(kind.name_field) or "")
        path = (*call.names, name)
        self._require_parents(call.scope, kind, path)
        self._require_absent(kind, call.scope, path)
        resource_id = str(uuid.uuid4())
        package = await self._stage(kind, call, body, resource_id, present=None)
        try:
            with self.store.transaction():
                self._require_parents(call.scope, kind, path)
                self._require_absent(kind, call.scope, path)
                self._require_room(kind, call)
                made = kind.create(body, self._making(kind, call.scope, path, package))
                now = self.clock.now()
                document = {kind.name_field: name, kind.id_field: resource_id, **made}
                document.update(createdTime=now, lastModifiedTime=now)
                row = make_row(name, document, package, 1)
                self._commit(kind, call, path, row)
        except BaseException:
            if package is not None:
                self.packages.discard(package)
            raise
        return Outcome(200, self._shown(kind, row, call, path), row.etag)

    async def _update(self, kind: Kind, call: Call) -> Outcome:
        body = kind.shape.read(call.body)
        path = call.names
        seen = self.row(call.scope, kind, path)
        self._check_match(call, seen)
        package = await self._stage(kind, call, body, seen.document[kind.id_field], present=seen)
        try:
            with self.store.transaction():
                old = self.row(call.scope, kind, path)
                self._check_match(call, old)
                if call.files is not None and old.etag != seen.etag:
                    raise errors.concurrent_update(f"{kind.name} '{path[-1]}'")
                making = self._making(kind, call.scope, path, package)
                document = kind.update(old.document, body, making)
                row = self._moved(old, document, package)
                self._commit(kind, call, path, row)
        except BaseException:
            if package is not None:
                self.packages.discard(package)
            raise
        if package is not None and old.package is not None:
            self.packages.retire(old.package)
        return Outcome(200, self._shown(kind, row, call, path), row.etag, etag_before=old.etag)

    def _delete(self, kind: Kind, call: Call) -> Outcome:
        path = call.names
        with self.store.transaction():
            old = self.row(call.scope, kind, path)
            self._check_match(call, old)
            if kind.child and self.store.count(call.scope, kind.child, path):
                raise self._with_status(errors.not_empty(kind.name, path[-1]), "not_empty_status")
            self.store.remove(call.scope, kind.name, path)
            self._note(kind, call, path)
        if old.package is not None:
            self.packages.retire(old.package)
        return Outcome(204, None, etag_before=old.etag)

    def _moved(self, old: Row, document: Document, package: Package | None) -> Row:
        moves = self.switches["update_without_change_moves_etag"]
        if not moves and document == old.document:
            return Row(old.name, old.document, package or old.package, old.revision, old.etag)
        return make_row(
            old.name,
            {**document, "lastModifiedTime": self.clock.now()},
            package or old.package,
            old.revision + 1,
        )

    def _commit(self, kind: Kind, call: Call, path: tuple[str, ...], row: Row) -> None:
        self.store.put(call.scope, kind.name, path, row)
        self._note(kind, call, path)

    def _note(self, kind: Kind, call: Call, path: tuple[str, ...]) -> None:
        """The audit event of an accepted write, in the write's own transaction."""
        if len(path) > 1 and self.switches["service_etag_covers_children"]:
            self._touch_service(call.scope, path[0])
        self.store.add_event(
            {
                "time": self.clock.now(),
                "who": call.who,
                "what": call.operation.name,
                "resource": resource_name(kind, path),
                "client": call.client,
                "source": call.source,
                "account": call.scope.account,
                "region": call.scope.region,
            }
        )

    def _touch_service(self, scope: Scope, name: str) -> None:
        row = self.store.get(scope, "service", (name,))
        if row is not None:
            moved = make_row(row.name, row.document, row.package, row.revision + 1)
            self.store.put(scope, "service", (name,), moved)

    async def _stage(
        self, kind: Kind, call: Call, body: Document, function_id: str, present: Row | None
    ) -> Package | None:
        """Writes the code a request brings to disk, before the transaction that refers to it."""
        if kind is not FUNCTION:
            return None
        files = call.files
        container = body.get("runtime") == "custom-container" or (
            present is not None and is_container(present.document)
        )
        code = body.get("code")
        if files is None and code is None and (present is not None or container):
            return None
        base = present.package if present is not None else None
        return await asyncio.to_thread(self._write_package, function_id, code, files, base, call.checksum)

    def _write_package(
        self,
        function_id: str,
        code: Document | None,
        files: Mapping[str, str | None] | None,
        present: Package | None,
        checksum: str | None,
    ) -> Package:
        limit = self.switches["code_size_limit"]
        if code is not None or files is None:
            data = decode(code, limit)
        else:
            data = self.packages.path(present.function_id, present.uuid).read_bytes() if present else b""
        if files is not None:
            data = check_zip(merge_files(data, files), limit)
        package = self.packages.add(function_id, data)
        if checksum and self.switches["verify_code_checksum"] and checksum != package.checksum:
            self.packages.discard(package)
            raise errors.invalid(f"code checksum mismatch (header: '{checksum}', calculated: '{package.checksum}')")
        return package

    # what must hold

    def _require_parents(self, scope: Scope, kind: Kind, path: tuple[str, ...]) -> None:
        """Raises NotFound for the outermost missing resource above `path`."""
        if kind.parent is None:
            return
        parent = KINDS[kind.parent]
        above = path[:-1]
        self._require_parents(scope, parent, above)
        if self.store.get(scope, parent.name, above) is None:
            raise errors.not_found(parent.name, above)

    def _require_absent(self, kind: Kind, scope: Scope, path: tuple[str, ...]) -> None:
        if self.store.get(scope, kind.name, path) is not None:
            raise self._with_status(errors.already_exists(kind.name, path), "already_exists_status")

    def _require_room(self, kind: Kind, call: Call) -> None:
        limit = kind.account_limit
        if self.switches["account_limits"] and self.store.count(call.scope, kind.name, call.names) >= limit:
            raise FcError(400, "LimitExceededError", f"the number of {kind.collection} exceeds the limit {limit}")

    def _require_qualifier(self, call: Call) -> None:
        qualifier = str(call.query.get("qualifier") or "LATEST")
        if qualifier != "LATEST":
            self._require_parents(call.scope, FUNCTION, (call.names[0], ""))
            raise errors.unknown_qualifier(call.names[0], qualifier)

    def _check_match(self, call: Call, row: Row) -> None:
        if call.if_match and not matches(call.if_match, row.etag, star=self.switches["if_match_star"]):
            raise errors.precondition_failed()

    def _with_status(self, error: FcError, switch: str) -> FcError:
        return FcError(self.switches[switch], error.code, error.message)

    def _making(self, kind: Kind, scope: Scope, path: tuple[str, ...], package: Package | None) -> Making:
        def siblings() -> list[Document]:
            rows = self.store.page(scope, kind.name, path[:-1])
            return [row.document for row in rows if row.name != path[-1]]

        return Making(scope, path, self.switches, package, siblings)

    def _shown(self, kind: Kind, row: Row, call: Call, path: tuple[str, ...]) -> Document:
        view = View(call.api, self.switches["legacy_fields"], call.server, call.scope, path)
        return kind.show(row.document, view)

    # for the admin surface and the console

    def dump(self, scope: Scope, server: str) -> Document:
        """Everything in a scope, nested: services > functions > triggers, each with its etag."""
        year = self.switches["legacy_fields"]

        def below(kind: Kind, parent: tuple[str, ...]) -> Document:
            found: Document = {}
            for row in self.store.page(scope, kind.name, parent):
                path = (*parent, row.name)
                shown = dict(kind.show(row.document, View(V2021, year, server, scope, path)))
                shown["etag"] = row.etag
                if kind.child:
                    child = KINDS[kind.child]
                    shown[child.collection] = below(child, path)
                found[row.name] = shown
            return found

        return {"services": below(KINDS["service"], ())}


def resource_name(kind: Kind, path: tuple[str, ...]) -> str:
    """services/svc/functions/fn/triggers/t"""
    above = f"{resource_name(KINDS[kind.parent], path[:-1])}/" if kind.parent else ""
    return f"{above}{kind.collection}/{path[-1]}"


def stored_etag(api: Api, operation: Operation, names: tuple[str, ...], scope: Scope) -> str | None:
    """The present ETag of the resource an operation names, for the journal of a refused write."""
    if operation.action not in ("update", "delete") or operation.kind is None:
        return None
    row = api.store.get(scope, operation.kind.name, names)
    return row.etag if row else None


def edit_call(  # noqa: PLR0913
    op: str,
    path: tuple[str, ...],
    body: Document,
    *,
    scope: Scope,
    server: str,
    who: str,
    client: str,
    if_match: str | None = None,
) -> Call:
    """A call from inside: no signature, 2021-04-06 forms. A create's name may stand at the end of `path`."""
    operation = OPERATIONS.get(op)
    if operation is None or operation.action == "invoke":
        raise FcError(404, "PathNotSupported", f"'{op}' is not an operation of this server")
    wanted = operation.pattern.count("*")
    if operation.action == "create" and operation.kind and len(path) == wanted + 1:
        body = {operation.kind.name_field: path[-1], **body}
        path = path[:-1]
    if len(path) != wanted:
        raise errors.invalid(f"{op} takes a path of {wanted} names, not {json.dumps(list(path))}")
    return Call(
        *(operation, path, body, body, scope, V2021, server, who, client, "127.0.0.1"),
        if_match=if_match,
        files=_files(body.get("files")),
    )


def _files(value: object) -> dict[str, str | None] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not all(text is None or isinstance(text, str) for text in value.values()):
        raise errors.invalid('files is an object such as {"index.py": "text", "old.py": null}')
    return value


def _kind(kind: Kind | None) -> Kind:
    if kind is None:
        raise AssertionError("an operation on a resource names its kind")
    return kind
