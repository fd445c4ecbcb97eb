"""Reads what s.yaml and FC say of the code of a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.language import t
from fc_guard.model.fields import CodeVersion, Json
from fc_guard.model.kinds import Code, CodeSource, Props

LARGEST = 2**63
CUSTOM_RUNTIMES = ("custom", "custom.debian10")
CONTAINER = "custom-container"
"""Its image is the code. The predecessor's build takes codeUri for the image, and its deploy sends no package."""


def source(props: Props) -> CodeSource | None:
    """Returns where the code of the step's function comes from; None if it has none, as with a container image."""
    function = props["function"]
    if not packed(function):
        return None
    if function.get("codeUri"):
        return CodeSource(
            uri=str(function["codeUri"]),
            built=(props["service"]["name"], function["name"]),
            keeps_jar=_starts_jar(function),
            upload_bucket=str(function.get("ossBucket") or ""),
            instance_type=str(function.get("instanceType") or ""),
        )
    if function.get("ossKey"):
        bucket, key = str(function["ossBucket"]), str(function["ossKey"])
        return CodeSource(bucket=bucket, key=key, said=t("ossBucket and ossKey"))
    return None


def packed(function: Props) -> bool:
    return function.get("runtime") != CONTAINER


def _starts_jar(function: Mapping[str, Any]) -> bool:
    """Says whether a custom runtime runs a jar, which then has to lie in the package."""
    config = function.get("customRuntimeConfig") or {}
    words = [str(word) for key in ("command", "args") for word in config.get(key) or ()]
    return str(function.get("runtime")) in CUSTOM_RUNTIMES and "java -jar" in " ".join(words)


def version(document: Mapping[str, Json]) -> CodeVersion | None:
    """Returns the package that runs; None for a container, whatever package it had before it was one."""
    if not packed(document):
        return None
    checksum = document.get("codeChecksum")
    return CodeVersion(str(checksum), None, _size(document.get("codeSize"))) if checksum else None


def _size(told: Json) -> int | None:
    """Returns the size; None for an impossible one, since nothing is decided by it."""
    return told if isinstance(told, int) and 0 <= told < LARGEST else None


CODE = Code(
    source=source,
    folder="codeUri",
    version=version,
    instance_type=lambda document: str(document.get("instanceType") or ""),
    packed=packed,
)
