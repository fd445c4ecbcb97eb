"""Objects in a bucket of OSS: written once, listed, removed. A state that several machines share lies in them.

docs/decisions/0017-shared-state.md says why this does not use OSS's own SDK either.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.wire import guard
from fc_guard.cloud.wire.faults import Fault
from fc_guard.cloud.wire.guard import Exchange, guarded
from fc_guard.cloud.wire.oss import BUCKET, NOT_OSS, element, fault_of, signed
from fc_guard.cloud.wire.retry import FaultError, retried
from fc_guard.errors import BadInput, BaselineUnusable, Effect
from fc_guard.language import joined, t
from fc_guard.model.objects import Listed

ACTIONS: Final = ("oss:GetBucketInfo", "oss:ListObjects", "oss:GetObject", "oss:PutObject", "oss:DeleteObject")
"""What a RAM policy must allow."""
PAGE: Final = 1000
"""Objects of a page of a list, and of one deletion. OSS takes no more."""
MOST_LISTED: Final = 1_000_000
THREADS: Final = 16
"""Requests that may be under way at once."""
OF_OSS: Final = re.compile(r"oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com")
REQUEST_ID: Final = "x-oss-request-id"
LIST, GET, PUT, DELETE, INFO = "ListObjectsV2", "GetObject", "PutObject", "DeleteMultipleObjects", "GetBucketInfo"

ROOTS: Final = {LIST: "ListBucketResult", INFO: "BucketInfo"}


@dataclass(frozen=True, slots=True)
class Service:
    """Where OSS is: an address without the bucket, and the region that requests are signed for. `named` says that the
    bucket's name goes in front of the host, and not into the path."""

    url: str
    region: str
    named: bool

    def of(self, bucket: str) -> str:
        """Returns the address of a bucket's objects, with a slash at its end."""
        if not self.named:
            return f"{self.url}/{bucket}/"
        url = urlsplit(self.url)
        return f"{url.scheme}://{bucket}.{url.netloc}/"

    def moved(self, endpoint: str) -> Service | None:
        """Returns OSS at the endpoint that it named itself for a bucket of another region; None if that is none of
        OSS's. A server of another name goes on answering for all regions."""
        told = OF_OSS.fullmatch(endpoint)
        if told is None or told[1] == self.region:
            return None
        return replace(self, url=f"https://{endpoint}" if self.named else self.url, region=told[1])


def service(region: str, fc_endpoint: str, told: str = "") -> Service:
    """Returns the OSS beside an FC, or at the endpoint that a user `told`. Raises `BadInput`."""
    if told:
        url = urlsplit(told if "://" in told else f"https://{told}")
        if url.scheme not in ("http", "https") or not url.hostname or "@" in url.netloc or url.query or url.fragment:
            raise BadInput(
                t("FC_GUARD_OSS_ENDPOINT is no address of OSS."),
                hint=t("Set it to https://oss-cn-hangzhou-internal.aliyuncs.com, for instance."),
                reference="bad-endpoint",
                effect=Effect.NOTHING,
            )
        known = OF_OSS.fullmatch(url.hostname)
        address = f"{url.scheme}://{url.netloc}{url.path.rstrip('/')}"
        return Service(address, known[1] if known else region, named=known is not None)
    url = urlsplit(fc_endpoint)
    host = url.hostname or ""
    if not host.endswith(".aliyuncs.com"):
        return Service(f"{url.scheme}://{url.netloc}/__oss", region, named=False)
    inside = "-internal" if "-internal." in host else ""
    return Service(f"https://oss-{region}{inside}.aliyuncs.com", region, named=True)


