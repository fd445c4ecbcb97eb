"""A component registry on the loopback interface, as far as the real host uses one."""

from __future__ import annotations

import http.server
import io
import json
import threading
import urllib.parse
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml
from tests.host.harness import Host, write_files


class FakeRegistry:
    """Takes what `s registry publish` sends, and serves it. `published` maps a version to its package."""

    def __init__(self) -> None:
        self.published: dict[str, bytes] = {}
        self.forms: list[dict[str, str]] = []
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                assert self.path == "/v3/packages/releases"
                body = self.rfile.read(int(self.headers["Content-Length"])) if self._plain() else self._chunks()
                form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
                registry.forms.append(form)
                version = yaml.safe_load(form["publish"])["Version"]
                self._answer({"body": {"url": f"{registry.url}/packages/{version}"}, "request_id": "1"})

            def do_PUT(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"])) if self._plain() else self._chunks()
                registry.published[self.path.rpartition("/")[2]] = content
                self._answer({})

            def do_GET(self) -> None:
                if self.path.startswith("/packages/"):
                    self._send(registry.published[self.path.rpartition("/")[2]], "application/zip")
                    return
                name, _, wanted = self.path.removeprefix("/v3/packages/").partition("/release/")
                version = wanted.removeprefix("tags/") if wanted != "latest" else max(registry.published)
                if name != "fc-guard" or version not in registry.published:
                    self.send_error(404)
                    return
                url = f"{registry.url}/packages/{version}"
                self._answer({"body": {"zipball_url": url, "tag_name": version}, "request_id": "1"})

            def _plain(self) -> bool:
                return "Content-Length" in self.headers

            def _chunks(self) -> bytes:
                content = b""
                while size := int(self.rfile.readline(), 16):
                    content += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return content

            def _answer(self, document: dict[str, Any]) -> None:
                self._send(json.dumps(document).encode(), "application/json")

            def _send(self, content: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> FakeRegistry:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def names(self, version: str) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(self.published[version])) as archive:
            return sorted(archive.namelist())

    def use(self, host: Host) -> None:
        """Makes `host` take its components from here and publish them here."""
        write_files(host.home, {".s/set-config.yml": f"analysis: disable\nregistry: {self.url}/v3\n"})
        # Host 3.1.10 posts to the default port, whatever the registry's address says.
        port = self._server.server_port
        preload = write_files(host.home, {"port.js": f"require('http').globalAgent.defaultPort = {port};\n"})
        host.variables["NODE_OPTIONS"] = f"--require {preload / 'port.js'}"
        host.variables["serverless_devs_registry_token"] = "token-of-tests"


def expire(component: Path) -> None:
    """Makes the host look for a newer version after the next run."""
    lock = component / ".s.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    lock.write_text(json.dumps({**content, "lastUpdateCheck": 0}), encoding="utf-8")
