"""The smallest honest neighbours of Function Compute: products that a deployer makes supporting resources of.

Their operations are synchronous, each in one transaction. What is made there is kept and answered; nothing is built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from fc_local import rpc
from fc_local.clock import Clock
from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.neighbourhood import global_scope
from fc_local.neighbours import certificates, file_systems, groups, networks, policies, roles, xtrace
from fc_local.neighbours.frame import Asked, Operation, Product, check_region
from fc_local.scope import Scope
from fc_local.shape import Document
from fc_local.store import Store, make_row
from fc_local.switches import Switches

PRODUCTS: Final[Mapping[str, Product]] = {
    "ram": Product("2015-05-01", {**roles.OPERATIONS, **policies.OPERATIONS}, everywhere=True),
    "vpc": Product("2016-04-28", networks.OPERATIONS),
    "ecs": Product("2014-05-26", groups.OPERATIONS),
    "nas": Product("2017-06-26", file_systems.OPERATIONS),
    "cas": Product("2018-07-13", certificates.OPERATIONS, everywhere=True),
    "xtrace": Product("2019-08-08", xtrace.OPERATIONS),
}
if PRODUCTS.keys() != set(rpc.APIS):
    raise AssertionError("a product has an address and no operations, or operations and no address")
_ONCE: Final = "client_token"
_OF_THE_REQUEST: Final = frozenset(
    (
        *("Action", "Version", "Format", "Timestamp", "ClientToken", "AccessKeyId", "SecurityToken"),
        *("Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "SignatureType"),
    )
)
"""Parameters that say nothing about what is asked for."""


class Neighbours:
    def __init__(self, store: Store, switches: Switches, clock: Clock) -> None:
        self._store = store
        self._switches = switches
        self._clock = clock

    def answer(self, exchange: Exchange, scope: Scope) -> web.Response:
        """Carries out an operation. Raises FcError."""
        product = PRODUCTS[exchange.api]
        operation = product.operations.get(exchange.op)
        if operation is None or exchange.rpc_version != product.version:
            raise FcError(
                404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
            )
        check_region(scope.region)
        where = global_scope(scope.account) if product.everywhere else scope
        asked = Asked(exchange.op, exchange.rpc_parameters(), where, self._store, self._switches, self._clock)
        with self._store.transaction():
            found = self._once(asked, operation) if exchange.writes else operation(asked)
        return web.json_response({"RequestId": exchange.request_id, **found})

    def _once(self, asked: Asked, operation: Operation) -> Document:
        """Carries out a write. One with the ClientToken of an earlier one has its answer and does nothing."""
        token = asked.get("ClientToken")
        if not token:
            return operation(asked)
        name, wanted = (f"{asked.action}:{token}",), _wanted(asked)
        earlier = asked.find(_ONCE, *name)
        if earlier is None:
            answer = operation(asked)
            document = {"asked": wanted, "answer": answer}
            self._store.put(asked.scope, _ONCE, name, make_row(name[0], document, None, 1))
            return answer
        if earlier["asked"] != wanted:
            raise FcError(
                400, "IdempotentParameterMismatch", "The same client token was passed in to different parameters."
            )
        return dict(earlier["answer"])


def _wanted(asked: Asked) -> str:
    return json.dumps(sorted(pair for pair in asked.parameters.items() if pair[0] not in _OF_THE_REQUEST))
