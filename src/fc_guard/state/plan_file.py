"""Reads and writes the bytes of a plan file: what `plan --out` found, for `deploy --plan` to carry out.

Of a step it holds the plan as reports print it, for people, and the fingerprints of its resources, which decide.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fc_guard import __version__
from fc_guard.core import strict_json
from fc_guard.core.values import Seal
from fc_guard.disk import read_bounded
from fc_guard.errors import BadInput
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.fingerprints import Fingerprint, Fingerprints, Seals
from fc_guard.state.typed import UNSOUND, count, items, members, names, optional_text, shallow, text

MAGIC: Final = "fc-guard-plan"
FORMAT: Final = 1
LARGEST: Final = 64 * 1024 * 1024
"""The bytes of a plan of thousands of functions, with the differences of their code."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Says of what a step's plan is: the step in its s.yaml, where it is deployed to, and the endpoint if one is
    named."""

    origin: str
    account: str
    region: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step's part of a plan file. `seal` is the keyed hash of `message`, which is all that the file says of it."""

    name: str
    identity: Identity
    fingerprints: Fingerprints
    message: str
    seal: str


@dataclass(frozen=True, slots=True)
class PlanFile:
    """`words` are the options under which the plan was made, as they are typed; `made_at` is for people."""

    path: Path
    tool_version: str
    made_at: str
    words: tuple[str, ...]
    steps: Mapping[str, PlannedStep]


def step_document(
    name: str,
    identity: Identity,
    fingerprints: Fingerprints,
    review: Mapping[str, Any],
    words: Iterable[str],
    seal: Seal,
) -> dict[str, Any]:
    """Returns what a plan file says of a step. `review` is the plan for people, without secrets."""
    document: dict[str, Any] = {
        "step": name,
        "origin": identity.origin,
        "account": identity.account,
        "region": identity.region,
        "named_endpoint": identity.endpoint,
        "plan": review,
        "resources": [_resource(id, each) for id, each in sorted(fingerprints.items())],
    }
    return document | {"seal": sealed(_message(document, list(words), __version__), seal)}


def sealed(message: str, seal: Seal) -> str:
    return seal(("plan-file",), message).tag


def encode(steps: Iterable[Mapping[str, Any]], words: Iterable[str], made_at: str) -> bytes:
    document = {
        "magic": MAGIC,
        "format_version": FORMAT,
        "tool_version": __version__,
        "made_at": made_at,
        "options": list(words),
        "steps": list(steps),
    }
    whole = {**document, "checksum": _checksum(document)}
    return json.dumps(whole, indent=1, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def read(path: Path) -> PlanFile:
    """Returns what is in a plan file. Raises `BadInput` for one that is missing, damaged, foreign or newer."""
    try:
        data = read_bounded(path, LARGEST)
    except OSError as error:
        raise BadInput(
            t("The plan file {path} cannot be read: {why}.", path=path, why=error.strerror),
            hint=t("Make one with s plan --out {path}.", path=path),
            reference="no-plan-file",
        ) from error
    return decode(data, path)


def decode(data: bytes, path: Path) -> PlanFile:
    """Returns what is in the bytes of a plan file. Raises `BadInput` for a damaged, foreign or newer one."""
    try:
        document = strict_json.read(data)
    except ValueError as error:
        raise damaged(path, str(error)) from error
    if not isinstance(document, dict) or document.get("magic") != MAGIC:
        raise BadInput(
            t("{path} is no plan file of fc-guard.", path=path),
            hint=t("Make one with s plan --out FILE."),
            reference="plan-file-foreign",
        )
    version = document.get("format_version")
    if type(version) is not int or version < 1:
        raise damaged(path, t("its format is no number"))
    if version > FORMAT:
        raise BadInput(
            t(
                "{path} was written by a newer fc-guard ({tool_version}, format {version}).",
                path=path,
                tool_version=document.get("tool_version"),
                version=version,
            ),
            hint=t("Upgrade fc-guard here, or make the plan with this one: s plan --out {path}.", path=path),
            reference="plan-file-newer",
        )
    try:
        if document.pop("checksum", None) != _checksum(shallow(document)):
            raise damaged(path, t("its checksum does not match"))
        return _plan_file(document, path)
    except UNSOUND as error:  # anybody can compute a checksum, so the content may still be unsound
        raise damaged(path, f"{type(error).__name__}: {error}") from error


def damaged(path: Path, why: str) -> BadInput:
    return BadInput(
        t("The plan file {path} is damaged: {why}.", path=path, why=why),
        hint=t("Make the plan anew: s plan --out {path}. Nothing in it may be edited.", path=path),
        reference="plan-file-damaged",
    )


def is_plan_file(path: Path) -> bool:
    """Says whether a file may be replaced by a plan, since it is one or holds nothing. Raises `OSError`."""
    data = read_bounded(path, LARGEST)
    return not data or data.lstrip().startswith(b'{\n "magic": "fc-guard-plan"')


def _plan_file(document: Mapping[str, Any], path: Path) -> PlanFile:
    words = tuple(text(word) for word in items(document["options"]))
    tool_version = text(document["tool_version"])
    steps = [_step(members(each), words, tool_version) for each in items(document["steps"])]
    by_name = {step.name: step for step in steps}
    if len(by_name) != len(steps):
        raise ValueError(t("a step stands twice"))
    return PlanFile(path, tool_version, text(document["made_at"]), words, by_name)


def _step(document: dict[str, Any], words: tuple[str, ...], tool_version: str) -> PlannedStep:
    seal = text(document.pop("seal"))
    identity = Identity(*(text(document[name]) for name in ("origin", "account", "region", "named_endpoint")))
    found = [_as_resource(members(each), identity) for each in items(document["resources"])]
    members(document["plan"])
    if len(dict(found)) != len(found):
        raise ValueError(t("a resource stands twice"))
    message = _message(document, list(words), tool_version)
    return PlannedStep(text(document["step"]), identity, dict(found), message, seal)


def _resource(id: Address, print: Fingerprint) -> dict[str, Any]:
    return {
        "provider": id.provider,
        "kind": id.kind,
        "name": list(id.parts),
        "verb": print.verb,
        "serial": print.serial,
        "etag": print.etag,
        "base": print.base,
        "live": _seals(print.live),
        "desired": _seals(print.desired),
        "does": print.does,
        "files_live": dict(sorted(print.files_live.items())),
        "files_here": dict(sorted(print.files_here.items())),
    }


def _as_resource(data: Mapping[str, Any], identity: Identity) -> tuple[Address, Fingerprint]:
    provider, kind = text(data["provider"]), text(data["kind"])
    id = Address(provider, identity.account, identity.region, kind, names(data["name"]))
    return id, Fingerprint(
        verb=text(data["verb"]),
        serial=count(data["serial"]),
        etag=optional_text(data["etag"]),
        base=text(data["base"]),
        live=_as_seals(data["live"]),
        desired=_as_seals(data["desired"]),
        does=text(data["does"]),
        files_live=_as_files(data["files_live"]),
        files_here=_as_files(data["files_here"]),
    )


def _seals(seals: Seals | None) -> Any:
    return None if seals is None else [[list(path), seal] for path, seal in sorted(seals.items())]


def _as_seals(data: Any) -> Seals | None:
    return None if data is None else {names(path): text(seal) for path, seal in items(data)}


def _as_files(data: Any) -> Mapping[str, str]:
    return {name: text(seal) for name, seal in members(data).items()}


def _message(document: Mapping[str, Any], words: list[str], tool_version: str) -> str:
    return json.dumps([tool_version, words, document], sort_keys=True, ensure_ascii=True, allow_nan=False)


def _checksum(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
