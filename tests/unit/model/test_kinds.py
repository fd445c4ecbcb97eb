"""What no kind may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.known import kind_named


def test_a_part_is_read_from_its_parent_s_list() -> None:
    """Otherwise nobody would see one that was made online, where s.yaml is silent."""
    with pytest.raises(ValueError, match="asyncConfig is a part of its parent, and not read"):
        replace(kind_named("asyncConfig"), listed=False)
