"""Where a function's code comes from: a folder, packed code, what a build left behind, or an object in OSS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.blob import Blob
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BadInput, Unreadable
from fc_guard.model.fields import CodeVersion

ARTIFACTS: Final = Path(".s", "build", "artifacts")
"""Below it the predecessor's `build` leaves <service>/<function>, which then is the code."""


@dataclass(frozen=True, slots=True)
class OssObject:
    """Code that lies in OSS. Its `version` has a checksum if it could be read."""

    bucket: str
    key: str
    version: CodeVersion


Code = Package | OssObject


@dataclass(frozen=True, slots=True)
class Saved:
    """The package of a rescue copy, byte for byte, and the type of the instances it ran on. `inside` tells its files,
    if it can be looked into."""

    package: Blob
    instance_type: str
    inside: Package | None

    @property
    def version(self) -> CodeVersion:
        digest = None if self.inside is None else self.inside.manifest.digest
        return CodeVersion(self.package.checksum, digest, self.package.size)


@dataclass(frozen=True, slots=True)
class Sourced:
    """A function's code, and what has to be told about it."""

    code: Code
    note: str = ""


def code_of(session: ReadSession) -> Sourced | None:
    """The code of the step's function; None where it has none, as with a container image.

    Raises `BadInput` when it is not there or cannot be packed.
    """
    function = session.step.props["function"]
    if function.get("codeUri"):
        return _local(session, function)
    if function.get("ossKey"):
        return _in_oss(session, str(function["ossBucket"]), str(function["ossKey"]))
    return None


def _local(session: ReadSession, function: Mapping[str, Any]) -> Sourced:
    base = session.step.base.absolute()
    built = base / ARTIFACTS / session.step.props["service"]["name"] / function["name"]
    if built.exists():
        note = f"The code is taken from the build artifact {built.relative_to(base)}, not from codeUri."
        return Sourced(session.packages.open(built), note)
    path = base / str(function["codeUri"])
    return Sourced(session.packages.open(path, wrapped=path.suffix == ".jar" and _starts_jar(function)))


def _starts_jar(function: Mapping[str, Any]) -> bool:
    """Whether a custom runtime runs the jar: then it has to lie in the package. Other jars are packages themselves."""
    config = function.get("customRuntimeConfig") or {}
    words = [str(word) for key in ("command", "args") for word in config.get(key) or ()]
    custom = str(function.get("runtime")) in ("custom", "custom.debian10")
    return custom and "java -jar" in " ".join(words)


def _in_oss(session: ReadSession, bucket: str, key: str) -> Sourced:
    name = f"oss://{bucket}/{key}"
    try:
        found = session.refresh.stored(bucket, key)
    except Unreadable as error:
        why = error.message.splitlines()[0]
        return Sourced(
            OssObject(bucket, key, CodeVersion(source=name)), f"{name} was not compared: it cannot be read. {why}"
        )
    if found is None:
        raise BadInput(
            f"There is no object {name} in {session.region}.",
            hint="Check ossBucket and ossKey, and upload the package first. The bucket must be in that region.",
            reference="no-code",
        )
    note = "" if found.checksum is not None else f"{name} was not compared: OSS does not tell its CRC-64."
    return Sourced(OssObject(bucket, key, CodeVersion(found.checksum, None, found.size, name)), note)
