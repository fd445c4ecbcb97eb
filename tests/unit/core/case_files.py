"""Reads the cases of comparing and of planning, which are files: cases/README.md says what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from fc_guard.model.fields import MISSING, CodeVersion, Sealed

CASES = Path(__file__).parent / "cases"
WHEN = "when"

Case = dict[str, Any]


class BadCase(Exception):
    """A case file that says something no test looks at, or nothing that a test could look at."""


class _Loader(yaml.SafeLoader):
    """YAML as the cases use it: a list is a tuple, a date is text, and a key that is written twice is an error."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Case:
    pairs = loader.construct_pairs(node, deep=True)
    names = [key for key, _ in pairs]
    if len(set(names)) < len(names):
        raise BadCase(f"a key is written twice among {', '.join(map(str, names))}")
    return dict(pairs)


def _list(loader: _Loader, node: yaml.SequenceNode) -> tuple[Any, ...]:
    return tuple(loader.construct_sequence(node, deep=True))


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _list)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)
_Loader.add_constructor("!missing", lambda loader, node: MISSING)
_Loader.add_constructor("!sealed", lambda loader, node: Sealed(loader.construct_scalar(node)))
_Loader.add_constructor("!code", lambda loader, node: CodeVersion(**_mapping(loader, node)))


def cases_of(text: str, known: frozenset[str], expected: frozenset[str]) -> dict[str, Case]:
    """Returns the cases of a file by their names under `when`, '' for that of a file without one.

    Raises BadCase if a case has a key that is not `known`, or none that is `expected`.
    """
    found = dict(_variants(yaml.load(text, _Loader)))  # noqa: S506 -- a SafeLoader with three tags of ours
    for case in found.values():
        if unknown := case.keys() - known:
            raise BadCase(f"unknown: {', '.join(sorted(unknown))}")
        if not case.keys() & expected:
            raise BadCase(f"nothing is expected: no {' or '.join(sorted(expected))}")
    return found


def _variants(whole: Case) -> Iterator[tuple[str, Case]]:
    if WHEN not in whole:
        yield "", whole
        return
    common = {key: value for key, value in whole.items() if key != WHEN}
    if not whole[WHEN]:
        raise BadCase(f"nothing stands under {WHEN}")
    for name, more in whole[WHEN].items():
        if twice := common.keys() & more.keys():
            raise BadCase(f"{', '.join(sorted(twice))} stands above {WHEN} and under '{name}'")
        yield name, {**common, **more}


def cases(folder: str, known: frozenset[str], expected: frozenset[str]) -> list[Any]:
    """Returns the cases of a folder as parameters of a test, named by their files."""
    found = []
    for path in sorted((CASES / folder).iterdir()):
        try:
            variants = cases_of(path.read_text("utf-8"), known, expected)
        except (BadCase, yaml.YAMLError) as error:
            raise BadCase(f"{path.name}: {error}") from error
        for name, case in variants.items():
            found.append(pytest.param(case, id=f"{path.stem}: {name}" if name else path.stem))
    if not found:
        raise BadCase(f"there are no cases in {folder}")
    return found


def only(given: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    """Returns `given`. Raises BadCase if it has a key that is not `known`."""
    if unknown := given.keys() - known:
        raise BadCase(f"unknown: {', '.join(sorted(unknown))}")
    return given
