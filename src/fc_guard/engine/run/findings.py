"""What each step of a run found, to be said once more at its end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from fc_guard.language import joined, t


@dataclass(slots=True)
class Findings:
    _lines: dict[str, str] = field(default_factory=dict)

    def hear(self, step: str, others: Collection[str] | None, line: str) -> str:
        """Notes what a step found, in one line. Returns the lines of all steps once the last of several has ended."""
        self._lines[step] = line
        if not others or not self._lines.keys() >= set(others):
            return ""
        width = max(map(len, self._lines))
        return joined(
            [
                t("All steps:"),
                *(
                    t("  {name:<{width}}  {found}", width=width, name=name, found=found)
                    for name, found in self._lines.items()
                ),
            ]
        )
