"""Function Compute's errors: status, code and message as the real service words them (facts 5.2, 5.3)."""

from __future__ import annotations


class FcError(Exception):
    """An error answer of the API."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def body(self, request_id: str) -> dict[str, str]:
        """The envelope both clients can read: Code/Message for 2021-04-06, ErrorCode/ErrorMessage for 2016-08-15."""
        return {
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
    """`names` is the whole path of what is missing, outermost first."""
    messages = {
        "service": "service '{0}' does not exist",
        "function": "function '{1}' does not exist in service '{0}'",
        "trigger": "trigger '{2}' does not exist in service '{0}' and function '{1}'",
    }
    return FcError(404, f"{kind.capitalize()}NotFound", messages[kind].format(*names))


def already_exists(kind: str, names: tuple[str, ...]) -> FcError:
    messages = {
        "service": "service '{0}' already exists",
        "function": "function '{1}' already exists in service '{0}'",
        "trigger": "trigger '{2}' already exists in service '{0}' and function '{1}'",
    }
    return FcError(409, f"{kind.capitalize()}AlreadyExists", messages[kind].format(*names))


def not_empty(kind: str, name: str) -> FcError:
    messages = {
        "service": "service '{0}' has active functions",
        "function": "function '{0}' has active triggers",
    }
    return FcError(409, f"{kind.capitalize()}NotEmpty", messages[kind].format(name))


def unknown_qualifier(service: str, qualifier: str) -> FcError:
    """Versions are numbers, everything else is an alias."""
    if qualifier.isdigit():
        return FcError(404, "VersionNotFound", f"version '{qualifier}' of service '{service}' does not exist")
    return FcError(404, "AliasNotFound", f"alias '{qualifier}' of service '{service}' does not exist")
