"""XTrace's GetToken, for clients that switch tracing on and make the tracing address of it."""

from __future__ import annotations

from typing import Final

from fc_local.neighbours.frame import Asked, Operation
from fc_local.shape import Document


def token(asked: Asked) -> Document:
    """Answers as the real service does. The domain leads nowhere."""
    domain = f"tracing-analysis-dc-{asked.scope.region}.local.invalid"
    return {
        "Token": {
            "Domain": f"http://{domain}",
            "InternalDomain": f"http://{domain}",
            "LicenseKey": f"local@{asked.scope.account}",
            "Pid": "local@fc",
        }
    }


OPERATIONS: Final[dict[str, Operation]] = {"GetToken": token}
