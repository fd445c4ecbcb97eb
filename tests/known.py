"""The kinds and the schema that there are, as tests ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.schema import schema_named
from fc_guard.kinds.catalog import CATALOG
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.model.catalog import Catalog
from fc_guard.model.kinds import Kind

FC_KINDS = tuple(kind for kind in CATALOG.kinds if kind.provider == FC2)
"""What Function Compute's own API is asked about; supporting resources have other products'."""


def kind_named(name: str) -> Kind:
    kind = CATALOG.named(FC2, name)
    assert kind is not None, name
    return kind


def catalog_with(name: str, **parts: Any) -> Catalog:
    """All kinds, one of them with other parts."""
    return Catalog(tuple(replace(kind, **parts) if kind.name == name else kind for kind in CATALOG.kinds))


def props_schema() -> dict[str, Any]:
    return schema_named(LAYOUTS[0].schema)
