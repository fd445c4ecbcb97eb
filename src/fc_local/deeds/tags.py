"""Tags of services (facts 4.4). Requests name the resource as `services/x` or by its whole ARN; answers give the
ARN."""

from __future__ import annotations

from fc_local import errors
from fc_local.api import Api
from fc_local.calls import Call, Outcome
from fc_local.kinds import SERVICE
from fc_local.paging import read_page, token_for
from fc_local.scope import Scope
from fc_local.shape import Document, Flag, FreeMap, ListOf, Struct, Text
from fc_local.store import Store, make_row

KIND = "tag"
MOST = 20
_TAG = Struct({"resourceArn": Text(), "tags": FreeMap(Text())}, zero={"resourceArn": "", "tags": {}})
_UNTAG = Struct(
    {"resourceArn": Text(), "tagKeys": ListOf(Text()), "all": Flag()},
    zero={"resourceArn": "", "tagKeys": [], "all": False},
)


async def add(api: Api, call: Call) -> Outcome:
    body = api.read_body(_TAG, call.body)
    if not body["tags"]:
        raise errors.required("Tags")
    with api.store.transaction():
        service = _service(api, call, body["resourceArn"])
        tags = {**of_service(api.store, call.scope, service), **body["tags"]}
        if len(tags) > MOST:
            raise errors.invalid(f"Tags contains too many values (max: {MOST}, actual: {len(tags)})")
        _write(api, call, service, tags)
    return Outcome(200, {})


async def remove(api: Api, call: Call) -> Outcome:
    body = api.read_body(_UNTAG, call.body)
    with api.store.transaction():
        service = _service(api, call, body["resourceArn"])
        present = of_service(api.store, call.scope, service)
        gone = present if body["all"] else body["tagKeys"]
        _write(api, call, service, {key: value for key, value in present.items() if key not in gone})
    return Outcome(200, {})


async def get(api: Api, call: Call) -> Outcome:
    service = _service(api, call, str(call.query.get("resourceArn") or ""))
    arn = _arn(call.scope, service)
    return Outcome(200, {"resourceArn": arn, "tags": of_service(api.store, call.scope, service)})


async def list_all(api: Api, call: Call) -> Outcome:
    page = read_page(call.query, strict=api.switches["strict_limit"])
    rows = [row for path, row in api.store.everywhere(call.scope, KIND) if path[0] >= page.start]
    found = [{"resourceArn": _arn(call.scope, row.name), "tags": row.document["tags"]} for row in rows[: page.limit]]
    body: Document = {"resources": found}
    if len(rows) > page.limit:
        body["nextToken"] = token_for(rows[page.limit].name)
    return Outcome(200, body)


def of_service(store: Store, scope: Scope, service: str) -> dict[str, str]:
    row = store.get(scope, KIND, (service,))
    return dict(row.document["tags"]) if row else {}


def _write(api: Api, call: Call, service: str, tags: dict[str, str]) -> None:
    before = of_service(api.store, call.scope, service)
    if tags:
        api.store.put(call.scope, KIND, (service,), make_row(service, {"tags": tags}, None, 1))
    else:
        api.store.remove(call.scope, KIND, (service,))
    api.note(call, f"services/{service}/tags", (service, "tags"), before, tags)


def _service(api: Api, call: Call, arn: str) -> str:
    """Returns the service that an ARN names. Raises FcError for anything else, since only services have tags."""
    if not arn:
        raise errors.required("ResourceArn")
    whole = f"acs:fc:{call.scope.region}:{call.scope.account}:"
    kind, _, name = arn.removeprefix(whole).partition("/")
    if kind != "services" or not name or "/" in name:
        raise errors.bad_format("ResourceArn", "services/<name>", arn)
    api.row(call.scope, SERVICE, (name,))
    return name


def _arn(scope: Scope, service: str) -> str:
    return f"acs:fc:{scope.region}:{scope.account}:services/{service}"


DEEDS = {"tag.add": add, "tag.remove": remove, "tag.get": get, "tag.list": list_all}
