"""Checks of custom domains that no schema can express."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fc_guard.inputs.fc2.trigger_checks import triggers_of
from fc_guard.kinds.support.auto import is_auto
from fc_guard.kinds.support.test_domain import ZONE, label_of
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Note

Items = list[tuple[int, Mapping[str, Any]]]
LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def domain_problems(props: Mapping[str, Any]) -> Iterator[Note]:
    seen: set[str] = set()
    own = ".".join(label_of(_name(props, key)) for key in ("function", "service"))
    for index, domain in domains_of(props):
        place: Place = ("customDomains", index)
        name = domain.get("domainName")
        if isinstance(name, str):
            key = own if is_auto(name) or _is_of(name.lower(), own) else name.lower()
            if key in seen:
                yield (
                    (*place, "domainName"),
                    t("customDomains.{index}.domainName: {name!r} stands twice", index=index, name=name),
                )
            seen.add(key)
        if is_auto(name):
            yield from _labels(props, index)
        if _is_https(domain) and not domain.get("certConfig") and domain.get("certId") is None:
            yield (
                (*place, "protocol"),
                t("customDomains.{index}: the protocol HTTPS needs certConfig or certId", index=index),
            )
        yield from _routes(domain, props, place)


def domain_remarks(props: Mapping[str, Any]) -> Iterator[Note]:
    """Yields what deploys and then does not do what was meant. FC checks neither of these before a request comes in."""
    answers = any(trigger.get("type") == "http" for _, trigger in triggers_of(props))
    for index, domain in domains_of(props):
        place: Place = ("customDomains", index)
        own = [(at, route) for at, route in _items(domain.get("routeConfigs")) if _leads_here(route, props)]
        if own and not answers:
            at, route = own[0]
            yield (
                (*place, "routeConfigs", at),
                t(
                    "{path} of {domainname} leads to this step's function, which has no http trigger "
                    "here to answer with",
                    path=route.get("path"),
                    domainname=domain.get("domainName"),
                ),
            )
        certificate = domain.get("certConfig")
        if certificate and domain.get("certId") is not None:
            yield (*place, "certId"), t("certId is ignored: certConfig goes before it")
        if isinstance(certificate, Mapping) and not certificate.get("privateKey"):
            yield (
                (*place, "certConfig"),
                t("certConfig has no privateKey: FC wants it when the domain is made and when the certificate changes"),
            )


def domains_of(props: Mapping[str, Any]) -> Items:
    """Returns the items that are at least mappings, each with its index."""
    return _items(props.get("customDomains"))


def _items(value: Any) -> Items:
    items = enumerate(value) if isinstance(value, list) else ()
    return [(index, item) for index, item in items if isinstance(item, Mapping)]


def _is_https(domain: Mapping[str, Any]) -> bool:
    return "HTTPS" in {word.strip().upper() for word in str(domain.get("protocol") or "").split(",")}


def _routes(domain: Mapping[str, Any], props: Mapping[str, Any], place: Place) -> Iterator[Note]:
    function = props.get("function")
    has_function = isinstance(function, Mapping) and bool(function.get("name"))
    seen: set[str] = set()
    for index, route in _items(domain.get("routeConfigs")):
        here: Place = (*place, "routeConfigs", index)
        dotted = ".".join(map(str, here))
        path = route.get("path")
        if isinstance(path, str):
            if path in seen:
                yield (*here, "path"), t("{dotted}.path: {path!r} stands twice", dotted=dotted, path=path)
            seen.add(path)
        if not route.get("functionName") and not has_function:
            yield here, t("{dotted}: 'functionName' is missing, and this step has no function", dotted=dotted)


def _labels(props: Mapping[str, Any], index: int) -> Iterator[Note]:
    """Yields what keeps the names of service and function from being parts of a host name. What has another shape than
    it should is told elsewhere."""
    for key in ("function", "service"):
        name = _name(props, key)
        if not name and props.get(key) is not None:
            continue
        if not LABEL.fullmatch(label_of(name)):
            yield (
                ("customDomains", index, "domainName"),
                t(
                    "customDomains.{index}.domainName: auto makes a host name of {key}.name, and {name!r} cannot be a "
                    "part of one: 1 to 63 letters, digits, - and _, with - and _ at neither end",
                    index=index,
                    key=key,
                    name=name,
                ),
            )


def _name(props: Mapping[str, Any], key: str) -> str:
    """Returns the name of the step's function or service, '' if it has none."""
    part = props.get(key)
    return str((part.get("name") if isinstance(part, Mapping) else None) or "")


def _is_of(domain: str, own: str) -> bool:
    """Says whether a domain is the test domain of the step's function, whatever account and region it names."""
    return domain.startswith(f"{own}.") and domain.endswith(f".{ZONE}")


def _leads_here(route: Mapping[str, Any], props: Mapping[str, Any]) -> bool:
    service, function = props.get("service"), props.get("function")
    if not isinstance(service, Mapping) or not isinstance(function, Mapping):
        return False
    return (route.get("serviceName") or service.get("name"), route.get("functionName") or function.get("name")) == (
        service.get("name"),
        function.get("name"),
    )
