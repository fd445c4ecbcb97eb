"""The HTTP side of the fake OSS: PUT, GET, HEAD and DELETE of /__oss/<bucket>/<object>, with bodies streamed to and
from disk.

OSS's own clients in path style omit /__oss, so every request with a signature of OSS comes here.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import time
from dataclasses import replace
from urllib.parse import unquote

from aiohttp import web

from fc_local.addresses import OSS
from fc_local.checksum import Crc64
from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.guard import HEADER, is_real_service
from fc_local.objects import Objects, Stored
from fc_local.signatures import KeyRing, SignedRequest, oss
from fc_local.switches import Switches

CHUNK = 1024 * 1024


class Bucket:
    def __init__(self, objects: Objects, keys: KeyRing, switches: Switches) -> None:
        self._objects = objects
        self._keys = keys
        self._switches = switches

    async def serve(self, request: web.Request, exchange: Exchange) -> tuple[web.StreamResponse, Exchange]:
        """Returns the answer, and the exchange for the journal, with the digest of what was streamed."""
        bucket, name = split_object(exchange.signed.path)
        self._authenticate(exchange.signed, bucket, name)
        if exchange.signed.method == "PUT":
            return await self._put(request, exchange, bucket, name)
        if exchange.signed.method == "DELETE":
            self._objects.remove(bucket, name)
            return web.Response(status=204), exchange
        if exchange.signed.method in ("GET", "HEAD"):
            stored = self._objects.find(bucket, name)
            if stored is None:
                raise FcError(404, "NoSuchKey", "The specified key does not exist.")
            headers = {**_headers(stored), "Content-Type": "application/octet-stream"}
            return web.FileResponse(stored.file, CHUNK, headers=headers), exchange
        raise FcError(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")

    async def _put(
        self, request: web.Request, exchange: Exchange, bucket: str, name: str
    ) -> tuple[web.StreamResponse, Exchange]:
        file = self._objects.new_file()
        sha256, md5, crc, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), Crc64(), 0
        try:
            with file.open("xb") as target:
                async for chunk in request.content.iter_chunked(CHUNK):
                    target.write(chunk)
                    size += len(chunk)
                    for digest in (sha256, md5, crc):
                        digest.update(chunk)
                target.flush()
                await asyncio.to_thread(os.fsync, target.fileno())
            given = exchange.signed.header("content-md5")
            if given and given != base64.b64encode(md5.digest()).decode():
                raise FcError(400, "InvalidDigest", "The Content-MD5 you specified did not match what we received.")
            stored = Stored(file, size, crc.value(), md5.hexdigest())
            self._objects.keep(bucket, name, stored)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        noted = replace(exchange, streamed=(sha256.hexdigest(), size))
        return web.Response(headers=_headers(stored)), noted

    def _authenticate(self, signed: SignedRequest, bucket: str, name: str) -> None:
        """Raises FcError unless the key may access the object. A temporary key may access its own object only; an
        account's own key, and the admin header of tests, any object."""
        inside = signed.header(HEADER.lower()) == "1" or self._switches["auth"] != "enforce"
        if inside and not is_real_service(signed.header("host")):
            return
        access_key_id = oss.access_key_id(signed)
        if access_key_id is None:
            raise FcError(403, "AccessDenied", "You have no right to access this object because of bucket acl.")
        grant, key = self._objects.granted(access_key_id), self._keys.find(access_key_id)
        if grant is not None:
            secret = grant.access_key_secret
            if oss.security_token(signed) != grant.security_token:
                raise FcError(403, "InvalidSecurityToken", "The security token you provided is invalid.")
            if (
                bucket != grant.bucket
                or not name.endswith(f"/{grant.object_name}")
                or not name.startswith(f"{grant.account}/")
            ):
                raise FcError(403, "AccessDenied", "You have no right to access this object.")
        elif key is not None:
            secret = key.access_key_secret
        else:
            raise FcError(
                403, "InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist in our records."
            )
        self._check_time(signed)
        if not oss.verify(replace(signed, path=_address(signed.path)), secret):
            message = "The request signature we calculated does not match the signature you provided."
            raise FcError(403, "SignatureDoesNotMatch", message)

    def _check_time(self, signed: SignedRequest) -> None:
        if oss.is_expired(signed):
            raise FcError(403, "AccessDenied", "Request has expired.")
        skew = self._switches["clock_skew_seconds"]
        if not skew or not signed.header("authorization"):
            return
        made = oss.signed_at(signed)
        if made is None:
            raise FcError(403, "AccessDenied", "OSS authentication requires a valid Date.")
        if abs(time.time() - made) > skew:
            message = "The difference between the request time and the current time is too large."
            raise FcError(403, "RequestTimeTooSkewed", message)


def split_object(path: str) -> tuple[str, str]:
    """Splits /__oss/bucket/a/b or /bucket/a/b into bucket and a/b."""
    bucket, _, name = unquote(_address(path)[1:]).partition("/")
    if not bucket or not name:
        raise FcError(400, "InvalidArgument", "an object is addressed as /__oss/<bucket>/<object>")
    return bucket, name


def _address(path: str) -> str:
    """Returns the path as OSS has it, without /__oss."""
    return path[len(OSS) - 1 :] if path.startswith(OSS) else path


def _headers(stored: Stored) -> dict[str, str]:
    return {"ETag": f'"{stored.md5.upper()}"', "x-oss-hash-crc64ecma": stored.checksum}
