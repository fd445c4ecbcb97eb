"""Large packages: through OSS where they are too large for a request, streamed, told of, never whole in memory."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fc_guard.artifacts import archive, blob
from fc_guard.artifacts.archive import open_folder
from fc_guard.artifacts.blob import in_file, spool, spooled
from fc_guard.cloud.fc2 import inline, temporary
from fc_guard.engine.code import upload
from fc_guard.engine.run.progress import Progress
from fc_guard.errors import BadInput, GuardError
from fc_guard.host.standard import standard_run
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.render.known import MASK
from fc_guard.render.sink import Sink
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place
from fc_local.server import LocalServer
from tests.integration.project import ACCOUNT, REGION, Person, Project
from tests.integration.test_code_sources import deploy, is_quiet, online

pytestmark = pytest.mark.whatever_fc_answers

MEGABYTE = 1_000_000
FUNCTION = Address("fc2", ACCOUNT, REGION, "function", ("demo", "hello"))


def noise(size: int) -> bytes:
    """Bytes that cannot be compressed."""
    return os.urandom(size)


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything above 200 kB is a large package, and nothing above 100 kB stays in memory."""
    monkeypatch.setattr(upload, "MOST_INLINE", 200_000)
    for kept in (blob, archive):
        monkeypatch.setattr(kept, "KEPT", 100_000)
    yield


@pytest.fixture
def large(project: Project, small_limit: None) -> Project:
    (project.root / "code" / "model.bin").write_bytes(noise(3 * MEGABYTE))
    return project


def ops(project: Project) -> list[str]:
    return [entry["op"] for entry in project.server.admin.journal()]


