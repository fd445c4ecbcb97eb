"""Props that a plugin may still change before they are deployed. What is wrong with them is no error yet: it is set
aside, and told."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fc_guard.core.homes import value_at
from fc_guard.errors import BadInput, Effect
from fc_guard.inputs.certificates import Open, places_of, with_certificates
from fc_guard.inputs.places import Places
from fc_guard.inputs.plugins import Plugin
from fc_guard.inputs.props import Checked, Settle, Settled, problems_of, refused, told_in_order
from fc_guard.language import joined, t
from fc_guard.model.edits import Place
from fc_guard.model.fields import MISSING
from fc_guard.model.kinds import Lifecycle
from fc_guard.model.layouts import Layout, Note


def settling(plugin: Plugin | None) -> Settle:
    """Returns what becomes of problems: an error, unless a plugin is still to come."""
    return refused if plugin is None else _SettingAside(plugin)


def note_of(plugin: Plugin, told: Sequence[str]) -> str:
    """Returns the one note that there is a plugin to come. `told` is what was set aside for it."""
    lines = [
        t(
            "{at}: the plugin {plugin} may change these props before they are deployed; only "
            "deploy runs it. What s.yaml does not say is taken as it was last deployed.",
            at=plugin.at,
            plugin=plugin.name,
        )
    ]
    if told:
        lines += [t("Left to the plugin:"), *("  " + line for line in told)]
    return joined(lines)


def with_files(checked: Checked, plugin: Plugin | None, folder: Path, places: Places, vault: Open) -> Checked:
    """Returns the props with every certificate as text. Raises `BadInput` where one cannot be read, unless a plugin is
    still to come: then none of them is looked at. Raises `Unreadable`."""
    try:
        return replace(checked, props=with_certificates(checked.props, checked.layout, folder, places, vault))
    except BadInput as error:
        if plugin is None:
            raise
        kept = without(checked.props, places_of(checked.props, checked.layout))
        return replace(checked, props=kept, open=(*checked.open, *error.message.splitlines()))


def without(props: Mapping[str, Any], places: Iterable[Place]) -> dict[str, Any]:
    """Returns the props without the keys at these places. No item of a list is taken out: the others would move."""
    kept = copy.deepcopy(dict(props))
    for place in places:
        around = value_at(kept, place[:-1])
        if isinstance(around, dict):
            around.pop(place[-1], None)
    return kept


@dataclass(frozen=True, slots=True)
class _SettingAside:
    plugin: Plugin

    def __call__(self, props: Mapping[str, Any], layout: Layout, problems: Sequence[Note], places: Places) -> Settled:
        """Raises `BadInput` where too little is left to look at anything online."""
        kept = _sound(props, layout, problems)
        told = told_in_order(problems, places)
        if not _can_be_looked_at(kept, layout):
            raise BadInput(
                told[0],
                details=told[1:],
                hint=t(
                    "Only deploy runs the plugin {plugin} ({at}), which may mend that. Other commands "
                    "need the region and the names in s.yaml.",
                    plugin=self.plugin.name,
                    at=self.plugin.at,
                ),
                reference="bad-props",
                effect=Effect.NOTHING,
            )
        return Settled(kept, told)


def _sound(props: Mapping[str, Any], layout: Layout, problems: Iterable[Note]) -> Mapping[str, Any]:
    """Returns the props without what is wrong: the rest is as the schema has it, though something may be missing."""
    going = {*_wrong(props, layout, problems), *_unnamed(props, layout)}
    while going:
        props = without(props, going)
        going = {*_wrong(props, layout, problems_of(props, layout)), *_unnamed(props, layout)}
    return props


def _wrong(props: Mapping[str, Any], layout: Layout, problems: Iterable[Note]) -> Iterator[Place]:
    """Yields the nearest key of each problem. A resource that lacks something is not wrong for that."""
    going = {_key_at(place) for place, _ in problems if not _is_resource(props, layout, place)}
    yield from (place for place in going if value_at(props, place) is not MISSING)


def _is_resource(props: Mapping[str, Any], layout: Layout, place: Place) -> bool:
    """Says whether a place is that of the props, or of a resource in them that can be told by its name."""
    value = value_at(props, place)
    if not isinstance(value, Mapping):
        return False
    lists = (kind.home for kind in layout.kinds if kind.home.many)
    named = any(place[:-1] == home.place and value.get(home.name) for home in lists)
    return named or place in {(), *(kind.home.place for kind in layout.kinds if not kind.home.many)}


def _key_at(place: Place) -> Place:
    """Returns the place of the key around an item of a list."""
    return _key_at(place[:-1]) if place and isinstance(place[-1], int) else place


def _unnamed(props: Mapping[str, Any], layout: Layout) -> Iterator[Place]:
    """Yields the places of resources without a name, of which a step has one."""
    for kind in layout.kinds:
        value = value_at(props, kind.home.place)
        if not kind.home.many and not kind.home.always and isinstance(value, Mapping) and not value.get(kind.home.name):
            yield kind.home.place


def _can_be_looked_at(props: Mapping[str, Any], layout: Layout) -> bool:
    said = [kind for kind in layout.kinds if kind.lifecycle is Lifecycle.DEPLOYED]
    roots = [kind for kind in said if kind.parent is None and not kind.home.many]
    named = all(value_at(props, kind.home.place) is not MISSING for kind in roots)
    return named and bool(props.get(layout.region))
