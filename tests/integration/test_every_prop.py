"""Somebody changes one prop online: `drift` and `plan` tell of that prop, with both values, and of nothing else.

For every prop of the schema. What is changed to what comes from the schema; the tables here hold what it cannot say.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest

from fc_guard.core.values import thawed
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.fields import Cause, CodeVersion, FieldChange
from fc_guard.model.reports import Report
from fc_guard.model.resources import Presence
from fc_guard.render.machine import report_document
from fc_guard.render.values import shown_sides
from fc_local.server import LocalServer
from tests.integration.answers import Document, answer
from tests.integration.homes import HOMES, home_of
from tests.integration.project import ACCOUNT, REGION, Person, Project
from tests.integration.silence import deployed, listed
from tests.integration.test_code_sources import ONE, TWO
from tests.property.places import Schema, leaves, plain
from tests.unit.kinds.test_quiet_domains import KEY, PEM

HIDDEN: Final = CATALOG.secret_names

NAMES: Final[Mapping[str, str]] = {
    "service.vpcConfig.vswitchIds": "vpcConfig.vSwitchIds",
    "service.nasConfig.mountPoints[].nasDir": "nasConfig.mountPoints[].serverAddr",
    "service.tracingConfig": "tracingConfig.type",
    "function.environmentVariables.*": "environmentVariables.LEVEL",
    "function.asyncConfiguration.destination.onSuccess": "destinationConfig.onSuccess.destination",
    "function.asyncConfiguration.destination.onFailure": "destinationConfig.onFailure.destination",
    "triggers[].role": "invocationRole",
    "triggers[oss].config.bucketName": "sourceArn",
    "triggers[oss].config.filter.Key.Prefix": "triggerConfig.filter.key.prefix",
    "triggers[oss].config.filter.Key.Suffix": "triggerConfig.filter.key.suffix",
    "triggers[mns_topic].config.topicName": "sourceArn",
    "triggers[mns_topic].config.region": "sourceArn",
    "triggers[tablestore].config.instanceName": "sourceArn",
    "triggers[tablestore].config.tableName": "sourceArn",
    "triggers[rds].config.instanceId": "sourceArn",
}
"""What FC calls a prop, where it is not the same name in the same place."""

OTHER_ROLE: Final = f"acs:ram::{ACCOUNT}:role/other"
VALUES: Final[Mapping[str, Any]] = {
    "service.role": OTHER_ROLE,
    "service.nasConfig.mountPoints[].serverAddr": "b.nas.aliyuncs.com:/data",
    "service.nasConfig.mountPoints[].nasDir": "a.nas.aliyuncs.com:/other",
    "service.tracingConfig": None,
    "function.cpu": 0.3,
    "function.runtime": "custom",
    "function.instanceType": "c1",
    "function.layers": ["acs:fc:cn-hangzhou:official:layers/Nodejs18/versions/1"],
    "function.customContainerConfig.image": "registry.cn-hangzhou.aliyuncs.com/a/b:2",
    "function.customContainerConfig.command": '["node","index.js"]',
    "function.customContainerConfig.args": '["b"]',
    "function.customDNS.dnsOptions[].value": "3",
    "triggers[].role": OTHER_ROLE,
    "triggers[].qualifier": "1",
    "triggers[].sourceArn": f"acs:oss:{REGION}:{ACCOUNT}:other",
    "triggers[http].config.authConfig": '{"a":"c"}',
    "triggers[timer].config.cronExpression": "@every 1m",
    "triggers[oss].config.bucketName": f"acs:oss:{REGION}:{ACCOUNT}:other",
    "triggers[oss].config.events": ["oss:ObjectCreated:PutObject"],
    "triggers[log].config.functionParameter": {"a": "c"},
    "triggers[mns_topic].config.topicName": f"acs:mns:{REGION}:{ACCOUNT}:/topics/other",
    "triggers[mns_topic].config.region": f"acs:mns:cn-shanghai:{ACCOUNT}:/topics/t",
    "triggers[tablestore].config.instanceName": f"acs:ots:{REGION}:{ACCOUNT}:instance/other/table/t",
    "triggers[tablestore].config.tableName": f"acs:ots:{REGION}:{ACCOUNT}:instance/i/table/other",
    "triggers[rds].config.instanceId": f"acs:rds:{REGION}:{ACCOUNT}:dbinstance/other",
    "triggers[eventbridge].config.eventRuleFilterPattern": '{"source":["b"]}',
    ("triggers[eventbridge].config.eventSourceConfig.eventSourceParameters.sourceKafkaParameters.ExtendConfig"): {
        "a": "c"
    },
    "customDomains[].protocol": "HTTPS",
    "customDomains[].certConfig.certificate": PEM.replace("A", "B"),
}
"""Another value that FC takes, where neither type nor choices tell one."""

NOT_EDITED: Final[Mapping[str, str]] = {
    "region": "says where the step goes; nothing online",
    "endpoint": "says where the step goes; nothing online",
    "state": "says where deployments are remembered; nothing online",
    "service.name": "another name is another service",
    "function.name": "another name is another function",
    "triggers[].name": "another name is another trigger",
    "customDomains[].domainName": "another name is another domain",
    "customDomains[].certConfig.privateKey": "FC never shows it",
    "customDomains[].certId": "online it is the certConfig that it stands for",
    "triggers[cdn_events].config.eventVersion": "FC knows 1.0.0 alone",
}
"""Props of which nobody can change the value online so that it could be seen, and why."""

ENTRIES: Final[Mapping[str, str]] = {
    "service.nasConfig.mountPoints[].fcDir": "nasConfig.mountPoints",
    "service.ossMountConfig.mountPoints[].mountDir": "ossMountConfig.mountPoints",
    "customDomains[].routeConfigs[].path": "routeConfig.routes",
}
"""Props that tell the entries of a list apart: another value is another entry. See `test_an_entry_...`."""

OF_ITS_OWN: Final[Mapping[str, str]] = {
    "service.vpcBinding": "test_a_binding_undone_online_is_missed",
    "function.codeUri": "test_other_code_is_told",
    "function.ossBucket": "test_other_code_is_told",
    "function.ossKey": "test_other_code_is_told",
    "triggers[].type": "test_another_type_of_trigger_is_told_with_its_configuration",
    "triggers[eventbridge].config.eventSourceConfig.eventSourceType": (
        "test_another_source_of_events_is_told_with_its_parameters"
    ),
}
"""Props that are more than one field, and the test that shows them."""

PLACES: Final = [
    place for place in leaves() if place not in {*NOT_EDITED, *ENTRIES, *OF_ITS_OWN} and home_of(place) is not None
]
PLACES.sort(key=lambda place: list(HOMES).index(str(home_of(place))))

KEYS: Final[Mapping[str, str]] = {
    "nasConfig.mountPoints": "mountDir",
    "ossMountConfig.mountPoints": "mountDir",
    "routeConfig.routes": "path",
}
"""Lists that are compared entry by entry, by what tells the entries apart."""


class Online:
    """One resource as somebody with the console has it: looked at, edited, put back."""

    READS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
        "service": ("GetService", ("demo",)),
        "function": ("GetFunction", ("demo", "hello")),
        "asyncConfig": ("GetFunctionAsyncInvokeConfig", ("demo", "hello")),
        "trigger": ("GetTrigger", ("demo", "hello", "t")),
        "customDomain": ("GetCustomDomain", ("www.example.com",)),
    }

    def __init__(self, project: Project, kind: str) -> None:
        self._project = project
        self._kind = kind
        self._read, self._path = self.READS[kind]
        self.before = self.look()

    def look(self) -> Document:
        document = answer(self._project, self._read, *self._path)
        if "triggerConfig" in document:
            document["triggerConfig"] = json.loads(document["triggerConfig"])
        return document

    def edit(self, document: Document, member: str) -> None:
        """Makes the member what it is in the document. What FC does not update is deleted and made anew."""
        match self._kind:
            case "asyncConfig":
                self._send("PutFunctionAsyncInvokeConfig", self._path, document)
            case "customDomain":  # FC may take what is not named for a wish to take it away
                certificate = {**document["certConfig"], "privateKey": KEY}
                self._send("UpdateCustomDomain", self._path, {**document, "certConfig": certificate})
            case "trigger" if not self._updated(document, member):
                self._send("DeleteTrigger", self._path, {})
                self._send("CreateTrigger", self._path[:-1], document)
            case "service" | "function":
                self._send(self._read.replace("Get", "Update"), self._path, {member: document[member]})

    def _updated(self, document: Document, member: str) -> bool:
        body = {member: document[member]}
        sent = self._project.server.admin.edit("UpdateTrigger", self._path, body, account=ACCOUNT, region=REGION)
        return sent["status"] == 200 and self.look()[member] == document[member]

    def _send(self, operation: str, path: tuple[str, ...], body: Document) -> None:
        sent = self._project.server.admin.edit(operation, path, body, account=ACCOUNT, region=REGION)
        assert sent["status"] in (200, 204), sent


class Homes:
    """Deploys a home, and keeps it for the next test: what a test edits online it puts back."""

    def __init__(self, server: LocalServer, factory: pytest.TempPathFactory) -> None:
        self._server = server
        self._factory = factory
        self._name = ""
        self._project: Project | None = None

    def at(self, name: str) -> Project:
        if self._project is None or self._name != name or not self._server.admin.state()["services"]:
            self._server.admin.reset()
            self._server.admin.switches(legacy_fields=2023)  # a prop that FC does not know cannot be edited
            self._name, self._project = name, made(name, Project(self._factory.mktemp("home") / "a", self._server))
        return self._project


def made(name: str, project: Project) -> Project:
    project.props = copy.deepcopy(HOMES[name])
    project.server.admin.put_object("my-code", "app.zip", ONE)
    deployed(project)
    project.server.admin.edit("PublishServiceVersion", ("demo",), account=ACCOUNT, region=REGION)
    return project


@pytest.fixture(scope="module")
def homes(running: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return Homes(running, tmp_path_factory)


@contextmanager
def edited(online: Online, path: list[str], value: Any) -> Iterator[None]:
    """Somebody has put a value there; afterwards everything is as before."""
    document = copy.deepcopy(online.before)
    _put(document, path, value)
    online.edit(document, path[0])
    try:
        assert _at(online.look(), path) == value
        yield
    finally:
        online.edit(online.before, path[0])


def kind_of(place: str) -> str:
    if place.startswith("function.asyncConfiguration"):
        return "asyncConfig"
    top = re.split(r"[.\[]", place)[0]
    return {"triggers": "trigger", "customDomains": "customDomain"}.get(top, top)


def path_in_fc(place: str) -> list[str]:
    """The place in FC's answer, item 0 of every list."""
    name = NAMES.get(place)
    if name is None:
        top, _, rest = place.partition(".")
        name = rest.removeprefix("asyncConfiguration.")
        name = name.replace("routeConfigs", "routeConfig.routes", 1)
        name = f"triggerConfig.{name.removeprefix('config.')}" if "[" in top and name.startswith("config.") else name
    return name.replace("[]", ".0").split(".")


