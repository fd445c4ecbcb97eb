"""The ways a client may be pointed at the server (facts 2.4)."""

from __future__ import annotations

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException
from tests.contract.fc_local.clients import ACCOUNT, KEY, ask

from fc_local.scope import Place, from_host, split_base
from fc_local.server import LocalServer


@pytest.mark.parametrize(
    "endpoint",
    ["127.0.0.1:{port}", "localhost:{port}", "http://127.0.0.1:{port}", "127.0.0.1:{port}/", "127.0.0.1:{port}/~cn-x"],
)
@pytest.mark.parametrize("algorithm", ["ACS3-HMAC-SHA256", "v2"])
def test_the_sdk_may_be_pointed_here_in_several_ways(server: LocalServer, endpoint: str, algorithm: str) -> None:
    client = Client(
        Config(
            endpoint=endpoint.format(port=server.port),
            protocol="http",
            region_id="cn-hangzhou",
            access_key_id=KEY[0],
            access_key_secret=KEY[1],
            signature_algorithm=algorithm,
        )
    )
    assert client.list_services(m.ListServicesRequest(prefix="a b")).body.services == []


def test_a_request_line_with_the_whole_url_is_understood(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    for name, status in (
        ("localhost:1", 400),
        (f"{ACCOUNT}.cn-shanghai.fc.aliyuncs.com", 400),
        ("elsewhere.example", 403),
    ):
        assert ask(server.url, "GET", f"http://{name}/2021-04-06/services")[0] == status  # 400: it is only unsigned
    monkeypatch.setenv("HTTP_PROXY", server.url)
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    assert [entry["path"] for entry in server.admin.writes()] == ["/2021-04-06/services"]


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("1234567890123456.cn-shanghai.fc.aliyuncs.com", Place("1234567890123456", "cn-shanghai")),
        ("1234567890123456.cn-shanghai-internal.fc.aliyuncs.com", Place("1234567890123456", "cn-shanghai")),
        ("127.0.0.1:9580", Place()),
        ("fc.aliyuncs.com.evil.example", Place()),
    ],
)
def test_a_real_host_name_says_account_and_region(host: str, place: Place) -> None:
    assert from_host(host) == place


@pytest.mark.parametrize(
    ("target", "place", "rest"),
    [
        ("/~cn-shanghai/2021-04-06/services?a=/~x", Place(None, "cn-shanghai"), "/2021-04-06/services?a=/~x"),
        ("/~123.cn-shanghai/2021-04-06", Place("123", "cn-shanghai"), "/2021-04-06"),
        ("/~cn-shanghai", Place(None, "cn-shanghai"), "/"),
        ("/2021-04-06/services", Place(), "/2021-04-06/services"),
        ("/~CN/x", Place(), "/~CN/x"),
    ],
)
def test_a_path_base_names_a_region_and_may_name_an_account(target: str, place: Place, rest: str) -> None:
    assert split_base(target) == (place, rest)


def test_a_header_may_name_the_region(server: LocalServer) -> None:
    server.admin.switches(auth="off")
    headers = {"X-Fc-Local-Region": "cn-beijing"}
    assert ask(server.url, "POST", "/2021-04-06/services", b'{"serviceName":"s"}', headers)[0] == 200
    assert list(server.admin.state(region="cn-beijing")["services"]) == ["s"]
    assert server.admin.state()["services"] == {}


def test_what_is_no_path_of_the_api_is_refused_in_json(server: LocalServer, client: Client) -> None:
    for path in ("/nowhere", "/2021-04-06", "/2021-04-06/services/", "/2021-04-06/services/a/functions//triggers"):
        status, headers, _ = ask(server.url, "GET", path)
        assert (status in (400, 404), headers["content-type"]) == (True, "application/json")
    with pytest.raises(TeaException) as caught:
        client.get_service("", m.GetServiceRequest())
    assert caught.value.code == "PathNotSupported"
