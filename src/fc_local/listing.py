"""What the fake OSS answers about a bucket itself: its properties, a list of its objects, the deletion of several.

An answer is XML, as OSS's own clients read it.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from urllib.parse import quote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from aiohttp import web

from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.objects import BucketInfo, Objects, Stored
from fc_local.scope import DEFAULT_REGION
from fc_local.signatures import oss

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_MOST_KEYS = 1000
_MOST_BODY = 2 * 1024 * 1024


def check_name(bucket: str) -> None:
    if not _NAME.fullmatch(bucket):
        raise FcError(400, "InvalidBucketName", "The specified bucket is not valid.")


async def serve(
    request: web.Request, exchange: Exchange, objects: Objects, bucket: str, info: BucketInfo
) -> web.Response:
    """Answers a request that names a bucket and no object. Raises FcError."""
    query = {key: value or "" for key, value in exchange.signed.parameters()}
    match exchange.op:
        case "PutBucket":
            objects.keep_bucket(bucket, info)
            return web.Response()
        case "PutBucketVersioning":
            status = _text(await _body(request), "Status")
            if status not in ("Enabled", "Suspended"):
                raise FcError(400, "MalformedXML", "The XML you provided was not well-formed.")
            objects.keep_bucket(bucket, BucketInfo(info.owner, info.region, status))
            return web.Response()
        case "GetBucketInfo":
            if objects.bucket(bucket) is None:
                objects.keep_bucket(bucket, info)
            return _answer("BucketInfo", _about(bucket, info, oss.region(exchange.signed)))
        case "ListObjectsV2":
            return _answer("ListBucketResult", _listed(objects, bucket, query))
        case "DeleteMultipleObjects":
            for name in _elements(await _body(request), "Key")[:_MOST_KEYS]:
                objects.remove(bucket, name)
            return _answer("DeleteResult", "")
    raise FcError(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")


def _about(bucket: str, info: BucketInfo, asked: str) -> str:
    region = info.region or asked or DEFAULT_REGION
    versioning = f"<Versioning>{info.versioning}</Versioning>" if info.versioning else ""
    return (
        f"<Bucket><Name>{bucket}</Name><Location>oss-{region}</Location>"
        f"<ExtranetEndpoint>oss-{region}.aliyuncs.com</ExtranetEndpoint>"
        f"<IntranetEndpoint>oss-{region}-internal.aliyuncs.com</IntranetEndpoint>"
        f"<StorageClass>Standard</StorageClass>{versioning}"
        f"<Owner><DisplayName>{info.owner}</DisplayName><ID>{info.owner}</ID></Owner></Bucket>"
    )


def _listed(objects: Objects, bucket: str, query: dict[str, str]) -> str:
    prefix, after = query.get("prefix", ""), query.get("continuation-token") or query.get("start-after", "")
    told = query.get("max-keys") or "100"
    if not told.isdigit() or not 0 < int(told) <= _MOST_KEYS:
        raise FcError(400, "InvalidArgument", "Argument max-keys must be an integer between 1 and 1000.")
    most, coded = int(told), query.get("encoding-type") == "url"
    found = objects.listed(bucket, prefix, after, most + 1)
    page, more = found[:most], len(found) > most
    parts = [
        f"<Name>{bucket}</Name><Prefix>{_name(prefix, coded)}</Prefix><MaxKeys>{most}</MaxKeys>",
        f"<KeyCount>{len(page)}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>",
        "<EncodingType>url</EncodingType>" if coded else "",
        f"<NextContinuationToken>{_name(page[-1][0], coded)}</NextContinuationToken>" if more else "",
    ]
    return "".join([*parts, *(_item(name, stored, coded) for name, stored in page)])


def _item(name: str, stored: Stored, coded: bool) -> str:
    modified = datetime.fromtimestamp(stored.modified, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return (
        f"<Contents><Key>{_name(name, coded)}</Key><LastModified>{modified}</LastModified>"
        f'<ETag>"{stored.md5.upper()}"</ETag><Type>Normal</Type><Size>{stored.size}</Size>'
        "<StorageClass>Standard</StorageClass></Contents>"
    )


def _name(text: str, coded: bool) -> str:
    return quote(text, safe="") if coded else escape(text)


def _answer(root: str, inner: str) -> web.Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{inner}</{root}>'.encode("utf-8", "replace")
    return web.Response(body=body, content_type="application/xml")


async def _body(request: web.Request) -> bytes:
    body = await request.content.read(_MOST_BODY + 1)
    while not request.content.at_eof() and len(body) <= _MOST_BODY:
        body += await request.content.read(_MOST_BODY + 1 - len(body))
    if len(body) > _MOST_BODY or b"<!DOCTYPE" in body:
        raise FcError(400, "MalformedXML", "The XML you provided was not well-formed.")
    return body


def _elements(body: bytes, name: str) -> list[str]:
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  no document type, so no entities
    except ElementTree.ParseError as error:
        raise FcError(400, "MalformedXML", "The XML you provided was not well-formed.") from error
    return [each.text or "" for each in root.iter() if each.tag.rpartition("}")[2] == name]


def _text(body: bytes, name: str) -> str:
    return next(iter(_elements(body, name)), "")
