"""A small client of /__admin, for tests and for `serve` and `stop`. It never uses a proxy."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import quote, urlencode, urlsplit


class AdminError(Exception):
    pass


class Admin:
    """Speaks to one server. Every call is one connection, so it may be used from any thread."""

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        self._address = urlsplit(url).netloc
        self._timeout = timeout

    def health(self) -> dict[str, Any]:
        return self._call("GET", "health")

    def shutdown(self) -> None:
        self._call("POST", "shutdown")

    def reset(self) -> None:
        self._call("POST", "reset")

    def edit(  # noqa: PLR0913 - one argument for each part of a request
        self,
        op: str,
        path: list[str] | tuple[str, ...],
        body: dict[str, Any] | None = None,
        *,
        who: str = "bob",
        region: str | None = None,
        account: str | None = None,
        if_match: str | None = None,
        client: str | None = None,
    ) -> dict[str, Any]:
        """Makes an out-of-band edit and returns {"status", "body", "etag"}. An error of the API is an answer too: look
        at status."""
        asked = {"as": who, "op": op, "path": list(path), "body": body or {}}
        where = {"region": region, "account": account, "if_match": if_match, "client": client}
        return self._call("POST", "edit", {**asked, **{key: value for key, value in where.items() if value}})

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", f"journal?since={since}")["requests"]
        return found

    def writes(self, since: int = 0) -> list[dict[str, Any]]:
        """Returns the journal's writes, including refused ones."""
        return [entry for entry in self.journal(since) if entry["write"]]

    def clear_journal(self) -> None:
        self._call("DELETE", "journal")

    def audit(self, since: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", f"audit?since={since}")["events"]
        return found

    def state(self, region: str | None = None, account: str | None = None) -> dict[str, Any]:
        where = {key: value for key, value in (("region", region), ("account", account)) if value}
        return self._call("GET", f"state?{urlencode(where)}")

    def faults(self, rules: list[dict[str, Any]]) -> None:
        """Replaces the fault rules; [] removes them."""
        self._call("PUT", "faults", {"rules": rules})

    def deny(self, *actions: str, principal: str = "*") -> None:
        """Denies actions (ram:CreateRole, vpc:*) to a principal, in place of all that was denied before."""
        denied = [{"principal": principal, "actions": list(actions)}] if actions else []
        self._call("PUT", "permissions", {"denied": denied})

    def put_certificate(self, number: int, name: str, certificate: str, private_key: str) -> None:
        """Puts a certificate into CAS, in place of the one with that number."""
        texts = {"name": name, "certificate": certificate, "privateKey": private_key}
        self._call("PUT", "certificates", {"id": number, **texts})

    def clock(self, now: str | None) -> None:
        self._call("PUT", "clock", {"now": now})

    def latency(self, ms: float) -> None:
        self._call("PUT", "latency", {"ms": ms})

    def switches(self, **values: Any) -> dict[str, Any]:
        """Sets the given switches (None resets one) and returns the present values of all."""
        found = self._call("PUT", "switches", values) if values else self._call("GET", "switches")
        return {name: switch["value"] for name, switch in found["switches"].items()}

    def put_object(self, bucket: str, name: str, data: bytes) -> None:
        """Puts an object into the fake OSS, for instance a package that s.yaml names by ossBucket and ossKey."""
        connection = http.client.HTTPConnection(self._address, timeout=self._timeout)
        try:
            connection.request("PUT", quote(f"/__oss/{bucket}/{name}"), data, {"X-Fc-Local-Admin": "1"})
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise AdminError(f"PUT of {bucket}/{name}: {response.status} {text.decode(errors='replace')}")

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._address, timeout=self._timeout)
        try:
            data = None if body is None else json.dumps(body).encode()
            headers = {"X-Fc-Local-Admin": "1", "Content-Type": "application/json"}
            connection.request(method, f"/__admin/{path}", data, headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise AdminError(f"{method} /__admin/{path}: {response.status} {text.decode(errors='replace')}")
        found: dict[str, Any] = json.loads(text)
        return found