def another(schema: Schema, old: Any, *taken: Any) -> Any:
    """A value that the schema allows, and not the old one."""
    if "enum" in schema:
        return next(value for value in schema["enum"] if value not in (old, *taken))
    match schema.get("type"):
        case "boolean":
            return not old
        case "integer" | "number":
            step = schema.get("multipleOf", 1)
            return old + step if old + step <= schema.get("maximum", old + step) else old - step
        case "array":
            return [*old, another(plain(schema["items"]), old[0], *old)]
        case _:
            return f"{old}x"


@pytest.mark.parametrize("place", PLACES)
def test_a_prop_changed_online_is_told_and_nothing_else(place: str, homes: Homes) -> None:
    project = homes.at(str(home_of(place)))
    online, path = Online(project, kind_of(place)), path_in_fc(place)
    old = _at(online.before, path)
    value = VALUES[place] if place in VALUES else another(plain(leaves()[place]), old)
    name, inside = field_of(path, online.before)
    with edited(online, path, value):
        for line in ("drift --exit-code", "plan --exit-code"):
            report, person = project.run(line)
            (change,) = (change for diff in report.plan.diffs for change in diff.changes)
            assert (change.name, change.cause, report.status(exit_code=True)) == (name, Cause.DRIFT, 3)
            if not any(hidden in path for hidden in HIDDEN):
                assert (_at(thawed(change.baseline), inside), _at(thawed(change.live), inside)) == (old, value)
            assert_both_are_shown(change, report, person, old, value)


