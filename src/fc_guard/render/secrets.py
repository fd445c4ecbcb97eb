"""Hides what is secret in a document of FC's, for people to look at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from fc_guard.model.fields import FieldPath, Json
from fc_guard.model.rules import FieldRules

HIDDEN: Final = "(hidden)"


def masked(document: Mapping[str, Json], rules: FieldRules) -> dict[str, Json]:
    """Returns the document without its secret values. What these rules do not know is hidden too."""
    known = {path[0] for path in (*rules.known, *rules.server_owned)}
    return {
        key: _masked((key,), value, rules) if not rules.known or key in known else _hidden(value)
        for key, value in document.items()
    }


def _masked(path: FieldPath, value: Json, rules: FieldRules) -> Json:
    if rules.is_secret(path):
        return _hidden(value)
    if path in rules.json_text and isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return _hidden(value)
    if isinstance(value, Mapping):
        return {key: _masked((*path, key), item, rules) for key, item in value.items()}
    return value


def _hidden(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    return value if value in (None, "", [], {}) else HIDDEN
