"""Requests and answers of any kind: errors, lists, who asks and when."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from ask_fc.cleaning import ABSENT
from ask_fc.desk import Desk, UnansweredError, refusal
from ask_fc.questions.question import Question
from fc_guard.cloud.fc2.plain import V2016

Found = dict[str, Any]
FOREIGN: Final = "1111222233334444"
"""An account that nobody has."""
SKEWS: Final = (60, 300, 600, 900, 1800, 3600, 86400)
"""The limits that a service may have, in seconds. Which of them it is, is asked half way between two."""


def _error(desk: Desk) -> Found:
    answer = desk.ask("GetService", f"{desk.name}-none")
    if answer.status != ABSENT:
        raise UnansweredError(f"a service that is not there is answered {answer.status}")
    form = answer.look("id form")
    if form == "neither":
        raise UnansweredError("a request id has neither of the two forms")
    return {"error_extra_keys": answer.look("has HostId"), "uuid_request_ids": form == "uuid"}


def _exists(desk: Desk) -> Found:
    answer = desk.ask("CreateService", body={"serviceName": desk.service()})
    return {"already_exists_status": _refused(answer.status, answer.code, "ServiceAlreadyExists")}


def _not_empty(desk: Desk) -> Found:
    service, _ = desk.service(), desk.function()
    answer = desk.ask("DeleteService", service)
    return {"not_empty_status": _refused(answer.status, answer.code, "ServiceNotEmpty")}


def _refused(status: int, code: str, expected: str) -> int:
    if code != expected:
        raise UnansweredError(f"{expected} was expected, and {status} {code} came")
    return status


def _account(desk: Desk) -> Found:
    headers = {"X-Fc-Account-Id": FOREIGN}
    return {"check_account": not desk.granted("GetService", desk.service(), headers=headers, refused_as=403)}


def _skew(desk: Desk) -> Found:
    service = desk.service()
    between = [(low + high) // 2 for low, high in pairwise((*SKEWS, 3 * SKEWS[-1]))]
    first, last = 0, len(between)
    while first < last:  # for the first of them that is refused
        middle = (first + last) // 2
        if desk.granted("GetService", service, api=V2016, late=between[middle], refused_as=403):
            first = middle + 1
        else:
            last = middle
    return {"clock_skew_seconds": SKEWS[first] if first < len(SKEWS) else 0}


def _list(desk: Desk) -> Found:
    service, _ = desk.service(), desk.function()
    answer = desk.done("ListFunctions", service)
    return {
        "empty_token_at_end": answer.look("member nextToken") == "",
        "etag_on_list": answer.look("etag") is not None,
    }


def _limit(desk: Desk) -> Found:
    return {"strict_limit": not desk.granted("ListFunctions", desk.service(), query={"limit": "101"})}


def _twins(desk: Desk) -> Found:
    names = desk.service(), desk.function()
    answer = desk.done("UpdateFunction", *names, body='{"timeout":7,"Timeout":8}')
    timeout = answer.look("member timeout")
    if timeout not in (7, 8):
        raise UnansweredError(f"neither of two values counts, but {timeout}")
    return {"duplicate_keys_last_wins": timeout == 8}


def _foreign_role(desk: Desk) -> Found:
    body = {"serviceName": f"{desk.name}-role", "role": f"acs:ram::{FOREIGN}:role/fc-guard-ask"}
    answer = desk.ask("CreateService", body=body)
    if not answer.done and answer.code not in ("AccessDenied", "InvalidArgument"):
        raise UnansweredError(refusal("CreateService", answer))
    return {"foreign_role": answer.code or "accept"}


def _fields(desk: Desk) -> Found:
    answer = desk.done("GetService", desk.service())
    if answer.look("has useSLRAuthentication"):
        return {"legacy_fields": 2023}
    return {"legacy_fields": 2022 if answer.look("has ossMountConfig") else 2021}


QUESTIONS = (
    Question("What do an error's body and request id look like?", ("error_extra_keys", "uuid_request_ids"), _error),
    Question("Which status has ServiceAlreadyExists?", ("already_exists_status",), _exists),
    Question("Of which year are the fields of a service?", ("legacy_fields",), _fields),
    Question("Is a request refused that names another account?", ("check_account",), _account),
    Question("How old may a signature be?", ("clock_skew_seconds",), _skew),
    Question("What does the last page of a list carry?", ("empty_token_at_end", "etag_on_list"), _list),
    Question("Is a list limit above 100 an error?", ("strict_limit",), _limit),
    Question("Which of two keys counts that differ in case only?", ("duplicate_keys_last_wins",), _twins),
    Question("What becomes of a role of another account?", ("foreign_role",), _foreign_role),
)
AT_THE_END = (Question("Which status has ServiceNotEmpty?", ("not_empty_status",), _not_empty),)
