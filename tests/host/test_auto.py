"""`auto` through the real host: planned, made, the same the second time, and all of it removed."""

from __future__ import annotations

import json

from tests.host.scenes import ACCOUNT, Project
from tests.unit.kinds.test_quiet_domains import KEY, PEM

pytest_plugins = ("tests.host.stage",)


def test_all_that_s_yaml_leaves_to_be_found_or_made(fresh: Project) -> None:
    before = json.dumps(fresh.server.admin.state("cn-hangzhou", ACCOUNT), sort_keys=True)
    service = fresh.props["service"]
    service |= {"logConfig": "auto", "vpcConfig": "auto", "nasConfig": "Auto"}
    service["role"] = {"name": "shop-role", "policies": ["AliyunOSSReadOnlyAccess"]}
    fresh.save()
    planned = fresh.run("plan")
    assert planned.status == 0, planned.text
    assert "+ vpc fc-deploy-component-generated-vpc-cn-hangzhou  new" in planned.text
    assert "costs money for what is stored in it" in planned.text
    assert json.dumps(fresh.server.admin.state("cn-hangzhou", ACCOUNT), sort_keys=True) == before
    for _ in range(2):
        run = fresh.run("deploy")
        assert run.status == 0, run.text
    assert "to create" not in run.text
    removed = fresh.run("remove -y")
    assert removed.status == 0, removed.text
    assert json.dumps(fresh.server.admin.state("cn-hangzhou", ACCOUNT), sort_keys=True) == before


def test_a_certificate_that_is_named_by_its_number(fresh: Project) -> None:
    fresh.server.admin.put_certificate(42, "www", PEM, KEY)
    domain = {"domainName": "www.example.com", "protocol": "HTTPS", "certId": 42, "routeConfigs": [{"path": "/*"}]}
    fresh.props["customDomains"] = [domain]
    fresh.save()
    for _ in range(2):
        run = fresh.run("deploy")
        assert run.status == 0, run.text
        assert "canary" not in run.text
    assert "to create" not in run.text
    domain["certId"] = 7
    fresh.save()
    run = fresh.run("deploy")
    assert run.status == 2, run.text
    assert "customDomains.0.certId: the account has no certificate 7" in run.text


def test_ctrl_c_in_a_wait_for_what_was_made_does_not_say_that_nothing_was_written(fresh: Project) -> None:
    fresh.props["service"]["vpcConfig"] = "auto"
    fresh.save()
    fresh.server.admin.switches(listed_after_seconds=10)
    with fresh.terminal("deploy") as person:
        person.expect("is not listed yet: waiting, ")
        person.control("c")
        assert person.finish() == 130, person.transcript
    assert "create was sent, its outcome is unknown" in person.transcript
    assert "It may or may not have happened. The next run finds out before it does anything." in person.transcript
    assert "Nothing was written" not in person.transcript
    again = fresh.run("deploy")
    assert again.status == 0, again.text
    assert len(fresh.server.admin.state("cn-hangzhou", ACCOUNT)["vpcs"]) == 1
