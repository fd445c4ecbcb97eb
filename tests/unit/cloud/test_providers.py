"""Each resource is asked about where its provider answers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any, cast

import pytest

from fc_guard.cloud.gateway import Credential, Gateway, Never, Waits
from fc_guard.cloud.providers import PROVIDERS, Gateways, Provider, provider_of
from fc_guard.engine.run.wiring import Run
from fc_guard.host.standard import standard_run
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog

KEYS = Credential("1", "id", "secret")
BOTH = Catalog(tuple(replace(kind, provider=provider) for provider in ("sun", "moon") for kind in CATALOG.kinds))


def two(made: list[tuple[Any, ...]]) -> tuple[Provider, ...]:
    """Two providers that note what they make a gateway of."""

    def making(name: str) -> Callable[..., Gateway]:
        def make(*told: Any) -> Any:
            made.append((name, *told))
            return object()

        return make

    return tuple(Provider(name, lambda account, region: "", making(name)) for name in ("sun", "moon"))


def test_each_resource_has_the_gateway_of_its_provider_made_once_and_not_before_it_is_needed() -> None:
    made = list[tuple[Any, ...]]()
    gateways = Gateways(two(made), BOTH, "https://here", "cn-x", KEYS)
    ids = {name: Address(name, "1", "cn-x", "service", ("a",)) for name in ("sun", "moon")}
    assert made == []
    sun = gateways.about(ids["sun"])
    assert [told[0] for told in made] == ["sun"]
    assert gateways.about(ids["moon"]) is not sun
    assert gateways.about(ids["sun"]) is gateways.of("sun") is sun
    assert [told[0] for told in made] == ["sun", "moon"]


def test_gateways_that_wait_are_made_of_the_others() -> None:
    told = list[Waits]()

    class Sun:
        def waiting(self, waits: Waits) -> str:
            told.append(waits)
            return "a sun that waits"

    sun = Provider("sun", lambda account, region: "", lambda *_: cast(Gateway, Sun()))
    moon = two([])[1]
    gateways = Gateways((sun, moon), BOTH, "https://here", "cn-x", KEYS)
    patient = gateways.waiting(Never)
    assert told == []
    assert [patient.of("sun"), patient.of("sun"), told] == ["a sun that waits", "a sun that waits", [Never]]
    assert isinstance(gateways.of("sun"), Sun)


def test_a_gateway_is_told_where_it_is_and_the_kinds_of_its_provider_alone() -> None:
    made = list[tuple[Any, ...]]()
    Gateways(two(made), BOTH, "https://here", "cn-x", KEYS).of("moon")
    ((_, *where, catalog),) = made
    assert where == ["https://here", "cn-x", KEYS]
    assert catalog == Catalog(tuple(kind for kind in BOTH.kinds if kind.provider == "moon"))


def test_threads_that_need_a_gateway_at_once_have_one() -> None:
    others = list[Future[Gateway]]()

    def make(*told: Any) -> Any:
        """While it is made, another thread comes for it, and has the time to make one itself."""
        if not others:
            others.append(pool.submit(gateways.of, "sun"))
            wait(others, timeout=0.05)
        return object()

    sun = Provider("sun", lambda account, region: "", make)
    gateways = Gateways((sun,), Catalog(BOTH.kinds[: len(CATALOG.kinds)]), "https://here", "cn-x", KEYS)
    with ThreadPoolExecutor(1) as pool:
        assert gateways.of("sun") is others[0].result()


def test_a_run_with_a_kind_for_which_no_gateway_answers_is_none() -> None:
    with pytest.raises(ValueError, match=r"no gateway for \['moon'\]"):
        Run(catalog=BOTH, providers=two([])[:1], layouts=())
    with pytest.raises(ValueError, match=r"no gateway for \['moon'\]"):
        Gateways(two([])[:1], BOTH, "https://here", "cn-x", KEYS)
    assert Run(catalog=BOTH, providers=two([]), layouts=()).catalog == BOTH


def test_a_run_with_a_layout_whose_kinds_are_not_in_the_catalog_is_none() -> None:
    without = Catalog(tuple(kind for kind in CATALOG.kinds if kind.name != "customDomain"))
    with pytest.raises(ValueError, match="layout fc2 has the kind customDomain, which the catalog does not have"):
        Run(catalog=without, providers=PROVIDERS, layouts=LAYOUTS)


def test_the_standard_run_has_a_gateway_for_every_kind_and_every_layout() -> None:
    run = standard_run()
    assert {kind.provider for kind in run.catalog.kinds} <= {provider.name for provider in run.providers}
    for layout in run.layouts:
        assert provider_of(PROVIDERS, layout.provider).endpoint("1", "cn-x") == "https://1.cn-x.fc.aliyuncs.com"
