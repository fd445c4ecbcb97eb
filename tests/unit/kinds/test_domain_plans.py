"""Plans for domains and triggers: own routes only, private keys along with certificates, and what is made anew."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from fc_guard.core.choices import Choice
from fc_guard.core.planning import plan_deployment
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.plans import Action, Policy, Verb
from fc_guard.model.resources import ResourceDiff
from tests.unit.kinds.quiet_items import compared
from tests.unit.kinds.test_quiet_domains import KEY, PEM, PLAIN, ROUTE, SECURE, answer, routes
from tests.unit.kinds.test_quiet_triggers import answer as trigger_answer
from tests.unit.kinds.test_quiet_triggers import item

THEIRS = {**ROUTE, "path": "/other/*", "functionName": "other"}


def planned(diff: ResourceDiff, policy: Policy = Policy.FAIL) -> Action:
    (action,) = plan_deployment([diff], CATALOG, Choice(policy, {}, "d")).actions
    return action


def body(action: Action) -> dict[str, Any]:
    assert action.call is not None
    return dict(action.call.body or {})


def test_another_route_of_ours_goes_online_with_the_routes_of_others() -> None:
    online = answer(**routes({**ROUTE, "qualifier": None}, THEIRS))
    given = {**PLAIN, "routeConfigs": [{"path": "/*", "methods": ["GET"]}]}
    before = compared("customDomain", PLAIN, online, online)
    diff = replace(compared("customDomain", given, online), baseline=before.baseline)
    assert body(planned(diff, Policy.OVERWRITE)) == {
        "protocol": "HTTP",
        "routeConfig": {"routes": [{**ROUTE, "methods": ["GET"]}, THEIRS]},
    }


def test_the_private_key_goes_along_with_another_certificate_and_stands_nowhere_else() -> None:
    other = {"certName": "old", "certificate": PEM.replace("A", "B"), "privateKey": None}
    action = planned(compared("customDomain", SECURE, answer(secure=True, certConfig=other)), Policy.OVERWRITE)
    assert body(action)["certConfig"] == {"certName": "mine", "certificate": PEM, "privateKey": KEY}
    assert "canary" not in str([action.expected, action.sends, action.diff.changes])


def test_a_change_of_the_routes_names_the_certificate_too_if_it_is_ours() -> None:
    """Nobody knows whether FC leaves what an update does not name; somebody else's certificate has another key."""
    theirs = {"certName": "old", "certificate": PEM.replace("A", "B"), "privateKey": None}
    moved = routes({**ROUTE, "functionName": "x"})
    ours = compared("customDomain", SECURE, answer(secure=True, **moved))
    assert body(planned(ours, Policy.OVERWRITE)).keys() == {"protocol", "routeConfig", "certConfig"}
    kept = compared("customDomain", {**SECURE, "certConfig": None}, answer(secure=True, certConfig=theirs, **moved))
    assert body(planned(kept, Policy.OVERWRITE)).keys() == {"protocol", "routeConfig"}


def test_a_topic_s_trigger_is_made_anew_for_any_change() -> None:
    given = item("mns_topic")
    online = trigger_answer(given, config={"notifyStrategy": "EXPONENTIAL_DECAY_RETRY"})
    action = planned(compared("trigger", given, online), Policy.OVERWRITE)
    assert action.verb is Verb.REPLACE
    assert action.then is not None
    made = dict(action.then.body or {})
    assert json.loads(made["triggerConfig"]) == {"notifyContentFormat": "JSON", "notifyStrategy": "BACKOFF_RETRY"}
    assert made["sourceArn"] == "acs:mns:cn-hangzhou:1234567890123456:/topics/t"


def test_a_trigger_of_another_type_is_made_anew() -> None:
    action = planned(compared("trigger", item("timer"), trigger_answer(item("http"))), Policy.OVERWRITE)
    assert action.verb is Verb.REPLACE
    assert action.then is not None
    config = json.loads(dict(action.then.body or {})["triggerConfig"])
    assert config == {"cronExpression": "@every 5m", "enable": True}


def test_another_event_source_is_a_trigger_made_anew_and_another_pattern_is_not() -> None:
    given = item("eventbridge", config__eventRuleFilterPattern="{}")
    assert (
        planned(compared("trigger", given, trigger_answer(item("eventbridge"))), Policy.OVERWRITE).verb is Verb.UPDATE
    )
    bus = item("eventbridge", config__eventSourceConfig={"eventSourceType": "Default"})
    assert planned(compared("trigger", bus, trigger_answer(item("eventbridge"))), Policy.OVERWRITE).verb is Verb.REPLACE
