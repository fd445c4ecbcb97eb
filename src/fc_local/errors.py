"""Function Compute's errors: status, code and message as the real service has them (facts 5.2, 5.3)."""

from __future__ import annotations


class FcError(Exception):
    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: dict[str, str] | None = None,
        more: dict[str, str] | None = None,
    ) -> None:
        """`more` are further elements of the answer's body."""
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.more = more or {}

    def with_extra_keys(self) -> FcError:
        """Returns the same error with the keys that the real service may add."""
        extra = {"HostId": "fc.aliyuncs.com", "AccessDeniedDetail": "", **self.more}
        return FcError(self.status, self.code, self.message, self.headers, extra)

    def body(self, request_id: str) -> dict[str, str]:
        """Returns an envelope for both APIs: Code/Message (2021-04-06) and ErrorCode/ErrorMessage (2016-08-15)."""
        return {
            **self.more,
            "Code": self.code,
            "Message": self.message,
            "RequestId": request_id,
            "ErrorCode": self.code,
            "ErrorMessage": self.message,
        }


def invalid(message: str) -> FcError:
    return FcError(400, "InvalidArgument", message)


def required(field: str) -> FcError:
    return invalid(f"{field} is required but not provided")


def not_allowed(field: str, allowed: tuple[str, ...], actual: object) -> FcError:
    return invalid(f"{field} is set to an invalid value (allowed: {' | '.join(allowed)}, actual: '{actual}')")


def too_small(field: str, minimum: float, actual: object) -> FcError:
    return invalid(f"{field} is too small (min: {minimum}, actual: '{actual}')")


def too_large(field: str, maximum: float, actual: object) -> FcError:
    return invalid(f"{field} is too large (max: {maximum}, actual: '{actual}')")


def bad_format(field: str, allowed: str, actual: str) -> FcError:
    return invalid(f"{field} doesn't match expected format (allowed: {allowed}, actual: '{actual}')")


def foreign_role(code: str, field: str, arn: str) -> FcError:
    """Refuses a role that the caller may not hand on. Which of the two codes the real service has is not known."""
    if code == "AccessDenied":
        return FcError(403, code, f"the caller is not authorized to perform 'ram:PassRole' on resource '{arn}'")
    return invalid(f"{field} '{arn}' does not belong to the account of the caller")


def missing_header(name: str) -> FcError:
    return FcError(400, "MissingRequiredHeader", f"required HTTP header {name} was not specified")


def path_not_supported(method: str, path: str) -> FcError:
    return FcError(404, "PathNotSupported", f"'{method}' against '{path}' is not supported")


def entity_too_large(limit: int) -> FcError:
    return FcError(400, "EntityTooLarge", f"payload size exceeds maximum allowed size ({limit} bytes)")


def precondition_failed() -> FcError:
    return FcError(412, "PreconditionFailed", "the resource being modified has been changed")


def concurrent_update(what: str) -> FcError:
    return FcError(409, "ConcurrentUpdateError", f"{what} is being updated by another request")


def not_found(kind: str, names: tuple[str, ...]) -> FcError:
    """`names` is the whole path of the missing resource, outermost first."""
    stem, missing, _ = _WORDS[kind]
    return FcError(404, f"{stem}NotFound", missing.format(*names))


def already_exists(kind: str, names: tuple[str, ...]) -> FcError:
    stem, _, present = _WORDS[kind]
    return FcError(409, f"{stem}AlreadyExists", present.format(*names))


def not_empty(kind: str, name: str, what: str) -> FcError:
    return FcError(409, f"{_WORDS[kind][0]}NotEmpty", f"{kind} '{name}' has active {what}")


# The stem of a kind's codes, and how a missing and a present one are worded.
_WORDS = {
    "service": ("Service", "service '{0}' does not exist", "service '{0}' already exists"),
    "function": (
        "Function",
        "function '{1}' does not exist in service '{0}'",
        "function '{1}' already exists in service '{0}'",
    ),
    "trigger": (
        "Trigger",
        "trigger '{2}' does not exist in service '{0}' and function '{1}'",
        "trigger '{2}' already exists in service '{0}' and function '{1}'",
    ),
    "alias": ("Alias", "alias '{1}' of service '{0}' does not exist", "alias {1} of service {0} already exists"),
    "version": (
        "Version",
        "version '{1}' of service '{0}' does not exist",
        "version {1} of service {0} already exists",
    ),
    "custom_domain": ("DomainName", "domain name '{0}' does not exist", "domain name {0} already exists"),
    "layer": ("Layer", "layer '{0}' does not exist", "layer '{0}' already exists"),
    "layer_version": (
        "LayerVersion",
        "version '{1}' of layer '{0}' does not exist",
        "version '{1}' of layer '{0}' already exists",
    ),
}


def unknown_qualifier(service: str, qualifier: str) -> FcError:
    """Returns the error for a missing qualifier: numbers are versions, everything else is an alias."""
    return not_found("version" if qualifier.isdigit() else "alias", (service, qualifier))
