"""Calls from inside, for the web console and /__admin/edit: they have no signature and the forms of 2021-04-06."""

from __future__ import annotations

import json

from fc_local import errors
from fc_local.calls import Call
from fc_local.errors import FcError
from fc_local.identity import new_request_id
from fc_local.kinds import V2021
from fc_local.operations import OPERATIONS
from fc_local.scope import Scope
from fc_local.shape import Document


def edit_call(  # noqa: PLR0913 - one argument for each part of a request
    op: str,
    path: tuple[str, ...],
    body: Document,
    *,
    scope: Scope,
    server: str,
    who: str,
    client: str,
    if_match: str | None = None,
) -> Call:
    """Makes a call. Query parameters are in `body`, too. A create's name may be the last in `path`."""
    operation = OPERATIONS.get(op)
    if operation is None or operation.action == "invoke":
        raise FcError(404, "PathNotSupported", f"'{op}' is not an operation of this server")
    wanted = operation.pattern.count("*")
    if operation.action == "create" and operation.kind and len(path) == wanted + 1:
        body = {operation.kind.name_field: path[-1], **body}
        path = path[:-1]
    if len(path) != wanted:
        raise errors.invalid(f"{op} takes a path of {wanted} names, not {json.dumps(list(path))}")
    return Call(
        *(operation, path, body, body, scope, V2021, server, who, client, "127.0.0.1"),
        if_match=if_match,
        files=_files(body.get("files")),
        inside=True,
        request_id=new_request_id(),
        agent=client,
    )


def _files(value: object) -> dict[str, str | None] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not all(text is None or isinstance(text, str) for text in value.values()):
        raise errors.invalid('files is an object such as {"index.py": "text", "old.py": null}')
    return value
