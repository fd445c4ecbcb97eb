"""Custom domains: the resource through both clients, and requests that come for its host name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from darabonba.runtime import RuntimeOptions
from tests.contract.fc_local.clients import (
    ACCOUNT,
    ask,
    base64_zip,
    edited,
    failure,
    http_trigger_request,
    node_calls,
    put_function,
    python_client,
    refused,
)

from fc_local.server import LocalServer

CERT = {
    "certName": "c",
    "certificate": "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----",
    "privateKey": "-----BEGIN RSA PRIVATE KEY-----\nB\n-----END RSA PRIVATE KEY-----",
}
_WEB = """
def handler(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [("NAME " + environ["PATH_INFO"] + "?" + environ["QUERY_STRING"]).encode()]
"""


def _route(path: str, function: str = "fn", **more: Any) -> dict[str, Any]:
    return {"path": path, "serviceName": "svc", "functionName": function, **more}


def _routes(*routes: dict[str, Any]) -> dict[str, Any]:
    return {"routes": list(routes)}


@pytest.mark.switches_at_default("legacy_fields")
def test_a_minimal_domain_has_the_known_defaults(server: LocalServer) -> None:
    server.admin.clock("2021-07-15T03:21:22Z")
    routes = _routes(_route("/b"), _route("/a", qualifier="1", methods=["PUT", "GET"]))
    made = edited(server, "CreateCustomDomain", [], {"domainName": "www.example.com", "routeConfig": routes})
    assert made == {
        "domainName": "www.example.com",
        "accountId": ACCOUNT,
        "apiVersion": "2016-08-15",
        "protocol": "HTTP",
        "certConfig": {"certName": None, "certificate": None, "privateKey": None},
        "tlsConfig": None,
        "routeConfig": _routes(
            _route("/b", qualifier=None, methods=None), _route("/a", qualifier="1", methods=["PUT", "GET"])
        ),
        "createdTime": "2021-07-15T03:21:22Z",
        "lastModifiedTime": "2021-07-15T03:21:22Z",
    }
    assert edited(server, "GetCustomDomain", ["www.example.com"]) == made


def test_the_private_key_is_never_answered_nor_kept(server: LocalServer, client: Client) -> None:
    request = m.CreateCustomDomainRequest(
        domain_name="a.example.com",
        protocol="HTTP,HTTPS",
        cert_config=m.CertConfig(cert_name="c", certificate=CERT["certificate"], private_key=CERT["privateKey"]),
    )
    made = client.create_custom_domain(request).body
    assert (made.cert_config.cert_name, made.cert_config.certificate) == ("c", CERT["certificate"])
    assert made.cert_config.private_key is None
    listed = client.list_custom_domains(m.ListCustomDomainsRequest()).body.custom_domains
    assert listed[0].cert_config.private_key is None
    assert b"PRIVATE KEY" not in (server._home.folder / "store.sqlite3").read_bytes()
    assert b"PRIVATE KEY" not in (server._home.folder / "store.sqlite3-wal").read_bytes()


@pytest.mark.switches_at_default("etag_on_domains_and_configs", "already_exists_status", "domain_update_merges")
def test_both_clients_make_read_change_list_and_delete_it(server: LocalServer, client: Client) -> None:
    route = m.PathConfig(path="/*", service_name="svc", function_name="fn")
    request = m.CreateCustomDomainRequest(
        domain_name="py.example.com", protocol="HTTP", route_config=m.RouteConfig(routes=[route])
    )
    etag = client.create_custom_domain(request).headers["etag"]
    assert failure(client.create_custom_domain, request) == (409, "DomainNameAlreadyExists")
    results = node_calls(
        server.url,
        [
            ["createCustomDomain", "node.example.com", {"routeConfig": _routes(_route("/*"))}],
            ["updateCustomDomain", "py.example.com", {"wafConfig": {"enableWAF": True}}],
            ["getCustomDomain", "py.example.com"],
            ["listCustomDomains", {"limit": 1}],
            ["deleteCustomDomain", "node.example.com"],
            ["getCustomDomain", "node.example.com"],
        ],
    )
    assert [index for index, result in enumerate(results) if "error" in result] == [5]
    assert results[5]["error"]["code"] == "DomainNameNotFound"
    assert results[2]["data"]["wafConfig"] == {"enableWAF": True}
    assert [one["domainName"] for one in results[3]["data"]["customDomains"]] == ["node.example.com"]
    assert results[3]["data"]["nextToken"]
    read = client.get_custom_domain("py.example.com")
    assert read.headers["etag"] == results[2]["headers"]["etag"] != etag
    assert read.body.waf_config.enable_waf is True
    assert client.delete_custom_domain("py.example.com").status_code == 204
    assert failure(client.delete_custom_domain, "py.example.com") == (404, "DomainNameNotFound")
    assert [entry["op"] for entry in server.admin.writes()][-2:] == ["DeleteCustomDomain", "DeleteCustomDomain"]


@pytest.mark.switches_at_default(
    "etag_on_domains_and_configs", "update_without_change_moves_etag", "etag_is_content_only"
)
def test_an_if_match_put_into_the_headers_by_hand_is_honoured(client: Client) -> None:
    etag = client.create_custom_domain(m.CreateCustomDomainRequest(domain_name="a.example.com")).headers["etag"]

    def update(if_match: str) -> int:
        headers = m.UpdateCustomDomainHeaders(common_headers={"If-Match": if_match})
        request = m.UpdateCustomDomainRequest(protocol="HTTP")
        answer = client.update_custom_domain_with_options("a.example.com", request, headers, RuntimeOptions())
        status: int = answer.status_code
        return status

    assert failure(update, "stale") == (412, "PreconditionFailed")
    assert update(etag) == 200
    assert failure(update, etag) == (412, "PreconditionFailed")


@pytest.mark.switches_at_default("domain_update_merges")
def test_an_update_leaves_what_it_does_not_name_and_replaces_all_routes(server: LocalServer) -> None:
    tls = {"minVersion": "TLSv1.2", "maxVersion": "TLSv1.2", "cipherSuites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}
    given = {
        "domainName": "a.example.com",
        "protocol": "HTTP,HTTPS",
        "certConfig": CERT,
        "tlsConfig": tls,
        "wafConfig": {"enableWAF": True},
        "routeConfig": _routes(_route("/a"), _route("/b")),
    }
    edited(server, "CreateCustomDomain", [], given)
    changed = edited(server, "UpdateCustomDomain", ["a.example.com"], {"routeConfig": _routes(_route("/c"))})
    assert [route["path"] for route in changed["routeConfig"]["routes"]] == ["/c"]
    assert changed["certConfig"] == {**CERT, "privateKey": None}
    assert (changed["protocol"], changed["tlsConfig"], changed["wafConfig"]) == (
        "HTTP,HTTPS",
        tls,
        {"enableWAF": True},
    )
    assert edited(server, "UpdateCustomDomain", ["a.example.com"], {"protocol": "HTTPS"})["protocol"] == "HTTPS"
    assert edited(server, "UpdateCustomDomain", ["a.example.com"], {"routeConfig": {}})["routeConfig"] == _routes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"domainName": ""}, "DomainName is required but not provided"),
        ({"domainName": "no_host"}, "DomainName doesn't match expected format"),
        ({"domainName": "127.0.0.1"}, "DomainName doesn't match expected format"),
        (
            {"protocol": "FTP"},
            "Protocol is set to an invalid value (allowed: HTTP | HTTPS | HTTP,HTTPS, actual: 'FTP')",
        ),
        ({"protocol": "HTTPS"}, "CertName is required but not provided"),
        ({"protocol": "HTTPS", "certConfig": {**CERT, "privateKey": None}}, "PrivateKey is required but not provided"),
        ({"certConfig": {**CERT, "certificate": "x"}}, "Certificate is not in PEM format"),
        ({"routeConfig": _routes(_route(""))}, "Path is required but not provided"),
        ({"routeConfig": _routes(_route("a"))}, "Path doesn't match expected format"),
        ({"routeConfig": _routes(_route("/a*"))}, "Path doesn't match expected format"),
        ({"routeConfig": _routes(_route("/*/a"))}, "Path doesn't match expected format"),
        ({"routeConfig": _routes(_route("/a", function=""))}, "FunctionName is required but not provided"),
        ({"routeConfig": _routes(_route("/a", methods=["FETCH"]))}, "Methods is set to an invalid value"),
        ({"tlsConfig": {"minVersion": "SSLv3"}}, "MinVersion is set to an invalid value"),
    ],
)
def test_a_bad_domain_is_refused(server: LocalServer, change: dict[str, Any], message: str) -> None:
    good = {"domainName": "a.example.com", "routeConfig": _routes(_route("/*"))}
    code, found = refused(server, "CreateCustomDomain", [], {**good, **change})
    assert (code, found[: len(message)]) == ("InvalidArgument", message)
    edited(server, "CreateCustomDomain", [], good)
    if "domainName" not in change:
        assert refused(server, "UpdateCustomDomain", ["a.example.com"], change)[1].startswith(message)


def _web(client: Client, name: str, **config: Any) -> None:
    put_function(client, function=name, code=m.Code(zip_file=base64_zip({"index.py": _WEB.replace("NAME", name)})))
    client.create_trigger("svc", name, http_trigger_request(**config))


@pytest.mark.switches_at_default("domain_strips_route")
def test_a_request_for_its_name_goes_to_the_function_of_the_longest_route(server: LocalServer, client: Client) -> None:
    for name in ("root", "api", "exact"):
        _web(client, name)
    routes = _routes(
        _route("/*", "root"),
        _route("/api/*", "api"),
        _route("/api/v1", "exact"),
        _route("/only", "gone", methods=["PUT"]),
    )
    edited(server, "CreateCustomDomain", [], {"domainName": "www.example.com", "routeConfig": routes})

    def get(path: str, host: str = "www.example.com", method: str = "GET") -> tuple[int, str]:
        status, _, body = ask(server.url, method, path, headers={"Host": host})
        return status, body.decode()

    assert get("/") == (200, "root /?")
    assert get("/console/x?a=1&b=%2F") == (200, "root /console/x?a=1&b=%2F")
    assert get("/api/v1") == (200, "exact /?")
    assert get("/api/v1/a%20b", "WWW.example.com:8080") == (200, "api /v1/a b?")
    assert get("/api") == (200, "api /?")
    assert get("/apix")[1] == "root /apix?"
    assert get("/only")[0] == 405
    assert get("/only", method="PUT")[0] == 404
    assert get("/__admin/health") == (200, "root /__admin/health?")
    assert get("/__admin/health", "other.example.com")[0] == 403
    entry = server.admin.journal()[-2]
    assert (entry["api"], entry["op"], entry["account"]) == ("proxy", "InvokeHttpTrigger", ACCOUNT)
    server.admin.switches(domain_strips_route=False)
    assert get("/api/v1/x") == (200, "api /api/v1/x?")


def test_a_name_with_a_wildcard_answers_for_every_name_below_it(server: LocalServer, client: Client) -> None:
    shanghai = python_client(server.url, base="/~cn-shanghai")
    _web(shanghai, "there")
    body = {"domainName": "*.example.com", "routeConfig": _routes(_route("/*", "there"))}
    server.admin.edit("CreateCustomDomain", [], body, region="cn-shanghai")
    assert ask(server.url, "GET", "/", headers={"Host": "any.example.com"})[2] == b"there /?"
    assert ask(server.url, "GET", "/", headers={"Host": "example.com"})[0] == 403


@pytest.mark.switches_at_default("domain_strips_route")
def test_a_route_may_name_a_version_and_a_signature_may_be_asked_for(server: LocalServer, client: Client) -> None:
    _web(client, "fn")
    version = client.publish_service_version("svc", m.PublishServiceVersionRequest()).body.version_id
    http = json.dumps({"authType": "function", "methods": ["GET"]})
    client.create_trigger(
        *("svc", "fn"),
        m.CreateTriggerRequest(trigger_name="v", trigger_type="http", trigger_config=http, qualifier=version),
    )
    routes = _routes(_route("/old/*", qualifier=version), _route("/missing", qualifier="7"), _route("/*"))
    edited(server, "CreateCustomDomain", [], {"domainName": "www.example.com", "routeConfig": routes})
    answers = [
        ask(server.url, "GET", path, headers={"Host": "www.example.com"}) for path in ("/old/x", "/missing", "/x")
    ]
    assert [status for status, _, _ in answers] == [400, 404, 200]
    assert json.loads(answers[0][2])["Code"] == "MissingRequiredHeader"
    assert json.loads(answers[1][2])["Code"] == "VersionNotFound"
    server.admin.switches(auth="off")
    new = {"code": {"zipFile": base64_zip({"index.py": _WEB.replace("NAME", "new")})}}
    edited(server, "UpdateFunction", ["svc", "fn"], new)
    assert ask(server.url, "GET", "/old/x", headers={"Host": "www.example.com"})[2] == b"fn /x?"
    assert ask(server.url, "GET", "/x", headers={"Host": "www.example.com"})[2] == b"new /x?"
