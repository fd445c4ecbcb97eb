"""Calls of a function: what it is given, and what it answers."""

from __future__ import annotations

from typing import NamedTuple


class Event(NamedTuple):
    """`qualifier` is a version or an alias, '' for the newest code. `waits` says whether the answer is waited for."""

    payload: bytes
    qualifier: str = ""
    waits: bool = True


class Answer(NamedTuple):
    """`payload` is what the function returned, empty where its answer was not waited for; `log` is the end of what it
    logged. `error` says how the function failed, '' if it did not."""

    payload: bytes
    log: bytes = b""
    error: str = ""
    request_id: str = ""
