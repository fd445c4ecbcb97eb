"""A second made-up cloud, as unlike Function Compute as the model allows. Kinds, API, layout.

Its kinds share names with Function Compute's ("service", "function"), lie four levels deep, have code at two places of
a step, and no version; what is in the list has no read of its own, and names mean nothing by their case.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final

from fc_guard.artifacts.blob import in_memory
from fc_guard.cloud.gateway import Content, Credential, Gateway, Hide, Item, Parts, Reply, Stored, Waits, Watch
from fc_guard.cloud.providers import Provider
from fc_guard.core.normal import nested, normalise
from fc_guard.core.rows import document_of, rules_of
from fc_guard.errors import AlreadyExists, CallFailed, OutcomeUnknown, PreconditionFailed
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog
from fc_guard.model.edits import Writing
from fc_guard.model.fields import CodeVersion, FieldPath, Fields, Json, Value
from fc_guard.model.invocations import Answer, Event
from fc_guard.model.kinds import Code, CodeSource, Excerpt, Holder, Home, Kind, Lifecycle, Operations, Props
from fc_guard.model.layouts import ByName, Checks, Facts, Layout, Part, Words
from fc_guard.model.outputs import Output
from fc_guard.model.plans import Call
from fc_guard.model.resources import Desired
from fc_guard.model.rows import CASE_BLIND, Access, Field, Shape, keyed, servers, struct

ORCHARD = "orchard"
BEES: FieldPath = ("roll", "bees")

SERVICE_ROWS = (Field("slope", int, default=0), Field("owner", props=("farmer",)), *servers("estateName"))
GROVE_ROWS = (Field("age", int), Field("kindOfSoil", props=("soil",)), Field("water", props=()), *servers("groveName"))
SPRING_ROWS = servers("springName", "address", "flow")
TREE_ROWS = (
    Field("height", int, default=3),
    Field("watering", shape=Shape.MAP, props=("water",)),
    Field("note"),
    *servers("treeName", "woodSum"),
)
FRUIT_ROWS = (
    Field("colour"),
    Field("variety"),
    struct("stone", Field("size", int), Field("pin", access=Access.WRITE_ONLY, secret=True, props=())),
    *servers("sort"),
)
HIVE_ROWS = (
    Field("boxes", int, default=1),
    Field("alarmCode", secret=True, props=("password",)),
    *servers("hiveName", "combSum", "scent"),
)
QUEEN_ROWS = (Field("mark"), *servers("role"))
SIGN_ROWS = (
    Field("signName", props=(), noise=CASE_BLIND, access=Access.SERVER),
    struct("roll", keyed("bees", "at", props=())),
)
SERVICE_RULES, GROVE_RULES, TREE_RULES = rules_of(SERVICE_ROWS), rules_of(GROVE_ROWS), rules_of(TREE_ROWS)
FRUIT_RULES, HIVE_RULES, QUEEN_RULES = rules_of(FRUIT_ROWS), rules_of(HIVE_ROWS), rules_of(QUEEN_ROWS)
SIGN_RULES = rules_of(SIGN_ROWS)
SPRING_RULES = rules_of(SPRING_ROWS)


def told(fields: Fields) -> dict[FieldPath, Any]:
    return {path: value for path, value in fields.items() if value is not None}


def _spelled(fields: Fields, rules: Any, **names: str) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in nested(told(fields), rules).items()}


def _estate(props: Props, account: str, region: str) -> Address:
    return Address(ORCHARD, account, region, "service", (props["estate"]["called"],))


def estates(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    if "estate" not in props:
        return ()
    fields = normalise(document_of(SERVICE_ROWS, props["estate"]), SERVICE_RULES)
    return (Desired(_estate(props, account, region), fields),)


def groves(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    grove = (props.get("estate") or {}).get("grove")
    if grove is None:
        return ()
    id = _estate(props, account, region).child("grove", grove["id"])
    derived = {("water",): Output(_spring(account, region), "address", "pipe:{}")} if "spring" in grove else {}
    return (Desired(id, normalise(document_of(GROVE_ROWS, grove), GROVE_RULES), derived=derived),)


def _spring(account: str, region: str) -> Address:
    return Address(ORCHARD, account, region, "spring", ("the-spring",))


def springs(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    grove = (props.get("estate") or {}).get("grove") or {}
    return (Desired(_spring(account, region), {}, on_demand=True),) if "spring" in grove else ()


def _tree(props: Props) -> Props | None:
    found: Props | None = ((props.get("estate") or {}).get("grove") or {}).get("tree")
    return found


def _tree_id(props: Props, account: str, region: str, tree: Props) -> Address:
    grove = _estate(props, account, region).child("grove", props["estate"]["grove"]["id"])
    return grove.child("function", tree["tag"])


def trees(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    tree = _tree(props)
    if tree is None:
        return ()
    declared = frozenset({("watering",)} if "water" in tree else ())
    fields = normalise(document_of(TREE_ROWS, tree), TREE_RULES)
    return (Desired(_tree_id(props, account, region, tree), fields, declared),)


def fruits(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    tree = _tree(props)
    if tree is None:
        return ()
    around = _tree_id(props, account, region, tree)
    return tuple(_fruit(around.child("fruit", item["sort"]), item) for item in tree.get("fruits") or ())


def _fruit(id: Address, item: Props) -> Desired:
    carried = {("stone", "pin"): item["pin"]} if "pin" in item else {}
    return Desired(id, normalise(document_of(FRUIT_ROWS, item), FRUIT_RULES), carried=carried)


def hives(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    hive = props.get("hive")
    if hive is None:
        return ()
    id = Address(ORCHARD, account, region, "hive", (hive["name"],))
    needs = frozenset({_estate(props, account, region)} if "estate" in props else ())
    return (Desired(id, normalise(document_of(HIVE_ROWS, hive), HIVE_RULES), needs=needs),)


def queens(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    hive = props.get("hive") or {}
    if "queen" not in hive:
        return ()
    id = Address(ORCHARD, account, region, "hive", (hive["name"],)).child("queen", "REGENT")
    return (Desired(id, normalise(document_of(QUEEN_ROWS, hive["queen"]), QUEEN_RULES)),)


def signs(props: Props, account: str, region: str) -> tuple[Desired, ...]:
    return tuple(_sign(item, account, region) for item in props.get("signs") or ())


def _sign(item: Props, account: str, region: str) -> Desired:
    bees = [{"at": bee["at"], "hive": bee["hive"], "does": bee["does"]} for bee in item["bees"]]
    id = Address(ORCHARD, account, region, "sign", (item["title"].lower(),))
    return Desired(id, normalise({"roll": {"bees": bees}}, SIGN_RULES))


def sign_props(fields: Fields) -> dict[str, Any]:
    return {"bees": nested(told(fields), SIGN_RULES).get("roll", {}).get("bees", [])}


def fruit_props(fields: Fields) -> dict[str, Any]:
    return nested(told(fields), FRUIT_RULES)


def is_own(bee: Value, named: Collection[Address]) -> bool:
    return isinstance(bee, Mapping) and any((id.kind, id.name) == ("hive", bee.get("hive")) for id in named)


def excerpt(props: Props, owner: Address) -> Excerpt | None:
    bees = [bee for bee in props["bees"] if bee["hive"] == owner.name]
    return Excerpt({"bees": bees}, "others have bees there") if bees else None


def wood(props: Props) -> CodeSource | None:
    tree = _tree(props)
    return CodeSource(uri=tree["wood"]) if tree is not None and "wood" in tree else None


def comb(props: Props) -> CodeSource | None:
    hive = props.get("hive") or {}
    return CodeSource(uri=hive["comb"]) if "comb" in hive else None


def _version(member: str) -> Any:
    def version(document: Mapping[str, Json]) -> CodeVersion | None:
        return CodeVersion(str(document[member])) if document.get(member) else None

    return version


def operations(name: str, **other: Any) -> Operations:
    said = {verb: f"{verb.capitalize()}:{name}" for verb in ("create", "read", "update", "delete", "list")}
    return Operations(**{**said, **other})


def fruit_replaced(live: Fields, path: FieldPath) -> bool:
    return path == ("variety",)


def fruit_fitting(fields: Fields) -> Fields:
    """A plum has a stone, nothing else has."""
    if fields.get(("variety",)) == "plum":
        return fields
    return {path: value for path, value in fields.items() if path[:1] != ("stone",)}


SERVICE = Kind(
    name="service",
    provider=ORCHARD,
    api="the orchard",
    parent=None,
    home=Home(("estate",), name="called"),
    name_field="estateName",
    list_field="estates",
    operations=operations("service"),
    rules=SERVICE_RULES,
    desired=estates,
    props=lambda fields: _spelled(fields, SERVICE_RULES, owner="farmer"),
    unit=lambda path: path,
    shared=True,
    whole=True,
)
GROVE = Kind(
    name="grove",
    provider=ORCHARD,
    api="the orchard",
    parent="service",
    home=Home(("estate", "grove"), name="id"),
    name_field="groveName",
    list_field="groves",
    operations=operations("grove"),
    rules=GROVE_RULES,
    desired=groves,
    props=lambda fields: _spelled(fields, GROVE_RULES, kindOfSoil="soil"),
    unit=lambda path: path,
    unseen=lambda code, message: code == "NoWater",
    tagged=True,
)
SPRING = Kind(
    name="spring",
    provider=ORCHARD,
    api="the orchard",
    parent=None,
    home=Home(("support", "spring")),
    name_field="springName",
    list_field="springs",
    operations=operations("spring", update=""),
    rules=SPRING_RULES,
    desired=springs,
    props=lambda fields: {},
    shared=True,
    lifecycle=Lifecycle.MADE_ONLY,
    ready=lambda document: document.get("flow") == "strong",
    caution=lambda id: f"{id.name} costs a coin a day",
    holders=(Holder("List:drinkers", "drinkers", lambda item, id: str(item)),),
)
TREE = Kind(
    name="function",
    provider=ORCHARD,
    api="the orchard",
    parent="grove",
    home=Home(("estate", "grove", "tree"), name="tag"),
    name_field="treeName",
    list_field="trees",
    operations=operations("function"),
    rules=TREE_RULES,
    desired=trees,
    props=lambda fields: _spelled(fields, TREE_RULES, watering="water"),
    code=Code(source=wood, folder="wood", version=_version("woodSum"), instance_type=lambda document: ""),
    unit=lambda path: path,
)
FRUIT = Kind(
    name="fruit",
    provider=ORCHARD,
    api="the orchard",
    parent="function",
    home=Home(("estate", "grove", "tree", "fruits"), name="sort", many=True),
    name_field="sort",
    list_field="fruits",
    operations=operations("fruit", read=""),
    rules=FRUIT_RULES,
    desired=fruits,
    props=fruit_props,
    unit=lambda path: path[:1],
    listed=True,
    replaced=fruit_replaced,
    fitting=fruit_fitting,
    writing=Writing({"sort": str}),
)
HIVE = Kind(
    name="hive",
    provider=ORCHARD,
    api="the orchard",
    parent=None,
    home=Home(("hive",)),
    name_field="hiveName",
    list_field="hives",
    operations=operations("hive"),
    rules=HIVE_RULES,
    desired=hives,
    props=lambda fields: _spelled(fields, HIVE_RULES, alarmCode="password"),
    after=("service",),
    code=Code(source=comb, folder="comb", version=_version("combSum"), instance_type=lambda document: ""),
    unit=lambda path: path,
    lookups=lambda wanted, live: {("scent",): "weather"} if not live else {},
    holders=(Holder("List:wasps", "wasps", lambda item, id: f"wasp {item['name']}"),),
    tagged=True,
)
QUEEN = Kind(
    name="queen",
    provider=ORCHARD,
    api="the orchard",
    parent="hive",
    home=Home(("hive", "queen"), always="REGENT"),
    name_field="role",
    list_field="queens",
    operations=operations("queen", create="Put:queen", update="Put:queen", in_path=False),
    rules=QUEEN_RULES,
    desired=queens,
    props=lambda fields: nested(told(fields), QUEEN_RULES),
    listed=True,
    part=True,
    whole=True,
)
SIGN = Kind(
    name="sign",
    provider=ORCHARD,
    api="the orchard",
    parent=None,
    home=Home(("signs",), name="title", many=True),
    name_field="signName",
    list_field="signs",
    operations=operations("sign"),
    rules=SIGN_RULES,
    desired=signs,
    props=sign_props,
    after=("hive",),
    unit=lambda path: path,
    shared=True,
    whole=True,
    strangers=frozenset({BEES}),
    own=is_own,
    excerpt=excerpt,
    writing=Writing({"at": str, "title": str.lower}),
)
KINDS = (SPRING, SERVICE, GROVE, TREE, FRUIT, HIVE, QUEEN, SIGN)
SUMS = {"function": "woodSum", "hive": "combSum"}


@dataclass
class Orchard:
    """What there is, by kind and names, each with a version and, where it has one, a package.

    mute      kinds whose answers leave out the name
    lost      operations whose answer is lost once, after they were carried out
    trickles  how often a spring is looked at before it is strong
    dry       how often a grove is refused since nobody sees its water yet
    drinkers  who else drinks of a spring
    """

    documents: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)
    packages: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    versions: dict[tuple[str, ...], int] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    bodies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    dies: list[str] = field(default_factory=list)
    mute: set[str] = field(default_factory=set)
    trickles: int = 0
    dry: int = 0
    drinkers: list[str] = field(default_factory=list)
    endpoints: list[str] = field(default_factory=list)
    spelled: dict[str, str] = field(default_factory=dict)
    _counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def put(self, key: tuple[str, ...], document: Mapping[str, Any], package: bytes | None = None) -> None:
        self.documents[key] = dict(document)
        self.versions[key] = next(self._counter)
        if package is not None:
            self.packages[key] = package
            self.documents[key][SUMS[key[0]]] = in_memory(package).checksum

    def edit(self, kind: str, *names: str, package: bytes | None = None, **members: Any) -> None:
        """Somebody changes something in the web console."""
        key = (kind, *names)
        self.put(key, {**self.documents[key], **members}, package)

    def gateway(self, endpoint: str, region: str, credential: Credential, catalog: Catalog) -> Gateway:
        self.endpoints.append(endpoint)
        return InOrchard(self, catalog)

    @property
    def provider(self) -> Provider:
        return Provider(ORCHARD, lambda account, region: f"https://{region}.orchard.example", self.gateway)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class InOrchard:
    """The gateway: no network, no SDK."""

    cloud: Orchard
    catalog: Catalog

    def _kind(self, name: str) -> Kind:
        return next(kind for kind in self.catalog.kinds if kind.name == name)

    def _answer(self, kind: Kind, key: tuple[str, ...]) -> Reply:
        document = dict(self.cloud.documents[key])
        if isinstance(document.get("stone"), dict):
            document["stone"] = {name: value for name, value in document["stone"].items() if name != "pin"}
        if kind.name in self.cloud.mute:
            document.pop(kind.name_field, None)
        return Reply(document, f"v{self.cloud.versions[key]}" if kind.tagged else None, "r")

    def waiting(self, waits: Waits) -> InOrchard:
        return self

    def read(self, id: Address) -> Reply | None:
        self.cloud.calls.append(f"read {id}")
        kind = self._kind(id.kind)
        assert kind.operations.read, f"{id} cannot be read"
        key = (id.kind, *id.parts)
        if id.kind == "spring" and key in self.cloud.documents:
            self.cloud.trickles -= 1
            self.cloud.documents[key]["flow"] = "weak" if self.cloud.trickles >= 0 else "strong"
        return self._answer(kind, key) if key in self.cloud.documents else None

    def list(self, parent: Address | None, kind: Kind) -> tuple[Item, ...] | None:
        around = () if parent is None else parent.parts
        self.cloud.calls.append(f"list {kind.name} of {'/'.join(around)}")
        if parent is not None and (parent.kind, *around) not in self.cloud.documents:
            return None
        keys = (key for key in self.cloud.documents if key[0] == kind.name and key[1:-1] == around)
        return tuple({**self.cloud.documents[key], **self._answer(kind, key).document} for key in sorted(keys))

    def flaw(self, id: Address, document: Mapping[str, Any]) -> str:
        return ""

    def held_by(self, id: Address, holder: Holder) -> tuple[str, ...] | None:
        return tuple(self.cloud.drinkers) if id.kind == "spring" else ()

    def send(self, call: Call, code: Mapping[str, Any] | None = None) -> Reply:
        self.cloud.calls.append(call.operation)
        self.cloud.bodies.append((call.operation, dict(call.body or {})))
        if call.operation in self.cloud.dies:
            self.cloud.dies.remove(call.operation)
            raise Killed
        verb, _, name = call.operation.partition(":")
        assert name, f"there is no such operation: {call.operation!r}"
        kind = self._kind(name)
        reply = self._sent(verb, kind, call, code)
        if call.operation in self.cloud.lost:
            self.cloud.lost.remove(call.operation)
            raise OutcomeUnknown("the line broke")
        if f"after {call.operation}" in self.cloud.dies:
            self.cloud.dies.remove(f"after {call.operation}")
            raise Killed
        return reply

    def _sent(self, verb: str, kind: Kind, call: Call, code: Mapping[str, Any] | None) -> Reply:
        body = dict(call.body or {})
        named = not kind.operations.in_path or verb == "Create"
        key = (kind.name, *call.path, str(body[kind.name_field])) if named else (kind.name, *call.path)
        there = key in self.cloud.documents
        if verb == "Create" and there:
            raise AlreadyExists("it is there", code="AlreadyExists", http_status=409)
        if verb in ("Update", "Delete") and not there:
            raise PreconditionFailed("gone", code="Gone", http_status=404)
        if kind.tagged and call.if_match not in (None, f"v{self.cloud.versions.get(key)}"):
            raise PreconditionFailed("another version", code="PreconditionFailed", http_status=412)
        if verb == "Delete":
            return self._dropped(key)
        if kind.name == "grove" and self.cloud.dry > 0:
            self.cloud.dry -= 1
            raise CallFailed("no water", code="NoWater", http_status=400)
        if kind.name == "spring":
            body = {**body, "address": f"valley-{len(self.cloud.calls)}", "flow": "weak"}
        before = {} if kind.whole or not there else self.cloud.documents[key]
        package = None if code is None else code["crate"]
        kept = {**before, **body, kind.name_field: self.cloud.spelled.get(key[-1], key[-1])}
        if package is None and key in self.cloud.packages:
            package = self.cloud.packages[key]
        self.cloud.put(key, kept, package)
        return self._answer(kind, key)

    def _dropped(self, key: tuple[str, ...]) -> Reply:
        lies = {"grove": "service", "function": "grove", "fruit": "function"}
        for other in self.cloud.documents:
            if lies.get(other[0]) == key[0] and other[1 : len(key)] == key[1:]:
                raise CallFailed(f"it holds {other}", code="NotEmpty", http_status=409)
        del self.cloud.documents[key]
        self.cloud.packages.pop(key, None)
        return Reply({}, None, "r")

    def lookup(self, what: str) -> Json:
        return f"the {what} of today"

    def stored(self, bucket: str, key: str) -> Stored | None:
        raise NotImplementedError(bucket)

    def package(self, id: Address, into: IO[bytes]) -> None:
        into.write(self.cloud.packages[(id.kind, *id.parts)])

    def parts(self, id: Address, checksum: str | None, into: IO[bytes]) -> Parts | None:
        self.package(id, into)
        return None

    def invoke(self, id: Address, event: Event) -> Answer | None:
        found = self.read(id)
        return None if found is None else Answer(b"pressed " + event.payload, b"crack\n", request_id="1")

    def inline(self, content: Content) -> Mapping[str, Any]:
        return {"crate": b"".join(content.chunks())}

    def placed(self, bucket: str, key: str) -> Mapping[str, Any]:
        raise NotImplementedError(bucket)

    def temporary(
        self, id: Address, instance_type: str, content: Content, watch: Watch, hide: Hide
    ) -> Mapping[str, Any]:
        raise NotImplementedError(str(id))

    def put(self, bucket: str, id: Address, content: Content, watch: Watch) -> Mapping[str, Any]:
        raise NotImplementedError(bucket)


def claims(props: Props) -> bool:
    return "land" in props


def outputs(facts: Facts) -> dict[str, Any]:
    return {"land": facts.region, "online": sorted(str(id) for id in facts.live)}


LAYOUT: Final = Layout(
    name=ORCHARD,
    provider=ORCHARD,
    kinds=KINDS,
    claims=claims,
    schema=ORCHARD,
    region="land",
    endpoint="gate",
    state="almanac",
    regions=frozenset(),
    parts=(
        Part("ground", (SPRING, SERVICE, GROVE)),
        Part("function", (TREE, FRUIT), ByName("--fruit-sort", FRUIT, "Only this fruit")),
        Part("trigger", (HIVE, QUEEN)),
        Part("domain", (SIGN,), ByName("--domain-name", SIGN, "Only this sign")),
    ),
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


def _object(*required: str, **members: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": members}


_TEXT: Final = {"type": "string"}
_WHOLE: Final = {"type": "integer"}
_TEXTS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_FRUIT: Final = _object("sort", sort=_TEXT, colour=_TEXT, variety=_TEXT, pin=_TEXT, stone=_object(size=_WHOLE))
_TREE: Final = _object(
    "tag", tag=_TEXT, height=_WHOLE, water=_TEXTS, note=_TEXT, wood=_TEXT, fruits={"type": "array", "items": _FRUIT}
)
_BEE: Final = _object("at", "hive", "does", at=_TEXT, hive=_TEXT, does=_TEXT)
SCHEMA: Final = _object(
    "land",
    land=_TEXT,
    gate=_TEXT,
    estate=_object(
        "called",
        called=_TEXT,
        slope=_WHOLE,
        farmer=_TEXT,
        grove=_object("id", id=_TEXT, age=_WHOLE, soil=_TEXT, spring=_TEXT, tree=_TREE),
    ),
    hive=_object("name", name=_TEXT, boxes=_WHOLE, password=_TEXT, scent=_TEXT, comb=_TEXT, queen=_object(mark=_TEXT)),
    signs={"type": "array", "items": _object("title", "bees", title=_TEXT, bees={"type": "array", "items": _BEE})},
)
