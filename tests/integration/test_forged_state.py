"""State whose content is anybody's: damaged or forged, it ends in a message and never as a defect, and it stops nothing
that does not need it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import random
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fc_guard.artifacts.archive import open_folder
from fc_guard.engine.write.saving import _save
from fc_guard.errors import BaselineUnusable, GuardError, Unreadable
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.rescues import Occasion, RescueCopy
from fc_guard.model.resources import Live
from fc_guard.render.paint import painter
from fc_guard.render.rescues import about_text, rescue_document, rescues_text
from fc_guard.shell import rescue_command
from fc_guard.state import code as state_code
from fc_guard.state.code import CodeReader, CodeStore
from fc_guard.state.copies import save
from fc_guard.state.directory import DirectoryReader
from fc_guard.state.place import Place, beside
from fc_guard.state.retention import Limits, retain
from fc_guard.state.shelf import document_of, shelf
from fc_local.server import LocalServer
from tests.forged import nested, spoiled, with_checksum
from tests.integration.between import Between, Said, between
from tests.integration.project import Project
from tests.integration.test_deployed_code import TEXTS
from tests.integration.test_deployed_code import folder as code_folder
from tests.integration.test_rescue import overwritten, rescue_folder
from tests.integration.test_undo import done, function
from tests.known import kind_named
from tests.unit.kinds.test_quiet_domains import PLAIN

pytestmark = pytest.mark.whatever_fc_answers

SAMPLES = int(os.environ.get("FC_GUARD_FUZZ", "40"))
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
ID = Address("fc2", "123", "cn-hangzhou", "function", ("svc", "fn"))
OCCASION = Occasion(
    "run", "deploy", "overwrite", "--use-remote", "s.yaml#one", "overwritten", frozenset({("memorySize",)})
)
DOCUMENT = {
    "functionName": "fn",
    "serviceName": "svc",
    "memorySize": 128,
    "environmentVariables": {"A": "b"},
    "layers": ["a"],
    "customContainerConfig": {"image": "i", "webServerMode": True},
}


# whose document it is


@pytest.fixture
def middle(server: LocalServer) -> Iterator[Between]:
    with between(server) as found:
        yield found


def in_capitals(method: str, path: str, said: Said) -> Said:
    """FC shows the name as it was typed when the domain was made."""
    return dataclasses.replace(said, body=said.body.replace(b"www.example.com", b"WWW.example.com"))


def test_a_domain_that_fc_spells_with_capitals_is_saved_and_put_back(tmp_path: Path, middle: Between) -> None:
    project = Project(tmp_path / "a", middle)  # type: ignore[arg-type]  # it looks like one
    project.props["customDomains"] = [PLAIN]
    done(project, "deploy")
    theirs = [{"path": "/bobs", "serviceName": "demo", "functionName": "hello"}]
    project.edit("UpdateCustomDomain", "www.example.com", routeConfig={"routes": theirs})
    middle.twist = in_capitals
    report = done(project, "deploy --use-remote")
    assert [str(copy.id) for copy in report.rescues] == ["customDomain www.example.com"]
    done(project, "undo -y")
    routes = project.server.admin.state()["customDomains"]["www.example.com"]["routeConfig"]["routes"]
    assert [route["path"] for route in routes] == ["/bobs"]


@pytest.mark.parametrize("document", [{}, {"functionName": "other"}, {"functionName": "fn", "serviceName": "other"}])
def test_what_could_not_be_put_back_is_not_taken_for_saved(tmp_path: Path, document: dict[str, Any]) -> None:
    session: Any = SimpleNamespace(read=SimpleNamespace(kind=CATALOG.kind), state=Place(tmp_path))
    action: Any = SimpleNamespace(id=ID)
    with pytest.raises(Unreadable, match="does not name it"):
        _save(session, action, Live(ID, {}, document), None, 1)
    assert list(tmp_path.iterdir()) == []


# rescue copies


def other_bytes(live: Path) -> None:
    live.write_bytes(live.read_bytes().replace(b"512", b"513"))


def too_large(live: Path) -> None:
    """Larger than any file that is read, and as large as noted."""
    about = json.loads((live.parent / "rescue.json").read_bytes())
    about["files"]["live.json"]["size"] = 20 << 20
    (live.parent / "rescue.json").write_text(json.dumps(about))
    os.truncate(live, 20 << 20)


@pytest.mark.parametrize("damage", [other_bytes, too_large])
def test_a_damaged_copy_of_a_killed_run_is_told_once_and_stops_nothing(
    deployed: Project, damage: Callable[[Path], None]
) -> None:
    folder = overwritten(deployed)
    damage(folder / "live.json")
    (folder / "unfinished").touch()
    deployed.props["function"]["memorySize"] = 256
    report, person = deployed.run("deploy")
    assert (report.status(), function(deployed)["memorySize"]) == (0, 256), person.text
    assert f"as rescue copy {folder.name}, which is damaged since" in person.text
    assert sorted(path.name for path in folder.iterdir()) == ["code.zip", "live.json", "rescue.json"]
    _, again = deployed.run("deploy")
    assert "interrupted" not in again.text


def test_a_copy_of_which_anything_is_wrong_is_whole_or_said_to_be_none(tmp_path: Path) -> None:
    root = Place(tmp_path)
    folder = Path(save(root, ID, DOCUMENT, None, occasion=OCCASION, now=NOW, number=1).directory)
    about, ends = json.loads((folder / "rescue.json").read_bytes()), {"whole": 0, "none": 0}
    for made in [*map(json.dumps, spoiled(about)), "[" * 100_000, "", "NaN", '{"id": 1, "id": 1}']:
        (folder / "rescue.json").write_text(made)
        (kept,) = shelf(root, CATALOG)
        rescues_text([kept], painter(False))
        rescue_document(kept)
        retain(root, CATALOG, Limits(), "run", NOW)
        whole = isinstance(kept, RescueCopy) and bool(about_text(kept)) and sound(root, kept)
        ends["whole" if whole else "none"] += 1
    assert min(ends.values()) > 100, ends


def sound(root: Place, copy: RescueCopy) -> bool:
    """Whether its document is, too; else that is told, and in no other way."""
    try:
        document_of(root, copy, kind_named(copy.id.kind))
    except BaselineUnusable as error:
        assert error.reference == "rescue-damaged"
        return False
    return True


def forged(folder: Path, live: str, about: dict[str, Any]) -> None:
    """A copy with this in it, and the sum of it beside."""
    data = live.encode("utf-8", "surrogatepass")
    files = {**about["files"], "live.json": {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}}
    (folder / "live.json").write_bytes(data)
    (folder / "rescue.json").write_text(json.dumps({**about, "files": files}))


def test_a_saved_document_of_any_shape_is_one_of_its_kind_or_refused(tmp_path: Path) -> None:
    root = Place(tmp_path)
    folder = Path(save(root, ID, DOCUMENT, None, occasion=OCCASION, now=NOW, number=1).directory)
    about, ends = json.loads((folder / "rescue.json").read_bytes()), {True: 0, False: 0}
    for made in [*map(json.dumps, spoiled(DOCUMENT)), "[" * 100_000, "", "NaN", '{"functionName": "fn", "a": 1e999}']:
        forged(folder, made, about)
        (kept,) = shelf(root, CATALOG)
        assert isinstance(kept, RescueCopy)
        ends[sound(root, kept)] += 1
    assert min(ends.values()) > 50, ends


@pytest.mark.timeout(300)
@pytest.mark.parametrize("file", ["rescue.json", "live.json"])
def test_no_rescue_copy_ends_a_command_as_a_defect(
    deployed: Project, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`FC_GUARD_FUZZ=2000` tries more of them."""
    variables = {"environmentVariables": {"LEVEL": "debug"}, "instanceConcurrency": 2}
    folder = overwritten(deployed, memorySize=512, **variables)
    about, live = (json.loads((folder / name).read_bytes()) for name in ("rescue.json", "live.json"))
    state, ends = str(deployed.root / ".s" / "fc-guard"), dict[str, int]()
    for number, made in enumerate(some(spoiled(about if file == "rescue.json" else live))):
        if file == "live.json":
            forged(folder, json.dumps(made), about)
        else:
            (folder / "rescue.json").write_text(json.dumps(made))
        for line in ("rescue", "plan", "deploy --use-remote", f"undo {folder.name} -y --use-remote"):
            (folder / "unfinished").touch()
            end = ended(lambda line=line: str(deployed.run(line)[0].status()), (line, made))  # type: ignore[misc]
            assert end == "0" or line.startswith("undo"), (line, made)
            ends[end] = ends.get(end, 0) + 1
        for action in (["list"], ["show", folder.name], ["path", folder.name]):
            ended(lambda action=action: str(rescue_command([*action, "--dir", state])), (action, made))  # type: ignore[misc]
        capsys.readouterr()
        deployed.props["function"]["memorySize"] = 128 + 64 * (number % 2)  # something to write
        for other in rescue_folder(deployed).iterdir():
            if other != folder:
                shutil.rmtree(other)
    assert ends["0"] >= 3 * SAMPLES, ends


