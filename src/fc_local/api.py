"""The API over the store: what each operation does, whoever asks (a signed request, the console, an admin edit).

Here is what resources with a name of their own have in common; what is special is in a module of its own, and
`_DEEDS` says which."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

from fc_local import account, bindings, errors, layers, settings, tags, versions
from fc_local.calls import Call, Outcome
from fc_local.clock import Clock
from fc_local.errors import FcError
from fc_local.etags import matches
from fc_local.kinds import (
    FUNCTION,
    KINDS,
    PROVISION_CONFIG,
    SERVICE,
    SETTINGS,
    TRIGGER,
    V2016,
    V2021,
    Kind,
    Making,
    View,
)
from fc_local.kinds.event_sources import EVENT_SOURCES
from fc_local.kinds.function import is_container
from fc_local.noise import dressed, reworded
from fc_local.objects import Objects, Stored
from fc_local.operations import OPERATIONS, Operation
from fc_local.packages import Package, Packages, check_zip, decode, merge_files
from fc_local.paging import read_page, token_for
from fc_local.scope import Scope
from fc_local.shape import Document, Struct, without_later_twins
from fc_local.store import Row, Store, make_row
from fc_local.switches import Switches

Deed = Callable[["Api", Call], Awaitable[Outcome]]


class Api:
    """Everything a store answers. Not thread-safe: one event loop calls it, and a commit never awaits."""

    def __init__(self, store: Store, packages: Packages, objects: Objects, switches: Switches, clock: Clock) -> None:
        self.store = store
        self.packages = packages
        self.objects = objects
        self.switches = switches
        self.clock = clock
        self._noise: tuple[int, Random] | None = None

    async def perform(self, call: Call) -> Outcome:
        return await _DEEDS[call.operation.action](self, call)

    def row(self, scope: Scope, kind: Kind, path: tuple[str, ...], version: str | None = None) -> Row:
        """The stored resource, or the error of the outermost one that is missing. `version`: as it was then."""
        if version is None:
            row = self.store.get(scope, kind.name, path)
        else:
            row = self.store.get(scope, f"version_{kind.name}", versions.snapshot(path, version))
        if row is None:
            self._require_parents(scope, kind, path)
            raise errors.not_found(kind.name, path)
        return row

    # reads

    async def get(self, call: Call) -> Outcome:
        kind = _kind(call)
        version = self._version(kind, call)
        row = self.row(call.scope, kind, call.names, version)
        self._require_shown(kind, row, call)
        shown = self._shown(kind, row, call, call.names)
        if kind is FUNCTION and is_container(row.document) and shown.get("customContainerConfig"):
            container = {**shown["customContainerConfig"], "accelerationInfo": {"status": "Ready"}}
            shown = {**shown, "customContainerConfig": container}
        return Outcome(200, shown, self._etag(kind, row))

    async def list(self, call: Call) -> Outcome:
        kind = _kind(call)
        version = self._version(kind, call)
        self._require_parents(call.scope, kind, (*call.names, ""))
        page = read_page(call.query, strict=self.switches["strict_limit"])
        wanted = _tag_filter(kind, call.query)
        hides = kind is TRIGGER and self._hides_eventbridge(call)
        name, parent = kind.name, call.names
        if version is not None:
            name, parent = f"version_{kind.name}", versions.snapshot(call.names, version)
        limit = -1 if wanted or hides else page.limit + 1
        rows = self.store.page(call.scope, name, parent, start=page.start, prefix=page.prefix, limit=limit)
        if hides:
            rows = [row for row in rows if row.document["triggerType"] != "eventbridge"]
        if wanted:
            rows = [row for row in rows if wanted.items() <= tags.of_service(self, call.scope, row.name).items()]
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

    async def code(self, call: Call) -> Outcome:
        row = self.row(call.scope, FUNCTION, call.names, self._version(FUNCTION, call))
        if row.package is None:
            return Outcome(200, {"url": "", "checksum": ""})
        return Outcome(200, {"url": self.download_url(call, row.package), "checksum": row.package.checksum})

    def download_url(self, call: Call, package: Package) -> str:
        expires = int(time.time()) + self.switches["code_url_seconds"]
        signature = self.packages.sign(package.function_id, package.uuid, expires)
        origin = call.server.split("/~")[0]
        return f"{origin}/__code/{package.function_id}/{package.uuid}?Expires={expires}&Signature={signature}"

    # writes

    async def create(self, call: Call) -> Outcome:
        kind = _kind(call)
        body = self.read_body(kind.shape, call.body)
        name = str(body.get(kind.name_field) or "")
        path = (*call.names, name)
        self._require_parents(call.scope, kind, path)
        self._require_absent(kind, call.scope, path)
        self._require_known_type(kind, body, call)
        resource_id = str(uuid.uuid4())
        package = await self._stage(kind, call, body, resource_id, present=None)
        try:
            with self.store.transaction():
                self._require_parents(call.scope, kind, path)
                self._require_absent(kind, call.scope, path)
                self._require_room(kind, call)
                made = kind.create(body, self.making(call, kind.name, path, package))
                now = self.clock.now()
                own_id = {kind.id_field: resource_id} if kind.id_field else {}
                document = {kind.name_field: name, **own_id, **made}
                document.update(createdTime=now, lastModifiedTime=now)
                row = self.made_row(name, document, package, 1)
                self._commit(kind, call, path, row)
        except BaseException:
            if package is not None:
                self.packages.discard(package)
            raise
        return Outcome(200, self._shown(kind, row, call, path), self._etag(kind, row))

    async def update(self, call: Call) -> Outcome:
        kind = _kind(call)
        body = self.read_body(kind.shape, call.body)
        path = call.names
        seen = self.row(call.scope, kind, path)
        self._require_shown(kind, seen, call)
        self._check_kind_match(kind, call, seen)
        package = await self._stage(kind, call, body, seen.document.get(kind.id_field or "", ""), present=seen)
        try:
            with self.store.transaction():
                old = self.row(call.scope, kind, path)
                self._check_kind_match(kind, call, old)
                if call.files is not None and old.etag != seen.etag:
                    raise errors.concurrent_update(f"{kind.name} '{path[-1]}'")
                making = self.making(call, kind.name, path, package)
                document = kind.update(old.document, body, making)
                row = self._moved(old, document, package)
                self._commit(kind, call, path, row)
        except BaseException:
            if package is not None:
                self.packages.discard(package)
            raise
        if package is not None:
            self.retire(call.scope, old.package)
        return Outcome(200, self._shown(kind, row, call, path), self._etag(kind, row), etag_before=old.etag)

    async def delete(self, call: Call) -> Outcome:
        kind = _kind(call)
        path = call.names
        with self.store.transaction():
            old = self.row(call.scope, kind, path)
            self._require_shown(kind, old, call)
            self._check_kind_match(kind, call, old)
            self._require_empty(kind, call.scope, path)
            self.store.remove(call.scope, kind.name, path)
            self._remove_attached(kind, call.scope, path)
            self._note_on(kind, call, path)
        self.retire(call.scope, old.package)
        return Outcome(204, None, etag_before=old.etag)

    def _require_empty(self, kind: Kind, scope: Scope, path: tuple[str, ...]) -> None:
        for blocker in kind.blockers:
            if self.store.count(scope, blocker, path):
                raise self._with_status(errors.not_empty(kind.name, path[-1], f"{blocker}s"), "not_empty_status")
        if kind is FUNCTION:
            self.require_no_provision(scope, path, None)

    def require_no_provision(self, scope: Scope, path: tuple[str, ...], qualifier: str | None) -> None:
        """Of a function (all its qualifiers) or of a service's version."""
        for at, row in self.store.everywhere(scope, PROVISION_CONFIG.name):
            below = at[: len(path)] == path and qualifier in (None, at[-1])
            if below and row.document["target"] > 0:
                message = f"function '{at[1]}' of service '{at[0]}' has provisioned instances at '{at[2]}'"
                raise FcError(409, "ProvisionConfigExist", message)

    def _remove_attached(self, kind: Kind, scope: Scope, path: tuple[str, ...]) -> None:
        """What has no life of its own goes with the function or service it belongs to."""
        if kind is FUNCTION:
            for setting in SETTINGS:
                self.store.remove_below(scope, setting, path)
        elif kind is SERVICE:
            for attached in ("alias", "vpc_binding", "publishing"):
                self.store.remove_below(scope, attached, path)
            self.store.remove(scope, tags.KIND, path)

    def _moved(self, old: Row, document: Document, package: Package | None) -> Row:
        moves = self.switches["update_without_change_moves_etag"]
        if not moves and document == old.document:
            return Row(old.name, old.document, package or old.package, old.revision, old.etag)
        return self.made_row(
            old.name,
            {**document, "lastModifiedTime": self.clock.now()},
            package or old.package,
            old.revision + 1,
        )

    def made_row(self, name: str, document: Document, package: Package | None, revision: int) -> Row:
        return make_row(name, document, package, revision, content_only=self.switches["etag_is_content_only"])

    def retire(self, scope: Scope, package: Package | None) -> None:
        """Lets go of a package, unless another row still has it."""
        if package is not None and not self.store.uses(scope, package):
            self.packages.retire(package)

    def _commit(self, kind: Kind, call: Call, path: tuple[str, ...], row: Row) -> None:
        self.store.put(call.scope, kind.name, path, row)
        self._note_on(kind, call, path)

    def _note_on(self, kind: Kind, call: Call, path: tuple[str, ...]) -> None:
        self.note(call, resource_name(kind, path), path)

    def note(self, call: Call, resource: str, path: tuple[str, ...]) -> None:
        """The audit event of an accepted write, in the write's own transaction. `path` starts with the service that
        the resource lies below, if it lies below one."""
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
            }
        )

    def _touch_service(self, scope: Scope, name: str) -> None:
        row = self.store.get(scope, "service", (name,))
        if row is not None:
            moved = make_row(row.name, row.document, row.package, row.revision + 1)
            self.store.put(scope, "service", (name,), moved)

    # code

    async def write_package(
        self,
        owner: str,
        code: Document | None,
        call: Call,
        present: Package | None = None,
    ) -> Package:
        """Brings the code of a request to disk, before the transaction that refers to it."""
        stored = self._stored(code)
        return await asyncio.to_thread(self._write_package, owner, code, stored, call, present)

    async def _stage(
        self, kind: Kind, call: Call, body: Document, function_id: str, present: Row | None
    ) -> Package | None:
        if kind is not FUNCTION:
            return None
        container = body.get("runtime") == "custom-container" or (
            present is not None and is_container(present.document)
        )
        code = body.get("code")
        if call.files is None and code is None and (present is not None or container):
            return None
        return await self.write_package(function_id, code, call, present.package if present else None)

    def _stored(self, code: Document | None) -> Stored | None:
        """The object of the fake OSS that a request's code names, if it does."""
        bucket, name = (code or {}).get("ossBucketName"), (code or {}).get("ossObjectName")
        if (code or {}).get("zipFile") or not bucket or not name:
            return None
        stored = self.objects.find(bucket, name)
        if stored is None:
            raise errors.invalid(f"object '{name}' does not exist in '{bucket}'")
        return stored

    def _write_package(
        self, owner: str, code: Document | None, stored: Stored | None, call: Call, present: Package | None
    ) -> Package:
        limit = self.switches["code_size_limit"]
        if stored is not None:
            package = self.packages.add_object(owner, stored, self.switches["oss_code_size_limit"])
        else:
            if code is not None or call.files is None:
                data = decode(code, limit)
            else:
                data = self.packages.path(present.function_id, present.uuid).read_bytes() if present else b""
            if call.files is not None:
                data = check_zip(merge_files(data, call.files), limit)
            package = self.packages.add(owner, data)
        if call.checksum and self.switches["verify_code_checksum"] and call.checksum != package.checksum:
            self.packages.discard(package)
            message = f"code checksum mismatch (header: '{call.checksum}', calculated: '{package.checksum}')"
            raise errors.invalid(message)
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

    def _require_known_type(self, kind: Kind, body: Document, call: Call) -> None:
        if kind is TRIGGER and body.get("triggerType") == "eventbridge" and self._hides_eventbridge(call):
            known = tuple(name for name in EVENT_SOURCES if name != "eventbridge")
            raise errors.not_allowed("TriggerType", known, "eventbridge")

    def _require_shown(self, kind: Kind, row: Row, call: Call) -> None:
        if kind is TRIGGER and row.document["triggerType"] == "eventbridge" and self._hides_eventbridge(call):
            raise errors.not_found(kind.name, call.names)

    def _hides_eventbridge(self, call: Call) -> bool:
        return call.api == V2016 and not call.eventbridge and bool(self.switches["eventbridge_header"])

    def _version(self, kind: Kind, call: Call) -> str | None:
        """The published version a read is for; None: the present."""
        if call.qualifier == "LATEST" or not call.names:
            return None
        version = versions.resolve(self, call.scope, call.names[0], call.qualifier)
        return version if kind in (SERVICE, FUNCTION) else None

    def check_match(self, call: Call, row: Row) -> None:
        """If-Match, where the request has one."""
        star, quotes = self.switches["if_match_star"], self.switches["if_match_quotes"]
        if call.if_match and not matches(call.if_match, row.etag, star=star, quotes=quotes):
            raise errors.precondition_failed()

    def _check_kind_match(self, kind: Kind, call: Call, row: Row) -> None:
        if self._etag(kind, row) is not None:
            self.check_match(call, row)

    def _etag(self, kind: Kind, row: Row) -> str | None:
        return row.etag if not kind.doubtful_etag or self.switches["etag_on_domains_and_configs"] else None

    def _with_status(self, error: FcError, switch: str) -> FcError:
        return FcError(self.switches[switch], error.code, error.message)

    # between requests, documents and answers

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
            versions.resolve(self, scope, service, qualifier)

        return Making(scope, path, self.switches, call.api, package, siblings, find, require_qualifier)

    def _shown(self, kind: Kind, row: Row, call: Call, path: tuple[str, ...]) -> Document:
        view = View(call.api, self.switches, call.server, call.scope, path)
        noise = self.noise(call)
        return dressed(kind.show(reworded(kind.name, row.document, noise), view), noise)

    def noise(self, call: Call) -> Random | None:
        """What answers are worded with at random; None: as they are."""
        seed = self.switches["noise"]
        if not seed or call.inside:
            return None
        if self._noise is None or self._noise[0] != seed:
            self._noise = (seed, Random(seed))  # noqa: S311 - for tests, to be repeated
        return self._noise[1]

    # for the admin surface and the console

    def reset(self) -> None:
        self.store.clear()
        self.packages.sweep(())
        self.objects.sweep()
        self.switches.reset()
        self.clock.freeze(None)
        self._noise = None


