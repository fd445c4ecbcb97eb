"""Checks whose document this is, by one rule for what FC answers, what is saved, and what is put back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.model.kinds import Kind


def misnamed(kind: Kind, parts: tuple[str, ...], document: Mapping[str, Any]) -> str:
    """Returns the member that does not name this resource; '' if the document is the resource's.

    Parents may go unnamed: FC leaves them out of some answers. Case counts unless the kind says otherwise.
    """
    told, name = document.get(kind.name_field), parts[-1]
    if not isinstance(told, str) or (told.lower() != name.lower() if kind.blind_to_case else told != name):
        return kind.name_field
    named = zip(kind.above, parts, strict=False)  # a kind whose answers name no parent has none above
    return next((member for member, parent in named if document.get(member) not in (None, "", parent)), "")
