"""Describes what is online as the props of an s.yaml that asks for exactly that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fc_guard.core import homes
from fc_guard.engine.run.session import ReadSession
from fc_guard.errors import BadInput
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.kinds import Kind
from fc_guard.model.resources import Live


@dataclass(frozen=True, slots=True)
class Portrait:
    """`subject` is the resource with code. `notes` say what an s.yaml cannot express, and what is left out."""

    props: Mapping[str, Any]
    subject: Live
    notes: tuple[str, ...]


def portrait(session: ReadSession, code_uri: str) -> Portrait:
    """Returns the step's resource with code, and all that belongs to it. Raises `BadInput` when it is not online."""
    named, *besides = _coded(session)
    chain = (*reversed(list(session.catalog.around(named))), named)
    found = session.refresh.exact(chain)
    live = [there for id in chain if (there := found[id]) is not None]
    if len(live) < len(chain):
        raise BadInput(t("{named} is not online: there is nothing to sync.", named=named), reference="not-online")
    layout = session.layout
    props: dict[str, Any] = {layout.region: session.region}
    if layout.endpoint in session.step.props:
        props[layout.endpoint] = session.step.props[layout.endpoint]
    for there in live:
        homes.put(props, session.kind(there.id).home.place, _said(session, there, code_uri))
        _put_inside(session, props, there.id)
    notes = _put_shared(session, props, named)
    _put_empty(session, props, live)
    left_out = (t("{id} was left out: a project is written of one resource with code.", id=id) for id in besides)
    return Portrait(props, live[-1], (*notes, *left_out, *_unspeakable(props, ())))


def _coded(session: ReadSession) -> list[Address]:
    """Returns the step's resources with code, at least one. Raises `BadInput` if it has none."""
    coded = [kind for kind in session.layout.kinds if kind.code is not None]
    named = [desired.id for desired in session.desired if session.kind(desired.id) in coded]
    if not named:
        what = " or ".join(kind.name for kind in coded)
        raise BadInput(t("This step has no {what} to sync.", what=what), reference="no-function")
    return named


def _said(session: ReadSession, live: Live, code_uri: str) -> dict[str, Any]:
    """Returns the props of a kind that a step has one resource of."""
    kind = session.kind(live.id)
    code = {kind.code.folder: code_uri} if kind.code is not None and live.code is not None else {}
    name = {} if kind.home.always else {kind.home.name: live.id.name}
    return {**name, **code, **kind.props(live.fields)}


def _put_inside(session: ReadSession, props: dict[str, Any], around: Address) -> None:
    for kind in session.below(around):
        if not kind.listed:
            continue
        children = session.refresh.children(around, kind.name)
        if kind.home.many:
            items = [homes.entry(kind, child.id.name, kind.props(child.fields)) for child in children]
        else:
            items = [_only(kind, child) for child in children if _is_said(session, kind, child.id)]
        if items:
            homes.put(props, kind.home.place, items if kind.home.many else items[0])


def _is_said(session: ReadSession, kind: Kind, id: Address) -> bool:
    """Says whether props, which have room for one resource of the kind, mean this one."""
    return id.name == kind.home.always if kind.home.always else id in {desired.id for desired in session.desired}


def _only(kind: Kind, live: Live) -> Any:
    said = kind.props(live.fields)
    return said if kind.home.always else homes.entry(kind, live.id.name, said)


def _put_shared(session: ReadSession, props: dict[str, Any], owner: Address) -> tuple[str, ...]:
    """Adds what shared resources, such as domains, say about `owner`. Returns what has to be told."""
    around = session.catalog.root(owner).kind
    told: list[str] = []
    for kind in session.layout.kinds:
        if kind.parent is not None or kind.name == around:
            continue
        like = Address(kind.provider, owner.account, owner.region, kind.name, ("",))
        readable, left_out = session.refresh.readable(session.refresh.everything(like))
        excerpts = dict(_excerpts(kind, readable, owner))
        if excerpts:
            items = [homes.entry(kind, id.name, excerpt.props) for id, excerpt in excerpts.items()]
            homes.put(props, kind.home.place, items)
        place = ".".join(kind.home.place)
        told += [
            *left_out,
            *(
                t("{place}: {name}: {note}", place=place, name=id.name, note=each.note)
                for id, each in excerpts.items()
                if each.note
            ),
        ]
    return tuple(told)


def _excerpts(kind: Kind, online: Mapping[Address, Live], owner: Address) -> Iterator[tuple[Address, Any]]:
    for id, live in online.items():
        excerpt = kind.excerpt(kind.props(live.fields), owner)
        if excerpt is not None:
            yield id, excerpt


def _put_empty(session: ReadSession, props: dict[str, Any], chain: list[Live]) -> None:
    """Says that a field is empty which the props would otherwise derive a value for."""
    wanted = session.asked_by(props)
    for live in chain:
        derived = wanted[live.id].derived if live.id in wanted else {}
        for path in derived:
            if not live.fields.get(path):
                homes.put(props, (*session.kind(live.id).home.place, path[-1]), "")


def _unspeakable(value: Any, place: tuple[str, ...]) -> Iterator[str]:
    """Yields a note on each text that the host would take for a reference: s.yaml cannot express it."""
    if isinstance(value, str) and "${" in value:
        yield t(
            "{place}: its value holds ${{…}}, which the host will try to resolve. Take it from elsewhere.",
            place=".".join(place),
        )
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _unspeakable(item, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _unspeakable(item, (*place, str(index)))
