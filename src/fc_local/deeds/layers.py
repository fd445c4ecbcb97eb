"""Layers: numbered packages that functions share (facts 1.2, 6.1)."""

from __future__ import annotations

import hashlib
import uuid

from fc_local import errors
from fc_local.api import Api
from fc_local.calls import Call, Outcome
from fc_local.kinds import checks
from fc_local.paging import read_page, token_for
from fc_local.scope import Scope
from fc_local.shape import Document, ListOf, Struct, Text
from fc_local.staging import Sent
from fc_local.store import Row, make_row

VERSION = "layer_version"
COUNTER = "layer"  # the last number given, kept when the versions are gone
_SHAPE = Struct(
    {
        "code": Struct({"ossBucketName": Text(), "ossObjectName": Text(), "zipFile": Text()}),
        "compatibleRuntime": ListOf(Text()),
        "description": Text(),
    },
    zero={"code": None, "compatibleRuntime": None, "description": ""},
)


async def create(api: Api, call: Call) -> Outcome:
    (layer,) = call.names
    checks.name("LayerName", layer)
    body = api.read_body(_SHAPE, call.body)
    if len(body["description"]) > 256:
        raise errors.invalid(f"Description is too long (max length: 256, actual: '{len(body['description'])}')")
    checks.given("CompatibleRuntime", body["compatibleRuntime"])
    package = await api.staging.write(str(uuid.uuid4()), Sent(body["code"], None, call.checksum))
    with api.store.transaction():
        before = api.store.get(call.scope, COUNTER, (layer,))
        number = str(before.document["last"] + 1 if before else 1)
        state = {"last": int(number), "acl": before.document["acl"] if before else 0}
        document = {
            "description": body["description"],
            "compatibleRuntime": body["compatibleRuntime"],
            "codeSize": package.size,
            "codeChecksum": package.checksum,
            "createTime": api.clock.now(),
            "license": "",
        }
        row = make_row(number, document, package, 1)
        api.store.put(call.scope, COUNTER, (layer,), make_row(layer, state, None, int(number)))
        api.store.put(call.scope, VERSION, (layer, number), row)
        api.note(call, f"layers/{layer}/versions/{number}", (), None, document)
    return Outcome(200, {**_shown(api, call, layer, row), "codesize": package.size})


async def get(api: Api, call: Call) -> Outcome:
    layer, number = call.names
    return Outcome(200, _shown(api, call, layer, _row(api, call.scope, layer, number)))


async def by_arn(api: Api, call: Call) -> Outcome:
    """Reads `<id>#<name>#<version>` or acs:fc:<region>:<account>:layers/<name>/versions/<version>."""
    (arn,) = call.names
    short, whole = arn.split("#"), arn.split("/")
    layer, number = short[1:] if len(short) == 3 else whole[1::2] if len(whole) == 4 else ("", "")
    if not layer:
        raise errors.bad_format("Arn", "acs:fc:<region>:<account>:layers/<name>/versions/<version>", arn)
    return Outcome(200, _shown(api, call, layer, _row(api, call.scope, layer, number)))


async def versions(api: Api, call: Call) -> Outcome:
    (layer,) = call.names
    page = read_page(call.query, strict=api.switches["strict_limit"])
    start = str(call.query.get("startVersion") or "1")
    if not start.isdigit():
        raise errors.invalid(f"StartVersion is set to an invalid value (actual: '{start}')")
    rows = [row for row in _versions(api, call.scope, layer) if int(row.name) >= int(start)]
    body: Document = {"layers": [_shown(api, call, layer, row) for row in rows[: page.limit]]}
    if len(rows) > page.limit:
        body["nextVersion"] = int(rows[page.limit].name)
    return Outcome(200, body)


async def list_all(api: Api, call: Call) -> Outcome:
    """Lists the newest version of each layer of the account. There are no official layers here."""
    page = read_page(call.query, strict=api.switches["strict_limit"])
    newest: dict[str, Row] = {}
    for (layer, number), row in api.store.everywhere(call.scope, VERSION):
        if layer >= page.start and layer.startswith(page.prefix):
            present = newest.get(layer)
            newest[layer] = row if present is None or int(number) > int(present.name) else present
    names = sorted(newest) if str(call.query.get("official") or "").lower() != "true" else []
    body: Document = {"layers": [_shown(api, call, name, newest[name]) for name in names[: page.limit]]}
    if len(names) > page.limit:
        body["nextToken"] = token_for(names[page.limit])
    return Outcome(200, body)


async def delete(api: Api, call: Call) -> Outcome:
    """Deletes a layer version, even if functions use it."""
    layer, number = call.names
    with api.store.transaction():
        row = _row(api, call.scope, layer, number)
        api.store.remove(call.scope, VERSION, (layer, number))
        api.note(call, f"layers/{layer}/versions/{number}", (), row.document, None)
    api.retire(call.scope, row.package)
    return Outcome(204, None)


async def put_acl(api: Api, call: Call) -> Outcome:
    (layer,) = call.names
    with api.store.transaction():
        counter = api.store.get(call.scope, COUNTER, (layer,))
        if counter is None or not _versions(api, call.scope, layer):
            raise errors.not_found("layer", (layer,))
        acl = 1 if str(call.query.get("public") or "").lower() == "true" else 0
        changed = make_row(layer, {**counter.document, "acl": acl}, None, counter.revision)
        api.store.put(call.scope, COUNTER, (layer,), changed)
        api.note(call, f"layers/{layer}/acl", (), {"acl": counter.document["acl"]}, {"acl": acl})
    return Outcome(200, {})


def _versions(api: Api, scope: Scope, layer: str) -> list[Row]:
    return sorted(api.store.page(scope, VERSION, (layer,)), key=lambda row: int(row.name))


def _row(api: Api, scope: Scope, layer: str, number: str) -> Row:
    row = api.store.get(scope, VERSION, (layer, number))
    if row is None:
        missing = "layer_version" if _versions(api, scope, layer) else "layer"
        raise errors.not_found(missing, (layer, number))
    return row


def _shown(api: Api, call: Call, layer: str, row: Row) -> Document:
    scope = call.scope
    counter = api.store.get(scope, COUNTER, (layer,))
    owner = hashlib.md5(scope.account.encode(), usedforsecurity=False).hexdigest()
    location = api.download_url(call, row.package) if row.package else ""
    return {
        "layerName": layer,
        "version": int(row.name),
        **row.document,
        "acl": counter.document["acl"] if counter else 0,
        "arn": f"{owner}#{layer}#{row.name}",
        "arnV2": f"acs:fc:{scope.region}:{scope.account}:layers/{layer}/versions/{row.name}",
        "code": {"repositoryType": "OSS", "location": location},
    }


DEEDS = {
    "layer.create": create,
    "layer.get": get,
    "layer.by_arn": by_arn,
    "layer.versions": versions,
    "layer.list": list_all,
    "layer.delete": delete,
    "layer.acl": put_acl,
}
