"""A custom domain leads paths of a host name to functions. Several steps, and other people, may share one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from fc_guard.core.normal import nested, normalise
from fc_guard.core.rows import document_of, rules_of
from fc_guard.core.values import is_empty
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.kinds.spelling import flag, text_of
from fc_guard.kinds.support.test_domain import address, test_domain_of
from fc_guard.language import t
from fc_guard.model.address import Address
from fc_guard.model.edits import Writing
from fc_guard.model.fields import FieldPath, Fields, Json, Value
from fc_guard.model.kinds import Events, Excerpt, Home, Kind, Operations, Props, Restorable
from fc_guard.model.resources import Desired
from fc_guard.model.rows import CASE_BLIND, UNORDERED, Access, Field, canonical, keyed, servers, struct

ROUTES: Final[FieldPath] = ("routeConfig", "routes")
PROTOCOL: Final[FieldPath] = ("protocol",)
PRIVATE_KEY: Final[FieldPath] = ("certConfig", "privateKey")

ROUTE: Final = ("serviceName", "functionName", "qualifier", "methods", "rewriteConfig")
REWRITES: Final = ("equalRules", "regexRules", "wildcardRules")


def _protocol(value: Json) -> Json:
    """Returns one spelling of the protocol: `https, http` and `HTTP,HTTPS` are the same."""
    words = {word.strip().upper() for word in str(value).split(",")}
    return ",".join(sorted(words - {""}))


def _pem(value: Json) -> Json:
    """Returns PEM text without what copying through an editor or a web page changes: line ends and outer spaces."""
    lines = (line.strip() for line in str(value).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def _route(value: Json) -> Json:
    """Returns a route without what FC fills in, and without members the SDK would not send. Its methods are a set; the
    order of rewrite rules counts."""
    route = {name: value[name] for name in ROUTE if not is_empty(value.get(name))}
    if "qualifier" in route:
        route["qualifier"] = text_of(route["qualifier"])
        if route["qualifier"] == "LATEST":
            del route["qualifier"]
    if "methods" in route:
        route["methods"] = sorted({str(method).upper() for method in route["methods"]})
    if isinstance(route.get("rewriteConfig"), Mapping):
        rewrite = route.pop("rewriteConfig")
        rules = {name: _rewrites(rewrite[name]) for name in REWRITES if not is_empty(rewrite.get(name))}
        route |= {"rewriteConfig": rules} if rules else {}
    return route


def _rewrites(rules: Json) -> Json:
    return [{key: rule[key] for key in ("match", "replacement") if key in rule} for rule in rules if rule]


ROWS = (
    Field("protocol", default="HTTP", noise=canonical(_protocol)),
    struct("routeConfig", keyed("routes", "path", noise=canonical(_route)), props=()),
    struct(
        "certConfig",
        Field("certName"),
        Field("certificate", noise=canonical(_pem)),
        Field("privateKey", props=(), access=Access.WRITE_ONLY, secret=True),  # sent as `carried`
    ),
    struct(
        "tlsConfig",  # documents of UpdateCustomDomain: never unset
        Field("minVersion", access=Access.STICKY),
        Field("maxVersion", access=Access.STICKY),
        Field("cipherSuites", noise=UNORDERED, access=Access.STICKY, cleared=[]),
    ),
    struct("wafConfig", Field("enableWAF", default=False, noise=canonical(flag))),
    Field("domainName", props=(), noise=CASE_BLIND, access=Access.SERVER),
    *servers("accountId", "apiVersion", "createdTime", "lastModifiedTime"),
)
RULES = rules_of(ROWS)


def desired(props: Mapping[str, Any], account: str, region: str) -> tuple[Desired, ...]:
    """Returns the domains of the step. `inputs.certificates` has read their certificates by then."""
    return tuple(_domain(domain, props, account, region) for domain in props.get("customDomains") or ())


def _domain(domain: Mapping[str, Any], props: Mapping[str, Any], account: str, region: str) -> Desired:
    id = Address(FC2, account, region, "customDomain", (domain["domainName"].lower(),))
    document = document_of(ROWS, domain)
    if domain.get("routeConfigs") is not None:
        document["routeConfig"] = {"routes": [_own(route, props) for route in domain["routeConfigs"]]}
    key = (domain.get("certConfig") or {}).get("privateKey")
    # The routes are not `declared`: those of others stay, even if this step overwrites what is online.
    fields = normalise(document, RULES)
    carried = {PRIVATE_KEY: key} if key else {}
    given = address(id.name, account, region)
    first = frozenset({given} if id.name == test_domain_of(props, account, region) else ())
    return Desired(id, fields, carried=carried, needs=_functions(fields, id), first=first)


def _functions(fields: Fields, id: Address) -> frozenset[Address]:
    targets = (_target(route) for path, route in fields.items() if path[: len(ROUTES)] == ROUTES and route)
    return frozenset(replace(id, kind="function", parts=target) for target in targets)


def _own(route: Mapping[str, Any], props: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a route; if it names no function it leads to the one of this step."""
    function = props.get("function") or {}
    own = {"serviceName": props["service"]["name"], "functionName": function.get("name", "")}
    return {**own, **{name: value for name, value in route.items() if value}}


