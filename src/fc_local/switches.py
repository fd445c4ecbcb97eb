"""The open questions about the real service, each as a switch (facts 3.3 and 8.4). Tests pass under every setting.

FC_LOCAL_SWITCHES in the environment sets the values at the start and after a reset: a JSON object of switches, or
`other`, which stands for the other answer to every open question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VARIABLE = "FC_LOCAL_SWITCHES"


@dataclass(frozen=True, slots=True)
class Switch:
    default: Any
    meaning: str
    choices: tuple[Any, ...] = ()
    other: Any = None  # the other answer, if no source says what the real service does


SWITCHES: dict[str, Switch] = {
    "auth": Switch("enforce", "signatures: enforced, only noted in the journal, or ignored", ("enforce", "log", "off")),
    "clock_skew_seconds": Switch(900, "how far a request's date may be from ours; 0 switches the check off"),
    "check_account": Switch(True, "refuse a request that names another account than its key belongs to"),
    "update_without_change_moves_etag": Switch(
        True, "an update that changes nothing moves the ETag and lastModifiedTime", other=False
    ),
    "service_etag_covers_children": Switch(
        False, "a service's ETag also moves when a function or trigger below it is written", other=True
    ),
    "etag_is_content_only": Switch(
        False, "an ETag is a hash of the content alone: an edit taken back brings the old ETag back", other=True
    ),
    "etag_on_domains_and_configs": Switch(
        True, "custom domains, async and on-demand configs have ETags and honour If-Match", other=False
    ),
    "if_match_quotes": Switch(True, "If-Match is compared without quotes and W/; off: as it is sent", other=False),
    "if_match_star": Switch(True, "If-Match: * means 'exists'; off: it is compared like any other value", other=False),
    "verify_code_checksum": Switch(True, "X-Fc-Code-Checksum of a create or update must fit the package", other=False),
    "duplicate_keys_last_wins": Switch(
        True, "of keys that differ in case only the last counts; off: the first", other=False
    ),
    "legacy_fields": Switch(
        2023, "leave out fields newer than that year while they hold their default", (2021, 2022, 2023), other=2021
    ),
    "fill_function_defaults": Switch(
        False, "fields nobody set (cpu, diskSize, customDNS...) read as computed values instead of null", other=True
    ),
    "health_check_thresholds": Switch(
        "3/1", "failureThreshold/successThreshold of a health check that names none", ("3/1", "1/2", "3/3"), other="1/2"
    ),
    "fill_async_defaults": Switch(
        False, "numbers an async config does not name read as defaults instead of null", other=True
    ),
    "fill_log_trigger": Switch(
        False, "a log trigger's configuration gains targetConfig and sourceConfig.startTime", other=True
    ),
    "fill_rds_trigger": Switch(
        False, "an rds trigger's configuration gains the defaults of retry, concurrency and eventFormat", other=True
    ),
    "strict_names": Switch(False, "function names have at most 64 characters instead of 128", other=True),
    "ascii_environment": Switch(False, "values of environment variables are printable ASCII; off: any printable text"),
    "code_size_limit": Switch(104857600, "largest package that may be sent in a request, in bytes", other=52428800),
    "oss_code_size_limit": Switch(524288000, "largest package that may come from a bucket, in bytes"),
    "max_instance_concurrency": Switch(100, "largest instanceConcurrency"),
    "foreign_role": Switch(
        "AccessDenied",
        "code of a role of another account: AccessDenied (403) or InvalidArgument (400); accept: none",
        ("AccessDenied", "InvalidArgument", "accept"),
        other="InvalidArgument",
    ),
    "ready_after_seconds": Switch(
        1, "how long networks, file systems and mount targets that are made are not ready", other=0
    ),
    "listed_after_seconds": Switch(
        0, "how long lists do not have a network, file system or mount target that was made"
    ),
    "interfaces_stay_seconds": Switch(
        0, "how long a service's network interfaces stay where it was, and keep that from being deleted"
    ),
    "extreme_loses_description": Switch(
        False,
        "an extreme file system is made without the description it was given: seen by the predecessor",
        other=True,
    ),
    "support": Switch(
        "trusts",
        "FC takes any role, network and mount target that a service names; or checks that they exist and are ready",
        ("trusts", "checks"),
    ),
    "role_arn_lower_case": Switch(False, "RAM writes a role's name in its ARN in lower case", other=True),
    "account_limits": Switch(False, "50 services, 50 functions a service, 10 triggers a function"),
    "strict_limit": Switch(True, "a list limit above 100 is an error; off: it is cut to 100", other=False),
    "etag_on_list": Switch(False, "list answers carry an ETag of the page", other=True),
    "trigger_config_merge": Switch(
        True, "UpdateTrigger merges the top-level keys of triggerConfig; off: it replaces the whole"
    ),
    "eventbridge_header": Switch(
        True,
        "2016-08-15 shows eventbridge triggers to a request with x-fc-enable-eventbridge-trigger only",
        other=False,
    ),
    "eventbridge_source_fixed": Switch(
        True, "no part of eventSourceConfig can be updated; off: all but eventSourceType can", other=False
    ),
    "async_put_replaces": Switch(
        True, "PutFunctionAsyncInvokeConfig replaces the configuration; off: it merges", other=False
    ),
    "domain_update_merges": Switch(
        True, "UpdateCustomDomain leaves what it does not name; off: that falls back to its default", other=False
    ),
    "domain_strips_route": Switch(
        True,
        "a function reached through /a/* of a custom domain sees the path after /a; off: the whole path",
        other=False,
    ),
    "alias_weight_on_main_version": Switch(
        "by api",
        "an alias' additional weight may name its main version: not on 2021-04-06 only, never, always",
        ("by api", "refuse", "accept"),
        other="accept",
    ),
    "publish_without_change_code": Switch(
        "InvalidArgument", "code of publishing an unchanged service, with status 400", other="VersionPublishError"
    ),
    "version_limit": Switch(0, "most versions of one service; 0: any number"),
    "version_limit_code": Switch(
        "InvalidArgument", "code of publishing beyond version_limit, with status 400", other="LimitExceededError"
    ),
    "duplicate_http_trigger_status": Switch(400, "status of a second http trigger for one qualifier", other=409),
    "duplicate_http_trigger_code": Switch(
        "InvalidArgument", "code of a second http trigger for one qualifier", other="TriggerAlreadyExists"
    ),
    "not_empty_status": Switch(409, "status of ServiceNotEmpty and FunctionNotEmpty", other=400),
    "already_exists_status": Switch(409, "status of ServiceAlreadyExists and its kin", other=400),
    "error_extra_keys": Switch(False, "error bodies also carry HostId and AccessDeniedDetail", other=True),
    "uuid_request_ids": Switch(
        False, "request ids are UUIDs of 36 characters; off: 1-<seconds>-<8 hex>-<12 hex>, seen since 2023", other=True
    ),
    "noise": Switch(
        0,
        "answers in other words that mean the same: sets reordered, nulls left out, defaults filled in, unknown keys"
        " added, chosen at random from this seed; 0: off",
    ),
    "empty_token_at_end": Switch(False, "the last page carries an empty nextToken instead of none", other=True),
    "trail_delay_seconds": Switch(0, "how long it takes until an event is in the audit trail", other=600),
    "trail_service_name": Switch("Fc", "FC's name in the events of the audit trail", ("Fc", "FC"), other="FC"),
    "trail_conditions": Switch(2, "most conditions of one look into the audit trail", (1, 2), other=1),
    "trail_calls_per_second": Switch(
        0, "most looks into the audit trail in a second, 2 in the real one; 0: any number"
    ),
    "buckets_appear": Switch(
        True, "a bucket of the fake OSS that does not exist is made at its first write; off: NoSuchBucket"
    ),
    "buckets_are_open": Switch(True, "keys of every account may use a bucket; off: those of its own account"),
    "test_domain": Switch(
        "gives",
        "the service for test domains: gives names, gives them without saying which, or refuses",
        ("gives", "nothing", "refuses"),
        other="nothing",
    ),
    "sls_seen_after_seconds": Switch(
        1, "how long it takes until FC sees a log project or store that was just made", other=0
    ),
    "code_range": Switch(True, "the code download honours Range", other=False),
    "code_url_seconds": Switch(600, "how long a code download URL is valid"),
}


class SwitchError(ValueError):
    """A switch that does not exist, or a value that it does not take."""


OTHER: dict[str, Any] = {name: switch.other for name, switch in SWITCHES.items() if switch.other is not None}
_SETS: dict[str, dict[str, Any]] = {"other": OTHER}


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Returns the switches to start with. Raises SwitchError."""
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return {}
    if text in _SETS:
        return dict(_SETS[text])
    known = f"a JSON object of switches nor one of: {', '.join(_SETS)}"
    try:
        values = json.loads(text)
    except ValueError as error:
        raise SwitchError(f"{VARIABLE} is neither {known}") from error
    if not isinstance(values, dict):
        raise SwitchError(f"{VARIABLE} is neither {known}")
    try:
        _check(values)
    except SwitchError as error:
        raise SwitchError(f"{VARIABLE}: {error}") from error
    return values


class Switches:
    """The present settings, over those at the start. Unknown names and values of the wrong type raise SwitchError."""

    def __init__(self, start: Mapping[str, Any] | None = None) -> None:
        self._start = {name: value for name, value in (start or {}).items() if value is not None}
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name, self._default(name))

    def set(self, values: dict[str, Any]) -> None:
        """Sets switches. None restores the value at the start."""
        _check(values)
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
                "default": self._default(name),
                "choices": list(switch.choices),
                "meaning": switch.meaning,
            }
            for name, switch in SWITCHES.items()
        }

    def _default(self, name: str) -> Any:
        return self._start.get(name, SWITCHES[name].default)


def _check(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        switch = SWITCHES.get(name)
        if switch is None:
            raise SwitchError(f"there is no switch {name!r}; known: {', '.join(SWITCHES)}")
        if value is not None and type(value) is not type(switch.default):
            raise SwitchError(f"switch {name!r} takes a {type(switch.default).__name__}, not {value!r}")
        if value is not None and switch.choices and value not in switch.choices:
            raise SwitchError(f"switch {name!r} takes one of {switch.choices}, not {value!r}")
