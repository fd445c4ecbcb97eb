"""Log projects and stores. Nothing is logged there; what is made is kept, and FC sees it a little later."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web

from fc_local import sls
from fc_local.clock import Clock, stamp
from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.neighbourhood import LOG_PROJECT, LOG_STORE
from fc_local.scope import Scope
from fc_local.shape import Document
from fc_local.store import Row, Store, make_row
from fc_local.switches import Switches

_PROJECT: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_STORE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]")
_DAYS: Final = (1, 3650)


class Logs:
    def __init__(self, store: Store, switches: Switches, clock: Clock) -> None:
        self._store = store
        self._switches = switches
        self._clock = clock

    def answer(self, exchange: Exchange, scope: Scope) -> web.Response:
        """Carries out an operation. Raises FcError."""
        where = exchange.require_log_place()
        carry_out = _OPERATIONS.get(exchange.op)
        if carry_out is None:
            raise FcError(405, "MethodNotSupported", f"{exchange.signed.method} is not supported here")
        with self._store.transaction():
            found = carry_out(_Asked(self._store, self._switches, self._clock, scope, where, exchange))
        headers = {"x-log-requestid": exchange.request_id}
        return web.json_response(found, headers=headers) if found is not None else web.Response(headers=headers)


class _Asked:
    def __init__(
        self, store: Store, switches: Switches, clock: Clock, scope: Scope, where: sls.Place, exchange: Exchange
    ) -> None:
        self.store = store
        self.clock = clock
        self.scope = scope
        self.project = where.project
        self.name = where.path.strip("/").split("/")[1] if where.path.count("/") > 1 else ""
        self.body: Document = exchange.json_body()
        self.query = exchange.query()
        self._switches = switches

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise FcError(400, "ParameterInvalid", f"{name} is invalid")
        return value

    def whole(self, name: str, usual: int, least: int, most: int) -> int:
        value = self.body.get(name, usual)
        if type(value) is not int or not least <= value <= most:
            raise FcError(400, "ParameterInvalid", f"{name} is invalid")
        return value

    def now(self) -> str:
        return self.clock.now()

    def seen_at(self) -> str:
        """Returns when Function Compute sees what is made now."""
        now = datetime.fromisoformat(self.now().replace("Z", "+00:00"))
        return stamp(now + timedelta(seconds=self._switches["sls_seen_after_seconds"]))

    def found_project(self) -> Document:
        row = self.store.get(self.scope, LOG_PROJECT, (self.project,))
        if row is None:
            raise FcError(404, "ProjectNotExist", f"The Project does not exist : {self.project}")
        return row.document

    def found_store(self) -> Document:
        self.found_project()
        row = self.store.get(self.scope, LOG_STORE, (self.project, self.name))
        if row is None:
            raise FcError(404, "LogStoreNotExist", f"logstore {self.name} dose not exist")  # the service's spelling
        return row.document

    def keep(self, kind: str, path: tuple[str, ...], document: Document) -> None:
        old: Row | None = self.store.get(self.scope, kind, path)
        self.store.put(self.scope, kind, path, make_row(path[-1], document, None, old.revision + 1 if old else 1))

    def stores(self) -> list[Document]:
        return [row.document for row in self.store.page(self.scope, LOG_STORE, (self.project,))]


def _create_project(asked: _Asked) -> None:
    name = asked.text("projectName")
    if not _PROJECT.fullmatch(name):
        raise FcError(400, "ParameterInvalid", f"The project name is invalid : {name}")
    if any(asked.store.named(LOG_PROJECT, name)):  # names are global
        raise FcError(400, "ProjectAlreadyExist", f"Project {name} already exist")
    document = {
        "projectName": name,
        "description": str(asked.body.get("description") or ""),
        "status": "Normal",
        "region": asked.scope.region,
        "createTime": asked.now(),
        "seenAt": asked.seen_at(),
    }
    asked.keep(LOG_PROJECT, (name,), document)


def _get_project(asked: _Asked) -> Document:
    return _shown(asked.found_project())


def _list_projects(asked: _Asked) -> Document:
    found = [_shown(row.document) for row in asked.store.page(asked.scope, LOG_PROJECT, ())]
    return {"count": len(found), "total": len(found), "projects": found}


def _delete_project(asked: _Asked) -> None:
    asked.found_project()
    for store in asked.stores():
        asked.store.remove(asked.scope, LOG_STORE, (asked.project, store["logstoreName"]))
    asked.store.remove(asked.scope, LOG_PROJECT, (asked.project,))


def _create_store(asked: _Asked) -> None:
    asked.found_project()
    name = asked.text("logstoreName")
    if not _STORE.fullmatch(name):
        raise FcError(400, "ParameterInvalid", f"The logstore name is invalid : {name}")
    if asked.store.get(asked.scope, LOG_STORE, (asked.project, name)) is not None:
        raise FcError(400, "LogStoreAlreadyExist", f"logstore {name} already exists")
    document = {
        "logstoreName": name,
        "ttl": asked.whole("ttl", 30, *_DAYS),
        "shardCount": asked.whole("shardCount", 2, 1, 100),
        "createTime": asked.now(),
        "seenAt": asked.seen_at(),
    }
    asked.keep(LOG_STORE, (asked.project, name), document)


def _get_store(asked: _Asked) -> Document:
    return _shown(asked.found_store())


def _update_store(asked: _Asked) -> None:
    before = asked.found_store()
    asked.keep(LOG_STORE, (asked.project, asked.name), {**before, "ttl": asked.whole("ttl", before["ttl"], *_DAYS)})


def _list_stores(asked: _Asked) -> Document:
    asked.found_project()
    names = sorted(store["logstoreName"] for store in asked.stores())
    start, size = int(asked.query.get("offset") or 0), int(asked.query.get("size") or 200)
    shown = names[start : start + size]
    return {"count": len(shown), "total": len(names), "logstores": shown}


def _delete_store(asked: _Asked) -> None:
    asked.found_store()
    asked.store.remove(asked.scope, LOG_STORE, (asked.project, asked.name))


def _create_index(asked: _Asked) -> None:
    before = asked.found_store()
    if "index" in before:
        raise FcError(400, "IndexAlreadyExist", "log store index is already created")
    if not isinstance(asked.body.get("line") or asked.body.get("keys"), Mapping):
        raise FcError(400, "IndexInfoInvalid", "the index has neither line nor keys")
    asked.keep(LOG_STORE, (asked.project, asked.name), {**before, "index": asked.body})


def _get_index(asked: _Asked) -> Document:
    index: Any = asked.found_store().get("index")
    if index is None:
        raise FcError(404, "IndexConfigNotExist", "index config doesn't exist")
    return dict(index)


def _delete_index(asked: _Asked) -> None:
    before = asked.found_store()
    if "index" not in before:
        raise FcError(404, "IndexConfigNotExist", "index config doesn't exist")
    rest = {key: value for key, value in before.items() if key != "index"}
    asked.keep(LOG_STORE, (asked.project, asked.name), rest)


def _shown(document: Document) -> Document:
    return {key: value for key, value in document.items() if key not in ("seenAt", "index")}


_OPERATIONS: Final[dict[str, Callable[[_Asked], Document | None]]] = {
    "CreateProject": _create_project,
    "GetProject": _get_project,
    "ListProject": _list_projects,
    "DeleteProject": _delete_project,
    "CreateLogStore": _create_store,
    "GetLogStore": _get_store,
    "UpdateLogStore": _update_store,
    "ListLogStores": _list_stores,
    "DeleteLogStore": _delete_store,
    "CreateIndex": _create_index,
    "GetIndex": _get_index,
    "DeleteIndex": _delete_index,
}
