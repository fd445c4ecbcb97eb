"""Finds a function's code: in a folder, in an archive, in what a build left behind, or as an object in OSS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.blob import Blob
from fc_guard.artifacts.folder import left_out_online
from fc_guard.artifacts.packages import PACKED
from fc_guard.core.homes import says
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BadInput, Unreadable
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fields import CodeVersion
from fc_guard.model.kinds import CodeSource

ARTIFACTS: Final = Path(".s", "build", "artifacts")
"""The predecessor's `build` leaves <service>/<function> in this folder, which then is the code."""


@dataclass(frozen=True, slots=True)
class OssObject:
    """Code that lies in OSS. Its `version` has a checksum if OSS told one."""

    bucket: str
    key: str
    version: CodeVersion


Code = Package | OssObject


@dataclass(frozen=True, slots=True)
class Saved:
    """The package of a rescue copy, byte for byte, and the type of the instances it ran on. `inside` has its files, if
    it could be opened."""

    package: Blob
    instance_type: str
    inside: Package | None

    @property
    def version(self) -> CodeVersion:
        digest = None if self.inside is None else self.inside.manifest.digest
        return CodeVersion(self.package.checksum, digest, self.package.size)


@dataclass(frozen=True, slots=True)
class Sourced:
    """`code` is None where it is not there yet, and a plugin may still make it."""

    code: Code | None
    note: str = ""


def code_of(session: ReadSession, id: Address) -> Sourced | None:
    """Returns the code of a resource of the step; None where it has none, as with a container image.

    Raises `BadInput` when it is not there or cannot be packed, unless a plugin may still mend that.
    """
    code = session.kind(id).code
    source = code.source(session.step.props) if code is not None else None
    if code is None or source is None:
        return None
    try:
        return _local(session, source, code.folder) if source.uri else _in_storage(session, id.provider, source)
    except BadInput as error:
        if session.plugin is None:
            raise
        return Sourced(
            None, t("{summary} It is left to the plugin of {at}.", summary=error.summary, at=session.plugin.at)
        )


def left_out_of(session: ReadSession, id: Address) -> Callable[[str], bool]:
    """Returns a function that says whether a file of a name in the package online is not compared, since a package of
    the code folder would never hold it. Code that is packed already, or lies in OSS, is compared whole."""
    kind, props = session.kind(id), session.step.props
    source = kind.code.source(props) if kind.code is not None and says(props, kind) else None
    path = _place(session, source)[0] if source is not None and source.uri else session.step.base.absolute()
    packed = path.suffix.lower() in PACKED and not path.is_dir()
    if packed or (source is not None and not source.uri):
        return lambda name: False
    return left_out_online(path, session.packages.without)


def _place(session: ReadSession, source: CodeSource) -> tuple[Path, bool]:
    """Returns where the code lies here, and whether a build left it there."""
    base = session.step.base.absolute()
    built = base.joinpath(ARTIFACTS, *source.built)
    return (built, True) if built.exists() else (base / source.uri, False)


def _local(session: ReadSession, source: CodeSource, said: str) -> Sourced:
    path, built = _place(session, source)
    if built:
        shown = path.relative_to(session.step.base.absolute())
        note = t("The code is taken from the build artifact {shown}, not from {prop}.", shown=shown, prop=said)
        return Sourced(_opened(session, path), note)
    return Sourced(_opened(session, path, wrapped=path.suffix == ".jar" and source.keeps_jar))


def _opened(session: ReadSession, path: Path, *, wrapped: bool = False) -> Package:
    """Opens code, and tells the checkout which files of a folder count: those that its package holds."""
    package = session.packages.open(path, wrapped=wrapped)
    files = None if package.folder is None else [file.name for file in package.manifest.compared.files]
    session.checkout.uses(str(path), files)
    return package


def _in_storage(session: ReadSession, provider: str, source: CodeSource) -> Sourced:
    bucket, key = source.bucket, source.key
    name = f"oss://{bucket}/{key}"
    try:
        found = session.refresh.stored(provider, bucket, key)
    except Unreadable as error:
        why = error.summary
        return Sourced(
            OssObject(bucket, key, CodeVersion(source=name)),
            t("{name} was not compared: it cannot be read. {why}", name=name, why=why),
        )
    if found is None:
        raise BadInput(
            t("There is no object {name} in {region}.", name=name, region=session.region),
            hint=t("Check {prop}, and upload the package first. The bucket must be in that region.", prop=source.said),
            reference="no-code",
        )
    note = "" if found.checksum is not None else t("{name} was not compared: OSS does not tell its CRC-64.", name=name)
    return Sourced(OssObject(bucket, key, CodeVersion(found.checksum, None, found.size, name)), note)
