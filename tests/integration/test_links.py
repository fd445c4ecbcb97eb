"""A repository that ships links in the place of our own files: nothing is read, written or deleted through them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from fc_guard.errors import BaselineUnusable, GuardError
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.state import code as code_store
from fc_guard.state.code import CodeStore
from fc_guard.state.conflicts import drop_conflicts, write_conflicts
from fc_guard.state.copies import finish
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place, beside
from fc_guard.state.pulled import KEPT, keep, place_for, prune
from fc_guard.state.retention import Limits, retain
from fc_guard.state.shelf import shelf
from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, REGION, Project

pytestmark = pytest.mark.whatever_fc_answers

FUNCTION = Address("fc2", ACCOUNT, REGION, "function", ("demo", "hello"))
NOW = datetime(2030, 1, 1, tzinfo=timezone.utc)
COMMANDS = (
    "deploy --use-remote --keep-rescues 0",
    "plan",
    "drift",
    "pull -y",
    "undo -y",
    "remove -y --use-remote --keep-rescues 0",
)
HERE = f".s/fc-guard/{ACCOUNT}/{REGION}"
PLACES = (
    ".s",
    ".s/fc-guard",
    ".s/fc-guard/key",
    ".s/fc-guard/lineage",
    f".s/fc-guard/{ACCOUNT}",
    HERE,
    f"{HERE}/fc2.function",
    f"{HERE}/fc2.function/demo.hello.json",
    f"{HERE}/locks",
    f"{HERE}/locks/demo.lock",
    ".s/fc-guard/code",
    ".s/fc-guard/code/*.zip",
    ".s/fc-guard/rescue",
    ".s/fc-guard/rescue/*",
    ".s/fc-guard/rescue/*/live.json",
    ".s/fc-guard/rescue/*/code.zip",
    ".s/fc-guard/rescue/*/rescue.json",
    ".s/fc-guard/pulled",
    ".s/fc-guard/pulled/*",
    ".s/fc-guard/conflicts",
    ".s/fc-guard/conflicts/*",
)


@pytest.fixture(scope="module")
def template(running: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with something in every place."""
    running.admin.reset()
    project = Project(tmp_path_factory.mktemp("template") / "a", running)
    project.run("deploy")
    project.edit("UpdateFunction", "demo", "hello", memorySize=512)
    project.run("deploy --use-remote")
    root = beside(project.root)
    keep(project.root / "code", ["index.py"], place_for(root, "one", NOW) / "code")
    write_conflicts(root, FUNCTION, {"index.py": "both"})
    return project.root


@pytest.fixture
def shipped(template: Path, server: LocalServer, tmp_path: Path) -> Project:
    """The project as a checkout would have it."""
    shutil.copytree(template, tmp_path / "a", symlinks=True)
    return Project(tmp_path / "a", server)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What is not ours, with names that ours have as well."""
    folder = tmp_path / "outside"
    for name in ("a/b", "a/yarn.lock", "demo.lock", f"{ACCOUNT}/{REGION}/locks/demo.lock", "file"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"precious {name}")
    for number in range(KEPT + 5):
        (folder / f"2020010{number % 10}T000000Z-one-{number:04x}").mkdir(exist_ok=True)
        (folder / f"2020010{number % 10}T000000Z-function-demo.hello-{number:04x}").mkdir(exist_ok=True)
    return folder


TARGETS: dict[str, Callable[[Project, Path], Path]] = {
    "a folder": lambda project, outside: outside,
    "a file": lambda project, outside: outside / "file",
    "nothing": lambda project, outside: outside / "not there",
    "the code": lambda project, outside: project.root / "code",
}


def planted(project: Project, place: str, target: Path) -> Path:
    """Puts a link where something of ours was."""
    path = next(project.root.glob(place))
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    path.symlink_to(target)
    return path


def everything(folder: Path) -> dict[str, bytes]:
    """All that lies in a folder: names, sorts, modes and bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        what = path.readlink() if path.is_symlink() else path.read_bytes().hex() if path.is_file() else "folder"
        found[str(path.relative_to(folder))] = f"{path.lstat().st_mode:o} {what}".encode()
    return found


@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("place", PLACES)
def test_a_link_among_our_files_is_refused_and_named(shipped: Project, outside: Path, place: str, to: str) -> None:
    path = planted(shipped, place, TARGETS[to](shipped, outside))
    before = everything(outside), everything(shipped.root)
    for line in COMMANDS:
        with pytest.raises(BaselineUnusable) as refused:
            shipped.run(line)
        assert (refused.value.reference, refused.value.status) == ("state-linked", 8), line
        assert f"{path} is a link" in refused.value.message
        assert "remove the link" in refused.value.hint
    assert (everything(outside), everything(shipped.root)) == before


