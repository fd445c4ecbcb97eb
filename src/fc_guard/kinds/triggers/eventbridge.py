"""eventbridge: events of a bus, or messages of a queue that EventBridge reads. Its mixed spellings are FC's own."""

from __future__ import annotations

from typing import Final

from fc_guard.kinds.spelling import flag, json_text, number
from fc_guard.kinds.triggers.trigger_type import Shape, TriggerType, at, values
from fc_guard.model.fields import FieldPath, Json
from fc_guard.model.rules import FieldRules

SOURCE: Final = at("eventSourceConfig")
PARAMETERS: Final = (*SOURCE, "eventSourceParameters")

SOURCES: Final[dict[str, str]] = {
    "MNS": "sourceMNSParameters",
    "RocketMQ": "sourceRocketMQParameters",
    "RabbitMQ": "sourceRabbitMQParameters",
    "Kafka": "sourceKafkaParameters",
    "DTS": "sourceDTSParameters",
    "MQTT": "sourceMQTTParameters",
}
"""eventSourceType -> the member of eventSourceParameters that belongs to it. `Default`, the event bus, has none."""

_SHAPES: Final[dict[str, Shape]] = {
    "MNS": values("RegionId", "QueueName", "IsBase64Decode"),
    "RocketMQ": values(
        *("RegionId", "InstanceId", "Topic", "GroupID", "Tag", "Offset", "Timestamp"),
        *("InstanceType", "InstanceNetwork", "InstanceEndpoint", "InstanceVpcId", "InstanceVSwitchIds"),
        *("InstanceSecurityGroupId", "InstanceUsername", "InstancePassword", "AuthType", "FilterType", "FilterSql"),
    ),
    "RabbitMQ": values("RegionId", "InstanceId", "VirtualHostName", "QueueName"),
    "Kafka": values(
        *("RegionId", "InstanceId", "Topic", "ConsumerGroup", "OffsetReset"),
        *("Network", "VpcId", "VSwitchIds", "SecurityGroupId", "ExtendConfig"),
    ),
    "DTS": values("RegionId", "BrokerUrl", "Topic", "Sid", "Username", "Password", "InitCheckPoint", "TaskId"),
    "MQTT": values("RegionId", "InstanceId", "Topic"),
}

NUMBERS: Final[tuple[FieldPath, ...]] = (
    at("eventSinkConfig", "deliveryOption", "concurrency"),
    at("runOptions", "maximumTasks"),
    at("runOptions", "retryStrategy", "MaximumEventAgeInSeconds"),
    at("runOptions", "retryStrategy", "MaximumRetryAttempts"),
    at("runOptions", "batchWindow", "CountBasedWindow"),
    at("runOptions", "batchWindow", "TimeBasedWindow"),
    (*PARAMETERS, "sourceRocketMQParameters", "Timestamp"),
    (*PARAMETERS, "sourceDTSParameters", "InitCheckPoint"),
)
FLAGS: Final[tuple[FieldPath, ...]] = (
    at("triggerEnable"),
    at("asyncInvocationType"),
    (*PARAMETERS, "sourceMNSParameters", "IsBase64Decode"),
)
PATTERN: Final = at("eventRuleFilterPattern")


def _used_source(value: Json) -> Json:
    """FC answers with the parameters of every source, empty or zero for those the trigger does not read."""
    parameters = value.get("eventSourceParameters")
    of = value.get("eventSourceType")
    if not isinstance(parameters, dict) or (of not in SOURCES and of != "Default"):
        return value
    used = {name: item for name, item in parameters.items() if name == SOURCES.get(of)}
    return {**value, "eventSourceParameters": used}


EVENTBRIDGE = TriggerType(
    name="eventbridge",
    shape={
        **values("triggerEnable", "asyncInvocationType", "eventRuleFilterPattern"),
        "eventSourceConfig": {
            "eventSourceType": None,
            "eventSourceParameters": {name: _SHAPES[of] for of, name in SOURCES.items()},
        },
        "eventSinkConfig": {"deliveryOption": values("mode", "eventSchema", "concurrency")},
        "runOptions": {
            **values("mode", "maximumTasks", "errorsTolerance"),
            "retryStrategy": values("PushRetryStrategy", "MaximumEventAgeInSeconds", "MaximumRetryAttempts"),
            "deadLetterQueue": values("Arn"),
            "batchWindow": values("CountBasedWindow", "TimeBasedWindow"),
        },
    },
    rules=FieldRules(
        sets=frozenset(
            {
                (*PARAMETERS, "sourceRocketMQParameters", "InstanceVSwitchIds"),
                (*PARAMETERS, "sourceKafkaParameters", "VSwitchIds"),
            }
        ),
        secret=frozenset(
            {
                (*PARAMETERS, "sourceDTSParameters", "Password"),
                (*PARAMETERS, "sourceRocketMQParameters", "InstancePassword"),
                (*PARAMETERS, "sourceKafkaParameters", "ExtendConfig"),  # free: whatever the connection needs
            }
        ),
        defaults={
            at("triggerEnable"): True,
            at("asyncInvocationType"): False,
            PATTERN: "{}",
            (*PARAMETERS, "sourceMNSParameters", "IsBase64Decode"): True,
            (*PARAMETERS, "sourceRocketMQParameters", "Timestamp"): 0,
        },
        cleared=dict.fromkeys(NUMBERS),
        canonical={
            SOURCE: _used_source,
            PATTERN: json_text,
            **dict.fromkeys(NUMBERS, number),
            **dict.fromkeys(FLAGS, flag),
        },
    ),
    initial={at("triggerEnable"): True, at("asyncInvocationType"): False, PATTERN: "{}"},
    # The source is EventBridge's own business once it is connected: UpdateTrigger refuses another one.
    fixed=(SOURCE,),
)
