"""Checks of triggers that no schema can express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fc_guard.kinds.fc2.trigger import WITHOUT_ROLE, WITHOUT_SOURCE
from fc_guard.kinds.triggers import TYPES
from fc_guard.kinds.triggers.eventbridge import SOURCES
from fc_guard.language import joined, t, tn
from fc_guard.model.layouts import Note

Triggers = list[tuple[int, Mapping[str, Any]]]


def trigger_problems(props: Mapping[str, Any]) -> Iterator[Note]:
    triggers = triggers_of(props)
    if triggers and not isinstance(props.get("function"), Mapping):
        yield ("triggers",), t("triggers: a trigger needs a function")
    yield from _names(triggers)
    yield from _http(triggers)
    for index, trigger in triggers:
        config = trigger.get("config")
        if isinstance(config, Mapping):
            yield from _source(index, trigger, config)
            if trigger.get("type") == "eventbridge":
                yield from _parameters(index, config)


def trigger_remarks(props: Mapping[str, Any]) -> Iterator[Note]:
    """Yields what is allowed and does nothing."""
    for index, trigger in triggers_of(props):
        for key, without in (("role", WITHOUT_ROLE), ("sourceArn", WITHOUT_SOURCE)):
            if trigger.get(key) and trigger.get("type") in without:
                yield (
                    ("triggers", index, key),
                    t("{key} is ignored: a trigger of type {type} has none", key=key, type=trigger["type"]),
                )


def triggers_of(props: Mapping[str, Any]) -> Triggers:
    """Returns the items that are at least mappings, each with its index."""
    triggers = props.get("triggers")
    items = enumerate(triggers) if isinstance(triggers, list) else ()
    return [(index, trigger) for index, trigger in items if isinstance(trigger, Mapping)]


def _names(triggers: Triggers) -> Iterator[Note]:
    seen: set[str] = set()
    for index, trigger in triggers:
        name = trigger.get("name")
        if isinstance(name, str) and name in seen:
            yield ("triggers", index, "name"), t("triggers.{index}.name: {name!r} stands twice", index=index, name=name)
        seen.add(str(name))


def _http(triggers: Triggers) -> Iterator[Note]:
    """Yields the http triggers beyond the first of a version or alias: FC takes one."""
    first: dict[str, object] = {}
    for index, trigger in triggers:
        if trigger.get("type") != "http":
            continue
        qualifier = str(trigger.get("qualifier") or "LATEST")
        if qualifier in first:
            yield (
                ("triggers", index),
                t(
                    "triggers.{index}: {first} is already the http trigger of {qualifier}; FC allows one",
                    index=index,
                    first=first[qualifier],
                    qualifier=qualifier,
                ),
            )
        first.setdefault(qualifier, trigger.get("name"))


def _source(index: int, trigger: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[Note]:
    """Yields a note where nothing tells what sends the events."""
    of = TYPES.get(str(trigger.get("type")))
    if of is None or not of.named or trigger.get("sourceArn"):
        return
    missing = [name for name in of.named if not _found(config, name)]
    if missing:
        names = joined((f"config.{name}" for name in missing), t(" and "))
        yield (
            ("triggers", index, "config"),
            tn(
                "triggers.{index}: {names} is missing; sourceArn would do as well",
                "triggers.{index}: {names} are missing; sourceArn would do as well",
                len(missing),
                index=index,
                names=names,
            ),
        )


def _found(config: Mapping[str, Any], dotted: str) -> bool:
    value: Any = config
    for key in dotted.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return bool(value)


def _parameters(index: int, config: Mapping[str, Any]) -> Iterator[Note]:
    """Checks that the parameters of an event source stand in the member that belongs to its type."""
    source = config.get("eventSourceConfig")
    if not isinstance(source, Mapping):
        return
    of, parameters = str(source.get("eventSourceType")), source.get("eventSourceParameters")
    place = ("triggers", index, "config", "eventSourceConfig")
    given = [name for name in SOURCES.values() if isinstance(parameters, Mapping) and parameters.get(name)]
    needed = SOURCES.get(of)
    dotted = ".".join(map(str, place))
    if needed is not None and needed not in given:
        yield (
            place,
            t(
                "{dotted}: eventSourceType {source} needs eventSourceParameters.{needed}",
                dotted=dotted,
                source=of,
                needed=needed,
            ),
        )
    for name in given:
        if name != needed and (of in SOURCES or of == "Default"):
            yield (
                (*place, "eventSourceParameters", name),
                t("{dotted}: {name} does not belong to eventSourceType {source}", dotted=dotted, name=name, source=of),
            )
