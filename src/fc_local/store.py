"""The resources, the audit trail and the request journal in one SQLite file.

Rows are keyed by account, region, kind, parent and name; `parent` is the names above, joined with '/'. One process
writes at a time (the home's lock ensures it) and one thread uses the connection, so a transaction is a plain block of
code. WAL survives a killed process.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fc_local.packages import Package
from fc_local.scope import Scope
from fc_local.shape import Document

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resource (
    account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, parent TEXT NOT NULL, name TEXT NOT NULL,
    document TEXT NOT NULL, package TEXT, revision INTEGER NOT NULL, etag TEXT NOT NULL,
    PRIMARY KEY (account, region, kind, parent, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS object (
    bucket TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);
"""
_JOURNAL_KEPT = 20000


@dataclass(frozen=True, slots=True)
class Row:
    """A stored resource. `revision` counts writes, so that two writes within a second differ in their ETag."""

    name: str
    document: Document
    package: Package | None
    revision: int
    etag: str


def make_row(
    name: str, document: Document, package: Package | None, revision: int, *, content_only: bool = False
) -> Row:
    """Makes a row. Its ETag is unquoted md5 hex, like real ones; with `content_only` it depends on content only."""
    parts: list[Any] = [revision, document, package.uuid if package else None]
    if content_only:
        parts = [{key: value for key, value in document.items() if key != "lastModifiedTime"}]
    text = json.dumps(parts, sort_keys=True)
    return Row(name, document, package, revision, hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())


