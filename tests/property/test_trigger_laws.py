"""The way back of triggers: whatever is online of any type, s.yaml can say it, and it asks for the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.core.normal import nested, observed
from fc_guard.kinds.triggers import TYPES
from fc_guard.model.fields import FieldPath
from fc_guard.model.rows import Field
from tests.unit.kinds.quiet_items import wanted
from tests.unit.kinds.test_quiet_triggers import ROLE
from tests.unit.kinds.test_triggers import TRIGGER

TEXT = st.text("abc/", min_size=1, max_size=3)
WHOLE = st.integers(1, 50)
VALUES: dict[FieldPath, st.SearchStrategy[Any]] = {
    ("disableURLInternet",): st.booleans(),
    ("methods",): st.lists(st.sampled_from(["GET", "POST"]), min_size=1, unique=True),
    ("events",): st.lists(st.sampled_from(["oss:ObjectCreated:*", "oss:ObjectRemoved:*"]), min_size=1, unique=True),
    ("enable",): st.booleans(),
    ("jobConfig", "maxRetryTime"): WHOLE,
    ("jobConfig", "triggerInterval"): WHOLE,
    ("functionParameter",): st.dictionaries(TEXT, TEXT, min_size=1),
    ("filter", "domain"): st.lists(TEXT, min_size=1, unique=True),
    ("subscriptionObjects",): st.lists(TEXT, min_size=1, unique=True),
    ("retry",): st.integers(0, 3),
    ("concurrency",): st.integers(1, 5),
    ("triggerEnable",): st.booleans(),
    ("asyncInvocationType",): st.booleans(),
    ("eventRuleFilterPattern",): st.sampled_from(["{}", '{"source":["a"]}']),
    ("runOptions", "maximumTasks"): WHOLE,
    ("eventSourceConfig", "eventSourceType"): st.sampled_from(["Default", "MNS", "Kafka"]),
}


def configs(of: str) -> st.SearchStrategy[dict[str, Any]]:
    """A config as FC answers it: any part of what the type holds."""

    def below(rows: tuple[Field, ...], path: FieldPath) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries({}, optional={row.name: value(row, (*path, row.name)) for row in rows})

    def value(row: Field, path: FieldPath) -> st.SearchStrategy[Any]:
        return below(row.rows, path) if row.rows else VALUES.get(path, TEXT)

    return below(TYPES[of].rows, ())


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    of = draw(st.sampled_from(sorted(TYPES)))
    outside = {"description": TEXT, "qualifier": st.sampled_from(["LATEST", "1", "prod"])}
    if TYPES[of].caller is not None:
        outside |= {"invocationRole": st.just(ROLE), "sourceArn": st.just("acs:somewhere")}
    rest = draw(st.fixed_dictionaries({}, optional=outside))
    if TYPES[of].source is not None:
        rest.setdefault("sourceArn", "acs:somewhere")
    return {"triggerType": of, "triggerConfig": draw(configs(of)), **rest}


@given(answers())
def test_what_is_online_can_be_written_as_s_yaml_and_asks_for_the_same(answer: dict[str, Any]) -> None:
    live = {path: value for path, value in observed(answer, TRIGGER.rules).items() if value is not None}
    again = wanted("trigger", {"name": "t", **TRIGGER.props(live)})
    assert again.fields == live


@given(answers())
def test_a_body_made_of_the_fields_reads_back_as_the_same_fields(answer: dict[str, Any]) -> None:
    live = {path: value for path, value in observed(answer, TRIGGER.rules).items() if value is not None}
    assert observed(nested(live, TRIGGER.rules), TRIGGER.rules) == live