def props_of(fields: Fields) -> dict[str, Any]:
    """Returns live fields as s.yaml spells them in one item of `customDomains`, without the domainName.

    The private key is not among them: FC never shows it, and it is needed only to create the domain anew or to give it
    another certificate.
    """
    document = nested({path: value for path, value in fields.items() if value is not None}, RULES)
    routes = (document.pop("routeConfig", None) or {}).get("routes", [])
    return {"protocol": "HTTP", **document, "routeConfigs": routes}


def restorable(saved: Fields, live: Fields) -> Restorable:
    """Leaves out another certificate: it is sent with its private key or not at all, and FC never shows the key."""
    ours, theirs = (_certificate(side) for side in (saved, live))
    if not ours or ours == theirs:
        return Restorable(saved)
    note = t("its certificate is not put back: FC shows no private key, so none could be saved")
    fields = {path: value for path, value in saved.items() if path[0] != "certConfig"}
    if "HTTPS" in str(saved.get(PROTOCOL)) and not theirs:
        fields[PROTOCOL] = "HTTP"
        note += t(". Until it has one again, its protocol is HTTP")
    return Restorable(fields, frozenset({("certConfig",)}), note)


def _certificate(fields: Fields) -> Fields:
    return {path: value for path, value in fields.items() if path[0] == "certConfig" and value is not None}


def leads_to_one_of(route: Value, named: Collection[Address]) -> bool:
    """Says whether a route leads to the function that the step names, which may be any if it names none."""
    functions = [id.parts for id in named if id.kind == "function"]
    return not isinstance(route, Mapping) or not functions or _target(route) == functions[0]


def excerpt(props: Props, owner: Address) -> Excerpt | None:
    """Returns a domain with the routes to one function alone. Its certificate stays as it is online."""
    routes = [route for route in props.get("routeConfigs", []) if _target(route) == owner.parts]
    if not routes:
        return None
    left = {name: value for name, value in props.items() if name != "certConfig"}
    if not props.get("certConfig"):
        return Excerpt({**left, "routeConfigs": routes})
    protocol = {"protocol": "HTTP"} if left.get("protocol") == "HTTPS" else {}
    note = t("its certificate stays as it is online; FC shows no private key.")
    return Excerpt({**left, **protocol, "routeConfigs": routes}, note)


def _target(route: Any) -> tuple[Any, Any]:
    return route.get("serviceName"), route.get("functionName")


CUSTOM_DOMAIN = Kind(
    name="customDomain",
    provider=FC2,
    api="FC",
    parent=None,
    home=Home(("customDomains",), name="domainName", many=True),
    after=("function", "trigger"),
    name_field="domainName",
    list_field="customDomains",
    keyless=True,
    operations=Operations(
        "CreateCustomDomain", "GetCustomDomain", "UpdateCustomDomain", "DeleteCustomDomain", "ListCustomDomains"
    ),
    rules=RULES,
    desired=desired,
    props=props_of,
    shared=True,
    whole=True,  # it is not known if UpdateCustomDomain leaves what it does not name: facts of the API, 8.4
    unit=lambda path: path if path[: len(ROUTES)] == ROUTES and len(path) > len(ROUTES) else (),
    writing=Writing({"path": str}),
    fetched=frozenset({"certificate", "privateKey"}),
    strangers=frozenset({ROUTES}),
    own=leads_to_one_of,
    excerpt=excerpt,
    restorable=restorable,
    absence="DomainNameNotFound",
    events=Events(
        written=frozenset({"CreateCustomDomain", "UpdateCustomDomain"}), deleted=frozenset({"DeleteCustomDomain"})
    ),
)
