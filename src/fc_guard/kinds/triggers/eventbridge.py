"""An eventbridge trigger passes on events of a bus, or messages of a queue; its mixed spellings are FC's own."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.spelling import json_text
from fc_guard.kinds.triggers.trigger_type import FLAG, TriggerType, at, count
from fc_guard.model.fields import Json
from fc_guard.model.rows import UNORDERED, Field, canonical, plain, struct

SOURCES: Final[dict[str, str]] = {
    "MNS": "sourceMNSParameters",
    "RocketMQ": "sourceRocketMQParameters",
    "RabbitMQ": "sourceRabbitMQParameters",
    "Kafka": "sourceKafkaParameters",
    "DTS": "sourceDTSParameters",
    "MQTT": "sourceMQTTParameters",
}
"""eventSourceType -> the member of eventSourceParameters that belongs to it. `Default`, the event bus, has none."""

_ROWS: Final[dict[str, tuple[Field, ...]]] = {
    "MNS": (*plain("RegionId", "QueueName"), Field("IsBase64Decode", default=True, noise=FLAG)),
    "RocketMQ": (
        *plain("RegionId", "InstanceId", "Topic", "GroupID", "Tag", "Offset"),
        count("Timestamp", default=0),
        *plain("InstanceType", "InstanceNetwork", "InstanceEndpoint", "InstanceVpcId"),
        Field("InstanceVSwitchIds", noise=UNORDERED),
        *plain("InstanceSecurityGroupId", "InstanceUsername"),
        Field("InstancePassword", secret=True),
        *plain("AuthType", "FilterType", "FilterSql"),
    ),
    "RabbitMQ": plain("RegionId", "InstanceId", "VirtualHostName", "QueueName"),
    "Kafka": (
        *plain("RegionId", "InstanceId", "Topic", "ConsumerGroup", "OffsetReset", "Network", "VpcId"),
        Field("VSwitchIds", noise=UNORDERED),
        Field("SecurityGroupId"),
        Field("ExtendConfig", secret=True),  # free: whatever the connection needs
    ),
    "DTS": (
        *plain("RegionId", "BrokerUrl", "Topic", "Sid", "Username"),
        Field("Password", secret=True),
        count("InitCheckPoint"),
        Field("TaskId"),
    ),
    "MQTT": plain("RegionId", "InstanceId", "Topic"),
}


def _used_source(value: Json) -> Json:
    """Drops the parameters of unused sources: FC answers with those of every source, empty or zero."""
    parameters = value.get("eventSourceParameters")
    of = value.get("eventSourceType")
    if not isinstance(parameters, dict) or (of not in SOURCES and of != "Default"):
        return value
    used = {name: item for name, item in parameters.items() if name == SOURCES.get(of)}
    return {**value, "eventSourceParameters": used}


EVENTBRIDGE = TriggerType(
    name="eventbridge",
    rows=(
        Field("triggerEnable", default=True, noise=FLAG),
        Field("asyncInvocationType", default=False, noise=FLAG),
        Field("eventRuleFilterPattern", default="{}", noise=canonical(json_text)),
        struct(
            "eventSourceConfig",
            Field("eventSourceType"),
            struct("eventSourceParameters", *(struct(name, *_ROWS[of]) for of, name in SOURCES.items())),
            noise=canonical(_used_source),
        ),
        struct("eventSinkConfig", struct("deliveryOption", *plain("mode", "eventSchema"), count("concurrency"))),
        struct(
            "runOptions",
            *plain("mode", "errorsTolerance"),
            count("maximumTasks"),
            struct(
                "retryStrategy",
                Field("PushRetryStrategy"),
                count("MaximumEventAgeInSeconds"),
                count("MaximumRetryAttempts"),
            ),
            struct("deadLetterQueue", Field("Arn")),
            struct("batchWindow", count("CountBasedWindow"), count("TimeBasedWindow")),
        ),
    ),
    initial=("triggerEnable", "asyncInvocationType", "eventRuleFilterPattern"),
    # UpdateTrigger refuses another source once EventBridge is connected.
    fixed=(at("eventSourceConfig"),),
)
