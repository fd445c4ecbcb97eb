"""Who is answered, in many spellings of every route that the router has.

The routes come from the router and from the table of operations: a new one is tried without being named here."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from alibabacloud_fc_open20210406.client import Client
from tests.contract.fc_local.clients import ACCOUNT, base64_zip, http_trigger_request, put_function
from tests.contract.fc_local.processes import Serving
from tests.contract.fc_local.wire import HEADER, Reply, Wire

from fc_local import rpc
from fc_local.guard import Access, Doors
from fc_local.home import Home
from fc_local.operations import OPERATIONS
from fc_local.server import LocalServer
from fc_local.site import Site

EVIL = "evil.example"
PLACE = f"?account={ACCOUNT}&region=cn-hangzhou"
NAMES = {"service": "svc", "function": "fn", "trigger": "web", "rest": "/state"}
ORIGINS = (
    ("Origin", f"http://{EVIL}"),
    ("Origin", "null"),
    ("Origin", "http://127.0.0.1:1"),
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Site", "same-site"),
)
OTHER_HOSTS = (
    *(None, " ", EVIL, f"{EVIL}:9580", f"127.0.0.1.{EVIL}", f"localhost.{EVIL}", f"[::1].{EVIL}", f"127.0.0.1@{EVIL}"),
    *(f"{EVIL}/127.0.0.1", f"{EVIL}#127.0.0.1", f"127.0.0.1, {EVIL}", f"{EVIL}, 127.0.0.1", f"http://{EVIL}"),
    *("localhost.", "127.0.0.1.", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "::1", "[::2]", "[::ffff:127.0.0.1]"),
    *("localhost:80:80", "localhost:x", "\uff11\uff12\uff17.0.0.1", "127.0.0.1:\u0661", "loc\u0430lhost"),
)


def spellings(path: str, port: int) -> Iterator[str]:
    """Targets that one parser or another may take for the path."""
    letters = re.compile(r"[^/]")
    yield path
    yield letters.sub(lambda found: f"%{ord(found[0]):02x}", path)
    yield letters.sub(lambda found: f"%{ord(found[0]):02X}", path)
    yield letters.sub(lambda found: f"%25{ord(found[0]):02x}", path)
    yield letters.sub(lambda found: f"%{ord(found[0]):02x}", path, count=1)
    yield "/" + "".join(f"%{ord(letter):02x}" for letter in path[1:])
    yield from (path.swapcase(), path.replace("/", "//"), path.replace("/", "/./"), path.replace("/", "\\"))
    yield from (f"/{path}", f"//{path}", f"/.{path}", f"/x/..{path}", f"/%2e{path}", f"/x/%2e%2e{path}", f"/%2f{path}")
    yield from (f"/~cn-hangzhou{path}", f"/~{ACCOUNT}.cn-hangzhou{path}", f"/2016-08-15/proxy/svc/fn/../../../..{path}")
    yield from (f"{path};x", f"{path}/", f"{path}/.", f"{path}%00", f"{path}%20", f"{path}?x", f"{path}#x", f";{path}")
    own = f"127.0.0.1:{port}"
    yield from (f"http://{host}{path}" for host in (own, EVIL, f"{own}@{EVIL}", f"127.0.0.1.{EVIL}", ""))
    yield from (f"HTTP://{own}{path}", f"https://{own}{path}", f"ws://{own}{path}", f"http:{path}", f"//{EVIL}{path}")


def operators_routes(folder: Path) -> list[tuple[str, str]]:
    """What the router has, but for the one route behind which the API begins; places for names are filled in."""
    home = Home(folder)
    site = Site(home.folder, (home.key(),), ACCOUNT, lambda: None)
    found = []
    for route in site._runner.app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if path != "/{tail}":
            methods = ("GET", "POST", "OPTIONS") if route.method == "*" else (route.method,)
            found += [(method, path.format(**NAMES)) for method in methods]
    site._store.close()
    return found


def operations() -> list[tuple[str, str]]:
    """Every operation in both versions of the API, and what is signed otherwise."""
    found = [
        ("GET", "/__code/f/u"),
        ("PUT", "/__oss/mine/a"),
        ("GET", "/__oss/mine/a"),
        *(("POST", path) for path in rpc.ADDRESSES),
        ("POST", "/__actiontrail/"),
    ]
    for operation in OPERATIONS.values():
        path = "/".join("svc" if part == "*" else part for part in operation.pattern)
        found += [(operation.verb, f"/{version}/{path}") for version in ("2021-04-06", "2016-08-15")]
    return found


def is_read(method: str) -> bool:
    return method in ("GET", "HEAD")


class Unmoved:
    """What must be the same afterwards. The journal too, unless requests come as far as the signature."""

    def __init__(self, server: LocalServer, *, journal: bool = True) -> None:
        self._server = server
        self._journal = journal
        self._before = self._look()

    def check(self) -> None:
        assert self._look() == self._before

    def _look(self) -> tuple[Any, ...]:
        admin = self._server.admin
        return admin.state(), admin.audit(), admin.switches(), admin.journal() if self._journal else None


@pytest.fixture
def routes(tmp_path: Path) -> list[tuple[str, str]]:
    return operators_routes(tmp_path / "of-its-own")


@pytest.fixture
def filled(server: LocalServer) -> LocalServer:
    code = {"runtime": "python3", "handler": "index.handler", "code": {"zipFile": base64_zip()}}
    trigger = {"triggerType": "http", "triggerConfig": {"authType": "function", "methods": ["GET"]}}
    for op, path, body in (
        ("CreateService", ["svc"], {}),
        ("CreateFunction", ["svc", "fn"], code),
        ("CreateTrigger", ["svc", "fn", "web"], trigger),
    ):
        assert server.admin.edit(op, path, body)["status"] == 200
    return server


def body_for(method: str, path: str) -> bytes:
    """What would have an effect, were it let in."""
    if is_read(method):
        return b""
    if path == "/__admin/edit":
        return json.dumps({"op": "CreateService", "path": ["evil"]}).encode()
    named = {"serviceName": "evil", "functionName": "evil", "description": "evil", "runtime": "python3"}
    return json.dumps({**named, "handler": "index.h", "ms": 1, "rules": [], "now": None, "auth": "off"}).encode()


def with_place(target: str) -> str:
    return target if "__console" not in target or "?" in target else target + PLACE


def refused(reply: Reply) -> bool:
    return reply.status in (400, 403, 404, 405) and not any("access-control" in name for name in reply.headers)


def test_the_router_is_what_is_tried(routes: list[tuple[str, str]]) -> None:
    found = set(routes)
    assert {("POST", "/__admin/edit"), ("POST", "/__console/api/services/svc/functions"), ("GET", "/")} < found
    assert len({path for _, path in found if path.startswith("/console/")}) > 10
    assert len(found) > 60


def test_what_an_operator_sends_is_answered(filled: LocalServer, routes: list[tuple[str, str]]) -> None:
    """What the other tests refuse is refused for what it lacks."""
    with Wire(filled.port) as wire:
        for method, path in routes:
            if path != "/__admin/shutdown":
                origin = ("Origin", f"http://{wire.host}")
                reply = wire.send(method, with_place(path), HEADER, origin, ("Sec-Fetch-Site", "same-origin"))
                assert reply.status != 403, (method, path)


def test_no_spelling_of_a_write_passes_without_the_header(filled: LocalServer, routes: list[tuple[str, str]]) -> None:
    unmoved = Unmoved(filled, journal=False)
    with Wire(filled.port) as wire:
        for method, path in routes:
            if is_read(method):
                continue
            for target in spellings(path, filled.port):
                for more in ((), (("X-Fc-Local-Admin", "0"),), (HEADER, HEADER)):
                    reply = wire.send(method, with_place(target), *more, body=body_for(method, path))
                    assert refused(reply), (method, target, more, reply)
    unmoved.check()


def test_no_spelling_of_a_route_answers_another_origin(filled: LocalServer, routes: list[tuple[str, str]]) -> None:
    unmoved = Unmoved(filled, journal=False)
    with Wire(filled.port) as wire:
        for method, path in routes:
            for number, target in enumerate(spellings(path, filled.port)):
                origin = ORIGINS[number % len(ORIGINS)]
                reply = wire.send(method, with_place(target), HEADER, origin, body=body_for(method, path))
                assert refused(reply), (method, target, origin, reply)
            for origin in ORIGINS:
                reply = wire.send(method, with_place(path), HEADER, origin, body=body_for(method, path))
                assert reply.status == 403, (method, path, origin, reply)
    unmoved.check()


def test_no_spelling_of_a_route_answers_another_host_name(filled: LocalServer, routes: list[tuple[str, str]]) -> None:
    unmoved = Unmoved(filled)
    with Wire(filled.port) as wire:
        for method, path in [*routes, *operations()]:
            for number, target in enumerate(spellings(path, filled.port)):
                host = OTHER_HOSTS[number % len(OTHER_HOSTS)]
                reply = wire.send(method, with_place(target), HEADER, host=host, body=body_for(method, path))
                assert refused(reply), (method, target, host, reply)
        for method, path in routes:
            for host in OTHER_HOSTS:
                reply = wire.send(method, with_place(path), HEADER, host=host, body=body_for(method, path))
                assert reply.status in (400, 403), (method, path, host, reply)
            for one, other in ((wire.host, EVIL), (EVIL, wire.host), (wire.host, wire.host)):
                reply = wire.send(method, with_place(path), HEADER, ("Host", other), host=one)
                assert reply.status == 400, (method, path, one, other)
    unmoved.check()


def test_no_spelling_of_an_operation_passes_without_a_signature(filled: LocalServer) -> None:
    unmoved = Unmoved(filled, journal=False)
    with Wire(filled.port) as wire:
        for method, path in operations():
            for target in spellings(path, filled.port):
                reply = wire.send(method, target, body=body_for(method, path))
                assert refused(reply), (method, target, reply)
    unmoved.check()


def test_another_origin_gets_nowhere_even_where_signatures_are_not_asked_for(filled: LocalServer) -> None:
    filled.admin.switches(auth="off")
    unmoved = Unmoved(filled)
    with Wire(filled.port) as wire:
        for method, path in operations():
            for origin in ORIGINS:
                reply = wire.send(method, path, origin, body=body_for(method, path))
                assert reply.status == 403, (method, path, origin, reply)
    unmoved.check()


@pytest.mark.parametrize("host", [f"{ACCOUNT}.cn-hangzhou.fc.aliyuncs.com", "mine.oss-cn-hangzhou.aliyuncs.com"])
@pytest.mark.parametrize("auth", ["enforce", "off"])
def test_the_real_services_names_are_answered_to_signed_requests_only(
    server: LocalServer, client: Client, host: str, auth: str
) -> None:
    put_function(client)
    client.create_trigger("svc", "fn", http_trigger_request())
    server.admin.switches(auth=auth)
    unmoved = Unmoved(server, journal=False)
    with Wire(server.port) as wire:
        for method, path in (*operations(), ("GET", "/2016-08-15/proxy/svc/fn/")):
            reply = wire.send(method, path, HEADER, host=host, body=body_for(method, path))
            assert refused(reply), (method, path, reply)
        assert wire.send("GET", "/__admin/state", host=host).status == 403
    unmoved.check()


def test_a_preflight_is_never_granted(filled: LocalServer, routes: list[tuple[str, str]]) -> None:
    asked = (("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-fc-local-admin"))
    with Wire(filled.port) as wire:
        for path in {path for _, path in [*routes, *operations()]}:
            for origin in (f"http://{EVIL}", "null", f"http://{wire.host}"):
                assert refused(wire.send("OPTIONS", path, ("Origin", origin), *asked)), (path, origin)


def test_what_is_refused_uses_up_no_fault_and_is_not_noted(filled: LocalServer) -> None:
    filled.admin.faults([{"times": 1, "action": {"status": 500}}])
    with Wire(filled.port) as wire:
        for target in ("/", "/__admin/state", "/2021-04-06/services", "/nowhere"):
            assert wire.send("GET", target, host=EVIL).status == 403
            assert wire.send("POST", target, ("Origin", f"http://{EVIL}")).status == 403
        assert filled.admin.journal() == []
        assert wire.send("GET", "/2021-04-06/services").status == 500


def test_a_page_of_another_origin_does_not_keep_an_idle_server_awake(tmp_path: Path) -> None:
    with Serving(tmp_path, "--port", "0", "--idle-exit", "0.5") as serving:
        with Wire(urlsplit(serving.url).port or 0) as wire, pytest.raises(OSError):
            for _ in range(100):
                assert wire.send("GET", "/", ("Origin", "null")).status == 403
                time.sleep(0.1)
        assert serving.wait() == 0


def test_a_link_to_the_console_may_be_followed_from_anywhere(filled: LocalServer) -> None:
    link = (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"))
    framed = (*link[:2], ("Sec-Fetch-Dest", "iframe"))
    with Wire(filled.port) as wire:
        assert wire.send("GET", "/", *link).status == 200
        assert wire.send("GET", "/", *framed).status == 403
        assert wire.send("POST", "/__admin/reset", *link, HEADER).status == 403


def test_a_page_of_another_origin_may_call_what_an_anonymous_trigger_offers(
    server: LocalServer, client: Client
) -> None:
    """That is what the trigger is for. By a name of the page's own it may not: then it could read the answer."""
    code = {"index.py": "def handler(environ, start):\n    start('200 OK', [])\n    return [b'called']\n"}
    put_function(client)
    body = {"code": {"zipFile": base64_zip(code)}}
    assert server.admin.edit("UpdateFunction", ["svc", "fn"], body)["status"] == 200
    client.create_trigger("svc", "fn", http_trigger_request())
    with Wire(server.port) as wire:
        for origin in ORIGINS:
            assert wire.send("GET", "/2016-08-15/proxy/svc/fn/", origin).body == b"called"
        for host in OTHER_HOSTS:
            assert wire.send("GET", "/2016-08-15/proxy/svc/fn/", host=host).status in (400, 403), host
        preflight = wire.send("OPTIONS", "/2016-08-15/proxy/svc/fn/", ("Origin", f"http://{EVIL}"))
        assert (preflight.status, refused(preflight)) == (405, True)


async def _nothing(request: web.Request) -> web.Response:
    return web.Response()


def test_a_route_without_its_kind_of_access_stops_the_server_at_its_start() -> None:
    router = web.Application().router
    doors = Doors(router)
    doors.add(Access.OPERATOR, [web.get("/known", _nothing)])
    doors.check()
    router.add_get("/forgotten", _nothing)
    with pytest.raises(AssertionError, match="forgotten"):
        doors.check()


def test_one_path_has_one_kind_of_access() -> None:
    doors = Doors(web.Application().router)
    doors.add(Access.OPERATOR, [web.get("/known", _nothing)])
    doors.add(Access.OPERATOR, [web.put("/known", _nothing)])
    with pytest.raises(AssertionError, match="two kinds"):
        doors.add(Access.CALLER, [web.post("/known", _nothing)])
