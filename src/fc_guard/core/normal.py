"""Brings a document of the API to normal form: one entry per leaf, without what the server owns.

Noise is removed here and nowhere else. Desired and live pass through the same functions.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from fc_guard.core import strict_json
from fc_guard.core.values import LISTS, frozen, is_empty, thawed
from fc_guard.model.fields import CODE, MISSING, FieldPath, Fields, Json, Value
from fc_guard.model.rules import FieldRules

Entry = tuple[FieldPath, Json]


def normalise(document: Mapping[str, Json], rules: FieldRules) -> dict[FieldPath, Json]:
    """Returns the leaves of a document. Structs and maps are flattened, empty values become None."""
    fields: dict[FieldPath, Json] = {}
    for key, value in rules.tidied(document).items():
        _flatten((key,), value, rules, fields)
    return fields


def observed(document: Mapping[str, Json], rules: FieldRules) -> dict[FieldPath, Json]:
    """Returns the leaves of an answer of FC, without write-only fields, whatever it writes in their place."""
    return {path: value for path, value in normalise(document, rules).items() if path not in rules.write_only}


def _flatten(path: FieldPath, value: Json, rules: FieldRules, into: dict[FieldPath, Json]) -> None:
    if path in rules.server_owned or not rules.knows(path):
        return
    if path in rules.json_text and isinstance(value, str):
        value = _parsed(value)
    if path in rules.maps:
        into.update(_map_entries(path, value or {}))
    elif path in rules.keyed and _is_list(value):
        into.update(_keyed_entries(path, value or (), rules))
    elif path in rules.structs and _is_object(value):
        members = _canonical(path, value, rules) if value else {}
        for key, item in members.items():
            _flatten((*path, str(key)), item, rules, into)
    else:
        into[path] = _leaf(path, value, rules)


def _is_list(value: Json) -> bool:
    return isinstance(value, LISTS) or is_empty(value)


def _is_object(value: Json) -> bool:
    return isinstance(value, Mapping) or is_empty(value)


def _map_entries(path: FieldPath, value: Mapping[str, Json]) -> dict[FieldPath, Json]:
    return {(*path, str(key)): frozen(item) for key, item in value.items() if item is not None}


def _keyed_entries(path: FieldPath, value: Iterable[Mapping[str, Json]], rules: FieldRules) -> Iterator[Entry]:
    name = rules.keyed[path]
    for item in value:
        rest = {key: member for key, member in item.items() if key != name}
        yield (*path, str(item[name])), frozen(_canonical(path, rest, rules))


def _leaf(path: FieldPath, value: Json, rules: FieldRules) -> Json:
    spelled = None if is_empty(value) else _canonical(path, value, rules)
    return None if is_empty(spelled) else frozen(spelled)


def _canonical(path: FieldPath, value: Json, rules: FieldRules) -> Json:
    spell = rules.canonical.get(path)
    return value if spell is None else spell(value)


def _parsed(text: str) -> Json:
    try:
        return strict_json.read(text) if text else {}
    except ValueError:
        return text  # not JSON after all: compared as the text it is


def default(path: FieldPath, rules: FieldRules) -> Value:
    """Returns the value of a field that nobody set: MISSING for a map's key, else FC's default, else None."""
    if path == CODE or rules.map_of(path):
        return MISSING
    value = rules.defaults.get(path)
    return None if is_empty(value) else frozen(value)


def effective(fields: Fields, path: FieldPath, rules: FieldRules) -> Value:
    """Returns the value a field has, whether it was spelled out or not."""
    value = fields.get(path, MISSING)
    if value is MISSING or (value is None and not rules.map_of(path)):
        return default(path, rules)
    return value


def nested(
    fields: Mapping[FieldPath, Json], rules: FieldRules, after: Mapping[FieldPath, Json] | None = None
) -> dict[str, Json]:
    """Returns leaves as a request body; the inverse of `normalise` for what is worth sending. Keyed entries keep their
    order. `after` is the whole resource as it will be, if `fields` are a part of it."""
    body: dict[str, Json] = {}
    gone = _emptied(fields, rules)
    rest = {path: value for path, value in fields.items() if path != CODE and not _inside(path, gone)}
    whole = fields if after is None else after
    cleared = {path: _none(path, whole, rules) if value is None else value for path, value in rest.items()}
    cleared.update((path, rules.cleared[path]) for path in gone)
    for path, value in sorted(cleared.items(), key=lambda item: _rank(item[0], rules)):
        _put(body, path, thawed(value))
    for path, name in rules.keyed.items():
        _listed(body, path, name)
    for path in sorted(rules.json_text, key=len, reverse=True):
        around = _around(body, path)
        if path[-1] in around:
            around[path[-1]] = json.dumps(around[path[-1]], ensure_ascii=False, sort_keys=True, allow_nan=False)
    return body


def _put(body: dict[str, Json], path: FieldPath, value: Json) -> None:
    *outer, last = path
    for key in outer:
        body = body.setdefault(key, {})
    body[last] = value


def _none(path: FieldPath, whole: Mapping[FieldPath, Json], rules: FieldRules) -> Json:
    followed = rules.follows.get(path)
    return rules.cleared.get(path, "") if followed is None else effective(whole, followed, rules)


def _emptied(fields: Mapping[FieldPath, Json], rules: FieldRules) -> frozenset[FieldPath]:
    """Returns the outermost objects that are cleared as a whole and of which nothing but defaults is left."""
    wholes = rules.cleared.keys() & rules.structs
    kept = [path for path, value in fields.items() if value is not None and frozen(value) != default(path, rules)]
    gone = frozenset(
        whole
        for whole in wholes
        if any(_inside(path, {whole}) for path in fields) and not any(_inside(path, {whole}) for path in kept)
    )
    return frozenset(whole for whole in gone if not _inside(whole, gone))


def _inside(path: FieldPath, wholes: Collection[FieldPath]) -> bool:
    return any(path[:size] in wholes for size in range(1, len(path)))


def empty_struct(path: FieldPath, rules: FieldRules) -> Json:
    """Returns what to send for a whole object, or keyed list, of which nothing is left."""
    if path in rules.keyed:
        return []
    return {inner[-1]: [] for inner in rules.keyed if inner[:-1] == path}


def _rank(path: FieldPath, rules: FieldRules) -> FieldPath:
    owner = rules.map_of(path)
    return owner if owner in rules.keyed and owner is not None else path


def _listed(body: dict[str, Json], path: FieldPath, name: str) -> None:
    """Turns the entries below a path from a mapping into the list that FC knows."""
    place = _around(body, path)
    if isinstance(place.get(path[-1]), dict):
        place[path[-1]] = [{name: key, **entry} for key, entry in place[path[-1]].items()]


def _around(body: dict[str, Json], path: FieldPath) -> dict[str, Json]:
    """Returns the object of a body that has this member, if any has; an empty one where there is none."""
    place: Json = body
    for key in path[:-1]:
        place = place.get(key) if isinstance(place, dict) else None
    return place if isinstance(place, dict) else {}
