"""The operations that questions and cleaning use: verb and path of each."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

_SERVICE: Final = "/services/{}"
_FUNCTION: Final = _SERVICE + "/functions/{}"
_TRIGGER: Final = _FUNCTION + "/triggers/{}"
_ASYNC: Final = _FUNCTION + "/async-invoke-config"

OPERATIONS: Final = {
    "CreateService": ("POST", "/services"),
    "GetService": ("GET", _SERVICE),
    "ListServices": ("GET", "/services"),
    "DeleteService": ("DELETE", _SERVICE),
    "CreateFunction": ("POST", _SERVICE + "/functions"),
    "GetFunction": ("GET", _FUNCTION),
    "GetFunctionCode": ("GET", _FUNCTION + "/code"),
    "ListFunctions": ("GET", _SERVICE + "/functions"),
    "UpdateFunction": ("PUT", _FUNCTION),
    "DeleteFunction": ("DELETE", _FUNCTION),
    "PutFunctionAsyncInvokeConfig": ("PUT", _ASYNC),
    "CreateTrigger": ("POST", _FUNCTION + "/triggers"),
    "ListTriggers": ("GET", _FUNCTION + "/triggers"),
    "UpdateTrigger": ("PUT", _TRIGGER),
    "DeleteTrigger": ("DELETE", _TRIGGER),
    "PublishServiceVersion": ("POST", _SERVICE + "/versions"),
    "ListServiceVersions": ("GET", _SERVICE + "/versions"),
    "DeleteServiceVersion": ("DELETE", _SERVICE + "/versions/{}"),
    "CreateAlias": ("POST", _SERVICE + "/aliases"),
    "ListAliases": ("GET", _SERVICE + "/aliases"),
    "DeleteAlias": ("DELETE", _SERVICE + "/aliases/{}"),
    "CreateCustomDomain": ("POST", "/custom-domains"),
    "GetCustomDomain": ("GET", "/custom-domains/{}"),
    "UpdateCustomDomain": ("PUT", "/custom-domains/{}"),
    "DeleteCustomDomain": ("DELETE", "/custom-domains/{}"),
    "GetAccountConfigs": ("GET", "/accountConfigs"),
    "GetTempCodeBucketToken": ("GET", _SERVICE + "/tempCodeBucketToken"),
}


def addressed(operation: str, names: tuple[str, ...]) -> tuple[str, str]:
    """Returns the verb of an operation, and its path with the names in it."""
    method, path = OPERATIONS[operation]
    return method, path.format(*(quote(name, safe="~") for name in names))
