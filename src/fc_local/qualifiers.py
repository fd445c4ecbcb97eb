"""Resolves qualifiers, and says where a published version's copies are kept (facts 4.4)."""

from __future__ import annotations

from fc_local import errors
from fc_local.kinds import ALIAS
from fc_local.scope import Scope
from fc_local.store import Store


def resolve(store: Store, scope: Scope, service: str, qualifier: str | None) -> str | None:
    """Returns the version of a qualifier, None for the present state. Raises FcError if there is no such thing."""
    if qualifier in (None, "", "LATEST"):
        return None
    text = str(qualifier)
    if store.get(scope, "service", (service,)) is None:
        raise errors.not_found("service", (service,))
    version = text
    if not text.isdigit():
        alias = store.get(scope, ALIAS.name, (service, text))
        if alias is None:
            raise errors.unknown_qualifier(service, text)
        version = alias.document["versionId"]
    if store.get(scope, "version", (service, version)) is None:
        raise errors.not_found("version", (service, version))
    return version


def snapshot(path: tuple[str, ...], version: str) -> tuple[str, ...]:
    """Returns the path of a version's copy of a service or function."""
    return (path[0], version, *path[1:]) if len(path) > 1 else (path[0], version)
