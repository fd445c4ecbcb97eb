"""What Simple Log Service has of its own on the wire: addresses, operations and the form of its errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fc_local.errors import FcError

PREFIX: Final = "/__sls/"
API: Final = "sls"
_HOST: Final = re.compile(
    r"(?:https?://)?(?:([a-z0-9-]+)\.)?([a-z0-9-]+)\.log\.aliyuncs\.com(?::[0-9]+)?", re.IGNORECASE
)
_STORE: Final = re.compile(r"/logstores/[^/]+")
_INDEX: Final = re.compile(r"/logstores/[^/]+/index")
_OPS: Final = {
    "account": {"POST": "CreateProject", "GET": "ListProject"},
    "project": {"GET": "GetProject", "DELETE": "DeleteProject"},
    "stores": {"POST": "CreateLogStore", "GET": "ListLogStores"},
    "store": {"GET": "GetLogStore", "PUT": "UpdateLogStore", "DELETE": "DeleteLogStore"},
    "index": {"POST": "CreateIndex", "GET": "GetIndex", "DELETE": "DeleteIndex"},
}
_CODES: Final = {
    "SignatureNotMatch": (403, "SignatureNotMatch"),
    "InvalidAccessKeyID": (401, "Unauthorized"),
    "MissingRequiredHeader": (401, "Unauthorized"),
    "RequestTimeTooSkewed": (400, "RequestTimeTooSkewed"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A project, '' where a request names none, the region that the host names, and the path that is signed."""

    project: str
    region: str
    path: str


def place(host: str, path: str) -> Place | None:
    """Returns what a request to this service is about; None for one to another. The project is in the host's name, or
    here, where host names are one, in the path."""
    if path.startswith(PREFIX):
        project, slash, rest = path[len(PREFIX) :].partition("/")
        return Place(project, "", f"/{rest}" if slash else "/")
    found = _HOST.fullmatch(host)
    return None if found is None else Place(found[1] or "", found[2], path or "/")


def operation(method: str, where: Place) -> str:
    """Returns the name of an operation, '' if there is none."""
    path = where.path.rstrip("/") or "/"
    if path == "/":
        kind = "project" if where.project else "account"
    elif path == "/logstores":
        kind = "stores"
    else:
        kind = "store" if _STORE.fullmatch(path) else "index" if _INDEX.fullmatch(path) else ""
    return _OPS.get(kind, {}).get(method, "")


def writes(operation: str) -> bool:
    return not operation.startswith(("Get", "List"))


def in_its_form(error: FcError) -> FcError:
    status, code = _CODES.get(error.code, (error.status, error.code))
    return FcError(status, code, error.message, error.headers, error.more)


def error_body(error: FcError) -> dict[str, str]:
    return {"errorCode": error.code, "errorMessage": error.message}
