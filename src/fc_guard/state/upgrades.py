"""What state was like in earlier formats: one step a format, and the names that an older release goes by.

Format 1 had one provider and did not name it, neither in a record nor in its path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.state.names import encoded, file_stem, own_stem

FORMAT: Final = 2
"""Of a record, as it is written now."""
FIRST_PROVIDER: Final = "fc2"
"""Whose everything is that was written before there were several providers."""
COPY_FORMAT: Final = 3
"""Of a rescue copy, as it can be read."""
FIRST_COPY_FORMAT: Final = 2
"""Of a rescue copy of the first provider: an older release reads it, and takes it for what it is."""

Envelope = Mapping[str, Any]


def upgraded(envelope: Envelope) -> Envelope:
    """A record's envelope as the newest format has it. Raises `ValueError` for what its own format does not have.

    Whether it is whole and by whom it was sealed is told from the envelope as it was written, before this.
    """
    for version in range(envelope["format_version"], FORMAT):
        envelope = STEPS[version](envelope)
    return envelope


def _with_provider(envelope: Envelope) -> Envelope:
    if "provider" in envelope:
        raise ValueError("a record of format 1 names no provider")
    return {**envelope, "format_version": 2, "provider": FIRST_PROVIDER}


STEPS: Final[Mapping[int, Callable[[Envelope], Envelope]]] = {1: _with_provider}
"""Format -> what makes the next one of it."""


def folder_before(id: Address) -> str | None:
    """The folder of an account's region in which format 1 has the record; None where format 1 knew no such resource."""
    return encoded(id.kind) if id.provider == FIRST_PROVIDER else None


def is_of_today(folder: str) -> bool:
    """Whether a folder of records is not one of format 1: today's has a dot in its name, which no encoded name has."""
    return "." in folder


def lock_stem(id: Address, catalog: Catalog) -> str:
    """The name of the lock on a resource without a parent. The first provider's are those of format 1, so that an older
    release and this one keep out of each other's way: the kind is left out where it is the one that others lie in."""
    if id.provider != FIRST_PROVIDER:
        return own_stem(id)
    stem = file_stem(id)
    return stem if id.kind == _outermost(catalog) else f"{encoded(id.kind)}~{stem}"


def label(id: Address) -> str:
    """What names a resource in a folder of all kinds and providers, as format 1 does."""
    return file_stem(id) if id.provider == FIRST_PROVIDER else own_stem(id)


def copy_format(id: Address) -> int:
    """The format in which a rescue copy is written. An older release would take one of another provider for one of the
    first; so it is told that the copy is newer."""
    return FIRST_COPY_FORMAT if id.provider == FIRST_PROVIDER else COPY_FORMAT


def _outermost(catalog: Catalog) -> str | None:
    roots = (kind for kind in catalog.kinds if kind.provider == FIRST_PROVIDER and kind.parent is None)
    return next((kind.name for kind in roots if catalog.below(kind)), None)
