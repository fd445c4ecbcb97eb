"""Log projects and stores, with the index that makes their entries found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fc_guard.cloud.support.fc import member_of
from fc_guard.cloud.support.lists import count, odd, short, struct, texts
from fc_guard.cloud.support.product import Actions, Document, denied, of_write
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.support.service_users import LOOKED_AT, ServiceUsers
from fc_guard.cloud.wire.faults import as_read_error
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.cloud.wire.sls import LogService
from fc_guard.errors import CallFailed
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.plans import Call
from fc_guard.render.values import safe

DESCRIPTION: Final = "made by fc-guard"
STORE: Final = {"ttl": 3650, "shardCount": 1}
"""Days, and parts: the predecessor's."""
TOKENS: Final = tuple(", '\";=()[]{}?@&<>/:\n\t\r")
INDEX: Final = {
    "line": {"token": list(TOKENS), "caseSensitive": False, "chn": False},
    "ttl": 3650,
}
GONE: Final = ("ProjectNotExist", "LogStoreNotExist", "IndexConfigNotExist")
PAGE: Final = 200
MOST_PAGES: Final = 1000
ACTIONS: Final[Mapping[str, Actions]] = {
    "logProject": Actions(
        ("log:GetProject",), ("log:CreateProject",), ("log:DeleteProject", "log:ListLogStores", *LOOKED_AT)
    ),
    "logStore": Actions(("log:GetLogStore",), ("log:CreateLogStore",), ("log:DeleteLogStore", *LOOKED_AT)),
    "logIndex": Actions(("log:GetIndex",), ("log:CreateIndex",), ("log:DeleteIndex", *LOOKED_AT)),
}


class Logs:
    """The log service of one account and region."""

    def __init__(self, reach: Reach) -> None:
        self._service = LogService(reach.url("sls"), reach.keys, named=not reach.local)
        self._services = ServiceUsers(reach)

    def read(self, id: Address) -> Document | None:
        if id.kind == "logProject":
            found = self._asked("GetProject", id.name, "/")
            return None if found is None else {**_naming("GetProject", found, "projectName", id.name), **_status(found)}
        path = f"/logstores/{id.parts[1]}"
        if id.kind == "logStore":
            found = self._asked("GetLogStore", id.parts[0], path)
            return None if found is None else _naming("GetLogStore", found, "logstoreName", id.name)
        found = self._asked("GetIndex", id.parts[0], f"{path}/index")
        if found is not None and not (struct("GetIndex", found, "line") or struct("GetIndex", found, "keys")):
            raise odd("GetIndex", t("the answer has neither line nor keys"))
        return None if found is None else {"name": id.name}

    def list(self, parent: Address | None, kind: str) -> tuple[Document, ...] | None:
        if parent is None:
            return None
        if kind == "logIndex":
            there = self.read(parent.child("logIndex", "index"))
            return () if there is None else (there,)
        names = self._stores(parent.name)
        return None if names is None else tuple({"name": name} for name in names)

    def _stores(self, project: str) -> tuple[str, ...] | None:
        """Returns the stores of a project; None if that does not exist. Raises `Unreadable`."""
        names: list[str] = []
        for _ in range(MOST_PAGES):
            query = {"offset": str(len(names)), "size": str(PAGE)}
            found = self._asked("ListLogStores", project, "/logstores", query)
            if found is None:
                return None
            more, total = texts("ListLogStores", found, "logstores"), count("ListLogStores", found, "total")
            names += more
            if len(names) >= total:
                return tuple(names)
            if not more:
                raise short("ListLogStores", len(names), total)
        raise odd("ListLogStores", t("the list does not end"))

    def users(self, id: Address) -> tuple[str, ...]:
        store = id.parts[:2]  # an index is used by whoever uses its store

        def uses(service: Document) -> bool:
            said = member_of(service, "logConfig")
            named = (said.get("project"), said.get("logstore"))
            return named[: len(store)] == store

        return self._services.of(uses)

    def send(self, call: Call) -> Document:
        return {
            "CreateLogProject": self._make_project,
            "CreateLogStore": self._make_store,
            "CreateLogIndex": self._make_index,
            "DeleteLogProject": self._delete_project,
            "DeleteLogStore": self._delete_store,
            "DeleteLogIndex": self._delete_index,
        }[call.operation](call)

    def _make_project(self, call: Call) -> Document:
        name = str((call.body or {})["name"])
        said = {"projectName": name, "description": DESCRIPTION}
        try:
            self._done(lambda: self._service.do("CreateProject", "POST", "", "/", said))
        except CallFailed as error:
            if error.code != "AlreadyExists" or self._asked("GetProject", name, "/") is not None:
                raise
            raise CallFailed(
                t("The log project {name} belongs to somebody else, or to another region.", name=name),
                code="Taken",
                http_status=error.http_status,
                hint=t("Name a project and a store of your own in logConfig."),
            ) from error
        return {"name": name}

    def _make_store(self, call: Call) -> Document:
        (project,), name = call.path, str((call.body or {})["name"])
        said = {"logstoreName": name, **STORE}
        self._done(lambda: self._service.do("CreateLogStore", "POST", project, "/logstores", said))
        return {"name": name}

    def _make_index(self, call: Call) -> Document:
        project, store = call.path
        path = f"/logstores/{store}/index"
        self._done(lambda: self._service.do("CreateIndex", "POST", project, path, INDEX))
        return {"name": str((call.body or {})["name"])}

    def _delete_project(self, call: Call) -> Document:
        """Deletes a project, and never a store with it that somebody made since it was looked at."""
        name = call.path[-1]
        left = self._stores(name)
        if left:
            raise CallFailed(
                t("The log project {name} stays: it has the store {store}.", name=name, store=safe(left[0])),
                code="NotEmpty",
                http_status=0,
            )
        self._gone(lambda: self._service.do("DeleteProject", "DELETE", name, "/"))
        return {}

    def _delete_store(self, call: Call) -> Document:
        project, name = call.path
        self._gone(lambda: self._service.do("DeleteLogStore", "DELETE", project, f"/logstores/{name}"))
        return {}

    def _delete_index(self, call: Call) -> Document:
        project, store, _ = call.path
        self._gone(lambda: self._service.do("DeleteIndex", "DELETE", project, f"/logstores/{store}/index"))
        return {}

    def _asked(
        self, operation: str, project: str, path: str, query: Mapping[str, str] | None = None
    ) -> Document | None:
        try:
            return self._service.ask(operation, project, path, query)
        except FaultError as error:
            if error.fault.says_absent(GONE):
                return None
            raise denied("sls", error.fault, as_read_error(error.fault)) from error

    def _done(self, call: Callable[[], Document]) -> Document:
        try:
            return call()
        except FaultError as error:
            raise of_write("sls", error.fault) from error

    def _gone(self, call: Callable[[], Document]) -> None:
        try:
            call()
        except FaultError as error:
            if not error.fault.says_absent(GONE):
                raise of_write("sls", error.fault) from error


def _naming(operation: str, found: Document, member: str, name: str) -> Document:
    """Returns what every document has. Raises `Unreadable` if the answer is about something else."""
    if found.get(member) != name:
        raise odd(operation, t("the answer does not name {name}", name=name))
    return {"name": name}


def _status(found: Document) -> Document:
    return {"status": found.get("status")}
