"""A layout is whole when it is made, and so is what follows from its parts."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from fc_guard.inputs.layouts import LAYOUTS
from fc_guard.kinds.catalog import CATALOG
from fc_guard.kinds.fc2.service import SERVICE
from fc_guard.kinds.fc2.trigger import TRIGGER
from fc_guard.model.layouts import ByName, Checks, Layout, Part, Words
from tests.flat import FLAT

(FC2,) = LAYOUTS


@pytest.mark.parametrize("missing", [field.name for field in fields(Layout) if field.init])
def test_a_layout_that_lacks_something_fails_when_it_is_made(missing: str) -> None:
    members = {
        field.name: getattr(FLAT, field.name) for field in fields(Layout) if field.init and field.name != missing
    }
    with pytest.raises(TypeError, match=missing):
        Layout(**members)


@pytest.mark.parametrize(("of", "whole"), [(Checks, FLAT.checks), (Words, FLAT.words)])
def test_so_do_its_checks_and_words(of: type[Checks] | type[Words], whole: Checks | Words) -> None:
    for missing in of._fields:
        members = {name: getattr(whole, name) for name in of._fields if name != missing}
        with pytest.raises(TypeError, match=missing):
            of(**members)


def test_a_kind_that_no_part_has_fails_when_the_layout_is_made() -> None:
    with pytest.raises(ValueError, match="trigger"):
        replace(FLAT, kinds=(*FLAT.kinds, TRIGGER))


def test_so_does_a_part_with_a_kind_that_the_layout_does_not_have() -> None:
    with pytest.raises(ValueError, match="trigger"):
        replace(FLAT, parts=(*FLAT.parts, Part("trigger", (TRIGGER,))))


def test_so_does_an_option_that_names_another_kind_than_its_part_s() -> None:
    with pytest.raises(ValueError, match="--trigger-name"):
        replace(FLAT, parts=(Part("app", FLAT.kinds, ByName("--trigger-name", TRIGGER, "")),))


def test_so_does_a_provider_that_none_of_its_kinds_is_of() -> None:
    with pytest.raises(ValueError, match="no kind of its provider moon"):
        replace(FLAT, provider="moon")


def test_every_kind_of_the_catalog_is_in_a_layout() -> None:
    assert {(kind.provider, kind.name) for layout in LAYOUTS for kind in layout.kinds} == {
        (kind.provider, kind.name) for kind in CATALOG.kinds
    }


def test_what_lies_in_a_part_goes_with_it_when_it_is_removed() -> None:
    assert {part.word: [kind.name for kind in FC2.goes_with(part)] for part in FC2.parts} == {
        "service": ["function", "asyncConfig", "trigger"],
        "function": ["trigger"],
        "trigger": [],
        "domain": [],
    }


def test_a_layout_s_secrets_are_those_of_its_kinds() -> None:
    assert FC2.secret_names == CATALOG.secret_names
    assert FLAT.secret_names == frozenset(path[-1] for path in SERVICE.rules.secret)
