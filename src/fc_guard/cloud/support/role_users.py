"""Who uses a role. It belongs to an account and to no region, so all of them are asked: for services, their versions,
and triggers. docs/decisions/0021-who-uses-a-role.md says why, and what is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import Enum
from threading import Lock
from time import monotonic
from typing import Any, Final, NamedTuple

from fc_guard.cloud.support.fc_lists import FcLists
from fc_guard.cloud.support.product import Document, denied
from fc_guard.cloud.support.reach import Reach
from fc_guard.cloud.wire.faults import Fault, as_read_error
from fc_guard.cloud.wire.retry import FaultError
from fc_guard.kinds.fc2.regions import APART, REGIONS
from fc_guard.language import t
from fc_guard.render.values import safe

SECONDS: Final = 20.0
"""For all regions together. What is not looked at by then is not known."""
AT_ONCE: Final = 16
FUNCTION_COMPUTE: Final = ("Service", "fc.aliyuncs.com")
NOT_ENABLED: Final = "is not enabled"
"""FC says so, with 403, where an account never used it."""


class Sort(Enum):
    """What may use a role, by whom the role trusts."""

    SERVICES = "services"
    TRIGGERS = "triggers"


class Use(NamedTuple):
    """`role` is an ARN in small letters; `type` is that of a trigger, '' for others."""

    role: str
    user: str
    type: str = ""


Step = Callable[[], "Seen"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one question found, and the questions that follow from it."""

    uses: tuple[Use, ...] = ()
    more: tuple[Step, ...] = ()


@dataclass(slots=True)
class Survey:
    """Who uses which role, and why that is not known of some regions."""

    uses: list[Use] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)


