"""Makes the plan from differences and decisions. `deployment` and `removal` alone decide whose change wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from fc_guard.core.choices import Choice, Held
from fc_guard.core.deployment import Deployment
from fc_guard.core.removal import Removal
from fc_guard.language import joined
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.graph import Graph
from fc_guard.model.kinds import Lifecycle
from fc_guard.model.plans import Action, Plan, Verb
from fc_guard.model.resources import Presence, ResourceDiff


def plan_deployment(
    diffs: Iterable[ResourceDiff], catalog: Catalog, choice: Choice, holders: Held = MappingProxyType({})
) -> Plan:
    """Returns what deploying would do, needed resources first. Raises `BadInput` for a change the API does not offer.

    `holders` names what keeps the API from deleting a resource, or uses it, unless that goes as well.
    """
    found = {diff.id: diff for diff in diffs}
    order = _graph(found, catalog).order(lambda id: (not _may_be_refused(id, catalog), catalog.generation(id), id))
    ordered = [found[id] for id in order]
    return _held_in_being(lambda held: _deployment(ordered, catalog, choice, held), holders, catalog)


def _deployment(ordered: list[ResourceDiff], catalog: Catalog, choice: Choice, held: Held) -> Plan:
    deployment, removal = Deployment(catalog, choice), Removal(catalog, choice, held=held)
    left = _left(ordered, catalog) if choice.prune else [diff for diff in ordered if diff.presence is Presence.ORPHAN]
    leaving = {diff.id for diff in left}
    actions = [deployment.action(diff) for diff in ordered if diff.id not in leaving]
    wanted = {action.id: action for action in actions if action.diff.desired is not None}
    actions += [removal.orphan(diff, wanted) for diff in reversed(left)]
    undecided = (*deployment.undecided, *removal.undecided)
    return Plan(_finished(actions, catalog), undecided, tuple(deployment.conflicts), choice.policy)


def plan_removal(
    diffs: Iterable[ResourceDiff],
    catalog: Catalog,
    choice: Choice,
    staying: Iterable[Address] = (),
    holders: Held = MappingProxyType({}),
) -> Plan:
    """Returns what removing would do; what needs another goes first. A parent stays while anything inside it stays.

    `staying` are resources that this step does not own, such as other functions of a shared service. `holders` names
    what keeps the API from deleting a resource, or uses it, unless that goes as well.
    """
    found = {diff.id: diff for diff in diffs}
    order = _graph(found, catalog).reversed().order(lambda id: (-catalog.generation(id), id))
    ordered, left = [found[id] for id in order], tuple(staying)
    return _held_in_being(lambda held: _removal(ordered, catalog, choice, left, held), holders, catalog)


def _removal(
    ordered: list[ResourceDiff], catalog: Catalog, choice: Choice, staying: Iterable[Address], held: Held
) -> Plan:
    removal = Removal(catalog, choice, staying, held)
    actions = [removal.action(diff) for diff in ordered]
    return Plan(_finished(actions, catalog), tuple(removal.undecided), policy=choice.policy)


def _held_in_being(planned: Callable[[Held], Plan], holders: Held, catalog: Catalog) -> Plan:
    """Returns the plan in which what others hold in being stays. What the plan deletes holds nothing. Whatever stays
    keeps what it uses, also where somebody decided so."""
    plan = planned({})
    going = [action.id for action in plan.actions if action.deletes and action.id in holders]
    held: dict[Address, tuple[str, ...]] = {}
    while True:
        told = {catalog.spelled(str(action.id)) for action in plan.actions if action.deletes}
        found = {id: tuple(name for name in holders[id] if catalog.spelled(name) not in told) for id in going}
        found = {id: names for id, names in found.items() if names}
        if found == held:
            return plan
        held = found
        plan = planned(held)


def _may_be_refused(id: Address, catalog: Catalog) -> bool:
    """Says whether somebody else gives it out, and may not: that is found out before anything else is written."""
    return catalog.kind(id).lifecycle is Lifecycle.FLEETING


def _graph(diffs: Mapping[Address, ResourceDiff], catalog: Catalog) -> Graph[Address]:
    return Graph({id: _needed(diff, catalog) for id, diff in diffs.items()})


def _needed(diff: ResourceDiff, catalog: Catalog) -> frozenset[Address]:
    parent, desired = catalog.parent(diff.id), diff.desired
    needs = desired.needs if desired is not None else frozenset()
    return needs if parent is None else needs | {parent}


def _left(diffs: Iterable[ResourceDiff], catalog: Catalog) -> list[ResourceDiff]:
    """Returns the orphans, with what others made inside them."""
    known = tuple(diffs)
    orphans = {diff.id for diff in known if diff.presence is Presence.ORPHAN}
    inside = {
        diff.id
        for diff in known
        if diff.presence is Presence.ONLINE_ONLY and not orphans.isdisjoint(catalog.around(diff.id))
    }
    going = orphans | inside
    return [diff for diff in known if diff.id in going]


def _finished(actions: Iterable[Action], catalog: Catalog) -> tuple[Action, ...]:
    return tuple(_with_loss(action, catalog) for action in _rescued_together(actions, catalog))


def _with_loss(action: Action, catalog: Catalog) -> Action:
    """Tells what goes with a resource that is deleted."""
    loss = catalog.kind(action.id).loss(action.id) if action.verb is Verb.DELETE else ""
    return replace(action, reason=joined(filter(None, (action.reason, loss)), "; ")) if loss else action


def _rescued_together(actions: Iterable[Action], catalog: Catalog) -> tuple[Action, ...]:
    """Marks what has to be saved: what is overwritten on the word of a baseline that may be somebody else's; a package
    that holds more than was compared; and with a deletion of somebody else's work, all that is deleted around it and
    inside that, to be made again together."""
    planned = [_saved(action) if _is_unsure(action) else action for action in actions]
    deleted = {action.id for action in planned if action.verb is Verb.DELETE}
    foreign = {action.id for action in planned if action.id in deleted and action.rescues}
    around = foreign | {outer for id in foreign for outer in catalog.around(id) if outer in deleted}
    together = {id for id in deleted if id in around or not around.isdisjoint(catalog.around(id))}
    return tuple(_saved(action) if action.id in together else action for action in planned)


def _saved(action: Action) -> Action:
    return replace(action, rescues=True)


def _is_unsure(action: Action) -> bool:
    """Says whether it overwrites or deletes what is ours on the word of a baseline that somebody else may have written,
    or a package of which not all was compared."""
    replaces_code = action.deletes or (action.call is not None and action.call.with_code)
    return action.verb in (Verb.UPDATE, Verb.REPLACE, Verb.DELETE) and (
        action.diff.unsealed or (action.diff.holds_more and replaces_code)
    )


def bound(action: Action, etag: str | None) -> Action:
    """Returns the action with its call tied to the version that was shown."""
    if action.call is None or action.verb is Verb.CREATE:
        return action
    return replace(action, call=replace(action.call, if_match=etag))
