"""A package on its way to FC: inside the request while it is small, else through OSS."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.blob import Blob
from fc_guard.engine.progress import Progress
from fc_guard.engine.session import WriteSession
from fc_guard.engine.source import Code, OssObject
from fc_guard.model.fields import CodeVersion
from fc_guard.model.ids import ResourceId

MOST_INLINE: Final = 50 * 1024 * 1024
"""Bytes. FC's documents say 50 MB here and 100 MB there: what every region takes."""


def carried(session: WriteSession, id: ResourceId, code: Code) -> Mapping[str, Any]:
    """What goes into the request's `code`. A large package is uploaded first, which nobody sees until the request
    names it: stopping on the way, or doing it again, does no harm."""
    if isinstance(code, OssObject):
        return {"ossBucketName": code.bucket, "ossObjectName": code.key}
    blob = packed(session.read.terminal.say, f"Packing the code of {id}", code)
    if blob.size <= MOST_INLINE:
        return {"zipFile": base64.b64encode(b"".join(blob.chunks())).decode("ascii")}
    function = session.read.step.props["function"]
    progress = Progress(session.read.terminal.say, f"Uploading the code of {id}", blob.size)
    with session.read.terminal.interruptible():
        if function.get("ossBucket"):
            return session.gateway.put(str(function["ossBucket"]), _key(id, blob), blob, progress)
        return session.gateway.temporary(id, str(function.get("instanceType") or ""), blob, progress)


def packed(say: Callable[[str], None], what: str, package: Package) -> Blob:
    """A package's bytes; packing that takes long is told of."""
    return package.blob(Progress(say, what, package.bulk)) if package.bulk > MOST_INLINE else package.blob()


def version_of(code: Code) -> CodeVersion:
    return code.version if isinstance(code, OssObject) else code.version(packed=True)


def _key(id: ResourceId, blob: Blob) -> str:
    """The predecessor's name for it."""
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in blob.chunks():
        digest.update(chunk)
    return f"fcComponentGeneratedDir/{'-'.join(id.parts)}-{digest.hexdigest()[:5]}"
