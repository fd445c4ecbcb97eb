"""Writes that FC ties to no version, and somebody who writes at the very same moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fc_guard.cloud.fc2.gateway import Fc2Gateway
from fc_guard.cloud.gateway import Credential, Gateway, Reply
from fc_guard.cloud.providers import PROVIDERS
from fc_guard.engine.run.refresh import Refresh
from fc_guard.host.standard import standard_run
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.plans import Call
from fc_guard.model.reports import Report
from fc_guard.state.directory import DirectoryStore
from fc_guard.state.place import Place
from tests.integration.project import ACCOUNT, REGION, Person, Project

SWITCHES = ("etag_on_domains_and_configs", "async_put_replaces", "domain_update_merges")
pytestmark = pytest.mark.switches_at_default(*SWITCHES)

CONFIG = Address("fc2", ACCOUNT, REGION, "asyncConfig", ("demo", "hello", "LATEST"))
HOST = "www.example.com"
PUT = "PutFunctionAsyncInvokeConfig"


class Meddler:
    """Somebody who does one thing at a moment of our first write of a kind of operation."""

    def __init__(self, project: Project, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
        self.order: list[str] = []
        self.before_the_glance: Callable[[], object] = lambda: None
        self.before_the_write: Callable[[], object] = lambda: None
        self.after_the_write: Callable[[], object] = lambda: None
        providers = (replace(PROVIDERS[0], gateway=self.gateway), *PROVIDERS[1:])
        project.make_run = lambda: standard_run(providers=providers)
        self._operation = operation
        glance, intend = Refresh.glance, DirectoryStore.intend

        def watched(refresh: Refresh, id: Address) -> Future[Reply | None]:
            self._once("before_the_glance")
            found = glance(refresh, id)
            wait((found,))
            return found

        def noted(store: DirectoryStore, id: Address, intent: Any) -> None:
            self.order.append("intent")
            intend(store, id, intent)

        monkeypatch.setattr(Refresh, "glance", watched)
        monkeypatch.setattr(DirectoryStore, "intend", noted)

    def gateway(self, endpoint: str, region: str, credential: Credential, catalog: Catalog) -> Gateway:
        meddler = self

        class Watched(Fc2Gateway):
            def read(self, id: Address) -> Reply | None:
                meddler.order.append("read")
                return super().read(id)

            def send(self, call: Call, code: Mapping[str, Any] | None = None) -> Reply:
                ours = call.operation == meddler._operation
                if ours:
                    meddler._once("before_the_write")
                meddler.order.append("write")
                reply = super().send(call, code)
                if ours:
                    meddler._once("after_the_write")
                return reply

        return Watched(endpoint, region, credential, catalog)

    def _once(self, moment: str) -> None:
        what: Callable[[], object] = getattr(self, moment)
        setattr(self, moment, lambda: None)
        what()


@pytest.fixture
def project(project: Project) -> Project:
    """A deployed project with an asynchronous configuration and a domain, which FC ties to no version."""
    project.server.admin.switches(etag_on_domains_and_configs=False)
    project.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 1}
    project.props["customDomains"] = [{"domainName": HOST, "protocol": "HTTP", "routeConfigs": [{"path": "/a/*"}]}]
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
    project.props["function"]["asyncConfiguration"] = {"maxAsyncRetryAttempts": 2}
    project.server.admin.clear_journal()
    return project


def attempts(project: Project, value: int) -> Callable[[], None]:
    return lambda: project.edit(PUT, "demo", "hello", maxAsyncRetryAttempts=value)


def config(project: Project) -> dict[str, Any]:
    function = project.server.admin.state()["services"]["demo"]["functions"]["hello"]
    return dict(function.get("asyncConfigs", {}))


def saved(report: Report) -> list[Any]:
    """The values in the run's rescue copies."""
    lives = (json.loads((Path(copy.directory) / "live.json").read_text(encoding="utf-8")) for copy in report.rescues)
    return [live["maxAsyncRetryAttempts"] for live in lives]


