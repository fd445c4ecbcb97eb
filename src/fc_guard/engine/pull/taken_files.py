"""Writes the files of a pull: those that change into the code folder, those to settle beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fc_guard.artifacts import code_folder
from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.code_folder import NotWritten
from fc_guard.artifacts.merged import MergedCode, Side
from fc_guard.artifacts.zips import BadArchive
from fc_guard.engine.pull.code_folder import side_online
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BadInput, Unreadable
from fc_guard.language import t
from fc_guard.model.pulls import CodeTaken
from fc_guard.model.resources import ResourceDiff
from fc_guard.state.nofollow import write_file, write_pieces
from fc_guard.state.place import Place


def write_files(session: ReadSession, diff: ResourceDiff, here: Package, code: CodeTaken) -> None:
    """Writes what changes into the code folder. Raises `BadInput` and writes nothing if it is not as compared."""
    names = [file.name for file in code.writes]
    if not names:
        return
    with _readable(diff):
        made = MergedCode(side_online(session, diff, here), Side(here.manifest, here.contents), code.merge)
        try:
            code_folder.write_files(here.root, here.manifest, made.manifest, made, names)
        except NotWritten as error:
            raise BadInput(
                t("The code was not written into {root}:\n{error}", root=here.root, error=error),
                hint=t("Nothing was recorded. Mend it, and pull again."),
                reference="not-written",
            ) from error


def write_conflicts(session: ReadSession, diff: ResourceDiff, here: Package, code: CodeTaken, folder: Place) -> None:
    """Writes the files that a person has to settle: both sides in one where that is text, else the one online."""
    with _readable(diff):
        for conflict in code.merge.conflicts:
            if conflict.text is not None:
                write_file(folder / conflict.name, conflict.text.encode())
                continue
            live = side_online(session, diff, here)
            state = live.manifest.by_name().get(conflict.name)
            if state is not None:
                write_pieces(folder / conflict.name, live.contents.pieces(state))


@contextmanager
def _readable(diff: ResourceDiff) -> Iterator[None]:
    try:
        yield
    except BadArchive as error:
        raise Unreadable(
            t("The package of {id} that is online cannot be read: {error}.", id=diff.id, error=error),
            hint=t("Nothing was recorded."),
        ) from error
