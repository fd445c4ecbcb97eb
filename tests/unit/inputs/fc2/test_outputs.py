"""What a step hands to the host: addresses are told where the http trigger that answers there is online, or will be."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.inputs.fc2.outputs import outputs
from fc_guard.model.address import Address
from fc_guard.model.layouts import Facts
from fc_guard.model.resources import Desired, Live

CLOUD = "https://123.cn-hangzhou.fc.aliyuncs.com"
LOCAL = "http://127.0.0.1:9580"
PUBLIC = "https://shop-hello-x.cn-hangzhou.fcapp.run"
INTRANET = "https://shop-hello-x.cn-hangzhou-vpc.fcapp.run"
NOWHERE = {"system_url": "", "system_intranet_url": "", "custom_domain": []}


def address(kind: str, *parts: str) -> Address:
    return Address("alibaba", "123", "cn-hangzhou", kind, parts)


FUNCTION = address("function", "shop", "hello")
TRIGGER = address("trigger", "shop", "hello", "http")


def live(id: Address, document: dict[str, Any], **config: Any) -> Live:
    return Live(id, {("triggerConfig", key): value for key, value in config.items()}, document)


HTTP = {"triggerType": "http", "urlInternet": PUBLIC, "urlIntranet": INTRANET}


def urls(
    *sides: Live, desired: tuple[Desired, ...] = (), endpoint: str = CLOUD, absent: tuple[Address, ...] = ()
) -> Any:
    found = {side.id: side for side in (live(FUNCTION, {"handler": "index.handler"}), *sides)}
    return outputs(Facts("cn-hangzhou", endpoint, desired, found, frozenset(absent)))["url"]


def test_both_addresses_of_an_http_trigger_are_told_as_fc_tells_them() -> None:
    told = urls(live(TRIGGER, HTTP))
    assert told == {"system_url": PUBLIC, "system_intranet_url": INTRANET, "custom_domain": []}


@pytest.mark.parametrize("document", [{"triggerType": "timer"}, {"triggerType": "timer", "urlIntranet": INTRANET}])
def test_without_an_http_trigger_neither_is_told(document: dict[str, Any]) -> None:
    assert urls() == NOWHERE
    assert urls(live(TRIGGER, document)) == NOWHERE


def test_an_http_trigger_of_another_function_has_other_addresses() -> None:
    assert urls(live(address("trigger", "shop", "other", "http"), HTTP)) == NOWHERE


def test_before_the_trigger_is_made_only_the_address_that_follows_from_its_name_is_told() -> None:
    """The other one has letters in it that FC chooses; a later step may refer to it all the same."""
    coming = Desired(TRIGGER, {("triggerType",): "http"})
    told = urls(desired=(coming,))
    assert told == {**NOWHERE, "system_url": f"{CLOUD}/2016-08-15/proxy/shop/hello/"}


def test_a_function_that_is_not_online_has_empty_ones() -> None:
    told = outputs(Facts("cn-hangzhou", CLOUD, (), {}, frozenset({FUNCTION, TRIGGER})))
    assert told["url"] == NOWHERE


@pytest.mark.parametrize("online", [True, False])
def test_an_address_that_is_switched_off_is_not_told(online: bool) -> None:
    if online:
        told = urls(live(TRIGGER, HTTP, disableURLInternet=True))
    else:
        switched = {("triggerType",): "http", ("triggerConfig", "disableURLInternet"): True}
        told = urls(desired=(Desired(TRIGGER, switched),))
    assert told == {**NOWHERE, "system_intranet_url": INTRANET if online else ""}


def test_the_local_fc_is_in_no_network() -> None:
    told = urls(live(TRIGGER, {**HTTP, "urlInternet": f"{LOCAL}/2016-08-15/proxy/shop/hello/"}), endpoint=LOCAL)
    assert told == {**NOWHERE, "system_url": f"{LOCAL}/2016-08-15/proxy/shop/hello/"}
