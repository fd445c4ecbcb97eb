"""Two checkouts that share a state in a bucket, through the real commands, the local FC and its OSS."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.objects import OssObjects, service
from fc_guard.errors import BadInput, BaselineUnusable, GuardError
from fc_guard.model.reports import Report, Result
from fc_local.server import LocalServer
from tests.integration.checkouts import STATE, begun, cloned
from tests.integration.project import ACCOUNT, KEYS, Person, Project
from tests.props import REGION

FUNCTION = ("demo", "hello")
OSS = ("GetBucketInfo", "ListObjectsV2", "GetObject", "PutObject", "DeleteMultipleObjects")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("serverless_devs_config_home", str(tmp_path / "home"))
    monkeypatch.setenv("FC_GUARD_LOCK_TIMEOUT", "0.3")
    monkeypatch.setattr("fc_guard.cloud.wire.retry.BASE_SECONDS", 0.001)
    monkeypatch.setattr("fc_guard.state.shared.POLL_SECONDS", 0.05)


@pytest.fixture
def ann(tmp_path: Path, server: LocalServer) -> Project:
    return begun(tmp_path / "ann", server)


@pytest.fixture
def ben(tmp_path: Path, ann: Project) -> Project:
    return cloned(ann, tmp_path / "ben")


@pytest.fixture
def bucket(server: LocalServer) -> Iterator[OssObjects]:
    made = OssObjects("team-state", "shop/", service(REGION, server.url), Credential(ACCOUNT, *KEYS[:2]))
    yield made
    made.close()


def done(report: Report) -> None:
    assert report.status() == 0, report.error


def oss_calls(server: LocalServer) -> list[str]:
    return [entry["op"] for entry in server.admin.journal() if entry["op"] in OSS]


def edit(project: Project, timeout: int) -> None:
    project.edit("UpdateFunction", *FUNCTION, timeout=timeout)


def online(project: Project) -> Any:
    return project.server.admin.state(REGION, ACCOUNT)["services"]["demo"]["functions"]["hello"]["timeout"]


def serials(bucket: OssObjects) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for item in bucket.list("records/"):
        place, _, name = item.key.rpartition("/")
        found.setdefault(place, []).append(int(name.removesuffix(".json")))
    return found


def test_the_second_checkout_knows_what_the_first_deployed(ann: Project, ben: Project) -> None:
    done(ann.run("deploy")[0])
    ann.server.admin.clear_journal()
    report, person = ben.run("deploy")
    done(report)
    assert person.asked == []
    assert ben.writes() == []
    ben.props["function"]["timeout"] = 31
    (ben.root / "s.yaml").write_text("timeout: 31\n", encoding="utf-8")
    report, person = ben.run("deploy", Person(present=True))
    done(report)
    assert online(ben) == 31
    assert person.asked == []
    assert not (ben.root / ".s" / "fc-guard" / ACCOUNT / REGION / "fc2.function").exists()
    assert ann.run("plan")[0].status() == 0


def test_what_somebody_changed_online_stops_the_other_checkout_too(ann: Project, ben: Project) -> None:
    done(ann.run("deploy")[0])
    edit(ann, 77)
    report, _ = ben.run("deploy")
    assert report.status() == 3
    assert online(ben) == 77
    report, _ = ben.run("deploy --use-remote")
    done(report)
    assert online(ben) == ben.props["function"].get("timeout", 60) != 77
    done(ann.run("deploy")[0])


def test_what_is_online_and_in_no_history_asks(ann: Project, ben: Project) -> None:
    ann.props.pop("state")
    done(ann.run("deploy")[0])
    ben.props["function"]["timeout"] = 31
    report, _ = ben.run("deploy")
    assert report.status() == 3
    ben.props["function"].pop("timeout")
    ben.props["function"] = ann.props["function"]
    done(ben.run("deploy")[0])


def test_the_environment_names_a_state_and_the_props_win(
    ann: Project, bucket: OssObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FC_GUARD_STATE", STATE + "/")
    state = ann.props.pop("state")
    done(ann.run("deploy")[0])
    assert serials(bucket)
    monkeypatch.setenv("FC_GUARD_STATE", "oss://other/place")
    ann.props["state"] = state
    assert ann.run("plan")[0].status() == 0


@pytest.mark.parametrize("named", ["oss://", "s3://a/b", "oss://UP/x", "oss://bucket/a b", "oss://bucket/../x", "x"])
def test_what_names_no_bucket_is_refused(ann: Project, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    ann.props.pop("state")
    monkeypatch.setenv("FC_GUARD_STATE", named)
    with pytest.raises(BadInput, match="oss://bucket/prefix"):
        ann.run("plan")
    monkeypatch.delenv("FC_GUARD_STATE")
    ann.props["state"] = named
    with pytest.raises(BadInput, match="oss://bucket/prefix"):
        ann.run("plan")


def test_an_idle_plan_asks_oss_twice_once_its_records_are_known(ann: Project, ben: Project) -> None:
    done(ann.run("deploy")[0])
    for project, most in ((ben, None), (ben, 2), (ann, 2)):
        ann.server.admin.clear_journal()
        assert project.run("plan")[0].status() == 0
        calls = oss_calls(ann.server)
        assert most is None or sorted(calls) == ["GetBucketInfo", "ListObjectsV2"]


def test_a_step_has_one_name_in_every_checkout(ann: Project, bucket: OssObjects) -> None:
    done(ann.run("deploy")[0])
    records = [bucket.read(item.key, 1 << 20) or b"" for item in bucket.list("records/")]
    assert records
    assert all(b'"shop/s.yaml#one"' in record for record in records if b'"applied"' in record)


def test_no_secret_value_is_in_the_bucket(ann: Project, bucket: OssObjects) -> None:
    planted = [f"planted-secret-{number:02}" for number in range(40)]
    variables = {f"KEY_{number}": value for number, value in enumerate(planted)}
    ann.props["function"]["environmentVariables"] = variables
    done(ann.run("deploy")[0])
    ann.edit("UpdateFunction", *FUNCTION, environmentVariables={"MORE": "planted-online"})
    done(ann.run("deploy --use-remote")[0])
    everything = b"".join(bucket.read(item.key, 1 << 26) or b"" for item in bucket.list())
    assert len(everything) > 1000
    for secret in (*planted, "planted-online", KEYS[1]):
        assert secret.encode() not in everything


def put_versioning(server: LocalServer) -> None:
    made = OssObjects("team-state", "", service(REGION, server.url), Credential(ACCOUNT, *KEYS[:2]))
    body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    made._asked("PUT", "setting up", "", {"versioning": ""}, {"Content-Type": "application/xml"}, body)
    made.close()


TROUBLES: list[tuple[str, Callable[[LocalServer], None]]] = [
    ("state-versioned", put_versioning),
    ("state-no-bucket", lambda server: server.admin.switches(buckets_appear=False) and None),
    (
        "state-denied",
        lambda server: server.admin.faults(
            [{"op": "ListObjectsV2", "times": 0, "action": {"status": 403, "code": "AccessDenied"}}]
        ),
    ),
    (
        "state-unreachable",
        lambda server: server.admin.faults([{"op": "GetBucketInfo", "times": 0, "action": {"cut": "before"}}]),
    ),
    (
        "state-throttled",
        lambda server: server.admin.faults(
            [{"op": "GetBucketInfo", "times": 0, "action": {"status": 503, "code": "SlowDown"}}]
        ),
    ),
]


@pytest.mark.parametrize(("reference", "trouble"), TROUBLES)
def test_a_state_that_cannot_be_used_stops_before_anything_is_written(
    ann: Project, reference: str, trouble: Callable[[LocalServer], None]
) -> None:
    done(ann.run("deploy")[0]) if reference == "state-denied" else None
    trouble(ann.server)
    ann.server.admin.clear_journal()
    for line in ("deploy --use-remote", "plan", "drift", "remove -y"):
        with pytest.raises(BaselineUnusable) as told:
            ann.run(line)
        assert (told.value.reference, told.value.status) == (reference, 8)
    assert ann.writes() == []


def test_a_run_that_died_after_the_write_is_settled_by_reading_and_stays_its_own(
    ann: Project, ben: Project, bucket: OssObjects
) -> None:
    done(ann.run("deploy")[0])
    ann.props["function"]["timeout"] = 31
    put = {"op": "PutObject", "path": "/records/.*function/", "times": 0, "action": {"status": 403, "code": "x"}}
    ann.server.admin.faults([{**put, "skip": 1}])
    report, _ = ann.run("deploy")
    assert report.status() == 6
    assert online(ann) == 31
    ann.server.admin.faults([])
    ben.props["function"]["timeout"] = 31
    report, person = ben.run("deploy")
    done(report)
    assert "it had been carried out" in person.text
    assert person.asked == []
    assert ben.run("drift")[0].status() == 0
    assert all(found == list(range(1, len(found) + 1)) for found in map(sorted, serials(bucket).values()))


def test_a_run_that_died_before_the_write_leaves_nothing_but_a_note(ann: Project, ben: Project) -> None:
    done(ann.run("deploy")[0])
    ann.props["function"]["timeout"] = 31
    ann.server.admin.faults([{"op": "UpdateFunction", "times": 0, "action": {"cut": "before"}}])
    reads = {"op": "GetFunction", "times": 0, "action": {"status": 500}}
    ann.server.admin.faults([{"op": "UpdateFunction", "times": 0, "action": {"cut": "before"}}, {**reads, "skip": 1}])
    with_error = ann.run("deploy")[0]
    assert with_error.status() == 6
    ann.server.admin.faults([])
    report, person = ben.run("deploy")
    done(report)
    assert "it had changed nothing" in person.text


def test_a_colleague_who_deploys_during_the_question_is_compared_with_and_not_overwritten(
    ann: Project, ben: Project, bucket: OssObjects
) -> None:
    done(ann.run("deploy")[0])
    edit(ann, 77)
    ann.props["function"]["timeout"] = 31

    def meanwhile() -> None:
        person.on_question = None
        ben.props["function"]["memorySize"] = 256
        done(ben.run("deploy --use-remote")[0])

    person = Person(present=True, answers=["o", "y"], on_question=meanwhile)
    report, _ = ann.run("deploy", person)
    assert "comparing again" in person.text
    assert report.status() in (0, 3)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in serials(bucket).values())


@pytest.mark.parametrize("cut", ["answer", "before", "body"])
@pytest.mark.parametrize("skip", range(5))
def test_a_lost_answer_of_any_write_of_the_state_changes_nothing(
    ann: Project, ben: Project, bucket: OssObjects, cut: str, skip: int
) -> None:
    ann.server.admin.faults([{"op": "PutObject", "skip": skip, "action": {"cut": cut}}])
    done(ann.run("deploy")[0])
    assert ben.run("plan --exit-code")[0].status() == 0
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in serials(bucket).values())


def test_a_foreign_bucket_is_believed_and_whatever_is_overwritten_is_saved(ann: Project, server: LocalServer) -> None:
    other = OssObjects("team-state", "shop/", service(REGION, server.url), Credential("1", *KEYS[:2]))
    assert not other.ours()
    other.close()


def test_a_removed_resource_stays_in_the_history(ann: Project, ben: Project, bucket: OssObjects) -> None:
    done(ann.run("deploy")[0])
    done(ann.run("remove -y")[0])
    assert serials(bucket)
    report, _ = ben.run("deploy")
    done(report)
    assert all(outcome.result is Result.DONE for outcome in report.outcomes)


def test_a_run_without_a_shared_state_imports_nothing_of_it() -> None:
    script = (
        "import sys; from fc_guard.host.standard import standard_run; standard_run(); import fc_guard.commands\n"
        "import fc_guard.__main__, fc_guard.host.calls\n"
        "print([name for name in sys.modules if name in ("
        "'fc_guard.state.shared', 'fc_guard.state.heads', 'fc_guard.cloud.wire.objects', 'xml.etree.ElementTree')])"
    )
    environment = {"PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PATH": "/usr/bin:/bin"}
    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_an_error_is_a_guard_error_of_ours() -> None:
    assert issubclass(BaselineUnusable, GuardError)
