"""Published versions of a service: copies of the service and its functions that never change (facts 4.4).

A version is a row of its own; the copies are rows of kind `version_service` and `version_function` below it. A counter
beside them ensures that no number is given twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from fc_local import conditions, errors
from fc_local.api import Api
from fc_local.calls import Call, Outcome
from fc_local.errors import FcError
from fc_local.kinds import FUNCTION, SERVICE
from fc_local.paging import read_page, token_for
from fc_local.shape import Document, Struct, Text
from fc_local.store import Row, make_row

_SHAPE = Struct({"description": Text()}, zero={"description": ""})
_TIMES = ("createdTime", "lastModifiedTime")


async def publish(api: Api, call: Call) -> Outcome:
    body = api.read_body(_SHAPE, call.body)
    (service,) = call.names
    with api.store.transaction():
        row = api.row(call.scope, SERVICE, (service,))
        conditions.match(api.switches, call, row)
        functions = api.store.page(call.scope, FUNCTION.name, (service,))
        before = api.store.get(call.scope, "publishing", (service, "last"))
        state: Document = {"number": 0, "fingerprint": ""} if before is None else before.document
        fingerprint = _fingerprint([row, *functions])
        last = api.store.get(call.scope, "version", (service, str(state["number"])))
        if last is not None and fingerprint == state["fingerprint"]:
            code = api.switches["publish_without_change_code"]
            raise FcError(400, code, f"service '{service}' has not changed since its last version")
        _require_room(api, call)
        number = str(state["number"] + 1)
        now = api.clock.now()
        document = {
            "versionId": number,
            "description": body["description"],
            "createdTime": now,
            "lastModifiedTime": now,
        }
        state = {"number": int(number), "fingerprint": fingerprint}
        api.store.put(call.scope, "publishing", (service, "last"), make_row("last", state, None, int(number)))
        api.store.put(call.scope, "version", (service, number), make_row(number, document, None, 1))
        of_then = {**row.document, "description": body["description"]}
        api.store.put(call.scope, "version_service", (service, number), make_row(number, of_then, None, 1))
        for function in functions:
            api.store.put(call.scope, "version_function", (service, number, function.name), function)
        api.note(call, f"services/{service}/versions/{number}", (service, number), None, document)
    return Outcome(200, document, etag_before=row.etag)


async def list_all(api: Api, call: Call) -> Outcome:
    (service,) = call.names
    api.row(call.scope, SERVICE, (service,))
    page = read_page(call.query, strict=api.switches["strict_limit"])
    direction = _direction(call.query)
    rows = sorted(api.store.page(call.scope, "version", (service,)), key=_number, reverse=direction == "BACKWARD")
    if page.start:
        first = _read_number(page.start)
        rows = [row for row in rows if (_number(row) <= first if direction == "BACKWARD" else _number(row) >= first)]
    body: Document = {"versions": [row.document for row in rows[: page.limit]], "direction": direction}
    if len(rows) > page.limit:
        body["nextToken"] = token_for(rows[page.limit].name)
    return Outcome(200, body)


async def delete(api: Api, call: Call) -> Outcome:
    service, number = call.names
    with api.store.transaction():
        api.row(call.scope, SERVICE, (service,))
        old = api.store.get(call.scope, "version", (service, number))
        if old is None:
            raise errors.not_found("version", (service, number))
        conditions.no_provision(api.store, call.scope, (service,), number)
        packages = [row.package for row in api.store.page(call.scope, "version_function", (service, number))]
        for kind in ("version", "version_service"):
            api.store.remove(call.scope, kind, (service, number))
        api.store.remove_below(call.scope, "version_function", (service, number))
        api.note(call, f"services/{service}/versions/{number}", (service, number), old.document, None)
    for package in packages:
        api.retire(call.scope, package)
    return Outcome(204, None)


def _fingerprint(rows: list[Row]) -> str:
    """Returns a text that stays equal while nothing but times changes."""
    content = [
        [row.name, row.package.uuid if row.package else None, {**row.document, **dict.fromkeys(_TIMES)}] for row in rows
    ]
    text = json.dumps(content, sort_keys=True)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _require_room(api: Api, call: Call) -> None:
    limit = api.switches["version_limit"]
    if limit and api.store.count(call.scope, "version", call.names) >= limit:
        code = api.switches["version_limit_code"]
        raise FcError(400, code, f"the number of versions exceeds the limit {limit}")


def _direction(query: Mapping[str, object]) -> str:
    direction = str(query.get("direction") or "BACKWARD")
    if direction not in ("BACKWARD", "FORWARD"):
        raise errors.not_allowed("Direction", ("BACKWARD", "FORWARD"), direction)
    return direction


def _number(row: Row) -> int:
    return int(row.name)


def _read_number(text: str) -> int:
    if not text.isdigit():
        raise errors.invalid(f"StartKey is set to an invalid value (actual: '{text}')")
    return int(text)


DEEDS = {"version.publish": publish, "version.list": list_all, "version.delete": delete}
