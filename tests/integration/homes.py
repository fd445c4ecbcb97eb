"""Steps of s.yaml that between them say every prop of the schema, each with a value that FC takes."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, Final

from tests.integration.project import ACCOUNT, PROPS, REGION
from tests.integration.test_props import CONTAINER, FUNCTION, SERVICE
from tests.unit.kinds.test_quiet_domains import SECURE
from tests.unit.kinds.test_quiet_triggers import ITEMS, ROLE

Props = dict[str, Any]

OSS_CODE: Final = {"name": "hello", "runtime": "python3", "ossBucket": "my-code", "ossKey": "app.zip"}
SOURCES: Final[Mapping[str, Props]] = {
    "MNS": {"sourceMNSParameters": {"RegionId": REGION, "QueueName": "q", "IsBase64Decode": True}},
    "RocketMQ": {
        "sourceRocketMQParameters": {
            **{"RegionId": REGION, "InstanceId": "i", "Topic": "t", "GroupID": "g", "Tag": "x", "Timestamp": 1},
            **{"Offset": "CONSUME_FROM_TIMESTAMP", "InstanceType": "Cloud_5", "InstanceNetwork": "PublicNetwork"},
            **{"InstanceEndpoint": "e", "InstanceVpcId": "v", "InstanceVSwitchIds": "s", "FilterType": "SQL92"},
            **{"InstanceSecurityGroupId": "g", "InstanceUsername": "u", "InstancePassword": "canary"},
            **{"AuthType": "ACL", "FilterSql": "a"},
        }
    },
    "RabbitMQ": {
        "sourceRabbitMQParameters": {"RegionId": REGION, "InstanceId": "i", "VirtualHostName": "v", "QueueName": "q"}
    },
    "Kafka": {
        "sourceKafkaParameters": {
            **{"RegionId": REGION, "InstanceId": "i", "Topic": "t", "ConsumerGroup": "g", "OffsetReset": "latest"},
            **{"Network": "Default", "VpcId": "v", "VSwitchIds": ["s"], "SecurityGroupId": "g"},
            "ExtendConfig": {"a": "b"},
        }
    },
    "DTS": {
        "sourceDTSParameters": {
            **{"RegionId": REGION, "BrokerUrl": "b", "Topic": "t", "Sid": "s", "Username": "u", "Password": "canary"},
            **{"InitCheckPoint": 1, "TaskId": "i"},
        }
    },
    "MQTT": {"sourceMQTTParameters": {"RegionId": REGION, "InstanceId": "i", "Topic": "t"}},
}
BUS: Final[Props] = {
    "triggerEnable": True,
    "asyncInvocationType": False,
    "eventRuleFilterPattern": '{"source":["a"]}',
    "eventSourceConfig": {"eventSourceType": "Default"},
    "eventSinkConfig": {"deliveryOption": {"mode": "event-driven", "eventSchema": "RawData", "concurrency": 1}},
    "runOptions": {
        "mode": "event-streaming",
        "maximumTasks": 1,
        "errorsTolerance": "ALL",
        "retryStrategy": {
            "PushRetryStrategy": "BACKOFF_RETRY",
            "MaximumEventAgeInSeconds": 60,
            "MaximumRetryAttempts": 3,
        },
        "deadLetterQueue": {"Arn": f"acs:mns:{REGION}:{ACCOUNT}:/queues/dead/messages"},
        "batchWindow": {"CountBasedWindow": 10, "TimeBasedWindow": 5},
    },
}
FULL: Final[Mapping[str, Props]] = {
    "http": {"disableURLInternet": False, "authConfig": '{"a":"b"}'},
    "timer": {"payload": "p"},
    "oss": {"filter": {"Key": {"Prefix": "in/", "Suffix": ".jpg"}}},
    "mns_topic": {"region": REGION, "filterTag": "tag"},
}
"""Members of a trigger's config beside those of `ITEMS`."""


def _with(**props: Any) -> Props:
    return copy.deepcopy({**PROPS, "triggers": [], **props})


def _trigger(of: str, **more: Any) -> Props:
    item = {"name": "t", **ITEMS[of], **more}
    config = more.get("config") or {**ITEMS[of]["config"], **FULL.get(of, {})}
    return _with(triggers=[{**item, "config": config}])


