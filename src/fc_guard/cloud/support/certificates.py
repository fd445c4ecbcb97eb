"""Certificates that are read with the run's keys: out of the certificate service (CAS), and out of OSS."""

from __future__ import annotations

from threading import Lock
from typing import Final

from fc_guard.cloud.support.product import Actions, Rpc, denied
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire import oss
from fc_guard.cloud.wire.faults import as_read_error
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.errors import BadInput, Effect, Unreadable
from fc_guard.language import t
from fc_guard.render.values import safe

PRODUCT: Final = "cas"
VERSION: Final = "2018-07-13"
OPERATION: Final = "DescribeUserCertificateDetail"
ABSENT: Final = ("NotFound",)
"""The code of a number without a certificate is not documented. Any other error is told in the words of CAS."""
BY_NUMBER: Final = Actions(("yundun-cert:DescribeUserCertificateDetail",), (), ())
IN_OSS: Final = Actions(("oss:GetObject",), (), ())

Pair = tuple[str, str]
"""(certificate, private key), as PEM text"""


class Certificates:
    """What was read stays the same for the rest of the run: several steps may name one certificate."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._pairs: dict[int, Pair | None] = {}
        self._objects: dict[tuple[str, str, str], bytes | None] = {}
        self._reading = Lock()

    def numbered(self, number: int) -> Pair | None:
        """Returns the certificate with a number, None if there is none. Raises `Unreadable`."""
        with self._reading:
            if number not in self._pairs:
                self._pairs[number] = self._asked(number)
            return self._pairs[number]

    def object(self, region: str, bucket: str, key: str, most: int) -> bytes | None:
        """Returns an object of at most `most` bytes, None if there is no such object or bucket. Raises `BadInput` where
        the bucket is in another region, and `Unreadable`."""
        known = (region, bucket, key)
        with self._reading:
            if known not in self._objects:
                self._objects[known] = self._got(*known, most)
            return self._objects[known]

    def _asked(self, number: int) -> Pair | None:
        answer = Rpc(self._reach, PRODUCT, VERSION).ask(OPERATION, {"CertId": number}, ABSENT)
        if answer is None:
            return None
        certificate, key = answer.get("Cert"), answer.get("Key")
        if not isinstance(certificate, str) or not isinstance(key or "", str) or answer.get("Id", number) != number:
            text = t("{operation}: the answer holds no certificate", operation=OPERATION)
            raise Unreadable(text, effect=Effect.NOTHING)
        return certificate, key or ""

    def _got(self, region: str, bucket: str, key: str, most: int) -> bytes | None:
        endpoint = self._reach.endpoint
        if region != self._reach.region:  # OSS's address inside a VPC leads to the buckets of its own region
            endpoint = endpoint.replace("-internal.", ".")
        try:
            at = oss.Bucket(bucket, oss.address(bucket, region, endpoint), region, self._reach.keys)
            return oss.get(at, key, most)
        except oss.ElsewhereError as error:
            text = t("the bucket {bucket} is at {endpoint}", bucket=bucket, endpoint=safe(error.endpoint))
            raise BadInput(text, effect=Effect.NOTHING) from error
        except FaultError as error:
            raise denied("oss", error.fault, as_read_error(error.fault)) from error
