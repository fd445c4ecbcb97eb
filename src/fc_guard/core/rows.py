"""Derives from the rows of a kind its rules, and the document that the props of a step ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final, TypeVar

from fc_guard.language import t
from fc_guard.model.fields import FieldPath, Json
from fc_guard.model.rows import EXACT, Access, Field, Filled, Shape
from fc_guard.model.rules import FieldRules, as_it_is

Table = Mapping[FieldPath, Field]
Trait = TypeVar("Trait", bound=Enum)
NONE: Final[frozenset[FieldPath]] = frozenset()


def rules_of(
    rows: Iterable[Field], tidied: Callable[[Mapping[str, Json]], Mapping[str, Json]] = as_it_is
) -> FieldRules:
    """Returns the rules that the rows make. Raises ValueError if two rows have one path."""
    table: dict[FieldPath, Field] = {}
    _enter(rows, (), table)
    accessed = _grouped(table, lambda row: row.access)
    shaped = _grouped(table, lambda row: row.shape)
    noisy = {path: row.noise for path, row in table.items() if row.noise is not EXACT}
    server_owned = accessed.get(Access.SERVER, NONE)
    json_text = shaped.get(Shape.JSON_TEXT, NONE)
    return FieldRules(
        known=frozenset(table.keys() - server_owned),
        server_owned=server_owned,
        structs=shaped.get(Shape.STRUCT, NONE) | json_text,
        maps=shaped.get(Shape.MAP, NONE),
        sets=frozenset(path for path, noise in noisy.items() if noise.order),
        case_blind=frozenset(path for path, noise in noisy.items() if noise.case),
        secret=frozenset(path for path, row in table.items() if row.secret),
        secret_props=frozenset(name for row in table.values() if row.secret for name in row.said_as),
        fixed=accessed.get(Access.FIXED, NONE),
        defaults={path: row.default for path, row in table.items() if row.default is not None},
        filling=_filling(table),
        sticky=accessed.get(Access.STICKY, NONE),
        follows={path: _beside(path, row.follows) for path, row in table.items() if row.follows},
        cleared={path: row.cleared for path, row in table.items() if row.cleared != ""},
        json_text=json_text,
        canonical={path: noise.canonical for path, noise in noisy.items() if noise.canonical is not None},
        keyed={path: table[path].key for path in shaped.get(Shape.KEYED, NONE)},
        tidied=tidied,
        alike={path: noise.alike for path, noise in noisy.items() if noise.alike is not None},
        together={
            path: tuple(_beside(path, name) for name in row.together) for path, row in table.items() if row.together
        },
        write_only=accessed.get(Access.WRITE_ONLY, NONE),
    )


def _enter(rows: Iterable[Field], above: FieldPath, table: dict[FieldPath, Field]) -> None:
    for row in rows:
        path = (*above, row.name)
        if path in table:
            raise ValueError(t("two rows for {path}", path=".".join(path)))
        table[path] = row
        _enter(row.rows, path, table)


def _grouped(table: Table, trait: Callable[[Field], Trait]) -> dict[Trait, frozenset[FieldPath]]:
    groups: dict[Trait, list[FieldPath]] = {}
    for path, row in table.items():
        groups.setdefault(trait(row), []).append(path)
    return {found: frozenset(paths) for found, paths in groups.items()}


def _filling(table: Table) -> dict[FieldPath, tuple[Filled, ...]]:
    """Returns what judges whether FC filled a value in: its own row, and the structs around it."""
    filling: dict[FieldPath, tuple[Filled, ...]] = {}
    for path, row in table.items():
        if row.filled is not None:
            for judged in _below(path, table) if row.rows else (path,):
                filling[judged] = (*filling.get(judged, ()), row.filled)
    return filling


def _below(path: FieldPath, table: Table) -> tuple[FieldPath, ...]:
    return tuple(inner for inner in table if len(inner) > len(path) and inner[: len(path)] == path)


def _beside(path: FieldPath, name: str) -> FieldPath:
    return (*path[:-1], name)


def joined(*tables: Iterable[Field]) -> tuple[Field, ...]:
    """Joins rows of several documents into one set. Structs have the members of all of them.

    Raises ValueError if two rows say different things of one path: what one document means by it would hold for the
    other one too.
    """
    merged: dict[str, Field] = {}
    for row in (row for rows in tables for row in rows):
        other = merged.setdefault(row.name, row)
        if row is not other:
            if row._replace(rows=()) != other._replace(rows=()):
                raise ValueError(t("two meanings of {row}", row=row.name))
            merged[row.name] = row._replace(rows=joined(other.rows, row.rows))
    return tuple(merged.values())


def document_of(rows: Iterable[Field], props: Mapping[str, Any]) -> dict[str, Json]:
    """Returns FC's document, as far as the props name its fields."""
    document: dict[str, Json] = {}
    for row in rows:
        said = _said(row, props)
        if said is not None:
            document[row.name] = document_of(row.rows, row.spell(said)) if row.rows else row.spell(said)
    return document


def row_at(rows: Iterable[Field], path: FieldPath) -> Field | None:
    row = next((row for row in rows if row.name == path[0]), None)
    return row if row is None or len(path) == 1 else row_at(row.rows, path[1:])


def _said(row: Field, props: Mapping[str, Any]) -> Any:
    return next((props[name] for name in row.said_as if props.get(name) is not None), None)