class Store:
    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def get(self, scope: Scope, kind: str, path: tuple[str, ...]) -> Row | None:
        found = self._db.execute(
            "SELECT name, document, package, revision, etag FROM resource"
            " WHERE account=? AND region=? AND kind=? AND parent=? AND name=?",
            (scope.account, scope.region, kind, "/".join(path[:-1]), path[-1]),
        ).fetchone()
        return _row(found) if found else None

    def put(self, scope: Scope, kind: str, path: tuple[str, ...], row: Row) -> None:
        package = row.package
        self._db.execute(
            "INSERT OR REPLACE INTO resource VALUES (?,?,?,?,?,?,?,?,?)",
            (
                *(scope.account, scope.region, kind, "/".join(path[:-1]), path[-1]),
                json.dumps(row.document),
                json.dumps([package.function_id, package.uuid, package.size, package.checksum]) if package else None,
                *(row.revision, row.etag),
            ),
        )

    def remove(self, scope: Scope, kind: str, path: tuple[str, ...]) -> None:
        self._db.execute(
            "DELETE FROM resource WHERE account=? AND region=? AND kind=? AND parent=? AND name=?",
            (scope.account, scope.region, kind, "/".join(path[:-1]), path[-1]),
        )

    def page(
        self, scope: Scope, kind: str, parent: tuple[str, ...], *, start: str = "", prefix: str = "", limit: int = -1
    ) -> list[Row]:
        """Returns rows in byte order of their names, from `start` (inclusive), with names that begin with `prefix`."""
        found = self._db.execute(
            "SELECT name, document, package, revision, etag FROM resource"
            " WHERE account=? AND region=? AND kind=? AND parent=? AND name>=? AND substr(name, 1, ?)=?"
            " ORDER BY name LIMIT ?",
            (
                *(scope.account, scope.region, kind, "/".join(parent)),
                *(max(start, prefix), len(prefix), prefix, limit),
            ),
        ).fetchall()
        return [_row(line) for line in found]

    def everywhere(self, scope: Scope, kind: str) -> list[tuple[tuple[str, ...], Row]]:
        """Returns all rows of a kind with their paths, in byte order."""
        found = self._db.execute(
            "SELECT parent, name, document, package, revision, etag FROM resource"
            " WHERE account=? AND region=? AND kind=? ORDER BY parent, name",
            (scope.account, scope.region, kind),
        ).fetchall()
        return [((*_path(parent), line[0]), _row(line)) for parent, *line in found]

    def named(self, kind: str, name: str) -> list[tuple[Scope, Row]]:
        """Returns the rows of a kind without a parent, from all accounts and regions."""
        found = self._db.execute(
            "SELECT account, region, name, document, package, revision, etag FROM resource"
            " WHERE kind=? AND parent='' AND name=? ORDER BY account, region",
            (kind, name),
        ).fetchall()
        return [(Scope(account, region), _row(line)) for account, region, *line in found]

    def remove_below(self, scope: Scope, kind: str, path: tuple[str, ...]) -> None:
        """Removes all rows of a kind below `path`."""
        parent = "/".join(path)
        self._db.execute(
            "DELETE FROM resource WHERE account=? AND region=? AND kind=? AND (parent=? OR substr(parent, 1, ?)=?)",
            (scope.account, scope.region, kind, parent, len(parent) + 1, f"{parent}/"),
        )

    def uses(self, scope: Scope, package: Package) -> bool:
        """Says whether a row refers to a package, which versions share with the function they were made from."""
        found = self._db.execute(
            "SELECT 1 FROM resource WHERE account=? AND region=? AND kind IN ('function', 'version_function')"
            " AND instr(package, ?) > 0 LIMIT 1",
            (scope.account, scope.region, package.uuid),
        )
        return found.fetchone() is not None

    def count(self, scope: Scope, kind: str, parent: tuple[str, ...]) -> int:
        found = self._db.execute(
            "SELECT count(*) FROM resource WHERE account=? AND region=? AND kind=? AND parent=?",
            (scope.account, scope.region, kind, "/".join(parent)),
        ).fetchone()
        return int(found[0])

    def scopes(self) -> list[Scope]:
        found = self._db.execute("SELECT DISTINCT account, region FROM resource ORDER BY account, region")
        return [Scope(*line) for line in found]

    def packages(self) -> list[tuple[str, str]]:
        """Returns the (function id, uuid) of every package that a row refers to."""
        found = self._db.execute("SELECT package FROM resource WHERE package IS NOT NULL")
        return [(function_id, name) for function_id, name, *_ in (json.loads(line[0]) for line in found)]

    def get_object(self, bucket: str, name: str) -> Document | None:
        found = self._db.execute("SELECT document FROM object WHERE bucket=? AND name=?", (bucket, name)).fetchone()
        return dict(json.loads(found[0])) if found else None

    def put_object(self, bucket: str, name: str, document: Document) -> None:
        self._db.execute("INSERT OR REPLACE INTO object VALUES (?,?,?)", (bucket, name, json.dumps(document)))

    def list_objects(self, bucket: str, prefix: str, after: str, limit: int) -> list[tuple[str, Document]]:
        """Returns names that begin with `prefix` and come after `after`, in byte order, with their documents."""
        found = self._db.execute(
            "SELECT name, document FROM object WHERE bucket=? AND name>? AND name>=? AND substr(name, 1, ?)=?"
            " ORDER BY name LIMIT ?",
            (bucket, after, prefix, len(prefix), prefix, limit),
        )
        return [(name, json.loads(document)) for name, document in found]

    def remove_object(self, bucket: str, name: str) -> None:
        self._db.execute("DELETE FROM object WHERE bucket=? AND name=?", (bucket, name))

    def objects(self) -> list[Document]:
        found = self._db.execute("SELECT document FROM object")
        return [json.loads(line[0]) for line in found]

    def get_bucket(self, name: str) -> Document | None:
        found = self._db.execute("SELECT document FROM bucket WHERE name=?", (name,)).fetchone()
        return dict(json.loads(found[0])) if found else None

    def put_bucket(self, name: str, document: Document) -> None:
        self._db.execute("INSERT OR REPLACE INTO bucket VALUES (?,?)", (name, json.dumps(document)))

    def add_event(self, event: dict[str, Any]) -> None:
        self._db.execute("INSERT INTO audit (event) VALUES (?)", (json.dumps(event),))

    def events(self, since: int) -> list[dict[str, Any]]:
        found = self._db.execute("SELECT seq, event FROM audit WHERE seq>? ORDER BY seq", (since,))
        return [{"seq": seq, **json.loads(event)} for seq, event in found]

    def add_request(self, entry: dict[str, Any]) -> None:
        cursor = self._db.execute("INSERT INTO journal (entry) VALUES (?)", (json.dumps(entry),))
        seq = cursor.lastrowid or 0
        if seq % 1000 == 0:
            self._db.execute("DELETE FROM journal WHERE seq<=?", (seq - _JOURNAL_KEPT,))

    def requests(self, since: int) -> list[dict[str, Any]]:
        found = self._db.execute("SELECT seq, entry FROM journal WHERE seq>? ORDER BY seq", (since,))
        return [{"seq": seq, **json.loads(entry)} for seq, entry in found]

    def clear_journal(self) -> None:
        self._db.execute("DELETE FROM journal")

    def clear(self) -> None:
        with self.transaction():
            for table in ("resource", "object", "bucket", "audit", "journal"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - constants


def _path(parent: str) -> tuple[str, ...]:
    return tuple(parent.split("/")) if parent else ()


def _row(line: Sequence[Any]) -> Row:
    name, document, package, revision, etag = line
    return Row(name, json.loads(document), Package(*json.loads(package)) if package else None, revision, etag)
