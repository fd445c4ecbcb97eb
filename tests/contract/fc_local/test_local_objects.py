"""The fake OSS: through OSS's own client and by hand, with an account's key and with FC's temporary one."""

from __future__ import annotations

import base64
import hashlib
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import (
    ACCOUNT,
    KEY,
    ask,
    edited,
    function_request,
    node_calls,
    oss_calls,
    put_function,
    refused,
    zipped,
)

from fc_local.checksum import crc64
from fc_local.server import LocalServer
from fc_local.signatures import SignedRequest, oss, oss4

ZIP = zipped()


def _buffer(data: bytes) -> dict[str, str]:
    return {"$buffer": base64.b64encode(data).decode()}


def _request(method: str, path: str, headers: dict[str, str], query: str = "") -> SignedRequest:
    return SignedRequest(method, path, query, {name.lower(): value for name, value in headers.items()}, b"")


def _signed_1(method: str, path: str, key: tuple[str, ...] = KEY, **headers: str) -> dict[str, str]:
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
    all_headers = {"Date": date, **{name.replace("_", "-"): value for name, value in headers.items()}}
    signature = oss.signature(_request(method, path, all_headers), key[1], date)
    return {**all_headers, "Authorization": f"OSS {key[0]}:{signature}"}


def _signed_4(method: str, path: str, key: tuple[str, ...] = KEY, *, age: float = 0, **headers: str) -> dict[str, str]:
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - age))
    scope = f"{date[:8]}/cn-hangzhou/oss/aliyun_v4_request"
    all_headers = {
        "x-oss-date": date,
        "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    signature = oss4.signature(_request(method, path, all_headers), key[1], scope, date, [])
    authorization = f"OSS4-HMAC-SHA256 Credential={key[0]}/{scope},Signature={signature}"
    return {**all_headers, "Authorization": authorization}


SCHEMES = pytest.mark.parametrize("sign", [_signed_1, _signed_4], ids=["version 1", "version 4"])


@pytest.mark.parametrize("v4", [False, True])
@pytest.mark.parametrize("token", [None, "sts-token"])
def test_osss_own_client_puts_reads_and_deletes(server: LocalServer, v4: bool, token: str | None) -> None:
    name = "a dir/ü+~(1).zip"
    results = oss_calls(
        server.url,
        [
            ["put", name, _buffer(ZIP)],
            ["head", name],
            ["get", name],
            ["delete", name],
            ["get", name],
            ["head", name],
        ],
        authorizationV4=v4,
        stsToken=token,
    )
    put, head, get, gone, missing, missing_head = results
    assert [one.get("status") for one in (put, head, get, gone)] == [200, 200, 200, 204]
    assert put["headers"]["x-oss-hash-crc64ecma"] == head["headers"]["x-oss-hash-crc64ecma"] == crc64(ZIP)
    assert put["headers"]["etag"] == f'"{hashlib.md5(ZIP, usedforsecurity=False).hexdigest().upper()}"'
    assert (head["headers"]["content-length"], base64.b64decode(get["content"])) == (str(len(ZIP)), ZIP)
    assert (missing["error"]["status"], missing["error"]["code"]) == (404, "NoSuchKey")
    assert missing_head["error"]["status"] == 404
    ops = [(entry["op"], entry["write"]) for entry in server.admin.journal()]
    assert ops[:4] == [("PutObject", True), ("HeadObject", False), ("GetObject", False), ("DeleteObject", True)]


@pytest.mark.parametrize("v4", [False, True])
def test_osss_own_client_is_refused_with_another_secret(server: LocalServer, v4: bool) -> None:
    options: dict[str, Any] = {"authorizationV4": v4}
    (wrong,) = oss_calls(server.url, [["put", "a", _buffer(b"x")]], accessKeySecret="other", **options)
    (nobody,) = oss_calls(server.url, [["put", "a", _buffer(b"x")]], accessKeyId="AKNONE", **options)
    assert (wrong["error"]["status"], wrong["error"]["code"]) == (403, "SignatureDoesNotMatch")
    assert (nobody["error"]["status"], nobody["error"]["code"]) == (403, "InvalidAccessKeyId")


@SCHEMES
def test_a_plain_put_head_and_get_by_the_path_of_the_endpoint(server: LocalServer, sign: Any) -> None:
    path = "/mine/dir/a%20b"
    status, headers, _ = ask(server.url, "PUT", f"/__oss{path}", ZIP, sign("PUT", path, content_type="application/zip"))
    assert (status, headers["x-oss-hash-crc64ecma"]) == (200, crc64(ZIP))
    status, headers, body = ask(server.url, "HEAD", f"/__oss{path}", headers=sign("HEAD", path))
    assert (status, headers["content-length"], headers["x-oss-hash-crc64ecma"], body) == (
        200,
        str(len(ZIP)),
        crc64(ZIP),
        b"",
    )
    part = ask(server.url, "GET", f"/__oss{path}", headers={**sign("GET", path), "Range": "bytes=2-5"})
    assert (part[0], part[2]) == (206, ZIP[2:6])
    entry = next(entry for entry in server.admin.journal() if entry["op"] == "PutObject")
    assert (entry["body_sha256"], entry["body_bytes"]) == (hashlib.sha256(ZIP).hexdigest(), len(ZIP))


@SCHEMES
def test_a_signature_covers_method_path_and_headers(server: LocalServer, sign: Any) -> None:
    good = sign("PUT", "/mine/a", content_type="application/zip")
    assert ask(server.url, "PUT", "/__oss/mine/a", b"x", good)[0] == 200
    for method, path, headers in (
        ("DELETE", "/__oss/mine/a", good),
        ("PUT", "/__oss/mine/b", good),
        ("PUT", "/__oss/mine/a", {**good, "content-type": "text/plain"}),
        ("PUT", "/__oss/mine/a", {**good, "x-oss-more": "1"}),
    ):
        status, answered, body = ask(server.url, method, path, b"x", headers)
        error = ElementTree.fromstring(body)  # noqa: S314 - our own
        assert (status, error.findtext("Code")) == (403, "SignatureDoesNotMatch")
        assert error.findtext("RequestId") == answered["x-oss-request-id"]


def test_a_date_far_away_or_unreadable_is_refused(server: LocalServer) -> None:
    status, _, body = ask(server.url, "PUT", "/__oss/mine/a", b"x", _signed_4("PUT", "/mine/a", age=1000))
    assert (status, b"RequestTimeTooSkewed" in body) == (403, True)
    headers = {**_signed_1("PUT", "/mine/a"), "Date": "today"}
    status, _, body = ask(server.url, "PUT", "/__oss/mine/a", b"x", headers)
    assert (status, b"valid Date" in body) == (403, True)
    assert ask(server.url, "PUT", "/__oss/mine/a", b"x")[0] == 403


def test_a_signed_url_ends(server: LocalServer) -> None:
    server.admin.put_object("mine", "a", b"x")
    for seconds, expected in ((60, 200), (-1, 403)):
        expires = str(int(time.time()) + seconds)
        signature = oss.signature(_request("GET", "/mine/a", {}), KEY[1], expires)
        url = f"/__oss/mine/a?OSSAccessKeyId={KEY[0]}&Expires={expires}&Signature={quote(signature, safe='')}"
        assert ask(server.url, "GET", url)[0] == expected
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - 30))
    scope = f"{date[:8]}/cn-hangzhou/oss/aliyun_v4_request"
    for lasts, expected in (("60", 200), ("20", 403), ("x", 403)):
        query = (
            f"x-oss-credential={quote(f'{KEY[0]}/{scope}', safe='')}&x-oss-date={date}&x-oss-expires={lasts}"
            "&x-oss-signature-version=OSS4-HMAC-SHA256"
        )
        signature = oss4.signature(_request("GET", "/mine/a", {}, query), KEY[1], scope, date, [])
        assert ask(server.url, "GET", f"/__oss/mine/a?{query}&x-oss-signature={signature}")[0] == expected


