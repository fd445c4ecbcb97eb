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
from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.local import find_or_start
from fc_guard.core.normal import observed
from fc_guard.errors import BadInput, Effect, GuardError
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


def state_command(argv: Sequence[str]) -> int:
    """Runs `move FROM TO`. Returns the exit status."""
    translate = translation(os.environ)
    text = said(t("Moves what was deployed from .s/fc-guard to oss://bucket/prefix, or back."), translate)
    parser = ArgumentParser("fc-guard state", description=text)
    move = parser.add_subparsers(dest="action", required=True).add_parser("move", help=text, description=text)
    move.add_argument("source", metavar="FROM")
    move.add_argument("target", metavar="TO")
    region = t("the region of the bucket; where it is another one, OSS says so")
    move.add_argument("--region", default="cn-hangzhou", help=said(region, translate))
    move.add_argument("--local", action="store_true", help=said(t("the bucket is the local FC's"), translate))
    move.add_argument(
        "--project", default=".", help=said(t("the folder of s.yaml, from which the steps have names"), translate)
    )
    asked = parser.parse_args(argv)
    sink = Sink(Secrets(), translate)
    try:
        print(sink.text(_move(asked), colour=False))  # noqa: T201
    except GuardError as error:
        print(sink.message(str(error)), file=sys.stderr)  # noqa: T201
        return error.status
    return 0


def _move(asked: Namespace) -> str:
    from fc_guard.cloud.wire.objects import OssObjects, service  # noqa: PLC0415  for this command alone
    from fc_guard.engine.run.histories import bucket_in  # noqa: PLC0415
    from fc_guard.engine.run.session import in_checkout  # noqa: PLC0415
    from fc_guard.state.cache import Cache  # noqa: PLC0415
    from fc_guard.state.heads import Heads  # noqa: PLC0415
    from fc_guard.state.moving import into_bucket, into_folder  # noqa: PLC0415

    out = asked.target.startswith("oss://")
    bucket = bucket_in(asked.target if out else asked.source)
    if bucket is None or asked.source.startswith("oss://") == out:
        raise BadInput(
            t("One of the two is a folder, and the other oss://bucket/prefix."),
            reference="bad-state",
            effect=Effect.NOTHING,
        )
    folder = Path(asked.source if out else asked.target).absolute()
    root = Place(folder)
    if out and not folder.is_dir():
        raise BadInput(t("There is no folder {root}.", root=root), reference="no-state", effect=Effect.NOTHING)
    endpoint, keys = _keys(asked.local)
    told = os.environ.get("FC_GUARD_OSS_ENDPOINT", "").strip()
    objects = OssObjects(*bucket, service(asked.region, endpoint, told), keys)
    heads = Heads(objects, Cache(root, objects.name), CATALOG)
    file = Path(asked.project).absolute() / "s.yaml"
    here = in_checkout(file).removesuffix(file.name)

    def there(step: str) -> str:
        return f"{here}{step}" if "#" in step and "/" not in step.partition("#")[0] else step

    def back(step: str) -> str:
        return step.removeprefix(here) if here and step.startswith(here) else step

    moved = into_bucket(root, heads, CATALOG, there) if out else into_folder(heads, root, CATALOG, back)
    source = asked.source if out else objects.name
    target = objects.name if out else asked.target
    return t(
        "{records} records and {packages} packages are in {target} now, as they were in {source}.",
        records=moved.records,
        packages=moved.packages,
        target=target,
        source=source,
    )


def _keys(local: bool) -> tuple[str, Credential]:
    """Returns FC's endpoint, beside which OSS is, and the keys. Raises `BadInput` if there are none."""
    if local:
        found = find_or_start()
        return found.url, found.credential
    names = ("ACCOUNT_ID", "ACCESS_KEY_ID", "ACCESS_KEY_SECRET")
    account, name, secret = (os.environ.get(f"ALIBABA_CLOUD_{each}", "") for each in names)
    if not (account and name and secret):
        raise BadInput(
            t("There are no keys for the bucket."),
            hint=t(
                "Set ALIBABA_CLOUD_ACCOUNT_ID, ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET,\n"
                "or say --local for the local Function Compute's."
            ),
            reference="no-credentials",
            effect=Effect.NOTHING,
        )
    token = os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", "")
    return f"https://{account}.fc.aliyuncs.com", Credential(account, name, secret, token)


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
