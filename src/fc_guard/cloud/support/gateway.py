"""The gateway of supporting resources: one product answers for each kind, and is imported when it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from importlib import import_module
from threading import Lock
from typing import IO, Any, Final, NoReturn

from fc_guard.cloud.gateway import Content, Credential, Hide, Item, Parts, Reply, Stored, Waits, Watch
from fc_guard.cloud.support.product import Product
from fc_guard.cloud.support.reach import Reach
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import Json
from fc_guard.model.invocations import Answer, Event
from fc_guard.model.kinds import Holder, Kind
from fc_guard.model.plans import Call

PRODUCTS: Final[Mapping[str, tuple[str, str]]] = {
    "logProject": ("logs", "Logs"),
    "logStore": ("logs", "Logs"),
    "logIndex": ("logs", "Logs"),
    "testDomain": ("test_domain", "TestDomains"),
    "vpc": ("network", "Network"),
    "vSwitch": ("network", "Network"),
    "securityGroup": ("network", "Network"),
    "fileSystem": ("nas", "FileSystems"),
    "mountTarget": ("nas", "FileSystems"),
    "ramPolicy": ("ram", "Ram"),
    "role": ("ram", "Ram"),
    "rolePolicy": ("ram", "Ram"),
}
"""The module below this folder, and the class in it, that answers for each kind."""


class SupportGateway:
    """Makes each product at its first use, from any thread. Raises `ValueError` for a kind without a product."""

    def __init__(self, endpoint: str, region: str, credential: Credential, catalog: Catalog) -> None:
        missing = sorted({kind.name for kind in catalog.kinds} - PRODUCTS.keys())
        if missing:
            raise ValueError(t("there is no product for {missing}", missing=missing))
        self._catalog = catalog
        self._reach = Reach(endpoint, region, credential)
        self._made: dict[str, Product] = {}
        self._making = Lock()
        self._kinds = {
            operation: kind.name
            for kind in catalog.kinds
            for operation in (kind.operations.create, kind.operations.update, kind.operations.delete)
            if operation
        }

    def waiting(self, waits: Waits) -> SupportGateway:
        other = copy(self)
        other._reach, other._made, other._making = replace(self._reach, waits=waits), {}, Lock()
        return other

    def read(self, id: Address) -> Reply | None:
        document = self._product(id.kind).read(id)
        return None if document is None else Reply(document)

    def list(self, parent: Address | None, kind: Kind) -> tuple[Item, ...] | None:
        return self._product(kind.name).list(parent, kind.name)

    def flaw(self, id: Address, document: Mapping[str, Any]) -> str:
        named = document.get(self._catalog.kind(id).name_field)
        return "" if named == id.name else t("it does not name {id}", id=id)

    def held_by(self, id: Address, holder: Holder) -> tuple[str, ...] | None:
        return self._product(id.kind).users(id)

    def send(self, call: Call, code: Mapping[str, Any] | None = None) -> Reply:
        answer = self._product(self._kinds[call.operation]).send(call)
        return answer if isinstance(answer, Reply) else Reply(answer)

    def _product(self, kind: str) -> Product:
        module, name = PRODUCTS[kind]
        with self._making:
            if name not in self._made:
                made: Product = getattr(import_module(f"fc_guard.cloud.support.{module}"), name)(self._reach)
                self._made[name] = made
            return self._made[name]

    # no supporting resource has code, or is called

    def package(self, id: Address, into: IO[bytes]) -> None:
        _none()

    def parts(self, id: Address, checksum: str | None, into: IO[bytes]) -> Parts | None:
        _none()

    def stored(self, bucket: str, key: str) -> Stored | None:
        _none()

    def lookup(self, what: str) -> Json:
        _none()

    def invoke(self, id: Address, event: Event) -> Answer | None:
        _none()

    def inline(self, content: Content) -> Mapping[str, Any]:
        _none()

    def placed(self, bucket: str, key: str) -> Mapping[str, Any]:
        _none()

    def temporary(
        self, function: Address, instance_type: str, content: Content, watch: Watch, hide: Hide
    ) -> Mapping[str, Any]:
        _none()

    def put(self, bucket: str, id: Address, content: Content, watch: Watch) -> Mapping[str, Any]:
        _none()


def _none() -> NoReturn:
    raise ValueError(t("a supporting resource has no code"))