def test_a_wrong_content_md5_keeps_the_object_as_it_was(server: LocalServer) -> None:
    server.admin.put_object("mine", "a", b"before")
    headers = _signed_1(
        "PUT", "/mine/a", content_md5=base64.b64encode(hashlib.md5(b"y", usedforsecurity=False).digest()).decode()
    )
    assert b"InvalidDigest" in ask(server.url, "PUT", "/__oss/mine/a", b"x", headers)[2]
    assert ask(server.url, "GET", "/__oss/mine/a", headers=_signed_1("GET", "/mine/a"))[2] == b"before"
    assert len(list((server._home.folder / "objects").iterdir())) == 1


def _ticket(server: LocalServer, service: str = "svc") -> dict[str, Any]:
    (answer,) = node_calls(server.url, [["getTempCodeBucketPermission", service, "fn", "e1"]])
    found: dict[str, Any] = answer["data"]
    return found


@SCHEMES
def test_a_temporary_key_is_good_for_its_own_object_only(server: LocalServer, client: Client, sign: Any) -> None:
    ticket = _ticket(server)
    assert ticket.keys() == {"credentials", "ossBucket", "objectName", "codeSizeLimit", "ossRegion", "endpoint"}
    assert (ticket["endpoint"], ticket["codeSizeLimit"]) == (f"{server.url}/__oss", 524288000)
    credentials = ticket["credentials"]
    key = (credentials["AccessKeyId"], credentials["AccessKeySecret"])
    name = f"{ACCOUNT}/svc/{ticket['objectName']}"

    def put(bucket: str, name: str, token: str = credentials["SecurityToken"]) -> tuple[int, bytes]:
        path = f"/{bucket}/{name}"
        headers = sign("PUT", path, key, x_oss_security_token=token)
        status, _, body = ask(server.url, "PUT", f"/__oss{path}", ZIP, headers)
        return status, body

    assert put(ticket["ossBucket"], name) == (200, b"")
    assert b"AccessDenied" in put("mine", name)[1]
    assert b"AccessDenied" in put(ticket["ossBucket"], f"999/svc/{ticket['objectName']}")[1]
    assert b"AccessDenied" in put(ticket["ossBucket"], f"{ACCOUNT}/svc/other")[1]
    assert b"InvalidSecurityToken" in put(ticket["ossBucket"], name, "x")[1]
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    code = m.Code(oss_bucket_name=ticket["ossBucket"], oss_object_name=name)
    made = client.create_function("svc", function_request(code=code)).body
    assert (made.code_checksum, made.code_size) == (crc64(ZIP), len(ZIP))


