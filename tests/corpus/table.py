"""What became of each file, for the end of the run: nothing of the corpus is left out unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Table:
    """Rows by file: what became of it, and why."""

    title: str
    rows: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def put(self, file: str, row: str, lines: tuple[str, ...] = ()) -> None:
        plain = tuple(str.__str__(line) for line in lines)  # a text that can be translated does not cross processes
        self.rows[file] = (row, plain)

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(row for row, _ in self.rows.values()))

    def text(self, *, every_file: bool) -> Iterator[str]:
        yield f"{self.title}: {len(self.rows)}"
        for row, count in sorted(self.counts.items(), key=lambda item: -item[1]):
            yield f"{count:5} {row}"
            for file, (found, lines) in sorted(self.rows.items()) if every_file else ():
                if found == row:
                    yield f"        {file}"
                    yield from (f"            {line}" for line in lines)


TABLES: dict[str, Table] = {}


def table(title: str) -> Table:
    """The table of that name; it is printed when the run ends."""
    return TABLES.setdefault(title, Table(title))
