"""What a run will probably touch, guessed from s.yaml, so that it can be read ahead.

A hint that may change speed and nothing else: the host's reading of the file is the only one that counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from fc_guard.inputs.places import compose

REFERENCE = re.compile(r"^\$\{vars\.([A-Za-z0-9_.-]+)\}$")
MOST = 500


@dataclass(frozen=True, slots=True)
class Guess:
    """What one step names, as far as it can be seen: `parts` is service and function, or the service alone."""

    region: str
    parts: tuple[str, ...]
    bears: frozenset[str] = frozenset()  # of: triggers, asyncConfiguration, vpcBinding
    domains: tuple[str, ...] = ()


def outlook(path: Path | None) -> tuple[Guess, ...]:
    """What the steps of s.yaml name, as far as that can be seen without the host."""
    steps, variables = _steps(path)
    guesses = (_guess(_mapping(_mapping(step).get("props")), variables) for step in steps.values())
    return tuple(guess for guess in guesses if guess is not None)[:MOST]


def same_code(path: Path | None, step: str) -> tuple[str, ...]:
    """The other steps whose code is in the folder of this one, as far as that can be seen without the host."""
    steps, variables = _steps(path)
    folders = {}
    for name, found in steps.items():
        function = _mapping(_resolved(_mapping(_mapping(found).get("props")).get("function"), variables))
        if uri := _name(function.get("codeUri"), variables):
            folders[str(name)] = os.path.normpath(uri)
    return tuple(name for name, folder in folders.items() if name != step and folder == folders.get(step))


def _steps(path: Path | None) -> tuple[Mapping[Any, Any], Mapping[Any, Any]]:
    """The steps of the file, and its variables."""
    node = compose(path) if path is not None else None
    if node is None:
        return {}, {}
    try:
        root = _mapping(SafeConstructor().construct_document(node))
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}, {}
    return _mapping(root.get("resources") or root.get("services")), _mapping(root.get("vars"))


def _guess(props: Mapping[Any, Any], variables: Mapping[Any, Any]) -> Guess | None:
    service = _mapping(_resolved(props.get("service"), variables))
    function = _mapping(_resolved(props.get("function"), variables))
    region, parts = _name(props.get("region"), variables), [_name(service.get("name"), variables)]
    if function:
        parts.append(_name(function.get("name"), variables))
    if not region or not all(parts):
        return None
    named = {"triggers": props, "asyncConfiguration": function, "vpcBinding": service}
    bears = frozenset(key for key, place in named.items() if place.get(key))
    domains = props.get("customDomains")
    names = (
        [_name(_mapping(item).get("domainName"), variables) for item in domains] if isinstance(domains, list) else []
    )
    return Guess(region, tuple(parts), bears, tuple(name.lower() for name in names if name))


def _name(value: Any, variables: Mapping[Any, Any]) -> str:
    """A name that can be told without the host; '' otherwise."""
    name = _resolved(value, variables)
    return name if isinstance(name, str) and "${" not in name else ""


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _resolved(value: Any, variables: Mapping[Any, Any]) -> Any:
    found = REFERENCE.match(value) if isinstance(value, str) else None
    if found is None:
        return value
    result: Any = variables
    for key in found[1].split("."):
        result = _mapping(result).get(key)
    return result
