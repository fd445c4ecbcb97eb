"""A made-up layout: a service without functions, all of it at the top of props, with words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.kinds.fc2.service import SERVICE
from fc_guard.model.kinds import Home
from fc_guard.model.layouts import Checks, Facts, Layout, Note, Part, Words
from fc_guard.model.resources import Desired


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    return SERVICE.desired({"service": props}, account, region)


def problems(props: Mapping[str, Any]) -> list[Note]:
    return [(("name",), "no service is called nothing")] if props.get("name") == "nothing" else []


def outputs(facts: Facts) -> dict[str, Any]:
    return {"zone": facts.region, "made": [id.name for id in facts.live]}


FLAT_SERVICE: Final = replace(SERVICE, home=Home(()), desired=desired)
FLAT: Final = Layout(
    name="flat",
    provider=SERVICE.provider,
    kinds=(FLAT_SERVICE,),
    claims=lambda props: "zone" in props,
    schema="service",
    region="zone",
    state="state",
    endpoint="door",
    regions=frozenset(),
    parts=(Part("app", (FLAT_SERVICE,)),),
    checks=Checks(
        problems=problems,
        doubts=lambda props: (),
        understood=frozenset({("zone",), ("door",)}),
        pem=lambda props: (),
        numbered=lambda props: (),
        of_account=lambda props, account: (),
    ),
    words=Words({}, {}, {}, frozenset(), frozenset()),
    outputs=outputs,
    in_account=lambda props, account, region: props,
    left_to_us=lambda value: False,
)
BOTH: Final = (FLAT, *LAYOUTS)
