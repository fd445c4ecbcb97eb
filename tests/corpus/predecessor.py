"""The predecessor's deployment of a checkout: what it would have sent, written from what is known of it.

Nothing here is taken from `fc_guard.kinds`: that is what the documents are held against.
"""

from __future__ import annotations

import zipfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from fc_local.server import LocalServer
from tests.corpus.checkout import Checkout
from tests.corpus.code import PACKED
from tests.integration.project import ACCOUNT

Document = dict[str, Any]

NOT_PACKED = {".git", ".svn", ".env", ".DS_Store", "template.packaged.yml", ".nas.yml"}
DEFAULT_ROLE = f"acs:ram::{ACCOUNT}:role/aliyunfcdefaultrole"
NO_LOGS = {
    "project": "",
    "logstore": "",
    "logBeginRule": "None",
    "enableRequestMetrics": False,
    "enableInstanceMetrics": False,
}
NO_NETWORK = {"vpcId": "", "vSwitchIds": [], "securityGroupId": ""}
NO_DISKS = {"mountPoints": [], "userId": -1, "groupId": -1}
CONTAINER = "custom-container"
MNS_CONFIG = ("filterTag", "notifyContentFormat", "notifyStrategy")
"""The rest of a topic's config is in its source."""


class Refused(Exception):
    """FC refused what the predecessor sent."""


def deployed_by_the_predecessor(checkout: Checkout) -> None:
    """Deploys each step as the predecessor does it. Raises Refused."""
    for block in checkout.blocks:
        step = Predecessor(checkout, block.props)
        step.service()
        if "function" in block.props:
            step.function()
    if any(str(trigger.get("qualifier", "LATEST")) != "LATEST" for trigger in _triggers(checkout)):
        checkout.make_aliases()
    for block in checkout.blocks:
        Predecessor(checkout, block.props).triggers_and_domains()


def _triggers(checkout: Checkout) -> Iterator[Mapping[str, Any]]:
    for block in checkout.blocks:
        yield from block.props.get("triggers") or ()


def _check(operation: str, answer: Mapping[str, Any]) -> None:
    if answer["status"] >= 300:
        raise Refused(f"{operation}: {answer['body']}")


class Predecessor:
    """One step of s.yaml."""

    def __init__(self, checkout: Checkout, props: Mapping[str, Any]) -> None:
        self.base = checkout.yaml.parent
        self.props = props
        self.region = str(props["region"])
        self.names = (str(props["service"]["name"]), str((props.get("function") or {}).get("name")))
        self._server: LocalServer = checkout.server

    def service(self) -> None:
        document = service_document(self.props, self.region)
        if not self._created("CreateService", {"serviceName": self.names[0], **document}):
            self._sent("UpdateService", self.names[:1], document)
        for network in self.props["service"].get("vpcBinding") or ():
            self._sent("CreateVpcBinding", self.names[:1], {"vpcId": network})

    def function(self) -> None:
        props = self.props["function"]
        document = function_document(props)
        if props.get("runtime") != CONTAINER:
            document["code"] = self._code(props)
        self._sent("CreateFunction", self.names[:1], {"functionName": self.names[1], **document})
        if props.get("asyncConfiguration"):
            self._sent("PutFunctionAsyncInvokeConfig", self.names, self._asynchronous(props["asyncConfiguration"]))

    def triggers_and_domains(self) -> None:
        for trigger in self.props.get("triggers") or ():
            self._sent("CreateTrigger", self.names, trigger_document(trigger, self.region))
        for domain in self.props.get("customDomains") or ():
            document = domain_document(domain, self.names)
            if not self._created("CreateCustomDomain", document):
                self._sent("UpdateCustomDomain", (document["domainName"],), document)

    def _created(self, operation: str, body: Document) -> bool:
        """Whether it was not there before."""
        answer = self._answer(operation, (), body)
        if str(answer["body"].get("ErrorCode")).endswith("AlreadyExists"):
            return False
        _check(operation, answer)
        return True

    def _sent(self, operation: str, path: tuple[str, ...], body: Document) -> None:
        _check(operation, self._answer(operation, path, body))

    def _answer(self, operation: str, path: tuple[str, ...], body: Document) -> dict[str, Any]:
        where = {"who": "the predecessor", "account": ACCOUNT, "region": self.region}
        return self._server.admin.edit(operation, path, body, **where)

    def _asynchronous(self, config: Mapping[str, Any]) -> Document:
        document = {name: value for name, value in config.items() if name != "destination"}
        ends = config.get("destination") or {}
        found = {name: {"destination": self._destination(ends[name])} for name in ends if ends[name]}
        return {**document, "destinationConfig": found} if found else document

    def _destination(self, arn: str) -> str:
        return arn.replace(":::", f":{self.region}:{ACCOUNT}:", 1)

    def _code(self, props: Mapping[str, Any]) -> Document:
        if props.get("ossKey"):
            return {"ossBucketName": props["ossBucket"], "ossObjectName": props["ossKey"]}
        place = self.base / str(props["codeUri"])
        java = str(props["runtime"]).startswith("custom") and "java -jar" in _command_line(props)
        if place.suffix in PACKED and not java:
            return {"zipFile": b64encode(place.read_bytes()).decode()}
        return {"zipFile": b64encode(self._zipped(place)).decode()}

    def _zipped(self, place: Path) -> bytes:
        """A package as of a second deployment: where s.yaml is in the code's folder, what the first one left is too."""
        whole = BytesIO()
        files = [place] if place.is_file() else sorted(place.rglob("*"), reverse=True)
        root = place.parent if place.is_file() else place
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for file in files:
                name = file.relative_to(root)
                if not file.is_file() or NOT_PACKED & set(name.parts):
                    continue
                packed = zipfile.ZipInfo.from_file(file, name.as_posix())
                if file.name == "bootstrap":
                    packed.external_attr |= 0o111 << 16
                archive.writestr(packed, file.read_bytes(), zipfile.ZIP_DEFLATED)
            if self.base.resolve().is_relative_to(root.resolve()):
                state = self.base.resolve().relative_to(root.resolve()) / ".s"
                for name in self._left_behind():
                    archive.writestr((state / name).as_posix(), "{}")
        return whole.getvalue()

    def _left_behind(self) -> Iterator[str]:
        service, function = self.names
        yield f"{ACCOUNT}-{self.region}-{service}.json"
        yield f"{ACCOUNT}-{self.region}-{service}-{function}.json"
        yield f"fc-cache/{ACCOUNT}-{self.region}-{service}_create_resource.json"
        yield f"fc-build/{service}-{function}-build.json"