def some(made: Iterator[Any]) -> list[Any]:
    return random.Random(int(os.environ.get("FC_GUARD_SEED", "1"))).sample(list(made), SAMPLES)


def ended(run: Callable[[], str], what: object) -> str:
    """How it ended: status, or the reference of its error."""
    try:
        return run()
    except GuardError as error:
        str(error)
        return error.reference
    except Exception as error:
        raise AssertionError(repr(what)) from error


# baselines


@pytest.mark.timeout(300)
def test_no_baseline_ends_a_plan_as_a_defect(project: Project) -> None:
    project.props["service"]["vpcBinding"] = ["vpc-1"]
    project.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    project.props["customDomains"] = [PLAIN]
    done(project, "deploy")
    project.edit("UpdateFunction", "demo", "hello", memorySize=512)
    for path in sorted((project.root / ".s" / "fc-guard").glob("[0-9]*/*/*/*.json")):
        whole, ends = path.read_bytes(), dict[str, int]()
        for made in some(spoiled(json.loads(whole)))[: max(10, SAMPLES // 6)]:
            path.write_bytes(with_checksum(made))
            end = ended(lambda: str(project.run("plan")[0].status()), (path.name, made))
            ends[end] = ends.get(end, 0) + 1
        path.write_bytes(whole)
        assert set(ends) <= {"0", "baseline-corrupt", "baseline-foreign", "baseline-newer"}, ends


@pytest.mark.parametrize("folder", ["{}", "fc2.{}", "other.{}", "a.b.{}"])
@pytest.mark.parametrize("name", ["weather/demo.json", "service/a.b.json", "trigger/demo.json"])
def test_a_file_that_is_named_by_nobody_here_is_passed_over(deployed: Project, folder: str, name: str) -> None:
    (base,) = (deployed.root / ".s" / "fc-guard").glob("[0-9]*/*")
    name = folder.format(name)
    (base / name).parent.mkdir(exist_ok=True)
    (base / name).write_text("{}")
    assert deployed.run("plan")[0].status() == 0
    assert len(DirectoryReader(beside(deployed.root), CATALOG).ids(base.parent.name, base.name)) == 4


@pytest.mark.parametrize("text", ["[" * 100_000, '{"id": [["a"], "b"]}', '{"id": []}', '{"id": "ab"}', "NaN"])
@pytest.mark.parametrize("folder", ["fc2.function", "function"])
def test_a_record_of_a_long_name_that_tells_no_name_is_corrupt(deployed: Project, folder: str, text: str) -> None:
    (base,) = (deployed.root / ".s" / "fc-guard").glob("[0-9]*/*")
    (base / folder).mkdir(exist_ok=True)
    (base / folder / "a~b.json").write_text(text)
    with pytest.raises(BaselineUnusable, match=r"a~b\.json is damaged") as caught:
        deployed.run("plan")
    assert caught.value.status == 8


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 2000, "5", '{"ended": 1, "ended": 2}'])
def test_a_mark_of_a_lock_that_is_none_stops_nothing(deployed: Project, text: str) -> None:
    (lock,) = (deployed.root / ".s" / "fc-guard").glob("[0-9]*/*/locks/demo.lock")
    lock.write_text(text)
    deployed.props["function"]["memorySize"] = 256
    assert deployed.run("plan")[0].status() == 0
    assert deployed.run("deploy")[0].status() == 0


