"""A made-up cloud: racks with bottles in them, and boards on which everybody may pin a note. Kinds, API, layout.

Nothing of it is like Function Compute but the seam: a home of its own in s.yaml, a parent, a map, a secret, a list that
is shared with strangers, and a gateway that holds it all in memory.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final

from fc_guard.cloud.gateway import Content, Credential, Gateway, Hide, Item, Parts, Reply, Stored, Waits, Watch
from fc_guard.cloud.providers import Provider
from fc_guard.core.normal import nested, normalise
from fc_guard.core.rows import document_of, rules_of
from fc_guard.errors import AlreadyExists, CallFailed, PreconditionFailed
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.fields import FieldPath, Fields, Json, Value
from fc_guard.model.invocations import Answer, Event
from fc_guard.model.kinds import Holder, Home, Kind, Operations, Props
from fc_guard.model.layouts import Checks, Facts, Layout, Part, Words
from fc_guard.model.plans import Call
from fc_guard.model.resources import Desired
from fc_guard.model.rows import Field, Shape, keyed, servers, struct

CELLAR = "cellar"
PINS: FieldPath = ("wall", "pins")

RACK_ROWS = (Field("humidity", int, default=70), Field("door"), *servers("rackName", "madeAt"))
BOTTLE_ROWS = (
    Field("vintage", int),
    Field("label", props=("colour",)),
    Field("notes", shape=Shape.MAP),
    Field("lock", secret=True),
    *servers("bottleName", "madeAt"),
)
BOARD_ROWS = (struct("wall", keyed("pins", "at", props=())), *servers("boardName", "madeAt"))
RACK_RULES, BOTTLE_RULES, BOARD_RULES = rules_of(RACK_ROWS), rules_of(BOTTLE_ROWS), rules_of(BOARD_ROWS)


def racks(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    rack = props["rack"]
    id = Address(CELLAR, account, region, "rack", (rack["name"],))
    return (Desired(id, normalise(document_of(RACK_ROWS, rack), RACK_RULES)),)


def bottles(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    rack = Address(CELLAR, account, region, "rack", (props["rack"]["name"],))
    return tuple(_bottle(rack.child("bottle", item["tag"]), item) for item in props.get("bottles") or ())


def _bottle(id: Address, item: Props) -> Desired:
    declared = frozenset({("notes",)} if "notes" in item else ())
    return Desired(id, normalise(document_of(BOTTLE_ROWS, item), BOTTLE_RULES), declared)


def boards(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    rack = Address(CELLAR, account, region, "rack", (props["rack"]["name"],))
    return tuple(_board(item, rack) for item in props.get("boards") or ())


def _board(item: Props, rack: Address) -> Desired:
    pins = [{"at": pin["at"], "rack": rack.name, "says": pin["says"]} for pin in item["pins"]]
    id = Address(CELLAR, rack.account, rack.region, "board", (item["title"],))
    return Desired(id, normalise({"wall": {"pins": pins}}, BOARD_RULES), needs=frozenset({rack}))


def told(fields: Fields) -> Fields:
    return {path: value for path, value in fields.items() if value is not None}


def board_props(fields: Fields) -> dict[str, Any]:
    pins = nested(told(fields), BOARD_RULES).get("wall", {}).get("pins", [])
    return {"pins": [{"at": pin["at"], "says": pin["says"]} for pin in pins]}


def bottle_props(fields: Fields) -> dict[str, Any]:
    props = nested(told(fields), BOTTLE_RULES)
    return {**{name: value for name, value in props.items() if name != "label"}, **_colour(props)}


def _colour(props: Props) -> Props:
    return {"colour": props["label"]} if "label" in props else {}


def is_own(pin: Value, named: Collection[Address]) -> bool:
    return isinstance(pin, Mapping) and any((id.kind, id.name) == ("rack", pin.get("rack")) for id in named)


RACK = Kind(
    name="rack",
    provider=CELLAR,
    api="the cellar",
    parent=None,
    home=Home(("rack",)),
    name_field="rackName",
    list_field="racks",
    operations=Operations("MakeRack", "ReadRack", "ChangeRack", "DropRack", "ListRacks"),
    rules=RACK_RULES,
    desired=racks,
    props=lambda fields: nested(told(fields), RACK_RULES),
    unit=lambda path: path,
    shared=True,
    holders=(Holder("ListMice", "mice", lambda item, id: f"mouse {item['name']}"),),
    tagged=True,
)
BOTTLE = Kind(
    name="bottle",
    provider=CELLAR,
    api="the cellar",
    parent="rack",
    home=Home(("bottles",), name="tag", many=True),
    name_field="bottleName",
    list_field="bottles",
    operations=Operations("MakeBottle", "ReadBottle", "ChangeBottle", "DropBottle", "ListBottles"),
    rules=BOTTLE_RULES,
    desired=bottles,
    props=bottle_props,
    unit=lambda path: path,
    listed=True,
    tagged=True,
)
BOARD = Kind(
    name="board",
    provider=CELLAR,
    api="the cellar",
    parent=None,
    home=Home(("boards",), name="title", many=True),
    name_field="boardName",
    list_field="boards",
    operations=Operations("MakeBoard", "ReadBoard", "ChangeBoard", "DropBoard", "ListBoards"),
    rules=BOARD_RULES,
    desired=boards,
    props=board_props,
    after=("rack",),
    unit=lambda path: path,
    shared=True,
    whole=True,
    strangers=frozenset({PINS}),
    own=is_own,
)
KINDS = (RACK, BOTTLE, BOARD)


@dataclass
class Cloud:
    """What there is, by kind and names, each with a version."""

    documents: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)
    versions: dict[tuple[str, ...], int] = field(default_factory=dict)
    mice: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def put(self, key: tuple[str, ...], document: Mapping[str, Any]) -> None:
        self.documents[key] = dict(document)
        self.versions[key] = next(self._counter)

    def edit(self, kind: str, *names: str, **members: Any) -> None:
        """Somebody changes something in the web console."""
        key = (kind, *names)
        self.put(key, {**self.documents[key], **members})

    def gateway(self, endpoint: str, region: str, credential: Credential, catalog: Catalog) -> Gateway:
        return InMemory(self, catalog)

    @property
    def provider(self) -> Provider:
        return Provider(CELLAR, lambda account, region: f"https://{region}.cellar.example", self.gateway)


@dataclass
class InMemory:
    """The gateway: no network, no SDK."""

    cloud: Cloud
    catalog: Catalog

    def waiting(self, waits: Waits) -> InMemory:
        return self

    def read(self, id: Address) -> Reply | None:
        self.cloud.calls.append(f"read {id}")
        key = (id.kind, *id.parts)
        document = self.cloud.documents.get(key)
        return None if document is None else Reply(dict(document), f"v{self.cloud.versions[key]}", "r")

    def list(self, parent: Address | None, kind: Kind) -> tuple[Item, ...] | None:
        around = () if parent is None else parent.parts
        if parent is not None and (parent.kind, *around) not in self.cloud.documents:
            return None
        keys = (key for key in self.cloud.documents if key[0] == kind.name and key[1:-1] == around)
        return tuple(dict(self.cloud.documents[key]) for key in sorted(keys))

    def flaw(self, id: Address, document: Mapping[str, Any]) -> str:
        return ""

    def held_by(self, id: Address, holder: Holder) -> tuple[str, ...] | None:
        return tuple(holder.called({"name": name}, id) for name in self.cloud.mice)

    def send(self, call: Call, code: Mapping[str, Any] | None = None) -> Reply:
        self.cloud.calls.append(call.operation)
        kind = next(kind for kind in self.catalog.kinds if call.operation.endswith(kind.name.capitalize()))
        if call.operation.startswith("Make"):
            return self._make(kind, call)
        key = (kind.name, *call.path)
        if key not in self.cloud.documents:
            raise PreconditionFailed("gone", code="Gone", http_status=404)
        if call.if_match not in (None, f"v{self.cloud.versions[key]}"):
            raise PreconditionFailed("another version", code="PreconditionFailed", http_status=412)
        if call.operation.startswith("Drop"):
            return self._drop(key)
        self.cloud.put(key, {**self.cloud.documents[key], **dict(call.body or {})})
        return Reply(dict(self.cloud.documents[key]), f"v{self.cloud.versions[key]}", "r")

    def _make(self, kind: Kind, call: Call) -> Reply:
        body = dict(call.body or {})
        key = (kind.name, *call.path, str(body[kind.name_field]))
        if key in self.cloud.documents:
            raise AlreadyExists("it is there", code="AlreadyExists", http_status=409)
        self.cloud.put(key, {**body, "madeAt": "now"})
        return Reply(dict(self.cloud.documents[key]), f"v{self.cloud.versions[key]}", "r")

    def _drop(self, key: tuple[str, ...]) -> Reply:
        if any(other[1 : len(key)] == key[1:] for other in self.cloud.documents if len(other) > len(key)):
            raise CallFailed("it holds something", code="NotEmpty", http_status=409)
        del self.cloud.documents[key]
        return Reply({}, None, "r")

    def lookup(self, what: str) -> Json:
        raise NotImplementedError(what)

    def stored(self, bucket: str, key: str) -> Stored | None:
        raise NotImplementedError(bucket)

    def package(self, id: Address, into: IO[bytes]) -> None:
        raise NotImplementedError(str(id))

    def parts(self, id: Address, checksum: str | None, into: IO[bytes]) -> Parts | None:
        raise NotImplementedError(str(id))

    def invoke(self, id: Address, event: Event) -> Answer | None:
        raise NotImplementedError(str(id))

    def inline(self, content: Content) -> Mapping[str, Any]:
        raise NotImplementedError(content)

    def placed(self, bucket: str, key: str) -> Mapping[str, Any]:
        raise NotImplementedError(bucket)

    def temporary(
        self, id: Address, instance_type: str, content: Content, watch: Watch, hide: Hide
    ) -> Mapping[str, Any]:
        raise NotImplementedError(str(id))

    def put(self, bucket: str, id: Address, content: Content, watch: Watch) -> Mapping[str, Any]:
        raise NotImplementedError(bucket)


def claims(props: Props) -> bool:
    return "rack" in props


def outputs(facts: Facts) -> dict[str, Any]:
    return {"where": facts.region, "online": sorted(str(id) for id in facts.live)}


LAYOUT: Final = Layout(
    name=CELLAR,
    provider=CELLAR,
    kinds=KINDS,
    claims=claims,
    schema=CELLAR,
    region="where",
    endpoint="door",
    state="cellarbook",
    regions=frozenset(),
    parts=(Part("rack", (RACK, BOTTLE)), Part("board", (BOARD,))),
    checks=Checks(
        problems=lambda props: (),
        doubts=lambda props: (),
        understood=frozenset(),
        pem=lambda props: (),
        numbered=lambda props: (),
        of_account=lambda props, account: (),
    ),
    words=Words({}, {}, {}, frozenset(), frozenset()),
    outputs=outputs,
    in_account=lambda props, account, region: props,
    left_to_us=lambda value: False,
)
SCHEMA: Final = {
    "type": "object",
    "required": ["where", "rack"],
    "properties": {
        "where": {"type": "string"},
        "door": {"type": "string"},
        "rack": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "humidity": {"type": "integer"},
                "door": {"type": "string"},
            },
        },
        "bottles": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tag"],
                "properties": {
                    "tag": {"type": "string"},
                    "vintage": {"type": "integer"},
                    "colour": {"type": "string"},
                    "notes": {"type": "object", "additionalProperties": {"type": "string"}},
                    "lock": {"type": "string"},
                },
            },
        },
        "boards": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["title", "pins"],
                "properties": {
                    "title": {"type": "string"},
                    "pins": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["at", "says"],
                            "properties": {"at": {"type": "string"}, "says": {"type": "string"}},
                        },
                    },
                },
            },
        },
    },
}
