"""Merges code: per file, and within text files per hunk. What cannot be settled is a conflict, never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Final

from fc_guard.core.file_changes import alike
from fc_guard.core.hunks import merged_text
from fc_guard.language import t
from fc_guard.model.files import FileChange, FileSide
from fc_guard.model.merges import CodeMerge, FileConflict, MergedFile, Source

CLASHING: Final = t("a file on one side, a folder on the other")
UNBASED: Final = t("differs, and what was last deployed is not known")


def merged_code(files: Iterable[FileChange]) -> CodeMerge:
    """Merges the files that are not the same on all sides."""
    return _sorted(_merged(file) for file in files)


def merged_for_pull(files: Iterable[FileChange], *, deployed: bool) -> CodeMerge:
    """Merges them for a code folder that follows what is online. If nothing was `deployed` from here, what is online
    counts wherever the common file is not known."""
    return _sorted(_pulled(file, deployed) for file in files)


def _sorted(results: Iterable[MergedFile | FileConflict]) -> CodeMerge:
    found = tuple(results)
    clashing = _clashing({result.name for result in found if isinstance(result, MergedFile) and result.present})
    settled = [FileConflict(result.name, CLASHING) if result.name in clashing else result for result in found]
    return CodeMerge(
        files=tuple(result for result in settled if isinstance(result, MergedFile)),
        conflicts=tuple(result for result in settled if isinstance(result, FileConflict)),
    )


def _clashing(names: Set[str]) -> set[str]:
    """Returns the names that are a file on one side and a folder with files on the other, and those of the files."""
    ways = ((name, "/".join(name.split("/")[:size])) for name in names for size in range(1, name.count("/") + 1))
    return {either for name, folder in ways if folder in names for either in (name, folder)}


def _pulled(file: FileChange, deployed: bool) -> MergedFile | FileConflict:
    if file.based:
        return _merged(file)
    if file.live is None:
        return FileConflict(file.name, UNBASED) if deployed else _taken(file, Source.HERE)
    if file.local is None or not deployed:
        return _taken(file, Source.ONLINE)
    return FileConflict(file.name, UNBASED, _in_markers(file))


def _merged(file: FileChange) -> MergedFile | FileConflict:
    base, live, local = file.base, file.live, file.local
    if _same(live, local):
        return _taken(file, Source.ONLINE)
    if not file.based:
        return FileConflict(file.name, UNBASED)
    if _same(local, base):
        return _taken(file, Source.ONLINE)
    if _same(live, base):
        return _taken(file, Source.HERE)
    if live is None or local is None:
        why = t("removed online, changed here") if live is None else t("changed online, removed here")
        return FileConflict(file.name, why, _in_markers(file))
    if base is None:
        return FileConflict(file.name, t("added on both sides, not alike"), _in_markers(file))
    return _both(file, base, live, local)


def _both(file: FileChange, base: FileSide, live: FileSide, local: FileSide) -> MergedFile | FileConflict:
    """Merges a file that both sides changed: its content, and whether it is executable, each on its own."""
    executable = local.state.executable if live.state.executable == base.state.executable else live.state.executable
    if _same_content(local, base) or _same_content(live, local):
        return _taken(file, Source.ONLINE, executable)
    if _same_content(live, base):
        return _taken(file, Source.HERE, executable)
    if base.text is None or local.text is None or live.text is None:
        return FileConflict(file.name, t("changed on both sides, and not merged line by line"))
    result = merged_text(base.text, local.text, live.text)
    if result.conflicts:
        return FileConflict(file.name, t("the same lines were changed on both sides"), result.text)
    if result.text in (live.text, local.text):  # one side has the other's change already
        return _taken(file, Source.ONLINE if result.text == live.text else Source.HERE, executable)
    return MergedFile(
        file.name, Source.BOTH, True, executable, text=result.text, was=local.text, moves_online=True, moves_here=True
    )


def _taken(file: FileChange, source: Source, executable: bool | None = None) -> MergedFile:
    side = file.live if source is Source.ONLINE else file.local
    was = file.local.text if file.local is not None else ""
    if side is None:
        return MergedFile(
            file.name,
            source,
            present=False,
            text="",
            was=was,
            moves_online=file.live is not None,
            moves_here=file.local is not None,
        )
    bit = side.state.executable if executable is None else executable

    def moves(other: FileSide | None) -> bool:
        return other is None or not _same_content(side, other) or other.state.executable != bit

    return MergedFile(
        file.name,
        source,
        executable=bit,
        link=side.state.link,
        text=side.text,
        was=was,
        moves_online=moves(file.live),
        moves_here=moves(file.local),
    )


def _same(left: FileSide | None, right: FileSide | None) -> bool:
    return alike(None if left is None else left.state, None if right is None else right.state)


def _same_content(left: FileSide, right: FileSide) -> bool:
    return (left.state.sha256, left.state.link) == (right.state.sha256, right.state.link)


def _in_markers(file: FileChange) -> str | None:
    """Returns both sides of a file in one text with markers; None if one of them is not text."""
    texts = ["" if side is None else side.text for side in (file.base, file.local, file.live)]
    if texts[0] is None or texts[1] is None or texts[2] is None:
        return None
    return merged_text(texts[0], texts[1], texts[2]).text
