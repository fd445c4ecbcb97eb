"""The HTTP side of the fake OSS: PUT, GET, HEAD and DELETE of /__oss/<bucket>/<object>, with bodies streamed to and
from disk, and what `listing` answers about a bucket.

OSS's own clients in path style omit /__oss, so every request with a signature of OSS comes here.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import time
from dataclasses import replace

from aiohttp import web

from fc_local import listing
from fc_local.addresses import of_object, split_object
from fc_local.checksum import Crc64
from fc_local.errors import FcError
from fc_local.exchange import Exchange
from fc_local.guard import HEADER, is_real_service
from fc_local.objects import BucketInfo, Objects, Stored
from fc_local.signatures import KeyRing, SignedRequest, oss
from fc_local.switches import Switches

CHUNK = 1024 * 1024


class Bucket:
    def __init__(self, objects: Objects, keys: KeyRing, switches: Switches, account: str) -> None:
        """`account` is that of requests without a key."""
        self._objects = objects
        self._keys = keys
        self._switches = switches
        self._account = account

    async def serve(self, request: web.Request, exchange: Exchange) -> tuple[web.StreamResponse, Exchange]:
        """Returns the answer, and the exchange for the journal, with the digest of what was streamed."""
        bucket, name = split_object(exchange.signed.path)
        if not bucket:
            raise FcError(400, "InvalidArgument", "an object is addressed as /__oss/<bucket>/<object>")
        account = self._authenticate(exchange.signed, bucket, name)
        info = self._admitted(exchange, bucket, account)
        if not name:
            return await listing.serve(request, exchange, self._objects, bucket, info), exchange
        if exchange.signed.method == "PUT":
            return await self._put(request, exchange, info, bucket, name)
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

    def _admitted(self, exchange: Exchange, bucket: str, account: str) -> BucketInfo:
        """Returns the bucket. Raises FcError where there is none, or where it is another account's or region's."""
        info, signed = self._objects.bucket(bucket), exchange.signed
        if exchange.op == "PutBucket":
            listing.check_name(bucket)
            return info or BucketInfo(account, oss.region(signed))
        if info is None:
            if not self._switches["buckets_appear"]:
                raise FcError(404, "NoSuchBucket", "The specified bucket does not exist.")
            info = BucketInfo(account)
            if exchange.writes:
                self._objects.keep_bucket(bucket, info)
            return info
        region = oss.region(signed)
        if region and info.region and region != info.region:
            message = "The bucket you are attempting to access must be addressed using the specified endpoint."
            more = {"Bucket": bucket, "Endpoint": f"oss-{info.region}.aliyuncs.com"}
            raise FcError(403, "AccessDenied", message, more=more)
        if account != info.owner and not self._switches["buckets_are_open"]:
            raise FcError(403, "AccessDenied", "You have no right to access this object because of bucket acl.")
        return info

    async def _put(
        self, request: web.Request, exchange: Exchange, info: BucketInfo, bucket: str, name: str
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
            # Said of real buckets: the header means nothing while versions are kept.
            only_new = exchange.signed.header("x-oss-forbid-overwrite") == "true" and not info.versioning
            if only_new and self._objects.find(bucket, name) is not None:
                message = "The object you specified already exists and can not be overwritten."
                raise FcError(409, "FileAlreadyExists", message)
            stored = Stored(file, size, crc.value(), md5.hexdigest(), time.time())
            self._objects.keep(bucket, name, stored)
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        noted = replace(exchange, streamed=(sha256.hexdigest(), size))
        return web.Response(headers=_headers(stored)), noted

    def _authenticate(self, signed: SignedRequest, bucket: str, name: str) -> str:
        """Returns the account that asks. Raises FcError unless the key may access the object. A temporary key may
        access its own object only; an account's own key, and the admin header of tests, any object."""
        inside = signed.header(HEADER.lower()) == "1" or self._switches["auth"] != "enforce"
        if inside and not is_real_service(signed.header("host")):
            return self._account
        access_key_id = oss.access_key_id(signed)
        if access_key_id is None:
            raise FcError(403, "AccessDenied", "You have no right to access this object because of bucket acl.")
        grant, key = self._objects.granted(access_key_id), self._keys.find(access_key_id)
        if grant is not None:
            secret, account = grant.access_key_secret, grant.account
            if oss.security_token(signed) != grant.security_token:
                raise FcError(403, "InvalidSecurityToken", "The security token you provided is invalid.")
            if (
                bucket != grant.bucket
                or not name.endswith(f"/{grant.object_name}")
                or not name.startswith(f"{grant.account}/")
            ):
                raise FcError(403, "AccessDenied", "You have no right to access this object.")
        elif key is not None:
            secret, account = key.access_key_secret, key.account
        else:
            raise FcError(
                403, "InvalidAccessKeyId", "The OSS Access Key Id you provided does not exist in our records."
            )
        self._check_time(signed)
        if not oss.verify(replace(signed, path=of_object(signed.path)), secret):
            message = "The request signature we calculated does not match the signature you provided."
            raise FcError(403, "SignatureDoesNotMatch", message)
        return account

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


def _headers(stored: Stored) -> dict[str, str]:
    return {"ETag": f'"{stored.md5.upper()}"', "x-oss-hash-crc64ecma": stored.checksum}
