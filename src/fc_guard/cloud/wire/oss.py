"""PUT, HEAD and GET of one OSS object, which is all that packages and certificates need, over `requests`, which the
SDK brings.

docs/decisions/0004-oss-without-its-sdk.md says why this does not use OSS's own SDK.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final
from urllib.parse import quote, urlsplit

from fc_guard.cloud.gateway import Content, Credential, Stored, Watch
from fc_guard.cloud.wire import guard
from fc_guard.cloud.wire.faults import Fault
from fc_guard.cloud.wire.guard import Exchange, fault_of_silence, guarded
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.language import t
from fc_guard.net.held import under_way

NOT_OSS: Final = t("the answer is not what OSS sends")
OPERATIONS: Final = {"PUT": "PutObject", "HEAD": "HeadObject", "GET": "GetObject"}
NOTHING_THERE: Final = 416
"""The status of a range of an object that is empty."""
BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket and the keys for it. `url` is the address of its objects and ends with a slash."""

    name: str
    url: str
    region: str
    credential: Credential


def address(bucket: str, region: str, fc_endpoint: str, told: str = "") -> str:
    """Returns the address of a bucket's objects. `told` is the address that the local FC names: it keeps objects beside
    its API. Raises `FaultError` for an invalid name."""
    if not BUCKET.fullmatch(bucket):
        raise FaultError(Fault("OSS", 400, "InvalidBucketName", t("{bucket!r} is no name of a bucket", bucket=bucket)))
    url = urlsplit(fc_endpoint)
    host = url.hostname or ""
    if told:
        return f"{told.rstrip('/')}/{bucket}/"
    if not host.endswith(".aliyuncs.com"):
        return f"{url.scheme}://{url.netloc}/__oss/{bucket}/"
    inside = "-internal" if "-internal." in host else ""  # FC's address inside a VPC; OSS has one there too
    return f"https://{bucket}.oss-{region}{inside}.aliyuncs.com/"


def put(bucket: Bucket, key: str, content: Content, watch: Watch) -> None:
    """Uploads an object, from the beginning again after a transient failure. Raises `FaultError`."""
    answer = retried(lambda: _call("PUT", bucket, key, _Body(content, watch)), repeats=lambda fault: fault.transient)
    told = answer.headers.get("x-oss-hash-crc64ecma")
    if not answer.headers.get("etag"):
        raise FaultError(Fault("PutObject", answer.status, "BadAnswer", NOT_OSS))
    if told not in (None, content.checksum):
        raise FaultError(Fault("PutObject", answer.status, "Damaged", t("the package arrived damaged")))


def head(bucket: Bucket, key: str) -> Stored | None:
    """Returns what OSS knows about an object, None if there is no such object or bucket. Raises `FaultError`."""
    try:
        # OSS may be unreachable from here; waiting for it would only hold up the user.
        answer = retried(lambda: _call("HEAD", bucket, key, None), repeats=lambda f: f.transient and f.reached)
    except FaultError as error:
        if error.fault.status == 404 and error.fault.request_id:  # a proxy's 404 has no request id
            return None
        raise
    size, checksum = answer.headers.get("content-length", ""), answer.headers.get("x-oss-hash-crc64ecma")
    etag = answer.headers.get("etag")
    if not etag or not (checksum is None or _number(checksum)) or not (size == "" or _number(size)):
        raise FaultError(Fault("HeadObject", answer.status, "BadAnswer", NOT_OSS))
    return Stored(checksum, int(size) if size else None)


