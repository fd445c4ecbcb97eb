"""Where in a network a switch has room."""

from __future__ import annotations

import pytest

from fc_guard.cloud.support.blocks import free_block
from fc_guard.errors import CallFailed, Unreadable


@pytest.mark.parametrize(
    ("around", "taken", "free"),
    [
        ("10.0.0.0/8", (), "10.20.0.0/16"),
        ("10.0.0.0/8", ("10.20.7.0/24",), "10.0.0.0/16"),
        ("10.0.0.0/8", ("10.20.7.0/24", "10.0.0.0/12"), "10.16.0.0/16"),
        ("172.16.0.0/12", (), "172.16.0.0/16"),
        ("192.168.4.0/24", (), "192.168.4.0/24"),
    ],
)
def test_the_usual_block_or_the_first_that_is_free(around: str, taken: tuple[str, ...], free: str) -> None:
    assert free_block(around, taken) == free


@pytest.mark.parametrize(("around", "taken"), [("10.20.0.0/16", ("10.20.1.0/24",)), ("10.0.0.0/30", ())])
def test_a_full_network_is_told(around: str, taken: tuple[str, ...]) -> None:
    with pytest.raises(CallFailed, match="no addresses left"):
        free_block(around, taken)


@pytest.mark.parametrize(("around", "taken"), [("nothing", ()), ("10.0.0.0/8", ("fd00::/8",)), ("10.0.0.1/8", ())])
def test_what_is_no_block_is_unreadable(around: str, taken: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable, match="no block of addresses"):
        free_block(around, taken)
