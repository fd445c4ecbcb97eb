"""One value as a person may see it: short, harmless to the terminal, secrets hidden."""

from __future__ import annotations

import json
from typing import Any

from fc_guard.core.values import thawed
from fc_guard.model.fields import MISSING, CodeVersion, FieldChange, Sealed, Value

LONGEST = 80
KEPT = frozenset("\n\t")


def safe(text: str) -> str:
    """Text from outside with everything that could steer a terminal or a CI log made visible."""
    return "".join(c if c in KEPT or c.isprintable() else _escaped(c) for c in text)


def _escaped(c: str) -> str:
    return f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}"


def shown(value: Value, *, secret: bool = False) -> str:
    """A field's value in one line."""
    if value is MISSING:
        return "(absent)"
    if isinstance(value, CodeVersion):
        return _code(value)
    if secret or isinstance(value, Sealed):
        return "(empty)" if value is None else "(hidden)"
    if value is None:
        return "(empty)"
    text = (
        value
        if isinstance(value, str) and _plain(value)
        else json.dumps(thawed(value), ensure_ascii=False, sort_keys=True)
    )
    text = safe(text).replace("\n", "\\n").replace("\t", "\\t")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _plain(text: str) -> bool:
    """Whether text can be shown without quotes and still be told from other values."""
    return bool(text) and text == text.strip() and text.lower() not in ("true", "false", "null") and not _number(text)


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _code(code: CodeVersion) -> str:
    """A package by size and the start of what identifies it."""
    if code.source is not None:
        known = f" (crc64 {code.checksum})" if code.checksum is not None else ""
        return f"{safe(code.source)}{known}"
    size = f"{code.size:,} B" if code.size is not None else "package"
    if code.checksum is not None:
        return f"{size}, crc64 {code.checksum}"
    return f"{size}, sha256 {code.digest[:12]}" if code.digest is not None else size


def machine_value(change: FieldChange, value: Value) -> Any:
    """A field's value for JSON output; a secret is only said to be there."""
    if value is MISSING:
        return None
    if isinstance(value, CodeVersion):
        known = {"checksum": value.checksum, "digest": value.digest, "size": value.size}
        return known | ({} if value.source is None else {"source": value.source})
    if change.secret or isinstance(value, Sealed):
        return {"hidden": True}
    return thawed(value)
