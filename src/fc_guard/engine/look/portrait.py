"""What is online, as props of an s.yaml that asks for just that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fc_guard.engine.run.session import ReadSession, desired_from
from fc_guard.errors import BadInput
from fc_guard.kinds import REGISTRY
from fc_guard.model.ids import ResourceId
from fc_guard.model.resources import Live


@dataclass(frozen=True, slots=True)
class Portrait:
    """`notes` say what an s.yaml cannot say, and what is left out."""

    props: Mapping[str, Any]
    function: Live
    notes: tuple[str, ...]


def portrait(session: ReadSession, code_uri: str) -> Portrait:
    """The step's function with all that belongs to it. Raises `BadInput` when it is not online."""
    named = next((desired.id for desired in session.desired if desired.id.kind == "function"), None)
    if named is None:
        raise BadInput("This step has no function to sync.", reference="no-function")
    service = ResourceId(named.account, named.region, "service", named.parts[:1])
    live = session.refresh.exact([service, named])
    function, home = live[named], live[service]
    if function is None or home is None:
        raise BadInput(f"{named} is not online: there is nothing to sync.", reference="not-online")
    props: dict[str, Any] = {"region": session.region}
    if "endpoint" in session.step.props:
        props["endpoint"] = session.step.props["endpoint"]
    props["service"] = {"name": service.parts[-1], **_props(home)}
    bindings = [child.id.parts[-1] for child in session.refresh.children(service, "vpcBinding")]
    props["service"] |= {"vpcBinding": bindings} if bindings else {}
    code = {"codeUri": code_uri} if function.code is not None else {}
    props["function"] = {"name": named.parts[-1], **code, **_props(function)}
    for config in session.refresh.children(named, "asyncConfig"):
        if config.id.parts[-1] == "LATEST":
            props["function"]["asyncConfiguration"] = _props(config)
    triggers = [{"name": t.id.parts[-1], **_props(t)} for t in session.refresh.children(named, "trigger")]
    props |= {"triggers": triggers} if triggers else {}
    readable, left_out = session.refresh.readable(
        session.refresh.everything("customDomain", named.account, named.region)
    )
    domains = list(_domains(readable.values(), named))
    props |= {"customDomains": [domain for domain, _ in domains]} if domains else {}
    props["service"] |= _empty(props, home)
    notes = (*left_out, *(note for _, note in domains if note), *_unspeakable(props, ()))
    return Portrait(props, function, notes)


def _empty(props: Mapping[str, Any], home: Live) -> dict[str, Any]:
    """What would follow from the props, and is not online: that it is empty has to be said."""
    wanted = desired_from(props, home.id.account, home.id.region)
    derived = (path for item in wanted if item.id == home.id for path in item.derived)
    return {path[-1]: "" for path in derived if not home.fields.get(path)}


def _props(live: Live) -> dict[str, Any]:
    return REGISTRY[live.id.kind].props(live.fields)


def _domains(online: Iterable[Live], function: ResourceId) -> Iterator[tuple[dict[str, Any], str]]:
    """The domains that lead to the function, with its own routes alone, each with what has to be told of it."""
    for live in online:
        props = _props(live)
        routes = [route for route in props.get("routeConfigs", []) if _leads_to(route, function)]
        if not routes:
            continue
        note = ""
        if props.pop("certConfig", None):
            note = (
                f"customDomains: {live.id.parts[-1]}: its certificate stays as it is online; FC shows no private key."
            )
            props |= {"protocol": "HTTP"} if props.get("protocol") == "HTTPS" else {}
        yield {"domainName": live.id.parts[-1], **props, "routeConfigs": routes}, note


def _leads_to(route: Mapping[str, Any], function: ResourceId) -> bool:
    return (route.get("serviceName"), route.get("functionName")) == function.parts


def _unspeakable(value: Any, place: tuple[str, ...]) -> Iterator[str]:
    """Text that the host would take for a reference: s.yaml has no way to say it."""
    if isinstance(value, str) and "${" in value:
        yield f"{'.'.join(place)}: its value holds ${{…}}, which the host will try to resolve. Take it from elsewhere."
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unspeakable(item, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _unspeakable(item, (*place, str(index)))