# code


@pytest.fixture
def kept(tmp_path: Path) -> tuple[CodeStore, Path, str]:
    """A package that is kept, its file and its digest."""
    store, package = CodeStore(Place(tmp_path / "state")), open_folder(code_folder(tmp_path / "c", TEXTS))
    store.keep(package.manifest, package.text)
    digest = package.manifest.digest
    return store, tmp_path / "state" / "code" / f"{digest}.zip", digest


@contextmanager
def at_most(megabytes: int) -> Iterator[None]:
    """Python holds no more than this, at any moment."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes << 20
    finally:
        tracemalloc.stop()


def test_a_package_that_unpacks_without_end_is_not_kept(kept: tuple[CodeStore, Path, str]) -> None:
    store, path, digest = kept
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("manifest", "w") as file:
        for _ in range(100):
            file.write(b" " * (1 << 20))
    with at_most(20):
        assert store.read(digest) is None


def test_a_text_that_unpacks_without_end_is_not_kept(kept: tuple[CodeStore, Path, str], tmp_path: Path) -> None:
    store, path, digest = kept
    found = store.read(digest)
    assert found is not None
    sha256 = found.manifest.by_name()["index.py"].sha256
    manifest = zipfile.ZipFile(path).read("manifest")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest", manifest)
        with packed.open(sha256, "w") as file:
            for _ in range(100):
                file.write(b" " * (1 << 20))
    with at_most(20):
        again = store.read(digest)
        assert again is not None
        assert again.text(sha256) is None


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_STORED])
def test_what_is_not_packed_as_we_pack_it_is_not_kept(kept: tuple[CodeStore, Path, str], method: int) -> None:
    """zipfile bounds what it holds of a deflated entry, and of no other."""
    store, path, digest = kept
    manifest = zipfile.ZipFile(path).read("manifest")
    with zipfile.ZipFile(path, "w", method) as packed:
        packed.writestr("manifest", manifest)
    assert store.read(digest) is None


def test_a_list_of_entries_beyond_its_bound_is_not_read(
    kept: tuple[CodeStore, Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, path, digest = kept
    monkeypatch.setattr(state_code, "MOST_ENTRIES", 3)
    assert store.read(digest) is None
    package = open_folder(path.parents[2] / "c")
    assert store.keep(package.manifest, package.text)
    found = store.read(digest)
    assert found is not None
    assert len(zipfile.ZipFile(path).namelist()) == 3
    with zipfile.ZipFile(path, "a") as packed:
        packed.comment = b"x"
    assert store.read(digest) is None


def test_a_manifest_of_which_anything_is_wrong_is_whole_or_not_kept(kept: tuple[CodeStore, Path, str]) -> None:
    _, path, digest = kept
    manifest = json.loads(zipfile.ZipFile(path).read("manifest"))
    del manifest["files"][1:]
    for made in [*map(json.dumps, spoiled(manifest)), "[" * 100_000, "", json.dumps(nested(700))]:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("manifest", made)
        assert CodeReader(Place(path.parents[1])).read(digest) is None
