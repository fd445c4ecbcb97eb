"""What a write does to the answers that a run remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fc_guard.cloud.gateway import Item, Reply
from fc_guard.engine.run.answers import FRESH_SECONDS
from fc_guard.engine.run.refresh import Refresh
from fc_guard.kinds.catalog import CATALOG
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.model.address import Address
from fc_guard.model.kinds import Kind

FUNCTION = Address(FC2, "123", "cn-hangzhou", "function", ("shop", "cart"))
TIMER = FUNCTION.child("trigger", "timer")
DOCUMENT: Mapping[str, Any] = {"triggerName": "timer", "triggerType": "timer"}


class Asked:
    """A reader that notes the lists it was asked for."""

    def __init__(self) -> None:
        self.lists: list[Address | None] = []

    def list(self, parent: Address | None, kind: Kind) -> tuple[Item, ...]:
        self.lists.append(parent)
        return ()


def test_a_write_asks_for_no_list_however_long_ago_that_was_read() -> None:
    reader, clock = Asked(), [0.0]
    refresh = Refresh(lambda provider: reader, CATALOG, now=lambda: clock[0])  # type: ignore[arg-type,return-value]
    assert refresh.inside(FUNCTION, "trigger") == ()
    clock[0] += FRESH_SECONDS + 1  # uploading the code took its time
    refresh.wrote(TIMER, Reply(DOCUMENT, "etag"))
    assert refresh.inside(FUNCTION, "trigger") == (TIMER,)
    assert reader.lists == [FUNCTION]
    refresh.close()
