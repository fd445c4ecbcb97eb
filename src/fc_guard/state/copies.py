"""Rescue copies: the live resource as it was before it was overwritten or deleted, whole and durable.

Only rescue copies hold real secret values on the disk. A copy is a folder: `live.json` is FC's answer unchanged,
`code.zip` the package, and `rescue.json`, written last, says that the copy is complete, and of what. `unfinished` marks
it until the run that saved it has ended; then `unused` marks it if that run overwrote nothing of it. `state.shelf`
reads copies.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from fc_guard import __version__
from fc_guard.model.address import Address
from fc_guard.model.outputs import Output
from fc_guard.model.rescues import Occasion, RescueCopy
from fc_guard.state.nofollow import make_directory, remove_file, write_file, write_pieces
from fc_guard.state.place import Place
from fc_guard.state.upgrades import copy_format, label

FOLDER: Final = "rescue"
ABOUT: Final = "rescue.json"
LIVE: Final = "live.json"
CODE: Final = "code.zip"
OURS: Final = re.compile(r"\d{8}T\d{6}Z-[A-Za-z]+-[a-z0-9_.=~-]{1,100}-[0-9a-f]{4}")
"""The name of a copy's folder. Anything else there belongs to somebody else and stays."""
UNFINISHED: Final = "unfinished"
UNUSED: Final = "unused"


class Content(Protocol):
    """A package that is never whole in memory."""

    @property
    def size(self) -> int: ...

    @property
    def checksum(self) -> str:
        """CRC-64, like FC's codeChecksum."""

    def chunks(self) -> Iterator[bytes]: ...


def save(
    root: Place,
    id: Address,
    document: Mapping[str, Any],
    code: Content | None,
    *,
    occasion: Occasion,
    now: datetime,
    number: int,
) -> RescueCopy:
    """Writes a rescue copy, durably. `number` is larger than that of every earlier copy of the resource."""
    name = f"{_stamp(now)}-{_label(id)}-{secrets.token_hex(2)}"
    directory = root / FOLDER / name
    make_directory(directory)
    live = _json(document)
    write_file(directory / LIVE, live)
    files: dict[str, Any] = {LIVE: {"size": len(live), "sha256": hashlib.sha256(live).hexdigest()}}
    if code is not None:
        write_pieces(directory / CODE, code.chunks())
        files[CODE] = {"size": code.size, "crc64": code.checksum}
    about = {
        "format_version": copy_format(id),
        "tool_version": __version__,
        "provider": id.provider,
        "account": id.account,
        "region": id.region,
        "kind": id.kind,
        "id": list(id.parts),
        "number": number,
        "saved_at": now.isoformat(timespec="microseconds"),
        "run": occasion.run,
        "command": occasion.command,
        "policy": occasion.policy,
        "word": occasion.word,
        "step": occasion.step,
        "reason": occasion.reason,
        "changed": None if occasion.changed is None else sorted(list(path) for path in occasion.changed),
        "outputs": [_output(text, occasion.outputs[text]) for text in sorted(occasion.outputs)],
        "code": code is not None,
        "files": files,
    }
    write_file(directory / UNFINISHED, b"")
    write_file(directory / ABOUT, _json(about))
    size = sum(file["size"] for file in files.values())
    sha256 = files[LIVE]["sha256"]
    return RescueCopy(name, id, str(directory), now, occasion, size, code is not None, number=number, sha256=sha256)


def _output(text: str, output: Output) -> dict[str, Any]:
    of = output.of
    return {"text": text, "provider": of.provider, "kind": of.kind, "id": list(of.parts), "member": output.member}


def finish(root: Place, copy: RescueCopy, *, used: bool) -> None:
    """Ends the `unfinished` mark. `used` says that the run overwrote or deleted what was saved."""
    folder = root / FOLDER / copy.name
    if not used:
        write_file(folder / UNUSED, b"")
    remove_file(folder / UNFINISHED)


def name_of_run(now: datetime) -> str:
    return f"{_stamp(now)}-{secrets.token_hex(3)}"


def is_name_of(name: str, id: Address) -> bool:
    return OURS.fullmatch(name) is not None and name.partition("-")[2].rpartition("-")[0] == _label(id)


def _label(id: Address) -> str:
    return f"{id.kind}-{label(id)[:100]}"


def moment_in(name: str) -> str:
    """Returns the second in which a copy was saved, as text that sorts by time."""
    return name.partition("-")[0]


def _stamp(now: datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%SZ")


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"
