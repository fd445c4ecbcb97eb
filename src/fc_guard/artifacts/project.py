"""Writes the project of `sync`: s.yaml and the code, in a folder that is complete or does not exist."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import yaml

from fc_guard.artifacts.leftovers import found_in, sweep, temporary_name
from fc_guard.artifacts.unpack import unpack
from fc_guard.artifacts.yaml_text import is_plain
from fc_guard.errors import BadInput
from fc_guard.language import joined, t

S_YAML = "s.yaml"
CODE = "code"


class _Dumper(yaml.SafeDumper):
    """Quotes text that another YAML reader could take for a number or a date."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain(text) else '"')


_Dumper.add_representer(str, _text)


def s_yaml(document: Mapping[str, Any], comment: str) -> str:
    body = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return "".join(f"# {line}\n" for line in comment.splitlines()) + body


def write_project(target: Path, text: str | None, package: IO[bytes] | None, *, force: bool) -> tuple[str, ...]:
    """Writes s.yaml (for its owner alone: it may hold secrets) and the code below `target`.

    Without `force` neither may exist. Returns the files of the package that were left out. Raises `BadInput`, and then
    leaves existing files as they were.
    """
    parts = [name for name, given in ((S_YAML, text), (CODE, package)) if given is not None]
    there = [name for name in parts if (target / name).exists()]
    if there and not force:
        raise BadInput(
            t("{target} has {there} already. Nothing was written.", target=target, there=joined(there, t(" and "))),
            hint=t("Name another folder with --target-dir, or add --force to replace what is there."),
            reference="target-exists",
        )
    left: tuple[str, ...] = ()
    try:
        target.mkdir(parents=True, exist_ok=True)
        sweep(found_in(target))
        with _temporary(target) as made:
            if package is not None:
                left = unpack(package, made / CODE)
            if text is not None:
                descriptor = os.open(made / S_YAML, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
            for name in parts:
                _put(made / name, target / name)
    except OSError as error:
        raise BadInput(
            t("{target} cannot be written: {strerror}.", target=target, strerror=error.strerror), reference="bad-target"
        ) from error
    return left


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """Yields a folder for the owner alone, which is removed at the end."""
    made = target / temporary_name()
    made.mkdir(mode=0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made)


def _put(made: Path, place: Path) -> None:
    """Moves a file or folder into place. An old folder is removed only after that."""
    if place.is_dir() and not place.is_symlink():
        old = made.with_name(f"old-{place.name}")
        place.rename(old)
        made.rename(place)
        shutil.rmtree(old)
    else:
        made.replace(place)