def _bus(source: str) -> Props:
    config = {"eventSourceType": source, "eventSourceParameters": SOURCES[source]}
    return _trigger("eventbridge", config={"eventSourceConfig": config})


def _domain() -> Props:
    rules = {name: [{"match": "/a", "replacement": "/b"}] for name in ("equalRules", "wildcardRules", "regexRules")}
    route = {
        **{"path": "/*", "serviceName": "demo", "functionName": "hello", "qualifier": "LATEST", "methods": ["GET"]},
        "rewriteConfig": rules,
    }
    tls = {"minVersion": "TLSv1.0", "maxVersion": "TLSv1.2", "cipherSuites": ["TLS_A"]}
    domain = {**SECURE, "routeConfigs": [route], "tlsConfig": tls, "wafConfig": {"enableWAF": False}}
    return _with(customDomains=[domain])


def _service() -> Props:
    oss = {**SERVICE["ossMountConfig"]["mountPoints"][0], "bucketPath": "/in", "readOnly": False}
    log = {**SERVICE["logConfig"], "enableInstanceMetrics": False}
    service = {**SERVICE, "internetAccess": True, "logConfig": log, "ossMountConfig": {"mountPoints": [oss]}}
    (first, *_) = SERVICE["nasConfig"]["mountPoints"]
    service["nasConfig"] = {**SERVICE["nasConfig"], "mountPoints": [{**first, "enableTLS": False}]}
    return _with(service=service)


def _function() -> Props:
    probe = {
        **{"httpGetUrl": "/health", "initialDelaySeconds": 1, "periodSeconds": 4, "timeoutSeconds": 1},
        **{"failureThreshold": 2, "successThreshold": 2},
    }
    hook = {"handler": "index.hook", "timeout": 20}
    config = {
        "destination": {"onSuccess": "acs:fc:::services/demo/functions/a", "onFailure": "acs:mns:::/queues/q/messages"},
        **{"maxAsyncEventAgeInSeconds": 60, "maxAsyncRetryAttempts": 1, "statefulInvocation": True},
    }
    function = {
        **{**FUNCTION, "name": "hello", "description": "d", "handler": "index.main", "initializer": "index.init"},
        **{"instanceType": "e1", "caPort": 8080, "customHealthCheckConfig": probe, "asyncConfiguration": config},
        "customDNS": {"nameServers": ["1.1.1.1"], "searches": ["x"], "dnsOptions": [{"name": "ndots", "value": "2"}]},
        "instanceLifecycleConfig": {"preFreeze": hook, "preStop": hook},
    }
    return _with(function=function)


def _container() -> Props:
    config = {
        **{**CONTAINER["customContainerConfig"], "args": '["a"]', "accelerationType": "Default", "instanceID": "cri-1"},
        "webServerMode": True,
    }
    return _with(function={**CONTAINER, "name": "hello", "customContainerConfig": config})


HOMES: Final[Mapping[str, Props]] = {
    "service": _service(),
    "function": _function(),
    "container": _container(),
    "code in OSS": _with(function=OSS_CODE),
    "domain": _domain(),
    **{of: _trigger(of) for of in ITEMS if of != "eventbridge"},
    "eventbridge": _trigger("eventbridge", config=BUS),
    **{f"eventbridge {source}": _bus(source) for source in SOURCES},
    "oss as FC spells it": _trigger(
        "oss", config={**ITEMS["oss"]["config"], "filter": {"key": {"prefix": "in/", "suffix": ".jpg"}}}
    ),
    "any trigger": _trigger(
        "oss", description="d", qualifier="LATEST", sourceArn=f"acs:oss:{REGION}:{ACCOUNT}:photos", role=ROLE
    ),
}


def home_of(place: str) -> str | None:
    """The first home that says something at a place of the schema."""
    return next((name for name, props in HOMES.items() if _says(props, place)), None)


def _says(props: Props, place: str) -> bool:
    return _found(props, [key.rstrip("]") for key in re.split(r"[.\[]", place)])


def _found(value: Any, keys: list[str]) -> bool:
    """`keys` lead through mappings by name, through lists by the type of the item or, where it is '', by any."""
    if not keys:
        return value is not None
    key, rest = keys[0], keys[1:]
    if isinstance(value, list):
        return any(_found(item, rest) for item in value if key in ("", item.get("type")))
    if isinstance(value, Mapping):
        return any(_found(item, rest) for name, item in value.items() if key in (name, "*"))
    return False
