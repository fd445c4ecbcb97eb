"""Paints text where a terminal shows colour."""

from __future__ import annotations

import re
from collections.abc import Callable

from fc_guard.language import joined, t, then
from fc_guard.model.plans import Verb
from fc_guard.model.scope import Scope
from fc_guard.render.values import safe

Paint = Callable[[str, str], str]
"""(text, colour name) -> text for the terminal."""

CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "36", "dim": "2", "bold": "1"}
COLOUR = re.compile("(\x1b\\[(?:0|" + "|".join(CODES.values()) + ")m)")
"""Matches the colours that we paint with: more cannot be had by a text from outside that was not escaped."""
SYMBOLS = {
    Verb.CREATE: ("+", "green"),
    Verb.UPDATE: ("~", "yellow"),
    Verb.REPLACE: ("±", "red"),
    Verb.DELETE: ("-", "red"),
    Verb.RECORD: ("=", "dim"),
    Verb.FORGET: (".", "dim"),
    Verb.NOTHING: (" ", "dim"),
}


def painter(colour: bool) -> Paint:
    if not colour:
        return lambda text, name: text
    return lambda text, name: then(text, lambda said: f"\x1b[{CODES[name]}m{said}\x1b[0m") if name else text


def heading(command: str, step: str, region: str, account: str, scope: Scope, paint: Paint, place: str = "") -> str:
    """Returns the first line: what is done where, and to which part. `place` is an endpoint of the user's own."""
    part = " " + str(scope) if str(scope) else ""
    where = [
        safe(step),
        *([paint(safe(place), "yellow")] if place else []),
        safe(region),
        t("account {account}", account=safe(account)),
    ]
    return paint(f"fc-guard {command}" + safe(part), "bold") + "  " + joined(where, " · ")
