"""The trigger types: configuration, checks, required members and members that cannot be changed (facts 1.3, 4.3;
upstream 2.6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fc_local.errors import bad_format, invalid, required
from fc_local.kinds import checks, eventbridge
from fc_local.kinds.kind import Making
from fc_local.shape import Anything, Document, Flag, FreeMap, ListOf, Struct, Text, Whole, texts

_AUTH_TYPES = ("anonymous", "function", "jwt")
_EVERY = re.compile(r"@every [1-9]\d*m\Z")
_CRON_FIELD = re.compile(r"[\d*?/,\-LW#A-Z]+\Z")
_OSS_EVENT = re.compile(r"oss:[A-Za-z]+:[A-Za-z*]+\Z")


@dataclass(frozen=True, slots=True)
class EventSource:
    config: Struct
    check: Callable[[Document], None]
    arn: str | None = None  # what its sourceArn must look like; None: it needs none
    needs_role: bool = False
    updatable: bool = True
    fixed: tuple[str, ...] = ()  # top-level keys of the configuration an update cannot change


def _check_nothing(config: Document) -> None:
    """Accepts everything: such a trigger has no rules of its own."""


def _check_http(config: Document) -> None:
    if "authType" in config:
        checks.one_of("AuthType", config["authType"], _AUTH_TYPES)
    for method in config.get("methods", ()):
        checks.one_of("Methods", method, checks.METHODS)


def _check_timer(config: Document) -> None:
    checks.given("CronExpression", config.get("cronExpression"))
    expression = config["cronExpression"]
    rest = expression
    if expression.startswith(("CRON_TZ=", "TZ=")) and " " in expression:
        rest = expression.split(" ", 1)[1]
    fields = rest.split()
    if not _EVERY.match(rest) and (len(fields) != 6 or not all(_CRON_FIELD.match(field) for field in fields)):
        raise invalid(f"CronExpression is set to an invalid value (actual: '{expression}')")


def _check_oss(config: Document) -> None:
    checks.given("Events", config.get("events"))
    for event in config["events"]:
        if not event or not _OSS_EVENT.match(event):
            raise bad_format("Events", _OSS_EVENT.pattern.removesuffix(r"\Z"), str(event))


def _check_log(config: Document) -> None:
    checks.given("SourceConfig.Logstore", (config.get("sourceConfig") or {}).get("logstore"))
    job = config.get("jobConfig")
    checks.given("JobConfig", job)
    checks.within("MaxRetryTime", config["jobConfig"].get("maxRetryTime"), 0, 100)
    checks.within("TriggerInterval", config["jobConfig"].get("triggerInterval"), 3, 600)
    log = config.get("logConfig") or {}
    if bool(log.get("project")) != bool(log.get("logstore")):
        raise required("LogConfig.Logstore" if log.get("project") else "LogConfig.Project")


def _check_mns(config: Document) -> None:
    tag = config.get("filterTag", "")
    if len(tag) > 16:
        raise invalid(f"FilterTag is too long (max length: 16, actual: '{len(tag)}')")
    if config.get("notifyContentFormat"):
        checks.one_of("NotifyContentFormat", config["notifyContentFormat"], ("STREAM", "JSON"))
    if config.get("notifyStrategy"):
        strategies = ("BACKOFF_RETRY", "EXPONENTIAL_DECAY_RETRY")
        checks.one_of("NotifyStrategy", config["notifyStrategy"], strategies)


def _check_cdn(config: Document) -> None:
    for key in ("eventName", "eventVersion", "notes"):
        checks.given(key[0].upper() + key[1:], config.get(key))
    checks.one_of("EventVersion", config["eventVersion"], ("1.0.0",))
    filters: dict[str, list[Any]] = config.get("filter") or {}
    checks.given("Filter", filters)


def _check_rds(config: Document) -> None:
    """Checks what Fun, the first tool for FC, took; the API's own limits are nowhere told."""
    checks.given("SubscriptionObjects", config.get("subscriptionObjects"))
    checks.within("Retry", config.get("retry"), 0, 3)
    checks.within("Concurrency", config.get("concurrency"), 1, 5)
    if config.get("eventFormat"):
        checks.one_of("EventFormat", config["eventFormat"], ("protobuf", "json", "sql"))


