"""The operations that all named resources share: create, get, update, list, delete."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from fc_local import conditions, errors, interfaces, qualifiers
from fc_local.api import Api
from fc_local.calls import Call, Outcome
from fc_local.deeds import tags
from fc_local.kinds import FUNCTION, KINDS, SERVICE, SETTINGS, TRIGGER, Kind, View
from fc_local.kinds.function_checks import is_container
from fc_local.noise import dressed, reworded
from fc_local.packages import Package
from fc_local.paging import read_page, token_for
from fc_local.scope import Scope
from fc_local.shape import Document
from fc_local.staging import Sent
from fc_local.store import Row
from fc_local.support import Support


async def get(api: Api, call: Call) -> Outcome:
    kind = _kind(call)
    row = api.row(call.scope, kind, call.names, _version(api, kind, call))
    conditions.visible(api.switches, call, kind, row)
    shown = _shown(api, kind, row, call, call.names)
    if kind is FUNCTION and is_container(row.document) and shown.get("customContainerConfig"):
        container = {**shown["customContainerConfig"], "accelerationInfo": {"status": "Ready"}}
        shown = {**shown, "customContainerConfig": container}
    return Outcome(200, shown, _etag(api, kind, row))


async def list_all(api: Api, call: Call) -> Outcome:
    kind = _kind(call)
    version = _version(api, kind, call)
    conditions.parents(api.store, call.scope, kind, (*call.names, ""))
    page = read_page(call.query, strict=api.switches["strict_limit"])
    wanted = _tag_filter(kind, call.query)
    hides = kind is TRIGGER and conditions.hides_eventbridge(api.switches, call)
    name, parent = kind.name, call.names
    if version is not None:
        name, parent = f"version_{kind.name}", qualifiers.snapshot(call.names, version)
    limit = -1 if wanted or hides else page.limit + 1
    rows = api.store.page(call.scope, name, parent, start=page.start, prefix=page.prefix, limit=limit)
    if hides:
        rows = [row for row in rows if row.document["triggerType"] != "eventbridge"]
    if wanted:
        rows = [row for row in rows if _has_tags(tags.of_service(api.store, call.scope, row.name), wanted)]
    items = [_shown(api, kind, row, call, (*call.names, row.name)) for row in rows[: page.limit]]
    body: Document = {kind.collection: items}
    if len(rows) > page.limit:
        body["nextToken"] = token_for(rows[page.limit].name)
    elif api.switches["empty_token_at_end"]:
        body["nextToken"] = ""
    etag = None
    if api.switches["etag_on_list"]:
        etag = hashlib.md5("".join(row.etag for row in rows).encode(), usedforsecurity=False).hexdigest()
    return Outcome(200, body, etag)


async def code(api: Api, call: Call) -> Outcome:
    row = api.row(call.scope, FUNCTION, call.names, _version(api, FUNCTION, call))
    if row.package is None:
        return Outcome(200, {"url": "", "checksum": ""})
    return Outcome(200, {"url": api.download_url(call, row.package), "checksum": row.package.checksum})


async def create(api: Api, call: Call) -> Outcome:
    kind = _kind(call)
    body = api.read_body(kind.shape, call.body)
    name = str(body.get(kind.name_field) or "")
    path = (*call.names, name)
    conditions.parents(api.store, call.scope, kind, path)
    conditions.absent(api.store, api.switches, call.scope, kind, path)
    conditions.known_type(api.switches, call, kind, body)
    resource_id = str(uuid.uuid4())
    package = await _stage(api, kind, call, body, resource_id, present=None)
    try:
        with api.store.transaction():
            conditions.parents(api.store, call.scope, kind, path)
            conditions.absent(api.store, api.switches, call.scope, kind, path)
            conditions.room(api.store, api.switches, call, kind)
            made = kind.create(body, api.making(call, kind.name, path, package))
            _check_support(api, kind, call, made, made)
            now = api.clock.now()
            own_id = {kind.id_field: resource_id} if kind.id_field else {}
            document = {kind.name_field: name, **own_id, **made}
            document.update(createdTime=now, lastModifiedTime=now)
            row = api.made_row(name, document, package, 1)
            _commit(api, kind, call, path, None, row)
    except BaseException:
        if package is not None:
            api.packages.discard(package)
        raise
    return Outcome(200, _shown(api, kind, row, call, path), _etag(api, kind, row))


async def update(api: Api, call: Call) -> Outcome:
    kind = _kind(call)
    body = api.read_body(kind.shape, call.body)
    path = call.names
    seen = api.row(call.scope, kind, path)
    conditions.visible(api.switches, call, kind, seen)
    _check_match(api, kind, call, seen)
    package = await _stage(api, kind, call, body, seen.document.get(kind.id_field or "", ""), present=seen)
    try:
        with api.store.transaction():
            old = api.row(call.scope, kind, path)
            _check_match(api, kind, call, old)
            if call.files is not None and old.etag != seen.etag:
                raise errors.concurrent_update(f"{kind.name} '{path[-1]}'")
            document = kind.update(old.document, body, api.making(call, kind.name, path, package))
            _check_support(api, kind, call, document, body)
            row = _moved(api, old, document, package)
            _commit(api, kind, call, path, old, row)
    except BaseException:
        if package is not None:
            api.packages.discard(package)
        raise
    if package is not None:
        api.retire(call.scope, old.package)
    return Outcome(200, _shown(api, kind, row, call, path), _etag(api, kind, row), etag_before=old.etag)


async def delete(api: Api, call: Call) -> Outcome:
    kind = _kind(call)
    path = call.names
    with api.store.transaction():
        old = api.row(call.scope, kind, path)
        conditions.visible(api.switches, call, kind, old)
        _check_match(api, kind, call, old)
        conditions.empty(api.store, api.switches, call.scope, kind, path)
        api.store.remove(call.scope, kind.name, path)
        _leave_network(api, kind, call, old.document, None)
        _remove_attached(api, kind, call.scope, path)
        api.note(call, resource_name(kind, path), path, old.document, None)
    api.retire(call.scope, old.package)
    return Outcome(204, None, etag_before=old.etag)


def resource_name(kind: Kind, path: tuple[str, ...]) -> str:
    """Returns a name such as services/svc/functions/fn/triggers/t."""
    above = f"{resource_name(KINDS[kind.parent], path[:-1])}/" if kind.parent else ""
    return f"{above}{kind.segment or kind.collection}/{path[-1]}"


def _kind(call: Call) -> Kind:
    if call.operation.kind is None:
        raise AssertionError(f"{call.operation.name} names no kind of resource")
    return call.operation.kind


def _version(api: Api, kind: Kind, call: Call) -> str | None:
    """Returns the published version that a read is for, None for the present state."""
    if call.qualifier == "LATEST" or not call.names:
        return None
    version = qualifiers.resolve(api.store, call.scope, call.names[0], call.qualifier)
    return version if kind in (SERVICE, FUNCTION) else None


def _tag_filter(kind: Kind, query: Mapping[str, Any]) -> dict[str, str]:
    """Reads ?tag_<key>=<value> of 2016-08-15's ListServices. An empty value stands for any."""
    if kind is not SERVICE:
        return {}
    return {key.removeprefix("tag_"): str(value) for key, value in query.items() if key.startswith("tag_")}


