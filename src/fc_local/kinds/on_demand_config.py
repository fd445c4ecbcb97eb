"""The largest number of on-demand instances of a function at a qualifier (facts 4.4)."""

from __future__ import annotations

from fc_local.errors import FcError
from fc_local.kinds import checks
from fc_local.kinds.kind import Making, Setting, View
from fc_local.shape import Document, Struct, Whole

_SHAPE = Struct({"maximumInstanceCount": Whole()}, zero={"maximumInstanceCount": 0})


def _put(old: Document | None, body: Document, making: Making) -> Document:
    checks.within("MaximumInstanceCount", body["maximumInstanceCount"], 0, 10000)
    return body


def _show(document: Document, view: View) -> Document:
    return {"resource": resource(view.path), "maximumInstanceCount": document["maximumInstanceCount"]}


def resource(path: tuple[str, ...]) -> str:
    service, function, qualifier = path
    return f"services/{service}.{qualifier}/functions/{function}"


def _missing(path: tuple[str, ...]) -> FcError:
    return FcError(404, "OnDemandConfigNotFound", f"on-demand config of '{resource(path)}' does not exist")


ON_DEMAND_CONFIG = Setting("on_demand_config", "configs", _SHAPE, _put, _show, _missing)
