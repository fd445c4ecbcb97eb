"""What FC says of a custom domain in other words than s.yaml is no difference (facts: upstream 5.2, fc-api 4.4)."""

from __future__ import annotations

from typing import Any

import pytest

from fc_guard.model.fields import Cause
from tests.unit.kinds.quiet_items import compared, noise, wanted

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----\n"
ROUTE = {"path": "/*", "serviceName": "svc", "functionName": "fn"}
NAME = "www.example.com"

PLAIN: dict[str, Any] = {"domainName": NAME, "protocol": "HTTP", "routeConfigs": [{"path": "/*"}]}
SECURE: dict[str, Any] = {
    **PLAIN,
    "protocol": "HTTP,HTTPS",
    "certConfig": {"certName": "mine", "certificate": PEM, "privateKey": KEY},
}


def answer(secure: bool = False, **changes: Any) -> dict[str, Any]:
    """GetCustomDomain's answer, with what FC adds to every domain."""
    certificate = {"certName": "mine", "certificate": PEM} if secure else {"certName": None, "certificate": None}
    return {
        "domainName": NAME,
        "accountId": "1234567890123456",
        "protocol": "HTTP,HTTPS" if secure else "HTTP",
        "apiVersion": "2016-08-15",
        "createdTime": "2021-07-15T03:21:22Z",
        "lastModifiedTime": "2021-07-15T03:21:22Z",
        "certConfig": {**certificate, "privateKey": None},
        "tlsConfig": None,
        "routeConfig": {"routes": [{**ROUTE, "qualifier": None, "methods": None}]},
        **changes,
    }


def routes(*routes: dict[str, Any]) -> dict[str, Any]:
    return {"routeConfig": {"routes": list(routes)}}


def test_what_was_sent_and_comes_back_is_quiet() -> None:
    assert noise("customDomain", PLAIN, answer()) == {}


@pytest.mark.parametrize("hidden", [None, "", "******"])
def test_the_private_key_that_fc_never_shows_is_no_difference(hidden: str | None) -> None:
    shown = {"certName": "mine", "certificate": PEM, "privateKey": hidden}
    assert noise("customDomain", SECURE, answer(secure=True, certConfig=shown), answer(secure=True)) == {}


def test_another_private_key_alone_is_no_difference() -> None:
    other = {**SECURE, "certConfig": {**SECURE["certConfig"], "privateKey": KEY.replace("canary", "other")}}
    assert noise("customDomain", other, answer(secure=True)) == {}


def test_the_private_key_is_carried_along_and_stands_in_no_field() -> None:
    desired = wanted("customDomain", SECURE)
    assert desired.carried == {("certConfig", "privateKey"): KEY}
    assert not any("canary" in str(value) for value in desired.fields.values())


@pytest.mark.parametrize(
    "text",
    [PEM.strip(), PEM.replace("\n", "\r\n"), PEM.replace("\n", " \n"), PEM.replace("\n", "\n\n"), "\n" + PEM],
)
def test_a_certificate_is_the_same_in_any_layout(text: str) -> None:
    shown = {"certName": "mine", "certificate": text, "privateKey": None}
    assert noise("customDomain", SECURE, answer(secure=True, certConfig=shown), answer(secure=True)) == {}


@pytest.mark.parametrize("methods", [["POST", "GET"], ["GET", "POST"]])
def test_the_order_of_a_route_s_methods_means_nothing(methods: list[str]) -> None:
    given = {**PLAIN, "routeConfigs": [{"path": "/*", "methods": ["GET", "POST"]}]}
    plain = answer(**routes({**ROUTE, "methods": ["GET", "POST"]}))
    assert noise("customDomain", given, answer(**routes({**ROUTE, "methods": methods})), plain) == {}


def test_the_order_of_routes_means_nothing() -> None:
    given = {**PLAIN, "routeConfigs": [{"path": "/a"}, {"path": "/b"}]}
    here, there = {**ROUTE, "path": "/a"}, {**ROUTE, "path": "/b"}
    assert noise("customDomain", given, answer(**routes(there, here)), answer(**routes(here, there))) == {}


@pytest.mark.parametrize("here", ["LATEST", None])
@pytest.mark.parametrize("there", ["LATEST", "", None])
def test_a_route_s_qualifier_latest_is_the_same_as_none(here: str | None, there: str | None) -> None:
    given = {**PLAIN, "routeConfigs": [{"path": "/*", "qualifier": here}]}
    assert noise("customDomain", given, answer(**routes({**ROUTE, "qualifier": there})), answer()) == {}


@pytest.mark.parametrize(
    "filled",
    [
        {"methods": []},
        {"rewriteConfig": None},
        {"rewriteConfig": {"equalRules": [], "wildcardRules": [], "regexRules": []}},
        {"rewriteConfig": {"equalRules": None}},
        {"somethingNew": 7},
    ],
)
def test_members_that_fc_fills_into_a_route_are_no_difference(filled: dict[str, Any]) -> None:
    assert noise("customDomain", PLAIN, answer(**routes({**ROUTE, **filled})), answer()) == {}