class RoleUsers:
    """Questions that are asked at the same moment share one survey: a role and each of its policies ask alike."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._under_way: dict[Sort, Future[Survey]] = {}
        self._starting = Lock()

    def of(self, arn: str, trust: Any, without: Collection[str] = ()) -> tuple[str, ...]:
        """Returns who uses a role: in this region as addresses are written, elsewhere in words; also where that cannot
        be told. Triggers of the types `without` do not count. Raises `Unreadable` if this region refuses to tell."""
        found: dict[str, None] = {}
        for sort in sorted(sorts_of(trust), key=lambda sort: sort.value):
            survey = self._survey(sort)
            uses = (use for use in survey.uses if use.role == arn.lower() and use.type not in without)
            found |= dict.fromkeys(use.user for use in uses)
            found |= dict.fromkeys(self._unknown(survey))
        return tuple(found)

    def _survey(self, sort: Sort) -> Survey:
        with self._starting:
            shared = self._under_way.get(sort)
            mine = shared is None or shared.done()
            if shared is None or shared.done():
                shared = self._under_way[sort] = Future()
        if mine:
            try:
                shared.set_result(surveyed(self._questions(sort), SECONDS))
            except BaseException as error:
                shared.set_exception(error)
                raise
        return shared.result()

    def _questions(self, sort: Sort) -> Mapping[str, Step]:
        """Returns the first question for each region."""
        until = monotonic() + SECONDS
        regions = sorted(REGIONS | {self._reach.region}, key=lambda region: region != self._reach.region)
        ask = services_of if sort is Sort.SERVICES else triggers_of

        def first(region: str) -> Step:
            home = region == self._reach.region
            return lambda: ask(FcLists(self._reach.of(region), until), "" if home else region)

        return {region: first(region) for region in regions}

    def _unknown(self, survey: Survey) -> Iterator[str]:
        for region, fault in sorted(survey.faults.items()):
            if region == self._reach.region and fault.status is not None:
                raise denied("fc", fault, as_read_error(fault))
            if not _says_nothing_is_there(region, fault):
                why = safe(fault.code) if fault.status is not None else fault.message
                yield t("perhaps something in {region} that could not be looked at ({why})", region=region, why=why)


def sorts_of(trust: Any) -> frozenset[Sort]:
    """Returns what may use a role with these statements of trust. What is not understood may be used by all."""
    principals = set(_principals(trust))
    services = not principals or any(each == FUNCTION_COMPUTE or each[0] != "Service" for each in principals)
    triggers = not principals or principals != {FUNCTION_COMPUTE}
    return frozenset(sort for sort, may in ((Sort.SERVICES, services), (Sort.TRIGGERS, triggers)) if may)


def _principals(trust: Any) -> Iterator[tuple[str, str]]:
    for statement in trust if isinstance(trust, list) else (trust,):
        said = statement.get("Principal") if isinstance(statement, Mapping) else None
        for sort, who in said.items() if isinstance(said, Mapping) else (("", "?"),):
            yield from ((sort, str(each)) for each in (who if isinstance(who, list) else (who,)))


def surveyed(questions: Mapping[str, Step], seconds: float) -> Survey:
    """Asks all regions side by side, for so long. A region that fails is asked no further."""
    survey, until = Survey(), monotonic() + seconds
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="roles")
    try:
        waiting = {pool.submit(step): region for region, step in questions.items()}
        while waiting:
            done, _ = wait(waiting, timeout=max(0.0, until - monotonic()), return_when=FIRST_COMPLETED)
            for each in done:
                region = waiting.pop(each)
                waiting |= {pool.submit(step): region for step in _heard(each, region, survey)}
            if not done:
                late = Fault("", None, "TooSlow", t("it takes too long"))
                survey.faults = {**dict.fromkeys(waiting.values(), late), **survey.faults}
                break
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return survey


def _heard(answer: Future[Seen], region: str, survey: Survey) -> tuple[Step, ...]:
    """Notes an answer. Returns the questions that follow from it."""
    try:
        seen = answer.result()
    except FaultError as error:
        survey.faults.setdefault(region, error.fault)
        return ()
    survey.uses += seen.uses
    return () if region in survey.faults else seen.more


def services_of(fc: FcLists, region: str) -> Seen:
    services = fc.services()
    uses = tuple(_use(each, "role", _in(region, f"service {each['serviceName']}")) for each in services)
    return Seen(uses, tuple(_versions_of(fc, region, each["serviceName"]) for each in services))


def triggers_of(fc: FcLists, region: str) -> Seen:
    return Seen(more=tuple(_functions_of(fc, region, each["serviceName"]) for each in fc.services()))


def _versions_of(fc: FcLists, region: str, service: str) -> Step:
    def version(number: str) -> Step:
        def ask() -> Seen:
            found = fc.version(service, number)
            user = t("version {version} of service {service}", version=safe(number), service=safe(service))
            return Seen() if found is None else Seen((_use(found, "role", _in(region, user)),))

        return ask

    return lambda: Seen(more=tuple(version(each["versionId"]) for each in fc.versions(service)))


def _functions_of(fc: FcLists, region: str, service: str) -> Step:
    def triggers(function: str) -> Step:
        def ask() -> Seen:
            listed = fc.triggers(service, function)
            names = (_in(region, f"trigger {service}/{function}/{each['triggerName']}") for each in listed)
            return Seen(tuple(_use(each, "invocationRole", name) for each, name in zip(listed, names, strict=True)))

        return ask

    return lambda: Seen(more=tuple(triggers(each["functionName"]) for each in fc.functions(service)))


def _use(document: Document, member: str, user: str) -> Use:
    role = document.get(member) or ""
    if not isinstance(role, str):
        raise FaultError(Fault("", 200, "BadAnswer", t("the answer is not what FC sends")))
    return Use(role.lower(), user, str(document.get("triggerType") or ""))


def _in(region: str, user: str) -> str:
    return t("{user} in {region}", user=safe(user), region=region) if region else user


def _says_nothing_is_there(region: str, fault: Fault) -> bool:
    """Says whether there can be nothing in a region: the account never used FC, or the region is none of the public
    cloud's, and does not answer or does not know the keys."""
    if fault.told and fault.status == 403 and NOT_ENABLED in fault.message:
        return True
    return region in APART and (fault.status is None or fault.status in (401, 403, 404))
