"""What the other tests of this folder fork their processes from."""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

from tests.forked import PRELOADED, context


def _missing(answers: Connection) -> None:
    answers.send([name for name in PRELOADED if name not in sys.modules])


def test_the_kept_interpreter_has_imported_everything() -> None:
    ours, theirs = context().Pipe(duplex=False)
    process = context().Process(target=_missing, args=(theirs,))
    process.start()
    theirs.close()
    with ours:
        assert ours.recv() == []
    process.join()
    assert process.exitcode == 0
