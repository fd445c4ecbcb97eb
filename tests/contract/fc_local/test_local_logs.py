"""The local FC's log service is held to the official SDK, unmodified, under the service's own host names."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_gateway_sls.client import Client as Interceptor
from alibabacloud_sls20201230 import models
from alibabacloud_sls20201230.client import Client
from alibabacloud_tea_openapi.models import Config
from tests.contract.fc_local.clients import KEY

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire.sls import signed
from fc_local.server import LocalServer

PROJECT = f"{KEY[2]}-cn-hangzhou-logproject"


@pytest.fixture
def client(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    real = socket.getaddrinfo

    def here(host: Any, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if str(host).endswith(".log.aliyuncs.com") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    port = server.url.rpartition(":")[2]
    yield Client(
        Config(
            access_key_id=KEY[0],
            access_key_secret=KEY[1],
            endpoint=f"cn-hangzhou.log.aliyuncs.com:{port}",
            protocol="http",
            region_id="cn-hangzhou",
        )
    )


def test_a_project_with_a_store_and_its_index(client: Client) -> None:
    client.create_project(models.CreateProjectRequest(project_name=PROJECT, description="d"))
    assert client.get_project(PROJECT, models.GetProjectRequest()).body.status == "Normal"
    client.create_log_store(PROJECT, models.CreateLogStoreRequest(logstore_name="demo", ttl=30, shard_count=2))
    assert client.get_log_store(PROJECT, "demo").body.ttl == 30
    assert client.list_log_stores(PROJECT, models.ListLogStoresRequest()).body.logstores == ["demo"]
    client.delete_log_store(PROJECT, "demo")
    client.delete_project(PROJECT, models.DeleteProjectRequest())


def test_what_is_not_there_and_what_is_there_twice(client: Client) -> None:
    with pytest.raises(Exception, match="ProjectNotExist"):
        client.get_project(PROJECT, models.GetProjectRequest())
    client.create_project(models.CreateProjectRequest(project_name=PROJECT, description="d"))
    with pytest.raises(Exception, match="ProjectAlreadyExist"):
        client.create_project(models.CreateProjectRequest(project_name=PROJECT, description="d"))
    with pytest.raises(Exception, match="LogStoreNotExist"):
        client.get_log_store(PROJECT, "demo")


def test_what_the_sdk_signs_is_what_ours_signs() -> None:
    """Both sign the same request in the same way: the SDK's interceptor against ours."""
    credential = Credential(KEY[2], KEY[0], KEY[1], "token")
    data, date, query = b'{"a": 1}', "Fri, 27 Nov 2026 12:00:00 GMT", {"offset": "0", "size": "5"}
    ours = signed(credential, "GET", "/logstores", query, data, date)
    headers = {name.lower(): value for name, value in ours.items() if name != "Authorization"}
    theirs = Interceptor().get_authorization("/logstores", "GET", query, headers, KEY[0], KEY[1])
    assert ours["Authorization"] == theirs
