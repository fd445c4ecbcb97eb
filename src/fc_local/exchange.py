"""One HTTP request, taken apart: its account and region, API version and operation."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from fc_local import rpc, sls
from fc_local.addresses import ACTIONTRAIL, CODE, OSS, PROXY, TEST_DOMAIN, split_object
from fc_local.errors import invalid, path_not_supported, unknown_qualifier
from fc_local.identity import new_request_id, uuid_request_id
from fc_local.kinds import V2016, V2021
from fc_local.operations import Route, route
from fc_local.scope import Place, from_host, split_base
from fc_local.shape import Document
from fc_local.signatures import SignedRequest, oss

BESIDE = ("actiontrail", "test-domain", sls.API, *rpc.APIS)  # what is beside Function Compute
APIS = (V2021, V2016, "proxy", "code", "oss", *BESIDE, "")  # what `matched` may find
_OTHER_OPS = {"proxy": "InvokeHttpTrigger", "code": "DownloadCode", "actiontrail": "LookupEvents"}
_OBJECT_OPS = {"PUT": "PutObject", "GET": "GetObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}
_BUCKET_OPS = {
    ("GET", "bucketInfo"): "GetBucketInfo",
    ("GET", "list-type"): "ListObjectsV2",
    ("POST", "delete"): "DeleteMultipleObjects",
    ("PUT", "versioning"): "PutBucketVersioning",
    ("PUT", ""): "PutBucket",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """`api` is one of `APIS`; `route` is None unless it is an operation of the API. `streamed` is the SHA-256 and size
    of a body that went to disk and is not in `signed`."""

    signed: SignedRequest
    target: str
    place: Place
    api: str
    route: Route | None
    qualifier: str | None
    source: str
    request_id: str = field(default_factory=new_request_id)
    streamed: tuple[str, int] | None = None
    log_place: sls.Place | None = None

    @property
    def op(self) -> str:
        if self.route is not None:
            return self.route.operation.name
        if self.api == "oss":
            return self._storage_op()
        if self.log_place is not None:
            return sls.operation(self.signed.method, self.log_place)
        if self.api == "test-domain":
            return self.signed.path[len(TEST_DOMAIN) :].title()
        if self.api in rpc.APIS:
            return self.signed.header("x-acs-action") or self.rpc_parameters().get("Action", "")
        return _OTHER_OPS.get(self.api, "")

    @property
    def writes(self) -> bool:
        if self.api == "oss":
            return self.signed.method in ("PUT", "POST", "DELETE")
        if self.api in rpc.APIS:
            return rpc.writes(self.op)
        if self.api == sls.API:
            return sls.writes(self.op)
        return self.route is not None and self.route.operation.writes

    def _storage_op(self) -> str:
        method = self.signed.method
        if split_object(self.signed.path)[1]:
            return _OBJECT_OPS.get(method, "")
        asked = {key for key, _ in self.signed.parameters()}
        return next((op for (verb, key), op in _BUCKET_OPS.items() if verb == method and (not key or key in asked)), "")

    @property
    def client(self) -> str:
        """The client's name, from its user agent."""
        agent = self.signed.header("user-agent")
        if "@alicloud/fc2" in agent:
            return "fc2"
        if agent.startswith("AlibabaCloud"):
            return "sdk"
        return agent.split(" ")[0] or "unknown"

    def query(self) -> dict[str, str]:
        found = {key: value or "" for key, value in self.signed.parameters()}
        if self.qualifier is not None:
            found["qualifier"] = self.qualifier
        return found

    def rpc_parameters(self) -> dict[str, str]:
        """Returns the parameters of an RPC API, which are in the query, in a form in the body, or in both."""
        return {key: value or "" for key, value in (*self.signed.parameters(), *self.signed.form())}

    @property
    def rpc_version(self) -> str:
        return self.signed.header("x-acs-version") or self.rpc_parameters().get("Version", "")

    @property
    def region(self) -> str | None:
        """The region that a request names, in its address or, in RPC APIs, in a parameter; the parameter wins."""
        named = self.rpc_parameters().get("RegionId") if self.api in rpc.APIS else None
        return named or self.place.region

    def json_body(self) -> Document:
        if not self.signed.body:
            return {}
        try:
            body: Any = json.loads(_without_lone_surrogates(self.signed.body), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise invalid("the request body is not valid JSON") from error
        if not isinstance(body, dict):
            raise invalid("the request body must be a JSON object")
        return body

    def with_body(self, body: bytes) -> Exchange:
        return replace(self, signed=replace(self.signed, body=body))

    def named(self, request_id: str) -> Exchange:
        return replace(self, request_id=request_id)

    def body_digest(self) -> tuple[str, int]:
        """Returns the SHA-256 and size of the request's body."""
        return self.streamed or (hashlib.sha256(self.signed.body).hexdigest(), len(self.signed.body))

    def through_domain(self) -> Exchange:
        """Returns the request as one for a function behind a custom domain."""
        return replace(self, api="proxy", route=None, qualifier=None)

    def require_log_place(self) -> sls.Place:
        if self.log_place is None:
            raise path_not_supported(self.signed.method, self.signed.path)
        return self.log_place

    def require_route(self) -> Route:
        if self.route is None:
            raise path_not_supported(self.signed.method, self.signed.path)
        return self.route

    def require_known_qualifier(self) -> None:
        """Raises FcError for a write with a qualifier. 2016-08-15 lets every path carry one; only settings take it."""
        route = self.route
        if self.qualifier not in (None, "", "LATEST") and self.writes and route and route.operation.setting is None:
            raise unknown_qualifier(route.names[0], str(self.qualifier))


def matched(request: web.Request) -> str:
    """Returns the `api` that `read` would find, but '' for a request that only its OSS signature identifies."""
    _, _, path, _ = _address(request)
    if sls.place(request.headers.get("Host", ""), path) is not None:
        return sls.API
    return _find(request.method, path)[0]


def read(request: web.Request) -> Exchange:
    """Reads the request without its body, which is read later."""
    target, base, path, query = _address(request)
    headers: dict[str, str] = {}
    for raw_name, raw_value in request.raw_headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    signed = SignedRequest(request.method, path, query, headers, b"")
    log = sls.place(headers.get("host", ""), path)
    if log is not None:
        where = Place(base.account, log.region or base.region)
        about = replace(signed, path=log.path)
        return Exchange(about, target, where, sls.API, None, None, request.remote or "", log_place=log)
    api, found, qualifier = _find(request.method, path)
    if not api and oss.access_key_id(signed):
        api = "oss"
    if api in ("actiontrail", *rpc.APIS):
        signed = replace(signed, path="/")  # their clients sign no path before their own
    exchange = Exchange(signed, target, _place(base, headers), api, found, qualifier, request.remote or "")
    return exchange.named(uuid_request_id().upper()) if api in rpc.APIS else exchange


def _address(request: web.Request) -> tuple[str, Place, str, str]:
    """Returns the target as received, and its base, path and query."""
    target = _origin_form(request.raw_path)
    base, rest = split_base(target)
    path, _, query = rest.partition("?")
    return target, base, path, query


def _without_lone_surrogates(body: bytes) -> bytes:
    """Replaces half of a surrogate pair by U+FFFD, as Go does; Python would keep it, and fail to store it."""
    if b"\\u" not in body:
        return body
    text = json.dumps(json.loads(body), ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def _origin_form(target: str) -> str:
    """Returns the path of a target. A client that uses a proxy sends the whole URL."""
    if target.startswith(("http://", "https://")):
        return "/" + target.split("/", 3)[3] if target.count("/") >= 3 else "/"
    return target


def _find(method: str, path: str) -> tuple[str, Route | None, str | None]:
    if path.startswith(PROXY):
        return "proxy", None, None
    if path.startswith(CODE):
        return "code", None, None
    if path.startswith(OSS):
        return "oss", None, None
    if path in rpc.ADDRESSES:
        return rpc.ADDRESSES[path], None, None
    if path.startswith(TEST_DOMAIN):
        return "test-domain", None, None
    if path == ACTIONTRAIL:
        return "actiontrail", None, None
    if path.startswith(f"/{V2021}/"):
        return V2021, route(method, path[len(V2021) + 1 :]), None
    if path.startswith(f"/{V2016}/"):
        rest, qualifier = _take_qualifier(path[len(V2016) + 1 :])
        return V2016, route(method, rest), qualifier
    return "", None, None


def _take_qualifier(path: str) -> tuple[str, str | None]:
    """Turns /services/svc.qualifier/... into /services/svc/... and the qualifier."""
    parts = path.split("/")
    if len(parts) > 2 and parts[1] == "services" and "." in parts[2]:
        parts[2], qualifier = parts[2].split(".", 1)
        return "/".join(parts), qualifier
    return path, None


def _place(base: Place, headers: dict[str, str]) -> Place:
    host = from_host(headers.get("host", ""))
    named = headers.get("x-fc-local-region") or headers.get("x-fc-region")
    return Place(base.account or host.account, base.region or host.region or named)
