"""Certificates that are read with the run's keys, out of the certificate service and out of OSS, over the local FC."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from fc_guard.errors import BadInput, GuardError, Unreadable
from fc_guard.inputs.certificates import LARGEST
from fc_guard.render.machine import report_document
from tests.integration.project import ACCOUNT, REGION, Project
from tests.integration.test_triggers_and_domains import deployed, nothing_to_say
from tests.unit.kinds.test_quiet_domains import KEY, NAME, PEM, PLAIN

NEWER = PEM.replace("MIIB", "MIIC")
CERTIFICATE, PRIVATE = f"oss://{REGION}/my-bucket/tls/cert.pem", f"oss://oss-{REGION}/my-bucket/tls/key.pem"
HTTPS = {**PLAIN, "protocol": "HTTP,HTTPS"}
BY_NUMBER = {**HTTPS, "certId": 42}
BY_OBJECTS = {**HTTPS, "certConfig": {"certName": "mine", "certificate": CERTIFICATE, "privateKey": PRIVATE}}
OPERATION = "DescribeUserCertificateDetail"


@pytest.fixture
def kept(project: Project) -> Iterator[Project]:
    """A project whose account has a certificate, both ways."""
    admin = project.server.admin
    admin.put_certificate(42, "www", PEM, KEY)
    admin.put_object("my-bucket", "tls/cert.pem", PEM.encode())
    admin.put_object("my-bucket", "tls/key.pem", KEY.encode())
    yield project
    admin.deny()


def named(project: Project, domain: dict[str, Any]) -> Project:
    project.props["customDomains"] = [domain]
    return project


def online(project: Project) -> dict[str, Any]:
    answer = project.server.admin.edit("GetCustomDomain", (NAME,), account=ACCOUNT, region=REGION)
    certificate: dict[str, Any] = answer["body"]["certConfig"]
    return certificate


def asked(project: Project, what: str) -> int:
    return sum(what in (entry.get("op") or "") for entry in project.server.admin.journal())


def refused(project: Project, kind: type[GuardError]) -> GuardError:
    """Returns the error of a deployment that wrote nothing."""
    project.server.admin.clear_journal()
    with pytest.raises(kind) as caught:
        project.run("deploy -y")
    assert project.writes() == []
    assert "canary" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(("domain", "name"), [(BY_NUMBER, "cret-42"), (BY_OBJECTS, "mine")], ids=["number", "objects"])
def test_a_certificate_is_read_with_the_run_s_keys_and_then_there_is_nothing_to_say(
    domain: dict[str, Any], name: str, kept: Project
) -> None:
    deployed(named(kept, domain))
    assert (online(kept)["certName"], online(kept)["certificate"]) == (name, PEM)
    nothing_to_say(kept)
    nothing_to_say(Project(kept.root.parent / "b", kept.server, props=kept.props))


@pytest.mark.parametrize("command", ["drift --exit-code", "info", "sync"])
def test_commands_that_need_no_certificate_ask_for_none(command: str, kept: Project) -> None:
    deployed(named(kept, BY_NUMBER))
    kept.server.admin.clear_journal()
    report, person = kept.run(command)
    assert report.status() == 0, person.text
    assert asked(kept, OPERATION) == 0


def test_a_number_in_text_is_a_number(kept: Project) -> None:
    deployed(named(kept, {**BY_NUMBER, "certId": "42"}))
    assert online(kept)["certName"] == "cret-42"


@pytest.mark.parametrize("domain", [BY_NUMBER, BY_OBJECTS], ids=["number", "objects"])
def test_a_renewed_certificate_is_a_change_of_ours(domain: dict[str, Any], kept: Project) -> None:
    deployed(named(kept, domain))
    kept.server.admin.put_certificate(42, "www", NEWER, KEY)
    kept.server.admin.put_object("my-bucket", "tls/cert.pem", NEWER.encode())
    _, person = kept.run("plan --exit-code")
    assert "certConfig.certificate" in person.text
    deployed(kept)
    assert online(kept)["certificate"] == NEWER
    nothing_to_say(kept)


def test_another_certificate_online_is_told_and_not_overwritten(kept: Project) -> None:
    deployed(named(kept, BY_NUMBER))
    changed = {"certName": "theirs", "certificate": NEWER, "privateKey": KEY}
    kept.edit("UpdateCustomDomain", NAME, certConfig=changed)
    report, person = kept.run("deploy")
    assert report.status() == 3
    assert "cret-42" in person.text
    assert "theirs" in person.text


@pytest.mark.parametrize("domain", [BY_NUMBER, BY_OBJECTS], ids=["number", "objects"])
def test_a_private_key_that_was_read_is_neither_shown_nor_kept(domain: dict[str, Any], kept: Project) -> None:
    named(kept, domain)
    told = [kept.run("plan"), kept.run("plan --show-values"), kept.run("plan --out saved.json"), kept.run("deploy -y")]
    texts = [text for report, person in told for text in (person.text, json.dumps(report_document(report, 0)))]
    texts += [path.read_text() for path in kept.root.rglob("*.json")]
    assert any("certConfig.certificate" in text for text in texts)
    assert "canary" in KEY
    assert not any("canary" in text for text in texts)


def test_a_certificate_is_asked_for_once_a_run(kept: Project) -> None:
    kept.props["customDomains"] = [BY_NUMBER, {**BY_NUMBER, "domainName": "api.example.com"}]
    kept.server.admin.clear_journal()
    kept.run("plan")
    assert asked(kept, OPERATION) == 1


def test_a_run_that_names_no_such_thing_asks_for_nothing(kept: Project) -> None:
    deployed(named(kept, PLAIN))
    assert asked(kept, OPERATION) == 0


@pytest.mark.parametrize(
    ("domain", "told"),
    [
        ({**HTTPS, "certId": 7}, "customDomains.0.certId: the account has no certificate 7"),
        ({**HTTPS, "certId": 8}, "customDomains.0.certId: the certificate service has no private key of 8"),
        ({**HTTPS, "certId": 9}, "customDomains.0.certId: the certificate 9 is not PEM"),
    ],
)
def test_a_number_that_leads_to_no_certificate_is_told(domain: dict[str, Any], told: str, kept: Project) -> None:
    kept.server.admin.put_certificate(8, "uploaded", PEM, "")
    kept.server.admin.put_certificate(9, "odd", "canary", KEY)
    assert told in refused(named(kept, domain), BadInput).message


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"oss://{REGION}/my-bucket/gone.pem", f"there is no object gone.pem in a bucket my-bucket of {REGION}"),
        (f"OSS://{REGION}/my-bucket/page.html", "is not PEM"),
        (f"oss://{REGION}/my-bucket/empty", "is not PEM"),
        (f"oss://{REGION}/my-bucket/huge", f"is larger than {LARGEST} bytes"),
        ("oss://my-bucket/tls/cert.pem", "there is no object cert.pem in a bucket tls of my-bucket"),
        (f"oss://{REGION}/my-bucket", "is not oss://region/bucket/object"),
        (f"oss://{REGION}/evil.example.com/cert.pem", "is not oss://region/bucket/object"),
        (f"oss://{REGION}/user@host/cert.pem", "is not oss://region/bucket/object"),
    ],
)
def test_an_address_in_oss_that_leads_to_no_certificate_is_told(address: str, told: str, kept: Project) -> None:
    for name, content in (("page.html", b"<html>canary</html>"), ("empty", b""), ("huge", b"A" * (LARGEST * 3))):
        kept.server.admin.put_object("my-bucket", name, content)
    config = {**BY_OBJECTS["certConfig"], "certificate": address}
    message = refused(named(kept, {**BY_OBJECTS, "certConfig": config}), BadInput).message
    assert "s.yaml: customDomains.0.certConfig.certificate: " in message
    assert told in message


def test_a_bucket_in_another_region_is_told_with_its_region(kept: Project) -> None:
    config = {**BY_OBJECTS["certConfig"], "certificate": "oss://cn-shanghai/far-bucket/cert.pem"}
    answer = (
        "<Error><Code>AccessDenied</Code><Message>must be addressed using the specified endpoint</Message>"
        "<Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint></Error>"
    )
    action = {"raw": {"status": 403, "headers": {"x-oss-request-id": "1"}, "body": answer}}
    kept.server.admin.faults([{"path": "far-bucket", "times": 0, "action": action}])
    message = refused(named(kept, {**BY_OBJECTS, "certConfig": config}), BadInput).message
    assert "the bucket far-bucket is at oss-cn-beijing.aliyuncs.com" in message


def test_all_that_cannot_be_read_is_told_at_once(kept: Project) -> None:
    config = {"certName": "c", "certificate": "gone.pem", "privateKey": f"oss://{REGION}/my-bucket/gone.pem"}
    kept.props["customDomains"] = [
        {**BY_OBJECTS, "certConfig": config},
        {**BY_NUMBER, "domainName": "api.example.com", "certId": 7},
    ]
    assert len(refused(kept, BadInput).message.splitlines()) == 3


@pytest.mark.parametrize(
    ("domain", "action", "place"),
    [
        (BY_NUMBER, "yundun-cert:DescribeUserCertificateDetail", "customDomains.0.certId"),
        (BY_OBJECTS, "oss:GetObject", "customDomains.0.certConfig.certificate"),
    ],
    ids=["number", "objects"],
)
def test_a_missing_permission_is_named_and_nothing_is_written(
    domain: dict[str, Any], action: str, place: str, kept: Project
) -> None:
    kept.server.admin.deny(action)
    refusal = "<Error><Code>AccessDenied</Code><Message>not yours</Message><RequestId>1</RequestId></Error>"
    answer = {"raw": {"status": 403, "headers": {"x-oss-request-id": "1"}, "body": refusal}}
    kept.server.admin.faults([{"path": "my-bucket", "times": 0, "action": answer}])
    error = refused(named(kept, domain), Unreadable)
    assert error.message.startswith(f"s.yaml: {place}: ")
    assert error.reference == "access-denied"
    assert action in error.hint


def test_a_service_that_does_not_answer_is_not_an_absent_certificate(kept: Project) -> None:
    action = {"status": 503, "code": "ServiceUnavailable", "message": "busy"}
    kept.server.admin.faults([{"op": OPERATION, "times": 0, "action": action}])
    error = refused(named(kept, BY_NUMBER), Unreadable)
    assert error.status == 6


def test_a_plan_that_was_saved_before_a_certificate_was_renewed_is_not_carried_out(kept: Project) -> None:
    named(kept, BY_NUMBER).run("plan --out saved.json")
    kept.server.admin.put_certificate(42, "www", NEWER, KEY)
    kept.server.admin.clear_journal()
    report, person = kept.run("deploy --plan saved.json")
    assert report.status() == 5, person.text
    assert kept.writes() == []


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"<html>",
        b'{"RequestId": "1"}',
        b'{"RequestId": "1", "Cert": 7, "Key": "canary"}',
        json.dumps({"RequestId": "1", "Id": 43, "Cert": PEM, "Key": KEY}).encode(),
        json.dumps({"RequestId": "1", "Cert": PEM, "Key": ["canary"]}).encode(),
    ],
)
def test_an_answer_that_holds_no_certificate_is_unreadable(answer: bytes, kept: Project) -> None:
    raw = {"raw": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": answer.decode()}}
    kept.server.admin.faults([{"op": OPERATION, "times": 0, "action": raw}])
    refused(named(kept, BY_NUMBER), Unreadable)


def test_certconfig_goes_before_a_number(kept: Project) -> None:
    deployed(named(kept, {**BY_OBJECTS, "certId": 7}))
    assert online(kept)["certName"] == "mine"
    assert asked(kept, OPERATION) == 0


def test_https_needs_one_of_them(kept: Project) -> None:
    assert "the protocol HTTPS needs certConfig or certId" in refused(named(kept, HTTPS), BadInput).message