TLS = {"minVersion": "TLSv1.0", "maxVersion": "TLSv1.2", "cipherSuites": ["TLS_A", "TLS_B"]}


def test_a_tls_configuration_that_s_yaml_does_not_name_is_no_difference_once_it_was_seen() -> None:
    """At the adoption it is listed as what only online has: kept, and nobody's change."""
    shown = answer(secure=True, tlsConfig=TLS)
    assert compared("customDomain", SECURE, shown, shown).changes == ()
    adopted = compared("customDomain", SECURE, shown)
    assert {change.cause for change in adopted.changes} == {Cause.ONLINE_ONLY}
    assert not adopted.drifted


@pytest.mark.parametrize("empty", [None, {}, {"minVersion": None, "maxVersion": "", "cipherSuites": []}])
def test_an_empty_tls_configuration_is_none(empty: Any) -> None:
    assert noise("customDomain", SECURE, answer(secure=True, tlsConfig=empty), answer(secure=True)) == {}


def test_the_order_of_cipher_suites_means_nothing() -> None:
    given = {**SECURE, "tlsConfig": TLS}
    shown = answer(secure=True, tlsConfig={**TLS, "cipherSuites": ["TLS_B", "TLS_A"]})
    assert noise("customDomain", given, shown, answer(secure=True, tlsConfig=TLS)) == {}


@pytest.mark.parametrize("waf", [None, {}, {"enableWAF": False}, {"enableWAF": None}])
def test_a_firewall_that_is_off_is_none(waf: Any) -> None:
    assert noise("customDomain", PLAIN, answer(wafConfig=waf), answer()) == {}
    assert noise("customDomain", {**PLAIN, "wafConfig": {"enableWAF": False}}, answer(wafConfig=waf)) == {}


@pytest.mark.parametrize("protocol", ["HTTP,HTTPS", "HTTPS,HTTP", "https, http", " Http , Https "])
def test_the_order_and_letter_case_of_protocols_mean_nothing(protocol: str) -> None:
    assert noise("customDomain", {**SECURE, "protocol": protocol}, answer(secure=True)) == {}


def test_no_protocol_is_http() -> None:
    silent = {key: value for key, value in PLAIN.items() if key != "protocol"}
    assert noise("customDomain", silent, answer(), answer(protocol=None)) == {}


def test_the_methods_of_a_route_are_sent_and_no_firewall_is_added() -> None:
    given = {**PLAIN, "routeConfigs": [{"path": "/*", "methods": ["GET"]}]}
    fields = wanted("customDomain", given).fields
    assert fields[("routeConfig", "routes", "/*")]["methods"] == ("GET",)
    assert not any(path[0] == "wafConfig" for path in fields)


def test_routes_of_others_on_the_same_domain_are_not_ours() -> None:
    """They are listed as what only online has, whoever put them there, and not as anything to be undone."""
    theirs = {**ROUTE, "path": "/other/*", "functionName": "other"}
    both = answer(**routes({**ROUTE, "qualifier": None}, theirs))
    found = compared("customDomain", PLAIN, both, answer())
    assert {change.name: change.cause for change in found.changes} == {"routeConfig.routes./other/*": Cause.ONLINE_ONLY}
    assert noise("customDomain", PLAIN, both, both).keys() <= {"adopted"}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (routes({**ROUTE, "functionName": "other"}), "routeConfig.routes./*"),
        (routes({**ROUTE, "methods": ["GET"]}), "routeConfig.routes./*"),
        (routes({**ROUTE, "qualifier": "1"}), "routeConfig.routes./*"),
        (
            routes({**ROUTE, "rewriteConfig": {"equalRules": [{"match": "/a", "replacement": "/b"}]}}),
            "routeConfig.routes./*",
        ),
        (routes(), "routeConfig.routes./*"),
        ({"protocol": "HTTP"}, "protocol"),
        ({"certConfig": {"certName": "other", "certificate": PEM}}, "certConfig.certName"),
        ({"certConfig": {"certName": "mine", "certificate": PEM.replace("A", "B")}}, "certConfig.certificate"),
    ],
)
def test_a_real_edit_online_is_drift_of_just_that_field(change: dict[str, Any], name: str) -> None:
    found = compared("customDomain", SECURE, answer(secure=True, **change), answer(secure=True))
    assert {change.name: change.cause for change in found.changes} == {name: Cause.DRIFT}


def test_a_firewall_that_somebody_switched_on_is_listed() -> None:
    found = compared("customDomain", PLAIN, answer(wafConfig={"enableWAF": True}), answer())
    assert [change.name for change in found.changes] == ["wafConfig.enableWAF"]
