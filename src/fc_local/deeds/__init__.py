"""The table of deeds: the code of each operation by its action, in one module for each subject."""

from __future__ import annotations

from fc_local.api import Deed
from fc_local.deeds import account, bindings, layers, resources, settings, tags, versions
from fc_local.operations import OPERATIONS

DEEDS: dict[str, Deed] = {
    **resources.DEEDS,
    **settings.DEEDS,
    **versions.DEEDS,
    **bindings.DEEDS,
    **layers.DEEDS,
    **tags.DEEDS,
    **account.DEEDS,
}
_WITHOUT_DEED = {operation.action for operation in OPERATIONS.values()} - {*DEEDS, "invoke"}
if _WITHOUT_DEED:
    raise AssertionError(f"nothing carries out {sorted(_WITHOUT_DEED)}")
