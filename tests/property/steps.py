"""Whole steps of s.yaml, drawn from the schema and narrowed to what FC takes: its rules across props, and those of its
values that the schema does not know."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from fc_guard.kinds.fc2.trigger import WITHOUT_ROLE
from fc_guard.kinds.spelling import PREDECESSORS_DESCRIPTION
from fc_guard.kinds.triggers import TYPES
from fc_guard.kinds.triggers.eventbridge import SOURCES
from tests.known import props_schema
from tests.property.drawn import ROLES, WORDS, Narrow, also_as_text, drawn
from tests.property.places import trigger_config
from tests.unit.kinds.test_quiet_domains import KEY, PEM

Props = dict[str, Any]

REGION: Final = "cn-hangzhou"
DEFINITIONS: Final = props_schema()["definitions"]
CONTAINER: Final = "custom-container"
GPU_TYPES: Final = ("g1", "fc.gpu.tesla.1", "fc.gpu.ampere.1")
LARGE: Final = (4096, 8192, 16384, 32768)

NAMES = st.sampled_from(["a", "b-2", "C_3"])
TEXTS = st.one_of(WORDS, st.just(""))
FOLDERS = st.sampled_from(["/", "/a", "/a/", "/share/x", "/b/c"])
MOUNTS = st.sampled_from(["/mnt/a", "/mnt/a/", "/mnt/b", "/home/c/d", "/mnt/文"])
ARNS = st.sampled_from(
    [
        "acs:mns:::/queues/q/messages",
        "acs:fc:::services/demo/functions/hello",
        f"acs:mns:{REGION}:1:/topics/t/messages",
    ]
)
LAYERS = [
    "dcd6a873f4f5adf7ad3375ddac7171ec#Python310#2",
    "acs:fc:cn-hangzhou:official:layers/Python310/versions/2",
    "acs:fc:cn-hangzhou:official:layers/Nodejs18/versions/1",
]
IMAGES = st.sampled_from([f"registry.{REGION}.aliyuncs.com/a/b:1", f"registry-vpc.{REGION}.aliyuncs.com/a/b@sha256:0"])
COMMANDS = st.one_of(
    st.lists(st.one_of(WORDS, st.integers(0, 9), st.booleans()), max_size=3),
    st.sampled_from(["", "[]", '["node", "a b"]', '[ "node" ]', "node index.js"]),
)
NOBODY = st.nothing()
"""For a prop that is drawn together with others, or not at all."""

NARROW: Narrow = {
    # service
    "service.name": st.just("demo"),
    "service.role": st.one_of(ROLES, st.just("")),
    "service.description": TEXTS,
    "service.vpcConfig": st.one_of(
        st.just({}),
        st.fixed_dictionaries(
            {
                "vpcId": NAMES,
                "securityGroupId": NAMES,
                "vswitchIds": st.lists(NAMES, min_size=1, max_size=3, unique=True),
            }
        ),
    ),
    "service.nasConfig.mountPoints[].serverAddr": st.sampled_from(["a.nas.aliyuncs.com", "b.nas.aliyuncs.com"]),
    "service.nasConfig.mountPoints[].nasDir": FOLDERS,
    "service.nasConfig.mountPoints[].fcDir": MOUNTS,
    "service.ossMountConfig.mountPoints[].bucketPath": st.one_of(FOLDERS, st.just("")),
    "service.ossMountConfig.mountPoints[].mountDir": MOUNTS,
    # function
    "function.name": st.just("hello"),
    "function.codeUri": st.just("code"),
    "function.ossKey": st.none(),
    "function.ossBucket": st.sampled_from(["my-bucket", None]),
    "function.description": st.one_of(TEXTS, st.just(PREDECESSORS_DESCRIPTION)),
    "function.instanceConcurrency": also_as_text(st.integers(1, 100)),
    "function.layers": st.lists(st.sampled_from(LAYERS), max_size=3, unique=True),
    "function.customContainerConfig.image": IMAGES,
    "function.customContainerConfig.command": COMMANDS,
    "function.customContainerConfig.args": COMMANDS,
    "function.asyncConfiguration.destination.onSuccess": st.one_of(ARNS, st.just("")),
    "function.asyncConfiguration.destination.onFailure": ARNS,
    # triggers
    "triggers[].qualifier": st.sampled_from(["LATEST", "", None]),
    "triggers[].role": st.one_of(ROLES, st.none(), st.just("")),
    "triggers[].sourceArn": st.nothing(),
    "triggers[].description": TEXTS,
    "triggers[timer].config.cronExpression": st.sampled_from(
        ["@every 5m", "0 0 4 * * *", "CRON_TZ=Asia/Shanghai 0 0 4 * * *"]
    ),
    "triggers[oss].config.bucketName": NAMES,
    "triggers[oss].config.events[]": st.sampled_from(
        ["oss:ObjectCreated:*", "oss:ObjectCreated:PutObject", "oss:ObjectRemoved:DeleteObject"]
    ),
    "triggers[log].config.jobConfig.maxRetryTime": also_as_text(st.integers(0, 100)),
    "triggers[log].config.logConfig.project": NAMES,
    "triggers[mns_topic].config.topicName": NAMES,
    "triggers[mns_topic].config.region": st.sampled_from(["cn-shanghai", REGION]),
    "triggers[mns_topic].config.filterTag": st.sampled_from(["", "tag", "true"]),
    "triggers[cdn_events].config.eventVersion": st.just("1.0.0"),
    "triggers[tablestore].config.instanceName": NAMES,
    "triggers[tablestore].config.tableName": NAMES,
    "triggers[rds].config.instanceId": NAMES,
    "triggers[eventbridge].config.eventRuleFilterPattern": st.sampled_from(
        ["{}", '{"source": ["a"], "type": ["b"]}', '{"type":["b"],"source":["a"]}', '{"n": [1.0, 1e3, "文"]}']
    ),
    "triggers[eventbridge].config.eventSourceConfig.eventSourceParameters": NOBODY,
    "triggers[eventbridge].config.eventSourceConfig.eventSourceParameters.sourceDTSParameters.InitCheckPoint": (
        also_as_text(st.integers(1, 2_000_000_000))
    ),
    # domains
    "customDomains[].domainName": st.sampled_from(["www.example.com", "API.Example.com", "*.wild.example.com"]),
    "customDomains[].protocol": st.sampled_from(["HTTP", "http", "HTTPS", "HTTP,HTTPS", "https, http"]),
    "customDomains[].routeConfigs[].path": st.sampled_from(["/*", "/a", "/a/*", "/文"]),
    "customDomains[].routeConfigs[].qualifier": st.sampled_from(["LATEST", "", None, "prod", 3, "3"]),
    "customDomains[].certId": NOBODY,  # read with keys, before anything here
    "customDomains[].certConfig.certificate": st.sampled_from([PEM, PEM.strip(), PEM.replace("\n", "\r\n")]),
    "customDomains[].certConfig.privateKey": st.just(KEY),
}

SOURCE_ARNS: Final[Mapping[str, str]] = {
    "oss": f"acs:oss:{REGION}:1:bucket",
    "log": f"acs:log:{REGION}:1:project/p",
    "mns_topic": f"acs:mns:{REGION}:1:/topics/t",
    "cdn_events": "acs:cdn:*:1",
    "tablestore": f"acs:ots:{REGION}:1:instance/i/table/t",
    "rds": f"acs:rds:{REGION}:1:dbinstance/rm-1",
    "http": "ignored",
    "timer": "ignored",
    "eventbridge": f"acs:mns:{REGION}:1:/queues/q",
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "oss": ("bucketName",),
    "mns_topic": ("topicName",),
    "tablestore": ("instanceName", "tableName"),
    "rds": ("instanceId",),
    "cdn_events": ("notes",),
}
"""Members of a trigger's config that FC needs, or that name the source where no sourceArn does; the schema lets them
be left out."""


def services() -> st.SearchStrategy[Props]:
    return drawn(DEFINITIONS["service"], NARROW, "service").map(_without_twins)


def _without_twins(service: Props) -> Props:
    """No folder is mounted twice."""
    for config, key in (("nasConfig", "fcDir"), ("ossMountConfig", "mountDir")):
        if config in service:
            points = {point[key].rstrip("/"): point for point in service[config]["mountPoints"]}
            service[config]["mountPoints"] = list(points.values())
    return service


def functions() -> st.SearchStrategy[Props]:
    whole = drawn(DEFINITIONS["function"], NARROW, "function")
    return st.builds(_function, whole, instances(), IMAGES)


def _function(function: Props, instance: Props, image: str) -> Props:
    for name in ("memorySize", "cpu", "diskSize", "gpuMemorySize", "instanceType", "ossKey"):
        function.pop(name, None)
    function |= instance
    runtime = function["runtime"]
    if runtime == CONTAINER:
        function.pop("codeUri", None)
        function["customContainerConfig"] = {"image": image, **function.get("customContainerConfig", {})}
    else:
        function["codeUri"] = "code"
        function.pop("customContainerConfig", None)
    if not runtime.startswith("custom"):
        function.pop("customRuntimeConfig", None)
        function.pop("customHealthCheckConfig", None)
    if "instanceSoftConcurrency" in function:
        most = int(function.get("instanceConcurrency", 1))
        function["instanceSoftConcurrency"] = min(most, int(function["instanceSoftConcurrency"]))
    return function


@st.composite
def instances(draw: st.DrawFn) -> Props:
    """An instance type with memory, CPU, disk and GPU that go together."""
    kind = draw(st.sampled_from(["e1", "c1", *GPU_TYPES]))
    props: Props = {} if kind == "e1" and draw(st.booleans()) else {"instanceType": kind}
    if draw(st.booleans()):
        cpu = draw(st.integers(1, 320)) / 20
        least, most = max(2, math.ceil(cpu * 16)), min(512, math.floor(cpu * 64))
        props |= {"cpu": cpu, "diskSize": draw(st.sampled_from([512, 10240]))}
        props["memorySize"] = 64 * draw(st.integers(least, most))
    elif kind == "c1":
        props["memorySize"] = draw(st.sampled_from(LARGE))
    elif kind != "e1" or draw(st.booleans()):
        props["memorySize"] = 64 * draw(st.integers(2, 48 if kind == "e1" else 512))
    if kind in GPU_TYPES and draw(st.booleans()):
        props["gpuMemorySize"] = 1024 * draw(st.integers(1, 24))
    numbers = [name for name in props if name != "instanceType"]
    return {name: str(value) if name in numbers and draw(st.booleans()) else value for name, value in props.items()}


@st.composite
def triggers(draw: st.DrawFn, most: int = 3) -> list[Props]:
    """Triggers of different types: FC takes one http trigger, and of the others one is as good as two."""
    types = draw(st.lists(st.sampled_from(sorted(TYPES)), max_size=most, unique=True))
    return [draw(trigger(of, f"t{index}")) for index, of in enumerate(types)]


@st.composite
def trigger(draw: st.DrawFn, of: str, name: str) -> Props:
    schema = {**DEFINITIONS["trigger"], "required": ["type"]}
    made: Props = {**draw(drawn(schema, {**NARROW, "triggers[].type": st.just(of)}, "triggers[]")), "name": name}
    made["config"] = draw(trigger_configs(of))
    if of not in WITHOUT_ROLE:
        made["role"] = draw(ROLES)
    if draw(st.booleans()):
        made["sourceArn"] = SOURCE_ARNS[of]
    return made


@st.composite
def trigger_configs(draw: st.DrawFn, of: str) -> Props:
    schema = trigger_config(of)
    schema = {**schema, "required": [*schema.get("required", ()), *NEEDED.get(of, ())]}
    place = f"triggers[{of}].config"
    config: Props = draw(drawn(schema, NARROW, place))
    match of:
        case "oss" if "filter" in config and len(config["filter"]) > 1:
            del config["filter"]["key"]  # the same as Key
        case "log" if not config["jobConfig"]:
            config["jobConfig"] = {"triggerInterval": 60}
        case "cdn_events":
            config["filter"] = {"domain": draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))}
        case "eventbridge":
            member = SOURCES.get(config["eventSourceConfig"]["eventSourceType"])
            if member is not None:
                below = f"{place}.eventSourceConfig.eventSourceParameters"
                source = schema["properties"]["eventSourceConfig"]["properties"]["eventSourceParameters"]
                parameters = draw(drawn(source["properties"][member], NARROW, f"{below}.{member}"))
                config["eventSourceConfig"]["eventSourceParameters"] = {member: parameters}
    return config


def domains() -> st.SearchStrategy[list[Props]]:
    one = drawn(DEFINITIONS["customDomain"], NARROW, "customDomains[]").map(_domain)
    return st.lists(one, max_size=2, unique_by=lambda domain: domain["domainName"].lower())


def _domain(domain: Props) -> Props:
    routes = {route["path"]: route for route in domain["routeConfigs"]}
    domain["routeConfigs"] = list(routes.values())
    certificate = domain.get("certConfig")
    if "HTTPS" in str(domain.get("protocol", "")).upper() and certificate is None:
        domain["certConfig"] = {"certName": "mine", "certificate": PEM, "privateKey": KEY}
    elif certificate is not None:
        certificate["privateKey"] = KEY
    return domain


@st.composite
def steps(draw: st.DrawFn) -> Props:
    """A whole step: a service, perhaps a function, and what belongs to it."""
    props: Props = {"region": REGION, "service": draw(services())}
    if draw(st.integers(0, 9)):
        props["function"] = draw(functions())
        props["triggers"] = draw(triggers())
        props["customDomains"] = draw(domains())
    written: Props = json.loads(json.dumps(props))  # nothing in it is shared
    return written
