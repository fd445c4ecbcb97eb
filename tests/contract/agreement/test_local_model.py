"""The local FC has a model of all that the component deploys: it drops members that it does not know without a word."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from tests.contract.agreement.test_agreement import full_props
from tests.known import FC_KINDS

from fc_guard.cloud.support.gateway import PRODUCTS
from fc_guard.kinds.triggers import TYPES
from fc_guard.model.kinds import Kind
from fc_local.kinds import KINDS, SETTINGS
from fc_local.kinds.event_sources import EVENT_SOURCES
from fc_local.neighbours import PRODUCTS as NEIGHBOURS
from fc_local.operations import OPERATIONS
from fc_local.shape import Struct

MODELS = {**KINDS, **SETTINGS}
NAMES = {"customDomain": "custom_domain", "asyncConfig": "async_config"}
"""What the local FC calls a kind, where it is another name."""
WITH_FIELDS = [kind for kind in FC_KINDS if kind.operations.read]


def test_every_operation_of_a_kind_is_known() -> None:
    for kind in FC_KINDS:
        of = kind.operations
        assert {of.create, of.read, of.update, of.delete, of.list} - {""} <= OPERATIONS.keys(), kind.name
        assert {holder.list for holder in kind.holders} <= OPERATIONS.keys(), kind.name


@pytest.mark.parametrize("product", ["vpc", "ecs", "nas", "ram"])
def test_every_action_that_a_supporting_resource_needs_is_an_operation_beside_it(product: str) -> None:
    modules = {import_module(f"fc_guard.cloud.support.{module}") for module, _ in PRODUCTS.values()}
    actions = {action for module in modules for each in module.ACTIONS.values() for some in each for action in some}
    asked = {action.partition(":")[2] for action in actions if action.startswith(f"{product}:")}
    assert asked
    assert asked <= NEIGHBOURS[product].operations.keys()


@pytest.mark.parametrize("kind", WITH_FIELDS, ids=lambda kind: kind.name)
def test_every_field_that_can_be_asked_for_is_taken(kind: Kind) -> None:
    shape = MODELS[NAMES.get(kind.name, kind.name)].shape
    for desired in kind.desired(full_props(), "1", "cn-hangzhou"):
        for path in desired.fields:
            assert takes(shape, path), path


@pytest.mark.parametrize("of", TYPES)
def test_every_member_of_a_trigger_s_config_is_taken(of: str) -> None:
    source = EVENT_SOURCES[of]
    for row in TYPES[of].rows:
        assert takes(source.config, (row.name,)), row.name


def takes(shape: Any, path: tuple[str, ...]) -> bool:
    """Says whether a member is in the shape, as far down as the shape tells members apart."""
    for key in path:
        if not isinstance(shape, Struct):
            return True
        if key not in shape.fields:
            return False
        shape = shape.fields[key]
    return True
