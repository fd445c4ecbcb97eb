"""Props that a plugin may still change: what is wrong with them is set aside and told, and the rest is looked at."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from fc_guard.errors import BadInput
from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.inputs.places import Places
from fc_guard.inputs.plugins import Plugin
from fc_guard.inputs.props import Checked, check
from fc_guard.inputs.unfinished import note_of, settling, with_files
from tests.props import PROPS
from tests.unit.kinds.test_quiet_domains import PLAIN, SECURE

PLUGIN = Plugin("./fill", "s.yaml:9")


def checked(**changes: Any) -> Checked:
    """`function__memorySize=None` takes a key out."""
    props = copy.deepcopy(PROPS)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place: Any = props
        for key in parents:
            place = place[int(key)] if key.isdigit() else place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return check(props, Places(None, "one"), LAYOUTS, settling(PLUGIN))


def test_what_is_missing_is_told_and_nothing_else_is_left_out() -> None:
    found = checked(function__runtime=None, function__codeUri=None)
    assert found.open == (
        "function: 'runtime' is missing",
        "function: the code is missing: give codeUri, or ossBucket and ossKey",
    )
    function = {key: value for key, value in PROPS["function"].items() if key not in ("runtime", "codeUri")}
    assert found.props == {**PROPS, "function": function}


def test_a_wrong_value_is_left_out_and_told() -> None:
    found = checked(function__memorySize="much", function__timeout="${env.LIMIT}")
    assert found.open[0].startswith('function.memorySize: "much"')
    assert "was not resolved" in found.open[1]
    assert "memorySize" not in found.props["function"]
    assert "timeout" not in found.props["function"]
    assert found.props["triggers"] == PROPS["triggers"]


def test_what_is_only_wrong_for_what_is_missing_is_no_error() -> None:
    found = checked(function__memorySize=None, function__cpu=2, function__diskSize=512)
    assert found.open == ("function.cpu: 2 with 128 MB: FC takes 1 to 4 GB of memory per vCPU",)


def test_no_item_of_a_list_is_taken_out_since_the_others_would_move() -> None:
    found = checked(triggers__0__name=None)
    assert "triggers" not in found.props
    assert found.open == ("triggers.0: 'name' is missing",)


@pytest.mark.parametrize("key", ["type", "config"])
def test_an_item_with_a_name_stays_whatever_it_lacks(key: str) -> None:
    found = checked(**{f"triggers__1__{key}": None})
    lacking = {name: value for name, value in PROPS["triggers"][1].items() if name != key}
    assert found.props == {**PROPS, "triggers": [PROPS["triggers"][0], lacking]}
    assert found.open


def test_a_function_without_a_name_is_left_out_with_its_triggers() -> None:
    found = checked(function__name=None)
    assert found.open == ("function: 'name' is missing",)
    assert found.props == {"region": PROPS["region"], "service": PROPS["service"]}


@pytest.mark.parametrize("key", ["region", "service", "service__name"])
def test_without_region_and_name_nothing_can_be_looked_at_and_the_plugin_is_named(key: str) -> None:
    with pytest.raises(BadInput, match="is missing") as caught:
        checked(**{key: None})
    assert "the plugin ./fill (s.yaml:9)" in str(caught.value)
    assert caught.value.status == 2


def test_good_props_leave_nothing_open() -> None:
    assert checked().open == ()
    assert checked().props == PROPS


def test_a_certificate_that_is_not_there_yet_is_left_out(tmp_path: Path) -> None:
    secure = {**SECURE, "certConfig": {"certName": "c", "certificate": "./made.pem", "privateKey": "./made.key"}}
    found = checked(customDomains=[secure])
    with pytest.raises(BadInput, match=r"made\.pem"):
        with_files(found, None, tmp_path, Places(None, "one"), Empty)
    without = with_files(found, PLUGIN, tmp_path, Places(None, "one"), Empty)
    assert without.props["customDomains"][0]["certConfig"] == {"certName": "c"}
    assert len(without.open) == 2


class Empty:
    """An account without certificates and objects."""

    def numbered(self, number: int) -> None:
        return None

    def object(self, region: str, bucket: str, key: str, most: int) -> None:
        return None


def test_a_number_that_no_certificate_has_yet_is_left_out(tmp_path: Path) -> None:
    found = checked(customDomains=[{**PLAIN, "protocol": "HTTPS", "certId": 42}])
    with pytest.raises(BadInput, match="no certificate 42"):
        with_files(found, None, tmp_path, Places(None, "one"), Empty)
    without = with_files(found, PLUGIN, tmp_path, Places(None, "one"), Empty)
    assert not {"certId", "certConfig"} & without.props["customDomains"][0].keys()
    assert len(without.open) == 1


def test_one_note_names_the_line_of_the_plugin_and_all_that_is_left_to_it() -> None:
    assert note_of(PLUGIN, ("s.yaml:14: function: 'runtime' is missing",)) == (
        "s.yaml:9: the plugin ./fill may change these props before they are deployed; only deploy runs it. "
        "What s.yaml does not say is taken as it was last deployed.\n"
        "Left to the plugin:\n"
        "  s.yaml:14: function: 'runtime' is missing"
    )