class ElsewhereError(Exception):
    """The bucket is in another region than the one that was asked. `endpoint` is where OSS says that it is."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.endpoint = endpoint


def get(bucket: Bucket, key: str, most: int) -> bytes | None:
    """Returns the first `most` bytes of an object and one more, None if there is no such object or bucket. Raises
    `FaultError`, and `ElsewhereError`."""
    wanted = {"Range": f"bytes=0-{most}"}

    def call() -> Exchange:
        exchange = _sent("GET", bucket, key, None, wanted)
        if exchange.status is not None and exchange.status >= 300 and (told := element(exchange.body, "Endpoint")):
            raise ElsewhereError(told)
        return _answer("GET", exchange)

    try:
        answer = retried(call, repeats=lambda fault: fault.transient)
    except FaultError as error:
        if error.fault.status == 404 and error.fault.request_id:  # a proxy's 404 has no request id
            return None
        if error.fault.status == NOTHING_THERE:
            return b""
        raise
    if not answer.headers.get("etag"):
        raise FaultError(Fault(OPERATIONS["GET"], answer.status, "BadAnswer", NOT_OSS))
    return answer.body


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(1 << 64))


class _Body:
    """A package as a request's body. It has a length, so `requests` sends it as one stream and not in chunks."""

    def __init__(self, content: Content, watch: Watch) -> None:
        self._content = content
        self._watch = watch

    def __len__(self) -> int:
        return self._content.size

    def __iter__(self) -> Iterator[bytes]:
        """Yields small pieces, each of which must be sent within the pace."""
        done, limit = 0, under_way()
        if limit is not None:
            limit.expect(guard.UPLOAD_PACE, len(self))
        for chunk in self._content.chunks():
            for start in range(0, len(chunk), guard.PIECE):
                piece = chunk[start : start + guard.PIECE]
                yield piece
                if limit is not None:
                    limit.moved(len(piece))
            done += len(chunk)
            self._watch(done)
        if limit is not None:
            limit.allow(guard.DEADLINE_SECONDS)


def _call(method: str, bucket: Bucket, key: str, body: _Body | None) -> Exchange:
    return _answer(method, _sent(method, bucket, key, body, {}))


def _sent(method: str, bucket: Bucket, key: str, body: _Body | None, more: Mapping[str, str]) -> Exchange:
    headers = {"Accept-Encoding": "identity", **more}
    if body is not None:
        headers["Content-Type"] = "application/octet-stream"
    path = f"/{bucket.name}/{key}"
    headers |= signed(method, path, headers, bucket.credential, bucket.region, datetime.now(timezone.utc))
    return guarded(method, bucket.url + quote(key, safe="/~"), headers, body)


def _answer(method: str, exchange: Exchange) -> Exchange:
    if exchange.status is None or exchange.status >= 300:
        raise FaultError(fault_of(OPERATIONS[method], exchange))
    return exchange


def fault_of(operation: str, exchange: Exchange) -> Fault:
    """Returns the fault of a failed request to OSS."""
    if exchange.status is None:
        return fault_of_silence(operation, exchange)
    told = exchange.body or _from_header(exchange.headers.get("x-oss-err", ""))
    code = element(told, "Code") or ("NoSuchKey" if exchange.status == 404 else "Unknown")
    message = element(told, "Message") or t("no message")
    return Fault(operation, exchange.status, code, message, exchange.headers.get("x-oss-request-id", ""))


def _from_header(text: str) -> bytes:
    """Decodes a HEAD's error, which is in a header since there is no body."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def element(told: bytes, name: str) -> str:
    """Reads an element from OSS's XML, or from the local FC's JSON."""
    text = told.decode("utf-8", "replace")
    found = re.search(rf"<{name}>([^<]*)</{name}>", text) or re.search(rf'"{name}": ?"([^"]*)"', text)
    return found.group(1) if found else ""


def signed(
    method: str,
    path: str,
    headers: Mapping[str, str],
    credential: Credential,
    region: str,
    at: datetime,
    query: str = "",
) -> dict[str, str]:
    """Returns the headers that sign a request: OSS4-HMAC-SHA256. `path` is /<bucket>/<object>, not encoded, also where
    the URL has the bucket in its host; `query` is encoded and in the order of its keys. Version 1 is closed to new
    accounts and buckets since 2025."""
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    added = {"x-oss-date": moment, "x-oss-content-sha256": "UNSIGNED-PAYLOAD"}
    if credential.security_token:
        added["x-oss-security-token"] = credential.security_token
    lower = {name.lower(): value.strip() for name, value in {**headers, **added}.items()}
    names = sorted(name for name in lower if name.startswith("x-oss-") or name in ("content-type", "content-md5"))
    listed = "".join(f"{name}:{lower[name]}\n" for name in names)
    request = "\n".join([method, quote(path, safe="/~"), query, listed, "", "UNSIGNED-PAYLOAD"])
    scope = f"{moment[:8]}/{region}/oss/aliyun_v4_request"
    text = "\n".join(["OSS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"aliyun_v4{credential.access_key_secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    added["Authorization"] = f"OSS4-HMAC-SHA256 Credential={credential.access_key_id}/{scope},Signature={signature}"
    return added
