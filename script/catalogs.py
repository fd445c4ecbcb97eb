"""Keeps the message catalogs: what the code says, gathered by Babel, and what a translator has written for it."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from fc_guard.catalogs import DOMAIN, FOLDER, LANGUAGES

SOURCE = FOLDER.parent
BRIDGE = SOURCE.parent / "bridge"
"""It is JavaScript, and reads its part of the catalogs as JSON."""
KEYWORDS = {"t": None, "tn": (1, 2)}
Said = dict[str | tuple[str, str], None]
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
NEVER = datetime(2026, 1, 1, tzinfo=timezone.utc)
"""Files that are made anew on each machine must not say when."""


def catalog_files() -> dict[Path, bytes]:
    """Returns each language's .po and .mo as they should be. A new message has no translation yet; one that the code
    no longer says is gone."""
    said = _said()
    made: dict[Path, bytes] = {}
    for language in LANGUAGES.values():
        folder = FOLDER / language / "LC_MESSAGES"
        catalog = _translated(said, language, folder / f"{DOMAIN}.po")
        for name, write in ((f"{DOMAIN}.po", _po), (f"{DOMAIN}.mo", write_mo)):
            file = io.BytesIO()
            write(file, catalog)
            made[folder / name] = file.getvalue()
        told = {message: catalog[message].string or "" for message in _said_in(BRIDGE, "**.js", "javascript")}
        made[BRIDGE / f"{language}.json"] = (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
    return made


def _said() -> Said:
    """Returns all that the code says, in its order, without what holds neither word nor punctuation."""
    return _said_in(SOURCE, "**.py", "python") | _said_in(BRIDGE, "**.js", "javascript")


def _said_in(folder: Path, files: str, language: str) -> Said:
    found = extract_from_dir(folder, [(files, language)], keywords=KEYWORDS)
    messages = (tuple(message) if isinstance(message, (tuple, list)) else message for _, _, message, _, _ in found)
    return dict.fromkeys(
        message for message in messages if is_translatable(message if isinstance(message, str) else message[0])
    )


def is_translatable(message: str) -> bool:
    """Says whether there is anything in it to translate: words, punctuation of a sentence, or a number, which some
    languages count in other ways."""
    return "{number" in message or re.search(r"[^\W\d_]|[.,:;?!()]", PLACEHOLDER.sub("", message)) is not None


def _translated(said: Said, language: str, file: Path) -> Catalog:
    known = read_po(io.BytesIO(file.read_bytes()), locale=language) if file.exists() else Catalog(locale=language)
    catalog = Catalog(
        locale=language,
        project="fc-guard",
        version="0",
        header_comment="# Written by script/generate; the translations are by hand.",
        creation_date=NEVER,
        revision_date=NEVER,
        last_translator="fc-guard",
        language_team="fc-guard",
        msgid_bugs_address="fc-guard",
        fuzzy=False,
    )
    for message in said:
        before = known.get(message)  # it may have had one form before, or several
        fits = before is not None and isinstance(before.id, str) == isinstance(message, str)
        catalog.add(message, string=before.string if fits else None)
    return catalog


def _po(file: io.BytesIO, catalog: Catalog) -> None:
    write_po(file, catalog, width=110, no_location=True, ignore_obsolete=True)
