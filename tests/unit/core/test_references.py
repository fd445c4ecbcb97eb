"""Texts of a saved resource are references to what s.yaml leaves to be found or made."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.core.references import given_of, with_references
from fc_guard.model.address import Address
from fc_guard.model.outputs import Output
from fc_guard.model.resources import Desired

SERVICE, NETWORK, STORE, SWITCH, TARGET = (
    Address("fc2", "1", "r", kind, (kind,)) for kind in ("service", "vpc", "store", "vSwitch", "target")
)
VPC, ID, DOMAIN = Output(NETWORK, "vpcId"), Output(SWITCH, "vSwitchId"), Output(TARGET, "domain", form="{}:/demo")
NAME = Output(STORE, "name", text="logs")
SAID = Desired(
    SERVICE,
    {},
    derived={
        ("vpc", "id"): VPC,
        ("vpc", "switches"): (ID,),
        ("nas", "points", "/mnt"): {"address": DOMAIN},
        ("log", "store"): NAME,
    },
)
NOTED = {"vpc-1": VPC, "vsw-1": ID, "t-1.nas": Output(TARGET, "domain"), "logs": Output(STORE, "name")}

CASES: dict[str, tuple[tuple[str, ...], Any, Any]] = {
    "the whole text": (("vpc", "id"), "vpc-1", VPC),
    "an item beside others": (("vpc", "switches"), ("vsw-9", "vsw-1"), ("vsw-9", ID)),
    "in a text of one's own": (
        ("nas", "points", "/data"),
        {"address": "t-1.nas:/shop", "user": 0},
        {"address": Output(TARGET, "domain", form="{}:/shop"), "user": 0},
    ),
    "a name that is known beforehand": (("log", "store"), "logs", NAME),
    "not a part of another id": (("vpc", "id"), "vpc-12", "vpc-12"),
    "nor of another address": (("nas", "points", "/data"), {"address": "t-1.nas.old:/"}, {"address": "t-1.nas.old:/"}),
    "not where s.yaml leaves nothing": (("env", "VPC"), "vpc-1", "vpc-1"),
    "not beside a place for a value": (("nas", "points", "/{}"), "t-1.nas:/{}", "t-1.nas:/{}"),
    "no number": (("vpc", "id"), 1, 1),
}


@pytest.mark.parametrize("case", CASES)
def test_what_it_has_of_it_refers_to_it(case: str) -> None:
    path, saved, then = CASES[case]
    found = with_references(Desired(SERVICE, {path: saved}), SAID, given_of(SAID, NOTED))
    assert found.fields == {path: then}


@pytest.mark.parametrize("noted", [{"other": Output(STORE, "name")}, {"vpc-1": Output(STORE, "vpcId")}, {}])
def test_what_s_yaml_does_not_leave_to_us_stays(noted: dict[str, Output]) -> None:
    """A copy is a file that anybody may have written: only what s.yaml leaves to us is made for it."""
    saved = Desired(SERVICE, {("vpc", "id"): "vpc-1", ("log", "store"): "other"})
    assert with_references(saved, SAID, given_of(SAID, noted)) == saved
