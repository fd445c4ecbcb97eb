"""Shows one value: harmless to the terminal, secrets hidden, and told apart from other values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from fc_guard.core.resolve import outputs_in, told
from fc_guard.core.values import same, thawed
from fc_guard.language import Text, joined, t, then
from fc_guard.model.fields import MISSING, CodeVersion, FieldChange, Sealed, Value
from fc_guard.model.histories import FieldMove
from fc_guard.model.outputs import Output
from fc_guard.render.cutting import UNSEEN, around, escaped, look

LONGEST = 80
UNBROKEN = re.compile(r"[^\n\t]+")
WORDS = {word: word for word in (t("(absent)"), t("(empty)"), t("(hidden)"), t("(kept as a hash)"))}
"""The words that stand for a value; text that is written like one of them is quoted."""
OTHERS = (t("(hidden, another value)"), t("(hidden, a third value)"))
"""What stands for a hidden value that is not the same as those before it."""


def safe(text: str) -> str:
    """Returns text from outside as one line, with everything made visible that could steer a terminal or a log."""
    return then(text, _safe)


def _safe(text: str) -> str:
    if text.isprintable() and (text.isascii() or UNSEEN.isdisjoint(text)):
        return text
    return "".join(c if c.isprintable() and c not in UNSEEN else escaped(c) for c in text)


def safe_text(text: str) -> str:
    """Returns safe text that may have several lines and tabs."""
    return then(text, lambda said: UNBROKEN.sub(lambda found: _safe(found[0]), said))


def shown_sides(
    values: Sequence[Value], *, labels: Sequence[str] = (), secret: bool = False, full: bool = False
) -> tuple[str, ...]:
    """Returns the texts of one field's values, a line each. Long ones are cut around what differs, unless `full`; those
    that differ and would look alike are written as JSON in ASCII. Of hidden ones it is told which differ; `labels` name
    the sides for that."""
    if secret:
        return _hidden_sides(values, labels or [""] * len(values))
    texts = [_line(value) for value in values]
    told = tuple(texts) if full else around(texts, LONGEST)
    if any(
        look(told[one]) == look(told[other]) and not same(values[one], values[other])
        for one, other in combinations(range(len(values)), 2)
    ):
        texts = [_exact(value, text) for value, text in zip(values, texts, strict=True)]
        told = tuple(texts) if full else around(texts, LONGEST)
    return tuple(_worded(text, value) for text, value in zip(told, values, strict=True))


def _hidden_sides(values: Sequence[Value], labels: Sequence[str]) -> tuple[str, ...]:
    texts: list[str] = []
    known: list[tuple[str, Value]] = []  # the first side that has each value
    for value, label in zip(values, labels, strict=True):
        if value is None or value is MISSING or isinstance(value, CodeVersion | Output):
            texts.append(_worded(_line(value), value))
            continue
        texts.append(_hidden(value, known))
        if not any(same(value, other) for _, other in known):
            known.append((label, value))
    return tuple(texts)


def _hidden(value: Value, known: Sequence[tuple[str, Value]]) -> str:
    """Returns what stands for a hidden value beside those that are known by then."""
    alike = [label for label, other in known if same(value, other)]
    if alike and alike[0]:
        return t("(hidden, as {side})", side=alike[0])
    if alike or not known:
        return WORDS["(hidden)"]
    return OTHERS[min(len(known), len(OTHERS)) - 1]


def _line(value: Value) -> str:
    if value is MISSING:
        return "(absent)"
    if isinstance(value, CodeVersion):
        return _code(value)
    if isinstance(value, Output):
        return _to_come(value)
    if value is None:
        return "(empty)"
    if isinstance(value, Sealed):
        return t("(kept as a hash)")
    if isinstance(value, str) and _plain(value):
        return safe(value)
    return safe(json.dumps(thawed(value), ensure_ascii=False, sort_keys=True, default=_to_come))


def _to_come(value: Output) -> str:
    """Returns what stands for a value that is known once another resource is made."""
    return value.filled(_new(value))


def _new(value: Output) -> str:
    return t("(the {member} of the new {kind})", member=value.member, kind=value.of.kind)


def _worded(text: str, value: Value) -> str:
    """Returns the text of a value in which our own words can be said in another language again: JSON and cutting make
    plain text of them."""
    parts = [WORDS.get(text, text)]
    for output in outputs_in(value):
        words = _new(output)
        parts = [piece for part in parts for piece in _apart(part, words)]
    return joined(parts, "")


def _apart(text: str, words: str) -> Iterator[str]:
    """Yields what stands around some words, and them."""
    for at, piece in enumerate([text] if isinstance(text, Text) else text.split(words)):
        if at:
            yield words
        yield piece


def _exact(value: Value, text: str) -> str:
    """Returns the value as ASCII, in which every character is seen and every type is told."""
    if value is None or value is MISSING or isinstance(value, CodeVersion | Sealed | Output):
        return text
    return json.dumps(thawed(value), ensure_ascii=True, sort_keys=True, default=_to_come).replace("\x7f", "\\u007f")


def _plain(text: str) -> bool:
    """Says whether text can be shown without quotes and still be told from other values."""
    if not text or text != text.strip() or text in WORDS or text.startswith("(hidden, "):
        return False
    return text.lower() not in ("true", "false", "null") and not _number(text)


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _code(code: CodeVersion) -> str:
    if code.source is not None:
        known = (
            t("crc64 {checksum}", checksum=code.checksum)
            if code.checksum is not None
            else t("sha256 {digest}", digest=(code.digest or "")[:12])
        )
        return safe(code.source) + t(" ({known})", known=known) if code.checksum or code.digest else safe(code.source)
    size = f"{code.size:,} B" if code.size is not None else t("package")
    if code.checksum is not None:
        return t("{size}, crc64 {checksum}", size=size, checksum=code.checksum)
    return t("{size}, sha256 {digest}", size=size, digest=code.digest[:12]) if code.digest is not None else size


def machine_value(change: FieldChange | FieldMove, value: Value) -> Any:
    """Returns a field's value for JSON output; a secret is only said to be there."""
    if value is MISSING:
        return None
    if isinstance(value, CodeVersion):
        known = {"checksum": value.checksum, "digest": value.digest, "size": value.size}
        return known | ({} if value.source is None else {"source": value.source})
    if change.secret or isinstance(value, Sealed):
        return {"hidden": True}
    return told(value)