@pytest.mark.parametrize("to", ["a folder", "a file", "the code"])
@pytest.mark.parametrize("place", PLACES)
def test_a_link_that_was_planted_since_it_was_looked_for_is_not_followed_either(
    shipped: Project, outside: Path, place: str, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fc_guard.engine.run.once.looked_over", lambda root: ())
    planted(shipped, place, TARGETS[to](shipped, outside))
    code = shipped.root / "code"
    before = everything(outside), everything(code)
    for line in COMMANDS:
        try:
            shipped.run(line)
        except GuardError as error:
            told = "link" in error.message or error.reference == "rescue-damaged"  # a link is no file of a copy
            assert not isinstance(error, BaselineUnusable) or told, error
    assert (everything(outside), everything(code)) == before


@pytest.mark.parametrize("name", ["pulled", "rescue", "code", "conflicts"])
def test_nothing_is_pruned_through_a_link(outside: Path, tmp_path: Path, name: str) -> None:
    root = Place(tmp_path / "state")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / name).symlink_to(outside)
    before = everything(outside)
    for pruned in (
        lambda: prune(place_for(root, "one", NOW)),
        lambda: retain(root, CATALOG, Limits(0), "", NOW + timedelta(days=9999)),
        lambda: CodeStore(root).sweep(lambda: ()),
        lambda: drop_conflicts(root, FUNCTION),
        lambda: write_conflicts(root, FUNCTION, {"a/b": "x"}),
        lambda: [finish(root, copy, used=True) for copy in shelf(root, CATALOG)],  # type: ignore[arg-type]
    ):
        try:
            pruned()
        except BaselineUnusable as error:
            assert error.reference == "state-linked"
    assert everything(outside) == before


def test_only_what_has_a_name_of_our_own_is_pruned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_store, "SETTLED_SECONDS", -1.0)
    root, state = Place(tmp_path), tmp_path
    theirs = ("pulled/node_modules", "rescue/photos", "rescue/.dropped-photos", "code/archive.zip", "code/src")
    ours = ("rescue/.dropped-20200101T000000Z-function-demo.hello-0a1b", f"code/{'a' * 64}.zip")
    for name in (*theirs, *ours, *(f"pulled/20200101T0000{at:02}Z-one-0a1b" for at in range(KEPT + 3))):
        (state / name).mkdir(parents=True)
        (state / name / "file").write_text("x")
    shutil.rmtree(state / ours[1])
    (state / ours[1]).write_text("x")
    newest = place_for(root, "one", datetime(1999, 1, 1, tzinfo=timezone.utc))  # the clock was set back
    newest.path.mkdir()
    prune(newest)
    retain(root, CATALOG, Limits(0), "", NOW + timedelta(days=9999))
    CodeStore(root).sweep(lambda: ())
    assert [name for name in theirs if not (state / name).exists()] == []
    assert [name for name in ours if (state / name).exists()] == []
    left = sorted(path.name for path in (state / "pulled").iterdir() if path.name != "node_modules")
    assert len(left) == KEPT
    assert newest.name in left


def test_a_link_inside_of_what_is_pruned_goes_and_its_target_stays(outside: Path, tmp_path: Path) -> None:
    root = Place(tmp_path / "state")
    folder = root / "conflicts" / "demo.hello"
    folder.path.mkdir(parents=True)
    (folder.path / "link").symlink_to(outside)
    before = everything(outside)
    drop_conflicts(root, FUNCTION)
    assert not folder.path.exists()
    assert everything(outside) == before


def test_the_folder_that_the_user_names_may_be_a_link_and_nothing_below_it(tmp_path: Path, outside: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "named").symlink_to(tmp_path / "real")
    store = DirectoryStore(Place(tmp_path / "named"), CATALOG)
    assert store.seal(("a",), "b") == DirectoryStore(Place(tmp_path / "real"), CATALOG).seal(("a",), "b")
    (tmp_path / "real" / ACCOUNT).symlink_to(outside)
    with pytest.raises(BaselineUnusable, match="is a link"):
        store.read(FUNCTION)


@pytest.mark.parametrize("made", ["fifo", "hard link", "socket"])
def test_what_is_no_file_of_its_own_is_never_a_lock(shipped: Project, outside: Path, made: str) -> None:
    path = shipped.root / HERE / "locks" / "demo.lock"
    path.unlink()
    if made == "fifo":
        os.mkfifo(path)
    elif made == "socket":
        os.mknod(path, 0o140600)
    else:
        path.hardlink_to(outside / "a" / "yarn.lock")
    with pytest.raises(BaselineUnusable, match=r"demo\.lock cannot be (written|read)"):
        shipped.run("deploy --use-remote")
    assert (outside / "a" / "yarn.lock").read_text() == "precious a/yarn.lock"


TOUCHES = re.compile(
    r"\b(?:shutil|tempfile)\.(?!TemporaryFile)|\bos\.(?:open|listdir|scandir|stat|l?stat|mkdir|makedirs|unlink|rename|remove)\b"
    r"|\.(?:read_bytes|read_text|write_bytes|write_text|unlink|mkdir|rmdir|iterdir|rglob|lstat|touch|hardlink_to)\("
)


def test_one_module_touches_the_files_of_a_state_directory() -> None:
    folder = Path(code_store.__file__).parent
    touching = {path.name for path in folder.glob("*.py") if TOUCHES.search(path.read_text())}
    assert touching == {"nofollow.py"}