def service_document(props: Mapping[str, Any], region: str) -> Document:
    """Every block that s.yaml has not is sent empty, internetAccess excepted."""
    service = props["service"]
    document: Document = {
        "description": service.get("description") or "",
        "role": _service_role(props),
        "logConfig": dict(NO_LOGS),
        "vpcConfig": service.get("vpcConfig") or dict(NO_NETWORK),
        "nasConfig": dict(NO_DISKS),
        "ossMountConfig": service.get("ossMountConfig") or {"mountPoints": []},
        "tracingConfig": {},
    }
    if "internetAccess" in service:
        document["internetAccess"] = service["internetAccess"]
    if logs := service.get("logConfig"):
        document["logConfig"] = {"enableRequestMetrics": False, "enableInstanceMetrics": False, **logs}
    if disks := service.get("nasConfig"):
        document["nasConfig"] = {**disks, "mountPoints": [_mounted(point) for point in disks["mountPoints"]]}
    if service.get("tracingConfig") == "Enable":
        endpoint = f"http://tracing-analysis-dc-{region}.local.invalid/adapt_local@{ACCOUNT}_local@fc/api/traces"
        document["tracingConfig"] = {"type": "Jaeger", "params": {"endpoint": endpoint}}
    return document


def _service_role(props: Mapping[str, Any]) -> str:
    service, function = props["service"], props.get("function") or {}
    role = service.get("role")
    if role:
        own = str(role).lower().endswith(":role/aliyunfcdefaultrole")
        return DEFAULT_ROLE if own else str(role)
    needing = ("vpcConfig", "nasConfig", "vpcBinding", "ossMountConfig", "logConfig")
    needed = function.get("asyncConfiguration") or function.get("runtime") == CONTAINER
    return DEFAULT_ROLE if needed or any(service.get(name) for name in needing) else ""


def _mounted(point: Mapping[str, Any]) -> Document:
    return {"serverAddr": f"{point['serverAddr']}:{point['nasDir']}", "mountDir": point["fcDir"]}


SENT_AS_THEY_ARE = (
    "cpu",
    "diskSize",
    "gpuMemorySize",
    "instanceSoftConcurrency",
    "instanceLifecycleConfig",
    "customHealthCheckConfig",
)


