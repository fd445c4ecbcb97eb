"""What no kind may be."""

from __future__ import annotations

import pytest

from tests.known import catalog_with


def test_a_part_is_read_from_its_parent_s_list() -> None:
    """Otherwise nobody would see one that was made online, where s.yaml is silent."""
    with pytest.raises(ValueError, match=r"asyncConfig is a part of its parent.*not read"):
        catalog_with("asyncConfig", listed=False)