def test_code_from_an_object_is_the_functions_own_from_then_on(server: LocalServer, client: Client) -> None:
    server.admin.put_object("mine", "pkg.zip", ZIP)
    client.create_service(m.CreateServiceRequest(service_name="svc"))
    code = {"ossBucketName": "mine", "ossObjectName": "pkg.zip"}
    made = client.create_function("svc", function_request(code=m.Code("mine", "pkg.zip"))).body
    assert made.code_checksum == crc64(ZIP)
    other = zipped({"index.py": "other"})
    server.admin.put_object("mine", "pkg.zip", other)
    url = client.get_function_code("svc", "fn", m.GetFunctionCodeRequest()).body.url
    assert ask(server.url, "GET", url.removeprefix(server.url))[2] == ZIP
    assert edited(server, "UpdateFunction", ["svc", "fn"], {"code": code})["codeChecksum"] == crc64(other)
    assert ask(server.url, "DELETE", "/__oss/mine/pkg.zip", headers=_signed_1("DELETE", "/mine/pkg.zip"))[0] == 204
    assert refused(server, "UpdateFunction", ["svc", "fn"], {"code": code}) == (
        "InvalidArgument",
        "object 'pkg.zip' does not exist in 'mine'",
    )
    server.admin.put_object("mine", "text", b"no zip")
    code = {"ossBucketName": "mine", "ossObjectName": "text"}
    assert refused(server, "UpdateFunction", ["svc", "fn"], {"code": code})[1] == "ZipFile is not a valid zip file"


def test_a_package_too_large_for_a_request_may_come_from_an_object(
    server: LocalServer, client: Client, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("data", b"x" * 5000)
    data = (tmp_path / "a.zip").read_bytes()
    put_function(client)
    server.admin.put_object("mine", "a.zip", data)
    server.admin.switches(code_size_limit=4000)
    inline = {"code": {"zipFile": base64.b64encode(data).decode()}}
    assert refused(server, "UpdateFunction", ["svc", "fn"], inline)[0] == "EntityTooLarge"
    from_object = {"code": {"ossBucketName": "mine", "ossObjectName": "a.zip"}}
    assert edited(server, "UpdateFunction", ["svc", "fn"], from_object)["codeSize"] == len(data)
    server.admin.switches(oss_code_size_limit=4500)
    assert refused(server, "UpdateFunction", ["svc", "fn"], from_object)[0] == "EntityTooLarge"


def test_objects_outlive_a_restart_and_not_a_reset(server: LocalServer) -> None:
    server.admin.put_object("mine", "a", b"x")
    server.stop()
    (server._home.folder / "objects" / "left-behind").write_bytes(b"half")
    server.start()
    files = server._home.folder / "objects"
    assert len(list(files.iterdir())) == 1
    assert ask(server.url, "GET", "/__oss/mine/a", headers=_signed_4("GET", "/mine/a"))[2] == b"x"
    server.admin.reset()
    assert list(files.iterdir()) == []
