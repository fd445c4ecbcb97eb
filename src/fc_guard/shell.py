"""`fc-guard rescue …` on the shell: rescue copies where there is no s.yaml, or none that can be read any more."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Final

from fc_guard.artifacts.zips import BadArchive, opened
from fc_guard.catalogs import translation
from fc_guard.core.normal import observed
from fc_guard.errors import BadInput, GuardError
from fc_guard.kinds.catalog import CATALOG
from fc_guard.language import Translate, said, t, tn
from fc_guard.model.rescues import DamagedCopy, RescueCopy
from fc_guard.render.known import Secrets
from fc_guard.render.paint import painter
from fc_guard.render.rescues import about_text, rescues_text
from fc_guard.render.secrets import masked
from fc_guard.render.sink import Sink, json_text
from fc_guard.render.values import safe
from fc_guard.state.copies import CODE
from fc_guard.state.place import Place, beside
from fc_guard.state.shelf import Kept, code_of, document_of, shelf

MOST_FILES: Final = 200
"""At most so many files of a package are listed."""


def rescue_command(argv: Sequence[str]) -> int:
    """Runs `list`, `show NAME` or `path NAME`. Returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # where the terminal's encoding lacks a character
    translate = translation(os.environ)
    asked = _parser(translate).parse_args(argv)
    secrets = Secrets()
    sink = Sink(secrets, translate)
    try:
        for text in ACTIONS[asked.action](asked, secrets):
            print(sink.text(text, colour=_coloured()))  # noqa: T201
    except GuardError as error:
        print(sink.message(str(error)), file=sys.stderr)  # noqa: T201
        return error.status
    return 0


def _parser(translate: Translate) -> ArgumentParser:
    parser = ArgumentParser(
        "fc-guard rescue", description=said(t("Rescue copies: what was overwritten or deleted."), translate)
    )
    actions = parser.add_subparsers(dest="action", required=True)
    for name, text in (
        ("list", t("list all copies, newest first")),
        ("show", t("what is in a copy; secret values are hidden")),
        ("path", t("print a copy's folder: live.json is what FC answered, code.zip the package")),
    ):
        action = actions.add_parser(name, help=said(text, translate), description=said(text, translate))
        action.add_argument(
            "--dir",
            help=said(t("the folder .s/fc-guard; else FC_GUARD_CACHE_DIR, or the one below this folder"), translate),
        )
        if name != "list":
            action.add_argument("name", metavar="NAME")
        if name == "show":
            action.add_argument("--include-secrets", action="store_true", help=said(t("show them in clear"), translate))
    return parser


def _list(asked: Namespace, secrets: Secrets) -> Iterator[str]:
    yield rescues_text(shelf(_root(asked), CATALOG), painter(_coloured()))


def _show(asked: Namespace, secrets: Secrets) -> Iterator[str]:
    copy = _named(asked)
    if isinstance(copy, DamagedCopy):
        raise BadInput(
            t("The rescue copy {copy} is not whole: {why}.", copy=copy.name, why=copy.why),
            hint=t("What is left of it is in {directory}.", directory=copy.directory),
            reference="no-rescue-copy",
        )
    kind = CATALOG.kind(copy.id)
    document, rules = document_of(_root(asked), copy, kind), kind.rules
    shown = document if asked.include_secrets else masked(document, rules)
    if not asked.include_secrets:
        secrets.learn([value for path, value in observed(document, rules).items() if rules.is_secret(path)])
    yield about_text(copy)
    yield json_text(json.dumps(shown, indent=2, sort_keys=True, ensure_ascii=False))
    yield from _files(_root(asked), copy)


def _path(asked: Namespace, secrets: Secrets) -> Iterator[str]:
    yield _named(asked).directory


ACTIONS: Final = {"list": _list, "show": _show, "path": _path}


def _root(asked: Namespace) -> Place:
    """Returns the folder of the copies. Raises `BadInput` when there is none."""
    named = asked.dir or os.environ.get("FC_GUARD_CACHE_DIR")
    root = Place(Path(named).absolute()) if named else beside(Path.cwd())
    if not root.path.is_dir():
        raise BadInput(
            t("There is no folder {root}.", root=root),
            hint=t("Run it beside the s.yaml, or name the folder with --dir."),
            reference="no-state",
        )
    return root


def _named(asked: Namespace) -> Kept:
    for kept in shelf(_root(asked), CATALOG):
        if kept.name == asked.name:
            return kept
    raise BadInput(
        t("There is no rescue copy {asked!r} in {root}.", asked=asked.name, root=_root(asked)),
        hint=t("fc-guard rescue list tells their names."),
        reference="no-rescue-copy",
    )


def _files(root: Place, copy: RescueCopy) -> Iterator[str]:
    file = code_of(root, copy)
    if file is None:
        return
    with file:
        yield f"{Path(copy.directory) / CODE} ({os.fstat(file.fileno()).st_size:,} B):"
        yield from _entries(file)


def _entries(file: IO[bytes]) -> Iterator[str]:
    try:
        entries = opened(file).entries
    except BadArchive as error:
        yield t("  it cannot be looked into: {error}", error=error)
        return
    for entry in entries[:MOST_FILES]:
        yield f"  {entry.size:>12,}  {safe(entry.name)}"
    if len(entries) > MOST_FILES:
        yield tn("  … and {number:,} more file", "  … and {number:,} more files", len(entries) - MOST_FILES)


def _coloured() -> bool:
    return os.isatty(1) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
