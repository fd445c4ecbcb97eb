"""Which of the names on the command line the steps of a run have, all together."""

from __future__ import annotations

import pytest

from fc_guard.engine.run.naming import Naming
from fc_guard.errors import BadInput
from fc_guard.model.address import Address
from fc_guard.model.scope import Scope

SCOPE = Scope("trigger", names={("fc2", "trigger"): frozenset({"http"})})


def trigger(name: str) -> Address:
    return Address("fc2", "1", "cn-hangzhou", "trigger", ("s", "f", name))


def test_one_step_that_has_it_is_enough() -> None:
    naming = Naming()
    assert naming.hear(SCOPE, "one", {"two"}, [trigger("http")]) == ""
    assert naming.hear(SCOPE, "two", {"one"}, [trigger("tick")]) == ""


def test_the_last_step_stops_where_none_has_it() -> None:
    naming = Naming()
    assert naming.hear(SCOPE, "one", {"two"}, [trigger("tick")]) == ""
    with pytest.raises(BadInput, match="there are tick, tock"):
        naming.hear(SCOPE, "two", {"one"}, [trigger("tock")])


def test_a_name_that_is_another_one_in_each_step_is_what_was_said() -> None:
    scope = Scope("trigger", names={("fc2", "trigger"): frozenset({"auto"})})
    one, two = (scope.called(lambda _key, _said, own=own: own) for own in ("a", "b"))
    assert one.holds(trigger("a")) and not one.holds(trigger("b"))
    naming = Naming()
    assert naming.hear(one, "one", {"two"}, [trigger("a")]) == ""
    assert naming.hear(two, "two", {"one"}, [trigger("tick")]) == ""
    with pytest.raises(BadInput, match="No trigger is called 'auto': there are tick"):
        Naming().hear(two, "two", frozenset(), [trigger("tick")])


def test_another_kind_of_that_name_does_not_count() -> None:
    other = Address("fc2", "1", "cn-hangzhou", "function", ("s", "http"))
    with pytest.raises(BadInput, match="there is no trigger at all"):
        Naming().hear(SCOPE, "one", frozenset(), [other])