def _has_tags(present: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(key in present and value in ("", present[key]) for key, value in wanted.items())


def _shown(api: Api, kind: Kind, row: Row, call: Call, path: tuple[str, ...]) -> Document:
    view = View(call.api, api.switches, call.server, call.scope, path)
    noise = api.noise(call)
    return dressed(kind.show(reworded(kind.name, row.document, noise), view), noise)


def _etag(api: Api, kind: Kind, row: Row) -> str | None:
    return row.etag if not kind.doubtful_etag or api.switches["etag_on_domains_and_configs"] else None


def _check_match(api: Api, kind: Kind, call: Call, row: Row) -> None:
    if _etag(api, kind, row) is not None:
        conditions.match(api.switches, call, row)


def _check_support(api: Api, kind: Kind, call: Call, document: Document, named: Document) -> None:
    if kind is SERVICE:
        trusts = api.switches["support"] == "trusts"
        Support(api.store, call.scope, api.clock.now()).check(document, named, trusts=trusts)


async def _stage(
    api: Api, kind: Kind, call: Call, body: Document, function_id: str, present: Row | None
) -> Package | None:
    """Returns the function's new package, None if it keeps the present one or has none."""
    if kind is not FUNCTION:
        return None
    container = body.get("runtime") == "custom-container" or (present is not None and is_container(present.document))
    sent = Sent(body.get("code"), call.files, call.checksum)
    if sent.files is None and sent.code is None and (present is not None or container):
        return None
    return await api.staging.write(function_id, sent, present.package if present else None)


def _moved(api: Api, old: Row, document: Document, package: Package | None) -> Row:
    """Returns the row after an update. An update without change may keep the ETag (switch)."""
    if not api.switches["update_without_change_moves_etag"] and document == old.document:
        return Row(old.name, old.document, package or old.package, old.revision, old.etag)
    changed = {**document, "lastModifiedTime": api.clock.now()}
    return api.made_row(old.name, changed, package or old.package, old.revision + 1)


def _commit(api: Api, kind: Kind, call: Call, path: tuple[str, ...], old: Row | None, row: Row) -> None:
    before = old.document if old else None
    api.store.put(call.scope, kind.name, path, row)
    _leave_network(api, kind, call, before, row.document)
    api.note(call, resource_name(kind, path), path, before, row.document)


def _leave_network(api: Api, kind: Kind, call: Call, before: Document | None, after: Document | None) -> None:
    if kind is SERVICE:
        interfaces.leave(api.store, api.switches, api.clock, call.scope, before, after)


def _remove_attached(api: Api, kind: Kind, scope: Scope, path: tuple[str, ...]) -> None:
    """Removes the parts that have no life without the deleted function or service."""
    if kind is FUNCTION:
        for setting in SETTINGS:
            api.store.remove_below(scope, setting, path)
    elif kind is SERVICE:
        for attached in ("alias", "vpc_binding", "publishing"):
            api.store.remove_below(scope, attached, path)
        api.store.remove(scope, tags.KIND, path)


DEEDS = {"get": get, "list": list_all, "code": code, "create": create, "update": update, "delete": delete}
