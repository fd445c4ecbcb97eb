"""Who uses a role: every region is asked, and what one of them does not tell is never "nobody"."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from fc_guard.cloud.gateway import Credential
from fc_guard.cloud.support import role_users
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.support.role_users import RoleUsers, Seen, Sort, Step, Use, sorts_of, surveyed
from fc_guard.cloud.wire.faults import Fault
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.errors import Unreadable
from fc_guard.kinds.fc2.regions import APART, REGIONS

ARN = "acs:ram::1:role/mine"
HERE = "cn-hangzhou"
FC = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["fc.aliyuncs.com"]}}
OSS = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "oss.aliyuncs.com"}}
BOTH = {Sort.SERVICES, Sort.TRIGGERS}


@pytest.mark.parametrize(
    ("trust", "sorts"),
    [
        ([FC], {Sort.SERVICES}),
        (FC, {Sort.SERVICES}),
        ([OSS], {Sort.TRIGGERS}),
        ([FC, OSS], BOTH),
        ([{**OSS, "Principal": {"RAM": ["acs:ram::2:root"]}}], BOTH),
        ([{**OSS, "Principal": "*"}], BOTH),
        ([FC, {"Effect": "Allow"}], BOTH),
        ([], BOTH),
        ("nonsense", BOTH),
        (None, BOTH),
    ],
)
def test_whom_a_role_trusts_tells_what_may_use_it(trust: Any, sorts: set[Sort]) -> None:
    assert sorts_of(trust) == sorts


def fails(fault: Fault) -> Step:
    def step() -> Seen:
        raise FaultError(fault)

    return step


def sees(*uses: Use, more: tuple[Step, ...] = ()) -> Step:
    return lambda: Seen(uses, more)


DENIED = Fault("ListServices", 403, "AccessDenied", "no", told=True)
ONE = Use(ARN, "service one")
TWO = Use(ARN, "service two")


def test_what_one_region_refuses_takes_nothing_from_the_others() -> None:
    survey = surveyed({"a": fails(DENIED), "b": sees(ONE, more=(sees(TWO),))}, 5.0)
    assert sorted(survey.uses) == [ONE, TWO]
    assert survey.faults == {"a": DENIED}


def test_a_region_that_failed_is_asked_no_further() -> None:
    asked: list[str] = []

    def notes() -> Seen:
        asked.append("again")
        return Seen()

    def late() -> Seen:
        time.sleep(0.05)
        return Seen(more=(notes,))

    survey = surveyed({"a": sees(more=(fails(DENIED), late))}, 5.0)
    assert (survey.faults, asked) == ({"a": DENIED}, [])


def test_it_ends_in_time_and_names_whom_it_did_not_hear() -> None:
    over = threading.Event()

    def waits() -> Seen:
        over.wait(5)
        return Seen()

    began = time.monotonic()
    survey = surveyed({"a": waits, "b": sees(ONE)}, 0.1)
    over.set()
    assert time.monotonic() - began < 2
    assert (survey.uses, set(survey.faults)) == ([ONE], {"a"})


class Regions:
    """Function Compute, region by region: what `answers` says, and otherwise nothing."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Step]) -> None:
        self.asked: list[str] = []
        monkeypatch.setattr(role_users, "FcLists", lambda reach, until: reach.region)
        monkeypatch.setattr(role_users, "services_of", self._of(answers))
        monkeypatch.setattr(role_users, "triggers_of", self._of({}))
        self.users = RoleUsers(Reach(f"https://1.{HERE}.fc.aliyuncs.com", HERE, Credential("1", "a", "b")))

    def _of(self, answers: dict[str, Step]) -> Callable[[Any, str], Seen]:
        def ask(region: Any, _: str) -> Seen:
            self.asked.append(region)
            return answers.get(region, sees())()

        return ask


def test_all_regions_are_asked_once_for_all_that_ask_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow() -> Seen:
        time.sleep(0.2)
        return Seen((ONE,))

    regions, found = Regions(monkeypatch, {"cn-beijing": slow}), []
    threads = [threading.Thread(target=lambda: found.append(regions.users.of(ARN, [FC]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [("service one",)] * 8
    assert sorted(regions.asked) == sorted(REGIONS)
    regions.users.of(ARN, [FC])
    assert len(regions.asked) == 2 * len(REGIONS), "a later question is asked anew"


def test_another_role_and_another_letter_case(monkeypatch: pytest.MonkeyPatch) -> None:
    regions = Regions(monkeypatch, {HERE: sees(ONE)})
    assert regions.users.of("acs:ram::1:role/other", [FC]) == ()
    assert regions.users.of("acs:ram::1:role/MINE", [FC]) == ("service one",)


def test_this_region_has_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable) as caught:
        Regions(monkeypatch, {HERE: fails(DENIED)}).users.of(ARN, [FC])
    assert "fc:ListServices" in caught.value.hint


@pytest.mark.parametrize(
    "fault",
    [
        DENIED,
        Fault("ListServices", 500, "InternalServerError", "oh"),
        Fault("ListServices", None, "NoAnswer", "no answer in time", reached=False),
        Fault("ListServices", 200, "BadAnswer", "nonsense"),
    ],
)
def test_another_region_that_does_not_tell_is_named(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    (told,) = Regions(monkeypatch, {"eu-west-1": fails(fault)}).users.of(ARN, [FC])
    assert "eu-west-1" in told
    assert (fault.code if fault.status is not None else "no answer in time") in told


@pytest.mark.parametrize("region", sorted(APART))
def test_a_region_apart_need_not_answer(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    silent = fails(Fault("ListServices", None, "NoAnswer", "no such name", reached=False))
    assert Regions(monkeypatch, {region: silent}).users.of(ARN, [FC]) == ()
    assert Regions(monkeypatch, {region: sees(ONE)}).users.of(ARN, [FC]) == ("service one",)
    broken = fails(Fault("ListServices", 500, "InternalServerError", "oh"))
    assert len(Regions(monkeypatch, {region: broken}).users.of(ARN, [FC])) == 1


def test_where_the_account_never_used_fc_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    never = Fault("ListServices", 403, "AccessDenied", "FC service is not enabled for current user.", told=True)
    assert Regions(monkeypatch, {"eu-west-1": fails(never)}).users.of(ARN, [FC]) == ()
