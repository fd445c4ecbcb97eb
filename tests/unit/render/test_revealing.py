"""Which values of secret fields a plan shows."""

from __future__ import annotations

import pytest

from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING, Cause, FieldChange, Reveal, Sealed
from fc_guard.model.plans import Action, Plan, Verb
from fc_guard.model.resources import Presence, ResourceDiff
from fc_guard.render.machine import plan_document
from fc_guard.render.revealing import revealed

FUNCTION = Address("fc2", "1", "cn-hangzhou", "function", ("demo", "hello"))


def plan_of(name: str, live: str, desired: str = "prod") -> Plan:
    path = ("environmentVariables", name)
    change = FieldChange(path, Cause.CONFLICT, Sealed("x"), live, desired, desired, secret=True)
    diff = ResourceDiff(FUNCTION, Presence.PRESENT, None, None, None, (change,))
    return Plan((Action(Verb.UPDATE, FUNCTION, diff, sends=(change,)),))


def hidden(plan: Plan, reveal: Reveal) -> bool:
    [action] = revealed(plan, reveal).actions
    assert action.sends == action.diff.changes  # what is sent is found among what is shown
    return action.sends[0].secret


@pytest.mark.parametrize(
    ("name", "live", "reveal", "expected"),
    [
        ("STAGE", "canary", Reveal.NOTHING, True),
        ("STAGE", "canary", Reveal.PLAIN, False),
        ("STAGE", "s3cret-one", Reveal.PLAIN, True),
        ("TOKEN", "canary", Reveal.PLAIN, True),
        ("TOKEN", "canary", Reveal.ALL, False),
    ],
)
def test_a_value_is_shown_by_its_name_its_form_and_what_was_asked_for(
    name: str, live: str, reveal: Reveal, expected: bool
) -> None:
    assert hidden(plan_of(name, live), reveal) is expected


def test_a_plan_is_revealed_for_people_and_not_itself() -> None:
    plan = plan_of("STAGE", "canary")
    revealed(plan, Reveal.ALL)
    assert plan_document(plan)["actions"][0]["changes"][0]["live"] == {"hidden": True}


def test_the_fields_of_a_new_resource_are_shown_by_the_same_rule() -> None:
    level, token = (
        FieldChange(("environmentVariables", name), Cause.CHANGE, MISSING, MISSING, "prod", "prod", secret=True)
        for name in ("STAGE", "TOKEN")
    )
    diff = ResourceDiff(FUNCTION, Presence.NEW, None, None, None, ())
    plan = Plan((Action(Verb.CREATE, FUNCTION, diff, sets=(level, token)),))
    [action] = revealed(plan, Reveal.PLAIN).actions
    assert [each.secret for each in action.sets] == [False, True]
