"""What follows from the rows of a kind: its rules, and the document that the props of a step ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from fc_guard.model.fields import FieldPath, Json
from fc_guard.model.rows import Access, Field, Filled, Shape
from fc_guard.model.rules import FieldRules, as_it_is

Table = Mapping[FieldPath, Field]


def rules_of(
    rows: Iterable[Field], tidied: Callable[[Mapping[str, Json]], Mapping[str, Json]] = as_it_is
) -> FieldRules:
    """The rows by what they say. Raises ValueError where two rows have one path."""
    table = _table(rows)
    by_access = {access: frozenset(path for path, row in table.items() if row.access is access) for access in Access}
    by_shape = {shape: frozenset(path for path, row in table.items() if row.shape is shape) for shape in Shape}
    canonical = {path: row.noise.canonical for path, row in table.items()}
    alike = {path: row.noise.alike for path, row in table.items()}
    return FieldRules(
        known=frozenset(table.keys() - by_access[Access.SERVER]),
        server_owned=by_access[Access.SERVER],
        structs=by_shape[Shape.STRUCT] | by_shape[Shape.JSON_TEXT],
        maps=by_shape[Shape.MAP],
        sets=frozenset(path for path, row in table.items() if row.noise.order),
        case_blind=frozenset(path for path, row in table.items() if row.noise.case),
        secret=frozenset(path for path, row in table.items() if row.secret),
        fixed=by_access[Access.FIXED],
        defaults={path: row.default for path, row in table.items() if row.default is not None},
        filling={path: judges for path in table if (judges := tuple(_judges(path, table)))},
        sticky=by_access[Access.STICKY],
        follows={path: _beside(path, row.follows) for path, row in table.items() if row.follows},
        cleared={path: row.cleared for path, row in table.items() if row.cleared != ""},
        json_text=by_shape[Shape.JSON_TEXT],
        canonical={path: spell for path, spell in canonical.items() if spell is not None},
        keyed={path: table[path].key for path in by_shape[Shape.KEYED]},
        tidied=tidied,
        alike={path: judge for path, judge in alike.items() if judge is not None},
        together={
            path: tuple(_beside(path, name) for name in row.together) for path, row in table.items() if row.together
        },
        write_only=by_access[Access.WRITE_ONLY],
    )


def _table(rows: Iterable[Field]) -> Table:
    table: dict[FieldPath, Field] = {}
    for path, row in _placed(rows, ()):
        if path in table:
            raise ValueError(f"two rows for {'.'.join(path)}")
        table[path] = row
    return table


def _placed(rows: Iterable[Field], above: FieldPath) -> Iterator[tuple[FieldPath, Field]]:
    for row in rows:
        path = (*above, row.name)
        yield path, row
        yield from _placed(row.rows, path)


def _judges(path: FieldPath, table: Table) -> Iterator[Filled]:
    """What judges whether FC filled the value in: the row itself, and the structs around it."""
    around = (table[path[:size]].filled for size in range(1, len(path)))
    own = None if table[path].rows else table[path].filled
    return (judge for judge in (*around, own) if judge is not None)


def _beside(path: FieldPath, name: str) -> FieldPath:
    return (*path[:-1], name)


def joined(*tables: Iterable[Field]) -> tuple[Field, ...]:
    """Rows that hold for several documents as one set. Structs have the members of all of them.

    Raises ValueError where two rows say different things of one path: what one document means by it would hold for
    the other one too.
    """
    merged: dict[str, Field] = {}
    for row in (row for rows in tables for row in rows):
        other = merged.get(row.name, row)
        if replace(row, rows=()) != replace(other, rows=()):
            raise ValueError(f"two meanings of {row.name}")
        merged[row.name] = replace(row, rows=row.rows if other is row else joined(other.rows, row.rows))
    return tuple(merged.values())


def document_of(rows: Iterable[Field], props: Mapping[str, Any]) -> dict[str, Json]:
    """FC's document, as far as the props name its fields."""
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