def test_the_keys_that_fc_lends_for_an_upload_are_hidden(large: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    run, ask = standard_run(), temporary.ticket
    lent: list[temporary.Ticket] = []

    def asked(*args: Any) -> temporary.Ticket:
        lent.append(ask(*args))
        return lent[-1]

    monkeypatch.setattr(temporary, "ticket", asked)
    large.make_run = lambda: run
    deploy(large)
    (ticket,) = lent
    keys = ticket.credential
    told = Sink(run.secrets).message(f"<{keys.access_key_secret}> <{keys.security_token}> of {keys.account}")
    assert told == f"<{MASK}> <{MASK}> of {keys.account}"


def test_a_large_package_goes_through_the_temporary_bucket(large: Project) -> None:
    person = deploy(large)
    asked = [op for op in ops(large) if op in ("GetTempCodeBucketToken", "PutObject", "CreateFunction")]
    assert asked == ["GetTempCodeBucketToken", "PutObject", "CreateFunction"]
    assert online(large) == b"".join(open_folder(large.root / "code").blob().chunks())
    assert re.search(r"Packing the code of function demo/hello: 100 % of 3\.0 MB", person.text)
    assert re.search(r"Uploading the code of function demo/hello: 34 % of 3\.0 MB", person.text)
    assert re.search(r"Uploading the code of function demo/hello: 100 % of 3\.0 MB", person.text)
    large.server.admin.clear_journal()
    quiet = deploy(large)
    assert large.writes() == []
    assert "Packing" not in quiet.text
    assert "Uploading" not in quiet.text


def test_a_small_package_goes_inside_the_request_and_is_not_told_of(project: Project, small_limit: None) -> None:
    person = deploy(project)
    assert "PutObject" not in ops(project)
    assert "Uploading" not in person.text


def test_a_change_of_a_large_package_is_uploaded_with_the_etag_that_was_shown(large: Project) -> None:
    deploy(large)
    (large.root / "code" / "index.py").write_text("# new\n")
    large.server.admin.clear_journal()
    deploy(large)
    assert large.writes() == ["PutObject", "UpdateFunction"]
    assert is_quiet(large)


def test_an_upload_that_breaks_off_is_begun_again(large: Project) -> None:
    large.server.admin.faults([{"op": "PutObject", "times": 2, "action": {"status": 503, "code": "Busy"}}])
    person = deploy(large)
    assert ops(large).count("PutObject") == 3
    assert "again from the beginning" in person.text
    assert is_quiet(large)


def test_a_refused_upload_changes_no_function(large: Project) -> None:
    rule = {"op": "PutObject", "times": 9, "action": {"status": 403, "code": "AccessDenied", "message": "not yours"}}
    large.server.admin.faults([rule])
    report, _ = large.run("deploy")
    assert report.error is not None
    assert "not yours" in report.error.message
    assert "CreateFunction" not in ops(large)
    large.server.admin.faults([])
    deploy(large)
    assert is_quiet(large)


def test_a_package_above_fc_s_own_limit_is_bad_input(large: Project) -> None:
    large.server.admin.switches(oss_code_size_limit=1_000_000)
    report, _ = large.run("deploy")
    assert report.error is not None
    assert "FC takes 1,000,000" in report.error.message
    assert "PutObject" not in ops(large)


def test_an_update_whose_answer_is_lost_is_recognised_by_its_checksum(large: Project) -> None:
    deploy(large)
    (large.root / "code" / "index.py").write_text("# new\n")
    large.server.admin.faults([{"op": "UpdateFunction", "times": 1, "action": {"cut": "answer"}}])
    large.server.admin.clear_journal()
    deploy(large)
    assert large.writes().count("UpdateFunction") == 1
    assert is_quiet(large)


def test_a_bucket_of_one_s_own_is_used_in_place_of_the_temporary_one(large: Project) -> None:
    large.props["function"]["ossBucket"] = "my-bucket"
    deploy(large)
    assert "GetTempCodeBucketToken" not in ops(large)
    data = online(large)
    key = f"fcComponentGeneratedDir/demo-hello-{hashlib.md5(data, usedforsecurity=False).hexdigest()[:5]}"
    [put] = [entry for entry in large.server.admin.journal() if entry["op"] == "PutObject"]
    assert put["path"].endswith(f"/__oss/my-bucket/{key}")
    assert is_quiet(large)


def test_a_large_jar_is_sent_as_it_is(large: Project) -> None:
    with zipfile.ZipFile(large.root / "app.jar", "w") as jar:
        jar.writestr("model.bin", noise(MEGABYTE))
    large.props["function"]["codeUri"] = "app.jar"
    deploy(large)
    assert online(large) == (large.root / "app.jar").read_bytes()


def test_a_large_package_of_somebody_else_s_is_rescued_whole(large: Project) -> None:
    deploy(large)
    before = online(large)
    large.edit("UpdateFunction", "demo", "hello", files={"bob.py": "# bob\n"})
    theirs = online(large)
    assert theirs != before
    report, _ = large.run("deploy --use-remote")
    [rescue] = report.rescues
    saved = Path(rescue.directory) / "code.zip"
    assert saved.read_bytes() == theirs
    assert saved.stat().st_mode & 0o077 == 0


def test_a_large_folder_is_the_same_zip_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.txt").write_text("text, which can be compressed\n" * 200_000)
    (tmp_path / "noise.bin").write_bytes(noise(3 * MEGABYTE))
    (tmp_path / "link").symlink_to("text.txt")
    small = b"".join(open_folder(tmp_path).blob().chunks())
    for kept in (blob, archive):
        monkeypatch.setattr(kept, "KEPT", 1000)
    assert b"".join(open_folder(tmp_path).blob().chunks()) == small


@pytest.mark.parametrize("change", ["content", "longer", "shorter", "gone"])
def test_a_file_that_changes_before_it_is_packed_is_noticed(tmp_path: Path, small_limit: None, change: str) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(noise(MEGABYTE))
    package = open_folder(tmp_path)
    if change == "gone":
        file.unlink()
    else:
        size = {"content": MEGABYTE, "longer": MEGABYTE + 1, "shorter": MEGABYTE - 1}[change]
        file.write_bytes(noise(size))
    with pytest.raises(BadInput, match=r"model\.bin (was changed while|cannot be read)"):
        package.blob()


def test_packed_code_that_is_written_into_is_noticed_and_its_replacement_does_not_matter(
    tmp_path: Path, small_limit: None
) -> None:
    file = tmp_path / "app.zip"
    first = noise(MEGABYTE)
    file.write_bytes(first)
    opened = in_file(file)
    (tmp_path / "new").write_bytes(noise(MEGABYTE))
    (tmp_path / "new").replace(file)
    assert b"".join(opened.chunks()) == first
    opened = in_file(file)
    file.write_bytes(noise(MEGABYTE))
    with pytest.raises(BadInput, match="was changed while it was being read"):
        b"".join(opened.chunks())


def test_a_spooled_package_has_no_name_and_is_nobody_else_s(small_limit: None) -> None:
    with spool() as file:
        file.write(noise(MEGABYTE))
        status = os.fstat(file.fileno())
        made = spooled(file, "it")
    assert (status.st_nlink, status.st_mode & 0o077) == (0, 0)
    with made.open() as one, made.open() as two:  # readers do not share a position
        assert one.read(10) == two.read(10)


def test_a_full_disk_is_told_with_the_folder_to_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GuardError, match="No space left") as caught, spool():
        raise OSError(28, "No space left on device")
    assert "TMPDIR" in caught.value.hint


def test_progress_is_told_at_every_quarter_and_when_it_was_quiet_for_long() -> None:
    said: list[str] = []
    clock = [0.0]
    progress = Progress(said.append, "Uploading", 40 * MEGABYTE, now=lambda: clock[0])
    for done in range(0, 41):
        progress(done * MEGABYTE)
        clock[0] += 0.1
    assert said == [f"Uploading: {percent} % of 40.0 MB" for percent in (25, 50, 75, 100)]
    clock[0] += 11
    progress(MEGABYTE)
    progress(2 * MEGABYTE)
    clock[0] += 11
    progress(3 * MEGABYTE)
    assert said[4:] == ["Uploading: again from the beginning", "Uploading: 7 % of 40.0 MB"]


