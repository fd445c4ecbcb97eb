"""Guesses from s.yaml what a run will touch, so that it can be read ahead.

The guess may change speed and nothing else: the host's reading of the file is the only one that counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.constructor import SafeConstructor

from fc_guard.inputs.places import compose
from fc_guard.model.address import Address
from fc_guard.model.kinds import Kind, Lifecycle
from fc_guard.model.layouts import Layout

REFERENCE = re.compile(r"^\$\{vars\.([A-Za-z0-9_.-]+)\}$")
MOST = 500


class Named(NamedTuple):
    """A resource that a step names: `names` from the outermost parent inwards. For a kind that is read from its
    parent's list, it only says that there are some, and `names` are the parent's."""

    kind: Kind
    names: tuple[str, ...]
    parent: str | None = None  # the parent's kind, where the list is meant


@dataclass(frozen=True, slots=True)
class Guess:
    """One step's region and resources, as far as they can be seen."""

    region: str
    named: tuple[Named, ...]

    def ids(self, account: str) -> frozenset[Address]:
        return frozenset(
            Address(found.kind.provider, account, self.region, found.kind.name, found.names)
            for found in self.named
            if found.parent is None
        )

    def lists(self, account: str) -> frozenset[tuple[Address, str]]:
        """Returns parents, each with the kind whose list has what the step names."""
        return frozenset(
            (Address(found.kind.provider, account, self.region, found.parent, found.names), found.kind.name)
            for found in self.named
            if found.parent is not None
        )


def outlook(path: Path | None, layout: Layout, layouts: Sequence[Layout]) -> tuple[Guess, ...]:
    """Returns what the steps of s.yaml name, as far as can be seen without the host. What none of the layouts claims is
    read in this one."""
    steps, variables = _steps(path)
    found = []
    for step in steps.values():
        props = _mapping(_mapping(step).get("props"))
        of = next((each for each in layouts if each.claims(props)), layout)
        found.append(_guess(props, variables, of))
    return tuple(guess for guess in found if guess is not None)[:MOST]


def same_code(path: Path | None, step: str, kind: Kind) -> tuple[str, ...]:
    """Returns the other steps whose code is in the folder of this one, as far as can be seen without the host. A folder
    that an image is built of is no code."""
    if kind.code is None:
        return ()
    steps, variables = _steps(path)
    folders = {}
    for name, found in steps.items():
        props = _mapping(_mapping(found).get("props"))
        said = {
            key: _resolved(value, variables) for key, value in _mapping(_at(props, kind.home.place, variables)).items()
        }
        uri = _name(said.get(kind.code.folder), variables)
        if uri and kind.code.packed(said):
            folders[str(name)] = os.path.normpath(uri)
    return tuple(name for name, folder in folders.items() if name != step and folder == folders.get(step))


def _steps(path: Path | None) -> tuple[Mapping[Any, Any], Mapping[Any, Any]]:
    node = compose(path) if path is not None else None
    if node is None:
        return {}, {}
    try:
        root = _mapping(SafeConstructor().construct_document(node))
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}, {}
    return _mapping(root.get("resources") or root.get("services")), _mapping(root.get("vars"))


def _guess(props: Mapping[Any, Any], variables: Mapping[Any, Any], layout: Layout) -> Guess | None:
    """Returns None where only the host knows the name of a resource: then nothing of the step is certain."""
    region = _name(props.get(layout.region), variables)
    single: dict[str, tuple[str, ...]] = {}  # kinds of which a step names one
    named: list[Named] = []
    for kind in layout.kinds:
        if kind.lifecycle is not Lifecycle.DEPLOYED:
            continue  # what is made on demand is read once it is known to be wanted
        value = _at(props, kind.home.place, variables)
        if not value:
            continue
        around = single.get(kind.parent, ()) if kind.parent is not None else ()
        if kind.parent is not None and not around:
            continue
        if kind.listed:
            named.append(Named(kind, around, kind.parent))
        elif kind.home.many:
            names = (_item_name(item, kind, variables) for item in (value if isinstance(value, list) else ()))
            named += [Named(kind, (*around, name)) for name in names if name and not layout.left_to_us(name)]
        elif name := _item_name(value, kind, variables):
            single[kind.name] = (*around, name)
            named.append(Named(kind, single[kind.name]))
        else:
            return None
    return Guess(region, tuple(named)) if region and single else None


def _item_name(item: Any, kind: Kind, variables: Mapping[Any, Any]) -> str:
    value = _mapping(item).get(kind.home.name) if kind.home.name else item
    name = _name(value, variables)
    return name.lower() if kind.blind_to_case else name


def _at(value: Any, place: tuple[str, ...], variables: Mapping[Any, Any]) -> Any:
    """Returns what stands at a place, whose objects may be variables."""
    for key in place:
        value = _mapping(_resolved(value, variables)).get(key)
    return _resolved(value, variables)


def _name(value: Any, variables: Mapping[Any, Any]) -> str:
    """Returns a name; '' where only the host knows it."""
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
