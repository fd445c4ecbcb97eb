"""Settings of a function at a qualifier: async invocation, provisioned and on-demand instances (facts 4.4)."""

from __future__ import annotations

from fc_local import conditions, errors, qualifiers
from fc_local.api import Api
from fc_local.calls import Call, Outcome
from fc_local.kinds import FUNCTION, PROVISION_CONFIG, Setting, View
from fc_local.kinds.on_demand_config import resource
from fc_local.noise import noisy
from fc_local.paging import Page, read_page, token_for
from fc_local.shape import Document
from fc_local.store import Row


async def put(api: Api, call: Call) -> Outcome:
    setting = _of(call)
    body = api.read_body(setting.shape, call.body)
    with api.store.transaction():
        path = _path(api, call)
        old = api.store.get(call.scope, setting.name, path)
        _check_match(api, call, old)
        making = api.making(call, setting.name, path, None)
        made = setting.put(_content(old), body, making)
        now = api.clock.now()
        times = {"createdTime": old.document["createdTime"] if old else now, "lastModifiedTime": now}
        row = api.made_row(path[-1], {**made, **times}, None, old.revision + 1 if old else 1)
        api.store.put(call.scope, setting.name, path, row)
        api.note(call, _resource(setting, path), path, old.document if old else None, row.document)
    return Outcome(200, _shown(api, call, path, row), _etag(api, row), etag_before=old.etag if old else None)


async def read(api: Api, call: Call) -> Outcome:
    setting = _of(call)
    path = _path(api, call)
    row = api.store.get(call.scope, setting.name, path)
    if row is None:
        raise setting.missing(path)
    return Outcome(200, _shown(api, call, path, row), _etag(api, row))


async def drop(api: Api, call: Call) -> Outcome:
    setting = _of(call)
    with api.store.transaction():
        path = _path(api, call)
        old = api.store.get(call.scope, setting.name, path)
        if old is None:
            raise setting.missing(path)
        _check_match(api, call, old)
        api.store.remove(call.scope, setting.name, path)
        api.note(call, _resource(setting, path), path, old.document, None)
    return Outcome(204, None, etag_before=old.etag)


async def of_function(api: Api, call: Call) -> Outcome:
    """Lists a function's settings by qualifier. The key is null if there are none (facts 4.4), and the last page's
    token is empty (the old Python client's test)."""
    setting = _of(call)
    api.row(call.scope, FUNCTION, call.names)
    page = read_page(call.query, strict=api.switches["strict_limit"])
    rows = api.store.page(call.scope, setting.name, call.names, start=page.start, prefix=page.prefix)
    keyed = [(row.name, _shown(api, call, (*call.names, row.name), row)) for row in rows]
    body = _paged(setting, keyed, page)
    if not body[setting.collection]:
        body[setting.collection] = None
    body.setdefault("nextToken", "")
    return Outcome(200, body)


async def of_account(api: Api, call: Call) -> Outcome:
    """Lists an account's settings: provisioned ones can be filtered by service and qualifier."""
    setting = _of(call)
    page = read_page(call.query, strict=api.switches["strict_limit"])
    wanted = {0: call.query.get("serviceName"), -1: call.query.get("qualifier")}
    keyed = []
    for path, row in api.store.everywhere(call.scope, setting.name):
        key = resource(path)
        fits = all(not value or path[index] == value for index, value in wanted.items())
        if fits and key >= page.start and key.startswith(page.prefix):
            keyed.append((key, _shown(api, call, path, row)))
    body = _paged(setting, sorted(keyed, key=lambda one: one[0]), page)
    if setting is not PROVISION_CONFIG and not body[setting.collection]:
        del body[setting.collection]  # facts 4.4: the key is absent
    return Outcome(200, body)


def _of(call: Call) -> Setting:
    if call.operation.setting is None:
        raise AssertionError(f"{call.operation.name} names no setting")
    return call.operation.setting


def _path(api: Api, call: Call) -> tuple[str, ...]:
    """Returns the path of function and qualifier. Raises FcError unless both exist."""
    api.row(call.scope, FUNCTION, call.names)
    qualifiers.resolve(api.store, call.scope, call.names[0], call.qualifier)
    return (*call.names, call.qualifier)


def _content(row: Row | None) -> Document | None:
    if row is None:
        return None
    return {key: value for key, value in row.document.items() if key not in ("createdTime", "lastModifiedTime")}


def _check_match(api: Api, call: Call, row: Row | None) -> None:
    if not api.switches["etag_on_domains_and_configs"]:
        return
    if row is not None:
        conditions.match(api.switches, call, row)
    elif call.if_match:
        raise errors.precondition_failed()


def _etag(api: Api, row: Row) -> str | None:
    return row.etag if api.switches["etag_on_domains_and_configs"] else None


def _shown(api: Api, call: Call, path: tuple[str, ...], row: Row) -> Document:
    setting = _of(call)
    shown = setting.show(row.document, View(call.api, api.switches, call.server, call.scope, path))
    return noisy(setting.name, shown, api.noise(call))


def _paged(setting: Setting, keyed: list[tuple[str, Document]], page: Page) -> Document:
    body: Document = {setting.collection: [shown for _, shown in keyed[: page.limit]]}
    if len(keyed) > page.limit:
        body["nextToken"] = token_for(keyed[page.limit][0])
    return body


def _resource(setting: Setting, path: tuple[str, ...]) -> str:
    service, function, qualifier = path
    return f"services/{service}/functions/{function}/{setting.name.replace('_', '-')}s/{qualifier}"


DEEDS = {
    "put": put,
    "read": read,
    "drop": drop,
    "function.settings": of_function,
    "account.settings": of_account,
}