def assert_both_are_shown(change: FieldChange, report: Report, person: Person, old: Any, new: Any) -> None:
    """In text and in JSON; a secret is said to be there."""
    document = json.dumps(report_document(report, 3), ensure_ascii=False)
    assert change.name in person.text
    if change.secret:
        assert "(hidden) → " in " ".join(person.text.split())
        assert "(hidden, another value)" in person.text
        assert '"hidden": true' in document
        assert not any(f"{value}" in person.text + document for value in (old, new))
    else:
        before, now = shown_sides([change.baseline, change.live])
        assert before != now
        assert before in person.text
        assert now in person.text
        assert all(json.dumps(value, ensure_ascii=False) in document for value in (old, new))


def field_of(path: list[str], document: Document) -> tuple[str, list[str]]:
    """The name of the field in which a place is compared, and what of its value is meant."""
    if "0" not in path:
        return ".".join(path), []
    at = path.index("0")
    name, inside = ".".join(path[:at]), path[at + 1 :]
    if name in KEYS:
        return f"{name}.{str(_at(document, path[: at + 1])[KEYS[name]]).rstrip('/')}", inside
    return name, ["0", *inside]


def _at(value: Any, path: list[str]) -> Any:
    for key in path:
        value = value[int(key)] if isinstance(value, list) else (value or {}).get(key)
    return value


