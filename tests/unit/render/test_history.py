"""How a history reads: harmless whatever a commit is called, without secrets, folded, and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fc_guard.model.address import Address
from fc_guard.model.fields import CODE, MISSING, CodeVersion, Sealed
from fc_guard.model.files import FileSide, FileState
from fc_guard.model.histories import Deed, Deployment, Fate, FieldMove, FileMove, History, OpenWrite, PutBack
from fc_guard.model.origins import Doubt, Origin, Standing, Way
from fc_guard.model.theirs import Becomes, Means, Theirs, Whose
from fc_guard.render.history import MOST, history_document, history_text
from fc_guard.render.paint import painter
from tests.integration.test_documents import valid

ID = Address("fc2", "1", "r", "function", ("demo", "hello"))
ANN = Origin(
    by="ann@laptop",
    at="2026-01-01T00:00:00+00:00",
    commit="abcdef0123456789" * 2 + "abcdef01",
    branch="main",
    subject="fix: timeout",
    clean=True,
    folder="here",
)


def deployment(*deeds: Deed, origin: Origin | None = ANN, standing: Standing | None = None) -> History:
    at = origin.at if origin is not None else ""
    return History((Deployment(origin, at, standing or Standing(way=Way.COMMIT), deeds),))


def text(history: History, *, full: bool = False) -> str:
    return history_text(history, painter(colour=False), full=full)


def changed(*fields: FieldMove, files: tuple[FileMove, ...] | None = ()) -> Deed:
    return Deed(ID, 4, Fate.CHANGED, fields, files)


def side(name: str) -> FileSide:
    return FileSide(FileState(name, False, "1"))


def test_a_deployment_is_one_block() -> None:
    fields = (FieldMove(("timeout",), 30, 60), FieldMove(("env", "A"), Sealed("1"), Sealed("2"), secret=True))
    other = Deed(Address("fc2", "1", "r", "trigger", ("demo", "hello", "tick")), 2, Fate.MADE)
    assert text(deployment(changed(*fields), other)).splitlines() == [
        "2026-01-01 00:00 +00:00  ann@laptop",
        '  from abcdef0123 "fix: timeout" (main)',
        "  this checkout contains it",
        "  ~ function demo/hello  timeout 30 → 60, env.A changed",
        "  + trigger demo/hello/tick  made",
    ]


def test_a_ci_run_and_a_checkout_without_it_are_named() -> None:
    origin = Origin(by="ben", ci="GitHub Actions", run="https://ci.example.com/7", commit="b" * 40)
    lines = text(deployment(origin=origin, standing=Standing(doubt=Doubt.NOT_HERE))).splitlines()
    assert lines == [
        "ben",
        "  from bbbbbbbbbb, with changes that no commit has",
        "  GitHub Actions, run https://ci.example.com/7",
        "  this checkout does not contain it: HEAD does not descend from the commit",
        "  nothing changed",
    ]


@pytest.mark.parametrize("doubt", Doubt)
def test_every_doubt_has_words(doubt: Doubt) -> None:
    assert "this checkout" in text(deployment(standing=Standing(doubt=doubt))).splitlines()[2]


@pytest.mark.parametrize("fate", Fate)
def test_every_fate_is_told(fate: Fate) -> None:
    assert "function demo/hello" in text(deployment(Deed(ID, 2, fate)))


def test_what_has_no_origin_is_said_to_have_none() -> None:
    lines = text(deployment(Deed(ID, 0, Fate.FIRST_KEPT), origin=None, standing=Standing(way=Way.BEFORE))).splitlines()
    assert lines == [
        "an older fc-guard, which did not note who it was",
        "  · function demo/hello  first entry kept: what it changed is not known",
    ]


HOSTILE = "fix\x1b[2J\n::error::x\u202e"


def test_nothing_in_a_record_steers_a_terminal_or_makes_a_line() -> None:
    origin = Origin(by=HOSTILE, at=HOSTILE, ci=HOSTILE, run=HOSTILE, commit=HOSTILE, branch=HOSTILE, subject=HOSTILE)
    fields = (FieldMove((HOSTILE,), HOSTILE, "x"), FieldMove(CODE, CodeVersion("1"), CodeVersion("2")))
    files = (FileMove(HOSTILE, None, side(HOSTILE)),)
    id = Address("fc2", "1", "r", "function", (HOSTILE,))
    history = History(
        (Deployment(origin, "", Standing(way=Way.TREE, commit=HOSTILE), (Deed(id, 4, Fate.CHANGED, fields, files),)),),
        open=(OpenWrite(id, HOSTILE, "", origin), OpenWrite(id, HOSTILE, "", None, writer=HOSTILE)),
        put_back=(PutBack(id, "", ((HOSTILE,),)),),
    )
    found = text(history)
    assert "\x1b" not in found
    assert "\u202e" not in found
    assert not any(line.lstrip().startswith("::error") for line in found.splitlines())
    assert all(line.isprintable() for line in found.splitlines())


def test_file_names_that_look_alike_are_told_apart() -> None:
    names = ("scope.py", "s\u0441ope.py")
    files = tuple(FileMove(name, None, side(name)) for name in names)
    found = text(deployment(changed(FieldMove(CODE, 1, 2), files=files)))
    assert "code: scope.py added, s\\u0441ope.py added" in found


SECRET = "canary-4711"


@pytest.mark.parametrize(("before", "after"), [(SECRET, "x"), (MISSING, SECRET), (SECRET, MISSING), (None, SECRET)])
@pytest.mark.parametrize("kept", [False, True])
def test_no_secret_is_shown_and_none_is_in_the_json(before: Any, after: Any, kept: bool) -> None:
    history = deployment(changed(FieldMove(("env", "TOKEN"), before, after, secret=True, kept=kept)))
    assert SECRET not in text(history, full=True)
    assert "env.TOKEN" in text(history)
    assert SECRET not in json.dumps(history_document(history))


def test_added_removed_kept_and_code_without_its_files() -> None:
    fields = (
        FieldMove(("a",), MISSING, 1),
        FieldMove(("b",), 1, MISSING),
        FieldMove(("c",), 1, 2, kept=True),
        FieldMove(CODE, CodeVersion("1"), CodeVersion("2")),
    )
    assert text(deployment(changed(*fields, files=None))).splitlines()[3:] == [
        "  ~ function demo/hello",
        "      a added: 1",
        "      b removed",
        "      c kept online: 2",
        "      code: package changed (its files are not kept)",
    ]


def test_many_changes_are_folded_with_a_count_and_long_values_cut_around_what_differs() -> None:
    fields = tuple(FieldMove((f"f{n:02}",), 1, 2) for n in range(MOST + 3))
    found = text(deployment(changed(*fields)))
    assert "… and 3 more fields (--full-diff shows them)" in found
    assert "f22" not in found
    assert "f22 1 → 2" in text(deployment(changed(*fields)), full=True)
    long = text(deployment(changed(FieldMove(("x",), "a" * 500 + "1", "a" * 500 + "2"))))
    assert max(map(len, long.splitlines())) < 200


BOB = Whose(Means.CONSOLE, "bob")


def test_what_became_of_changes_of_others_stands_beside_what_became_of_the_resource() -> None:
    gone = Deed(ID, 6, Fate.REMOVED, theirs=(Theirs(Becomes.DELETED, ("timeout",), BOB),))
    left = Deed(ID, 6, Fate.LEFT_DELETED, theirs=(Theirs(Becomes.KEPT, (), BOB),))
    unknown = Deed(ID, 6, Fate.LEFT_DELETED, theirs=(Theirs(Becomes.KEPT, (), Whose(Means.ONLINE)),))
    told = text(deployment(gone, left, unknown)).splitlines()[3:]
    assert told == [
        "  - function demo/hello  removed, deleted what was changed in the console by bob: timeout",
        "  - function demo/hello  deleted online by bob, and left so",
        "  - function demo/hello  deleted online by somebody, and left so",
    ]
    valid("history", history_document(deployment(gone, left)))


def test_whose_a_kept_value_is_stands_beside_it_and_not_again() -> None:
    moves = (FieldMove(("timeout",), 30, 60, kept=True), FieldMove(("size",), 1, 2, kept=True))
    kept = (Theirs(Becomes.KEPT, ("timeout",), BOB), Theirs(Becomes.KEPT, ("size",), Whose(Means.ONLINE)))
    told = text(deployment(Deed(ID, 6, Fate.CHANGED, moves, theirs=kept))).splitlines()[3:]
    assert told == [
        "  ~ function demo/hello",
        "      timeout kept online: 60 (changed in the console by bob)",
        "      size kept online: 2",
    ]


def test_what_was_put_back_is_folded_too_and_shown_on_request() -> None:
    history = History((), put_back=(PutBack(ID, "then", tuple((f"f{n:02}",) for n in range(MOST + 1))),))
    assert "f19, … and 1 more field (--full-diff shows it)" in text(history)
    assert "f20" in text(history, full=True)


def test_many_files_are_folded_as_files() -> None:
    files = tuple(FileMove(f"{n:02}.py", None, side("x")) for n in range(MOST + 2))
    found = text(deployment(changed(FieldMove(CODE, 1, 2), files=files)))
    assert "… and 2 more files (--full-diff shows them)" in found


def test_what_is_open_and_what_was_put_back_come_first() -> None:
    history = History(
        (),
        older=2,
        open=(OpenWrite(ID, "UpdateFunction", "then", ANN), OpenWrite(ID, "X", "then", None, writer="deploy (pid 7)")),
        put_back=(PutBack(ID, "then", (("timeout",), ("env", "A"))),),
    )
    assert text(history).splitlines() == [
        'A run that did not end: by ann@laptop from abcdef0123 "fix: timeout" (main), 2026-01-01 00:00 +00:00',
        "  UpdateFunction of function demo/hello, then",
        "",
        "deploy (pid 7) is writing here.",
        "  X of function demo/hello, then",
        "",
        "Put back by undo, then:",
        "  function demo/hello  timeout, env.A",
        "",
        "… and 2 older deployments (--limit 0 shows all)",
    ]
    valid("history", history_document(history))


def test_nothing_recorded_is_said() -> None:
    assert text(History(())) == "Nothing was deployed from this project, as far as is recorded here."


def test_the_document_is_as_its_schema_says() -> None:
    fields = (
        FieldMove(("env", "A"), Sealed("1"), MISSING, secret=True),
        FieldMove(CODE, CodeVersion("1"), CodeVersion("2")),
        FieldMove(("list",), (1, 2), ("x",), kept=True),
    )
    for files in (None, (FileMove("a", side("a"), None),)):
        for fate in Fate:
            valid("history", history_document(deployment(Deed(ID, 3, fate, fields, files))))
    for standing in (*(Standing(doubt=doubt) for doubt in Doubt), *(Standing(way=way) for way in Way)):
        valid("history", history_document(deployment(origin=None, standing=standing)))
