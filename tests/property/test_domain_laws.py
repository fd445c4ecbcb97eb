"""The way back of custom domains: whatever is online, s.yaml can say it, and it asks for the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.core.normal import nested, observed
from tests.unit.kinds.quiet_items import ACCOUNT, wanted
from tests.unit.kinds.test_custom_domains import DOMAIN
from tests.unit.kinds.test_quiet_domains import PEM

NAMES = st.sampled_from(["svc", "fn", "other"])
RULES = st.lists(st.fixed_dictionaries({"match": NAMES, "replacement": NAMES}), max_size=2)
ROUTE = st.fixed_dictionaries(
    {"path": st.sampled_from(["/", "/a", "/a/*", "/*"]), "serviceName": NAMES, "functionName": NAMES},
    optional={
        "qualifier": st.sampled_from([None, "", "LATEST", "1", "prod"]),
        "methods": st.none() | st.lists(st.sampled_from(["GET", "POST", "PUT"]), max_size=3),
        "rewriteConfig": st.none()
        | st.fixed_dictionaries({}, optional={"equalRules": RULES, "wildcardRules": RULES, "regexRules": RULES}),
    },
)
ANSWERS = st.fixed_dictionaries(
    {
        "protocol": st.sampled_from(["HTTP", "HTTPS", "HTTP,HTTPS"]),
        "routeConfig": st.fixed_dictionaries(
            {"routes": st.lists(ROUTE, unique_by=lambda route: route["path"], max_size=4)}
        ),
    },
    optional={
        "certConfig": st.sampled_from([None, {"certName": "n", "certificate": PEM, "privateKey": None}]),
        "tlsConfig": st.sampled_from([None, {"minVersion": "TLSv1.1", "maxVersion": None, "cipherSuites": ["TLS_A"]}]),
        "wafConfig": st.sampled_from([None, {"enableWAF": True}, {"enableWAF": False}]),
        "accountId": st.just(ACCOUNT),
    },
)


@given(ANSWERS)
def test_what_is_online_can_be_written_as_s_yaml_and_asks_for_the_same(answer: dict[str, Any]) -> None:
    live = {path: value for path, value in observed(answer, DOMAIN.rules).items() if value is not None}
    again = wanted("customDomain", {"domainName": "www.example.com", **DOMAIN.props(live)})
    assert again.fields == live


@given(ANSWERS)
def test_a_body_made_of_the_fields_reads_back_as_the_same_fields(answer: dict[str, Any]) -> None:
    live = {path: value for path, value in observed(answer, DOMAIN.rules).items() if value is not None}
    assert observed(nested(live, DOMAIN.rules), DOMAIN.rules) == live