BETWEEN = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
"""A process's peak begins at the memory of the one that starts it. This one is small."""
MEASURED = """
import resource, sys
from pathlib import Path
from tests.integration.project import Project

class Server:
    def __init__(self, url): self.url = url

project = Project(Path(sys.argv[2]), Server(sys.argv[1]))
report, person = project.run("info")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report, person = project.run(sys.argv[3])
print(report.status(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
print(person.text)
"""


def measured(project: Project, line: str) -> tuple[int, int, str]:
    """A run in a process of its own: its status, how much its peak of memory rose in kB, what it said."""
    environment = {**os.environ, "PYTHONPATH": f"src{os.pathsep}."}
    python = (sys.executable, "-c")
    command: list[Any] = [*python, BETWEEN, *python, MEASURED, project.server.url, project.root, line]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    first, _, rest = done.stdout.partition("\n")
    status, rose = first.split()
    return int(status), int(rose), rest


def test_sixty_megabytes_are_never_whole_in_memory(server: LocalServer, tmp_path: Path) -> None:
    project = Project(tmp_path / "a", server)
    for number in range(3):
        (project.root / "code" / f"{number}.bin").write_bytes(noise(20 * MEGABYTE))
    status, rose, said = measured(project, "deploy")
    assert status == 0
    assert rose < 40_000
    assert "Uploading the code of function demo/hello: 100 % of 60.0 MB" in said
    sent = open_folder(project.root / "code").blob()
    assert hashlib.sha256(online(project)).digest() == hashlib.sha256(b"".join(sent.chunks())).digest()
    # Somebody's package of that size is looked into and rescued as sparingly.
    server.admin.switches(code_size_limit=100 * MEGABYTE)  # for bob, who sends it in a request
    project.edit("UpdateFunction", "demo", "hello", files={"bob.py": "# bob\n"})
    status, rose, said = measured(project, "deploy --use-remote")
    assert status == 0
    assert rose < 40_000
    assert "rescue copy" in said


def test_a_package_of_almost_fifty_megabytes_inside_a_request_is_never_whole_in_memory(
    server: LocalServer, tmp_path: Path
) -> None:
    project = Project(tmp_path / "a", server)
    for number in range(7):
        (project.root / "code" / f"{number}.bin").write_bytes(noise(7 * MEGABYTE))
    for sent, fault in (("CreateFunction", {}), ("UpdateFunction", {}), ("UpdateFunction", {"cut": "answer"})):
        (project.root / "code" / "0.bin").write_bytes(noise(7 * MEGABYTE))
        server.admin.faults([{"op": sent, "times": 1, "action": fault}] if fault else [])
        server.admin.clear_journal()
        status, rose, said = measured(project, "deploy")
        assert status == 0, said
        assert rose < 40_000
        assert project.writes().count(sent) == 1
        assert "PutObject" not in ops(project)
        blob = open_folder(project.root / "code").blob()
        assert hashlib.sha256(online(project)).digest() == hashlib.sha256(b"".join(blob.chunks())).digest()


@pytest.fixture
def packed(project: Project, small_limit: None) -> Path:
    """A package in a file, small enough to go inside the request and too large to be in memory."""
    file = project.root / "app.zip"
    pack(file)
    project.props["function"]["codeUri"] = file.name
    return file


def pack(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("model.bin", noise(150_000))


def write_into_while_sent(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encode, passes = inline.in_base64, []

    def encoded(chunks: Iterable[bytes]) -> Iterator[bytes]:
        passes.append(chunks)
        if len(passes) == 2:  # the first one is for the signature
            file.write_bytes(noise(file.stat().st_size))
        return encode(chunks)

    monkeypatch.setattr(inline, "in_base64", encoded)


def test_packed_code_that_is_written_into_while_it_is_sent_is_noticed_and_nothing_is_deployed(
    project: Project, packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_into_while_sent(packed, monkeypatch)
    report, _ = project.run("deploy")
    assert report.error is not None
    assert "app.zip was changed while it was being read" in report.error.message
    assert not project.server.admin.state()["services"]["demo"]["functions"]
    pack(packed)
    deploy(project)
    assert is_quiet(project)


def test_an_update_that_was_not_sent_whole_leaves_no_unfinished_write(
    project: Project, packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(project)
    pack(packed)
    write_into_while_sent(packed, monkeypatch)
    report, person = project.run("deploy")
    assert report.status() == 2
    assert "function demo/hello: update failed, nothing changed by it" in person.text
    record = DirectoryStore(Place(project.root / ".s" / "fc-guard"), CATALOG).read(FUNCTION)
    assert record is not None and record.pending is None
    pack(packed)
    report, person = project.run("plan")
    assert "interrupted" not in person.text
    assert "Plan: 1 resource to update, 3 unchanged" in person.text


def test_the_plan_of_a_large_folder_without_a_baseline_is_told_while_it_is_packed(large: Project) -> None:
    person = Person()
    large.run("plan", person)
    assert "Packing" in person.text