def test_the_last_look_is_right_before_the_write(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    meddler = Meddler(project, monkeypatch, PUT)
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
    at = meddler.order.index("write")
    assert meddler.order[at - 3 : at + 2] == ["intent", "read", "read", "write", "read"]
    assert (report.rescues, "moment" in person.text) == ((), False)


def test_what_the_write_replaced_is_saved_and_told_and_comes_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    meddler = Meddler(project, monkeypatch, PUT)
    meddler.before_the_glance = attempts(project, 7)
    report, person = project.run("deploy")
    assert (report.status(), saved(report)) == (0, [7]), person.text
    (copy,) = report.rescues
    assert "somebody changed it online at the same moment, and this write replaced that" in person.text
    assert f"s undo {copy.name}" in person.text
    project.make_run = standard_run
    report, person = project.run(f"undo {copy.name} -y")
    assert report.status() == 0, person.text
    assert config(project)["LATEST"]["maxAsyncRetryAttempts"] == 7


def test_what_a_deletion_replaced_is_saved_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    del project.props["function"]["asyncConfiguration"]
    meddler = Meddler(project, monkeypatch, "DeleteFunctionAsyncInvokeConfig")
    meddler.before_the_glance = attempts(project, 7)
    report, person = project.run("deploy")
    assert (report.status(), saved(report), config(project)) == (0, [7], {}), person.text


def test_what_a_first_write_replaced_is_saved_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """PUT makes and overwrites alike: FC does not say that something was there."""
    project.edit("DeleteFunctionAsyncInvokeConfig", "demo", "hello")
    meddler = Meddler(project, monkeypatch, PUT)
    meddler.before_the_glance = attempts(project, 7)
    report, person = project.run("deploy --use-remote")
    assert (report.status(), saved(report)) == (0, [7]), person.text


def test_what_a_write_with_a_lost_answer_replaced_is_saved_too(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.server.admin.faults([{"op": PUT, "times": 1, "action": {"cut": "answer"}}])
    meddler = Meddler(project, monkeypatch, PUT)
    meddler.before_the_glance = attempts(project, 7)
    report, person = project.run("deploy")
    assert (report.status(), saved(report)) == (0, [7]), person.text


def test_what_somebody_wrote_right_after_is_theirs_at_the_next_plan(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    meddler = Meddler(project, monkeypatch, PUT)
    meddler.after_the_write = attempts(project, 7)
    report, person = project.run("deploy")
    assert (report.status(), report.rescues) == (0, ()), person.text
    assert "changed online at the same moment, by nothing that was sent: maxAsyncRetryAttempts" in person.text
    project.make_run = standard_run
    report, person = project.run("plan --exit-code")
    assert report.status(exit_code=True) == 3, person.text
    assert "last deployed 2 → online 7" in person.text


def test_what_somebody_wrote_beside_it_is_theirs_at_the_next_plan(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the write did not name is still online: it shows that somebody wrote in between."""
    project.props["customDomains"][0]["routeConfigs"] = [{"path": "/b/*"}]
    meddler = Meddler(project, monkeypatch, "UpdateCustomDomain")
    tls = {"minVersion": "TLSv1.2", "cipherSuites": ["TLS_RSA_WITH_RC4_128_SHA"]}
    meddler.before_the_write = lambda: project.edit("UpdateCustomDomain", HOST, tlsConfig=tls)
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
    assert "changed online at the same moment, by nothing that was sent: tlsConfig" in person.text
    project.make_run = standard_run
    report, person = project.run("drift --exit-code")
    assert (report.status(exit_code=True), "tlsConfig" in person.text) == (3, True), person.text


def test_what_moved_before_the_last_look_is_compared_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The intent is there by then; it is withdrawn, and nothing is sent."""
    meddler = Meddler(project, monkeypatch, PUT)
    intend = DirectoryStore.intend

    def moved(store: DirectoryStore, id: Address, intent: Any) -> None:
        intend(store, id, intent)
        if id == CONFIG:
            attempts(project, 7)()

    monkeypatch.setattr(DirectoryStore, "intend", moved)
    report, person = project.run("deploy")
    assert (report.status(), "write" in meddler.order) == (3, False), person.text
    assert "It changed online just now; comparing again." in person.said
    record = DirectoryStore(Place(project.root / ".s" / "fc-guard"), CATALOG).read(CONFIG)
    assert record is not None and record.pending is None


def test_a_last_look_that_fails_leaves_no_intent(project: Project) -> None:
    action = {"status": 403, "code": "AccessDenied", "message": "no"}
    project.server.admin.faults([{"op": "GetFunctionAsyncInvokeConfig", "times": 9, "skip": 1, "action": action}])
    report, person = project.run("deploy")
    project.server.admin.faults([])
    assert (report.status(), project.writes()) == (6, []), person.text
    record = DirectoryStore(Place(project.root / ".s" / "fc-guard"), CATALOG).read(CONFIG)
    assert record is not None and record.pending is None


def test_somebody_at_the_question_is_still_asked_about(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts(project, 5)()
    meddler = Meddler(project, monkeypatch, PUT)
    meddler.before_the_glance = attempts(project, 7)
    report, person = project.run("deploy", Person(["o"], present=True))
    assert (report.status(), saved(report)) == (0, [5, 7]), person.text
