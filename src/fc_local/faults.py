"""Deliberate faults: rules that make chosen requests fail in chosen ways (facts 2.6, 8.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ACTIONS = ("status", "throttle", "delay_ms", "cut", "raw")
_CUTS = ("before", "answer", "body")
_KEYS = ("api", "op", "method", "path", "write", "skip", "times", "action")


@dataclass(slots=True)
class Rule:
    """A rule. `left` is how often it still acts, None without a limit."""

    api: str | None
    op: str | None
    method: str | None
    path: re.Pattern[str] | None
    write: bool | None
    skip: int
    left: int | None
    action: Mapping[str, Any]

    def fits(self, *, api: str, op: str, method: str, path: str, write: bool) -> bool:
        return (
            self.api in (None, api)
            and self.op in (None, op)
            and self.method in (None, method)
            and (self.path is None or self.path.search(path) is not None)
            and self.write in (None, write)
        )


class Faults:
    """The rules in force. The first rule that fits and is not used up acts."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def set(self, rules: list[Any]) -> None:
        """Replaces all rules. Raises ValueError if one is malformed."""
        self._rules = [_read(rule) for rule in rules]

    def clear(self) -> None:
        self._rules = []

    def take(self, *, api: str, op: str, method: str, path: str, write: bool) -> Mapping[str, Any] | None:
        for rule in self._rules:
            if rule.left == 0 or not rule.fits(api=api, op=op, method=method, path=path, write=write):
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            if rule.left is not None:
                rule.left -= 1
            return rule.action
        return None


def _read(rule: Any) -> Rule:
    if not isinstance(rule, dict) or not isinstance(rule.get("action"), dict):
        raise ValueError(f"a fault rule is an object with an 'action' object: {rule!r}")
    unknown = [key for key in rule if key not in _KEYS]
    action = rule["action"]
    known = [key for key in _ACTIONS if key in action]
    if unknown or len(known) != 1:
        raise ValueError(f"fault rule {rule!r}: keys are {_KEYS}, the action is exactly one of {_ACTIONS}")
    if known == ["cut"] and action["cut"] not in _CUTS:
        raise ValueError(f"fault rule {rule!r}: cut is one of {_CUTS}")
    times = int(rule.get("times", 1))
    return Rule(
        api=rule.get("api"),
        op=rule.get("op"),
        method=rule.get("method"),
        path=_pattern(rule.get("path")),
        write=rule.get("write"),
        skip=int(rule.get("skip", 0)),
        left=None if times == 0 else times,
        action=action,
    )


def _pattern(text: str | None) -> re.Pattern[str] | None:
    try:
        return None if text is None else re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from error