EVENT_SOURCES: dict[str, EventSource] = {
    "http": EventSource(
        Struct({"authType": Text(), "methods": ListOf(Text()), "disableURLInternet": Flag(), "authConfig": Text()}),
        _check_http,
    ),
    "timer": EventSource(Struct({"cronExpression": Text(), "enable": Flag(), "payload": Text()}), _check_timer),
    "oss": EventSource(
        Struct(
            {
                "events": ListOf(Text()),
                "filter": Struct({"key": Struct({"prefix": Text(), "suffix": Text()})}),
            }
        ),
        _check_oss,
        arn=r"acs:oss:[^:]+:[^:]*:[^:/]+",
        needs_role=True,
    ),
    "log": EventSource(
        Struct(
            {
                "sourceConfig": Struct({"logstore": Text(), "startTime": Whole()}),
                "jobConfig": Struct({"maxRetryTime": Whole(), "triggerInterval": Whole()}),
                "functionParameter": FreeMap(Anything()),
                "logConfig": Struct({"project": Text(), "logstore": Text()}),
                "targetConfig": FreeMap(Anything()),
                "enable": Flag(),
            }
        ),
        _check_log,
        arn=r"acs:log:[^:]+:[^:]*:project/[^:/]+",
        needs_role=True,
    ),
    "mns_topic": EventSource(
        Struct(texts("filterTag", "notifyContentFormat", "notifyStrategy")),
        _check_mns,
        arn=r"acs:mns:[^:]+:[^:]*:/topics/[^:/]+",
        needs_role=True,
        updatable=False,
    ),
    "cdn_events": EventSource(
        Struct({**texts("eventName", "eventVersion", "notes"), "filter": FreeMap(ListOf(Text()))}),
        _check_cdn,
        arn=r"acs:cdn:[^:]+:[^:]*",
        needs_role=True,
        fixed=("eventName", "eventVersion"),
    ),
    "tablestore": EventSource(
        Struct({}),
        _check_nothing,
        arn=r"acs:ots:[^:]+:[^:]*:instance/[^:/]+/table/[^:/]+",
        needs_role=True,
        updatable=False,
    ),
    "rds": EventSource(
        Struct(
            {"subscriptionObjects": ListOf(Text()), "retry": Whole(), "concurrency": Whole(), "eventFormat": Text()}
        ),
        _check_rds,
        arn=r"acs:rds:[^:]+:[^:]*:dbinstance/[^:/]+",
        needs_role=True,
    ),
    "eventbridge": EventSource(eventbridge.CONFIG, eventbridge.check),
}


def check_source(kind: str, document: Document, making: Making) -> None:
    """Checks the sourceArn and invocationRole that the type needs."""
    source = EVENT_SOURCES[kind]
    if source.arn is not None:
        checks.given("SourceArn", document["sourceArn"])
        if not re.fullmatch(source.arn, document["sourceArn"]):
            raise bad_format("SourceArn", f"^{source.arn}$", document["sourceArn"])
    if source.needs_role:
        checks.given("InvocationRole", document["invocationRole"])
    checks.role("InvocationRole", document["invocationRole"], making.scope.account, making.switches["foreign_role"])


def check_change(kind: str, old: Document, new: Document, making: Making) -> None:
    """Raises FcError if an update changes what only a new trigger can set."""
    source = EVENT_SOURCES[kind]
    for key in source.fixed:
        if old.get(key) != new.get(key):
            raise invalid(f"{key[0].upper()}{key[1:]} cannot be changed")
    if kind == "eventbridge":
        before, after = old["eventSourceConfig"], new["eventSourceConfig"]
        parts_count = making.switches["eventbridge_source_fixed"]
        if before != after if parts_count else before["eventSourceType"] != after["eventSourceType"]:
            raise not_updatable()


def not_updatable() -> Exception:
    return invalid("Updating trigger is not supported yet.")
