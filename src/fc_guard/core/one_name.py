"""One thing has one name, whichever way s.yaml names it: by an id, or by leaving it to be found or made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from fc_guard.core.resolve import Known, with_outputs
from fc_guard.core.values import frozen
from fc_guard.model.address import Address
from fc_guard.model.fields import Fields, Value
from fc_guard.model.outputs import Output
from fc_guard.model.resources import Desired

Names = Mapping[Address, Address]


def met(desired: Desired, known: Known) -> frozenset[Output]:
    """Returns the values by which s.yaml names a resource, as far as online has it so."""
    return frozenset(output for output in desired.named_by if known(output) == output.text)


def one_name(desired: Iterable[Desired], known_by: frozenset[Output]) -> tuple[Desired, ...]:
    """Returns what is wanted, each under its one name. `known_by` is what was `met` of all.

    What s.yaml does not mean by its ids is not wanted, nor needed. What is called after a resource that it does mean
    goes by the name of that one.
    """
    asked = tuple(desired)
    strange = {each.id for each in asked if each.named_by and known_by.isdisjoint(each.named_by)}
    names = {each.id: name for each in asked if (name := _name(each, known_by)) is not None}
    return tuple(_under(each, names, strange) for each in asked if each.id not in strange)


def _name(desired: Desired, known_by: frozenset[Output]) -> Address | None:
    """Returns the name of what is called after a resource that is known; None for anything else."""
    after = desired.called_after
    if after is None or after not in known_by:
        return None
    return replace(desired.id, parts=(*desired.id.parts[:-1], after.of.name))


def _under(desired: Desired, names: Names, strange: Collection[Address]) -> Desired:
    """Returns a desired side in which every resource goes by its name, and that needs nothing strange."""
    if not names and desired.needs.isdisjoint(strange):
        return desired
    return replace(
        desired,
        id=names.get(desired.id, desired.id),
        needs=frozenset(names.get(id, id) for id in desired.needs if id not in strange),
        first=frozenset(names.get(id, id) for id in desired.first),
        fields=_fields(desired.fields, names),
        initial=_fields(desired.initial, names),
        derived=_fields(desired.derived, names),
        carried=_fields(desired.carried, names),
    )


def _fields(fields: Fields, names: Names) -> Fields:
    def under_name(output: Output) -> Value:
        return replace(output, of=names.get(output.of, output.of))

    return {path: frozen(with_outputs(value, under_name)) for path, value in fields.items()}
