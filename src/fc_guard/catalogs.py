"""The languages that texts for people exist in, and which of them a person reads. English is in the code itself."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fc_guard.language import Translate, english

DOMAIN: Final = "fc_guard"
FOLDER: Final = Path(__file__).parent / "locale"
LANGUAGES: Final = {"zh": "zh_CN"}
"""Maps the language that a locale's name begins with to the catalog for it."""
VARIABLES: Final = ("FC_GUARD_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""The first of these that is set decides, as for other programs; ours comes first."""


def translation(environment: Mapping[str, str]) -> Translate:
    """Returns what translates for the person whose environment this is. Reads the catalog of that language."""
    language = language_of(environment)
    return in_language(language) if language else english


def language_of(environment: Mapping[str, str]) -> str:
    """Returns the name of the catalog for the person whose environment this is; '' for English."""
    name = next((value for variable in VARIABLES if (value := environment.get(variable))), "")
    return LANGUAGES.get(re.split(r"[^A-Za-z]", name.strip().lower(), maxsplit=1)[0], "")


def in_language(language: str) -> Translate:
    """Returns what translates into a language that has a catalog; what it lacks stays English."""
    import gettext  # noqa: PLC0415  whoever reads English does not wait for it

    try:
        catalog = gettext.translation(DOMAIN, FOLDER, [language])
    except (OSError, ValueError, EOFError, IndexError, struct.error):
        return english  # missing or damaged: nobody's deployment ends for that

    def translate(one: str, several: str, number: int) -> str:
        return catalog.ngettext(one, several, number) if several else catalog.gettext(one)

    return translate