def _put(document: Any, path: list[str], value: Any) -> None:
    place = _at(document, path[:-1])
    place[path[-1]] = value


@pytest.mark.parametrize(("place", "name"), ENTRIES.items())
def test_an_entry_that_goes_by_another_key_online_is_another_entry(place: str, name: str, homes: Homes) -> None:
    project = homes.at(str(home_of(place)))
    online, path = Online(project, kind_of(place)), [*name.split("."), "0", KEYS[name]]
    old = str(_at(online.before, path))
    with edited(online, path, "/mnt/other"):
        for line in ("drift", "plan"):
            told = {f"{name}.{old.rstrip('/')}": Cause.DRIFT, f"{name}./mnt/other": Cause.ONLINE_ONLY}
            assert listed(project, line) == told


def test_a_binding_undone_online_is_missed(project: Project) -> None:
    project = made("service", project)
    project.edit("DeleteVpcBinding", "demo", "vpc-1")
    for line in ("drift --exit-code", "plan --exit-code"):
        report, person = project.run(line)
        moved = [str(diff.id) for diff in report.plan.diffs if diff.presence is Presence.DELETED_ONLINE]
        assert (moved, listed(project), report.status(exit_code=True)) == (["vpcBinding demo/vpc-1"], {}, 3)
        assert "vpcBinding demo/vpc-1" in person.text


@pytest.mark.parametrize("name", ["function", "code in OSS"])
def test_other_code_is_told(name: str, project: Project) -> None:
    project = made(name, project)
    project.server.admin.put_object("theirs", "other.zip", TWO)
    project.edit("UpdateFunction", "demo", "hello", code={"ossBucketName": "theirs", "ossObjectName": "other.zip"})
    for line in ("drift", "plan"):
        report, _ = project.run(line)
        (change,) = (change for diff in report.plan.diffs for change in diff.changes)
        assert (change.name, change.cause) == ("code", Cause.DRIFT)
        assert isinstance(change.baseline, CodeVersion) and isinstance(change.live, CodeVersion)
        assert None not in (change.baseline.checksum, change.live.checksum)
        assert change.baseline.checksum != change.live.checksum


def test_another_type_of_trigger_is_told_with_its_configuration(project: Project) -> None:
    project = made("timer", project)
    online = Online(project, "trigger")
    config = {"authType": "anonymous", "methods": ["GET"]}
    online.edit({**online.before, "triggerType": "http", "triggerConfig": config}, "triggerType")
    gone = dict.fromkeys((f"triggerConfig.{name}" for name in ("cronExpression", "enable", "payload")), Cause.DRIFT)
    added = {"triggerConfig.authType": Cause.ONLINE_ONLY}
    assert listed(project) == {"triggerType": Cause.DRIFT, **gone, **added}


def test_another_source_of_events_is_told_with_its_parameters(project: Project) -> None:
    project = made("eventbridge", project)
    online = Online(project, "trigger")
    source = HOMES["eventbridge MNS"]["triggers"][0]["config"]["eventSourceConfig"]
    config = {**online.before["triggerConfig"], "eventSourceConfig": source}
    online.edit({**online.before, "triggerConfig": config}, "triggerConfig")
    at = "triggerConfig.eventSourceConfig"
    parameters = {f"{at}.eventSourceParameters.sourceMNSParameters.{name}" for name in ("RegionId", "QueueName")}
    assert listed(project) == {f"{at}.eventSourceType": Cause.DRIFT, **dict.fromkeys(parameters, Cause.ONLINE_ONLY)}


def test_every_prop_has_a_row() -> None:
    elsewhere = {*NOT_EDITED, *ENTRIES, *OF_ITS_OWN}
    assert [place for place in leaves() if place not in PLACES and place not in elsewhere] == []
    assert [place for place in (*elsewhere, *NAMES, *VALUES) if place not in leaves()] == []
    assert all(callable(globals()[name]) for name in OF_ITS_OWN.values())
