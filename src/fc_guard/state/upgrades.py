"""Upgrades state from earlier formats, step by step, and knows the names that an older release uses.

Format 1 had one provider and did not name it, neither in a record nor in its path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.state.names import encoded, file_stem, own_stem

FORMAT: Final = 2
"""The format of a record that is written now."""
FIRST_PROVIDER: Final = "fc2"
"""The provider of everything that was written before there were several."""
COPY_FORMAT: Final = 3
"""The newest format of a rescue copy that can be read."""
FIRST_COPY_FORMAT: Final = 2
"""The format of the first provider's rescue copies, which an older release reads correctly."""

Envelope = Mapping[str, Any]


def upgraded(envelope: Envelope) -> Envelope:
    """Returns a record's envelope in the newest format. Raises `ValueError` for members that its own format does not
    have.

    Checksum and seal belong to the envelope as it was written, so they are checked before this.
    """
    for version in range(envelope["format_version"], FORMAT):
        envelope = STEPS[version](envelope)
    return envelope


def _with_provider(envelope: Envelope) -> Envelope:
    if "provider" in envelope:
        raise ValueError(t("a record of format 1 names no provider"))
    return {**envelope, "format_version": 2, "provider": FIRST_PROVIDER}


STEPS: Final[Mapping[int, Callable[[Envelope], Envelope]]] = {1: _with_provider}
"""Maps each format to the step that makes the next one of it."""


def folder_before(id: Address) -> str | None:
    """Returns the folder of a record in format 1, inside its region; None if format 1 knew no such resource."""
    return encoded(id.kind) if id.provider == FIRST_PROVIDER else None


def is_of_today(folder: str) -> bool:
    """Says whether a folder of records is newer than format 1: its name then has a dot, which no encoded name has."""
    return "." in folder


def lock_stem(id: Address, catalog: Catalog) -> str:
    """Returns the name of the lock on a resource without a parent. The first provider's locks have the names of format
    1, so that an older release and this one exclude each other: the kind is omitted for the outermost kind."""
    if id.provider != FIRST_PROVIDER:
        return own_stem(id)
    stem = file_stem(id)
    return stem if id.kind == _outermost(catalog) else f"{encoded(id.kind)}~{stem}"


def label(id: Address) -> str:
    """Returns a resource's name in a folder of all kinds; the first provider's is that of format 1."""
    return file_stem(id) if id.provider == FIRST_PROVIDER else own_stem(id)


def copy_format(id: Address) -> int:
    """Returns the format for a rescue copy. An older release would take another provider's copy for the first one's, so
    such a copy has a format that it refuses as newer."""
    return FIRST_COPY_FORMAT if id.provider == FIRST_PROVIDER else COPY_FORMAT


def _outermost(catalog: Catalog) -> str | None:
    roots = (kind for kind in catalog.kinds if kind.provider == FIRST_PROVIDER and kind.parent is None)
    return next((kind.name for kind in roots if catalog.below(kind)), None)
