"""State as releases of format 1 wrote it: the inverse of the upgrade."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from fc_guard.state.owner import Owner


def format_1(envelope: dict[str, Any], owner: Owner | None = None) -> bytes:
    """A record's file; sealed where an owner seals it."""
    inner = {key: envelope[key] for key in envelope if key not in ("checksum", "seal", "provider")}
    inner["format_version"] = 1
    seal = None if owner is None else owner.seal(_message(inner))
    sealed = inner if seal is None else {**inner, "seal": seal}
    return json.dumps({**sealed, "checksum": hashlib.sha256(_message(sealed)).hexdigest()}).encode()


def as_before(state: Path, *, sealed: bool = True) -> tuple[Path, ...]:
    """Puts every record of a state directory where format 1 had it. Returns the files."""
    owner = Owner() if sealed else None
    made = []
    for path in sorted(state.glob("[0-9]*/*/fc2.*/*.json")):
        before = path.parent.with_name(path.parent.name.removeprefix("fc2.")) / path.name
        before.parent.mkdir(exist_ok=True)
        before.write_bytes(format_1(json.loads(path.read_bytes()), owner))
        path.unlink()
        made.append(before)
    for folder in state.glob("[0-9]*/*/fc2.*"):
        folder.rmdir()
    return tuple(made)


def _message(envelope: dict[str, Any]) -> bytes:
    return json.dumps(envelope, sort_keys=True, ensure_ascii=True).encode()
