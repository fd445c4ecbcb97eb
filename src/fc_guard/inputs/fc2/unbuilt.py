"""Finds what FC 2.0 and its s.yaml can do and this release cannot yet: one clear error instead of half a deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fc_guard.inputs.values import dotted
from fc_guard.language import t
from fc_guard.model.edits import Place
from fc_guard.model.layouts import Note


def unbuilt(props: Mapping[str, Any]) -> Iterator[Note]:
    """Yields every place of the props that needs something not built yet, with what it is."""
    domains = props.get("customDomains")
    for index, domain in enumerate(domains if isinstance(domains, list) else ()):
        yield from _domain(_mapping(domain), ("customDomains", index))


def _domain(domain: Mapping[str, Any], place: Place) -> Iterator[Note]:
    if domain.get("certId") is not None:
        yield (*place, "certId"), t("{dotted}.certId. Put the certificate into certConfig", dotted=dotted(place))
    certificate = _mapping(domain.get("certConfig"))
    for key in ("certificate", "privateKey"):
        if str(certificate.get(key) or "").strip().lower().startswith("oss://"):
            at = (*place, "certConfig", key)
            yield at, t("{dotted} from oss://. Name a file or an http(s) URL", dotted=dotted(at))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
