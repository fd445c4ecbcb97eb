"""VPC bindings: the networks from which a service's functions may be called."""

from __future__ import annotations

from fc_local.api import Api
from fc_local.calls import Call, Outcome
from fc_local.errors import FcError, required
from fc_local.kinds import SERVICE
from fc_local.noise import noisy
from fc_local.shape import Struct, Text
from fc_local.store import make_row

_KIND = "vpc_binding"
_SHAPE = Struct({"vpcId": Text()}, zero={"vpcId": ""})


async def create(api: Api, call: Call) -> Outcome:
    """Answers 200, not 204 (facts 5.1). Binding a network twice changes nothing."""
    vpc = api.read_body(_SHAPE, call.body)["vpcId"]
    if not vpc:
        raise required("VpcId")
    service = call.names[0]
    with api.store.transaction():
        api.row(call.scope, SERVICE, (service,))
        old = api.store.get(call.scope, _KIND, (service, vpc))
        row = make_row(vpc, {"vpcId": vpc}, None, 1)
        api.store.put(call.scope, _KIND, (service, vpc), row)
        before = old.document if old else None
        api.note(call, f"services/{service}/bindings/{vpc}", (service, vpc), before, row.document)
    return Outcome(200, {})


async def list_all(api: Api, call: Call) -> Outcome:
    api.row(call.scope, SERVICE, call.names)
    rows = api.store.page(call.scope, _KIND, call.names)
    return Outcome(200, noisy(_KIND, {"vpcIds": [row.name for row in rows]}, api.noise(call)))


async def delete(api: Api, call: Call) -> Outcome:
    service = call.names[0]
    vpc = call.names[1] if len(call.names) > 1 else api.read_body(_SHAPE, call.body)["vpcId"]
    with api.store.transaction():
        api.row(call.scope, SERVICE, (service,))
        old = api.store.get(call.scope, _KIND, (service, vpc))
        if old is None:
            raise FcError(404, "VpcBindingNotFound", f"vpc '{vpc}' is not bound to service '{service}'")
        api.store.remove(call.scope, _KIND, (service, vpc))
        api.note(call, f"services/{service}/bindings/{vpc}", (service, vpc), old.document, None)
    return Outcome(200, {})


DEEDS = {"binding.create": create, "binding.list": list_all, "binding.delete": delete}