class OssObjects:
    """Objects below `prefix` in a bucket; see `model.objects.Objects`. It may be used from several threads."""

    def __init__(self, bucket: str, prefix: str, service: Service, credential: Credential) -> None:
        """`prefix` is '' or ends with a slash. Raises `BaselineUnusable` for what is no bucket's name."""
        self._bucket = bucket
        self._prefix = prefix
        self._service = service
        self._credential = credential
        self._open = ExitStack()
        self._session = self._open.enter_context(guard.session(THREADS))
        if not BUCKET.fullmatch(bucket):
            fault = Fault(INFO, 400, "InvalidBucketName", t("{bucket!r} is no name of a bucket", bucket=bucket))
            raise self._told(fault)

    @property
    def name(self) -> str:
        return f"oss://{self._bucket}/{self._prefix}".rstrip("/")

    def close(self) -> None:
        self._open.close()

    def ours(self) -> bool:
        info = self._tree(INFO, self._asked("GET", INFO, "", {"bucketInfo": ""}))
        owner, versioning = info.findtext("Bucket/Owner/ID"), info.findtext("Bucket/Versioning") or ""
        if not owner:
            raise self._told(Fault(INFO, 200, "BadAnswer", NOT_OSS))
        if versioning not in ("", "Disabled"):
            raise BaselineUnusable(
                t("The bucket of {name} keeps versions ({versioning}).", name=self.name, versioning=versioning),
                hint=t(
                    "There OSS may let two runs write one object, so nothing would say who came first. Name a bucket\n"
                    "in which versioning was never switched on, and move the records there: fc-guard state move"
                ),
                reference="state-versioned",
                effect=Effect.NOTHING,
            )
        return owner == self._credential.account

    def create(self, key: str, data: bytes) -> bool:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-MD5": _md5(data),
            "x-oss-forbid-overwrite": "true",
        }
        try:
            # Whoever repeats this gets FileAlreadyExists where the first try had arrived.
            self._asked("PUT", PUT, key, {}, headers, data)
        except _Failed as failed:
            silent = failed.fault.status is None or failed.fault.status >= 500
            if failed.fault.code != "FileAlreadyExists" and not silent:
                raise
            there = self.read(key, len(data))
            if there is None:
                raise
            return there == data
        return True

    def read(self, key: str, most: int) -> bytes | None:
        patience = guard.DEADLINE_SECONDS + most / guard.UPLOAD_BYTES_PER_SECOND
        try:
            return self._asked("GET", GET, key, {}, patience=patience, most=max(most, guard.ANSWER_CAP)).body
        except _Failed as failed:
            if failed.fault.status == 404 and failed.fault.code == "NoSuchKey" and failed.fault.request_id:
                return None
            raise

    def list(self, below: str = "") -> tuple[Listed, ...]:
        return tuple(sorted(self._listed(below), key=lambda item: item.key))

    def remove(self, keys: Iterable[str]) -> None:
        wanted = list(keys)
        for start in range(0, len(wanted), PAGE):
            names = (escape(self._prefix + key) for key in wanted[start : start + PAGE])
            objects = "".join(f"<Object><Key>{name}</Key></Object>" for name in names)
            body = f"<Delete><Quiet>true</Quiet>{objects}</Delete>".encode()
            headers = {"Content-Type": "application/xml", "Content-MD5": _md5(body)}
            self._asked("POST", DELETE, "", {"delete": ""}, headers, body)

    def _listed(self, below: str) -> Iterator[Listed]:
        asked = {"encoding-type": "url", "list-type": "2", "max-keys": str(PAGE), "prefix": self._prefix + below}
        for _ in range(MOST_LISTED // PAGE):
            answer = self._asked("GET", LIST, "", asked)
            page = self._tree(LIST, answer)
            try:
                now = parsedate_to_datetime(answer.headers["date"])
                yield from [self._item(item, now) for item in page.findall("Contents")]
            except (KeyError, ValueError, TypeError) as error:
                raise self._told(Fault(LIST, 200, "BadAnswer", NOT_OSS)) from error
            token = unquote(page.findtext("NextContinuationToken") or "")
            if page.findtext("IsTruncated") != "true":
                return
            if not token or token == asked.get("continuation-token"):
                raise self._told(Fault(LIST, 200, "BadAnswer", NOT_OSS))
            asked = {**asked, "continuation-token": token}
        raise self._told(Fault(LIST, 200, "TooMany", t("more than {most} objects", most=MOST_LISTED)))

    def _item(self, item: ElementTree.Element, now: datetime) -> Listed:
        key, size = unquote(item.findtext("Key") or ""), int(item.findtext("Size") or "")
        written = datetime.strptime(item.findtext("LastModified") or "", "%Y-%m-%dT%H:%M:%S.%f%z")
        if not key.startswith(self._prefix):
            raise ValueError(key)
        return Listed(key[len(self._prefix) :], size, max(0.0, (now - written).total_seconds()))

    def _tree(self, operation: str, answer: Exchange) -> ElementTree.Element:
        """Returns the root of an answer's XML, in which no entities can be declared."""
        try:
            text = answer.body.decode("utf-8")
            if "<!" in text:
                raise ValueError(NOT_OSS)
            root = ElementTree.fromstring(text)  # noqa: S314  no document type, so no entities
            if root.tag != ROOTS[operation]:
                raise ValueError(NOT_OSS)
        except (ValueError, ElementTree.ParseError) as error:
            raise self._told(Fault(operation, answer.status, "BadAnswer", NOT_OSS)) from error
        return root

    def _asked(  # noqa: PLR0913  one request, as it is sent
        self,
        method: str,
        operation: str,
        key: str,
        query: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        patience: float | None = None,
        most: int = guard.ANSWER_CAP,
    ) -> Exchange:
        """Returns OSS's answer. Raises `_Failed`. A bucket of another region is followed there once."""

        def call() -> Exchange:
            at = self._service
            exchange = self._sent(at, method, key, query, headers or {}, body, patience, most)
            if exchange.status is None or exchange.status >= 300:
                moved = at.moved(element(exchange.body, "Endpoint"))
                if moved is None:
                    raise FaultError(fault_of(operation, exchange))
                self._service = moved
                exchange = self._sent(moved, method, key, query, headers or {}, body, patience, most)
                if exchange.status is None or exchange.status >= 300:
                    raise FaultError(fault_of(operation, exchange))
            if not exchange.headers.get(REQUEST_ID):  # somebody else's welcome page is no answer
                raise FaultError(Fault(operation, exchange.status, "BadAnswer", NOT_OSS))
            return exchange

        try:
            return retried(call, repeats=lambda fault: fault.transient)
        except FaultError as error:
            raise self._told(error.fault) from error

    def _sent(  # noqa: PLR0913, PLR0917  one request, as it is sent
        self,
        at: Service,
        method: str,
        key: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
        patience: float | None,
        most: int,
    ) -> Exchange:
        name = self._prefix + key if key else ""
        told = "&".join(f"{_quoted(item)}={_quoted(value)}" if value else item for item, value in sorted(query.items()))
        sent = {**headers, "Accept-Encoding": "identity"}
        now = datetime.now(timezone.utc)
        sent |= signed(method, f"/{self._bucket}/{name}", sent, self._credential, at.region, now, told)
        url = at.of(self._bucket) + quote(name, safe="/~") + (f"?{told}" if told else "")
        return guarded(method, url, sent, body, patience, through=self._session, most=most)

    def _told(self, fault: Fault) -> _Failed:
        reference, message, hint = _told_of(fault, self._bucket, self._service)
        text = t("The state in {name} cannot be used: {message}", name=self.name, message=message)
        return _Failed(fault, f"{text}\n{fault}", hint=hint, reference=reference, effect=Effect.NOTHING)


class _Failed(BaselineUnusable):
    def __init__(self, fault: Fault, message: str, *, hint: str, reference: str, effect: Effect) -> None:
        super().__init__(message, hint=hint, reference=reference, effect=effect)
        self.fault = fault


def _told_of(fault: Fault, bucket: str, service: Service) -> tuple[str, str, str]:
    """Returns reference, message and hint for a fault."""
    if fault.code == "TooSlow" or fault.status is None:
        return (
            "state-unreachable",
            t("OSS does not answer at {url}.", url=service.url),
            t("Check the network and FC_GUARD_OSS_ENDPOINT: inside a VPC it may have to be OSS's internal address."),
        )
    if fault.code in ("NoSuchBucket", "InvalidBucketName"):
        return (
            "state-no-bucket",
            t("there is no bucket {bucket}.", bucket=bucket),
            t("Correct `state`, or make the bucket: private, without versions, in the region of the functions."),
        )
    if fault.code == "RequestTimeTooSkewed":
        return (
            "state-clock",
            t("the clock of this machine differs from OSS's by more than 15 minutes."),
            t("Set the clock, and run again."),
        )
    if fault.status in (401, 403):
        return (
            "state-denied",
            t("access is denied."),
            t(
                "The RAM user needs {actions}\non acs:oss:*:*:{bucket} and acs:oss:*:*:{bucket}/*.",
                actions=joined(ACTIONS, ", "),
                bucket=bucket,
            ),
        )
    if fault.status in (429, 503):
        return "state-throttled", t("OSS has too much to do."), t("Run it again.")
    return "state-unusable", t("OSS answered with an error."), t("Run it again; if it stays, ask with the request id.")


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _quoted(text: str) -> str:
    return quote(text, safe="~")