def resource_name(kind: Kind, path: tuple[str, ...]) -> str:
    """services/svc/functions/fn/triggers/t"""
    above = f"{resource_name(KINDS[kind.parent], path[:-1])}/" if kind.parent else ""
    return f"{above}{kind.segment or kind.collection}/{path[-1]}"


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
        inside=True,
    )


def _files(value: object) -> dict[str, str | None] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not all(text is None or isinstance(text, str) for text in value.values()):
        raise errors.invalid('files is an object such as {"index.py": "text", "old.py": null}')
    return value


def _kind(call: Call) -> Kind:
    if call.operation.kind is None:
        raise AssertionError(f"{call.operation.name} names no kind of resource")
    return call.operation.kind


def _tag_filter(kind: Kind, query: Mapping[str, Any]) -> dict[str, str]:
    """?tag_<key>=<value> of 2016-08-15's ListServices."""
    if kind is not SERVICE:
        return {}
    return {key.removeprefix("tag_"): str(value) for key, value in query.items() if key.startswith("tag_")}


_DEEDS: dict[str, Deed] = {
    "create": Api.create,
    "update": Api.update,
    "delete": Api.delete,
    "get": Api.get,
    "list": Api.list,
    "code": Api.code,
    **settings.DEEDS,
    **versions.DEEDS,
    **bindings.DEEDS,
    **layers.DEEDS,
    **tags.DEEDS,
    **account.DEEDS,
}
_WITHOUT_DEED = {operation.action for operation in OPERATIONS.values()} - {*_DEEDS, "invoke"}
if _WITHOUT_DEED:
    raise AssertionError(f"nothing carries out {sorted(_WITHOUT_DEED)}")
