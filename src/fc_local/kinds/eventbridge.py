"""Triggers of EventBridge: the sources of their events, and how these reach the function (facts 1.3; upstream 2.6)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fc_local.errors import invalid
from fc_local.kinds import checks
from fc_local.kinds.kind import Making
from fc_local.shape import Anything, Document, Flag, Struct, Text, Whole, texts


@dataclass(frozen=True, slots=True)
class _Source:
    """An eventSourceType: the member that holds its parameters, the needed ones, and allowed values."""

    parameters: str
    needed: tuple[str, ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()


_OFFSETS = ("CONSUME_FROM_LAST_OFFSET", "CONSUME_FROM_FIRST_OFFSET", "CONSUME_FROM_TIMESTAMP")
_SOURCES: dict[str, _Source | None] = {
    "Default": None,
    "MNS": _Source("sourceMNSParameters", ("QueueName",)),
    "RocketMQ": _Source(
        "sourceRocketMQParameters", ("InstanceId", "Topic", "GroupID"), choices=(("Offset", _OFFSETS),)
    ),
    "RabbitMQ": _Source("sourceRabbitMQParameters", ("InstanceId", "VirtualHostName", "QueueName")),
    "Kafka": _Source(
        "sourceKafkaParameters",
        ("InstanceId", "Topic", "ConsumerGroup", "OffsetReset"),
        choices=(("OffsetReset", ("latest", "earliest")), ("Network", ("PublicNetwork", "Default"))),
    ),
    "DTS": _Source(
        "sourceDTSParameters", ("BrokerUrl", "Topic", "Sid", "Username", "Password", "InitCheckPoint", "TaskId")
    ),
    "MQTT": _Source("sourceMQTTParameters", ("InstanceId", "Topic")),
}
_MODES = ("event-driven", "event-streaming")
_RETRIES = ("BACKOFF_RETRY", "EXPONENTIAL_DECAY_RETRY")


_NETWORK = texts("Network", "VpcId", "SecurityGroupId")
CONFIG = Struct(
    {
        "triggerEnable": Flag(),
        "asyncInvocationType": Flag(),
        "eventRuleFilterPattern": Text(),
        "eventSinkConfig": Struct(
            {"deliveryOption": Struct({"mode": Text(), "eventSchema": Text(), "concurrency": Whole()})}
        ),
        "eventSourceConfig": Struct(
            {
                "eventSourceType": Text(),
                "eventSourceParameters": Struct(
                    {
                        "sourceMNSParameters": Struct({**texts("RegionId", "QueueName"), "IsBase64Decode": Flag()}),
                        "sourceRocketMQParameters": Struct(
                            {
                                **texts("RegionId", "InstanceId", "Topic", "GroupID", "Tag", "Offset", "AuthType"),
                                **texts("FilterSql", "FilterType", "InstanceEndpoint", "InstanceNetwork"),
                                **texts("InstancePassword", "InstanceSecurityGroupId", "InstanceType"),
                                **texts("InstanceUsername", "InstanceVSwitchIds", "InstanceVpcId"),
                                "Timestamp": Whole(),
                            }
                        ),
                        "sourceRabbitMQParameters": Struct(
                            texts("RegionId", "InstanceId", "VirtualHostName", "QueueName")
                        ),
                        "sourceKafkaParameters": Struct(
                            {
                                **texts("RegionId", "InstanceId", "Topic", "ConsumerGroup", "OffsetReset"),
                                **_NETWORK,
                                "VSwitchIds": Anything(),
                                "ExtendConfig": Anything(),
                            }
                        ),
                        "sourceDTSParameters": Struct(
                            {
                                **texts("RegionId", "BrokerUrl", "Topic", "Sid", "Username", "Password", "TaskId"),
                                "InitCheckPoint": Anything(),
                            }
                        ),
                        "sourceMQTTParameters": Struct(texts("RegionId", "InstanceId", "Topic")),
                    }
                ),
            }
        ),
        "runOptions": Struct(
            {
                "mode": Text(),
                "maximumTasks": Whole(),
                "errorsTolerance": Text(),
                "retryStrategy": Struct(
                    {
                        "PushRetryStrategy": Text(),
                        "MaximumEventAgeInSeconds": Whole(),
                        "MaximumRetryAttempts": Whole(),
                    }
                ),
                "deadLetterQueue": Struct({"Arn": Text()}),
                "batchWindow": Struct({"CountBasedWindow": Whole(), "TimeBasedWindow": Whole()}),
            }
        ),
    }
)


def check(config: Document) -> None:
    _check_source(config.get("eventSourceConfig") or {})
    pattern = config.get("eventRuleFilterPattern")
    if pattern:
        try:
            json.loads(pattern)
        except ValueError as error:
            raise invalid("EventRuleFilterPattern is not valid JSON") from error
    delivery = (config.get("eventSinkConfig") or {}).get("deliveryOption") or {}
    _check_choice(delivery, "mode", _MODES)
    _check_choice(delivery, "eventSchema", ("CloudEvents", "RawData"))
    _check_run(config.get("runOptions") or {})


def _check_source(source: Document) -> None:
    kind = source.get("eventSourceType")
    checks.given("EventSourceConfig.EventSourceType", kind)
    checks.one_of("EventSourceType", kind, tuple(_SOURCES))
    rules = _SOURCES[str(kind)]
    if rules is None:
        return
    parameters = (source.get("eventSourceParameters") or {}).get(rules.parameters) or {}
    for name in rules.needed:
        checks.given(name, parameters.get(name))
    for name, allowed in rules.choices:
        _check_choice(parameters, name, allowed)


def _check_run(run: Document) -> None:
    _check_choice(run, "mode", _MODES)
    _check_choice(run, "errorsTolerance", ("ALL", "NONE"))
    _check_choice(run.get("retryStrategy") or {}, "PushRetryStrategy", _RETRIES)
    window = run.get("batchWindow") or {}
    checks.within("CountBasedWindow", window.get("CountBasedWindow"), 1, 10000)
    checks.within("TimeBasedWindow", window.get("TimeBasedWindow"), 0, 15)


def _check_choice(document: Document, key: str, allowed: tuple[str, ...]) -> None:
    if document.get(key):
        checks.one_of(key[0].upper() + key[1:], document[key], allowed)


def generated_arn(making: Making, config: Document) -> str:
    """Returns the ARN of the rule that FC makes for an eventbridge trigger: on the default bus, or on a bus of its own
    for another source (Go's test)."""
    service, function, trigger = making.path
    scope = making.scope
    rule = f"{service}-{function}-{trigger}"
    of = (config.get("eventSourceConfig") or {}).get("eventSourceType")
    bus = "default" if of in (None, "Default") else f"{of}-{function}-{trigger}"
    return f"acs:eventbridge:{scope.region}:{scope.account}:eventbus/{bus}/rule/{rule}"
