"""The official clients, pointed at a local server, and small makers of what they send."""

from __future__ import annotations

import base64
import http.client
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from alibabacloud_fc_open20210406 import models as m
from alibabacloud_fc_open20210406.client import Client
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

from fc_local.server import LocalServer

ACCOUNT = "1234567890123456"
KEY = ("AKTEST", "SKTEST", ACCOUNT)
HANDLER = "def handler(event, context):\n    return event\n"


def zipped(files: dict[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in (files or {"index.py": HANDLER}).items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def base64_zip(files: dict[str, str] | None = None) -> str:
    return base64.b64encode(zipped(files)).decode()


def python_client(url: str, *, base: str = "", key: tuple[str, str, str] = KEY, **config: Any) -> Client:
    return Client(
        Config(
            endpoint=urlsplit(url).netloc + base,
            protocol="http",
            region_id="cn-hangzhou",
            access_key_id=key[0],
            access_key_secret=key[1],
            **config,
        )
    )


def function_request(name: str = "fn", **settings: Any) -> m.CreateFunctionRequest:
    given = {
        "function_name": name,
        "runtime": "python3",
        "handler": "index.handler",
        "code": m.Code(zip_file=base64_zip()),
        **settings,
    }
    return m.CreateFunctionRequest(**given)


def http_trigger_request(name: str = "web", **config: Any) -> m.CreateTriggerRequest:
    config = {"authType": "anonymous", "methods": ["GET", "POST"], **config}
    return m.CreateTriggerRequest(trigger_name=name, trigger_type="http", trigger_config=json.dumps(config))


def put_function(client: Client, service: str = "svc", function: str = "fn", **settings: Any) -> Any:
    """The function's service is made too if it is not there; answers the create's response."""
    if service not in [item.service_name for item in client.list_services(m.ListServicesRequest()).body.services]:
        client.create_service(m.CreateServiceRequest(service_name=service))
    return client.create_function(service, function_request(function, **settings))


def ask(
    url: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """A plain HTTP request, through no proxy: status, lower-case headers, body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def node_modules() -> Path:
    named = os.environ.get("FC_GUARD_NODE_MODULES")
    return Path(named) if named else Path(__file__).parents[2] / "host" / "node_modules"


def node_calls(url: str, calls: list[list[Any]], **options: Any) -> list[dict[str, Any]]:
    """Carries out calls of @alicloud/fc2 in one node process; skips the test where no packages of npm are installed."""
    key = {"accessKeyID": KEY[0], "accessKeySecret": KEY[1]}
    where = {"region": "cn-hangzhou", "endpoint": url, "timeout": 10000}
    return _node("fc2.cjs", {"account": ACCOUNT, "options": {**key, **where, **options}, "calls": calls})


def oss_calls(url: str, calls: list[list[Any]], **options: Any) -> list[dict[str, Any]]:
    """The same with ali-oss, OSS's own client, which @alicloud/fc2 brings."""
    key = {"accessKeyId": KEY[0], "accessKeySecret": KEY[1]}
    where = {"region": "oss-cn-hangzhou", "endpoint": url, "bucket": "mine"}
    return _node("oss.cjs", {"options": {**key, **where, **options}, "calls": calls})


def _node(script: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    modules = node_modules()
    if shutil.which("node") is None or not modules.is_dir():
        pytest.skip(f"there is no node, or nothing in {modules}: script/setup installs what these tests call")
    if not (modules / "@alicloud" / "fc2").is_dir():
        pytest.fail(f"@alicloud/fc2 is missing in {modules}: script/setup installs it")
    command = ["node", str(Path(__file__).parent / "node" / script), str(modules)]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results


def failure(call: Any, *arguments: Any) -> tuple[int, str]:
    """Status and code of the error a call of the Python client ends in."""
    with pytest.raises(TeaException) as caught:
        call(*arguments)
    return caught.value.statusCode, caught.value.code


def edited(server: LocalServer, op: str, path: list[str], body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the API answers, nulls and key order included, which the SDK's models hide."""
    answer = server.admin.edit(op, path, body or {})
    assert answer["status"] == 200, answer
    found: dict[str, Any] = answer["body"]
    return found


def refused(server: LocalServer, op: str, path: list[str], body: dict[str, Any] | None = None) -> tuple[str, str]:
    """Code and message of an edit that is not accepted."""
    answer = server.admin.edit(op, path, body or {})
    assert answer["status"] >= 400, answer
    return answer["body"]["Code"], answer["body"]["Message"]
