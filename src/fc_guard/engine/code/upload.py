"""Sends a package to FC: inside the request while it is small, else through OSS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.blob import Blob
from fc_guard.engine.code.source import Code, OssObject, Saved
from fc_guard.engine.run.progress import Progress
from fc_guard.engine.run.session import WriteSession
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import CodeVersion

MOST_INLINE: Final = 50 * 1024 * 1024
"""Bytes. FC's documents say 50 MB here and 100 MB there; every region takes the smaller one."""


def carried(session: WriteSession, id: Address, code: Code | Saved) -> Mapping[str, Any]:
    """Returns the request's `code`. A large package is uploaded first, unseen until the request names it: an upload
    that is stopped or repeated does no harm."""
    gateway = session.gateways.about(id)
    if isinstance(code, OssObject):
        return gateway.placed(code.bucket, code.key)
    say = session.read.terminal.say
    blob = code.package if isinstance(code, Saved) else packed(say, t("Packing the code of {id}", id=id), code)
    if blob.size <= MOST_INLINE:
        return gateway.inline(blob)
    bucket, instance_type = _way(session, id, code)
    progress = Progress(session.read.terminal.say, t("Uploading the code of {id}", id=id), blob.size)
    with session.read.terminal.interruptible():
        if bucket:
            return gateway.put(bucket, id, blob, progress)
        return gateway.temporary(id, instance_type, blob, progress, session.hide)


def packed(say: Callable[[str], None], what: str, package: Package) -> Blob:
    """Returns a package's bytes, with its progress told where packing takes long."""
    return package.blob(Progress(say, what, package.bulk)) if package.bulk > MOST_INLINE else package.blob()


def version_of(code: Code | Saved) -> CodeVersion:
    return code.version(packed=True) if isinstance(code, Package) else code.version


def _way(session: WriteSession, id: Address, code: Package | Saved) -> tuple[str, str]:
    """Returns the user's own bucket ('' for FC's temporary one), and the type of the instances."""
    if isinstance(code, Saved):
        return "", code.instance_type
    kind = session.read.kind(id)
    source = kind.code.source(session.read.step.props) if kind.code is not None else None
    return ("", "") if source is None else (source.upload_bucket, source.instance_type)
