"""The open questions about the real service, each a switch (facts 3.3 and 8.4). Tests pass under every setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Switch:
    default: Any
    meaning: str
    choices: tuple[Any, ...] = ()


SWITCHES: dict[str, Switch] = {
    "auth": Switch("enforce", "signatures: enforced, only noted in the journal, or ignored", ("enforce", "log", "off")),
    "clock_skew_seconds": Switch(900, "how far a request's date may be from ours; 0 switches the check off"),
    "check_account": Switch(True, "refuse a request that names another account than its key belongs to"),
    "update_without_change_moves_etag": Switch(
        True, "an update that changes nothing moves the ETag and lastModifiedTime"
    ),
    "service_etag_covers_children": Switch(
        False, "a service's ETag also moves when a function or trigger below it is written"
    ),
    "if_match_star": Switch(True, "If-Match: * means 'exists'; off: it is compared like any other value"),
    "verify_code_checksum": Switch(True, "X-Fc-Code-Checksum of a create or update must fit the package"),
    "legacy_fields": Switch(
        2023, "leave out fields newer than that year while they hold their default", (2021, 2022, 2023)
    ),
    "strict_names": Switch(False, "function names have at most 64 characters instead of 128"),
    "code_size_limit": Switch(104857600, "largest package that may be sent in a request, in bytes"),
    "max_instance_concurrency": Switch(100, "largest instanceConcurrency"),
    "account_limits": Switch(False, "50 services, 50 functions a service, 10 triggers a function"),
    "strict_limit": Switch(True, "a list limit above 100 is an error; off: it is cut to 100"),
    "etag_on_list": Switch(False, "list answers carry an ETag of the page"),
    "trigger_config_merge": Switch(
        True, "UpdateTrigger merges the top-level keys of triggerConfig; off: it replaces the whole"
    ),
    "duplicate_http_trigger_status": Switch(400, "status of a second http trigger for one qualifier"),
    "not_empty_status": Switch(409, "status of ServiceNotEmpty and FunctionNotEmpty"),
    "already_exists_status": Switch(409, "status of ServiceAlreadyExists and its kin"),
    "empty_token_at_end": Switch(False, "the last page carries an empty nextToken instead of none"),
    "code_range": Switch(True, "the code download honours Range"),
    "code_url_seconds": Switch(600, "how long a code download URL is valid"),
}


class Switches:
    """The present settings. Unknown names and values of the wrong type are refused."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name, SWITCHES[name].default)

    def set(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            switch = SWITCHES.get(name)
            if switch is None:
                raise ValueError(f"there is no switch {name!r}; known: {', '.join(SWITCHES)}")
            if value is not None and type(value) is not type(switch.default):
                raise ValueError(f"switch {name!r} takes a {type(switch.default).__name__}, not {value!r}")
            if value is not None and switch.choices and value not in switch.choices:
                raise ValueError(f"switch {name!r} takes one of {switch.choices}, not {value!r}")
        for name, value in values.items():
            if value is None:
                self._values.pop(name, None)
            else:
                self._values[name] = value

    def reset(self) -> None:
        self._values.clear()

    def describe(self) -> dict[str, dict[str, Any]]:
        return {
            name: {
                "value": self[name],
                "default": switch.default,
                "choices": list(switch.choices),
                "meaning": switch.meaning,
            }
            for name, switch in SWITCHES.items()
        }
