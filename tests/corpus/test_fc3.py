"""Files for Function Compute 3.0: each is told so, once, at its place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from fc_guard.errors import BadInput
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.props import check
from tests.corpus.corpus import ABSENT, entries, names, present
from tests.corpus.resolve import Resolved
from tests.corpus.table import table

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

COMPONENTS = ("fc3-domain",)
"""Components beside fc3 in these files: a domain of FC 3.0 names no function that could be told from ours."""
HOST_REFUSES = {"Fatihmaull__brandkinAI__backend__s": "Keyword 'services' has been replaced by 'resources'"}


@pytest.mark.parametrize("name", names(entries("fc3")))
def test_a_file_for_fc_3_is_told_so_at_its_place(name: str, fc3: Mapping[str, Resolved]) -> None:
    found = fc3[f"{name}.yaml"]
    if name in HOST_REFUSES:
        assert HOST_REFUSES[name] in found.error
        table("files for FC 3.0").put(name, "refused by the host")
        return
    assert not found.error
    steps = [block for block in found.blocks if block.component not in COMPONENTS]
    assert steps
    for block in steps:
        with pytest.raises(BadInput) as caught:
            check(block.props, Places(found.file, block.step), LAYOUTS)
        assert caught.value.reference == "fc3-file"
        assert "this is a file for Function Compute 3.0" in caught.value.message
        place = caught.value.message.split(":")
        assert place[0] == found.file.name
        line = found.entry.text.splitlines()[int(place[1]) - 1]
        assert line.strip().split(":")[0] in ("functionName", "code")
    table("files for FC 3.0").put(name, "told to be for FC 3.0")


@pytest.mark.usefixtures("whole")
def test_every_file_for_fc_3_is_accounted_for(fc3: Mapping[str, Resolved]) -> None:
    assert len(fc3) == len(entries("fc3"))
    assert table("files for FC 3.0").counts == {
        "told to be for FC 3.0": len(fc3) - len(HOST_REFUSES),
        "refused by the host": len(HOST_REFUSES),
    }
