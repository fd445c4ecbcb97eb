"""Puts the values of other resources in place of the outputs that stand for them, and tells what is wanted for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, takewhile
from typing import Any

from fc_guard.core.normal import default, effective
from fc_guard.core.values import LISTS, frozen, same, spelled
from fc_guard.model.address import Address
from fc_guard.model.fields import MISSING, FieldPath, Fields, Value
from fc_guard.model.outputs import HERE, Output
from fc_guard.model.plans import Action, Call
from fc_guard.model.resources import Desired, Record
from fc_guard.model.rules import FieldRules

Known = Callable[[Output], str | None]
"""Returns the value of an output; None if it is not known yet."""


def known_from(documents: Mapping[Address, Mapping[str, Value]]) -> Known:
    def known(output: Output) -> str | None:
        """Returns a value of what is online; None where that is not online, or does not have the value yet."""
        value = documents.get(output.of, {}).get(output.member)
        return value if isinstance(value, str) and value else None

    return known


def known_from_records(records: Iterable[Record]) -> Known:
    """Returns the values that were online when they were recorded."""
    observed = {record.id: last_there(record) for record in records}
    return known_from({id: {path[0]: value for path, value in fields.items()} for id, fields in observed.items()})


def last_there(record: Record) -> Fields:
    """Returns what was online when it was recorded last; of what was left deleted, what had been there before."""
    baselines = chain([record.baseline], (entry.after() for entry in record.entries))
    since_made = takewhile(lambda each: each is not None, baselines)
    there = (each.observed for each in since_made if each is not None and each.observed is not None)
    return next(there, {})


def resolved(value: Value, known: Known) -> Value:
    """Returns a value with every output in it replaced whose value is known."""

    def filled(output: Output) -> Value:
        text = output.text or known(output)
        return output if text is None else output.filled(text)

    return with_outputs(value, filled)


def with_outputs(value: Value, change: Callable[[Output], Value]) -> Value:
    """Returns a value with every output in it changed."""
    if isinstance(value, Output):
        return change(value)
    if isinstance(value, Mapping):
        return {key: with_outputs(item, change) for key, item in value.items()}
    if isinstance(value, LISTS):
        return type(value)(with_outputs(item, change) for item in value)
    return value


def told(value: Any) -> Any:
    """Returns JSON in which what is not known yet is said to be so."""
    if isinstance(value, Output):
        return {"output": value.member, "of": str(value.of)} | ({} if value.form == HERE else {"form": value.form})
    if isinstance(value, Mapping):
        return {key: told(item) for key, item in value.items()}
    return [told(item) for item in value] if isinstance(value, LISTS) else value


def outputs_in(value: Value) -> Iterator[Output]:
    if isinstance(value, Output):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from outputs_in(item)
    elif isinstance(value, LISTS):
        for item in value:
            yield from outputs_in(item)


def has_outputs(fields: Fields) -> bool:
    return any(True for value in fields.values() for _ in outputs_in(value))


def of_desired(desired: Desired, known: Known) -> Desired:
    """Returns a desired side without the outputs whose values are known."""
    sides = (desired.fields, desired.initial, desired.derived, desired.carried)
    if not desired.first and not any(map(has_outputs, sides)):
        return desired
    fields, initial, derived, carried = (_of_fields(side, known) for side in sides)
    needs = needed_by(desired)
    return replace(desired, fields=fields, initial=initial, derived=derived, carried=carried, needs=needs)


def of_action(action: Action, known: Known) -> Action:
    """Returns an action whose requests, and what is expected of them, hold no output whose value is known."""
    desired = action.diff.desired
    return replace(
        action,
        diff=replace(action.diff, desired=None if desired is None else of_desired(desired, known)),
        sends=tuple(replace(change, target=resolved(change.target, known)) for change in action.sends),
        call=_of_call(action.call, known),
        then=_of_call(action.then, known),
        expected=_of_fields(action.expected, known),
    )


def open_outputs(action: Action) -> tuple[Output, ...]:
    """Returns the outputs that an action's requests hold."""
    bodies = (call.body for call in (action.call, action.then) if call is not None)
    return tuple(dict.fromkeys(output for body in bodies for output in outputs_in(body)))


def needed_by(desired: Desired) -> frozenset[Address]:
    """Returns the resources that must be there before it, besides its parent."""
    sides = (desired.fields, desired.initial, desired.derived, desired.carried)
    outputs = (output.of for side in sides for value in side.values() for output in outputs_in(value))
    return desired.needs.union(desired.first, outputs)


def wanting(desired: Desired, live: Fields, rules: FieldRules) -> frozenset[FieldPath]:
    """Returns the derived fields that online has nothing for, or nothing that is still there. Of an object, either all
    of it is derived or nothing."""
    return desired.stale.union(path for path in desired.derived if _has_nothing(path, live, rules))


def found_or_made(desired: Desired) -> Fields:
    """Returns the fields whose values come from other resources."""
    said = {**desired.derived, **desired.fields}
    return {path: value for path, value in said.items() if any(outputs_in(value))}


def in_use(derived: Fields, live: Fields, known: Known, rules: FieldRules) -> frozenset[FieldPath]:
    """Returns the derived fields that are online as they would be derived."""
    return frozenset(
        path
        for path, value in derived.items()
        if same(spelled(live.get(path, MISSING), path, rules), spelled(resolved(value, known), path, rules))
    )


def _has_nothing(path: FieldPath, live: Fields, rules: FieldRules) -> bool:
    whole = rules.struct_of(path)
    if whole is None:
        return effective(live, path, rules) in (None, MISSING)
    inside = (other for other in live if other[: len(whole)] == whole)
    return all(effective(live, other, rules) in (None, MISSING, default(other, rules)) for other in inside)


def demanded(
    desired: Collection[Desired],
    wanted: Mapping[Address, Collection[FieldPath]],
    absent: Collection[Address],
    around: Callable[[Address], Iterable[Address]],
) -> frozenset[Address]:
    """Returns what is there on demand and demanded: by fields, by those derived fields that are `wanted`, by what is
    `absent` and will be made, or by what lies in it. `around` returns what a resource lies in."""
    by_id = {each.id: each for each in desired}
    waiting = [each for each in desired if not each.on_demand]
    found: set[Address] = set()
    while waiting:
        each = waiting.pop()
        direct = (*_demanded(each, wanted.get(each.id, ())), *(each.first if each.id in absent else ()))
        for id in {other for one in direct for other in (one, *around(one))}:
            if id in by_id and by_id[id].on_demand and id not in found:
                found.add(id)
                waiting.append(by_id[id])
    return frozenset(found)


def _demanded(desired: Desired, wanted: Collection[FieldPath]) -> Iterator[Address]:
    values: list[Any] = [value for path, value in desired.derived.items() if desired.on_demand or path in wanted]
    values += [value for side in (desired.fields, desired.initial, desired.carried) for value in side.values()]
    yield from (output.of for value in values for output in outputs_in(value))
    if desired.on_demand:
        yield from desired.needs


def _of_fields(fields: Fields, known: Known) -> dict[FieldPath, Value]:
    return {path: frozen(resolved(value, known)) for path, value in fields.items()}


def _of_call(call: Call | None, known: Known) -> Call | None:
    if call is None or call.body is None:
        return call
    return replace(call, body={key: resolved(value, known) for key, value in call.body.items()})
