"""Creating once: a request with the ClientToken of an earlier one has its answer and does nothing."""

from __future__ import annotations

import json
from typing import Final

from fc_local.errors import FcError
from fc_local.neighbours.frame import Asked, Operation
from fc_local.shape import Document

KIND: Final = "client_token"
_OF_THE_REQUEST: Final = frozenset(
    (
        *("Action", "Version", "Format", "Timestamp", "ClientToken", "AccessKeyId", "SecurityToken"),
        *("Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "SignatureType"),
    )
)
"""Parameters that say nothing about what is asked for."""


def once(operation: Operation) -> Operation:
    """Returns the operation for products that know a repeated request by its ClientToken."""

    def carried_out(asked: Asked) -> Document:
        token = asked.get("ClientToken")
        if not token:
            return operation(asked)
        path, wanted = (f"{asked.action}:{token}",), _wanted(asked)
        earlier = asked.find(KIND, *path)
        if earlier is None:
            answer = operation(asked)
            asked.keep(KIND, path, {"asked": wanted, "answer": answer})
            return answer
        if earlier["asked"] != wanted:
            raise FcError(
                400, "IdempotentParameterMismatch", "The same client token was passed in to different parameters."
            )
        return dict(earlier["answer"])

    return carried_out


def _wanted(asked: Asked) -> str:
    return json.dumps(sorted(pair for pair in asked.parameters.items() if pair[0] not in _OF_THE_REQUEST))
