"""Layers through both clients."""

from __future__ import annotations

import base64
from typing import Any

from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import (
    ACCOUNT,
    ask,
    edited,
    failure,
    node_calls,
    put_function,
    refused,
    zipped,
)

from fc_local.checksum import crc64
from fc_local.server import LocalServer

ZIP = zipped({"python/lib.py": "x = 1\n"})
CODE = {"zipFile": base64.b64encode(ZIP).decode()}


def _arn(version: int) -> str:
    return f"acs:fc:cn-hangzhou:{ACCOUNT}:layers/lay/versions/{version}"


def test_a_layer_is_made_read_listed_and_deleted_by_both_clients(server: LocalServer, client: Client) -> None:
    request = m.CreateLayerVersionRequest(
        code=m.Code(zip_file=CODE["zipFile"]), compatible_runtime=["python3"], description="d"
    )
    made = client.create_layer_version("lay", request).body
    assert (made.version, made.code_checksum, made.codesize) == (1, crc64(ZIP), len(ZIP))
    results = node_calls(
        server.url,
        [
            ["publishLayerVersion", "lay", {"code": CODE, "compatibleRuntime": ["python3", "nodejs14"]}],
            ["getLayerVersion", "lay", "1"],
            ["getLayerVersionByArn", _arn(2)],
            ["listLayerVersions", "lay", {"limit": 1}],
            ["listLayers", {}],
            ["putLayerACL", "lay", {"public": True}],
            ["getLayerVersion", "lay", "1"],
            ["deleteLayerVersion", "lay", "1"],
            ["getLayerVersion", "lay", "1"],
            ["getLayerVersion", "none", "1"],
        ],
    )
    published, first, second, page, layers, _, shared, _, gone, none = results
    assert [index for index, result in enumerate(results) if "error" in result] == [8, 9]
    assert (published["data"]["version"], published["data"]["codeSize"]) == (2, len(ZIP))
    assert (first["data"]["description"], first["data"]["acl"], shared["data"]["acl"]) == ("d", 0, 1)
    assert second["data"]["compatibleRuntime"] == ["python3", "nodejs14"]
    assert ([layer["version"] for layer in page["data"]["layers"]], page["data"]["nextVersion"]) == ([1], 2)
    assert [layer["version"] for layer in layers["data"]["layers"]] == [2]
    assert (gone["error"]["code"], none["error"]["code"]) == ("LayerVersionNotFound", "LayerNotFound")
    location = client.get_layer_version("lay", "2").body.code.location
    assert ask(server.url, "GET", location.removeprefix(server.url))[2] == ZIP
    assert client.delete_layer_version("lay", "2").status_code == 204
    assert failure(client.get_layer_version, "lay", "2") == (404, "LayerNotFound")
    assert client.create_layer_version("lay", request).body.version == 3


def test_a_layer_is_refused_without_code_or_runtime(server: LocalServer) -> None:
    for body, message in (
        ({"code": CODE}, "CompatibleRuntime is required but not provided"),
        ({"compatibleRuntime": ["python3"]}, "Either ossBucketName/ossObjectName or zipFile must be set"),
        (
            {"code": CODE, "compatibleRuntime": ["python3"], "description": "d" * 257},
            "Description is too long (max length: 256, actual: '257')",
        ),
    ):
        assert refused(server, "CreateLayerVersion", ["lay"], body) == ("InvalidArgument", message)


def test_a_layer_may_come_from_an_object(server: LocalServer) -> None:
    server.admin.put_object("mine", "lay.zip", ZIP)
    code = {"ossBucketName": "mine", "ossObjectName": "lay.zip"}
    made = edited(server, "CreateLayerVersion", ["lay"], {"code": code, "compatibleRuntime": ["python3"]})
    assert (made["codeChecksum"], made["codesize"]) == (crc64(ZIP), len(ZIP))


def test_a_function_takes_an_own_layer_only_if_it_fits_its_runtime(server: LocalServer, client: Client) -> None:
    edited(server, "CreateLayerVersion", ["lay"], {"code": CODE, "compatibleRuntime": ["nodejs14"]})
    put_function(client)
    wanted: dict[str, Any] = {"layers": [_arn(1)]}
    message = f"runtime: python3 is not supported by layer:{_arn(1)}"
    assert refused(server, "UpdateFunction", ["svc", "fn"], wanted) == ("InvalidArgument", message)
    edited(server, "CreateLayerVersion", ["lay"], {"code": CODE, "compatibleRuntime": ["python3"]})
    assert edited(server, "UpdateFunction", ["svc", "fn"], {"layers": [_arn(2)]})["layers"] == [_arn(2)]
