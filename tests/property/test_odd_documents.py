"""Documents with anything in any place: unreadable, or read and recorded; never a crash, nor an unreadable record."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fc_guard.cloud.fc2.answers import checked
from fc_guard.cloud.gateway import Reply
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.engine.run.refresh import as_live
from fc_guard.model.address import Address
from fc_guard.model.resources import Baseline, Record
from fc_guard.state.record import decode, encode
from tests.known import kind_named

DOCUMENTS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "service": (
        ("demo",),
        {
            "serviceName": "demo",
            "description": "d",
            "internetAccess": True,
            "logConfig": {"project": "p", "logstore": "l", "enableRequestMetrics": False},
            "vpcConfig": {"vpcId": "v", "vSwitchIds": ["a", "b"], "securityGroupId": "s"},
            "nasConfig": {"userId": -1, "mountPoints": [{"serverAddr": "a:/b", "mountDir": "/mnt"}]},
            "ossMountConfig": {"mountPoints": [{"bucketName": "b", "mountDir": "/mnt", "readOnly": True}]},
            "tracingConfig": {"type": "Jaeger", "params": {"endpoint": "e"}},
        },
    ),
    "function": (
        ("demo", "hello"),
        {
            "functionName": "hello",
            "runtime": "custom",
            "codeChecksum": "825114224432605188",
            "codeSize": 7,
            "memorySize": 128,
            "cpu": 0.5,
            "layers": ["a"],
            "environmentVariables": {"A": "b"},
            "customDNS": {"nameServers": ["1.1.1.1"], "dnsOptions": [{"name": "n", "value": "v"}]},
            "customRuntimeConfig": {"command": ["a"], "args": []},
            "instanceLifecycleConfig": {"preStop": {"handler": "h", "timeout": 3}},
            "customContainerConfig": {"image": "i", "command": '["a"]', "webServerMode": True},
            "customHealthCheckConfig": {"httpGetUrl": "/", "periodSeconds": 3},
        },
    ),
    "trigger": (
        ("demo", "hello", "t"),
        {"triggerName": "t", "triggerType": "timer", "triggerConfig": '{"enable": true}', "qualifier": "LATEST"},
    ),
    "customDomain": (
        ("www.example.com",),
        {
            "domainName": "www.example.com",
            "protocol": "HTTP",
            "routeConfig": {
                "routes": [
                    {
                        "path": "/*",
                        "methods": ["GET"],
                        "rewriteConfig": {"equalRules": [{"match": "/a", "replacement": "/b"}]},
                    }
                ]
            },
            "certConfig": {"certName": "c", "certificate": "x"},
            "tlsConfig": {"minVersion": "TLSv1.0", "cipherSuites": ["A"]},
        },
    ),
    "asyncConfig": (
        ("demo", "hello", "LATEST"),
        {
            "qualifier": "LATEST",
            "service": "demo",
            "function": "hello",
            "maxAsyncRetryAttempts": 1,
            "destinationConfig": {"onSuccess": {"destination": "a"}},
        },
    ),
}
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in ((*path, key), *places(item, (*path, key)))]


@pytest.mark.parametrize("kind", DOCUMENTS)
@given(data=st.data())
def test_anything_in_any_place_is_unreadable_or_recorded(kind: str, data: st.DataObject) -> None:
    parts, document = DOCUMENTS[kind]
    document = copy.deepcopy(document)
    path = data.draw(st.sampled_from(places(document)))
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = data.draw(ODD)
    id = Address("fc2", "1", "cn-hangzhou", kind, parts)
    try:
        reply = checked("GetIt", kind_named(kind), parts, Reply(document, "etag", "r"))
    except FaultError as error:
        assert error.fault.status == 200
        return
    live = as_live(kind_named(kind), id, reply.document, reply.etag)
    kind_named(kind).props(live.fields)
    record = Record(id, Baseline(id, live.fields, live.fields, live.etag, origin="one", recorded_at="now"), None, 1)
    assert decode(encode(record, "l"), id, "here").id == id


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_documents_as_they_are_are_readable(kind: str) -> None:
    parts, document = DOCUMENTS[kind]
    assert checked("GetIt", kind_named(kind), parts, Reply(document, "etag", "r")).document == document
