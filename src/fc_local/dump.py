"""Everything in a scope, as /__admin/state shows it: services > functions > triggers, and what is beside them.

Empty parts are omitted, except services, functions and triggers.
"""

from __future__ import annotations

from fc_local.api import Api
from fc_local.deeds import tags
from fc_local.kinds import ALIAS, CUSTOM_DOMAIN, FUNCTION, KINDS, SERVICE, SETTINGS, V2021, Kind, View
from fc_local.neighbourhood import COLLECTIONS, global_scope
from fc_local.scope import Scope
from fc_local.shape import Document


def dump(api: Api, scope: Scope, server: str) -> Document:
    return _Dump(api, scope, server).whole()


class _Dump:
    def __init__(self, api: Api, scope: Scope, server: str) -> None:
        self._api = api
        self._scope = scope
        self._server = server

    def whole(self) -> Document:
        beside = {
            "customDomains": self._below(CUSTOM_DOMAIN, ()),
            "layers": self._layers(),
            **self._neighbours(),
        }
        return {"services": self._below(SERVICE, ()), **_some(beside)}

    def _below(self, kind: Kind, parent: tuple[str, ...]) -> Document:
        found: Document = {}
        for row in self._api.store.page(self._scope, kind.name, parent):
            path = (*parent, row.name)
            shown = {**kind.show(row.document, self._view(path)), "etag": row.etag}
            if kind.child:
                child = KINDS[kind.child]
                shown[child.collection] = self._below(child, path)
            if kind is SERVICE:
                shown.update(_some(self._beside_service(path)))
            elif kind is FUNCTION:
                shown.update(_some(self._beside_function(path)))
            found[row.name] = shown
        return found

    def _beside_service(self, path: tuple[str, ...]) -> Document:
        store = self._api.store
        return {
            "versions": {row.name: row.document for row in store.page(self._scope, "version", path)},
            "aliases": self._below(ALIAS, path),
            "vpcBindings": [row.name for row in store.page(self._scope, "vpc_binding", path)],
            "tags": tags.of_service(store, self._scope, path[0]),
        }

    def _beside_function(self, path: tuple[str, ...]) -> Document:
        names = {"async_config": "asyncConfigs", "provision_config": "provisionConfigs"}
        found: Document = {}
        for setting in SETTINGS.values():
            rows = self._api.store.page(self._scope, setting.name, path)
            found[names.get(setting.name, "onDemandConfigs")] = {
                row.name: {**setting.show(row.document, self._view((*path, row.name))), "etag": row.etag}
                for row in rows
            }
        return found

    def _neighbours(self) -> Document:
        return {
            collection: {
                "/".join(path): {key: value for key, value in row.document.items() if key != "Key"}
                for scope in (self._scope, global_scope(self._scope.account))
                for path, row in self._api.store.everywhere(scope, kind)
            }
            for kind, collection in COLLECTIONS.items()
        }

    def _layers(self) -> Document:
        found: Document = {}
        for (layer, number), row in self._api.store.everywhere(self._scope, "layer_version"):
            counter = self._api.store.get(self._scope, "layer", (layer,))
            acl = counter.document["acl"] if counter else 0
            found.setdefault(layer, {})[number] = {**row.document, "acl": acl}
        return found

    def _view(self, path: tuple[str, ...]) -> View:
        return View(V2021, self._api.switches, self._server, self._scope, path)


def _some(parts: Document) -> Document:
    return {key: value for key, value in parts.items() if value}
