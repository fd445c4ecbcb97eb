"""Undo: what was overwritten or deleted is put back as it was, and never counts as ours."""

from __future__ import annotations

import base64
import copy
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BadInput, BaselineUnusable
from fc_guard.model.reports import Report
from fc_guard.model.resources import Presence
from fc_guard.render.machine import report_document
from tests.integration.project import PROPS, Person, Project
from tests.integration.test_documents import valid
from tests.integration.test_rescue import listed, overwritten
from tests.unit.kinds.test_quiet_domains import SECURE

STAMPS = {
    *("lastModifiedTime", "createdTime", "functionId", "serviceId", "triggerId", "etag"),
    *("urlInternet", "urlIntranet", "domainName"),  # made of the id
}
DOMAIN = "www.example.com"


def service(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.server.admin.state()["services"]["demo"]
    return found


def function(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = service(project)["functions"]["hello"]
    return found


def steady(value: Any) -> Any:
    """What is online, without what any write moves."""
    if isinstance(value, dict):
        return {key: steady(item) for key, item in value.items() if key not in STAMPS}
    return value


def baselines(project: Project) -> dict[str, Any]:
    files = (project.root / ".s" / "fc-guard").rglob("*/*/*/*.json")
    documents = (json.loads(path.read_bytes()) for path in files if "rescue" not in path.parts)
    return {f"{document['kind']} {document['id']}": document["payload"]["baseline"] for document in documents}


def done(project: Project, line: str, person: Person | None = None) -> Report:
    report, someone = project.run(line, person)
    assert report.status() == 0, f"{someone.text}\n{report.error}"
    return report


@pytest.fixture
def mended(deployed: Project) -> Project:
    """Somebody mended code, configuration and variables."""
    deployed.edit(
        *("UpdateFunction", "demo", "hello"),
        files={"index.py": "# mended by bob\n", "new.py": "# bob's\n"},
        memorySize=512,
        environmentVariables={"LEVEL": "debug", "EXTRA": "canary-4711"},
    )
    deployed.server.admin.clear_journal()
    return deployed


# what was overwritten


def test_code_and_configuration_are_put_back_byte_for_byte(mended: Project) -> None:
    theirs = steady(service(mended))
    done(mended, "deploy --use-remote")
    assert steady(service(mended)) != theirs
    mended.server.admin.clear_journal()
    report, person = mended.run("undo -y")
    assert report.status() == 0, person.text
    assert mended.writes() == ["UpdateFunction"]
    assert steady(service(mended)) == theirs
    assert "canary" not in person.text + json.dumps(report_document(report, 0))
    assert "overwritten by deploy --use-remote" in person.text
    assert "What was put back is not what this project last deployed" in person.text


def test_what_was_put_back_is_never_ours(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    before = baselines(mended)
    done(mended, "undo -y")
    assert baselines(mended) == before
    report, person = mended.run("plan")
    assert report.status(exit_code=True) == 3
    assert "memorySize" in person.text
    mended.server.admin.clear_journal()
    report, _ = mended.run("deploy -y")
    assert (report.status(), mended.writes()) == (3, [])


def test_an_undo_can_be_undone_and_that_too(mended: Project) -> None:
    theirs = steady(service(mended))
    done(mended, "deploy --use-remote")
    ours = steady(service(mended))
    for expected in (theirs, ours, theirs):
        done(mended, "undo -y")
        assert steady(service(mended)) == expected
    done(mended, "deploy --use-remote")
    report, _ = mended.run("plan")
    assert report.status(exit_code=True) == 0


def test_after_a_later_deployment_of_ours_the_copy_is_still_put_back_without_a_question(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    mended.props["function"]["timeout"] = 33
    done(mended, "deploy")
    done(mended, "undo -y")
    assert (function(mended)["memorySize"], function(mended)["timeout"]) == (512, 10)


def test_everything_that_one_run_overwrote_is_put_back_by_one_undo(mended: Project) -> None:
    mended.edit("UpdateService", "demo", description="bob's")
    mended.edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig={"enable": True})
    theirs = steady(service(mended))
    done(mended, "deploy --use-remote")
    report = done(mended, "undo -y")
    assert steady(service(mended)) == theirs
    assert len(report.rescues) == 3
    assert len({copy.run for copy in report.rescues}) == 1


def test_one_copy_by_its_name_and_one_run_by_its_name(mended: Project) -> None:
    mended.edit("UpdateService", "demo", description="bob's")
    first = done(mended, "deploy --use-remote").rescues
    overwritten(mended, timeout=99)
    (of_service,) = (copy for copy in first if copy.id.kind == "service")
    done(mended, f"undo {of_service.name} -y")
    assert (service(mended)["description"], function(mended)["memorySize"]) == ("bob's", 128)
    done(mended, f"undo -y {of_service.run}")
    assert (function(mended)["memorySize"], function(mended)["timeout"]) == (512, 10)


# asking


def test_at_a_terminal_it_asks_and_enter_stops(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    mended.server.admin.clear_journal()
    report, person = mended.run("undo", Person([""], present=True))
    assert (report.status(), mended.writes()) == (3, [])
    assert person.asked == ["Put this back?"]
    done(mended, "undo", Person(["y"], present=True))
    assert function(mended)["memorySize"] == 512


def test_where_nobody_can_confirm_it_says_so(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    mended.server.admin.clear_journal()
    with pytest.raises(BadInput, match="nobody to confirm"):
        mended.run("undo")
    assert mended.writes() == []
    assert len(listed(mended)) == 1


def test_a_newer_change_of_somebody_is_asked_about(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    mended.edit("UpdateFunction", "demo", "hello", memorySize=1024, timeout=77)
    mended.server.admin.clear_journal()
    report, person = mended.run("undo -y")
    assert (report.status(), mended.writes()) == (3, [])
    assert "last written 128 → online 1024 → saved 512" in person.text
    report, person = mended.run("undo", Person([""], present=True))
    assert (report.status(), mended.writes()) == (3, [])
    assert "function demo/hello (config) was changed online since this project wrote it" in person.asked[0]
    assert len(listed(mended)) == 1


@pytest.mark.parametrize(
    ("words", "memory", "timeout"), [("--use-remote", 512, 10), ("--on-drift keep", 1024, 77), ("--use-local", 512, 10)]
)
def test_the_policies_decide_about_it(mended: Project, words: str, memory: int, timeout: int) -> None:
    done(mended, "deploy --use-remote")
    mended.edit("UpdateFunction", "demo", "hello", memorySize=1024, timeout=77)
    report = done(mended, f"undo -y {words}")
    live = function(mended)
    assert (live["memorySize"], live["timeout"]) == (memory, timeout)
    assert live["environmentVariables"] == {"LEVEL": "debug", "EXTRA": "canary-4711"}
    saved = json.loads((Path(report.rescues[0].directory) / "live.json").read_text())
    assert (saved["memorySize"], saved["timeout"]) == (1024, 77)


@pytest.mark.parametrize("later", ["other.py", "index.py"])
def test_merging_never_puts_a_saved_package_over_code_that_was_changed_since(mended: Project, later: str) -> None:
    """What is put back is a whole package: one that lacks a file of somebody's is no merge."""
    done(mended, "deploy --use-remote")
    mended.edit("UpdateFunction", "demo", "hello", files={**mended.code, later: "# carol's\n"})
    theirs = function(mended)["codeChecksum"]
    report, _ = mended.run("undo -y --on-drift merge")
    assert function(mended)["codeChecksum"] == theirs
    assert report.status() == 3 and "Nothing was written" in str(report.error)


def test_what_only_somebody_has_now_stays(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    mended.edit(
        "UpdateFunction", "demo", "hello", environmentVariables={"LEVEL": "info", "NAME": "demo", "NEWER": "carol"}
    )
    done(mended, "undo -y")
    assert function(mended)["environmentVariables"] == {"LEVEL": "debug", "EXTRA": "canary-4711", "NEWER": "carol"}


def test_a_change_while_the_question_waits_is_not_overwritten_unseen(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    edits = iter([77])

    def edit() -> None:
        for timeout in edits:
            mended.edit("UpdateFunction", "demo", "hello", timeout=timeout)

    person = Person(["y", ""], present=True, on_question=edit)
    report, _ = mended.run("undo", person)
    assert report.status() == 3
    assert len(person.asked) == 2
    assert "77" in person.text
    assert function(mended)["memorySize"] == 128


def test_what_is_as_it_was_saved_needs_nothing(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    done(mended, "undo -y")
    (first,) = (copy for copy in listed(mended) if copy["command"] == "deploy")
    mended.server.admin.clear_journal()
    _, person = mended.run(f"undo {first['name']}")
    assert mended.writes() == []
    assert "Nothing to put back" in person.text


# what was deleted


def test_what_was_removed_is_made_again_with_what_was_inside(mended: Project) -> None:
    theirs = steady(service(mended))
    report = done(mended, "remove -y --use-remote")
    assert "demo" not in mended.server.admin.state()["services"]
    assert {str(copy.id) for copy in report.rescues} == {
        "service demo",
        "function demo/hello",
        "trigger demo/hello/http",
        "trigger demo/hello/tick",
    }
    mended.server.admin.clear_journal()
    done(mended, "undo -y")
    assert mended.writes() == ["CreateService", "CreateFunction", "CreateTrigger", "CreateTrigger"]
    assert steady(service(mended)) == theirs
    report, _ = mended.run("plan")
    assert {diff.presence for diff in report.plan.diffs} == {Presence.PRESENT}
    report, _ = mended.run("deploy")
    assert report.status() == 3


def test_what_lived_in_something_that_is_gone_needs_that_first(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    for name in ("http", "tick"):
        mended.edit("DeleteTrigger", "demo", "hello", name)
    mended.edit("DeleteFunction", "demo", "hello")
    mended.edit("DeleteService", "demo")
    with pytest.raises(BadInput, match="service demo is not online"):
        mended.run("undo -y")


def test_what_was_deleted_online_since_is_asked_about(mended: Project) -> None:
    mended.edit("UpdateTrigger", "demo", "hello", "tick", triggerConfig={"enable": True})
    done(mended, "deploy --use-remote")
    mended.edit("DeleteTrigger", "demo", "hello", "tick")
    mended.server.admin.clear_journal()
    (tick,) = (copy for copy in listed(mended) if copy["resource"].startswith("trigger"))
    report, _ = mended.run(f"undo {tick['name']} -y")
    assert (report.status(), mended.writes()) == (3, [])
    report, person = mended.run(f"undo {tick['name']}", Person(["o"], present=True))
    assert report.status() == 0
    assert "deleted online since this project wrote it, and undo would make it again" in person.asked[0]
    assert json.loads(function(mended)["triggers"]["tick"]["triggerConfig"])["enable"] is True


# what cannot be put back


def test_a_name_that_nothing_has_and_a_copy_that_is_none(mended: Project) -> None:
    with pytest.raises(BadInput, match="no rescue copy and no run 'nothing'"):
        mended.run("undo nothing -y")
    _, person = mended.run("undo -y")
    assert "Nothing to undo here" in person.text
    report = done(mended, "deploy --use-remote")
    folder = Path(report.rescues[0].directory)
    (folder / "rescue.json").unlink()
    with pytest.raises(BadInput, match="it was never completed"):
        mended.run(f"undo {folder.name} -y")


@pytest.mark.parametrize("file", ["live.json", "code.zip"])
def test_a_copy_that_is_not_what_was_saved_is_refused(mended: Project, file: str) -> None:
    path = Path(done(mended, "deploy --use-remote").rescues[0].directory) / file
    data = path.read_bytes()
    path.write_bytes(data.replace(b"512", b"513") if file == "live.json" else data[:-1] + b"x")
    mended.server.admin.clear_journal()
    with pytest.raises(BaselineUnusable, match="is damaged") as caught:
        mended.run("undo -y")
    assert (caught.value.status, caught.value.reference, mended.writes()) == (8, "rescue-damaged", [])


def test_a_run_that_overwrote_nothing_is_not_what_undo_goes_back_to(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    mended.edit("UpdateFunction", "demo", "hello", timeout=77)
    action = {"status": 400, "code": "InvalidArgument", "message": "no"}
    mended.server.admin.faults([{"op": "UpdateFunction", "times": 1, "action": action}])
    report, _ = mended.run("deploy --use-remote")
    assert report.status() == 1
    assert [copy["unused"] for copy in listed(mended)] == [True, False]
    mended.edit("UpdateFunction", "demo", "hello", timeout=10)
    done(mended, "undo -y")
    assert (function(mended)["memorySize"], function(mended)["timeout"]) == (512, 10)


def test_every_report_of_it_is_as_its_schema_says(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    valid("report", report_document(done(mended, "undo -y"), 0))
    for path in (mended.root / ".s" / "fc-guard").rglob("*/*/*/*.json"):
        if "rescue" not in path.parts:
            valid("baseline", json.loads(path.read_bytes()))


# several steps


def test_each_step_puts_back_its_own_of_the_newest_run_of_all(deployed: Project) -> None:
    other = Project(deployed.root, deployed.server, props=copy.deepcopy(PROPS), step="two")
    other.props["service"]["name"] = "elsewhere"
    done(other, "deploy")
    other.edit("UpdateFunction", "elsewhere", "hello", timeout=44)
    done(other, "deploy --use-remote")
    overwritten(deployed)
    deployed.server.admin.clear_journal()
    _, person = other.run("undo -y")
    assert "Nothing to undo here: the newest run saved nothing of this step" in person.text
    assert deployed.writes() == []
    done(deployed, "undo -y")
    assert function(deployed)["memorySize"] == 512


# domains, which others route on too


def domain(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.server.admin.state()["customDomains"][DOMAIN]
    return found


def routes(project: Project) -> dict[str, str]:
    return {route["path"]: route["functionName"] for route in domain(project)["routeConfig"]["routes"]}


def route(project: Project, **paths: str) -> None:
    """Somebody makes the domain's routes these: path -> function."""
    items = [{"path": path, "serviceName": "demo", "functionName": name} for path, name in paths.items()]
    project.edit("UpdateCustomDomain", DOMAIN, routeConfig={"routes": items})


@pytest.fixture
def routed(deployed: Project) -> Project:
    """A domain of ours on which somebody changed, removed and made routes, which we overwrote."""
    routes = [{"path": path} for path in ("/a", "/b", "/c")]
    deployed.props["customDomains"] = [{"domainName": DOMAIN, "protocol": "HTTP", "routeConfigs": routes}]
    done(deployed, "deploy")
    route(deployed, **{"/a": "bobs", "/c": "hello", "/bobs": "bobs"})
    done(deployed, "deploy --use-remote")
    return deployed


def test_of_a_domain_only_the_routes_that_were_written_go_back(routed: Project) -> None:
    ours = {"/a": "hello", "/b": "hello", "/c": "hello", "/bobs": "bobs"}
    assert routes(routed) == ours
    route(routed, **{**ours, "/bobs": "carols", "/carols": "carols"})
    done(routed, "undo -y")
    assert routes(routed) == {"/a": "bobs", "/c": "hello", "/bobs": "carols", "/carols": "carols"}
    done(routed, "undo -y")
    assert routes(routed) == {**ours, "/bobs": "carols", "/carols": "carols"}


def test_a_route_that_somebody_changed_since_is_asked_about(routed: Project) -> None:
    route(routed, **{"/a": "carols", "/b": "hello", "/c": "hello"})
    routed.server.admin.clear_journal()
    report, _ = routed.run("undo -y")
    assert (report.status(), routed.writes()) == (3, [])


def test_what_was_empty_before_we_set_it_is_emptied_again(deployed: Project) -> None:
    suites = {"minVersion": "TLSv1.2", "maxVersion": "TLSv1.2", "cipherSuites": ["a", "b"]}
    domain = {"domainName": DOMAIN, "protocol": "HTTP", "routeConfigs": [{"path": "/*"}]}
    deployed.props["customDomains"] = [{**domain, "tlsConfig": suites}]
    done(deployed, "deploy")
    bob = Project(deployed.root.parent / "bob", deployed.server, props=copy.deepcopy(deployed.props), step="bob")
    bob.props["customDomains"] = [{**domain, "tlsConfig": {**suites, "cipherSuites": []}}]
    done(bob, "deploy -y --use-remote")
    before = deployed.server.admin.state()["customDomains"][DOMAIN]["tlsConfig"]
    assert not before["cipherSuites"]
    done(deployed, "deploy --use-remote")
    done(deployed, "undo -y")
    assert deployed.server.admin.state()["customDomains"][DOMAIN]["tlsConfig"] == before


@pytest.mark.switches_at_default("domain_update_merges")
@pytest.mark.parametrize(
    ("now", "protocol", "told"),
    [
        ({"protocol": "HTTP"}, "HTTP", "Until it has one again, its protocol is HTTP"),
        ({"protocol": "HTTPS", "certConfig": {"certName": "other"}}, "HTTP,HTTPS", "no private key"),
    ],
)
def test_a_certificate_is_in_no_copy_and_that_is_said(
    deployed: Project, now: dict[str, Any], protocol: str, told: str
) -> None:
    ours = {"domainName": DOMAIN, "routeConfigs": [{"path": "/*"}], **now}
    if "certConfig" in now:
        ours["certConfig"] = {**SECURE["certConfig"], "certName": "other"}
    deployed.props["customDomains"] = [ours]
    done(deployed, "deploy")
    deployed.edit("UpdateCustomDomain", DOMAIN, protocol="HTTP,HTTPS", certConfig=SECURE["certConfig"])
    route(deployed, **{"/*": "bobs"})
    done(deployed, "deploy --use-remote")
    if "certConfig" not in now:  # s.yaml says nothing of a certificate, so bob's is still there: taken away
        deployed.edit("DeleteCustomDomain", DOMAIN)
    before = domain(deployed)["certConfig"] if "certConfig" in now else None
    report, person = deployed.run("undo -y --use-remote")
    assert report.status() == 0, (person.text, report.error)
    assert told in person.text
    assert (routes(deployed), domain(deployed)["protocol"]) == ({"/*": "bobs"}, protocol)
    if before is not None:
        assert domain(deployed)["certConfig"] == before
    assert "canary" not in person.text


# packages


def test_a_large_package_goes_back_through_the_temporary_bucket(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fc_guard.engine.code.upload.MOST_INLINE", 200_000)
    done(project, "deploy")
    big = base64.b64encode(os.urandom(600_000)).decode()
    project.edit("UpdateFunction", "demo", "hello", files={"index.py": "# bob\n", "model.txt": big})
    theirs = function(project)["codeChecksum"]
    done(project, "deploy --use-remote")
    project.server.admin.clear_journal()
    report, person = project.run("undo -y")
    assert report.status() == 0, person.text
    assert function(project)["codeChecksum"] == theirs
    asked = [entry["op"] for entry in project.server.admin.journal()]
    assert [op for op in asked if op in ("GetTempCodeBucketToken", "PutObject", "UpdateFunction")] == [
        *("GetTempCodeBucketToken", "PutObject", "UpdateFunction")
    ]
    assert "Uploading the code of function demo/hello: 100 %" in person.text


def test_the_plan_tells_which_files_go_back_line_by_line(mended: Project) -> None:
    done(mended, "deploy --use-remote")
    _, person = mended.run("undo", Person([""], present=True))
    assert "~ index.py  differs" in person.text
    assert "+# mended by bob" in person.text
    assert "~ new.py  only saved" in person.text


def test_a_package_that_cannot_be_looked_into_goes_back_all_the_same(deployed: Project) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as package:
        package.writestr("index.py", "# packed by an unusual tool\n")
    code = {"zipFile": base64.b64encode(packed.getvalue()).decode()}
    deployed.edit("UpdateFunction", "demo", "hello", code=code)
    theirs = function(deployed)["codeChecksum"]
    done(deployed, "deploy --use-remote")
    done(deployed, "undo -y")
    assert function(deployed)["codeChecksum"] == theirs


def test_a_service_that_traces_is_made_again_with_its_endpoint(deployed: Project) -> None:
    deployed.props["service"]["tracingConfig"] = "Enable"
    done(deployed, "deploy")
    theirs = service(deployed)["tracingConfig"]
    deployed.edit("UpdateService", "demo", description="bob's")
    done(deployed, "remove -y --use-remote")
    done(deployed, "undo -y")
    assert service(deployed)["tracingConfig"] == theirs


@pytest.mark.parametrize("file", ["live.json", "rescue.json"])
def test_behind_a_damaged_copy_undo_does_not_reach_for_an_older_one(deployed: Project, file: str) -> None:
    older = overwritten(deployed)
    newer = overwritten(deployed, timeout=99)
    (newer / file).write_bytes(b"{")
    if file == "live.json":  # saved while the clock was set back
        newer = newer.rename(newer.with_name(newer.name.replace(newer.name[:4], "2020", 1)))
    deployed.server.admin.clear_journal()
    with pytest.raises(BaselineUnusable, match=newer.name) as stop:
        deployed.run("undo -y")
    assert stop.value.reference == "rescue-damaged"
    assert deployed.writes() == []
    done(deployed, f"undo -y {older.name}")
    assert function(deployed)["memorySize"] == 512


@pytest.mark.parametrize("sort", ["begun", "unused", "copied by hand", "of another project"])
def test_a_damaged_copy_that_cannot_be_the_last_stands_in_the_way_of_nothing(deployed: Project, sort: str) -> None:
    newer = overwritten(deployed)
    match sort:
        case "begun":
            (newer.parent / "99991231T235959Z-function-demo.hello-ffff").mkdir()
        case "copied by hand":
            damaged(newer, f"backup-{newer.name}")
        case "unused":
            (damaged(newer, "99991231T235959Z-function-demo.hello-ffff") / "unused").touch()
        case _:
            damaged(newer, "99991231T235959Z-function-other.fn-ffff")
    done(deployed, "undo -y")
    assert function(deployed)["memorySize"] == 512


def damaged(copy: Path, name: str) -> Path:
    """One like it of that name, of which nothing can be read."""
    folder = copy.with_name(name)
    folder.mkdir()
    (folder / "rescue.json").write_text("{")
    return folder
