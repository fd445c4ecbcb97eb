"""The texts of files, from whichever side has them at hand: the code folder, saved code, and only then online."""

from __future__ import annotations

from collections.abc import Iterable

from fc_guard.artifacts.archive import Package
from fc_guard.engine.run.package_view import PackageView
from fc_guard.model.files import MOST_TEXT, FileState, Manifest
from fc_guard.state.store import DeployedCode


class Texts:
    """Texts by content. A side reads only what its own manifest names."""

    def __init__(
        self,
        local: Package | None,
        deployed: Iterable[DeployedCode],
        live: tuple[PackageView, Manifest] | None,
    ) -> None:
        self._known: dict[str, str | None] = {}
        self._deployed = tuple(deployed)
        self._local = local
        self._here = {} if local is None else _by_content(local.manifest)
        self._view = None if live is None else live[0]
        self._online = {} if live is None else _by_content(live[1])

    def ahead(self, states: Iterable[FileState]) -> None:
        """Fetches at once what will be asked for and is only online."""
        if self._view is not None:
            wanted = {state.sha256 for state in states if _may_be_text(state) and not self._at_hand(state.sha256)}
            self._view.ahead([self._online[sha256] for sha256 in sorted(wanted) if sha256 in self._online])

    def of(self, state: FileState) -> str | None:
        """Returns a file's text; None for what is no text, or is nowhere at hand."""
        if not _may_be_text(state):
            return None
        if not self._at_hand(state.sha256) and self._view is not None and state.sha256 in self._online:
            self._known[state.sha256] = self._view.text(self._online[state.sha256])
        return self._known.get(state.sha256)

    def _at_hand(self, sha256: str) -> bool:
        """Says whether a content is known without a request, be it as no text."""
        if sha256 in self._known:
            return True
        text = next((text for code in self._deployed if (text := code.text(sha256)) is not None), None)
        if text is None and self._local is not None and sha256 in self._here:
            self._known[sha256] = self._local.text(self._here[sha256])
        elif text is not None:
            self._known[sha256] = text
        return sha256 in self._known


def _may_be_text(state: FileState) -> bool:
    return not state.link and state.size <= MOST_TEXT


def _by_content(manifest: Manifest) -> dict[str, FileState]:
    return {state.sha256: state for state in manifest.files}
