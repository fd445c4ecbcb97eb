"""The smallest honest neighbours of Function Compute: products that a deployer makes supporting resources of.

Their operations are synchronous, each in one transaction. What is made there is kept and answered; nothing is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from fc_local import rpc
from fc_local.clock import Clock
from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.neighbourhood import global_scope
from fc_local.neighbours import certificates, file_systems, groups, networks, policies, roles, xtrace
from fc_local.neighbours.frame import Asked, Product, check_region
from fc_local.scope import Scope
from fc_local.store import Store
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
            found = operation(asked)
            if asked.flag("DryRun"):  # nothing is kept: the transaction ends with the error
                raise FcError(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")
        return web.json_response({"RequestId": exchange.request_id, **found})
