"""Rescue copies: what was live before it was overwritten or deleted, whole and durable.

The only place where real secret values are on the disk.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from fc_guard.model.ids import ResourceId
from fc_guard.model.reports import RescueCopy
from fc_guard.state.files import make_directory, write_file, write_pieces
from fc_guard.state.names import file_stem


def save(
    root: Path, id: ResourceId, document: Mapping[str, Any], code: Iterable[bytes] | None, *, reason: str, now: datetime
) -> RescueCopy:
    """Writes a rescue copy and returns once every byte is on the disk.

    `live.json` is the answer of FC as it came, `code.zip` the package, `rescue.json` (written last) says that the
    copy is complete.
    """
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    name = f"{stamp}-{id.kind}-{file_stem(id)[:100]}-{secrets.token_hex(2)}"
    directory = root / "rescue" / name
    make_directory(directory)
    write_file(directory / "live.json", _json(document))
    if code is not None:
        write_pieces(directory / "code.zip", code)
    about = {
        "format_version": 1,
        "account": id.account,
        "region": id.region,
        "kind": id.kind,
        "id": list(id.parts),
        "saved_at": now.isoformat(timespec="seconds"),
        "reason": reason,
        "code": code is not None,
    }
    write_file(directory / "rescue.json", _json(about))
    return RescueCopy(name, id, str(directory))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
