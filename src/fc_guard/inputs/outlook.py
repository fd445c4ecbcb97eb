"""What a run will probably touch, guessed from s.yaml, so that it can be read ahead.

A hint that may change speed and nothing else: the host's reading of the file is the only one that counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from fc_guard.inputs.places import compose

REFERENCE = re.compile(r"^\$\{vars\.([A-Za-z0-9_.-]+)\}$")
MOST = 500

Guess = tuple[str, str, str]
"""Region, service, function."""


def outlook(path: Path | None) -> tuple[Guess, ...]:
    """The functions that s.yaml names, as far as that can be seen without the host."""
    node = compose(path) if path is not None else None
    if node is None:
        return ()
    try:
        document = SafeConstructor().construct_document(node)
    except (ValueError, yaml.YAMLError, RecursionError):
        return ()
    root = _mapping(document)
    variables = _mapping(root.get("vars"))
    guesses = []
    for step in _mapping(root.get("resources") or root.get("services")).values():
        props = _mapping(_mapping(step).get("props"))
        service = _mapping(_resolved(props.get("service"), variables))
        function = _mapping(_resolved(props.get("function"), variables))
        names = [
            _resolved(value, variables) for value in (props.get("region"), service.get("name"), function.get("name"))
        ]
        if all(isinstance(name, str) and name and "${" not in name for name in names):
            guesses.append((names[0], names[1], names[2]))
    return tuple(guesses[:MOST])


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