def function_document(props: Mapping[str, Any]) -> Document:
    """Without code."""
    runtime = props.get("runtime") or "nodejs10"
    document: Document = {
        "description": props.get("description") or "This is default function description by fc-deploy component",
        "runtime": runtime,
        "handler": props.get("handler") or ("not-used" if runtime == CONTAINER else "index.handler"),
        "memorySize": props.get("memorySize") or 128,
        "timeout": props.get("timeout") or 3,
        "instanceConcurrency": props.get("instanceConcurrency") or 1,
        "instanceType": props.get("instanceType") or "e1",
        "environmentVariables": _texts(props.get("environmentVariables") or {}),
        "initializer": props.get("initializer") or "",
        "layers": props.get("layers") or [],
        "customDNS": _texts(props.get("customDNS") or {"nameServers": None, "searches": None, "dnsOptions": None}),
    }
    document |= {name: props[name] for name in SENT_AS_THEY_ARE if props.get(name) is not None}
    if document["initializer"]:
        document["initializationTimeout"] = props.get("initializationTimeout") or 3
    hooks = props.get("instanceLifecycleConfig") or {}
    document["instanceLifecycleConfig"] = {
        name: hooks.get(name) or {"handler": ""} for name in ("preFreeze", "preStop")
    }
    if runtime == CONTAINER:
        container = props["customContainerConfig"]
        document["customContainerConfig"] = {**container, "image": str(container["image"]).strip()}
    if props.get("caPort") is not None:
        document["caPort"] = props["caPort"]
    elif runtime.startswith("custom") and runtime != CONTAINER:
        document["caPort"] = 9000
    if runtime.startswith("custom") and runtime != CONTAINER:
        started = props.get("customRuntimeConfig") or {"command": None, "args": None}
        document["customRuntimeConfig"] = _texts(started) if runtime == "custom" else started
    return document


def trigger_document(trigger: Mapping[str, Any], region: str) -> Document:
    """The description of a trigger is never sent."""
    kind, config = trigger["type"], dict(trigger["config"])
    document = {"triggerName": trigger["name"], "triggerType": kind, "triggerConfig": _trigger_config(kind, config)}
    if source := trigger.get("sourceArn") or _source(kind, config, region):
        document["sourceArn"] = source
    if "qualifier" in trigger:
        document["qualifier"] = _text(trigger["qualifier"])
    if kind not in ("http", "timer", "eventbridge"):
        document["invocationRole"] = trigger["role"]
    return document


def _trigger_config(kind: str, config: Document) -> Document:
    if kind == "mns_topic":
        return {name: config[name] for name in MNS_CONFIG if name in config}
    if kind == "tablestore":
        return {}
    if kind == "eventbridge":
        return {"triggerEnable": True, "asyncInvocationType": False, "eventRuleFilterPattern": "{}", **config}
    return config  # oss with bucketName: a first creation sends it


def _source(kind: str, config: Mapping[str, Any], region: str) -> str:
    if kind == "oss":
        return f"acs:oss:{region}:{ACCOUNT}:{config['bucketName']}"
    if kind == "log":
        return f"acs:log:{region}:{ACCOUNT}:project/{config['logConfig']['project']}"
    if kind == "mns_topic":
        return f"acs:mns:{config.get('region') or region}:{ACCOUNT}:/topics/{config['topicName']}"
    if kind == "cdn_events":
        return f"acs:cdn:*:{ACCOUNT}"
    if kind == "tablestore":
        return f"acs:ots:{region}:{ACCOUNT}:instance/{config['instanceName']}/table/{config['tableName']}"
    return ""


def domain_document(domain: Mapping[str, Any], names: tuple[str, str]) -> Document:
    document = {name: value for name, value in domain.items() if name != "routeConfigs"}
    own = {"serviceName": names[0], "functionName": names[1]}
    document["routeConfig"] = {"routes": [_route({**own, **route}) for route in domain["routeConfigs"]]}
    return document


def _route(route: Document) -> Document:
    return {**route, "qualifier": _text(route["qualifier"])} if "qualifier" in route else route


def _command_line(props: Mapping[str, Any]) -> str:
    return " ".join(_text(word) for word in (props.get("customRuntimeConfig") or {}).get("command") or ())


def _texts(value: Any) -> Any:
    """Every scalar in it as text; null stays."""
    if isinstance(value, Mapping):
        return {name: _texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return None if value is None else _text(value)


def _text(value: Any) -> str:
    """JavaScript's String()."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
