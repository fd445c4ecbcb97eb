"""Custom domains: what is sent, whose routes they are, and the way back to s.yaml."""

from __future__ import annotations

from fc_guard.core.normal import nested
from fc_guard.model.address import Address
from tests.known import kind_named
from tests.unit.kinds.quiet_items import ACCOUNT, REGION, STEP, wanted
from tests.unit.kinds.test_quiet_domains import KEY, PEM, PLAIN, SECURE

DOMAIN = kind_named("customDomain")
ROUTES = ("routeConfig", "routes")


def test_a_domain_belongs_to_the_account_and_its_name_is_lower_case() -> None:
    made = wanted("customDomain", {**PLAIN, "domainName": "WWW.Example.com"})
    assert made.id == Address("fc2", ACCOUNT, REGION, "customDomain", ("www.example.com",))


def test_a_route_leads_to_the_step_s_function_unless_it_says_otherwise() -> None:
    items = [
        {"path": "/a"},
        {"path": "/b", "functionName": "other"},
        {"path": "/c", "serviceName": "s2", "functionName": "f2", "qualifier": 3},
    ]
    fields = wanted("customDomain", {**PLAIN, "routeConfigs": items}).fields
    assert fields[(*ROUTES, "/a")] == {"serviceName": "svc", "functionName": "fn"}
    assert fields[(*ROUTES, "/b")] == {"serviceName": "svc", "functionName": "other"}
    assert fields[(*ROUTES, "/c")] == {"serviceName": "s2", "functionName": "f2", "qualifier": "3"}


def test_a_step_without_a_function_may_route_to_others() -> None:
    step = {
        "service": STEP["service"],
        "customDomains": [{**PLAIN, "routeConfigs": [{"path": "/", "functionName": "f"}]}],
    }
    (made,) = DOMAIN.desired(step, ACCOUNT, REGION)
    assert made.fields[(*ROUTES, "/")] == {"serviceName": "svc", "functionName": "f"}


def test_unknown_members_of_a_route_are_not_sent() -> None:
    rule = {"match": "/a", "replacement": "/b", "flags": "i"}
    items = [{"path": "/", "weight": 3, "rewriteConfig": {"equalRules": [rule], "newRules": [rule]}}]
    fields = wanted("customDomain", {**PLAIN, "routeConfigs": items}).fields
    assert nested(fields, DOMAIN.rules)["routeConfig"]["routes"] == [
        {
            "path": "/",
            "serviceName": "svc",
            "functionName": "fn",
            "rewriteConfig": {"equalRules": [{"match": "/a", "replacement": "/b"}]},
        }
    ]


def test_overwriting_what_is_online_leaves_the_routes_of_others() -> None:
    """A declared map becomes exactly what s.yaml says; the routes of a domain belong to whoever put them there."""
    assert wanted("customDomain", PLAIN).declared == frozenset()


def test_what_s_yaml_does_not_name_is_not_ours() -> None:
    made = wanted("customDomain", {"domainName": "a.example.com", "routeConfigs": []})
    assert made.fields == {}
    assert made.carried == {}


def test_several_domains_of_one_step_are_several_resources() -> None:
    step = {**STEP, "customDomains": [PLAIN, {**PLAIN, "domainName": "b.example.com"}]}
    assert [made.id.parts for made in DOMAIN.desired(step, ACCOUNT, REGION)] == [
        ("www.example.com",),
        ("b.example.com",),
    ]


def test_the_way_back_has_no_private_key_and_asks_for_the_same() -> None:
    fields = wanted("customDomain", SECURE).fields
    item = DOMAIN.props(fields)
    assert item["certConfig"] == {"certName": "mine", "certificate": PEM}
    assert KEY not in str(item)
    assert wanted("customDomain", {"domainName": "www.example.com", **item}).fields == fields
