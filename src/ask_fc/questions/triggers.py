"""Triggers, versions, aliases and custom domains."""

from __future__ import annotations

import json
from typing import Any

from ask_fc.cleaning import EVENTBRIDGE
from ask_fc.desk import HTTP, Desk, UnansweredError, http_config, refusal, trigger
from ask_fc.questions.question import Question
from fc_guard.cloud.fc2.plain import V2016, V2021

Found = dict[str, Any]


def _merge(desk: Desk) -> Found:
    names = desk.service(), desk.function()
    timer = {"cronExpression": "@every 60m", "enable": False}
    desk.done("CreateTrigger", *names, body=trigger("timer", "timer", json.dumps({**timer, "payload": "p"})))
    answer = desk.done("UpdateTrigger", *names, "timer", body={"triggerConfig": json.dumps(timer)})
    return {"trigger_config_merge": answer.look("member triggerConfig.payload") == "p"}


def _second_http(desk: Desk) -> Found:
    names, _ = (desk.service(), desk.site()), desk.http_trigger()
    answer = desk.ask("CreateTrigger", *names, body=trigger("http2", HTTP, http_config("function")))
    if answer.done:
        raise UnansweredError("a second http trigger is granted")
    return {"duplicate_http_trigger_status": answer.status, "duplicate_http_trigger_code": answer.code}


def _eventbridge_hidden(desk: Desk) -> Found:
    """Nothing is made: the configuration is empty, which is refused too, but in other words than an unknown type."""
    names, body = (desk.service(), desk.function()), trigger("bridge", "eventbridge", {})
    plain = desk.ask("CreateTrigger", *names, body=body, api=V2016)
    told = desk.ask("CreateTrigger", *names, body=body, api=V2016, headers=EVENTBRIDGE)
    if plain.done or told.done:
        raise UnansweredError("an eventbridge trigger without a configuration is granted")
    return {"eventbridge_header": plain.look("says triggertype") != told.look("says triggertype")}


def _eventbridge_fixed(desk: Desk) -> Found:
    names, source = (desk.service(), desk.function()), {"eventSourceType": "Default"}
    body = trigger("bridge", "eventbridge", _bridge(source))
    desk.done("CreateTrigger", *names, body=body, headers=EVENTBRIDGE)
    changed = {**source, "eventSourceParameters": {"sourceMNSParameters": {"QueueName": "fc-guard-ask"}}}
    update = {"triggerConfig": _bridge(changed)}
    granted = desk.granted("UpdateTrigger", *names, "bridge", body=update, headers=EVENTBRIDGE)
    return {"eventbridge_source_fixed": not granted}


def _bridge(source: dict[str, Any]) -> str:
    config = {"triggerEnable": False, "asyncInvocationType": False, "eventSourceConfig": source}
    pattern = json.dumps({"source": ["fc-guard-ask"]})
    return json.dumps({**config, "eventRuleFilterPattern": pattern})


def _log(desk: Desk) -> Found:
    project, _, store = desk.given.log.partition("/")
    config = {
        "sourceConfig": {"logstore": store},
        "jobConfig": {"maxRetryTime": 1, "triggerInterval": 600},
        "logConfig": {},
        "functionParameter": {},
        "enable": False,
    }
    service, function = desk.service(), desk.function()
    made = trigger(
        "log",
        "log",
        json.dumps(config),
        sourceArn=f"acs:log:{desk.place.region}:{desk.place.account}:project/{project}",
    )
    answer = desk.done("CreateTrigger", service, function, body={**made, "invocationRole": desk.given.role})
    return {"fill_log_trigger": answer.look("has triggerConfig.targetConfig")}


def _unchanged(desk: Desk) -> Found:
    service, _ = desk.service(), desk.version()
    answer = desk.ask("PublishServiceVersion", service, body={})
    if answer.done or answer.status != 400:
        raise UnansweredError("it is granted" if answer.done else refusal("PublishServiceVersion", answer))
    return {"publish_without_change_code": answer.code}


def _weight(desk: Desk) -> Found:
    service, version = desk.service(), desk.version()

    def granted(name: str, api: str) -> bool:
        body = {"aliasName": name, "versionId": version, "additionalVersionWeight": {version: 0.5}}
        return desk.granted("CreateAlias", service, body=body, api=api)

    answers = (granted("new", V2021), granted("old", V2016))
    settings = {(False, True): "by api", (False, False): "refuse", (True, True): "accept"}
    if answers not in settings:
        raise UnansweredError("only the newer API grants it")
    return {"alias_weight_on_main_version": settings[answers]}


def _domain_path(desk: Desk) -> Found:
    answer = desk.visit(desk.domain(), "/a/b")
    seen = answer.look("text")
    if seen not in ("/b", "/a/b"):
        raise UnansweredError(f"the domain is answered {answer.status}")
    return {"domain_strips_route": seen == "/b"}


def _domain_update(desk: Desk) -> Found:
    answer = desk.done("UpdateCustomDomain", desk.domain(), body={"protocol": "HTTP"})
    return {"domain_update_merges": bool(answer.look("member routeConfig.routes"))}


QUESTIONS = (
    Question("Does UpdateTrigger merge the configuration?", ("trigger_config_merge",), _merge),
    Question(
        "How is a second http trigger refused?",
        ("duplicate_http_trigger_status", "duplicate_http_trigger_code"),
        _second_http,
    ),
    Question("Does 2016-08-15 hide eventbridge triggers?", ("eventbridge_header",), _eventbridge_hidden),
    Question(
        "Can an eventbridge trigger's source be updated?",
        ("eventbridge_source_fixed",),
        _eventbridge_fixed,
        "eventbridge",
    ),
    Question("Does a log trigger's configuration gain keys?", ("fill_log_trigger",), _log, "log"),
    Question("How is publishing without a change refused?", ("publish_without_change_code",), _unchanged),
    Question("May an alias give its main version a weight?", ("alias_weight_on_main_version",), _weight),
    Question("Which path does a function behind a domain see?", ("domain_strips_route",), _domain_path, "domain"),
    Question(
        "Does UpdateCustomDomain leave what it does not name?", ("domain_update_merges",), _domain_update, "domain"
    ),
)
