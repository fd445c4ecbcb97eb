"""What files say, whichever side has it at hand: the code folder, what was remembered, and only then online."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fc_guard.artifacts.archive import Package
from fc_guard.engine.look import Look
from fc_guard.model.files import MOST_TEXT, FileState, Manifest
from fc_guard.state.store import DeployedCode

Reads = Callable[[FileState], "str | None"]


class Texts:
    """Texts by content. A side reads only what its own manifest names."""

    def __init__(
        self,
        local: Package | None,
        deployed: Iterable[DeployedCode],
        live: tuple[Look, Manifest] | None,
    ) -> None:
        self._known: dict[str, str | None] = {}
        self._deployed = tuple(deployed)
        self._sides: list[tuple[dict[str, FileState], Reads]] = []
        if local is not None:
            self._sides.append((_by_content(local.manifest), local.text))
        if live is not None:
            self._sides.append((_by_content(live[1]), live[0].text))

    def of(self, state: FileState) -> str | None:
        """None for what is no text, or is nowhere at hand."""
        if state.link or state.size > MOST_TEXT:
            return None
        if state.sha256 not in self._known:
            self._known[state.sha256] = self._found(state.sha256)
        return self._known[state.sha256]

    def _found(self, sha256: str) -> str | None:
        for code in self._deployed:
            text = code.text(sha256)
            if text is not None:
                return text
        for states, reads in self._sides:
            if sha256 in states:
                return reads(states[sha256])
        return None


def _by_content(manifest: Manifest) -> dict[str, FileState]:
    return {state.sha256: state for state in manifest.files}
