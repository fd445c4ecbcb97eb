"""Of several of one name the first counts; whoever made another one deletes it and takes the first for found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fc_guard.cloud.gateway import Never
from fc_guard.cloud.support.patience import gone, patiently, until
from fc_guard.cloud.support.twins import one_of_its_name
from fc_guard.errors import AlreadyExists, CallFailed, Effect, Interrupted, OutcomeUnknown, Unreadable


class Ticks:
    """Waits that are over after a number of moments."""

    def __init__(self, most: int = 3) -> None:
        self.said: list[str] = []
        self._most = most
        self._count = 0

    def __call__(self, what: str, longest: float) -> Ticks:
        self.said.append(what)
        return self

    @property
    def over(self) -> bool:
        return self._count >= self._most

    def on(self) -> None:
        self._count += 1


class Cloud:
    """A list that shows what is made only at the nth look after it."""

    def __init__(self, late: int = 0, theirs: str = "", refuses: str = "") -> None:
        self.ids: list[str] = []
        self.deleted: list[str] = []
        self._late = late
        self._theirs = theirs
        self._refuses = refuses

    def there(self) -> list[dict[str, str]]:
        shown = [id for id in self.ids if id != "ours" or self._late == 0]
        if "ours" in self.ids and self._late:
            self._late -= 1
        return [{"id": id} for id in shown]

    def make(self) -> str:
        self.ids = [*([self._theirs] if self._theirs else []), "ours"]
        if self._refuses:
            self.ids.remove("ours")
            raise CallFailed("no", code=self._refuses, http_status=400)
        return "ours"

    def made(self, waits: Any = Never, delete: Callable[[str], Any] | None = None) -> Any:
        return one_of_its_name(waits, "it", "id", self.there, self.make, delete or self.deleted.append)


def test_what_was_made_is_told_once_it_is_listed() -> None:
    waits = Ticks()
    assert Cloud(late=2).made(waits) == {"id": "ours"}
    assert waits.said == ["it is not listed yet"]


def test_one_that_is_there_by_now_is_somebody_s() -> None:
    cloud = Cloud()
    cloud.ids = ["theirs"]
    with pytest.raises(AlreadyExists):
        cloud.made()
    assert cloud.ids == ["theirs"]


def test_whoever_loses_a_race_deletes_his_own_and_finds_the_other() -> None:
    cloud = Cloud(theirs="theirs")
    with pytest.raises(AlreadyExists):
        cloud.made()
    assert cloud.deleted == ["ours"]


def test_whoever_is_refused_because_somebody_was_faster_finds_the_other() -> None:
    with pytest.raises(AlreadyExists):
        Cloud(theirs="theirs", refuses="InvalidCidrBlock.Overlapped").made()
    with pytest.raises(CallFailed, match="no") as refused:
        Cloud(refuses="InvalidCidrBlock").made()
    assert refused.value.code == "InvalidCidrBlock"


def test_one_that_is_never_listed_is_not_given_up() -> None:
    with pytest.raises(OutcomeUnknown, match=r"made \(ours\), and is not listed"):
        Cloud(late=99).made(Ticks())


def test_a_list_that_cannot_be_read_after_a_write_does_not_say_that_nothing_was_written() -> None:
    cloud = Cloud()

    def there() -> list[dict[str, str]]:
        if cloud.ids:
            raise Unreadable("no line", effect=Effect.NOTHING)
        return []

    with pytest.raises(OutcomeUnknown, match="reading it back failed: no line"):
        one_of_its_name(Never, "it", "id", there, cloud.make, cloud.deleted.append)

    def listed() -> bool:
        raise Unreadable("no line", effect=Effect.NOTHING)

    with pytest.raises(OutcomeUnknown, match="reading it back failed: no line"):
        gone(Never, "it", listed)


@pytest.mark.parametrize("error", [Interrupted("stop"), CallFailed("no", code="No", http_status=400)])
def test_a_second_one_that_cannot_be_deleted_is_named(error: Exception) -> None:
    """It must not end as unknown, or as interrupted: the next run would take the first for the one of this run."""

    def delete(own: str) -> None:
        raise error

    with pytest.raises(CallFailed, match=r"Ours \(ours\) could not be deleted") as failed:
        Cloud(theirs="theirs").made(delete=delete)
    assert failed.value.code == "TwinLeft"


def test_a_refusal_that_passes_is_waited_for() -> None:
    refusals = iter(["IncorrectVSwitchStatus", "DependencyViolation.VSwitch", "OperationDenied.InvalidState"])

    def call() -> str:
        code = next(refusals, None)
        if code is not None:
            raise CallFailed("not yet", code=code, http_status=400)
        return "done"

    waits = Ticks()
    assert patiently(waits, "DeleteVSwitch", call) == "done"
    assert waits.said == ["DeleteVSwitch is refused for now (IncorrectVSwitchStatus)"]


@pytest.mark.parametrize(("code", "moments"), [("DependencyViolation", 3), ("InvalidParameter", 0), ("Forbidden", 0)])
def test_a_refusal_that_stays_is_told(code: str, moments: int) -> None:
    tries = 0

    def call() -> None:
        nonlocal tries
        tries += 1
        raise CallFailed("no", code=code, http_status=400)

    with pytest.raises(CallFailed, match="no") as refused:
        patiently(Ticks(), "DeleteVpc", call)
    assert tries == moments + 1
    assert ("Run it again later" in refused.value.hint) is bool(moments)


def test_whoever_is_given_no_wait_looks_once() -> None:
    assert until(Never, "it is not there", 9.0, lambda: None) is None
