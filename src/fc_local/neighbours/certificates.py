"""The certificates of CAS, which are put here by /__admin and only read by its API."""

from __future__ import annotations

from typing import Final

from fc_local.errors import FcError
from fc_local.neighbourhood import CERTIFICATE
from fc_local.neighbours.frame import Asked, Operation
from fc_local.shape import Document


def detail(asked: Asked) -> Document:
    found = asked.find(CERTIFICATE, asked.need("CertId"))
    if found is None:
        raise FcError(400, "NotFound", "The certificate does not exist.")  # the code is not documented
    return found


OPERATIONS: Final[dict[str, Operation]] = {"DescribeUserCertificateDetail": detail}
