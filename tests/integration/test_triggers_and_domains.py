"""Every type of trigger and custom domains, deployed to a local FC: the second plan has nothing to say."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from fc_guard.model.plans import Verb
from fc_guard.model.reports import Report
from fc_guard.render.machine import report_document
from tests.integration.project import Project
from tests.unit.kinds.test_quiet_domains import KEY, PLAIN, SECURE
from tests.unit.kinds.test_quiet_triggers import ITEMS, item


def other_step(project: Project, folder: Path, **props: Any) -> Project:
    """Another step of the same s.yaml, with a function of its own."""
    other = Project(project.root, project.server, props=copy.deepcopy(project.props), step="two")
    other.props["function"]["name"] = "second"
    other.props |= props
    return other


def nothing_to_say(project: Project) -> None:
    project.server.admin.clear_journal()
    report, person = project.run("plan --exit-code")
    assert "No differences" in person.text, person.text
    assert report.status() == 0
    report, person = project.run("deploy")
    assert report.status() == 0, person.text
    assert project.writes() == []


def deployed(project: Project) -> Report:
    report, person = project.run("deploy -y")
    assert report.status() == 0, (person.text, report.error)
    return report


def verbs(report: Report) -> dict[str, Verb]:
    assert report.plan is not None
    return {action.id.kind: action.verb for action in report.plan.actions}


@pytest.mark.parametrize("of", sorted(ITEMS))
def test_a_trigger_of_every_type_deploys_and_then_there_is_nothing_to_say(
    of: str, project: Project, tmp_path: Path
) -> None:
    project.props["triggers"] = [item(of)]
    assert verbs(deployed(project))["trigger"] is Verb.CREATE
    nothing_to_say(project)
    nothing_to_say(Project(tmp_path / "b", project.server, props=project.props))


@pytest.mark.parametrize(
    ("of", "changes", "verb"),
    [
        ("http", {"config__authType": "function"}, Verb.UPDATE),
        ("timer", {"config__payload": "p", "description": "d"}, Verb.UPDATE),
        ("oss", {"config__filter": {"Key": {"Prefix": "out/"}}}, Verb.UPDATE),
        ("oss", {"config__bucketName": "other"}, Verb.REPLACE),
        ("log", {"config__jobConfig": {"maxRetryTime": 5, "triggerInterval": 60}}, Verb.UPDATE),
        ("log", {"config__functionParameter": {}}, Verb.UPDATE),
        ("mns_topic", {"config__notifyStrategy": "EXPONENTIAL_DECAY_RETRY"}, Verb.REPLACE),
        ("mns_topic", {"description": "d"}, Verb.REPLACE),
        ("cdn_events", {"config__notes": "m"}, Verb.UPDATE),
        ("cdn_events", {"config__eventName": "CachedObjectsRefreshed"}, Verb.REPLACE),
        ("tablestore", {"config__tableName": "other"}, Verb.REPLACE),
        ("rds", {"config__subscriptionObjects": ["db3.table3"]}, Verb.UPDATE),
        ("rds", {"config__retry": 0}, Verb.UPDATE),
        ("rds", {"config__instanceId": "rm-2"}, Verb.REPLACE),
        ("eventbridge", {"config__triggerEnable": False}, Verb.UPDATE),
        ("eventbridge", {"config__eventSourceConfig": {"eventSourceType": "Default"}}, Verb.REPLACE),
    ],
)
def test_a_change_here_is_updated_or_made_anew_and_then_there_is_nothing_to_say(
    of: str, changes: dict[str, Any], verb: Verb, project: Project
) -> None:
    project.props["triggers"] = [item(of)]
    deployed(project)
    project.props["triggers"] = [item(of, **changes)]
    assert verbs(deployed(project))["trigger"] is verb
    nothing_to_say(project)


@pytest.mark.parametrize("of", sorted(ITEMS.keys() - {"timer"}))
def test_another_type_makes_the_trigger_anew(of: str, project: Project) -> None:
    project.props["triggers"] = [item("timer")]
    deployed(project)
    project.props["triggers"] = [item(of)]
    assert verbs(deployed(project))["trigger"] is Verb.REPLACE
    nothing_to_say(project)


@pytest.mark.parametrize("domain", [PLAIN, SECURE], ids=["HTTP", "HTTPS"])
def test_a_domain_deploys_and_then_there_is_nothing_to_say(
    domain: dict[str, Any], project: Project, tmp_path: Path
) -> None:
    project.props["customDomains"] = [domain]
    assert verbs(deployed(project))["customDomain"] is Verb.CREATE
    nothing_to_say(project)
    nothing_to_say(Project(tmp_path / "b", project.server, props=project.props))


def test_a_private_key_is_neither_shown_nor_kept(project: Project) -> None:
    project.props["customDomains"] = [SECURE]
    told = [project.run("plan"), project.run("deploy")]
    renamed = {**SECURE["certConfig"], "certName": "renamed"}
    project.props["customDomains"] = [{**SECURE, "certConfig": renamed}]
    told += [project.run("plan"), project.run("deploy")]
    texts = [text for report, person in told for text in (person.text, json.dumps(report_document(report, 0)))]
    texts += [path.read_text() for path in project.root.rglob("*.json")]
    assert any("certConfig.certName" in text for text in texts)
    assert "canary" in KEY
    assert not any("canary" in text for text in texts)
    nothing_to_say(project)


def test_routes_of_two_steps_on_one_domain_live_together(project: Project, tmp_path: Path) -> None:
    """fc#733: the predecessor replaced all routes of the domain with those of the last step."""
    project.props["customDomains"] = [PLAIN]
    deployed(project)
    second = other_step(project, tmp_path, customDomains=[{**PLAIN, "routeConfigs": [{"path": "/second/*"}]}])
    deployed(second)
    nothing_to_say(project)
    nothing_to_say(second)
    _, person = project.run("deploy --use-remote")
    assert "/second/*" not in person.text
    second.props["customDomains"] = []
    nothing_to_say(project)
